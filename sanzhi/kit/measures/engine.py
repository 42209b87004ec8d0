"""The engine: from a declaration and a list of slots to amounts, with grouped SQL and no knowledge of any room.

A slot is what one obligation (or one cell of an indicator page) asks for. All slots of a town are counted together, in a
number of statements that depends on how many sources there are, never on units, periods or records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from sanzhi.domain.amounts import Amount
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import successors
from sanzhi.kit.measures import parts
from sanzhi.kit.measures.declarations import Coverage, Duty, Holds, Measure, Reached, Share, Source
from sanzhi.kit.measures.deeds import (
    Found,
    Lines,
    Wanted,
    asked_rows,
    covered,
    deeds_asked,
    owned,
    reached_asked,
    read_lines,
    shared,
    sums,
)
from sanzhi.kit.measures.joined import Span, covered_by_join, deeds_within, standing_rows
from sanzhi.kit.measures.parts import parts_of_town
from sanzhi.kit.measures.slots import Registers, Slot, own_key, places_below

Asked = Mapping[Source, Sequence[Slot]]

__all__ = ["Asked", "Slot", "amounts", "amounts_of", "deeds_asked", "parts_of_town", "rows_behind"]


def amounts(source: Source, town: Unit, slots: Sequence[Slot], today: dt.date) -> dict[Slot, Amount]:
    """Count every slot of one source afresh. `today` bounds what registers are read (the future is not known)."""
    return {slot: amount for (_code, slot), amount in amounts_of(town, {source: slots}, today).items()}


def amounts_of(town: Unit, asked: Asked, today: dt.date) -> Found:
    """Count every slot of all sources afresh: one statement over all deeds, one over all parts, one per register, and two
    per population that the database joins. What has not begun asks nothing of the database."""
    registers = Registers(town)
    result: Found = {}
    begun: dict[Source, list[Slot]] = {}
    for source, slots in asked.items():
        for slot in slots:
            if slot.first > today:
                result[source.code, slot] = slot.not_begun()
            else:
                begun.setdefault(source, []).append(slot)
    made_of_parts = []
    by_lines: list[tuple[Source, list[Wanted]]] = []
    for source, mine in begun.items():
        of = source.of
        if isinstance(of, Coverage) and isinstance(of.holds_on, Reached):
            made_of_parts.append((source, mine))
        elif isinstance(of, Coverage) and isinstance(of.holds_on, Holds):
            result |= parts.holding(source, mine, registers, today)
        elif isinstance(of, Coverage) and of.population.joined is not None:
            result |= covered_by_join(source, mine, registers, today)
        else:
            by_lines.append((source, _wanted(source, registers, mine, today)))
    if made_of_parts:
        result |= parts.reached(made_of_parts, registers, today)
    found = iter(read_lines([w for _, wanted in by_lines for w in wanted]))
    for source, wanted in by_lines:
        result |= _counted(source, begun[source], [next(found) for _ in wanted], registers, today)
    return result


def _wanted(source: Source, registers: Registers, slots: Sequence[Slot], today: dt.date) -> list[Wanted]:
    of = source.of
    if isinstance(of, Coverage):
        measure = of.reached_by
        assert measure is not None and measure.subject is not None
        return [Wanted(measure, measure.subject, reached_asked(of, registers, slots, today))]
    measures = (of.part, of.whole) if isinstance(of, Share) else (of,)
    stand_for = registers.stand_for(max(s.last for s in slots))
    return [Wanted(m, m.unit, deeds_asked(m, registers.town, slots, stand_for)) for m in measures]


def _counted(
    source: Source, slots: Sequence[Slot], lines: Sequence[Lines], registers: Registers, today: dt.date
) -> Found:
    of = source.of
    if isinstance(of, Coverage):
        return covered(source, slots, lines[0], registers, today)
    if isinstance(of, Share):
        assert isinstance(source, Duty)
        return shared(source, slots, lines[0], lines[1], registers)
    return sums(source, of, slots, lines[0], registers)


# --- the rows behind --------------------------------------------------------------------------------------------------


def rows_behind(source: Source, town: Unit, slot: Slot, today: dt.date | None = None) -> QuerySet[Any]:
    """The very rows a slot's figure opens to (a queryset of the source's records); `today` bounds its register."""
    of, day = source.of, today or slot.last
    if isinstance(of, Share):
        return _of_unit(of.part, town, slot)
    if isinstance(of, Measure):
        return _of_unit(of, town, slot)
    if of.holds_on is not None:
        return _that_hold(of, of.holds_on, town, slot)
    assert of.reached_by is not None
    if of.population.joined is None:
        return reached_asked(of, Registers(town), [slot], day)
    registers = Registers(town)
    read_on = slot.read_on(day)
    tops = registers.tops(read_on, frozenset({town.pk if slot.whole else slot.unit}))
    joined = of.population.joined
    subjects = standing_rows(joined, places_below(read_on, tops), read_on).values(joined.subject)
    rows = deeds_within(of.reached_by, Span(slot.first, slot.last, slot.closes_on, read_on))
    return rows.filter(**{f"{of.reached_by.subject}__in": subjects})


def _that_hold(of: Coverage, holds: Reached | Holds, town: Unit, slot: Slot) -> QuerySet[Any]:
    if slot.whole:
        return parts_of_town(holds, town, of.population.subjects_on(town, slot.last))
    own = owned(of, Registers(town), slot.first, slot.last, [slot], slot.last).get(own_key(slot), [])
    predecessors = [old for old, new in successors(town, slot.last).items() if new in {slot.unit, *own}]
    rows = holds.rows().filter(**{f"{holds.subject}__in": [slot.unit, *own, *predecessors]})
    if isinstance(holds, Holds):
        rows = rows.filter(**{f"{holds.opened_on}__lte": slot.last})
        rows = rows.exclude(**{f"{holds.closed_on}__lte": slot.first if holds.any_day else slot.last})
    return rows


def _of_unit(measure: Measure, town: Unit, slot: Slot) -> QuerySet[Any]:
    rows = asked_rows(measure, [slot])
    if measure.requirement:
        rows = rows.filter(**{measure.requirement: slot.requirement})
    if slot.whole:
        return rows.filter(town=town)
    predecessors = [old for old, new in successors(town, slot.last).items() if new == slot.unit]
    return rows.filter(**{f"{measure.unit}__in": [slot.unit, *predecessors]})
