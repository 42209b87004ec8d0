"""Entering an event that exempts, and taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger.events import refusals as refusals
from sanzhi.kit.ledger.events.applying import AT_ONCE, apply_event, exempt_by_events
from sanzhi.kit.ledger.events.matching import Covered, TaskKey, matches
from sanzhi.kit.ledger.events.models import Event, EventTask, EventVillage
from sanzhi.kit.ledger.models import Exemption, PlanVersion, Task, TaskUnit

LONGEST = 366


def covered_by(
    town: Unit, *, first: dt.date, last: dt.date, villages: Iterable[Unit], tasks: Collection[TaskKey]
) -> Covered:
    """What an event would cover; refuses days the wrong way round, more than a year, units that are no villages of
    the town, and codes that no confirmed task bears."""
    if last < first:
        raise Problem("events.backwards", field="last", first=first.isoformat(), last=last.isoformat())
    days = (last - first).days + 1
    if days > LONGEST:
        raise Problem("events.too_long", field="last", days=days)
    chosen = list(villages)
    if not chosen:
        raise Problem("events.villages", field="villages")
    for unit in chosen:
        if unit.kind != UnitKind.VILLAGE or unit.town_id != town.pk:
            raise Problem("events.not_village", field="villages", unit=unit.short_name)
    if not tasks:
        raise Problem("events.tasks", field="tasks")
    known = set(_confirmed(town).values_list("version__plan_id", "code"))
    for key in sorted(tasks):
        if key not in known:
            raise Problem("events.not_task", field="tasks", code=key[1])
    return Covered(first, last, frozenset(u.pk for u in chosen), frozenset(tasks))


@action("ledger.enter_event", "登记免除事件")
def enter_event(
    *,
    by: User,
    town: Unit,
    kind: str,
    name: str,
    first: dt.date,
    last: dt.date,
    villages: Iterable[Unit],
    tasks: Collection[TaskKey],
    ground: str,
    today: dt.date,
) -> Event:
    """Enter an event from `first` to `last` (both included) and exempt in this one act all that it covers (case 18).

    What is made later and covered is exempt as it is made. Refuses as `covered_by` does, without name or ground, and the
    very same event a second time.
    """
    chosen = list(villages)
    covered = covered_by(town, first=first, last=last, villages=chosen, tasks=tasks)
    name, ground = name.strip(), ground.strip()
    if len(name) < 2:
        raise Problem("events.name", field="name")
    if len(ground) < 4:
        raise Problem("events.ground", field="ground")
    # The town's row is held, so that the same form sent twice is one event.
    Unit.objects.select_for_update().only("pk").get(pk=town.pk)
    _refuse_twin(town, name, covered)
    event = Event.objects.create(
        town=town,
        kind=kind,
        name=name,
        opened_on=first,
        closed_on=last + dt.timedelta(days=1),
        ground=ground,
        entered_on=today,
        entered_by=by.audit_name,
        for_lead_unit=not leads_all(by, town, tasks),
    )
    EventVillage.objects.bulk_create(EventVillage(event=event, unit=unit) for unit in chosen)
    EventTask.objects.bulk_create(
        EventTask(event=event, plan_id=plan, task_code=code) for plan, code in sorted(tasks)
    )
    number = apply_event(by, event, matches(town, covered), today)
    about(
        event,
        name=name,
        first=first,
        last=last,
        villages=sorted(u.code for u in chosen),
        tasks=[code for _, code in sorted(tasks)],
        ground=ground,
        exempted=number,
    )
    return event


@action("ledger.revoke_event", "撤销免除事件")
def revoke_event(*, by: User, event: Event, reason: str, today: dt.date) -> int:
    """Take an event back: what it exempted is owed again, unless another event covers it. Returns how many it freed.

    Refuses without a reason, and a second time.
    """
    row = Event.objects.select_for_update(of=("self",)).select_related("town").get(pk=event.pk)
    if row.revoked_on is not None:
        raise Problem("events.revoked")
    if len(reason.strip()) < 4:
        raise Problem("events.reason", field="reason")
    row.revoked_on, row.revoked_by, row.revoked_reason = today, by.audit_name, reason.strip()[:200]
    row.save(update_fields=["revoked_on", "revoked_by", "revoked_reason"])
    held = list(row.exempted.filter(exemption__revoked_on__isnull=True).select_related("obligation__town"))
    for start in range(0, len(held), AT_ONCE):
        ids = [h.exemption_id for h in held[start : start + AT_ONCE]]
        Exemption.objects.filter(pk__in=ids).update(revoked_on=today)
    for one in held:
        about(one.obligation, exempt=None, event=row.pk)
    again = exempt_by_events(by, row.town, [h.obligation_id for h in held], today)
    about(row, revoked=row.revoked_reason, freed=len(held), exempt_by_others=again)
    event.refresh_from_db()
    return len(held)


def _refuse_twin(town: Unit, name: str, covered: Covered) -> None:
    twins = Event.objects.filter(
        town=town, name=name, opened_on=covered.first, revoked_on__isnull=True
    ).prefetch_related("struck", "tasks")
    for twin in twins:
        if Covered.of(twin) == covered:
            raise Problem(
                "events.known",
                name=twin.name,
                first=covered.first.isoformat(),
                last=covered.last.isoformat(),
            )


def _confirmed(town: Unit) -> QuerySet[Task]:
    return Task.objects.filter(
        version__plan__town=town,
        version__state=PlanVersion.State.CONFIRMED,
        confirmed_on__isnull=False,
    )


def leads_all(user: User, town: Unit, tasks: Collection[TaskKey]) -> bool:
    """Whether a person's unit leads every one of the tasks, in the latest confirmed version of each plan."""
    mine = {h.unit.pk for h in user.holdings if h.role == Role.OFFICER}
    led = set(
        TaskUnit.objects.filter(
            task__in=_confirmed(town), role=TaskUnit.Role.LEAD, unit__in=mine
        ).values_list("task__version__plan_id", "task__code")
    )
    return set(tasks) <= led
