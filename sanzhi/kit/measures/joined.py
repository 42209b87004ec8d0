"""Counting a population of thousands: the database joins register and deeds by subject, and gives one row per unit and day.

The rows come back as a small histogram (unit, day by which a subject was reached, how many), from which the pure rule
tells how many, how many in time, and on which day the share was reached. No subject is ever read into memory.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from sanzhi.domain.amounts import Deed, reach, wanted_of
from sanzhi.kit.measures.declarations import Coverage, Joined, Measure, Source
from sanzhi.kit.measures.deeds import Found, day_of
from sanzhi.kit.measures.slots import Registers, Slot, places_below


class Span(NamedTuple):
    """Days that are counted together: those of a period, when it closes, and the day its register is read."""

    first: dt.date
    last: dt.date
    closes_on: dt.date | None
    read_on: dt.date


Statement = tuple[str, tuple[Any, ...]]
AT_ONCE = 24
"""So many periods in one statement."""


def covered_by_join(source: Source, slots: Sequence[Slot], registers: Registers, today: dt.date) -> Found:
    """How many subjects of a joined population a measure reached, for every slot."""
    coverage = source.of
    assert isinstance(coverage, Coverage)
    by_span: dict[Span, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_span[Span(slot.first, slot.last, slot.closes_on, slot.read_on(today))].append(slot)
    result: Found = {}
    for spans in _batches(list(by_span)):
        units = {span: frozenset(s.unit for s in by_span[span] if not s.whole) for span in spans}
        places = {span: _places(registers, span, by_span[span]) for span in spans}
        owed = _sums(_run(_denominator(coverage, places[s], s, n) for n, s in enumerate(spans)))
        days = _run(_numerator(coverage, places[s], s, n) for n, s in enumerate(spans))
        reached: dict[int, list[tuple[int, dt.date, int]]] = defaultdict(list)
        for n, unit, day, number in days:
            reached[n].append((unit, _day(day), number))
        for n, span in enumerate(spans):
            below = registers.below(span.read_on, units[span]) if units[span] else {}
            result |= _told(source, by_span[span], below, owed[n], reached[n])
    return result


def _told(
    source: Source,
    slots: Sequence[Slot],
    below: Mapping[int, int],
    owed: Mapping[int, int],
    reached: Iterable[tuple[int, dt.date, int]],
) -> Found:
    """From (group, day, number) to the amounts of the units above."""
    whole: dict[int, int] = defaultdict(int)
    for unit, number in owed.items():
        whole[below.get(unit, unit)] += number
    deeds: dict[int, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for unit, day, number in reached:
        deeds[below.get(unit, unit)][day] += number
    everyone: dict[dt.date, int] = defaultdict(int)
    for days in deeds.values():
        for day, number in days.items():
            everyone[day] += number
    result: Found = {}
    for slot in slots:
        mine = everyone if slot.whole else deeds.get(slot.unit, {})
        denominator = sum(whole.values()) if slot.whole else whole.get(slot.unit, 0)
        result[source.code, slot] = reach(
            [Deed(day, None, number) for day, number in mine.items()],
            wanted_of(slot.share, slot.at_least, denominator),
            due_on=slot.due,
            closes_on=None,
            denominator=denominator,
        )
    return result


def _batches(spans: list[Span]) -> Iterator[list[Span]]:
    return (spans[i : i + AT_ONCE] for i in range(0, len(spans), AT_ONCE))


def _day(value: Any) -> dt.date:
    # SQLite gives what a CASE chose as text.
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _run(statements: Iterable[Statement]) -> list[tuple[Any, ...]]:
    parts = list(statements)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _ in parts), [v for _, values in parts for v in values]
        )
        return cursor.fetchall()


def _sums(rows: Iterable[tuple[Any, ...]]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for n, unit, number in rows:
        found[n][unit] = number
    return found


def _places(registers: Registers, span: Span, slots: Sequence[Slot]) -> QuerySet[Any]:
    """The units, on the day the register is read, below those that are asked for."""
    units = {registers.town.pk if s.whole else s.unit for s in slots}
    tops = registers.tops(span.read_on, frozenset(units))
    return places_below(span.read_on, tops)


def standing_rows(joined: Joined, places: Any, day: dt.date) -> QuerySet[Any]:
    """The rows of the register in force on a day, in those places."""
    return joined.on(day).filter(**{f"{joined.unit}__in": places}).order_by()


def _compiled(rows: QuerySet[Any], **fields: Any) -> Statement:
    sql, values = rows.order_by().annotate(**fields).values_list(*fields).query.sql_with_params()
    return sql, tuple(values)


def _denominator(coverage: Coverage, places: Any, span: Span, n: int) -> Statement:
    joined = _joined(coverage)
    sql, values = _compiled(
        standing_rows(joined, places, span.read_on), p_subject=F(joined.subject), p_unit=F(joined.unit)
    )
    return f"SELECT {n}, p_unit, COUNT(*) FROM ({sql}) p GROUP BY p_unit", values


def _numerator(coverage: Coverage, places: Any, span: Span, n: int) -> Statement:
    joined, measure = _joined(coverage), coverage.reached_by
    assert measure is not None
    register, of_register = _compiled(
        standing_rows(joined, places, span.read_on), p_subject=F(joined.subject), p_unit=F(joined.unit)
    )
    deeds, of_deeds = _compiled(deeds_within(measure, span), **_deed_fields(measure))
    judged, of_judged = "r_day", tuple[Any, ...]()
    if span.closes_on is not None:
        judged, of_judged = "CASE WHEN r_known > %s THEN r_known ELSE r_day END", (span.closes_on,)
    first_days = (
        f"SELECT p_unit AS f_unit, MIN({judged}) AS f_day FROM ({register}) p"
        f" JOIN ({deeds}) r ON r_subject = p_subject GROUP BY p_unit, p_subject"
    )
    return (
        f"SELECT {n}, f_unit, f_day, COUNT(*) FROM ({first_days}) f GROUP BY f_unit, f_day",
        (*of_judged, *of_register, *of_deeds),
    )


def deeds_within(measure: Measure, span: Span) -> QuerySet[Any]:
    """The rows of a measure that count for a day of the span."""
    return measure.rows().filter(
        **{f"{measure.counts_for}__gte": span.first, f"{measure.counts_for}__lte": span.last}
    )


def _deed_fields(measure: Measure) -> dict[str, Any]:
    rows = measure.rows()
    return {
        "r_subject": F(measure.subject or ""),
        "r_day": day_of(measure.done_on, rows),
        "r_known": day_of(measure.received, rows),
    }


def _joined(coverage: Coverage) -> Joined:
    joined = coverage.population.joined
    assert joined is not None
    return joined
