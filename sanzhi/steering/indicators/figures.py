"""Indicators: an exact fraction per unit and period, from what each room declares (docs/rules/coverage.md).

Two kinds. What a room's coverage, share or sum says of a unit: households reached / households owed. And what a duty says:
obligations met / obligations owed, with the exempt beside (case 12). A month of a weekly duty adds up its weeks (case 6).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sanzhi.domain.amounts import Amount
from sanzhi.domain.periods import (
    DaySpan,
    Every,
    Period,
    Span,
    closes_on,
    is_owed,
    parse_span,
    periods_between,
)
from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.states import met_in_time
from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Exemption, Obligation
from sanzhi.kit.ledger.queries import by_key, light, requirements_of
from sanzhi.kit.ledger.standing import Stand, source_of, stands
from sanzhi.kit.measures.declarations import Coverage, Duty, Measure, Reached, Share, Source, Spell
from sanzhi.kit.measures.freshness import figures
from sanzhi.kit.measures.populations import VILLAGES
from sanzhi.kit.measures.slots import Slot

declare(
    "figures",
    {
        "no_unit": "没有编码为“{code}”的单位。请在机构名册里核对编码。",
        "no_indicator": "没有编码为“{code}”的指标。请从指标列表里选。",
    },
)


@dataclass(frozen=True)
class Figure:
    """An indicator of a unit in a period. `denominator` None: nobody owes it, or a sum that has none.

    `kind`: "coverage" (also shares), "sum" or "duty". `slots` are what was asked of `source`, for the rows behind;
    `missing`: the population is there to be counted but holds nothing (登记未完成).
    """

    code: str
    label: str
    words: str
    kind: str
    unit: Unit
    period: str
    numerator: int
    denominator: int | None
    on_time: int
    exempt: int = 0
    source: Source | None = None
    slots: tuple[Slot, ...] = ()
    beside: tuple[tuple[str, int], ...] = field(default=())

    @property
    def fraction(self) -> Fraction | None:
        """The exact share; None when nobody owes it or nothing is registered."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def span_of(code: str) -> Span:
    """The days of a period or a stage by its code; refuses what is neither."""
    return parse_span(code, dt.date.min) if not code.startswith("by:") else _stage(code)


def _stage(code: str) -> Span:
    last = parse_span(code, dt.date.max).last
    return parse_span(code, dt.date(last.year, 1, 1))


def figures_of(
    town: Unit, units: Sequence[Unit], period: str, today: dt.date, only: str = ""
) -> list[Figure]:
    """Every indicator (or the `only` one of that code) of these units of a town in a period, in the order of rooms and units.

    The units stand beside each other: what is asked of a village and of its group at once is counted for the group alone.
    """
    span = span_of(period)
    found = _counted(town, units, span, today, only)
    found += _duties(town, units, span, today, only)
    place = {u.pk: n for n, u in enumerate(units)}
    order = {code: n for n, code in enumerate(codes())}
    return sorted(found, key=lambda f: (order[f.code], place[f.unit.pk]))


def codes() -> dict[str, str]:
    """Code → label of every indicator that rooms declare, in their order."""
    found: dict[str, str] = {}
    for source in registry.duties().values():
        if counted_by_itself(source):
            found[source.of.code] = str(source.of.label)
        if isinstance(source, Duty):
            found[source.code] = str(source.label)
    return found


def counted_by_itself(source: Source) -> bool:
    """Whether what a source counts is an indicator by itself: not what is told apart by requirement."""
    return not (isinstance(source.of, Measure) and source.of.requirement)


# --- what coverages, shares and sums say ------------------------------------------------------------------------------


def spans_for(source: Source, span: Span) -> list[Span]:
    """The spans a source is counted over for a period: itself, or the weeks of it that are owed; none where it makes no
    sense, as the weeks of a monthly coverage or a year of it (coverage never adds up over periods)."""
    every = source.every if isinstance(source, Duty) else None
    if every is None or not isinstance(span, Period):
        return [span] if every is None else []
    if every is Every.WEEK:
        weeks = [p for p in periods_between(Every.WEEK, span.first, span.last) if p.last in span]
        return [w for w in weeks if is_owed(w, dt.date.min, statutory_calendar())]
    return [span] if every is span.every else []


def _counted(town: Unit, units: Sequence[Unit], span: Span, today: dt.date, only: str) -> list[Figure]:
    below = Members(town, today)
    asked: dict[Source, list[Slot]] = {}
    for source in registry.duties().values():
        wanted = counted_by_itself(source) and only in ("", source.of.code)
        spans = spans_for(source, span) if wanted else []
        if spans:
            members = dict.fromkeys((pk, s) for s in spans for u in units for pk in below.of(u, s))
            asked[source] = [slot_for(source, pk, s) for pk, s in members]
    amounts = figures(town, asked, today)
    exempt = exempt_in(town, [s.code for s in asked], span)
    result: dict[tuple[str, int], Figure] = {}
    for source, slots in asked.items():
        by_unit = {(slot.unit, slot.period): slot for slot in slots}
        spans = spans_for(source, span)
        for unit in units:
            mine = [by_unit[pk, s.code] for s in spans for pk in below.of(unit, s)]
            result.setdefault((source.of.code, unit.pk), summed(source, unit, span, mine, amounts, exempt))
    return list(result.values())


class Members:
    """Of which units a unit's figure is the sum: a town's of the villages that stood on each span's own last day, so that a
    week before a merge is still that of the villages of that week (case 6)."""

    def __init__(self, town: Unit, today: dt.date) -> None:
        self.town, self.today = town, today
        self._spells: list[Spell] | None = None
        self._villages: dict[dt.date, list[int]] = {}

    def of(self, unit: Unit, span: Span) -> list[int]:
        """The units whose amounts make the unit's figure over a span."""
        if unit.kind != UnitKind.TOWN:
            return [unit.pk]
        day = min(span.last, self.today)
        if day not in self._villages:
            if self._spells is None:
                self._spells = list(VILLAGES.spells(self.town))
            here = (s for s in self._spells if s.first <= day and (s.until is None or day < s.until))
            self._villages[day] = [s.subject for s in here]
        return self._villages[day]


def slot_for(source: Source, unit: int, span: Span) -> Slot:
    """What an indicator asks of a unit: all of its own."""
    share = Fraction(1) if isinstance(source.of, Coverage | Share) else None
    return Slot(unit, span.code, span.first, span.last, closes_on(span), share=share)


def summed(
    source: Source,
    unit: Unit,
    span: Span,
    slots: Iterable[Slot],
    amounts: Mapping[tuple[str, Slot], Amount],
    exempt: dict[tuple[str, int, str], int],
) -> Figure:
    """Units below and weeks within added up; an exempt unit that did not do it stands on neither side (case 12)."""
    of = source.of
    # What stands once it is built is counted up to the period's last day; an obligation also knows what came later.
    by_its_day = isinstance(of, Coverage) and isinstance(of.holds_on, Reached)
    numerator = on_time = exempted = 0
    owed: int | None = None
    counted = []
    for slot in slots:
        amount = amounts[source.code, slot]
        met = amount.met_on is not None and (not by_its_day or amount.met_on <= slot.last)
        if (source.code, slot.unit, slot.period) in exempt and not met:
            exempted += 1
            continue
        counted.append(slot)
        numerator += amount.on_time if by_its_day else amount.numerator
        on_time += amount.on_time
        if amount.denominator is not None:
            owed = (owed or 0) + amount.denominator
    return Figure(
        code=of.code,
        label=str(of.label),
        words=str(source.words),
        kind="sum" if isinstance(of, Measure) else "coverage",
        unit=unit,
        period=span.code,
        numerator=numerator,
        denominator=owed,
        on_time=on_time,
        exempt=exempted,
        source=source,
        slots=tuple(counted),
    )


def exempt_in(town: Unit, sources: Sequence[str], span: Span) -> dict[tuple[str, int, str], int]:
    """The exemptions in force that bear on a period: (source, unit, period) → how many."""
    rows = Exemption.objects.filter(
        revoked_on__isnull=True,
        obligation__town=town,
        obligation__post__isnull=True,
        obligation__requirement__proves__in=sources,
        obligation__dropped_on__isnull=True,
        obligation__begins_on__lte=span.last,
        obligation__closes_on__gte=span.first,
    )
    found: dict[tuple[str, int, str], int] = defaultdict(int)
    for key in rows.values_list(
        "obligation__requirement__proves", "obligation__unit_id", "obligation__period"
    ):
        found[key] += 1
    return found


# --- what duties say --------------------------------------------------------------------------------------------------


def _duties(town: Unit, units: Sequence[Unit], span: Span, today: dt.date, only: str) -> list[Figure]:
    if not isinstance(span, Period) or (only and only not in registry.duties()):
        return []
    requirements = by_key(requirements_of(town))
    rows = Obligation.objects.filter(
        town=town,
        dropped_on__isnull=True,
        handed_to__isnull=True,
        # The periods that end in it: some are due before their last day.
        closes_on__gte=closes_on(DaySpan(span.first, span.first)),
        closes_on__lte=closes_on(span),
        requirement__kind="every",
    )
    if not any(u.kind == UnitKind.TOWN for u in units):
        rows = rows.filter(unit__in=[u.pk for u in units])
    by_source: dict[Source, list[Stand]] = defaultdict(list)
    for stand in stands(light(rows, requirements), town, today):
        by_source[source_of(stand.obligation.requirement)].append(stand)
    result = []
    for source, mine in by_source.items():
        if isinstance(source, Duty) and only in ("", source.code):
            for unit in units:
                own = [s for s in mine if unit.kind == UnitKind.TOWN or s.obligation.unit_id == unit.pk]
                if own:
                    result.append(duty_figure(source, unit, span, own))
    return result


def duty_figure(source: Duty, unit: Unit, span: Span, own: Sequence[Stand]) -> Figure:
    """Obligations met / owed. Several plans that ask the same of a unit and period ask it once."""
    once: dict[tuple[int, int | None, str], Stand] = {}
    for stand in own:
        o = stand.obligation
        key = (o.unit_id, o.post_id, o.period) if not _generic(source) else (o.pk, None, o.period)
        before = once.get(key)
        if before is None or (before.facts.met_on is not None and stand.facts.met_on is None):
            once[key] = stand
    met = [s for s in once.values() if s.facts.met_on is not None]
    exempt = [s for s in once.values() if s.facts.exempt and s.facts.met_on is None]
    owed = len(once) - len(exempt)
    return Figure(
        code=source.code,
        label=str(source.label),
        words=str(source.words),
        kind="duty",
        unit=unit,
        period=span.code,
        numerator=len(met),
        denominator=owed or None,
        on_time=sum(met_in_time(s.facts) for s in met),
        exempt=len(exempt),
        source=source,
    )


def _generic(source: Source) -> bool:
    return isinstance(source.of, Measure) and source.of.requirement is not None


def unit_by_code(town: Unit, code: str) -> Unit:
    """A unit of the town by its code (or the town itself); refuses another."""
    found = Unit.objects.filter(code=code).first()
    if found is None or (found.pk != town.pk and found.town_id != town.pk):
        raise Problem("figures.no_unit", code=code)
    return found
