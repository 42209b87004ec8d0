"""Which obligations an event exempts: of its villages and tasks, those it covers by half or on their due day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from sanzhi.domain.events import exempts
from sanzhi.domain.periods import DaySpan, Span, parse
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.events.models import Event
from sanzhi.kit.ledger.models import Obligation, Requirement

TaskKey = tuple[int, str]


@dataclass(frozen=True)
class Covered:
    """What an event struck: its days (both included), villages (ids) and tasks (plan id, permanent code)."""

    first: dt.date
    last: dt.date
    villages: frozenset[int]
    tasks: frozenset[TaskKey]

    @classmethod
    def of(cls, event: Event) -> Covered:
        """What a stored event struck; two queries, none where villages and tasks were read with it."""
        return cls(
            event.opened_on,
            event.last_on,
            frozenset(row.unit_id for row in event.struck.all()),
            frozenset((row.plan_id, row.task_code) for row in event.tasks.all()),
        )

    def exempts(self, obligation: Obligation) -> bool:
        """Whether an obligation of one of the tasks and villages is exempt by the days."""
        span = span_of(obligation)
        if span is None:
            return False
        own_day = obligation.due_on if obligation.due_on != span.last else None
        return exempts(span, self.first, self.last, own_day)


def span_of(obligation: Obligation) -> Span | None:
    """The period an obligation is owed for, or its stage; None where it is never due."""
    if obligation.requirement.kind == Requirement.Kind.EVERY:
        return parse(obligation.period)
    if obligation.due_on is None:
        return None
    return DaySpan(min(obligation.begins_on, obligation.due_on), obligation.due_on)


def owed_by_villages(town: Unit) -> QuerySet[Obligation]:
    """What can be exempt by an event: owed by a unit for itself, neither withdrawn nor handed on, and late some day."""
    return (
        Obligation.objects.filter(
            town=town,
            dropped_on__isnull=True,
            handed_to__isnull=True,
            town_share=False,
            contributes=False,
            due_on__isnull=False,
        )
        .select_related("requirement__task__version__plan", "unit")
        .defer("requirement__task__version__text", "requirement__task__version__reading")
    )


def touched(town: Unit, covered: Covered, only: Collection[int] | None = None) -> list[Obligation]:
    """The obligations of the villages and tasks with a day in the event, the exempt ones among them or not."""
    if not covered.villages or not covered.tasks:
        return []
    tasks = Q(pk__in=[])
    for plan in sorted({plan for plan, _ in covered.tasks}):
        codes = sorted(code for p, code in covered.tasks if p == plan)
        tasks |= Q(requirement__task__version__plan=plan, requirement__task__code__in=codes)
    rows = owed_by_villages(town).filter(
        tasks, unit__in=covered.villages, begins_on__lte=covered.last, due_on__gte=covered.first
    )
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    return list(
        rows.order_by(
            "requirement__task__version__plan",
            "requirement__task__position",
            "requirement__position",
            "due_on",
            "unit__position",
            "pk",
        )
    )


def matches(town: Unit, covered: Covered, only: Collection[int] | None = None) -> list[Obligation]:
    """The obligations that the event exempts; of `only` (ids) where named."""
    return [o for o in touched(town, covered, only) if covered.exempts(o)]


def task_keys(obligations: Iterable[Obligation]) -> set[TaskKey]:
    """Plan and permanent code of the tasks that obligations belong to."""
    return {(o.requirement.task.version.plan_id, o.requirement.task.code) for o in obligations}
