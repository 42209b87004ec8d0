"""What is asked of the engine, and the registers of a town as it reads them: each once, whatever days are asked for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from sanzhi.domain.amounts import Amount
from sanzhi.domain.periods import DaySpan, in_force_for_half
from sanzhi.domain.tree import range_end, segment
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.foundation.orgs.queries import follow, succession_steps
from sanzhi.kit.measures.declarations import Population, Spell


class Slot(NamedTuple):
    """What is asked: of which unit (`whole`: of its town's population), over which days, and how much.

    `share` or `at_least` so many; `requirement` only where the source's rows name it. `period` is the period's code.
    `post` where a post owes it; `due_on` where it is due before the period's last day. `anew`: taken over from another
    unit on its first day without what was done before.
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
    post: int = 0
    due_on: dt.date | None = None
    anew: bool = False

    @property
    def asks(self) -> str:
        """What is asked, as the tally keeps it: "whole 4/5", "own 1", "own 1 anew"."""
        amount = str(self.share) if self.share is not None else str(self.at_least)
        return f"{'whole' if self.whole else 'own'} {amount}{' anew' if self.anew else ''}"

    def counts(self, done_on: dt.date) -> bool:
        """Whether what was done on a day may count, of what was done for its period."""
        return not self.anew or done_on >= self.first

    @property
    def due(self) -> dt.date:
        """The last day in time."""
        return self.due_on or self.last

    def read_on(self, today: dt.date) -> dt.date:
        """The day on which its registers are read: its last, today while that is still to come."""
        return self.last if self.last < today else today

    def not_begun(self) -> Amount:
        """What records give before its first day."""
        return Amount(0, None, self.at_least, 0)


FEW = 30
"""So many units are named in a statement; beyond, the whole town is read."""
Spells = list[Spell]
Units = frozenset[int] | None


class Registers:
    """What the registers of a town say, each read once however many days are asked for."""

    def __init__(self, town: Unit) -> None:
        self.town = town
        self._steps: list[tuple[int, int, dt.date]] | None = None
        self._spells: dict[tuple[Population, Units], Spells] = {}
        self._standing: dict[tuple[Population, Units, dt.date, dt.date], list[Spell]] = {}
        self._below: dict[tuple[dt.date, frozenset[int]], dict[int, int]] = {}
        self._placed: dict[frozenset[int], list[Placed]] = {}
        self._under: dict[tuple[str, ...], list[Placed]] = {}

    def stand_for(self, day: dt.date) -> dict[int, int]:
        """Who stands for whom on a day."""
        if self._steps is None:
            self._steps = succession_steps(self.town)
        return follow(self._steps, day) if self._steps else {}

    def spells(self, population: Population, units: Units = None) -> Spells:
        """The lines of a register: those of `units` alone where they are few and the population can tell them."""
        if population.near is None or units is None or len(units) > FEW:
            units = None
        known = self._spells.get((population, units))
        if known is None:
            lines = population.near(self.town, units) if population.near and units is not None else None
            known = self._spells[population, units] = list(
                population.spells(self.town) if lines is None else lines
            )
        return known

    def standing(
        self, population: Population, first: dt.date, last: dt.date, today: dt.date, units: Units = None
    ) -> list[Spell]:
        """The subjects that can be counted in a period, each once: by its last day (today while that is still to come),
        or by half of its days, where in two units the later. `units`: only those of these villages are asked for."""
        half = population.read == "half"
        day = min(last, today)
        key = (population, units, first, last) if half else (population, units, day, day)
        known = self._standing.get(key)
        if known is None:
            spells = self.spells(population, units)
            known = (
                by_half(spells, first, last)
                if half
                else [s for s in spells if _in_force(day, s.first, s.until)]
            )
            self._standing[key] = known
        return known

    def below(self, day: dt.date, units: Iterable[int]) -> dict[int, int]:
        """Unit → the one of `units` under which it hangs on `day` (these themselves included)."""
        wanted = frozenset(units)
        known = self._below.get((day, wanted))
        if known is None:
            known = self._below[day, wanted] = self._read_below(day, wanted)
        return known

    def _read_below(self, day: dt.date, wanted: frozenset[int]) -> dict[int, int]:
        tops = tuple(self.tops(day, wanted))
        if tops not in self._under:
            rows = Placement.objects.filter(ranges(tops))
            self._under[tops] = list(rows.values_list("unit_id", "path", "opened_on", "closed_on"))
        segments = {segment(unit): unit for unit in wanted}
        step = len(segment(0))
        found: dict[int, int] = {}
        for unit, path, opened, closed in self._under[tops]:
            if not _in_force(day, opened, closed):
                continue
            for at in range(len(path) - step, -1, -step):
                above = segments.get(path[at : at + step])
                if above is not None:
                    found[unit] = above
                    break
        return found

    def tops(self, day: dt.date, units: frozenset[int]) -> list[str]:
        """The paths on `day` under which these units' own are found: their own, or the town's where they are many."""
        if units not in self._placed:
            asked = units if len(units) <= FEW else {self.town.pk}
            rows = Placement.objects.filter(unit__in=asked).order_by("path")
            self._placed[units] = list(rows.values_list("unit_id", "path", "opened_on", "closed_on"))
        return [path for _, path, opened, closed in self._placed[units] if _in_force(day, opened, closed)]


Placed = tuple[int, str, dt.date, dt.date | None]


def _in_force(day: dt.date, first: dt.date, until: dt.date | None) -> bool:
    return first <= day and (until is None or day < until)


def ranges(paths: Iterable[str]) -> Q:
    """Placements under one of the paths."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(path__gte=path, path__lt=range_end(path))
    return found


def places_below(day: dt.date, paths: Iterable[str]) -> QuerySet[Any, Any]:
    """The ids of units that hang under one of the paths on a day, as a subquery."""
    return Placement.objects.filter(on_day(day)).filter(ranges(paths)).values("unit_id")


def by_half(spells: Iterable[Spell], first: dt.date, last: dt.date) -> list[Spell]:
    """Of each subject the line in force for at least half of the days (four of a week's); where two, the later one."""
    span = DaySpan(first, last)
    parts: dict[tuple[int, int, int], list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    for s in spells:
        if s.first <= last and (s.until is None or s.until > first):
            end = None if s.until is None else s.until - dt.timedelta(days=1)
            parts[s.subject, s.unit, s.owner].append((s.first, end))
    latest: dict[int, Spell] = {}
    for (subject, unit, owner), mine in parts.items():
        whole = any(f <= first and (end is None or end >= last) for f, end in mine)
        if whole or in_force_for_half(span, mine):
            begun = max(f for f, _ in mine)
            known = latest.get(subject)
            if known is None or known.first < begun:
                latest[subject] = Spell(subject, unit, begun, None, owner)
    return list(latest.values())


def own_subjects(
    slots: Iterable[Slot], standing: Iterable[Spell], below: Mapping[int, int]
) -> dict[tuple[int, int], list[int]]:
    """(unit, 0) or (0, post) → the subjects that count for it, for the slots that ask for their own."""
    posts = {slot.post for slot in slots if slot.post}
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for s in standing:
        found[below.get(s.unit, s.unit), 0].append(s.subject)
        if s.owner in posts:
            found[0, s.owner].append(s.subject)
    return found


def own_key(slot: Slot) -> tuple[int, int]:
    """Under which of these keys a slot finds its own."""
    return (0, slot.post) if slot.post else (slot.unit, 0)
