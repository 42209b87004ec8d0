"""Many units and periods of one indicator in a few statements: the table of villages by months, and a figure's parts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sanzhi.domain.periods import DaySpan, Every, Period, Span, closes_on, periods_of_year
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import by_key, light, requirements_of
from sanzhi.kit.ledger.standing import Stand, source_of, stands
from sanzhi.kit.measures.declarations import Duty, Source
from sanzhi.kit.measures.freshness import figures
from sanzhi.kit.measures.populations import VILLAGES
from sanzhi.steering.indicators.figures import (
    Figure,
    Members,
    duty_figure,
    exempt_in,
    slot_for,
    spans_for,
    summed,
)

Grid = dict[tuple[int, str], Figure]


def counted_grid(
    town: Unit, units: Sequence[Unit], source: Source, spans: Sequence[Span], today: dt.date
) -> Grid:
    """What a coverage, share or sum says of each unit in each span: the same number of statements however many there are.

    The units stand beside each other, or are the town and its villages. A span in which it makes no sense is left out.
    """
    members = Members(town, today)
    within = {span: spans_for(source, span) for span in spans}
    wanted = {span: parts for span, parts in within.items() if parts}
    if not wanted or not units:
        return {}
    asked = dict.fromkeys(
        (pk, part)
        for parts in wanted.values()
        for part in parts
        for unit in units
        for pk in members.of(unit, part)
    )
    slots = {(pk, part.code): slot_for(source, pk, part) for pk, part in asked}
    amounts = figures(town, {source: list(slots.values())}, today)
    exempt = exempt_in(town, [source.code], _around(wanted))
    found: Grid = {}
    for span, parts in wanted.items():
        for unit in units:
            mine = [slots[pk, part.code] for part in parts for pk in members.of(unit, part)]
            found[unit.pk, span.code] = summed(source, unit, span, mine, amounts, exempt)
    return found


def _around(spans: Iterable[Span]) -> DaySpan:
    known = list(spans)
    return DaySpan(min(s.first for s in known), max(s.last for s in known))


def duty_stands(
    town: Unit, source: Duty, first: dt.date, last: dt.date, today: dt.date, units: Sequence[int] = ()
) -> list[Stand]:
    """The obligations of a duty whose periods end on one of these days, of the named units or of all, in register order."""
    rows = Obligation.objects.filter(
        town=town,
        dropped_on__isnull=True,
        handed_to__isnull=True,
        requirement__kind="every",
        closes_on__gte=closes_on(DaySpan(first, first)),
        closes_on__lte=closes_on(DaySpan(first, last)),
    )
    if units:
        rows = rows.filter(unit__in=units)
    known = by_key(r for r in requirements_of(town) if source_of(r) is source)
    return stands(light(rows.filter(requirement__in=list(known)), known), town, today)


def duty_grid(
    town: Unit, source: Duty, spans: Sequence[Span], found: Sequence[Stand], units: Sequence[Unit]
) -> Grid:
    """Obligations met / owed of each unit, and of the town where it is among them, in each span."""
    by_cell: dict[tuple[int, str], list[Stand]] = defaultdict(list)
    whole = {u.pk for u in units if u.kind == UnitKind.TOWN}
    for stand in found:
        closes = stand.obligation.closes_on
        for span in spans:
            if closes is not None and closes_on(DaySpan(span.first, span.first)) <= closes <= closes_on(span):
                for pk in (stand.obligation.unit_id, *whole):
                    by_cell[pk, span.code].append(stand)
    by_span = {span.code: span for span in spans}
    by_unit = {u.pk: u for u in units}
    return {
        (pk, code): duty_figure(source, by_unit[pk], by_span[code], mine)
        for (pk, code), mine in by_cell.items()
        if pk in by_unit
    }


def grid(
    town: Unit, units: Sequence[Unit], code: str, source: Source, spans: Sequence[Span], today: dt.date
) -> Grid:
    """The figures of one indicator for units and spans; a cell that nobody owes may be missing."""
    if isinstance(source, Duty) and source.code == code:
        if not spans or not units:
            return {}
        around = _around(spans)
        of_all = any(u.kind == UnitKind.TOWN for u in units)
        found = duty_stands(
            town, source, around.first, around.last, today, () if of_all else [u.pk for u in units]
        )
        return duty_grid(town, source, spans, found, units)
    return counted_grid(town, units, source, spans, today)


def columns_of(source: Source, year: int, today: dt.date) -> list[Period]:
    """The periods of a year that have begun, in the rhythm in which an indicator is told: months, or longer."""
    every = source.every if isinstance(source, Duty) else None
    rhythm = every if every in (Every.QUARTER, Every.HALF_YEAR, Every.YEAR) else Every.MONTH
    return [p for p in periods_of_year(rhythm, year) if p.first <= today]


def villages_in(town: Unit, first: dt.date, last: dt.date) -> list[Unit]:
    """Villages that stood in a town on a day of these, in register order; those that ended meanwhile included."""
    keys = {
        s.subject for s in VILLAGES.spells(town) if s.first <= last and (s.until is None or s.until > first)
    }
    found = (
        Unit.objects.filter(pk__in=keys) if len(keys) <= _FEW else Unit.objects.filter(kind=UnitKind.VILLAGE)
    )
    return sorted((u for u in found if u.pk in keys), key=lambda u: (u.position, u.code))


_FEW = 900
