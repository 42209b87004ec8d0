"""The ledger follows the registers: after a merge, a closing or an opening, what is still open is owed by who stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.foundation.orgs.queries import successors
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Task
from sanzhi.kit.ledger.obligations import wanted

Key = tuple[int, int, str]
AT_ONCE = 500


@action("ledger.follow_registers")
def follow_registers(*, by: Actor, town: Unit, since: dt.date, today: dt.date) -> tuple[int, int, int]:
    """Bring open obligations due on or after `since` in line with the units that stand today (case 1, docs/rules/ledger.md).

    What a succeeded unit owes reads 已移交 and is its successor's, once per requirement and period; what a closed unit
    without successor owes reads 已撤销; a unit that is new owes what its kind owes. Closed periods stay with the units
    that stood in them. Returns how many obligations were made, handed over and dropped; a second run changes nothing.
    """
    open_then = Q(due_on__isnull=True) | Q(due_on__gte=since, closes_on__gte=today)
    made = handed = dropped = 0
    for task in _confirmed(town):
        known = {
            _key(o): o
            for o in Obligation.objects.filter(open_then, requirement__task=task, post__isnull=True).order_by(
                "pk"
            )
        }
        rows = [
            o
            for o in wanted(task, town, today)
            if o.due_on is None or (o.due_on >= since and o.closes_on is not None and o.closes_on >= today)
        ]
        new = Obligation.objects.bulk_create([o for o in rows if _key(o) not in known], batch_size=AT_ONCE)
        owed = known | {_key(o): o for o in new}
        given, gone = _leavers(known.values(), {_key(o) for o in rows}, owed, town, today)
        Obligation.objects.bulk_update(
            [*given, *gone], ["handed_to", "handed_on", "dropped_on"], batch_size=AT_ONCE
        )
        made, handed, dropped = made + len(new), handed + len(given), dropped + len(gone)
    about(town, since=since, made=made, handed_over=handed, dropped=dropped)
    return made, handed, dropped


def _confirmed(town: Unit) -> Iterable[Task]:
    return (
        Task.objects.filter(
            version__plan__town=town, version__state=PlanVersion.State.CONFIRMED, confirmed_on__isnull=False
        )
        .select_related("version__plan__town")
        .prefetch_related("units__unit", "requirements__ower")
    )


def _key(obligation: Obligation) -> Key:
    return obligation.requirement_id, obligation.unit_id, obligation.period


def _leavers(
    known: Iterable[Obligation], kept: set[Key], owed: dict[Key, Obligation], town: Unit, today: dt.date
) -> tuple[list[Obligation], list[Obligation]]:
    """Obligations of units that no longer stand: those handed to a successor's, and those that fall away."""
    leaving = [o for o in known if _key(o) not in kept and o.dropped_on is None and o.handed_to_id is None]
    units = {o.unit_id for o in leaving}
    standing = set(Placement.objects.filter(on_day(today), unit__in=units).values_list("unit_id", flat=True))
    heirs = successors(town, today)
    given, gone = [], []
    for obligation in leaving:
        if obligation.unit_id in standing:
            # It stands, so the plan or a pick changed: not the registers' to say.
            continue
        heir = owed.get((obligation.requirement_id, heirs.get(obligation.unit_id, 0), obligation.period))
        if heir is not None:
            obligation.handed_to, obligation.handed_on = heir, today
            given.append(obligation)
        else:
            obligation.dropped_on = today
            gone.append(obligation)
    return given, gone
