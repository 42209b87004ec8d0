"""Counting what holds: things made of parts (`Reached`) and things in force for a time (`Holds`)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, DateField, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Cast

from sanzhi.domain.amounts import Deed, Part, Whole, of_population, together
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.measures.declarations import Coverage, Holds, Reached, Source
from sanzhi.kit.measures.deeds import Found, day_of, owned
from sanzhi.kit.measures.slots import Registers, Slot, own_key


def parts_of_town(reached: Reached | Holds, town: Unit, standing: Iterable[int]) -> QuerySet[Any]:
    """The parts that subjects of a town have: those that bear the town, and those its `standing` subjects brought along
    from another town."""
    subjects = list(standing)
    rows = reached.rows()
    if len(subjects) > _MANY:
        return rows.filter(town=town)
    return rows.filter(Q(town=town) | Q(**{f"{reached.subject}__in": subjects}))


_MANY = 500


def _grouped(reached: Reached, town: Unit, standing: Iterable[int], source: int) -> Any:
    """Per subject and source: how many parts lack, when the last was reached and known, since when one waits."""
    waits = (
        Min(reached.handed_on, filter=reached.waits)
        if reached.handed_on and reached.waits
        else Cast(Value(None), DateField())
    )
    return (
        parts_of_town(reached, town, standing)
        .order_by()
        .annotate(s=Value(source), u=F(reached.subject))
        .values("s", "u")
        .annotate(
            lacking=Count("pk", filter=reached.open),
            reached=Max(reached.reached_on),
            known=Max(reached.known_on),
            waiting=waits,
        )
        .values_list("s", "u", "lacking", "reached", "known", "waiting")
    )


Asked = Sequence[tuple[Source, Sequence[Slot]]]


def reached(asked: Asked, registers: Registers, today: dt.date) -> Found:
    """How many subjects have all their parts, in one statement for all sources."""
    parts: list[list[Part]] = [[] for _ in asked]
    statements = []
    for n, (source, _) in enumerate(asked):
        coverage = _coverage(source)
        assert isinstance(coverage.holds_on, Reached)
        standing = [s.subject for s in registers.standing(coverage.population, today, today, today)]
        statements.append(_grouped(coverage.holds_on, registers.town, standing, n))
    rows = statements[0].union(*statements[1:], all=True) if len(statements) > 1 else statements[0]
    for n, subject, lacking, day, known, waiting in rows:
        parts[n].append(Part(subject, day, known, lacking > 0, waiting))
    result: Found = {}
    for (source, slots), found in zip(asked, parts, strict=True):
        by_day: dict[dt.date, list[Slot]] = defaultdict(list)
        for slot in slots:
            by_day[slot.read_on(today)].append(slot)
        for day, mine in by_day.items():
            held = together(found, registers.stand_for(day))
            result |= _judged(source, mine, held, registers, day, today, by_acceptance=False)
    return result


def _coverage(source: Source) -> Coverage:
    assert isinstance(source.of, Coverage)
    return source.of


def _judged(
    source: Source,
    slots: Sequence[Slot],
    held: Mapping[Any, Whole],
    registers: Registers,
    day: dt.date,
    today: dt.date,
    *,
    by_acceptance: bool,
) -> Found:
    coverage = _coverage(source)
    own = owned(coverage, registers, day, day, slots, today)
    everyone = [s.subject for s in registers.standing(coverage.population, day, day, today)]
    return {
        (source.code, slot): of_population(
            held,
            everyone if slot.whole else own.get(own_key(slot), []),
            share=slot.share,
            count=slot.at_least,
            due_on=slot.due,
            closes_on=slot.closes_on,
            today=today,
            by_acceptance=slot.whole or by_acceptance,
        )
        for slot in slots
    }


Force = tuple[Any, dt.date, dt.date | None, dt.date]


def in_force(holds: Holds, town: Unit, standing: Iterable[int]) -> list[Force]:
    """What was ever in force: (subject, first day, day it ended or None, day it became known)."""
    rows = parts_of_town(holds, town, standing).annotate(k_day=day_of(holds.received, holds.rows()))
    return list(rows.values_list(holds.subject, holds.opened_on, holds.closed_on, "k_day"))


def holding(source: Source, slots: Sequence[Slot], registers: Registers, today: dt.date) -> Found:
    """Of how many subjects something is in force: on the period's last day, or on any day of it."""
    coverage = _coverage(source)
    holds = coverage.holds_on
    assert isinstance(holds, Holds)
    standing = [s.subject for s in registers.standing(coverage.population, today, today, today)]
    rows = in_force(holds, registers.town, standing)
    result: Found = {}
    for slot in slots:
        day = slot.read_on(today)
        held = whole_by_force(
            rows, slot.first, day, any_day=holds.any_day, stand_for=registers.stand_for(day), slot=slot
        )
        result |= _judged(source, [slot], held, registers, day, today, by_acceptance=True)
    return result


def whole_by_force(
    rows: Iterable[Force],
    first: dt.date,
    day: dt.date,
    *,
    any_day: bool,
    stand_for: Mapping[Any, Any],
    slot: Slot,
) -> dict[Any, Whole]:
    """Per subject the earliest thing in force, as a deed of the period: done on the day it began, or the period did."""
    held: dict[Any, Whole] = {}
    for subject, opened, closed, known in rows:
        until_last = opened <= day and (closed is None or closed > (first if any_day else day))
        if not until_last:
            continue
        here = stand_for.get(subject, subject)
        deed = Deed(Deed(max(opened, first), known).judged_on(slot.closes_on))
        before = held.get(here)
        if before is None or before.deed is None or deed.day < before.deed.day:
            held[here] = Whole(deed, None)
    return held
