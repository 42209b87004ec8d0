"""What the pages of events read: the events of a town, the tasks that villages owe, what an event exempts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Count, Q, QuerySet

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.events.matching import TaskKey, owed_by_villages
from sanzhi.kit.ledger.events.models import Event
from sanzhi.kit.ledger.models import Exemption, Obligation, Task, TaskUnit


def events_of(town: Unit) -> QuerySet[Event]:
    """All events of a town, revoked ones too; `freed` is how many obligations each exempts now."""
    now = Q(exempted__exemption__revoked_on__isnull=True)
    rows = Event.objects.filter(town=town).annotate(freed=Count("exempted", filter=now))
    return rows.select_related("town").prefetch_related("struck__unit", "tasks")


def task_choices(town: Unit, user: User) -> list[tuple[str, str]]:
    """("plan:code", words) of the tasks of which villages owe something with a due day, one's own unit's first."""
    latest: dict[TaskKey, Task] = {}
    ids = owed_by_villages(town).order_by().values("requirement__task").distinct()
    rows = Task.objects.filter(pk__in=ids).select_related("version__plan")
    for task in rows.defer("version__text", "version__reading").order_by("version__number"):
        latest[task.version.plan_id, task.code] = task
    mine = {h.unit.pk for h in user.holdings if h.role == Role.OFFICER}
    led = set(
        TaskUnit.objects.filter(
            task__in=[t.pk for t in latest.values()], role=TaskUnit.Role.LEAD, unit__in=mine
        ).values_list("task_id", flat=True)
    )
    plans = {plan for plan, _ in latest}
    ordered = sorted(latest.items(), key=lambda item: (item[1].pk not in led, item[0][0], item[1].position))
    return [
        (f"{plan}:{code}", f"{f'{task.version.plan.name} ' if len(plans) > 1 else ''}{code} {task}")
        for (plan, code), task in ordered
    ]


def task_key(value: str) -> TaskKey:
    """The plan and code that a choice of the form stands for."""
    plan, _, code = value.partition(":")
    return int(plan), code


def tasks_of(event: Event) -> list[str]:
    """The tasks an event concerns, in words."""
    found = []
    for row in event.tasks.all():
        task = (
            Task.objects.filter(version__plan=row.plan_id, code=row.task_code, confirmed_on__isnull=False)
            .order_by("-version__number")
            .first()
        )
        found.append(f"{row.task_code} {task}" if task is not None else row.task_code)
    return found


def exempt_by(event: Event, mine: QuerySet[Obligation]) -> list[Obligation]:
    """What an event exempts now, of the obligations that somebody may read."""
    ids = event.exempted.filter(exemption__revoked_on__isnull=True).values("obligation")
    rows = mine.filter(pk__in=ids).select_related("requirement__task__version__plan", "unit")
    return list(
        rows.defer("requirement__task__version__text", "requirement__task__version__reading").order_by(
            "requirement__task__version__plan",
            "requirement__task__position",
            "requirement__position",
            "due_on",
            "unit__position",
        )
    )


def exempt_already(obligations: Sequence[Obligation] | Iterable[Obligation]) -> set[int]:
    """Ids of those that are exempt by now."""
    ids, found = [o.pk for o in obligations], set()
    for start in range(0, len(ids), 500):
        rows = Exemption.objects.filter(obligation__in=ids[start : start + 500], revoked_on__isnull=True)
        found |= set(rows.values_list("obligation_id", flat=True))
    return found
