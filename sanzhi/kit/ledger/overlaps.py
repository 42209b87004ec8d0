"""Where several plans of a town ask the same: one record serves all of them, and the stricter date is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sanzhi.domain.periods import Every
from sanzhi.kit.ledger.models import PlanVersion, Requirement, Task


@dataclass(frozen=True)
class Overlap:
    """A requirement and another plan's that the same record proves; `stricter` is the one to go by."""

    mine: Requirement
    other: Requirement
    stricter: Requirement

    @property
    def is_mine(self) -> bool:
        """Whether one's own is the stricter."""
        return self.stricter is self.mine

    @property
    def due_on(self) -> dt.date | None:
        """The stricter date, None for rhythms."""
        return self.stricter.due_on


_OFTEN = {e.value: n for n, e in enumerate(Every)}


def overlaps(task: Task) -> list[Overlap]:
    """The requirements of other plans of the town that the same declared duty or target proves, strictest first.

    Only confirmed tasks of the newest confirmed version of each plan. Progress notes prove one requirement each and never
    overlap.
    """
    mine = [r for r in task.requirements.all() if r.proves]
    if not mine:
        return []
    others = list(
        Requirement.objects.filter(
            proves__in={r.proves for r in mine},
            task__version__plan__town=task.version.plan.town,
            task__version__plan__year=task.version.plan.year,
            task__version__state=PlanVersion.State.CONFIRMED,
            task__confirmed_on__isnull=False,
        )
        .exclude(task__version__plan=task.version.plan)
        .select_related("task__version__plan")
        .defer("task__version__text", "task__version__reading", "task__text")
        .order_by("due_on", "pk")
    )
    newest: dict[int, int] = {}
    for other in others:
        version = other.task.version
        newest[version.plan_id] = max(newest.get(version.plan_id, 0), version.number)
    found = [
        Overlap(r, o, _stricter(r, o))
        for r in mine
        for o in others
        if o.proves == r.proves
        and o.task.version.number == newest[o.task.version.plan_id]
        and (o.kind == r.kind or {o.kind, r.kind} <= _STAGED)
    ]
    return sorted(found, key=lambda x: (x.due_on or dt.date.max, x.mine.position))


_STAGED = {Requirement.Kind.SHARE_BY_DAY, Requirement.Kind.COUNT_BY_DAY, Requirement.Kind.BY_DAY}


def _stricter(one: Requirement, other: Requirement) -> Requirement:
    """The earlier date; on one date, or for rhythms, the one that asks more."""
    if one.due_on != other.due_on and one.due_on and other.due_on:
        return one if one.due_on < other.due_on else other
    asks = [(-_OFTEN.get(r.every, 9), r.fraction or 0, r.at_least) for r in (one, other)]
    return one if asks[0] >= asks[1] else other


def strictest(requirements: Iterable[Requirement]) -> Requirement | None:
    """Of requirements that one record proves, the one to go by."""
    best: Requirement | None = None
    for requirement in requirements:
        best = requirement if best is None else _stricter(best, requirement)
    return best
