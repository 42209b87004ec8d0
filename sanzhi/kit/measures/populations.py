"""Populations read from the registers of the ground floor; rooms name them in their coverages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet

from sanzhi.domain.tree import keys, range_end
from sanzhi.foundation.orgs.models import PARENT_KINDS, Placement, Succession, Unit, UnitKind, on_day
from sanzhi.foundation.orgs.queries import OF_A_TOWN
from sanzhi.foundation.people.models import Household, Person, Post, Presence, PresenceKind, Stay
from sanzhi.foundation.people.queries import OWED
from sanzhi.kit.measures.declarations import Joined, Population, Spell

UNITS = ("village", "office", "town_units", "units", "grid", "group", "town")
"""Changes of these registers may change where anything stands, and who stands for whom."""


def _places(kind: str, town: Unit) -> QuerySet[Placement]:
    """Where units of a kind ever hung in a town. Read from the places, not from the town a unit belongs to now: what
    moved to another town last week was counted here last year."""
    rows = Placement.objects.filter(unit__kind=kind)
    if UnitKind.TOWN in PARENT_KINDS[kind]:
        return rows.filter(parent=town)
    return rows.filter(_under(town))


def _under(town: Unit, prefix: str = "") -> Q:
    under = Q(pk__in=[])
    for path in Placement.objects.filter(unit=town).values_list("path", flat=True):
        under |= Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": range_end(path)})
    return under


def above(units: Iterable[int], since: dt.date) -> set[int]:
    """The villages and offices in which units stood on `since` or later (themselves, or those they hung under), and those
    that took them over: whoever's figures what they recorded can change."""
    found = set(units)
    found |= set(Succession.objects.filter(predecessor__in=found).values_list("successor_id", flat=True))
    result = set()
    for unit, path, closed_on in Placement.objects.filter(unit__in=found).values_list(
        "unit_id", "path", "closed_on"
    ):
        way = keys(path)
        if len(way) > OF_A_TOWN and (closed_on is None or closed_on > since or way[OF_A_TOWN] == unit):
            result.add(way[OF_A_TOWN])
    return result


def _units(kind: str) -> Population:
    def spells(town: Unit) -> Iterable[Spell]:
        placed = _places(kind, town).order_by("unit_id", "opened_on")
        return [
            Spell(u, u, first, until)
            for u, first, until in placed.values_list("unit_id", "opened_on", "closed_on")
        ]

    def names(ids: Iterable[int]) -> dict[int, str]:
        return dict(Unit.objects.filter(pk__in=list(ids)).values_list("pk", "short_name"))

    return Population(
        code=f"units.{kind}",
        label=str(UnitKind(kind).label),
        spells=spells,
        names=names,
        homes=above,
        registers=frozenset(),
        reads=(Unit, Placement, Succession),
    )


VILLAGES = _units(UnitKind.VILLAGE)
GRIDS = _units(UnitKind.GRID)
GROUPS = _units(UnitKind.GROUP)


# --- people -----------------------------------------------------------------------------------------------------------


def _cadre_spells(town: Unit) -> list[Spell]:
    """Posts of members of the two committees, each person once: of several at a time the one that began first."""
    rows = Post.objects.filter(two_committees=True, unit__town=town).order_by("person", "opened_on", "pk")
    found: list[Spell] = []
    free: dict[int, dt.date] = {}
    for person, unit, first, until in rows.values_list("person_id", "unit_id", "opened_on", "closed_on"):
        begins = max(first, free.get(person, first))
        if until is None or until > begins:
            found.append(Spell(person, unit, begins, until))
            free[person] = dt.date.max if until is None else until
    return found


def _person_names(ids: Iterable[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _person_homes(subjects: Iterable[int], since: dt.date) -> set[int]:
    rows = Post.objects.filter(person__in=list(subjects)).exclude(closed_on__lte=since)
    return above(rows.values_list("unit_id", flat=True), since)


CADRES = Population(
    code="people.cadres",
    label="在岗的村“两委”成员",
    spells=_cadre_spells,
    names=_person_names,
    homes=_person_homes,
    registers=frozenset({"posts"}),
    reads=(Post, Unit, Placement, Succession),
    kind="person",
)
"""Cadres in post: members of a village's two committees, each person once."""


# --- households -------------------------------------------------------------------------------------------------------


def _stays(kinds: tuple[str, ...], day: dt.date) -> QuerySet[Stay]:
    there = Presence.objects.filter(on_day(day), household=OuterRef("household"), kind__in=kinds)
    return Stay.objects.filter(on_day(day), Exists(there))


def _household_spells(kinds: tuple[str, ...], town: Unit) -> list[Spell]:
    """Every span in which a household stood in a group of the town with one of these kinds of presence."""
    groups = set(_places(UnitKind.GROUP, town).values_list("unit_id", flat=True))
    stays = (
        Stay.objects.filter(group__in=groups)
        if len(groups) <= _FEW
        else Stay.objects.filter(group__town=town)
    )
    presences: dict[int, list[tuple[dt.date, dt.date | None]]] = {}
    rows = Presence.objects.filter(household__in=stays.values("household"), kind__in=kinds)
    for household, first, until in rows.values_list("household_id", "opened_on", "closed_on"):
        presences.setdefault(household, []).append((first, until))
    found = []
    for household, group, first, until in stays.values_list(
        "household_id", "group_id", "opened_on", "closed_on"
    ):
        for begins, ends in presences.get(household, ()):
            start = max(first, begins)
            stop = min(until or dt.date.max, ends or dt.date.max)
            if start < stop:
                found.append(Spell(household, group, start, None if stop == dt.date.max else stop))
    return sorted(found, key=lambda s: (s.subject, s.first))


_FEW = 400


def _household_names(ids: Iterable[int]) -> dict[int, str]:
    return dict(Household.objects.filter(pk__in=list(ids)).values_list("pk", "number"))


def _household_homes(subjects: Iterable[int], since: dt.date) -> set[int]:
    rows = Stay.objects.filter(household__in=list(subjects)).exclude(closed_on__lte=since)
    return above(rows.values_list("group_id", flat=True), since)


def _households(code: str, label: str, kinds: tuple[str, ...]) -> Population:
    return Population(
        code=code,
        label=label,
        spells=partial(_household_spells, kinds),
        names=_household_names,
        homes=_household_homes,
        registers=frozenset({"households"}),
        reads=(Stay, Presence, Household, Unit, Placement, Succession),
        kind="household",
        joined=Joined(partial(_stays, kinds), "household_id", "group_id"),
    )


HOUSEHOLDS_AT_HOME = _households("people.households_at_home", "常住和季节性在家的户", tuple(OWED))
"""Households owed a visit in the month: 常住 and 季节性在家 on its last day (case 14)."""

HOUSEHOLDS_AWAY = _households("people.households_away", "举家外出的户", (PresenceKind.AWAY,))
"""Households 举家外出 on the last day: owed one contact in the quarter, shown beside (case 14)."""
