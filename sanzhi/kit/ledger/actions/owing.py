"""After confirmation: what a lead unit may still change, picking villages, exempting, the monthly look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.actions.editing import check_requirement, new_requirement, tidy
from sanzhi.kit.ledger.models import Exemption, Obligation, Plan, Requirement, StandingLook, Task, VillagePick
from sanzhi.kit.ledger.obligations import wanted
from sanzhi.kit.ledger.owers import BLANK
from sanzhi.kit.ledger.reviews import first_due as first_due_of

# A number or a denominator of any requirement; the whole line where it is one unit's own share.
NUMBERS = ("kind", "at_least", "acknowledged", "counted_ground", "proves")
OWN_SHARE = ("what", "kind", "every", "at_least", "due_on", "proves")


def _reason(reason: str) -> str:
    if len(reason.strip()) < 4:
        raise Problem("ledger.reason_needed", field="reason")
    return reason.strip()


@action("ledger.change_after_confirm")
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
    made = make_missing(task, task.version.plan.town, today, only=requirement)
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


@action("ledger.add_share")
def add_share(*, by: Actor, task: Task, ower: Unit, today: dt.date, **values: Any) -> Requirement:
    """Write a responsible unit's share after confirmation (case 16); its notes per deadline, owed while it was blank, end."""
    values = tidy({"owers": Requirement.Owers.ONE, "ower": ower, **values})
    if not str(values.get("what", "")).strip():
        raise Problem("ledger.no_share", field="what")
    check_requirement(values)
    blank = task.requirements.filter(owers=Requirement.Owers.ONE, ower=ower, quote="", what__contains=BLANK)
    Obligation.objects.filter(requirement__in=blank, due_on__gte=today, dropped_on__isnull=True).update(
        dropped_on=today
    )
    requirement = new_requirement(task, values)
    task.doubts.filter(about="share", settled_on__isnull=True, why__startswith=ower.short_name).update(
        answer=requirement.what[:200], settled_by=by.audit_name, settled_on=today
    )
    made = make_missing(task, task.version.plan.town, today, only=requirement) if task.confirmed_on else 0
    about(requirement, task=task.code, ower=ower.code, obligations=made)
    return requirement


@action("ledger.pick_villages")
def pick_villages(
    *, by: Actor, plan: Plan, task: Task, villages: Iterable[Unit], today: dt.date, ground: str
) -> int:
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
    current = {
        p.unit_id: p
        for p in plan.picks.select_for_update().filter(task_code=task.code, dropped_on__isnull=True)
    }
    gone = [p for pk, p in current.items() if pk not in {u.pk for u in chosen}]
    if gone and first_due is not None and today > first_due:
        raise Problem("ledger.pick_due", field="villages", day=first_due.isoformat())
    for pick in gone:
        pick.dropped_on = today
        pick.save(update_fields=["dropped_on"])
        Obligation.objects.filter(
            requirement__task=task, unit=pick.unit_id, town_share=False, dropped_on__isnull=True
        ).exclude(requirement__owers=Requirement.Owers.ONE).update(dropped_on=today)
    for unit in chosen:
        if unit.pk not in current:
            VillagePick.objects.create(
                plan=plan, task_code=task.code, unit=unit, picked_on=today, ground=ground[:200]
            )
    made = make_missing(task, plan.town, today) if task.confirmed_on else 0
    about(plan, task=task.code, villages=[u.code for u in chosen], ground=ground, obligations=made)
    return made


def make_missing(task: Task, town: Unit, today: dt.date, *, only: Requirement | None = None) -> int:
    """Make what a confirmed task asks and does not have yet, take back what was dropped; part of an action.

    With `only`, the obligations of that requirement that it no longer asks are dropped.
    """
    current = Obligation.objects.filter(requirement__task=task)
    known = {(o.requirement_id, o.unit_id, o.period): o for o in current}
    rows = wanted(Task.objects.select_related("version__plan__town").get(pk=task.pk), town, today)
    if only is not None:
        rows = [o for o in rows if o.requirement_id == only.pk]
        keys = {(o.requirement_id, o.unit_id, o.period) for o in rows}
        gone = [o.pk for k, o in known.items() if o.requirement_id == only.pk and k not in keys]
        Obligation.objects.filter(pk__in=gone, dropped_on__isnull=True).update(dropped_on=today)
    back = [
        known[k].pk
        for o in rows
        if (k := (o.requirement_id, o.unit_id, o.period)) in known and known[k].dropped_on
    ]
    Obligation.objects.filter(pk__in=back).update(dropped_on=None)
    new = [o for o in rows if (o.requirement_id, o.unit_id, o.period) not in known]
    return len(Obligation.objects.bulk_create(new, batch_size=500)) + len(back)


@action("ledger.exempt")
def exempt(*, by: Actor, obligation: Obligation, reason: str, today: dt.date) -> Exemption:
    """Exempt one obligation with a reason (case 12); shown beside every figure it belongs to."""
    reason = _reason(reason)
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
