"""Reads of the register of units. Every one takes the day it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from sanzhi.domain.tree import depth, keys, range_end
from sanzhi.foundation.orgs.models import Placement, Succession, TownUnitMark, Unit, UnitAlias, on_day


def placements_on(
    day: dt.date, *, under: str | None = None, kinds: Iterable[str] | None = None
) -> QuerySet[Placement]:
    """Placements in force on `day`, in the subtree of path `under` (itself included), of the given kinds."""
    rows = Placement.objects.filter(on_day(day))
    if under is not None:
        rows = rows.filter(path__gte=under, path__lt=range_end(under))
    if kinds is not None:
        rows = rows.filter(unit__kind__in=list(kinds))
    return rows


def units_on(day: dt.date, *, town: Unit | None = None, kinds: Iterable[str] | None = None) -> QuerySet[Unit]:
    """Units standing on `day`, in register order."""
    # Unit by unit: a town's are few, the places of a county on a day are not.
    rows = Unit.objects.filter(Exists(Placement.objects.filter(on_day(day), unit=OuterRef("pk"))))
    if town is not None:
        rows = rows.filter(Q(town=town) | Q(pk=town.pk))
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return rows.order_by("position", "code")


def path_on(unit: Unit, day: dt.date) -> str | None:
    """The unit's path on `day`; None where it did not stand."""
    # Written out: pages ask it several times, and to put it together costs more than to answer it.
    with connection.cursor() as cursor:
        cursor.execute(_PATH_ON, [unit.pk, day, day])
        row = cursor.fetchone()
    return row[0] if row is not None else None


_PATH_ON = f"""SELECT path FROM {Placement._meta.db_table}
    WHERE unit_id = %s AND opened_on <= %s AND (closed_on IS NULL OR closed_on > %s) ORDER BY id LIMIT 1"""


def town_units_on(town: Unit, day: dt.date) -> QuerySet[Unit]:
    """The offices that count as 镇直单位 on `day`."""
    return Unit.objects.filter(
        pk__in=TownUnitMark.objects.filter(on_day(day), unit__town=town).values("unit")
    ).order_by("position", "code")


def succession_steps(town: Unit) -> list[tuple[int, int, dt.date]]:
    """Every succession of the town in the order of its days: (predecessor, successor, since when)."""
    rows = Succession.objects.filter(successor__town=town).order_by("on", "pk")
    return list(rows.values_list("predecessor_id", "successor_id", "on"))


def follow(steps: Iterable[tuple[int, int, dt.date]], day: dt.date) -> dict[int, int]:
    """Who stands for whom on `day`, chains of successions followed to their end."""
    taken: dict[int, int] = {old: new for old, new, on in steps if on <= day}
    result = {}
    for start in taken:
        end, seen = start, {start}
        while end in taken and taken[end] not in seen:
            end = taken[end]
            seen.add(end)
        result[start] = end
    return result


def successors(town: Unit, day: dt.date) -> dict[int, int]:
    """Unit id → id of the unit that stands for it on `day`; only units that were succeeded."""
    return follow(succession_steps(town), day)


def standing_in(units: Iterable[int], since: dt.date) -> set[int]:
    """The villages and offices in which units stood on `since` or later: themselves, or those they hung under."""
    placed = Placement.objects.filter(unit__in=list(units)).exclude(closed_on__lte=since)
    paths = placed.values_list("path", flat=True)
    return {keys(path)[OF_A_TOWN] for path in paths if depth(path) > OF_A_TOWN}


OF_A_TOWN = 2
"""Where villages and offices stand on a path: under county and town."""


def names_of(town: Unit, day: dt.date) -> dict[str, Unit]:
    """Every name by which a unit of the town may be printed on `day` → the unit (full, short, alias; offices and villages)."""
    units = list(units_on(day, town=town, kinds=("town", "office", "village")))
    names = {u.name: u for u in units} | {u.short_name: u for u in units}
    by_id = {u.pk: u for u in units}
    for alias in UnitAlias.objects.filter(town=town, unit_id__in=by_id):
        names[alias.name] = by_id[alias.unit_id]
    return names


def first_days(units: Iterable[int]) -> dict[int, dt.date]:
    """Unit id → the day it was first registered from."""
    ids = list(units)
    found: dict[int, dt.date] = {}
    for start in range(0, len(ids), 500):
        rows = Placement.objects.filter(unit__in=ids[start : start + 500]).values("unit_id")
        found |= dict(rows.annotate(first=Min("opened_on")).values_list("unit_id", "first").order_by())
    return found


def codes_taken(codes: Iterable[str]) -> dict[str, str]:
    """Code → name of the unit of any town, standing or closed, that bears it already."""
    wanted = list(codes)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = Unit.objects.filter(code__in=wanted[start : start + 500])
        found |= dict(rows.values_list("code", "short_name"))
    return found
