"""Storing a reading: version, tasks, units matched to the register, proposed requirements and doubts, in one act."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F

from sanzhi.domain.periods import parse_month_end
from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import names_of
from sanzhi.kit import registry
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.actions.confirming import earlier
from sanzhi.kit.ledger.models import Doubt, Plan, PlanVersion, Requirement, Task, TaskUnit
from sanzhi.kit.ledger.naming import meaning_of
from sanzhi.kit.ledger.pairing import Words, propose_pairs
from sanzhi.kit.ledger.proposals import Proposal, propose, sources_near
from sanzhi.kit.measures.declarations import Duty, Target

Json = Mapping[str, Any]
AT_ONCE = 500
_STAGED = ("share_by_day", "count_by_day")


@dataclass(frozen=True)
class Names:
    """What printed names mean in a town: units by name and alias, and what people said of names that mean no one unit."""

    units: Mapping[str, Unit]
    lists: Mapping[str, str]


def _remembered(plan: Plan) -> dict[str, str]:
    """Names that a person said, in a version before, mean a list of units or one outside the town, as last said."""
    said = TaskUnit.objects.filter(task__version__plan=plan, unit__isnull=True)
    said = said.exclude(meaning=TaskUnit.Meaning.UNMATCHED).order_by("pk")
    return dict(said.values_list("printed_name", "meaning"))


def known_document(town: Unit, digest: str) -> PlanVersion | None:
    """The version of this town that holds the same text and was not given up."""
    same = PlanVersion.objects.filter(plan__town=town, source_digest=digest)
    return same.exclude(state=PlanVersion.State.DISCARDED).select_related("plan").order_by("pk").first()


def digest_of(reading: Json) -> str:
    """By what a document is known again: its text, however its file was written."""
    return hashlib.sha256(reading["text"].encode()).hexdigest()


@action("ledger.store_reading", "导入方案")
def store_reading(
    *,
    by: Actor,
    town: Unit,
    reading: Json,
    file_name: str,
    today: dt.date,
    plan: Plan | None = None,
    year: int | None = None,
) -> PlanVersion:
    """Keep what the reader read of a document as a version to be confirmed: of a new plan, or of `plan`.

    `year` is asked where the document names none. Refuses a document that is there already, a second unconfirmed
    version of one plan, and a new version of a plan of which nothing was confirmed.
    """
    # Two people who hand in the same file: the second waits here and is told of the first.
    Unit.objects.select_for_update().get(pk=town.pk)
    digest = digest_of(reading)
    known = known_document(town, digest)
    if known is not None:
        raise Problem(
            "ledger.document_known", plan=known.plan.name, number=known.number, day=known.read_on.isoformat()
        )
    if plan is None:
        number = Plan.objects.filter(town=town).count() + 1
        plan = Plan.objects.create(
            town=town,
            code=f"P{number}",
            name=_name(reading, file_name),
            year=reading["year"] or year or today.year,
        )
    elif plan.versions.filter(state=PlanVersion.State.READ).exists():
        raise Problem("ledger.open_version", plan=plan.name, field="plan")
    version = PlanVersion.objects.create(
        plan=plan,
        number=plan.versions.count() + 1,
        title=(reading["title"] or "")[:200],
        document_number=(reading["number"] or "")[:60],
        issuer=(reading["issuer"] or "")[:100],
        file_name=file_name[:200],
        source_digest=digest,
        text=reading["text"],
        reading=dict(reading),
        read_on=today,
    )
    before = earlier(version)
    if version.number > 1 and before is None:
        raise Problem("ledger.plan_discarded", plan=plan.name, field="plan")
    names = Names(names_of(town, today), _remembered(plan))
    tasks = _store_tasks(version, reading, names, provisional=before is not None)
    if before is not None:
        _propose_pairs(version, before)
    about(version, plan=plan.name, file=file_name, tasks=tasks, digest=version.source_digest)
    return version


def _name(reading: Json, file_name: str) -> str:
    return (reading["title"] or file_name or "未命名方案")[:120]


def _store_tasks(version: PlanVersion, reading: Json, names: Names, *, provisional: bool) -> int:
    """Tasks and demands with units, requirements and doubts, in a handful of statements. Returns how many tasks."""
    year = version.plan.year
    letters = ("N", "M") if provisional else ("T", "W")
    items = [dict(t, kind=Task.Kind.TASK) for t in reading["tasks"]]
    items += [
        {"deadlines": [], "targets": [], "doubts": [], "heading": "", **d, "kind": Task.Kind.DEMAND}
        for d in reading["demands"]
    ]
    numbers = {Task.Kind.TASK: 0, Task.Kind.DEMAND: 0}
    tasks = []
    for position, item in enumerate(items, 1):
        numbers[item["kind"]] += 1
        letter = letters[item["kind"] == Task.Kind.DEMAND]
        tasks.append(_task(version, item, position, f"{letter}{numbers[item['kind']]:02d}"))
    Task.objects.bulk_create(tasks, batch_size=AT_ONCE)
    units: list[TaskUnit] = []
    requirements: list[Requirement] = []
    doubts = [_doubt(version, None, d) for d in reading["doubts"]]
    for task, item in zip(tasks, items, strict=True):
        mine = [_task_unit(task, _as_unit(u), i, names) for i, u in enumerate(item["units"])]
        units += mine
        requirements += _requirements(task, item, mine, year)
        doubts += [_doubt(version, task, d) for d in item["doubts"]]
    TaskUnit.objects.bulk_create(units, batch_size=AT_ONCE)
    Requirement.objects.bulk_create(requirements, batch_size=AT_ONCE)
    Requirement.objects.filter(task__version=version).update(lineage=F("pk"))
    Doubt.objects.bulk_create(doubts, batch_size=AT_ONCE)
    return numbers[Task.Kind.TASK]


def _task(version: PlanVersion, item: Json, position: int, code: str) -> Task:
    return Task(
        version=version,
        code=code,
        kind=item["kind"],
        position=position,
        path=list(item["path"]),
        heading=_heading(item),
        text=item["text"],
        span_start=item["span"][0],
        span_end=item["span"][1],
    )


def _requirements(task: Task, item: Json, units: Iterable[TaskUnit], year: int) -> list[Requirement]:
    meanings = TaskUnit.Meaning
    villages = any(
        u.role == TaskUnit.Role.RESPONSIBLE
        and (
            u.meaning in (meanings.ALL_VILLAGES, meanings.SOME_VILLAGES)
            or (u.unit is not None and u.unit.kind == "village")
        )
        for u in units
    )
    dated = dict(item, deadlines=[_dated(d, year) for d in item["deadlines"]])
    proposals = propose(dated, has_villages=villages, year=year)
    if task.kind == Task.Kind.DEMAND:
        # A demand outside the tasks owes something where it has a rhythm; it is owed by those it names first.
        proposals = [replace(p, owers="lead") for p in proposals if p.kind == "every"]
        if not any(u.role == TaskUnit.Role.LEAD for u in units):
            proposals = [replace(p, owers="responsible") for p in proposals]
    tied = [pair for p in proposals for pair in _tied(task, p)]
    return [_requirement(task, p, n, code) for n, (p, code) in enumerate(tied, 1)]


def _tied(task: Task, proposal: Proposal) -> list[tuple[Proposal, str]]:
    """A proposal with what proves it; one that asks for two things at once (推进A和B，实现全覆盖) becomes two."""
    codes = _proved_by(task, proposal)
    if len(codes) == 1:
        return [(proposal, codes[0])]
    label = {code: registry.duties()[code].label for code in codes}
    return [(replace(proposal, what=f"{proposal.what}（{label[code]}）"), code) for code in codes]


def _dated(deadline: Json, year: int) -> Json:
    """A deadline without a year (6月底前) in a document without one takes the year a person gave."""
    if deadline["kind"] != "by" or deadline["date"]:
        return deadline
    try:
        return dict(deadline, date=parse_month_end(deadline["quote"], year).isoformat(), year_inherited=True)
    except Problem:
        return deadline


def _as_unit(named: Any) -> Json:
    return named if isinstance(named, Mapping) else {"name": named, "role": "responsible", "span": None}


def _heading(item: Json) -> str:
    given = (item["heading"] or "").strip()
    first = item["text"].lstrip().split("。")[0].split("\n")[0]
    return (given or first)[:60]


def _task_unit(task: Task, item: Json, position: int, names: Names) -> TaskUnit:
    printed = item["name"].strip()
    meaning, unit = meaning_of(printed, names.units)
    if meaning == TaskUnit.Meaning.UNMATCHED:
        meaning = names.lists.get(printed, meaning)
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


def _requirement(task: Task, proposal: Proposal, number: int, proves: str) -> Requirement:
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
        proves=proves,
        every=proposal.every,
        at_least=proposal.at_least,
        share=proposal.share,
        due_on=proposal.due_on,
    )


def _proved_by(task: Task, proposal: Proposal) -> list[str]:
    """The declared targets and duties that a requirement speaks of, by the words the rooms give; a person confirms.

    A rhythm is proved only by a duty of the same rhythm. A sentence that names two of them (推进A和B，实现全覆盖) asks for
    both. [""]: progress notes.
    """
    if proposal.kind in _STAGED:
        proofs = {code: d.keywords for code, d in registry.duties().items() if isinstance(d, Target)}
    elif proposal.kind == Requirement.Kind.EVERY:
        proofs = {
            code: d.keywords
            for code, d in registry.duties().items()
            if isinstance(d, Duty) and d.every == proposal.every
        }
    else:
        proofs = {}
    keywords = {code: words for code, words in proofs.items() if words}
    if not keywords:
        return [""]
    start, end = proposal.span or (0, len(task.text))
    at = start - task.span_start
    if not 0 <= at <= len(task.text):
        at, end = 0, len(task.text) + task.span_start
    found = sources_near(task.text, at, max(at, end - task.span_start), keywords)
    if proposal.kind in (Requirement.Kind.COUNT_BY_DAY, Requirement.Kind.EVERY):
        found = found[:1] if len(found) == 1 else []
    return found or [""]


def _doubt(version: PlanVersion, task: Task | None, item: Json) -> Doubt:
    span = item.get("span") or (None, None)
    return Doubt(
        version=version,
        task=task,
        about=str(item["about"])[:40],
        why=item["why"][:300],
        span_start=span[0],
        span_end=span[1],
    )


def _propose_pairs(version: PlanVersion, before: PlanVersion) -> None:
    """Note for each task which of the version before it may go on with; a person confirms each."""
    for kind in Task.Kind.values:
        old = {t.pk: t for t in before.tasks.filter(kind=kind)}
        new = {t.pk: t for t in version.tasks.filter(kind=kind)}
        pairs = propose_pairs(
            [Words(t.pk, tuple(t.path), t.text) for t in old.values()],
            [Words(t.pk, tuple(t.path), t.text) for t in new.values()],
        )
        changed = []
        for key, (old_key, percent) in pairs.items():
            task = new[key]  # type: ignore[index]
            task.predecessor, task.likeness = old[old_key], percent  # type: ignore[index]
            changed.append(task)
        Task.objects.bulk_update(changed, ["predecessor", "likeness"], batch_size=AT_ONCE)
