"""The words in which a room says what is counted. A declaration holds no loop: the engine makes the SQL.

VISITED = Measure("visits.households_reached", "…", rows=counted_visits, counts_for="happened_on", done_on="happened_on",
                  received="received_on", subject="household_id", touched_by={Visit: visit_touches})
COVERAGE = Coverage("visits.household_coverage", "…", population=HOUSEHOLDS_AT_HOME, reached_by=VISITED)
DUTY = Duty("visits.households", "…", COVERAGE, every=Every.MONTH, owed_by=VILLAGES)

SITES = Reached("facilities.video_ready", "…", rows=video_sites, subject="unit_id", reached_on="built_on",
                known_on="acceptance_noted_on", open=~Q(state="accepted"), touched_by={Site: site_touches})
TARGET = Target("facilities.video", "…", Coverage("facilities.video_coverage", "…", VILLAGES, holds_on=SITES))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from django.db.models import Model, Q, QuerySet

from sanzhi.domain.periods import Every, Period
from sanzhi.foundation.orgs.models import Unit

# From a changed row: what it counts for (a measure's unit, or its subject where it has one; a Reached's subject) and the
# day whose figures it changes: a measure's that day's periods, a Holds all from that day on, a Reached all there are.
Touches = Mapping[type[Model], Callable[[Any], Iterable[tuple[int, dt.date]]]]


class Spell(NamedTuple):
    """One line of a register: a subject in a unit from `first` until the day before `until` (None: still).

    `owner` is the post that owes for it, 0 where its unit does.
    """

    subject: int
    unit: int
    first: dt.date
    until: dt.date | None
    owner: int = 0


@dataclass(frozen=True)
class Joined:
    """How the database reads a population too large to be read line by line: rows in force on a day, two of its fields."""

    on: Callable[[dt.date], QuerySet[Any]]
    subject: str
    unit: str


Read = Literal["last_day", "half"]


@dataclass(frozen=True, eq=False)
class Population:
    """Who or what can be counted. `spells(town)` is the whole register, past lines included, so that any day is read.

    `read`: as it stands on the period's last day, or who is in force for at least half of its days (four of a week's;
    leave is left out of the spells). `kind`: what a subject is (unit, household, post, link), for names and pseudonyms.
    `homes(subjects, since)`: units in which subjects stand on that day or later. `registers`: names of the registers whose
    changes change it; `reads`: the tables in which these stand. `joined`: for a population of thousands. `near(town, units)`: the
    lines of some villages alone, so that one village's figure does not read the town's whole register.
    """

    code: str
    label: str
    spells: Callable[[Unit], Iterable[Spell]]
    names: Callable[[Iterable[int]], dict[int, str]]
    homes: Callable[[Iterable[int], dt.date], set[int]]
    registers: frozenset[str]
    reads: tuple[type[Model], ...]
    kind: str = "unit"
    read: Read = "last_day"
    joined: Joined | None = None
    near: Callable[[Unit, Collection[int]], Iterable[Spell]] | None = None

    def subjects_on(self, town: Unit, day: dt.date) -> dict[int, int]:
        """Subject → the unit in which it stands on a day."""
        return {
            s.subject: s.unit
            for s in self.spells(town)
            if s.first <= day and (s.until is None or day < s.until)
        }


@dataclass(frozen=True, eq=False)
class Measure:
    """Rows that count. `counts_for` is the day field that says which period a row belongs to; `done_on` the day by which
    it is judged in time; `received` the day field of its arrival; `amount` an integer field summed (None: rows counted;
    with `by_days` each different day counts one).

    `unit` is the unit that did it, `subject` whom it reached (a coverage joins by it, never by the unit).
    `requirement`: rows name the requirement they serve (only the generic room). `waits`: rows not yet accepted.
    `steady`: tables it reads besides, whose read fields never change once they are written.
    """

    code: str
    label: str
    rows: Callable[[], QuerySet[Any]]
    counts_for: str
    done_on: str
    received: str
    touched_by: Touches
    unit: str = "unit_id"
    subject: str | None = None
    amount: str | None = None
    by_days: bool = False
    requirement: str | None = None
    waits: Q | None = None
    steady: tuple[type[Model], ...] = ()


@dataclass(frozen=True, eq=False)
class Reached:
    """A thing made of parts that holds for a subject from a day on: all its parts done, the last on `reached_on`.

    `known_on` is the day on which somebody accepted the part; `open` picks the parts that still lack; `waits` those
    handed in (on `handed_on`) that wait for acceptance.
    """

    code: str
    label: str
    rows: Callable[[], QuerySet[Any]]
    reached_on: str
    known_on: str
    open: Q
    touched_by: Touches
    subject: str = "unit_id"
    waits: Q | None = None
    handed_on: str | None = None


@dataclass(frozen=True, eq=False)
class Holds:
    """Something in force for a subject from a day to another (a contract, a live placement): half-open dated rows.

    `any_day`: in force on any day of the period is enough; otherwise on its last day.
    """

    code: str
    label: str
    rows: Callable[[], QuerySet[Any]]
    touched_by: Touches
    received: str
    subject: str = "unit_id"
    opened_on: str = "opened_on"
    closed_on: str = "closed_on"
    any_day: bool = False


@dataclass(frozen=True, eq=False)
class Coverage:
    """The share of a population that was reached by a measure in the period, or of which something holds.

    Joined by subject: the numerator counts only what the denominator holds. `each`: how much of the measure a subject
    needs. `beside(town, unit, first, last)` gives what is printed beside the share: (words, number).
    """

    code: str
    label: str
    population: Population
    reached_by: Measure | None = None
    holds_on: Reached | Holds | None = None
    each: int = 1
    beside: Callable[[Unit, Unit, dt.date, dt.date], list[tuple[str, int]]] | None = None

    def __post_init__(self) -> None:
        if (self.reached_by is None) == (self.holds_on is None):
            raise TypeError(f"{self.code}: a coverage is reached by a measure, or something holds")
        if self.reached_by is not None and self.reached_by.subject is None:
            raise TypeError(f"{self.code}: {self.reached_by.code} names no subject to join by")
        if self.population.joined is not None and (
            self.each != 1 or self.reached_by is None or self.reached_by.waits is not None
        ):
            raise TypeError(
                f"{self.code}: a joined population is reached once, by a measure without acceptance"
            )

    @property
    def rows(self) -> Measure | Reached | Holds:
        """What covers: the measure, or what holds."""
        found = self.reached_by or self.holds_on
        assert found is not None
        return found

    @property
    def touched_by(self) -> Touches:
        return self.rows.touched_by


@dataclass(frozen=True, eq=False)
class Share:
    """One measure over another, unit by unit (office days held / set): the whole is itself recorded.

    Where both know their subject (disputes, and those settled) it is a coverage over a population of the cases, so that
    the part counts only what the whole holds.
    """

    code: str
    label: str
    part: Measure
    whole: Measure

    def __post_init__(self) -> None:
        if self.part.subject is not None and self.whole.subject is not None:
            raise TypeError(f"{self.code}: joined by subject it is a coverage of the cases")

    @property
    def touched_by(self) -> Touches:
        merged: dict[type[Model], list[Callable[[Any], Iterable[tuple[int, dt.date]]]]] = {}
        for touches in (self.part.touched_by, self.whole.touched_by):
            for model, finder in touches.items():
                merged.setdefault(model, []).append(finder)
        return {model: _all_of(finders) for model, finders in merged.items()}


def _all_of(
    finders: list[Callable[[Any], Iterable[tuple[int, dt.date]]]],
) -> Callable[[Any], Iterable[tuple[int, dt.date]]]:
    return lambda row: {touch for finder in finders for touch in finder(row)}


@dataclass(frozen=True, eq=False)
class Duty:
    """Something owed every period: at least so much of a measure, or all (a share) of a coverage.

    `every` None: the requirement says how often. `owed_by`: the population whose units, or posts, owe it (None: the units
    the requirement names). `due_on` gives the day in a period by which it is due, its last where None.
    """

    code: str
    label: str
    of: Measure | Coverage | Share
    every: Every | None = None
    at_least: int = 1
    words: str = ""
    owed_by: Population | None = None
    due_on: Callable[[Period], dt.date] | None = None
    keywords: tuple[str, ...] = ()

    @property
    def touched_by(self) -> Touches:
        return self.of.touched_by

    @property
    def by_post(self) -> bool:
        """Whether posts owe it, each shown under its village."""
        return self.owed_by is not None and self.owed_by.kind in ("post", "link")


@dataclass(frozen=True, eq=False)
class Target:
    """A share (or a count) of a population, or a sum of a measure, reached by a day, in stages.

    The lead unit owes the town's share; each village its own part at the last stage if that is 100 %, and contributes
    otherwise. `words` is the formula in words that every figure of it shows.
    """

    code: str
    label: str
    of: Coverage | Measure
    words: str = ""
    keywords: tuple[str, ...] = field(default=())

    @property
    def touched_by(self) -> Touches:
        return self.of.touched_by


Source = Duty | Target


def rows_of(source: Source) -> Measure | Reached | Holds:
    """What a source counts in the end: the measure, or what holds (of a share its part)."""
    of = source.of
    if isinstance(of, Coverage):
        return of.rows
    return of.part if isinstance(of, Share) else of
