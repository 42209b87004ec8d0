"""The engine: from a declaration and a list of slots to amounts, with grouped SQL and no knowledge of any room.

A slot is what one obligation (or one cell of an indicator page) asks for. All slots of a town are counted together:
one grouped query over all deeds, one over all parts, one over each population's register, whatever days are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncDate

from sanzhi.domain.amounts import Amount, Deed, Part, of_population, reach, together
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import follow, succession_steps, successors
from sanzhi.kit.measures.declarations import Duty, Measure, Population, Reached, Source, Target


class Slot(NamedTuple):
    """What is asked: of which unit (`whole`: of its town's population), over which days, and how much.

    `share` or `at_least` so many; `requirement` only where the source's rows name it. `period` is the period's code.
    """

    unit: int
    period: str
    first: dt.date
    last: dt.date
    closes_on: dt.date | None
    whole: bool = False
    share: Fraction | None = None
    at_least: int = 1
    requirement: int = 0

    @property
    def asks(self) -> str:
        """What is asked, as the tally keeps it: "whole 4/5", "own 1"."""
        amount = str(self.share) if self.share is not None else str(self.at_least)
        return f"{'whole' if self.whole else 'own'} {amount}"


Asked = Mapping[Source, Sequence[Slot]]
Found = dict[tuple[str, Slot], Amount]
Deeds = list[tuple[dt.date, Deed, bool]]


def amounts(source: Source, town: Unit, slots: Sequence[Slot], today: dt.date) -> dict[Slot, Amount]:
    """Count every slot of one source afresh. `today` bounds what registers are read (the future is not known)."""
    return {slot: amount for (_code, slot), amount in amounts_of(town, {source: slots}, today).items()}


def amounts_of(town: Unit, asked: Asked, today: dt.date) -> Found:
    """Count every slot of all sources afresh, in a number of queries that does not grow with them: one over all deeds,
    one over all parts, one per population, one over the successions."""
    registers = _Registers(town)
    duties = {s: slots for s, slots in asked.items() if isinstance(s, Duty) and slots}
    targets = {s: slots for s, slots in asked.items() if isinstance(s, Target) and slots}
    result: Found = {}
    if duties:
        _duties(town, duties, registers, result)
    if targets:
        _targets(town, targets, registers, today, result)
    return result


class _Registers:
    """What the registers of a town say, each read once however many days are asked for."""

    def __init__(self, town: Unit) -> None:
        self._town = town
        self._steps: list[tuple[int, int, dt.date]] | None = None
        self._spells: dict[Population, list[tuple[int, int, dt.date, dt.date | None]]] = {}

    def stand_for(self, day: dt.date) -> dict[int, int]:
        """Who stands for whom on a day."""
        if self._steps is None:
            self._steps = succession_steps(self._town)
        return follow(self._steps, day) if self._steps else {}

    def subjects_on(self, population: Population, day: dt.date) -> dict[int, int]:
        """Subject → the unit it belongs to on a day."""
        if population not in self._spells:
            self._spells[population] = list(population.spells(self._town))
        return {
            subject: unit
            for subject, unit, first, until in self._spells[population]
            if first <= day and (until is None or day < until)
        }


def _union(parts: Sequence[Any]) -> Any:
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _day_of(field: str, rows: Any) -> Any:
    """An expression for the Shanghai day of a date or moment field."""
    kind = rows.model._meta.get_field(field.split("__")[-1]) if "__" not in field else None
    if kind is not None and kind.get_internal_type() == "DateTimeField":
        return TruncDate(field, tzinfo=SHANGHAI)
    return Cast(F(field), DateField())


def _duties(town: Unit, asked: Mapping[Duty, Sequence[Slot]], registers: _Registers, result: Found) -> None:
    duties = list(asked)
    stand_for = registers.stand_for(max(s.last for slots in asked.values() for s in slots))
    parts = [_group(d.of, deeds_asked(d.of, town, asked[d], stand_for), n) for n, d in enumerate(duties)]
    deeds: list[dict[tuple[int, int], Deeds]] = [defaultdict(list) for _ in duties]
    for source, u, r, counts_for, day, known, counted, waiting in _union(parts):
        unit = stand_for.get(u, u)
        found = (counts_for, Deed(day, known, counted or 0), bool(waiting))
        deeds[source][unit, r].append(found)
        if unit != u:
            # The predecessor's own closed periods stay its own.
            deeds[source][u, r].append(found)
    for duty, by_key in zip(duties, deeds, strict=True):
        code = duty.code
        for slot in asked[duty]:
            mine = by_key.get((slot.unit, slot.requirement))
            result[code, slot] = _of_deeds(slot, mine) if mine else Amount(0, None, slot.at_least, 0)


def _of_deeds(slot: Slot, deeds: Deeds) -> Amount:
    found = [x for x in deeds if slot.first <= x[0] <= slot.last]
    return reach(
        [d for _, d, _ in found if d.amount],
        slot.at_least,
        due_on=slot.last,
        closes_on=slot.closes_on,
        pending_on=min((d.day for _, d, w in found if w), default=None),
    )


def deeds_asked(
    measure: Measure, town: Unit, slots: Sequence[Slot], stand_for: Mapping[int, int]
) -> QuerySet[Any]:
    """The rows of a measure that can count for the slots. Few units are asked for by themselves, so that what a unit
    recorded before it moved here from another town is found; many by the town that rows bear."""
    rows = measure.rows().filter(
        **{
            f"{measure.counts_for}__gte": min(s.first for s in slots),
            f"{measure.counts_for}__lte": max(s.last for s in slots),
        },
    )
    units = {s.unit for s in slots}
    units |= {old for old, new in stand_for.items() if new in units}
    rows = rows.filter(**{f"{measure.unit}__in": units}) if len(units) <= _FEW else rows.filter(town=town)
    requirements = {s.requirement for s in slots}
    if measure.requirement and len(requirements) <= 20:
        rows = rows.filter(**{f"{measure.requirement}__in": requirements})
    return rows


_FEW = 200


def parts_of_town(reached: Reached, town: Unit, standing: Iterable[int]) -> QuerySet[Any]:
    """The parts that subjects of a town have: those that bear the town, and those its `standing` subjects brought along
    when they moved here. What a subject that moved away did elsewhere stays out of the town's past."""
    return reached.rows().filter(Q(**{f"{reached.subject}__in": list(standing)}) | Q(town=town))


def _group(measure: Measure, rows: Any, source: int) -> Any:
    """Sums by unit, requirement, day counted for, day done and day received.

    `n` is what counts, `w` how many rows still wait to be accepted (they count once they are).
    """
    counted = ~measure.waits if measure.waits is not None else Q()
    return (
        rows.order_by()
        .annotate(
            s=Value(source),
            u=F(measure.unit),
            r=F(measure.requirement) if measure.requirement else Value(0),
            c=_day_of(measure.counts_for, rows),
            d=_day_of(measure.done_on, rows),
            k=_day_of(measure.received, rows),
        )
        .values("s", "u", "r", "c", "d", "k")
        .annotate(
            n=Sum(measure.amount, filter=counted) if measure.amount else Count("pk", filter=counted),
            w=Count("pk", filter=measure.waits) if measure.waits is not None else Value(0),
        )
        .values_list("s", "u", "r", "c", "d", "k", "n", "w")
    )


def _parts(reached: Reached, town: Unit, standing: Iterable[int], source: int) -> Any:
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


def _targets(
    town: Unit, asked: Mapping[Target, Sequence[Slot]], registers: _Registers, today: dt.date, result: Found
) -> None:
    targets = list(asked)
    parts: list[list[Part]] = [[] for _ in targets]
    for source, subject, lacking, day, known, waiting in _union(
        [
            _parts(t.of.holds_on, town, registers.subjects_on(t.of.population, today), n)
            for n, t in enumerate(targets)
        ]
    ):
        parts[source].append(Part(subject, day, known, lacking > 0, waiting))
    for target, found in zip(targets, parts, strict=True):
        by_day: dict[dt.date, list[Slot]] = defaultdict(list)
        for slot in asked[target]:
            by_day[min(slot.last, today)].append(slot)
        for day, slots in by_day.items():
            subjects = registers.subjects_on(target.of.population, day)
            held = together(found, registers.stand_for(day))
            own: dict[int, list[int]] = defaultdict(list)
            for subject, unit in subjects.items():
                own[unit].append(subject)
            for slot in slots:
                result[target.code, slot] = of_population(
                    held,
                    subjects if slot.whole else own[slot.unit],
                    share=slot.share,
                    count=slot.at_least,
                    due_on=slot.last,
                    closes_on=slot.closes_on,
                    today=today,
                    by_acceptance=slot.whole,
                )


def rows_behind(source: Source, town: Unit, slot: Slot) -> Any:
    """The very rows a slot's figure opens to (a queryset of the source's records)."""
    if isinstance(source, Target):
        reached = source.of.holds_on
        if slot.whole:
            return parts_of_town(reached, town, source.of.population.subjects_on(town, slot.last))
        return reached.rows().filter(_own(reached.subject, town, slot))
    measure = source.of
    rows = measure.rows().filter(
        **{f"{measure.counts_for}__gte": slot.first, f"{measure.counts_for}__lte": slot.last}
    )
    if measure.requirement:
        rows = rows.filter(**{measure.requirement: slot.requirement})
    return rows.filter(_own(measure.unit, town, slot))


def _own(field: str, town: Unit, slot: Slot) -> Q:
    predecessors = [old for old, new in successors(town, slot.last).items() if new == slot.unit]
    return Q(**{f"{field}__in": [slot.unit, *predecessors]})
