"""After confirmation: what a lead unit may still change, picking villages, exempting, the monthly look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Min, QuerySet

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.actions.editing import check_requirement, new_requirement, tidy
from sanzhi.kit.ledger.events.applying import exempt_by_events
from sanzhi.kit.ledger.models import Exemption, Obligation, Plan, Requirement, StandingLook, Task, VillagePick
from sanzhi.kit.ledger.obligations import wanted
from sanzhi.kit.ledger.owers import BLANK
from sanzhi.kit.ledger.reviews import first_due as first_due_of

# A number or a denominator of any requirement; the whole line where it is one unit's own share.
NUMBERS = ("kind", "at_least", "acknowledged", "counted_ground", "proves")
OWN_SHARE = ("what", "kind", "every", "at_least", "due_on", "proves")


def reason_of(reason: str) -> str:
    """The reason for an exemption, without spaces at its ends; refuses one that says nothing."""
    if len(reason.strip()) < 4:
        raise Problem("ledger.reason_needed", field="reason")
    return reason.strip()


@action("ledger.change_after_confirm", "确认后修改要求")
def change_after_confirm(
    *, by: Actor, requirement: Requirement, today: dt.date, **values: Any
) -> Requirement:
    """Change a whole number, a denominator or a unit's own share after confirmation, until the first due day it touches.

    A share turned into a count needs a ground. What is then owed is made anew, what no longer is reads 已撤销.
    """
    requirement = (
        Requirement.objects.select_for_update(of=("self",))
        .select_related("task__version__plan__town", "ower")
        .get(pk=requirement.pk)
    )
    task = requirement.task
    if task.confirmed_on is None:
        raise Problem("ledger.not_yet_confirmed", task=str(task))
    allowed = OWN_SHARE if requirement.owers == Requirement.Owers.ONE else NUMBERS
    before = {f: getattr(requirement, f) for f in (*NUMBERS, *OWN_SHARE, "share", "owers", "ower", "due_on")}
    changed = {f: v for f, v in tidy(before | values).items() if v != before[f]}
    if set(values) - set(allowed):
        raise Problem("ledger.not_changed_here", what=requirement.what)
    first_due = first_due_of(requirement)
    if first_due is not None and today > first_due:
        raise Problem("ledger.due_passed", what=requirement.what, day=first_due.isoformat())
    check_requirement(before | values)
    _check_kind(requirement, changed)
    for name, value in changed.items():
        setattr(requirement, name, value)
    requirement.save(update_fields=list(changed) or ["what"])
    made = make_missing(task, task.version.plan.town, today, by=by, only=requirement)
    about(requirement, before={f: before[f] for f in changed}, after=changed, obligations=made)
    return requirement


def _check_kind(requirement: Requirement, changed: dict[str, Any]) -> None:
    """Of the kinds only a share may become a count, with a ground; a unit's own share is free."""
    if requirement.owers == Requirement.Owers.ONE or "kind" not in changed:
        return
    kinds = Requirement.Kind
    if (requirement.kind, changed["kind"]) != (kinds.SHARE_BY_DAY, kinds.COUNT_BY_DAY):
        raise Problem("ledger.not_changed_here", field="kind", what=requirement.what)
    if len((changed.get("counted_ground") or "").strip()) < 4:
        raise Problem("ledger.ground_needed", field="counted_ground")


@action("ledger.add_share", "写明份额")
def add_share(*, by: Actor, task: Task, ower: Unit, today: dt.date, **values: Any) -> Requirement:
    """Write a responsible unit's share after confirmation (case 16); its notes per deadline, owed while it was blank, end.

    The same share sent twice is one share.
    """
    values = tidy({"owers": Requirement.Owers.ONE, "ower": ower, **values})
    if not str(values.get("what", "")).strip():
        raise Problem("ledger.no_share", field="what")
    check_requirement(values)
    _hold(task)
    same = task.requirements.filter(**values).first()
    if same is not None:
        about(same, task=task.code, ower=ower.code, obligations=0)
        return same
    blank = task.requirements.filter(owers=Requirement.Owers.ONE, ower=ower, quote="", what__contains=BLANK)
    Obligation.objects.filter(requirement__in=blank, due_on__gte=today, dropped_on__isnull=True).update(
        dropped_on=today
    )
    requirement = new_requirement(task, values)
    task.doubts.filter(about="share", settled_on__isnull=True, why__startswith=ower.short_name).update(
        answer=requirement.what[:200], settled_by=by.audit_name, settled_on=today
    )
    made = (
        make_missing(task, task.version.plan.town, today, by=by, only=requirement) if task.confirmed_on else 0
    )
    about(requirement, task=task.code, ower=ower.code, obligations=made)
    return requirement


@action("ledger.pick_villages", "选定相关村")
def pick_villages(
    *, by: Actor, plan: Plan, task: Task, villages: Iterable[Unit], today: dt.date, ground: str
) -> int:
    """Pick the 相关村 of a task; its obligations are made from the pick on. Returns how many obligations are new.

    A village may leave until the first due day, of a stage or of a period, of what it owes as a picked one.
    """
    chosen = list(villages)
    for unit in chosen:
        if unit.kind != UnitKind.VILLAGE:
            raise Problem("ledger.not_village", unit=unit.short_name)
    if not chosen:
        raise Problem("ledger.pick_one", field="villages")
    _hold(task)
    current = {p.unit_id: p for p in plan.picks.filter(task_code=task.code, dropped_on__isnull=True)}
    gone = [p for pk, p in current.items() if pk not in {u.pk for u in chosen}]
    losing = _as_picked(task, [p.unit_id for p in gone])
    first_due = losing.aggregate(day=Min("due_on"))["day"]
    if first_due is not None and today > first_due:
        raise Problem("ledger.pick_due", field="villages", day=first_due.isoformat())
    losing.update(dropped_on=today)
    for pick in gone:
        pick.dropped_on = today
        pick.save(update_fields=["dropped_on"])
    for unit in chosen:
        if unit.pk not in current:
            VillagePick.objects.create(
                plan=plan, task_code=task.code, unit=unit, picked_on=today, ground=ground[:200]
            )
    made = make_missing(task, plan.town, today, by=by, units=chosen) if task.confirmed_on else 0
    about(plan, task=task.code, villages=[u.code for u in chosen], ground=ground, obligations=made)
    return made


def _hold(task: Task) -> None:
    """Keep a confirmed task from others until the action ends: two people may write to it at once."""
    Task.objects.select_for_update(of=("self",)).only("pk").get(pk=task.pk)


def _as_picked(task: Task, units: Iterable[int]) -> QuerySet[Obligation]:
    """What these units owe of a task because they were picked: neither the town's share nor a line of their own."""
    rows = Obligation.objects.filter(
        requirement__task=task, unit__in=list(units), town_share=False, dropped_on__isnull=True
    )
    return rows.exclude(requirement__owers=Requirement.Owers.ONE)


_SET_ANEW = ("contributes", "town_share", "dropped_on")


def make_missing(
    task: Task,
    town: Unit,
    today: dt.date,
    *,
    by: Actor,
    only: Requirement | None = None,
    units: Iterable[Unit] | None = None,
) -> int:
    """Make what a confirmed task asks and does not have yet, take back what was dropped; part of an action.

    Looks at the one requirement `only`, of which what it no longer asks is dropped, or at what `units` owe.
    """
    current = Obligation.objects.filter(requirement__task=task)
    rows = wanted(Task.objects.select_related("version__plan__town").get(pk=task.pk), town, today)
    if only is not None:
        current, rows = current.filter(requirement=only), [o for o in rows if o.requirement_id == only.pk]
    if units is not None:
        ids = {u.pk for u in units}
        current, rows = current.filter(unit__in=ids), [o for o in rows if o.unit_id in ids]
    known = {(o.requirement_id, o.unit_id, o.post_id, o.period): o for o in current.select_for_update()}
    new, again, back = [], [], 0
    for row in rows:
        there = known.pop((row.requirement_id, row.unit_id, row.post_id, row.period), None)
        if there is None:
            new.append(row)
            continue
        back += there.dropped_on is not None
        for name in _SET_ANEW:
            setattr(there, name, getattr(row, name))
        again.append(there)
    if only is not None:
        gone = [o.pk for o in known.values()]
        Obligation.objects.filter(pk__in=gone, dropped_on__isnull=True).update(dropped_on=today)
    Obligation.objects.bulk_update(again, _SET_ANEW, batch_size=500)
    made = Obligation.objects.bulk_create(new, batch_size=500)
    exempt_by_events(by, town, [o.pk for o in (*made, *again)], today)
    return len(made) + back


@action("ledger.exempt", "豁免")
def exempt(*, by: Actor, obligation: Obligation, reason: str, today: dt.date) -> Exemption:
    """Exempt one obligation with a reason (case 12); shown beside every figure it belongs to."""
    reason = reason_of(reason)
    Obligation.objects.select_for_update(of=("self",)).only("pk").get(pk=obligation.pk)
    current = obligation.exemptions.filter(revoked_on__isnull=True).first()
    if current is not None:
        raise Problem("ledger.exempt_already", reason=current.reason)
    row = Exemption.objects.create(
        obligation=obligation, reason=reason, exempted_on=today, exempted_by=by.audit_name
    )
    about(obligation, exempt=reason)
    return row


@action("ledger.revoke_exemption", "撤销豁免")
def revoke_exemption(*, by: Actor, obligation: Obligation, today: dt.date) -> None:
    """Take an exemption back; the obligation is owed again."""
    obligation.exemptions.filter(revoked_on__isnull=True).update(revoked_on=today)
    about(obligation, exempt=None)


@action("ledger.look_at_standing", "每月看一次")
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
