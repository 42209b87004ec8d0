"""Confirming a first version, task by task or all at once: from then on its requirements are owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.access import leads
from sanzhi.kit.ledger.actions.editing import held, new_requirement
from sanzhi.kit.ledger.events.applying import exempt_by_events
from sanzhi.kit.ledger.models import Doubt, Obligation, PlanVersion, Requirement, Task, TaskUnit
from sanzhi.kit.ledger.obligations import ruling_of, wanted
from sanzhi.kit.ledger.owers import BLANK, Register, responsible, without_share
from sanzhi.kit.ledger.shares import asked_number

AT_ONCE = 500


def open_tasks(version: PlanVersion, tasks: Iterable[Task]) -> list[Task]:
    """Those of the tasks that nobody has confirmed yet, read anew with all that says who owes them, and kept from
    corrections until the action ends."""
    chosen = [t.pk for t in tasks]
    rows = (
        Task.objects.filter(version=version, pk__in=chosen, confirmed_on__isnull=True)
        .select_for_update(of=("self",))
        .select_related("predecessor")
        .prefetch_related("units__unit", "requirements__ower")
    )
    found = list(rows)
    for task in found:
        task.version = version
    return found


def check_names(tasks: Iterable[Task]) -> None:
    """Refuse while a printed name means no unit; says which task lacks it."""
    for task in tasks:
        names = [u.printed_name for u in task.units.all() if u.meaning == TaskUnit.Meaning.UNMATCHED]
        if names:
            raise Problem("ledger.units_unmatched", task=str(task), names="、".join(names))


@action("ledger.confirm_tasks", "确认任务分解")
def confirm_tasks(
    *, by: Actor, version: PlanVersion, tasks: Iterable[Task], today: dt.date, for_lead_unit: bool = False
) -> int:
    """Confirm tasks: from now on their requirements are owed. Returns how many obligations were made.

    Refuses without the plan's first day and while a printed name has no unit; a later version is confirmed as a whole
    (`confirm_new_version`). Confirming twice, or two people at once, makes each obligation once.
    """
    now = held(version)
    if now.first_day is None:
        raise Problem("ledger.first_day_needed", field="first_day")
    if earlier(now) is not None:
        raise Problem("ledger.whole_version")
    chosen = open_tasks(now, tasks)
    check_names(chosen)
    for task in chosen:
        task.for_lead_unit = for_lead_unit
    made = settle_and_owe(now, chosen, by, today)
    version.refresh_from_db(fields=["state", "confirmed_on", "confirmed_by"])
    about(now, tasks=[t.code for t in chosen], obligations=made, for_lead_unit=for_lead_unit)
    return made


@action("ledger.confirm_reviewed", "核对后确认任务分解")
def confirm_reviewed(
    *, by: User, version: PlanVersion, tasks: Iterable[Task], today: dt.date, shares_seen: bool
) -> int:
    """Confirm tasks from the review page: numbers of shares acknowledged, 代牵头单位确认 marked where it was theirs to do.

    Refuses with `ledger.shares_unseen` while a share's whole number was neither acknowledged before nor now.
    """
    chosen = open_tasks(held(version), tasks)
    if not chosen and not version.tasks.filter(confirmed_on__isnull=False).exists():
        raise Problem("ledger.no_tasks_confirmed")
    acknowledge(by, version, chosen, shares_seen)
    own = [t for t in chosen if leads(by, t)]
    others = [t for t in chosen if t not in own]
    made = confirm_tasks(by=by, version=version, tasks=own, today=today) if own else 0
    if others:
        made += confirm_tasks(by=by, version=version, tasks=others, today=today, for_lead_unit=True)
    about(version, reviewed=len(chosen), obligations=made)
    return made


def acknowledge(by: Actor, version: PlanVersion, tasks: Iterable[Task], seen: bool) -> None:
    """Write down that a person saw the whole numbers of shares; part of the action that calls it (case 11)."""
    town = version.plan.town
    unseen = [
        (r, number)
        for t in tasks
        for r in t.requirements.all()
        if not r.acknowledged and (number := asked_number(r, town)) is not None
    ]
    if unseen and not seen:
        raise Problem("ledger.shares_unseen", field="shares_seen", count=len(unseen))
    for requirement, number in unseen:
        requirement.acknowledged = f"{number.needed}/{number.denominator}（{by.audit_name}）"[:60]
    Requirement.objects.bulk_update([r for r, _ in unseen], ["acknowledged"], batch_size=AT_ONCE)


def settle_and_owe(version: PlanVersion, tasks: list[Task], by: Actor, today: dt.date) -> int:
    """Mark tasks (and with the first of them the version) as confirmed and make what they ask; part of an action."""
    if version.state == PlanVersion.State.READ and tasks:
        version.state, version.confirmed_on, version.confirmed_by = (
            version.State.CONFIRMED,
            today,
            by.audit_name,
        )
        version.save(update_fields=["state", "confirmed_on", "confirmed_by"])
    mark(tasks, by, today)
    made = Obligation.objects.bulk_create(asked(version, tasks, today), batch_size=AT_ONCE)
    exempt_by_events(by, version.plan.town, [o.pk for o in made], today)
    return len(made)


def mark(tasks: list[Task], by: Actor, today: dt.date) -> None:
    """Write who confirmed tasks and when."""
    for task in tasks:
        task.confirmed_on, task.confirmed_by = today, by.audit_name
    Task.objects.bulk_update(tasks, ["confirmed_on", "confirmed_by", "for_lead_unit"], batch_size=AT_ONCE)


def asked(version: PlanVersion, tasks: Iterable[Task], today: dt.date) -> list[Obligation]:
    """What the tasks ask, unsaved; shares that nobody wrote are filled as the rule says (case 16)."""
    town = version.plan.town
    register = Register(town, max(today, version.first_day or today))
    ruling = ruling_of(version, today)
    rows: list[Obligation] = []
    for task in tasks:
        found = responsible(task, town, register.day, register)
        blank = without_share(task, found)
        if blank:
            _fill_shares(task, blank)
        rows += wanted(task, town, today, register=register, ruling=ruling)
    return rows


def _fill_shares(task: Task, blank: list[Unit]) -> None:
    """A share left blank is a doubt, and its unit owes one progress note per dated deadline."""
    days = sorted({r.due_on for r in task.requirements.all() if r.due_on is not None})
    owed_already = {
        r.due_on for r in task.requirements.all() if r.owers == Requirement.Owers.RESPONSIBLE and r.due_on
    }
    for unit in blank:
        Doubt.objects.create(
            version=task.version,
            task=task,
            about="share",
            why=f"{unit.short_name}的份额没有确认：做什么、多久一次、何时完成。暂按每个截止日交一份进展说明。",
        )
        for day in days:
            if day not in owed_already:
                new_requirement(
                    task,
                    {
                        "kind": Requirement.Kind.BY_DAY,
                        "what": f"报告本单位配合落实的情况（{BLANK}）",
                        "owers": Requirement.Owers.ONE,
                        "ower": unit,
                        "due_on": day,
                    },
                )
    task.refresh_from_db(fields=["requirements"])


def earlier(version: PlanVersion) -> PlanVersion | None:
    """The confirmed version that a version would follow; None for a plan's first."""
    return (
        version.plan.versions.filter(state=PlanVersion.State.CONFIRMED, number__lt=version.number)
        .order_by("-number")
        .first()
    )


@action("ledger.discard_version", "放弃读取结果")
def discard_version(*, by: Actor, version: PlanVersion) -> None:
    """Give up a reading that nobody confirmed."""
    if held(version).state != PlanVersion.State.READ:
        raise Problem("ledger.confirmed", task=version.plan.name)
    version.state = PlanVersion.State.DISCARDED
    version.save(update_fields=["state"])
    about(version, discarded=True)
