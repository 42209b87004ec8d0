"""The doors of a group in walking order, with what this month and this quarter already brought."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sanzhi.domain.periods import Every, Period, period_of
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import PresenceKind, Stay
from sanzhi.foundation.people.queries import OWED, stays_on
from sanzhi.mechanisms.visits.models import Visit
from sanzhi.mechanisms.visits.rules import REACHED_OUTCOMES


@dataclass(frozen=True)
class Try:
    """One earlier visit of the month."""

    on: dt.date
    half_day: str
    outcome: str


@dataclass(frozen=True)
class Door:
    """A household behind its door on a day. `settled_on`: since when its month is closed; `contacted_on`: the last time in
    the quarter that somebody of it was met (what one is owed who is away)."""

    household: int
    number: str
    surname: str
    door: str
    walk_order: int
    presence: str
    tries: tuple[Try, ...]
    settled_on: dt.date | None
    contacted_on: dt.date | None

    @property
    def owed(self) -> bool:
        """Whether it is to be reached this month: 常住 or 季节性在家."""
        return self.presence in OWED

    @property
    def away(self) -> bool:
        """Whether all of it are away: one contact in the quarter."""
        return self.presence == PresenceKind.AWAY

    @property
    def open(self) -> bool:
        """Whether it is still to be reached: this month, or where away this quarter."""
        return (self.owed and self.settled_on is None) or (self.away and self.contacted_on is None)


def doors_of(group: Unit, day: dt.date) -> list[Door]:
    """Every household of a group on a day, in walking order, in two queries. Who shows them logs the look."""
    return doors_in([group.pk], day).get(group.pk, [])


def doors_in(groups: Collection[int], day: dt.date) -> dict[int, list[Door]]:
    """The same for many groups (their keys) at once, by group."""
    stays = list(stays_on(day, groups))
    visits = _this_quarter([s.household_id for s in stays], day)
    found: dict[int, list[Door]] = defaultdict(list)
    for stay in stays:
        found[stay.group_id].append(_door(stay, visits[stay.household_id], period_of(Every.MONTH, day)))
    return found


_BATCH = 500


def _this_quarter(households: list[int], day: dt.date) -> dict[int, list[Visit]]:
    quarter = period_of(Every.QUARTER, day)
    visits: dict[int, list[Visit]] = defaultdict(list)
    for start in range(0, len(households), _BATCH):
        rows = Visit.objects.filter(
            counts=True,
            household__in=households[start : start + _BATCH],
            happened_on__range=(quarter.first, quarter.last),
        )
        for visit in rows.order_by("happened_on", "pk"):
            visits[visit.household_id].append(visit)
    return visits


def _door(stay: Stay, mine: list[Visit], month: Period) -> Door:
    this_month = [v for v in mine if v.happened_on in month]
    met = [v.happened_on for v in mine if v.outcome in REACHED_OUTCOMES]
    return Door(
        household=stay.household_id,
        number=stay.household.number,
        surname=stay.household.contact_surname,
        door=stay.door,
        walk_order=stay.walk_order,
        presence=getattr(stay, "presence", None) or "",
        tries=tuple(Try(v.happened_on, v.half_day, v.outcome) for v in this_month),
        settled_on=min((v.happened_on for v in this_month if v.settles), default=None),
        contacted_on=max(met, default=None),
    )


def not_yet_reached(group: Unit, day: dt.date) -> list[Door]:
    """The doors still to be reached this month, in walking order (households away are not among them)."""
    return [door for door in doors_of(group, day) if door.owed and door.settled_on is None]
