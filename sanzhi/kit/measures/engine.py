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

from sanzhi.domain.targets import needed
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


@dataclass(frozen=True)
class Amount:
    """What records give for a slot. `met_on` is the day by which it is judged: that of the deed that reached it, or the
    day it became known where that was after the close (cases 2 and 8).

    `denominator` None: the source counts deeds, not a share of a population.
    """

    numerator: int
    denominator: int | None
    needed: int
    on_time: int
    met_on: dt.date | None = None
    pending_on: dt.date | None = None


@dataclass(frozen=True)
class _Deed:
    day: dt.date
    known: dt.date | None
    amount: int = 1

    def effective(self, closes_on: dt.date | None) -> dt.date:
        """The day by which it is judged: its own, or the day it became known where that was after the close."""
        if closes_on is not None and self.known is not None and self.known > closes_on:
            return self.known
        return self.day


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
    units = {s.unit for s in slots} | {old for old, new in stand_for.items() if new in {s.unit for s in slots}}
    if len(units) <= 200:
        rows = rows.filter(**{f"{measure.unit}__in": units})
    grouped = _group(measure, rows)
    by_key: dict[tuple[int, int], list[tuple[dt.date, _Deed, bool]]] = defaultdict(list)
    for row in grouped:
        unit = stand_for.get(row["u"], row["u"])
        key = (unit, row["r"])
        by_key[key].append((row["c"], _Deed(row["d"], row["k"], row["n"] or 0), bool(row["w"])))
        if unit != row["u"]:
            # The predecessor's own closed periods stay its own.
            by_key[(row["u"], row["r"])].append(by_key[key][-1])
    result = {}
    for slot in slots:
        found = [x for x in by_key.get((slot.unit, slot.requirement), ()) if slot.first <= x[0] <= slot.last]
        waiting = min((d.day for _, d, w in found if w), default=None)
        result[slot] = _reach([d for _, d, _ in found if d.amount], slot.count, slot, None, waiting)
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


def _reach(
    deeds: list[_Deed], wanted: int, slot: Slot, denominator: int | None, waiting: dt.date | None
) -> Amount:
    """When the wanted amount was reached: deeds by the day they are judged by, summed until they suffice."""
    ordered = sorted(deeds, key=lambda d: (d.effective(slot.closes_on), d.day))
    total, on_time, met_on = 0, 0, None
    for deed in ordered:
        total += deed.amount
        day = deed.effective(slot.closes_on)
        if day <= slot.last:
            on_time += deed.amount
        if met_on is None and total >= wanted > 0:
            met_on = day
    return Amount(total, denominator, wanted, on_time, met_on, waiting)


@dataclass(frozen=True)
class _Standing:
    deed: _Deed | None
    waiting: dt.date | None


def standing(reached: Reached, town: Unit, day: dt.date) -> dict[int, _Standing]:
    """Per subject: the deed that completed it (None while a part lacks) and since when something waits.

    What predecessors had counts for their successor on `day`.
    """
    stand_for = successors(town, day)
    rows = reached.rows().filter(town=town)
    waits = Min(reached.handed_on, filter=reached.waits) if reached.handed_on and reached.waits else None
    grouped = (
        rows.values(reached.subject)
        .annotate(
            lacking=Count("pk", filter=reached.open),
            day=Max(reached.reached_on),
            known=Max(reached.known_on),
            **({"waiting": waits} if waits is not None else {}),
        )
        .order_by(reached.subject)
    )
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in grouped:
        parts[stand_for.get(row[reached.subject], row[reached.subject])].append(row)
    result = {}
    for subject, found in parts.items():
        waiting = min((r["waiting"] for r in found if r.get("waiting")), default=None)
        if any(r["lacking"] for r in found):
            result[subject] = _Standing(None, waiting)
        else:
            result[subject] = _Standing(_Deed(max(r["day"] for r in found), max(r["known"] for r in found)), waiting)
    return result


def _targets(coverage: Coverage, town: Unit, slots: Sequence[Slot], today: dt.date) -> dict[Slot, Amount]:
    """Whole shares count what was known by the close; a subject's own part is met on its day, whenever accepted (case 8)."""
    result: dict[Slot, Amount] = {}
    by_day: dict[dt.date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[min(slot.last, today)].append(slot)
    for day, same_day in by_day.items():
        subjects = coverage.population.subjects_on(town, day)
        held = standing(coverage.holds_on, town, day)
        for slot in same_day:
            mine = set(subjects) if slot.whole else {s for s, unit in subjects.items() if unit == slot.unit}
            deeds = [held[s].deed for s in mine if s in held and held[s].deed is not None]
            waiting = min((held[s].waiting for s in mine if s in held and held[s].waiting), default=None)
            done = [d if slot.whole else _Deed(d.day, None) for d in deeds if d is not None and d.day <= today]
            wanted = _wanted(slot, len(mine))
            result[slot] = _reach(done, wanted, slot, len(mine), waiting)
    return result


def _wanted(slot: Slot, denominator: int) -> int:
    """How many are needed: the share of the denominator as it is now; over nothing, one more than there is (never met)."""
    if slot.share is None:
        return slot.count
    return needed(slot.share, denominator) if denominator else 1


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
