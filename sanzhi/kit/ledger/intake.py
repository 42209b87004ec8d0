"""Storing a reading: version, tasks, units matched to the register, proposed requirements and doubts, in one act."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import names_of
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Doubt, Plan, PlanVersion, Requirement, Task, TaskUnit
from sanzhi.kit.ledger.naming import match
from sanzhi.kit.ledger.proposals import Proposal, all_villages, propose, some_villages, town_units
from sanzhi.kit.measures.declarations import Target

Json = Mapping[str, Any]


@action("ledger.store_reading")
def store_reading(
    *, by: Actor, town: Unit, reading: Json, file_name: str, today: dt.date, plan: Plan | None = None, year: int | None = None
) -> PlanVersion:
    """Keep what the reader read of a document as a version to be confirmed: of a new plan, or of `plan`.

    Refuses a second unconfirmed version of one plan.
    """
    if plan is None:
        number = Plan.objects.filter(town=town).count() + 1
        plan = Plan.objects.create(
            town=town, code=f"P{number}", name=_name(reading, file_name), year=reading["year"] or year or today.year
        )
    elif plan.versions.filter(state=PlanVersion.State.READ).exists():
        raise Problem("ledger.open_version", plan=plan.name)
    version = PlanVersion.objects.create(
        plan=plan,
        number=plan.versions.count() + 1,
        title=(reading["title"] or "")[:200],
        document_number=(reading["number"] or "")[:60],
        issuer=(reading["issuer"] or "")[:100],
        file_name=file_name[:200],
        source_digest=hashlib.sha256(reading["text"].encode()).hexdigest(),
        text=reading["text"],
        reading=dict(reading),
        read_on=today,
    )
    names = names_of(town, today)
    taken = 0
    for position, item in enumerate(reading["tasks"], 1):
        taken = position
        _store_task(version, item, position, names)
    for offset, item in enumerate(reading["demands"], 1):
        _store_demand(version, item, taken + offset, offset, names)
    Doubt.objects.bulk_create(_doubt(version, None, d) for d in reading["doubts"])
    about(version, plan=plan.name, file=file_name, tasks=taken, digest=version.source_digest)
    return version


def _name(reading: Json, file_name: str) -> str:
    return (reading["title"] or file_name or "未命名方案")[:120]


def _store_task(version: PlanVersion, item: Json, position: int, names: Mapping[str, Unit]) -> Task:
    task = Task.objects.create(
        version=version,
        code=f"T{position:02d}",
        position=position,
        path=list(item["path"]),
        heading=_heading(item),
        text=item["text"],
        span_start=item["span"][0],
        span_end=item["span"][1],
    )
    units = [_task_unit(task, u, i, names) for i, u in enumerate(item["units"])]
    TaskUnit.objects.bulk_create(units)
    villages = any(
        u.role == TaskUnit.Role.RESPONSIBLE
        and (u.meaning in (TaskUnit.Meaning.ALL_VILLAGES, TaskUnit.Meaning.SOME_VILLAGES))
        for u in units
    )
    proposals = propose(item, has_villages=villages, year=version.plan.year)
    Requirement.objects.bulk_create(_requirement(task, p, n) for n, p in enumerate(proposals, 1))
    Doubt.objects.bulk_create(_doubt(version, task, d) for d in item["doubts"])
    return task


def _store_demand(version: PlanVersion, item: Json, position: int, number: int, names: Mapping[str, Unit]) -> None:
    task = Task.objects.create(
        version=version,
        code=f"W{number:02d}",
        kind=Task.Kind.DEMAND,
        position=position,
        path=list(item["path"]),
        heading=item["text"].split("。")[0][:40],
        text=item["text"],
        span_start=item["span"][0],
        span_end=item["span"][1],
    )
    units = [_task_unit(task, _as_unit(u), i, names) for i, u in enumerate(item["units"])]
    TaskUnit.objects.bulk_create(units)
    as_task = {"deadlines": [], "targets": [], "cadences": item["cadences"], "doubts": []}
    proposals = [p for p in propose(as_task, has_villages=False, year=version.plan.year) if p.kind == "every"]
    Requirement.objects.bulk_create(_requirement(task, p, n) for n, p in enumerate(proposals, 1))


def _as_unit(named: Any) -> Json:
    return named if isinstance(named, Mapping) else {"name": named, "role": "responsible", "span": None}


def _heading(item: Json) -> str:
    given = (item["heading"] or "").strip()
    first = item["text"].lstrip().split("。")[0].split("\n")[0]
    return (given or first)[:60]


def _task_unit(task: Task, item: Json, position: int, names: Mapping[str, Unit]) -> TaskUnit:
    printed = item["name"].strip()
    unit = match(printed, names)
    if unit is not None:
        meaning = TaskUnit.Meaning.UNIT
    elif all_villages(printed):
        meaning = TaskUnit.Meaning.ALL_VILLAGES
    elif some_villages(printed):
        meaning = TaskUnit.Meaning.SOME_VILLAGES
    elif town_units(printed):
        meaning = TaskUnit.Meaning.TOWN_UNITS
    else:
        meaning = TaskUnit.Meaning.UNMATCHED
    span = item.get("span") or (None, None)
    return TaskUnit(
        task=task,
        printed_name=printed[:120],
        role=item["role"],
        meaning=meaning,
        unit=unit,
        position=position,
        span_start=span[0],
        span_end=span[1],
    )


def _requirement(task: Task, proposal: Proposal, number: int) -> Requirement:
    span = proposal.span or (None, None)
    return Requirement(
        task=task,
        code=f"{task.code}-{number}",
        position=number,
        kind=proposal.kind,
        what=proposal.what[:300],
        quote=proposal.quote[:400],
        span_start=span[0],
        span_end=span[1],
        owers=proposal.owers,
        proves=_proved_by(task, proposal),
        every=proposal.every,
        at_least=proposal.at_least,
        share=proposal.share,
        due_on=proposal.due_on,
    )


def _proved_by(task: Task, proposal: Proposal) -> str:
    """The declared target that a staged or counted requirement speaks of, by the words a room gives; a person confirms."""
    if proposal.kind not in ("share_by_day", "count_by_day"):
        return ""
    for words in (proposal.quote, task.text):
        near = [
            d.code
            for d in registry.duties().values()
            if isinstance(d, Target) and any(k in words for k in d.keywords)
        ]
        if len(near) == 1:
            return near[0]
    return ""


def _doubt(version: PlanVersion, task: Task | None, item: Json) -> Doubt:
    span = item.get("span") or (None, None)
    return Doubt(
        version=version, task=task, about=str(item["about"])[:40], why=item["why"][:300], span_start=span[0], span_end=span[1]
    )
