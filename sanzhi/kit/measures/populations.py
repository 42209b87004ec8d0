"""Populations read from the registers of the ground floor; rooms name them in their coverages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind, on_day
from sanzhi.kit.measures.declarations import Population


def _units(kind: str) -> Population:
    def subjects_on(town: Unit, day: dt.date) -> dict[int, int]:
        placed = Placement.objects.filter(on_day(day), unit__kind=kind, unit__town=town)
        return {pk: pk for pk in placed.values_list("unit_id", flat=True)}

    def spells(town: Unit) -> Iterable[tuple[int, int, dt.date, dt.date | None]]:
        placed = Placement.objects.filter(unit__kind=kind, unit__town=town).order_by("unit_id", "opened_on")
        return [
            (u, u, first, until)
            for u, first, until in placed.values_list("unit_id", "opened_on", "closed_on")
        ]

    def names(ids: Iterable[int]) -> dict[int, str]:
        return dict(Unit.objects.filter(pk__in=list(ids)).values_list("pk", "short_name"))

    return Population(f"units.{kind}", UnitKind(kind).label, subjects_on, spells, names)


VILLAGES = _units(UnitKind.VILLAGE)
GRIDS = _units(UnitKind.GRID)
GROUPS = _units(UnitKind.GROUP)
