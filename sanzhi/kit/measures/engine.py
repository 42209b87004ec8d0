"""The engine: from a declaration and a list of slots to amounts, with grouped SQL and no knowledge of any room.

A slot is what one obligation (or one cell of an indicator page) asks for. All slots of one source in one town are
counted together: one grouped query over the source's rows, one over the population's register per distinct day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, DateField, F, Max, Min, Q, Sum, Value
from django.db.models.functions import Cast, TruncDate

from sanzhi.domain.amounts import Amount, Deed, Part, Whole, of_population, reach, together
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import successors
from sanzhi.kit.measures.declarations import Coverage, Duty, Measure, Reached, Source, Target


@dataclass(frozen=True)
class Slot:
    """What is asked: of which unit (`whole`: of its town's population), over which days, and how much.

    `share` or `count`; `requirement` only where the source's rows name it. `period` is the period's code.
    """

    unit: int
    period: str
    first: dt.date
    last: dt.date
    closes_on: dt.date | None
    whole: bool = False
    share: Fraction | None = None
    count: int = 1
    requirement: int = 0

    @property
    def asks(self) -> str:
        """What is asked, as the tally keeps it: "whole 4/5", "own 1"."""
        amount = str(self.share) if self.share is not None else str(self.count)
        return f"{'whole' if self.whole else 'own'} {amount}"


def amounts(source: Source, town: Unit, slots: Sequence[Slot], today: dt.date) -> dict[Slot, Amount]:
    """Count every slot of a source afresh. `today` bounds what registers are read (the future is not known)."""
    if isinstance(source, Target):
        return _targets(source.of, town, slots, today)
    return _duties(source, town, slots)


def _day_of(field: str, rows: Any) -> Any:
    """An expression for the Shanghai day of a date or moment field."""
    kind = rows.model._meta.get_field(field.split("__")[-1]) if "__" not in field else None
    if kind is not None and kind.get_internal_type() == "DateTimeField":
        return TruncDate(field, tzinfo=SHANGHAI)
    return Cast(F(field), DateField())


def _duties(duty: Duty, town: Unit, slots: Sequence[Slot]) -> dict[Slot, Amount]:
    measure = duty.of
    if not slots:
        return {}
    stand_for = successors(town, max(s.last for s in slots))
    rows = measure.rows().filter(
        town=town,
        **{
            f"{measure.counts_for}__gte": min(s.first for s in slots),
            f"{measure.counts_for}__lte": max(s.last for s in slots),
        },
    )
    units = {s.unit for s in slots} | {
        old for old, new in stand_for.items() if new in {s.unit for s in slots}
    }
    if len(units) <= 200:
        rows = rows.filter(**{f"{measure.unit}__in": units})
    grouped = _group(measure, rows)
    by_key: dict[tuple[int, int], list[tuple[dt.date, Deed, bool]]] = defaultdict(list)
    for row in grouped:
        unit = stand_for.get(row["u"], row["u"])
        key = (unit, row["r"])
        by_key[key].append((row["c"], Deed(row["d"], row["k"], row["n"] or 0), bool(row["w"])))
        if unit != row["u"]:
            # The predecessor's own closed periods stay its own.
            by_key[(row["u"], row["r"])].append(by_key[key][-1])
    result = {}
    for slot in slots:
        found = [x for x in by_key.get((slot.unit, slot.requirement), ()) if slot.first <= x[0] <= slot.last]
        waiting = min((d.day for _, d, w in found if w), default=None)
        result[slot] = reach(
            [d for _, d, _ in found if d.amount],
            slot.count,
            due_on=slot.last,
            closes_on=slot.closes_on,
            pending_on=waiting,
        )
    return result


def _group(measure: Measure, rows: Any) -> Iterable[dict[str, Any]]:
    """Sums by unit, requirement, day counted for, day done and day received; one grouped query.

    `n` is what counts, `w` how many rows still wait to be accepted (they count once they are).
    """
    counted = ~measure.waits if measure.waits is not None else Q()
    return (
        rows.annotate(
            u=F(measure.unit),
            r=F(measure.requirement) if measure.requirement else Value(0),
            c=_day_of(measure.counts_for, rows),
            d=_day_of(measure.done_on, rows),
            k=_day_of(measure.received, rows),
        )
        .values("u", "r", "c", "d", "k")
        .annotate(
            n=Sum(measure.amount, filter=counted) if measure.amount else Count("pk", filter=counted),
            w=Count("pk", filter=measure.waits) if measure.waits is not None else Value(0),
        )
        .order_by("u", "r", "c", "d", "k")
    )


def wholes(reached: Reached, town: Unit, day: dt.date) -> dict[int | str, Whole]:
    """Per subject: whether all its parts are done, from one grouped query; predecessors count for their successor."""
    rows = reached.rows().filter(town=town)
    waits = (
        {"waiting": Min(reached.handed_on, filter=reached.waits)}
        if reached.handed_on and reached.waits
        else {}
    )
    grouped = (
        rows.values(reached.subject)
        .annotate(
            lacking=Count("pk", filter=reached.open),
            day=Max(reached.reached_on),
            known=Max(reached.known_on),
            **waits,
        )
        .order_by(reached.subject)
    )
    parts = [
        Part(r[reached.subject], r["day"], r["known"], r["lacking"] > 0, r.get("waiting")) for r in grouped
    ]
    return together(parts, successors(town, day))


def _targets(coverage: Coverage, town: Unit, slots: Sequence[Slot], today: dt.date) -> dict[Slot, Amount]:
    result: dict[Slot, Amount] = {}
    by_day: dict[dt.date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[min(slot.last, today)].append(slot)
    for day, same_day in by_day.items():
        subjects = coverage.population.subjects_on(town, day)
        held = wholes(coverage.holds_on, town, day)
        own: dict[int, list[int]] = defaultdict(list)
        for subject, unit in subjects.items():
            own[unit].append(subject)
        for slot in same_day:
            result[slot] = of_population(
                held,
                subjects if slot.whole else own[slot.unit],
                share=slot.share,
                count=slot.count,
                due_on=slot.last,
                closes_on=slot.closes_on,
                today=today,
                by_acceptance=slot.whole,
            )
    return result


def rows_behind(source: Source, town: Unit, slot: Slot) -> Any:
    """The very rows a slot's figure opens to (a queryset of the source's records)."""
    if isinstance(source, Target):
        reached = source.of.holds_on
        rows = reached.rows().filter(town=town)
        return rows if slot.whole else rows.filter(_own(reached.subject, town, slot))
    measure = source.of
    rows = measure.rows().filter(
        town=town, **{f"{measure.counts_for}__gte": slot.first, f"{measure.counts_for}__lte": slot.last}
    )
    if measure.requirement:
        rows = rows.filter(**{measure.requirement: slot.requirement})
    return rows.filter(_own(measure.unit, town, slot))


def _own(field: str, town: Unit, slot: Slot) -> Q:
    predecessors = [old for old, new in successors(town, slot.last).items() if new == slot.unit]
    return Q(**{f"{field}__in": [slot.unit, *predecessors]})
