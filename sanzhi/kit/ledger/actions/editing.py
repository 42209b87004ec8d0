"""Correcting a reading before it is confirmed: the first day, names of units, requirements, doubts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from sanzhi.domain.problems import Problem
from sanzhi.domain.targets import parse_share, share_code
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions import add_alias
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.models import Doubt, PlanVersion, Requirement, Task, TaskUnit

EDITABLE = (
    "kind",
    "what",
    "owers",
    "ower",
    "proves",
    "every",
    "at_least",
    "share",
    "due_on",
    "acknowledged",
    "counted_ground",
)
AS_PRINTED = "已核对，照原文"


def held(version: PlanVersion) -> PlanVersion:
    """The version as it stands now, kept from others until the action ends; refuses one that was given up."""
    row = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan__town").get(pk=version.pk)
    if row.state == PlanVersion.State.DISCARDED:
        raise Problem("ledger.discarded")
    return row


def check_open(task: Task) -> None:
    """Refuse a change of a task that was confirmed or given up meanwhile; the row is read anew and held."""
    now = (
        Task.objects.select_for_update(of=("self",))
        .select_related("version")
        .only("confirmed_on", "heading", "version__state")
        .get(pk=task.pk)
    )
    if now.confirmed_on is not None:
        raise Problem("ledger.confirmed", task=str(task))
    if now.version.state == PlanVersion.State.DISCARDED:
        raise Problem("ledger.discarded")


def check_requirement(values: dict[str, Any]) -> None:
    """Refuse a requirement that lacks what its kind needs."""
    kinds = Requirement.Kind
    kind = values.get("kind")
    if kind in (kinds.BY_DAY, kinds.SHARE_BY_DAY, kinds.COUNT_BY_DAY) and not values.get("due_on"):
        raise Problem("ledger.requirement_due", field="due_on")
    if kind == kinds.EVERY and not values.get("every"):
        raise Problem("ledger.requirement_every", field="every")
    if kind == kinds.SHARE_BY_DAY and not values.get("share"):
        raise Problem("ledger.requirement_share", field="share")
    if values.get("owers") == Requirement.Owers.ONE and not values.get("ower"):
        raise Problem("ledger.requirement_ower", field="ower")
    if values.get("at_least", 1) < 1:
        raise Problem("ledger.requirement_count", field="at_least", amount=values["at_least"])
    proves = values.get("proves")
    if proves and proves not in registry.duties():
        raise Problem("ledger.requirement_proof", field="proves", proves=proves)


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored: what a kind does not use is left empty, a share is an exact fraction."""
    kept = dict(values)
    if kept.get("share"):
        kept["share"] = share_code(parse_share(kept["share"]))
    if kept.get("owers") and kept["owers"] != Requirement.Owers.ONE:
        kept["ower"] = None
    kind = kept.get("kind")
    if kind is not None:
        if kind != Requirement.Kind.EVERY:
            kept["every"] = ""
        if kind != Requirement.Kind.SHARE_BY_DAY:
            kept |= {"share": "", "acknowledged": ""}
        if kind in (Requirement.Kind.EVERY, Requirement.Kind.STANDING, Requirement.Kind.UNSET):
            kept["due_on"] = None
    return kept


@action("ledger.set_first_day", "填写起始日")
def set_first_day(*, by: Actor, version: PlanVersion, day: dt.date) -> PlanVersion:
    """Set the plan's first day, which a person knows and the reader never guesses. Refused once a task is confirmed."""
    if held(version).state != PlanVersion.State.READ:
        raise Problem("ledger.confirmed", task=version.plan.name)
    if day.year != version.plan.year:
        raise Problem("ledger.first_day_year", field="first_day", day=day.isoformat(), year=version.plan.year)
    version.first_day = day
    version.save(update_fields=["first_day"])
    # The reader asked for this very day: the question is answered with it.
    version.doubts.filter(about="first_day", settled_on__isnull=True).update(
        answer=f"起始日定为{day.isoformat()}", settled_by=by.audit_name, settled_on=version.read_on
    )
    about(version, first_day=day)
    return version


@action("ledger.name_unit", "对上单位")
def name_unit(
    *, by: Actor, named: TaskUnit, meaning: str, unit: Unit | None = None, remember: bool = True
) -> TaskUnit:
    """Say which unit a printed name means; remembered as an alias, and applied to the same name in the whole version."""
    check_open(named.task)
    _name(by, named.task.version, named.printed_name, meaning, unit, remember)
    about(named.task, printed_name=named.printed_name, meaning=meaning, unit=unit and unit.code)
    named.refresh_from_db()
    return named


@action("ledger.name_units", "对上多个单位")
def name_units(
    *, by: Actor, version: PlanVersion, meanings: Mapping[str, tuple[str, Unit | None]], remember: bool = True
) -> int:
    """Say what printed names mean in a whole version, many at once: name → (meaning, unit). Returns how many names.

    Tasks that are already confirmed stay as they are. Refuses an alias that means another unit of the town.
    """
    held(version)
    for printed, (meaning, unit) in meanings.items():
        _name(by, version, printed, meaning, unit, remember)
    about(version, names={n: [m, u.code if u else None] for n, (m, u) in meanings.items()})
    return len(meanings)


def _name(
    by: Actor, version: PlanVersion, printed: str, meaning: str, unit: Unit | None, remember: bool
) -> None:
    means_one = meaning == TaskUnit.Meaning.UNIT and unit is not None
    TaskUnit.objects.filter(
        task__version=version, task__confirmed_on__isnull=True, printed_name=printed
    ).update(
        meaning=meaning if means_one or meaning != TaskUnit.Meaning.UNIT else "unmatched",
        unit=unit if means_one else None,
    )
    if means_one and remember and unit is not None and printed not in (unit.name, unit.short_name):
        add_alias(by=by, unit=unit, name=printed)


@action("ledger.add_unit", "增加责任单位")
def add_unit(*, by: Actor, task: Task, role: str, unit: Unit) -> TaskUnit:
    """Add a responsible unit that the reader missed; one that is there already in this role stays once."""
    check_open(task)
    there = task.units.filter(role=role, unit=unit).first()
    named = there or TaskUnit.objects.create(
        task=task,
        printed_name=unit.short_name,
        role=role,
        meaning=TaskUnit.Meaning.UNIT,
        unit=unit,
        position=task.units.count(),
    )
    about(task, added=unit.code, role=role)
    return named


@action("ledger.remove_unit", "去掉责任单位")
def remove_unit(*, by: Actor, named: TaskUnit) -> None:
    """Take away a unit that the reader saw wrongly."""
    check_open(named.task)
    about(named.task, removed=named.printed_name, role=named.role)
    named.delete()


@action("ledger.edit_task", "改短标题")
def edit_task(*, by: Actor, task: Task, heading: str) -> Task:
    """Correct a task's short heading; the words of the source stay as they are."""
    check_open(task)
    task.heading = heading.strip()[:200]
    task.save(update_fields=["heading"])
    about(task, heading=task.heading)
    return task


@action("ledger.edit_requirement", "修改要求")
def edit_requirement(*, by: Actor, requirement: Requirement, **values: Any) -> Requirement:
    """Correct a proposed requirement of a task that is not yet confirmed."""
    check_open(requirement.task)
    before = {f: getattr(requirement, f) for f in EDITABLE}
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    check_requirement(before | values)
    values = {f: v for f, v in tidy(before | values).items() if v != before[f]}
    if {"share", "kind", "due_on", "proves"} & set(values) and "acknowledged" not in values:
        values["acknowledged"] = ""
    for field, value in values.items():
        setattr(requirement, field, value)
    requirement.save(update_fields=list(values) or ["what"])
    about(requirement, before={f: before[f] for f in values}, after=values)
    return requirement


@action("ledger.add_requirement", "增加要求")
def add_requirement(*, by: Actor, task: Task, **values: Any) -> Requirement:
    """Add what the reader missed, or a unit's own share (case 16)."""
    check_open(task)
    check_requirement(values)
    requirement = new_requirement(task, tidy(values))
    about(requirement, task=task.code, **values)
    return requirement


def new_requirement(task: Task, values: Mapping[str, Any]) -> Requirement:
    """A further requirement of a task under the next free code; part of the action that calls it."""
    codes = task.requirements.values_list("code", flat=True)
    number = 1 + max((int(c.rsplit("-", 1)[-1]) for c in codes), default=0)
    made = Requirement.objects.create(task=task, code=f"{task.code}-{number}", position=number, **values)
    Requirement.objects.filter(pk=made.pk).update(lineage=F("pk"))
    made.lineage = made.pk
    return made


@action("ledger.remove_requirement", "去掉要求")
def remove_requirement(*, by: Actor, requirement: Requirement) -> None:
    """Take away a proposed requirement of an unconfirmed task."""
    check_open(requirement.task)
    about(requirement.task, removed=requirement.code, what=requirement.what)
    requirement.delete()


@action("ledger.settle_doubt", "处理疑点")
def settle_doubt(*, by: Actor, doubt: Doubt, answer: str, today: dt.date) -> Doubt:
    """Write down what a person decided about something the reader was unsure of."""
    _settle([doubt], by, answer, today)
    about(doubt, chain=doubt.version.audit_chain, answer=doubt.answer)
    return doubt


@action("ledger.settle_doubts", "处理多个疑点")
def settle_doubts(
    *, by: Actor, version: PlanVersion, doubts: Iterable[Doubt], answer: str, today: dt.date
) -> int:
    """Settle many doubts of a version with one answer. Returns how many. Refuses an empty choice."""
    chosen = list(doubts)
    if not chosen:
        raise Problem("ledger.doubts_chosen", field="doubts")
    _settle(chosen, by, answer, today)
    about(version, doubts=[d.pk for d in chosen], answer=chosen[0].answer)
    return len(chosen)


def _settle(doubts: list[Doubt], by: Actor, answer: str, today: dt.date) -> None:
    for doubt in doubts:
        doubt.answer = (answer.strip() or AS_PRINTED)[:200]
        doubt.settled_by, doubt.settled_on = by.audit_name, today
    Doubt.objects.bulk_update(doubts, ["answer", "settled_by", "settled_on"])
