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
    written = _Written(coverage, registers)
    result: Found = {}
    for spans in _batches(list(by_span)):
        reached: dict[int, list[tuple[int, Any, int]]] = defaultdict(list)
        asked = [written.statement(span, by_span[span], n) for n, span in enumerate(spans)]
        for n, unit, day, number in _run([statement for statement in asked if statement is not None]):
            reached[n].append((unit, day, number))
        for n, span in enumerate(spans):
            units = frozenset(s.unit for s in by_span[span] if not s.whole)
            below = registers.below(span.read_on, units) if units else {}
            result |= _told(source, by_span[span], below, reached[n])
    return result


def _told(
    source: Source, slots: Sequence[Slot], below: Mapping[int, int], rows: Iterable[tuple[int, Any, int]]
) -> Found:
    """From (group, day or None, number) to the amounts of the units above; None: those who were not reached."""
    owed: dict[int, int] = defaultdict(int)
    deeds: dict[int, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    everyone: dict[dt.date, int] = defaultdict(int)
    for group, text, number in rows:
        unit = below.get(group, group)
        owed[unit] += number
        if text is not None:
            day = _day(text)
            deeds[unit][day] += number
            everyone[day] += number
    result: Found = {}
    for slot in slots:
        mine = everyone if slot.whole else deeds.get(slot.unit, {})
        denominator = sum(owed.values()) if slot.whole else owed.get(slot.unit, 0)
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


def _run(parts: Sequence[Statement]) -> list[tuple[Any, ...]]:
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _ in parts), [v for _, values in parts for v in values]
        )
        return cursor.fetchall()


def standing_rows(joined: Joined, places: Any, day: dt.date) -> QuerySet[Any]:
    """The rows of the register in force on a day, in those places."""
    return joined.on(day).filter(**{f"{joined.unit}__in": places}).order_by()


class _Written:
    """The statements of one coverage: put together once for the same places, filled with the days of each period.

    To put one together costs more than to count a village's month by it.
    """

    def __init__(self, coverage: Coverage, registers: Registers) -> None:
        assert coverage.population.joined is not None and coverage.reached_by is not None
        self._joined, self._measure = coverage.population.joined, coverage.reached_by
        self._registers = registers
        self._known: dict[tuple[str, ...], Statement] = {}

    def statement(self, span: Span, slots: Sequence[Slot], n: int) -> Statement | None:
        """(number of the span, group, day by which subjects were reached or None, how many); None where none of the units
        stands on that day: a village that was merged before the period's end."""
        units = frozenset(self._registers.town.pk if s.whole else s.unit for s in slots)
        tops = tuple(self._registers.tops(span.read_on, units))
        if not tops:
            return None
        if tops not in self._known:
            self._known[tops] = self._put_together(tops)
        sql, values = self._known[tops]
        # Without a close nothing is late: it comes after all days.
        days = dict(
            zip(_STANDS, (span.read_on, span.first, span.last, span.closes_on or dt.date.max), strict=True)
        )
        filled = {_prepared(stand): _prepared(day) for stand, day in days.items()}
        return f"SELECT {n}, {sql}", tuple(filled.get(value, value) for value in values)

    def _put_together(self, tops: Sequence[str]) -> Statement:
        read_on, first, last, closes_on = _STANDS
        places = places_below(read_on, tops)
        joined = self._joined
        register, of_register = _compiled(
            standing_rows(joined, places, read_on), p_subject=F(joined.subject), p_unit=F(joined.unit)
        )
        deeds, of_deeds = _compiled(
            deeds_within(self._measure, Span(first, last, None, last)), **_deed_fields(self._measure)
        )
        first_days = (
            "SELECT p_unit AS f_unit, MIN(CASE WHEN r_known > %s THEN r_known ELSE r_day END) AS f_day"
            f" FROM ({register}) p LEFT JOIN ({deeds}) r ON r_subject = p_subject GROUP BY p_unit, p_subject"
        )
        return (
            f"f_unit, f_day, COUNT(*) FROM ({first_days}) f GROUP BY f_unit, f_day",
            (_prepared(closes_on), *of_register, *of_deeds),
        )


_STANDS = tuple(dt.date(1, 1, day) for day in (1, 2, 3, 4))
"""Days that stand in a statement for those of a period: when its register is read, its first, its last, its close."""


def _prepared(day: dt.date) -> Any:
    """A day as this database takes it."""
    return connection.ops.adapt_datefield_value(day)


def _compiled(rows: QuerySet[Any], **fields: Any) -> Statement:
    sql, values = rows.order_by().annotate(**fields).values_list(*fields).query.sql_with_params()
    return sql, tuple(values)


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
