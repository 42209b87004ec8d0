"""Every change of the ledger after a plan was read: naming units, requirements, doubts, confirming, picking, exempting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions import add_alias
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger.models import (
    Doubt,
    Exemption,
    Obligation,
    Plan,
    PlanVersion,
    Requirement,
    StandingLook,
    Task,
    TaskUnit,
    VillagePick,
)
from sanzhi.kit.ledger.obligations import wanted

declare(
    "ledger",
    {
        "first_day_needed": "还没有填写方案的起始日。文件没有写明的，请按印发日期填写后再确认。",
        "first_day_year": "起始日{day}不在方案年度{year}年内。请核对年份。",
        "units_unmatched": "任务“{task}”里的“{names}”还没有和登记的单位对上。请逐个选定单位，或标为镇外单位。",
        "confirmed": "任务“{task}”已经确认，原文和单位不能再改。需要变动请导入方案的新版本。",
        "due_passed": "“{what}”的第一个截止日{day}已经到了，不能再改整数、分母和份额。可以由牵头单位写明理由豁免。",
        "discarded": "这份读取结果已经放弃。请重新导入文件。",
        "reason_needed": "请写明理由（至少 4 个字），它会和数字一起显示。",
        "exempt_already": "这一项已经豁免：{reason}。",
        "not_village": "{unit}不是村，不能选为相关村。",
        "pick_one": "请至少选一个村，或按“没有相关村”写明依据。",
        "pick_due": "第一个截止日{day}已过，相关村不能再换。",
        "requirement_due": "按期完成的要求要有截止日。请填写日期。",
        "requirement_every": "周期性的要求要选周期（每周、每月、每季度、每半年、每年）。",
        "requirement_share": "请填写比例，如 80%。",
        "requirement_ower": "请选由哪个单位承担这一份额。",
        "open_version": "方案“{plan}”还有一份待确认的读取结果。请先确认或放弃它，再导入新版本。",
        "pairing": "新版本的任务“{task}”还没有和旧版本对应。请逐条确认是延续还是新增。",
        "no_tasks_confirmed": "请至少勾选一条任务再确认。",
    },
)


def _check_open(task: Task) -> None:
    if task.confirmed_on is not None:
        raise Problem("ledger.confirmed", task=str(task))
    if task.version.state == PlanVersion.State.DISCARDED:
        raise Problem("ledger.discarded")


def _check_reason(reason: str) -> str:
    if len(reason.strip()) < 4:
        raise Problem("ledger.reason_needed", field="reason")
    return reason.strip()


@action("ledger.set_first_day")
def set_first_day(*, by: Actor, version: PlanVersion, day: dt.date) -> PlanVersion:
    """Set the plan's first day, which a person knows and the reader never guesses. Refused once a task is confirmed."""
    if version.state != PlanVersion.State.READ:
        raise Problem("ledger.confirmed", task=version.plan.name)
    if day.year != version.plan.year:
        raise Problem("ledger.first_day_year", field="first_day", day=day.isoformat(), year=version.plan.year)
    version.first_day = day
    version.save(update_fields=["first_day"])
    about(version, first_day=day)
    return version


@action("ledger.name_unit")
def name_unit(*, by: Actor, named: TaskUnit, meaning: str, unit: Unit | None = None, remember: bool = True) -> TaskUnit:
    """Say which unit a printed name means; remembered as an alias, and applied to the same name in the whole version."""
    _check_open(named.task)
    same = TaskUnit.objects.filter(
        task__version=named.task.version, task__confirmed_on__isnull=True, printed_name=named.printed_name
    )
    same.update(meaning=meaning, unit=unit if meaning == TaskUnit.Meaning.UNIT else None)
    if meaning == TaskUnit.Meaning.UNIT and unit is not None and remember:
        add_alias(by=by, unit=unit, name=named.printed_name)
    about(named.task, printed_name=named.printed_name, meaning=meaning, unit=unit and unit.code)
    named.refresh_from_db()
    return named


@action("ledger.add_unit")
def add_unit(*, by: Actor, task: Task, role: str, unit: Unit) -> TaskUnit:
    """Add a responsible unit that the reader missed."""
    _check_open(task)
    named = TaskUnit.objects.create(
        task=task,
        printed_name=unit.short_name,
        role=role,
        meaning=TaskUnit.Meaning.UNIT,
        unit=unit,
        position=task.units.count(),
    )
    about(task, added=unit.code, role=role)
    return named


@action("ledger.remove_unit")
def remove_unit(*, by: Actor, named: TaskUnit) -> None:
    """Take away a unit that the reader saw wrongly."""
    _check_open(named.task)
    about(named.task, removed=named.printed_name, role=named.role)
    named.delete()


@action("ledger.edit_task")
def edit_task(*, by: Actor, task: Task, heading: str) -> Task:
    """Correct a task's short heading; the words of the source stay as they are."""
    _check_open(task)
    task.heading = heading.strip()
    task.save(update_fields=["heading"])
    about(task, heading=task.heading)
    return task


EDITABLE = ("kind", "what", "owers", "ower", "proves", "every", "at_least", "share", "due_on", "acknowledged", "counted_ground")


def check_requirement(values: dict[str, Any]) -> None:
    """Refuse a requirement that lacks what its kind needs."""
    kinds = Requirement.Kind
    if values.get("kind") in (kinds.BY_DAY, kinds.SHARE_BY_DAY, kinds.COUNT_BY_DAY) and not values.get("due_on"):
        raise Problem("ledger.requirement_due", field="due_on")
    if values.get("kind") == kinds.EVERY and not values.get("every"):
        raise Problem("ledger.requirement_every", field="every")
    if values.get("kind") == kinds.SHARE_BY_DAY and not values.get("share"):
        raise Problem("ledger.requirement_share", field="share")
    if values.get("owers") == Requirement.Owers.ONE and not values.get("ower"):
        raise Problem("ledger.requirement_ower", field="ower")


@action("ledger.edit_requirement")
def edit_requirement(*, by: Actor, requirement: Requirement, **values: Any) -> Requirement:
    """Correct a proposed requirement of a task that is not yet confirmed."""
    _check_open(requirement.task)
    before = {f: getattr(requirement, f) for f in EDITABLE}
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    check_requirement(before | values)
    for field, value in values.items():
        setattr(requirement, field, value)
    requirement.save()
    about(requirement, before=before, after={f: getattr(requirement, f) for f in values})
    return requirement


@action("ledger.add_requirement")
def add_requirement(*, by: Actor, task: Task, **values: Any) -> Requirement:
    """Add what the reader missed, or a unit's own share (case 16)."""
    _check_open(task)
    check_requirement(values)
    number = 1 + max((int(r.code.rsplit("-", 1)[-1]) for r in task.requirements.all()), default=0)
    requirement = Requirement.objects.create(task=task, code=f"{task.code}-{number}", position=number, **values)
    about(requirement, task=task.code, **values)
    return requirement


@action("ledger.remove_requirement")
def remove_requirement(*, by: Actor, requirement: Requirement) -> None:
    """Take away a proposed requirement of an unconfirmed task."""
    _check_open(requirement.task)
    about(requirement.task, removed=requirement.code, what=requirement.what)
    requirement.delete()


@action("ledger.settle_doubt")
def settle_doubt(*, by: Actor, doubt: Doubt, answer: str, today: dt.date) -> Doubt:
    """Write down what a person decided about something the reader was unsure of."""
    doubt.answer, doubt.settled_by, doubt.settled_on = answer.strip() or "已核对，照原文", by.audit_name, today
    doubt.save(update_fields=["answer", "settled_by", "settled_on"])
    about(doubt, chain=doubt.version.audit_chain, answer=doubt.answer)
    return doubt


@action("ledger.confirm_tasks")
def confirm_tasks(
    *, by: Actor, version: PlanVersion, tasks: Iterable[Task], today: dt.date, for_lead_unit: bool = False
) -> int:
    """Confirm tasks: from now on their requirements are owed. Returns how many obligations were made.

    Refuses without the plan's first day and while a printed name has no unit. Confirming twice changes nothing.
    """
    if version.state == PlanVersion.State.DISCARDED:
        raise Problem("ledger.discarded")
    if version.first_day is None:
        raise Problem("ledger.first_day_needed", field="first_day")
    chosen = [t for t in tasks if t.confirmed_on is None]
    for task in chosen:
        open_names = [u.printed_name for u in task.units.all() if u.meaning == TaskUnit.Meaning.UNMATCHED]
        if open_names:
            raise Problem("ledger.units_unmatched", task=str(task), names="、".join(open_names))
    if version.state == PlanVersion.State.READ:
        version.state, version.confirmed_on, version.confirmed_by = version.State.CONFIRMED, today, by.audit_name
        version.save(update_fields=["state", "confirmed_on", "confirmed_by"])
    made = 0
    for task in chosen:
        task.confirmed_on, task.confirmed_by, task.for_lead_unit = today, by.audit_name, for_lead_unit
        task.version = version
        task.save(update_fields=["confirmed_on", "confirmed_by", "for_lead_unit"])
        made += len(Obligation.objects.bulk_create(wanted(task, version.plan.town, today), batch_size=500))
    about(version, tasks=[t.code for t in chosen], obligations=made, for_lead_unit=for_lead_unit)
    return made


@action("ledger.discard_version")
def discard_version(*, by: Actor, version: PlanVersion) -> None:
    """Give up a reading that nobody confirmed."""
    if version.state != PlanVersion.State.READ:
        raise Problem("ledger.confirmed", task=version.plan.name)
    version.state = PlanVersion.State.DISCARDED
    version.save(update_fields=["state"])
    about(version, discarded=True)


@action("ledger.pick_villages")
def pick_villages(*, by: Actor, plan: Plan, task: Task, villages: Iterable[Unit], today: dt.date, ground: str) -> int:
    """Pick the 相关村 of a task; its obligations are made from the pick on. Returns how many obligations are new.

    The pick may change until the first due day it touches.
    """
    chosen = list(villages)
    for unit in chosen:
        if unit.kind != UnitKind.VILLAGE:
            raise Problem("ledger.not_village", unit=unit.short_name)
    if not chosen:
        raise Problem("ledger.pick_one", field="villages")
    first_due = min((r.due_on for r in task.requirements.all() if r.due_on), default=None)
    current = {p.unit_id: p for p in plan.picks.filter(task_code=task.code, dropped_on__isnull=True)}
    gone = [p for pk, p in current.items() if pk not in {u.pk for u in chosen}]
    if gone and first_due is not None and today > first_due:
        raise Problem("ledger.pick_due", day=first_due.isoformat())
    for pick in gone:
        pick.dropped_on = today
        pick.save(update_fields=["dropped_on"])
        Obligation.objects.filter(
            requirement__task=task, unit=pick.unit, contributes=False, town_share=False, dropped_on__isnull=True
        ).update(dropped_on=today)
    for unit in chosen:
        if unit.pk not in current:
            VillagePick.objects.create(plan=plan, task_code=task.code, unit=unit, picked_on=today, ground=ground)
    made = _make_missing(task, plan.town, today) if task.confirmed_on else 0
    about(plan, task=task.code, villages=[u.code for u in chosen], ground=ground, obligations=made)
    return made


def _make_missing(task: Task, town: Unit, today: dt.date) -> int:
    known = {
        (o.requirement_id, o.unit_id, o.period): o for o in Obligation.objects.filter(requirement__task=task)
    }
    rows = wanted(task, town, today)
    back = [known[k].pk for o in rows if (k := (o.requirement_id, o.unit_id, o.period)) in known and known[k].dropped_on]
    Obligation.objects.filter(pk__in=back).update(dropped_on=None)
    new = [o for o in rows if (o.requirement_id, o.unit_id, o.period) not in known]
    return len(Obligation.objects.bulk_create(new, batch_size=500)) + len(back)


@action("ledger.exempt")
def exempt(*, by: Actor, obligation: Obligation, reason: str, today: dt.date) -> Exemption:
    """Exempt one obligation with a reason (case 12); shown beside every figure it belongs to."""
    reason = _check_reason(reason)
    current = obligation.exemptions.filter(revoked_on__isnull=True).first()
    if current is not None:
        raise Problem("ledger.exempt_already", reason=current.reason)
    row = Exemption.objects.create(
        obligation=obligation, reason=reason, exempted_on=today, exempted_by=by.audit_name
    )
    about(obligation, exempt=reason)
    return row


@action("ledger.revoke_exemption")
def revoke_exemption(*, by: Actor, obligation: Obligation, today: dt.date) -> None:
    """Take an exemption back; the obligation is owed again."""
    obligation.exemptions.filter(revoked_on__isnull=True).update(revoked_on=today)
    about(obligation, exempt=None)


@action("ledger.look_at_standing")
def look_at_standing(
    *, by: Actor, task: Task, month: str, kept_up: bool, remark: str, today: dt.date
) -> StandingLook:
    """The lead unit's monthly look at a standing task: one tick, changeable within the month."""
    plan = task.version.plan
    row, _ = StandingLook.objects.update_or_create(
        plan=plan,
        task_code=task.code,
        month=month,
        defaults={"kept_up": kept_up, "remark": remark, "looked_on": today, "looked_by": by.audit_name},
    )
    about(plan, task=task.code, month=month, kept_up=kept_up, remark=remark)
    return row
