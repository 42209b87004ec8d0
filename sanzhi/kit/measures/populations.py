"""Populations read from the registers of the ground floor; rooms name them in their coverages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from sanzhi.domain.tree import range_end
from sanzhi.foundation.orgs.models import PARENT_KINDS, Placement, Unit, UnitKind, on_day
from sanzhi.kit.measures.declarations import Population


def _places(kind: str, town: Unit) -> QuerySet[Placement]:
    """Where units of a kind ever hung in a town. Read from the places, not from the town a unit belongs to now: what
    moved to another town last week was counted here last year."""
    rows = Placement.objects.filter(unit__kind=kind)
    if UnitKind.TOWN in PARENT_KINDS[kind]:
        return rows.filter(parent=town)
    under = Q(pk__in=[])
    for path in Placement.objects.filter(unit=town).values_list("path", flat=True):
        under |= Q(path__gte=path, path__lt=range_end(path))
    return rows.filter(under)


def _units(kind: str) -> Population:
    def subjects_on(town: Unit, day: dt.date) -> dict[int, int]:
        return {pk: pk for pk in _places(kind, town).filter(on_day(day)).values_list("unit_id", flat=True)}

    def spells(town: Unit) -> Iterable[tuple[int, int, dt.date, dt.date | None]]:
        placed = _places(kind, town).order_by("unit_id", "opened_on")
        return [
            (u, u, first, until)
            for u, first, until in placed.values_list("unit_id", "opened_on", "closed_on")
        ]

    def names(ids: Iterable[int]) -> dict[int, str]:
        return dict(Unit.objects.filter(pk__in=list(ids)).values_list("pk", "short_name"))

    return Population(f"units.{kind}", str(UnitKind(kind).label), subjects_on, spells, names)


VILLAGES = _units(UnitKind.VILLAGE)
GRIDS = _units(UnitKind.GRID)
GROUPS = _units(UnitKind.GROUP)
