"""Counting what was done: rows of measures, grouped in the database, summed by the pure rule (`domain.amounts.reach`)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncDate

from sanzhi.domain.amounts import Amount, Deed, first_reached, of_population, reach, wanted_of
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.measures.declarations import Coverage, Duty, Measure, Share, Source
from sanzhi.kit.measures.slots import Registers, Slot, own_key, own_subjects

Found = dict[tuple[str, Slot], Amount]


class Line(NamedTuple):
    """One group of rows: the day they count for, the deed (day, day known, how much), whether it waits for acceptance."""

    counts_for: dt.date
    deed: Deed
    waits: bool


class Wanted(NamedTuple):
    """A measure to be read for some slots, and by which of its fields its rows are told apart."""

    measure: Measure
    by: str
    rows: QuerySet[Any]


class Lines:
    """The lines of one measure by key (unit or subject, and requirement), in the order of the days they count for."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[int, int], list[Line]] = defaultdict(list)
        self._days: dict[tuple[int, int], list[dt.date]] | None = None

    def add(self, key: int, requirement: int, line: Line) -> None:
        self._by_key[key, requirement].append(line)

    def within(self, key: int, requirement: int, first: dt.date, last: dt.date) -> Sequence[Line]:
        """The lines that count for a day of first … last."""
        mine = self._by_key.get((key, requirement))
        if not mine:
            return ()
        if self._days is None:
            for lines in self._by_key.values():
                lines.sort(key=lambda line: line.counts_for)
            self._days = {k: [line.counts_for for line in lines] for k, lines in self._by_key.items()}
        days = self._days[key, requirement]
        return mine[bisect_left(days, first) : bisect_right(days, last)]

    def keys(self) -> Iterator[int]:
        """Every key that has lines."""
        return (key for key, _ in self._by_key)


def day_of(field: str, rows: Any) -> Any:
    """An expression for the Shanghai day of a date or moment field, over relations too."""
    model, found = rows.model, None
    for name in field.split("__"):
        found = model._meta.get_field(name)
        model = found.related_model if found.is_relation else model
    if found is not None and found.get_internal_type() == "DateTimeField":
        return TruncDate(field, tzinfo=SHANGHAI)
    return F(field) if "__" not in field else Cast(F(field), DateField())


def grouped(wanted: Wanted, source: int) -> Any:
    """The grouped statement of one measure: (source, key, requirement, day it counts for, done, known, how much, waiting)."""
    measure, rows = wanted.measure, wanted.rows
    counted = None if measure.waits is None else ~measure.waits
    return (
        rows.order_by()
        .annotate(
            s=Value(source),
            u=F(wanted.by),
            r=F(measure.requirement) if measure.requirement else Value(0),
            c=day_of(measure.counts_for, rows),
            d=day_of(measure.done_on, rows),
            k=day_of(measure.received, rows),
        )
        .values("s", "u", "r", "c", "d", "k")
        .annotate(
            n=Sum(measure.amount, filter=counted) if measure.amount else Count("pk", filter=counted),
            w=Count("pk", filter=measure.waits) if measure.waits is not None else Value(0),
        )
        .values_list("s", "u", "r", "c", "d", "k", "n", "w")
    )


def read_lines(wanted: Sequence[Wanted]) -> list[Lines]:
    """The lines of several measures, in one statement."""
    found = [Lines() for _ in wanted]
    if not wanted:
        return found
    parts = [grouped(w, n) for n, w in enumerate(wanted)]
    days: dict[tuple[int, int, int, dt.date], tuple[dt.date, Line]] = {}
    for source, key, requirement, counts_for, day, known, counted, waiting in (
        parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    ):
        line = Line(counts_for, Deed(day, known, counted or 0), bool(waiting))
        if wanted[source].measure.by_days:
            # A day counts once, by the record of it that came first.
            one = source, key, requirement, counts_for
            if one not in days or known < days[one][0]:
                days[one] = known, line._replace(deed=Deed(day, known, 1))
        else:
            found[source].add(key, requirement, line)
    for (source, key, requirement, _), (_, line) in days.items():
        found[source].add(key, requirement, line)
    return found


def asked_rows(measure: Measure, slots: Iterable[Slot]) -> QuerySet[Any]:
    """The rows of a measure that count for the days asked for."""
    slots = list(slots)
    rows = measure.rows().filter(
        **{
            f"{measure.counts_for}__gte": min(s.first for s in slots),
            f"{measure.counts_for}__lte": max(s.last for s in slots),
        }
    )
    requirements = {s.requirement for s in slots}
    if measure.requirement and len(requirements) <= 20:
        rows = rows.filter(**{f"{measure.requirement}__in": requirements})
    return rows


def deeds_asked(
    measure: Measure, town: Unit, slots: Sequence[Slot], stand_for: Mapping[int, int]
) -> QuerySet[Any]:
    """The rows of a measure that can count for the slots. Few units are asked for by themselves, so that what a unit
    recorded before it moved here from another town is found; many by the town that rows bear."""
    rows = asked_rows(measure, slots)
    if any(s.whole for s in slots):
        return rows.filter(town=town)
    units = {s.unit for s in slots}
    units |= {old for old, new in stand_for.items() if new in units}
    return rows.filter(**{f"{measure.unit}__in": units}) if len(units) <= _FEW else rows.filter(town=town)


_FEW = 200


def reached_asked(
    coverage: Coverage, registers: Registers, slots: Sequence[Slot], today: dt.date
) -> QuerySet[Any]:
    """The rows of a coverage's measure that reach a subject of its population, on the days asked for."""
    measure = coverage.reached_by
    assert measure is not None and measure.subject is not None
    subjects: set[int] = set()
    if any(s.whole for s in slots) or len({(s.unit, s.post) for s in slots}) > 20:
        subjects = {s.subject for s in registers.spells(coverage.population)}
    else:
        for (first, last), mine in _by_span(slots).items():
            own = owned(coverage, registers, first, last, mine, today)
            subjects |= {subject for slot in mine for subject in own.get(own_key(slot), ())}
    if coverage.population.kind == "unit" and slots:
        stand_for = registers.stand_for(max(s.last for s in slots))
        subjects |= {old for old, new in stand_for.items() if new in subjects}
    rows = asked_rows(measure, slots)
    if len(subjects) <= _FEW:
        return rows.filter(**{f"{measure.subject}__in": subjects})
    return rows.filter(town=registers.town)


def _by_span(slots: Iterable[Slot]) -> dict[tuple[dt.date, dt.date], list[Slot]]:
    found: dict[tuple[dt.date, dt.date], list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.first, slot.last].append(slot)
    return found


def owned(
    coverage: Coverage,
    registers: Registers,
    first: dt.date,
    last: dt.date,
    slots: Sequence[Slot],
    today: dt.date,
) -> dict[tuple[int, int], list[int]]:
    """Whose own the subjects of a period are: (unit, 0) or (0, post) → subjects."""
    population = coverage.population
    asked = None if any(s.whole for s in slots) else frozenset(s.unit for s in slots)
    standing = registers.standing(population, first, last, today, asked)
    units = frozenset(s.unit for s in slots if not s.post and not s.whole)
    flat = all(s.unit in units for s in standing) or not units
    below = {} if flat else registers.below(min(last, today), units)
    return own_subjects(slots, standing, below)


# --- the figures ------------------------------------------------------------------------------------------------------


def sums(
    source: Source, measure: Measure, slots: Sequence[Slot], lines: Lines, registers: Registers
) -> Found:
    """A measure's own amounts: a unit's deeds with those of the units it took over, the whole town's for a town's share."""
    result: Found = {}
    steps = registers.stand_for(max(s.last for s in slots))
    for slot in slots:
        if slot.whole:
            units = list(dict.fromkeys(lines.keys()))
        else:
            # The predecessor's own closed periods stay its own.
            stand_for = registers.stand_for(slot.last) if steps else {}
            units = [slot.unit, *(old for old, new in stand_for.items() if new == slot.unit)]
        mine = [
            x
            for u in units
            for x in lines.within(u, slot.requirement, slot.first, slot.last)
            if slot.counts(x.deed.day)
        ]
        result[source.code, slot] = reach(
            [x.deed for x in mine if x.deed.amount],
            slot.at_least,
            due_on=slot.due,
            closes_on=slot.closes_on,
            pending_on=min((x.deed.day for x in mine if x.waits), default=None),
        )
    return result


def covered(
    source: Source, slots: Sequence[Slot], lines: Lines, registers: Registers, today: dt.date
) -> Found:
    """How many subjects of a small population a measure reached; its register is read line by line."""
    coverage = source.of
    assert isinstance(coverage, Coverage)
    result: Found = {}
    for (first, last), mine in _by_span(slots).items():
        own = owned(coverage, registers, first, last, mine, today)
        everyone: list[int] = []
        if any(slot.whole for slot in mine):
            everyone = [s.subject for s in registers.standing(coverage.population, first, last, today)]
        heirs: dict[int, list[int]] = defaultdict(list)
        if coverage.population.kind == "unit":
            for old, new in registers.stand_for(min(last, today)).items():
                heirs[new].append(old)
        for slot in mine:
            subjects = everyone if slot.whole else own.get(own_key(slot), [])
            deeds = [
                (s, x.deed)
                for s in subjects
                for old in (s, *heirs.get(s, ()))
                for x in lines.within(old, 0, first, last)
                if x.deed.amount and slot.counts(x.deed.day)
            ]
            result[source.code, slot] = of_population(
                first_reached(deeds, each=coverage.each, closes_on=slot.closes_on),
                subjects,
                share=slot.share,
                count=slot.at_least,
                due_on=slot.due,
                closes_on=slot.closes_on,
                today=max(today, last),
                by_acceptance=True,
            )
    return result


def shared(source: Duty, slots: Sequence[Slot], part: Lines, whole: Lines, registers: Registers) -> Found:
    """One measure over another: the whole is the denominator; over nothing recorded nobody owes it (None)."""
    share = source.of
    assert isinstance(share, Share)
    result: Found = {}
    for slot in slots:
        stand_for = registers.stand_for(slot.last)
        units = [slot.unit, *(old for old, new in stand_for.items() if new == slot.unit)]
        if slot.whole:
            units = list(dict.fromkeys(whole.keys()))
        first, last = slot.first, slot.last
        set_down = [x.deed for u in units for x in whole.within(u, 0, first, last) if slot.counts(x.deed.day)]
        owed = sum(deed.amount for deed in set_down)
        done = [x.deed for u in units for x in part.within(u, 0, first, last) if slot.counts(x.deed.day)]
        deeds = [deed for deed in done if deed.amount]
        amount = reach(
            deeds,
            wanted_of(slot.share, slot.at_least, owed),
            due_on=slot.due,
            closes_on=slot.closes_on,
            denominator=owed or None,
        )
        result[source.code, slot] = amount
    return result
