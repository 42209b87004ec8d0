"""What records give for one obligation: how much, how much in time, and by which day it is judged met.

The engine counts with these rules live, `sanzhi verify` recomputes a bundle with the same ones, without a database.
In prose: docs/rules/coverage.md and docs/rules/close.md (cases 2, 8, 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sanzhi.domain.targets import needed


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done on a day, and the day on which it became known (received, accepted; None: at once)."""

    day: date
    known: date | None = None
    amount: int = 1

    def judged_on(self, closes_on: date | None) -> date:
        """The day by which it is judged: its own, or the day it became known where that was after the close."""
        if closes_on is not None and self.known is not None and self.known > closes_on:
            return self.known
        return self.day


@dataclass(frozen=True, slots=True)
class Amount:
    """What records give. `met_on` is the day by which reaching it is judged, None while it is not reached.

    `denominator` None: deeds are counted, not a share of a population. `on_time`: the part judged by the due day.
    `pending_on`: since when something handed in waits for acceptance.
    """

    numerator: int
    denominator: int | None
    needed: int
    on_time: int
    met_on: date | None = None
    pending_on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what a subject must have (a site of a village): done on a day and accepted on another, or still open."""

    subject: str | int
    reached_on: date | None
    known_on: date | None
    open: bool
    waiting_on: date | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """A subject's parts together: the deed that completed them (None while one lacks), and since when one waits."""

    deed: Deed | None
    waiting_on: date | None


def reach(
    deeds: Iterable[Deed],
    wanted: int,
    *,
    due_on: date,
    closes_on: date | None,
    denominator: int | None = None,
    pending_on: date | None = None,
) -> Amount:
    """Sum deeds in the order of the days they are judged by, until they reach `wanted`."""
    total, on_time, met_on = 0, 0, None
    for day, amount in sorted((d.judged_on(closes_on), d.amount) for d in deeds):
        total += amount
        if day <= due_on:
            on_time += amount
        if met_on is None and total >= wanted > 0:
            met_on = day
    return Amount(total, denominator, wanted, on_time, met_on, pending_on)


def together(parts: Iterable[Part], stand_for: Mapping[Any, Any] | None = None) -> dict[str | int, Whole]:
    """Per subject, whether all its parts are done; what a predecessor had counts for whoever stands for it (case 1)."""
    by_subject: dict[str | int, list[Part]] = {}
    for part in parts:
        subject = (stand_for or {}).get(part.subject, part.subject)
        by_subject.setdefault(subject, []).append(part)
    result = {}
    for subject, mine in by_subject.items():
        waiting = min((p.waiting_on for p in mine if p.waiting_on), default=None)
        days = [p.reached_on for p in mine if p.reached_on]
        known = [p.known_on for p in mine if p.known_on]
        lacking = any(p.open for p in mine) or len(days) < len(mine)
        result[subject] = Whole(None if lacking else Deed(max(days), max(known, default=None)), waiting)
    return result


def first_reached(
    deeds: Iterable[tuple[Any, Deed]], *, each: int = 1, closes_on: date | None
) -> dict[Any, Whole]:
    """Per subject the deed by which it was reached `each` times, judged by its day; of deeds of one period (cases 3, 4).

    A subject that was reached less often has none.
    """
    by_subject: dict[Any, list[Deed]] = {}
    for subject, deed in deeds:
        by_subject.setdefault(subject, []).append(deed)
    result = {}
    for subject, mine in by_subject.items():
        met_on = reach(mine, each, due_on=date.max, closes_on=closes_on).met_on
        result[subject] = Whole(Deed(met_on) if met_on is not None else None, None)
    return result


def wanted_of(share: Fraction | None, count: int, denominator: int) -> int:
    """How many are needed of a population: the exact share of it as it is now; over nothing, more than there is."""
    if share is None:
        return count
    return needed(share, denominator) if denominator else 1


def of_population(
    wholes: Mapping[str | int, Whole],
    subjects: Iterable[str | int],
    *,
    share: Fraction | None,
    count: int,
    due_on: date,
    closes_on: date | None,
    today: date,
    by_acceptance: bool,
) -> Amount:
    """How many of the subjects have it. `by_acceptance`: what was accepted after the close is late (the lead unit's
    share); otherwise a subject's own part is met on its day, whenever it was accepted (case 8)."""
    mine = list(subjects)
    found = [wholes[s] for s in mine if s in wholes]
    deeds = [w.deed for w in found if w.deed is not None and w.deed.day <= today]
    if not by_acceptance:
        deeds = [Deed(d.day) for d in deeds]
    waiting = min((w.waiting_on for w in found if w.waiting_on), default=None)
    return reach(
        deeds,
        wanted_of(share, count, len(mine)),
        due_on=due_on,
        closes_on=closes_on,
        denominator=len(mine),
        pending_on=waiting,
    )
