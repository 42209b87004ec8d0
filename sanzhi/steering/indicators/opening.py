"""What a figure opens to: the units and weeks it is the sum of, who is left out and why, and the very rows (docs/rules/opening.md)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from sanzhi.domain.periods import Every, Period, Span, periods_between
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import path_on, placements_on
from sanzhi.foundation.people.models import Post, PresenceKind
from sanzhi.foundation.people.queries import OWED, presence_counts
from sanzhi.foundation.ui.keyset import Order
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Exemption
from sanzhi.kit.measures.declarations import Coverage, Duty, Holds, Measure, Reached, Source, rows_of
from sanzhi.kit.measures.deeds import day_of
from sanzhi.kit.measures.engine import rows_behind
from sanzhi.kit.measures.populations import HOUSEHOLDS_AT_HOME
from sanzhi.kit.measures.slots import Registers
from sanzhi.steering.indicators.figures import Figure, slot_for, spans_for
from sanzhi.steering.indicators.grid import counted_grid, duty_grid, duty_stands, villages_in

PAGE = 25
UNITS_PAGE = 50


# --- what it is the sum of --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A unit below or a week within, with its own figure."""

    unit: Unit
    span: Span
    figure: Figure | None


def weeks_within(source: Source, span: Span) -> tuple[list[Span], list[Period]]:
    """The weeks whose sum a longer period is, and those of it that owe nothing (too few working days)."""
    if not (isinstance(source, Duty) and source.every is Every.WEEK and isinstance(span, Period)):
        return [], []
    if span.every is Every.WEEK:
        return [], []
    owed = spans_for(source, span)
    every = [p for p in periods_between(Every.WEEK, span.first, span.last) if p.last in span]
    return owed, [p for p in every if p not in owed]


def parts_by_week(
    town: Unit, unit: Unit, source: Source, weeks: Sequence[Span], today: dt.date
) -> list[Part]:
    """Each week's own figure; they add up to the longer period's (case 6)."""
    found = counted_grid(town, [unit], source, weeks, today) if weeks else {}
    return [Part(unit, week, found.get((unit.pk, week.code))) for week in weeks]


def units_below(town: Unit, unit: Unit, source: Source, duty: bool, span: Span, today: dt.date) -> list[Unit]:
    """The units of which each has its own part: a town's villages (of a duty also its offices), a village's groups where
    households are counted. In register order, never by what they did."""
    last = min(span.last, today)
    if unit.pk == town.pk and not duty:
        first = last if not weeks_within(source, span)[0] else span.first
        return villages_in(town, min(first, last), last)
    of = source.of
    if (
        duty
        or unit.kind != UnitKind.VILLAGE
        or not isinstance(of, Coverage)
        or of.population.kind != "household"
    ):
        return []
    path = path_on(unit, last)
    if path is None:
        return []
    placed = placements_on(last, under=path, kinds=[UnitKind.GROUP]).select_related("unit")
    return sorted((p.unit for p in placed), key=lambda u: (u.position, u.code))


def parts_by_unit(
    town: Unit, units: Sequence[Unit], source: Source, span: Span, today: dt.date
) -> list[Part]:
    """Each unit's own figure."""
    found = counted_grid(town, units, source, [span], today)
    return [Part(u, span, found.get((u.pk, span.code))) for u in units]


def parts_of_duty(town: Unit, source: Duty, span: Span, today: dt.date) -> list[Part]:
    """Each owing unit's obligations met and owed, villages first."""
    found = duty_stands(town, source, span.first, span.last, today)
    units = Unit.objects.filter(pk__in={s.obligation.unit_id for s in found})
    ordered = sorted(units, key=lambda u: (u.kind != UnitKind.VILLAGE, u.position, u.code))
    cells = duty_grid(town, source, [span], found, ordered)
    return [Part(u, span, cells.get((u.pk, span.code))) for u in ordered]


# --- who is left out, and why -----------------------------------------------------------------------------------------


def exemptions(town: Unit, unit: Unit, source: Source, span: Span) -> list[Exemption]:
    """The exemptions in force that bear on a figure, with reason and by whom."""
    rows = Exemption.objects.filter(
        revoked_on__isnull=True,
        obligation__town=town,
        obligation__requirement__proves=source.code,
        obligation__dropped_on__isnull=True,
        obligation__begins_on__lte=span.last,
        obligation__closes_on__gte=span.first,
    )
    if isinstance(span, Period):
        rows = rows.filter(obligation__due_on__gte=span.first, obligation__due_on__lte=span.last)
    else:
        rows = rows.filter(obligation__period=span.code)
    if unit.pk != town.pk:
        rows = rows.filter(obligation__unit=unit)
    rows = rows.select_related("obligation__unit", "obligation__post__person")
    return list(
        rows.order_by("obligation__unit__position", "obligation__unit__code", "obligation__due_on")[:200]
    )


def not_owed(unit: Unit, source: Source, span: Span, today: dt.date) -> list[tuple[str, int]]:
    """Households that are not in the denominator, by why: 举家外出, 空房 (case 14). Numbers only."""
    of = source.of
    if not isinstance(of, Coverage) or of.population is not HOUSEHOLDS_AT_HOME:
        return []
    day = min(span.last, today)
    path = path_on(unit, day)
    if path is None:
        return []
    groups = placements_on(day, under=path, kinds=[UnitKind.GROUP]).values("unit_id")
    sums: dict[str, int] = defaultdict(int)
    for kinds in presence_counts(day, groups).values():
        for kind, number in kinds.items():
            sums[kind] += number
    return [(str(kind.label), sums[kind]) for kind in PresenceKind if kind not in OWED and sums[kind]]


def beside(town: Unit, unit: Unit, source: Source, span: Span) -> list[tuple[str, int]]:
    """What the room prints beside a share."""
    of = source.of
    if not isinstance(of, Coverage) or of.beside is None:
        return []
    return list(of.beside(town, unit, span.first, span.last))


# --- the very rows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A record as a figure's page names it: no household, no telephone; what it says more stands on its own page."""

    name: str
    day: dt.date | None
    unit: str
    state: str
    known_on: dt.date | None
    url: str
    counts: bool


@dataclass(frozen=True)
class Rows:
    """One page of the rows behind a figure: those the person may open, how many there are in all, and by unit the others."""

    shown: list[Row]
    next_key: str
    total: int
    hidden: int
    by_unit: list[tuple[str, int]]
    once_a_day: bool
    once_each: bool


def rows_of_figure(
    user: User, town: Unit, unit: Unit, source: Source, span: Span, today: dt.date, after: str
) -> Rows:
    """The rows a single period's figure is counted from, newest first, those that do not count yet last."""
    slot = slot_for(source, unit.pk, span)
    if unit.pk == town.pk:
        slot = slot._replace(whole=True)
    parts = rows_of(source)
    rows = rows_behind(source, town, slot, today)
    room = registry.room_of(source.code)
    opens = room.opens if room is not None else None
    mine = opens(user, rows) if opens is not None else rows.none()
    total = rows.count()
    seen = mine.count()
    ordered, order = _in_order(mine, parts, span)
    found, _more = order.rows(ordered, after, PAGE + 1)
    page = found[:PAGE]
    names = _unit_names(page, parts)
    detail = room.detail if room is not None else None
    shown = [_row(r, parts, names, detail) for r in page]
    hidden = total - seen
    return Rows(
        shown,
        order.cursor(page[-1]) if len(found) > PAGE else "",
        total,
        hidden,
        _by_unit(town, unit, rows, parts, span, today) if hidden else [],
        isinstance(parts, Measure) and parts.by_days,
        isinstance(parts, Measure) and isinstance(source.of, Coverage) and not parts.by_days,
    )


def _place(parts: Measure | Reached | Holds) -> str:
    return parts.unit if isinstance(parts, Measure) else parts.subject


def _in_order(
    rows: QuerySet[Any], parts: Measure | Reached | Holds, span: Span
) -> tuple[QuerySet[Any], Order]:
    if isinstance(parts, Measure):
        day, known = parts.counts_for, parts.received
        lacks = parts.waits
    elif isinstance(parts, Reached):
        day, known = parts.reached_on, parts.known_on
        lacks = parts.open | Q(**{f"{day}__gt": span.last})
    else:
        day, known, lacks = parts.opened_on, parts.received, None
    when = (
        Case(When(lacks, then=Value(1)), default=Value(0), output_field=IntegerField())
        if lacks is not None
        else None
    )
    rows = rows.annotate(
        of_unit=F(_place(parts)),
        day_told=F(day),
        day_known=day_of(known, rows),
        lacks=when if when is not None else Value(0, output_field=IntegerField()),
    )
    terms = ("lacks", f"-{day}") if when is not None else (f"-{day}",)
    return rows, Order.of(rows, terms)


def _unit_names(page: Sequence[Any], parts: Measure | Reached | Holds) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in={r.of_unit for r in page}).values_list("pk", "short_name"))


def _row(row: Any, parts: Measure | Reached | Holds, names: dict[int, str], detail: Any) -> Row:
    name = str(row)
    states = [getattr(row, f"get_{field}_display", None) for field in ("state", "outcome")]
    said = next((str(state()) for state in states if state is not None), "")
    return Row(
        name="" if name.startswith(type(row).__name__) else name,
        day=row.day_told,
        unit=names.get(row.of_unit, ""),
        state=said,
        known_on=row.day_known,
        url=detail(row) if detail is not None else "",
        counts=not row.lacks,
    )


def _by_unit(
    town: Unit, unit: Unit, rows: QuerySet[Any], parts: Measure | Reached | Holds, span: Span, today: dt.date
) -> list[tuple[str, int]]:
    """How many rows each village has (a town's), in register order: numbers for whoever may not open them."""
    if unit.pk != town.pk:
        return []
    counts = rows.order_by().values_list(_place(parts)).annotate(n=Count("pk"))
    last = min(span.last, today)
    villages = villages_in(town, last, last)
    below = Registers(town).below(last, [v.pk for v in villages])
    sums: dict[int, int] = defaultdict(int)
    for key, number in counts:
        sums[below.get(key, key)] += number
    return [(v.short_name, sums[v.pk]) for v in villages if sums[v.pk]]


def holders(posts: Iterable[int | None]) -> dict[int, str]:
    """Post → who holds it."""
    rows = Post.objects.filter(pk__in={p for p in posts if p}).select_related("person")
    return {p.pk: p.person.name for p in rows}
