"""Coverage by group and village in a fixed number of queries, and what is printed beside it (case 14).

Numbers only. The share itself is what the duty `visits.households` says; a test compares both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from sanzhi.domain.periods import Every, period_of
from sanzhi.domain.tree import range_end
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind, on_day
from sanzhi.foundation.people.models import Presence, PresenceKind, Stay
from sanzhi.foundation.people.queries import OWED
from sanzhi.mechanisms.visits.models import Visit
from sanzhi.mechanisms.visits.queries.places import village_on_path


@dataclass(frozen=True)
class Reached:
    """Households of a unit in a month: owed and reached, of these declined and by attempts; away and contacted; empty.

    `groups` stand in it with households owed, `groups_left_out` of them saw no visit that counts in the month.
    """

    owed: int = 0
    reached: int = 0
    declined: int = 0
    by_attempts: int = 0
    away: int = 0
    contacted: int = 0
    groups: int = 0
    groups_left_out: int = 0

    @property
    def open(self) -> int:
        """How many are still to be reached."""
        return self.owed - self.reached

    def __add__(self, other: Reached) -> Reached:
        return Reached(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def _visits(first: dt.date, last: dt.date, **more: object) -> Exists:
    rows = Visit.objects.filter(
        counts=True, household=OuterRef("household"), happened_on__range=(first, last), **more
    )
    return Exists(rows)


def by_group(groups: Collection[int] | QuerySet, last: dt.date, today: dt.date) -> dict[int, Reached]:
    """Group → its figures of the month that ends on `last`, read on that day, or today while it is still to come. Two queries."""
    month, quarter = period_of(Every.MONTH, last), period_of(Every.QUARTER, last)
    day = min(last, today)
    kinds = Presence.objects.filter(on_day(day), household=OuterRef("household")).values("kind")[:1]
    stays = Stay.objects.filter(on_day(day), group__in=groups).annotate(presence=Subquery(kinds))
    at_home = (
        stays.filter(presence__in=OWED)
        .annotate(
            settled=_visits(month.first, month.last, settles=True),
            met=_visits(month.first, month.last, outcome="reached"),
            refused=_visits(month.first, month.last, outcome="declined"),
            tried=_visits(month.first, month.last),
        )
        .values("group_id")
        .annotate(
            owed=Count("pk"),
            reached=Count("pk", filter=Q(settled=True)),
            declined=Count("pk", filter=Q(refused=True, met=False)),
            by_attempts=Count("pk", filter=Q(settled=True, met=False, refused=False)),
            visited=Count("pk", filter=Q(tried=True)),
        )
        .order_by()
    )
    found = {}
    for row in at_home.values_list("group_id", "owed", "reached", "declined", "by_attempts", "visited"):
        group, owed, reached, declined, by_attempts, visited = row
        found[group] = Reached(
            owed, reached, declined, by_attempts, groups=1, groups_left_out=int(not visited)
        )
    away = (
        stays.filter(presence=PresenceKind.AWAY)
        .annotate(met=_visits(quarter.first, quarter.last, outcome__in=("reached", "declined")))
        .values("group_id")
        .annotate(away=Count("pk"), contacted=Count("pk", filter=Q(met=True)))
        .order_by()
    )
    for group, number, contacted in away.values_list("group_id", "away", "contacted"):
        found[group] = found.get(group, Reached()) + Reached(away=number, contacted=contacted)
    return found


def groups_below(unit: Unit, day: dt.date) -> dict[int, int]:
    """Group → village, of all groups that stood under a town or village on a day. Two queries."""
    paths = list(Placement.objects.filter(on_day(day), unit=unit).values_list("path", flat=True))
    under = Q(pk__in=[])
    for path in paths:
        under |= Q(path__gte=path, path__lt=range_end(path))
    rows = Placement.objects.filter(on_day(day), under, unit__kind=UnitKind.GROUP)
    placed = {group: village_on_path(path) for group, path in rows.values_list("unit_id", "path")}
    return {group: village for group, village in placed.items() if village is not None}


def by_village(town: Unit, last: dt.date, today: dt.date) -> tuple[dict[int, Reached], dict[int, Reached]]:
    """(village → figures, group → figures) of a town or a village in the month that ends on `last`. Four queries."""
    villages = groups_below(town, min(last, today))
    groups = by_group(list(villages), last, today)
    found: dict[int, Reached] = {}
    for group, figures in groups.items():
        village = villages[group]
        found[village] = found.get(village, Reached()) + figures
    return found, groups


def total(rows: Iterable[Reached]) -> Reached:
    """The sum over units."""
    return sum(rows, Reached())


def beside(town: Unit, unit: Unit, first: dt.date, last: dt.date) -> list[tuple[str, int]]:
    """What is printed beside a month's share of a unit: (words, number), in this order."""
    sums = total(by_group(list(groups_below(unit, last)), last, last).values())
    return [
        ("其中群众不便", sums.declined),
        ("其中两次上门无人并留条", sums.by_attempts),
        ("举家外出", sums.away),
        ("外出户本季度已联系", sums.contacted),
        ("本月没有走到的小组", sums.groups_left_out),
    ]
