"""The figures of a unit and, where asked, of all that hangs under it: what the command line prints."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import path_on, placements_on
from sanzhi.steering.indicators.figures import Figure, figures_of, span_of

WHOLE = (UnitKind.TOWN, UnitKind.VILLAGE)
"""Of these every figure is told, also where the register holds nothing; of others what they have."""
_LEVELS = ((UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.OFFICE), (UnitKind.GRID,), (UnitKind.GROUP,))


def figures_below(town: Unit, unit: Unit, period: str, today: dt.date, *, below: bool) -> list[Figure]:
    """Every figure of a unit in a period, in the order of unit and indicator codes; with `below` also of each unit that
    hangs under it on the period's last day (today, while that is still to come)."""
    day = min(span_of(period).last, today)
    units = {unit.pk: unit}
    path = path_on(unit, day)
    if below and path is not None:
        units |= {p.unit_id: p.unit for p in placements_on(day, under=path).select_related("unit")}
    found: list[Figure] = []
    # What is asked of a village and of its group at once would be counted for the group alone.
    for level in _LEVELS:
        mine = [u for u in units.values() if u.kind in level]
        found += figures_of(town, mine, period, today) if mine else []
    told = (f for f in found if f.unit.kind in WHOLE or f.denominator or f.numerator or f.exempt)
    return sorted(told, key=lambda f: (f.unit.code, f.code))
