"""The words in which a room says what is counted. A declaration holds no loop: the engine makes the SQL.

SITES = Reached("facilities.video_ready", "…", rows=video_sites, subject="unit", reached_on="built_on",
                known_on="accepted_on", open=~Q(state="accepted"), touched_by={Site: site_touches})
COVERAGE = Coverage("facilities.video_coverage", "…", population=VILLAGES, holds_on=SITES)
TARGET = Target("facilities.video", COVERAGE)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from sanzhi.domain.periods import Every
from sanzhi.foundation.orgs.models import Unit

# From a changed row: the unit it counts for and the first day whose figures it can change.
Touches = Mapping[type[Model], Callable[[Any], Iterable[tuple[int, dt.date]]]]


@dataclass(frozen=True, eq=False)
class Population:
    """Who or what can be counted on a day. `subjects_on(town, day)` gives subject id → id of the unit it belongs to;
    `spells(town)` the whole register for a bundle: (subject, unit, first day, day it ends or None), half-open.
    """

    code: str
    label: str
    subjects_on: Callable[[Unit, dt.date], dict[int, int]]
    spells: Callable[[Unit], Iterable[tuple[int, int, dt.date, dt.date | None]]]
    subject_name: Callable[[Iterable[int]], dict[int, str]]


@dataclass(frozen=True, eq=False)
class Measure:
    """Rows that count. `counts_for` is the day field that says which period a row belongs to; `done_on` the day by which
    it is judged in time; `received` the day field of its arrival; `amount` an integer field summed (None: rows counted).

    `requirement`: rows name the requirement they serve (only the generic room). `waits`: rows not yet accepted.
    """

    code: str
    label: str
    rows: Callable[[], QuerySet[Any]]
    counts_for: str
    done_on: str
    received: str
    touched_by: Touches
    unit: str = "unit_id"
    amount: str | None = None
    requirement: str | None = None
    waits: Q | None = None


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
class Coverage:
    """The share of a population of which something holds."""

    code: str
    label: str
    population: Population
    holds_on: Reached

    @property
    def touched_by(self) -> Touches:
        return self.holds_on.touched_by


@dataclass(frozen=True, eq=False)
class Duty:
    """Something owed every period: at least so much of a measure. `every` None: the requirement says how often."""

    code: str
    label: str
    of: Measure
    every: Every | None = None
    at_least: int = 1
    words: str = ""

    @property
    def touched_by(self) -> Touches:
        return self.of.touched_by


@dataclass(frozen=True, eq=False)
class Target:
    """A share (or a count) of a population reached by a day, in stages.

    The lead unit owes the town's share; each village its own part at the last stage if that is 100 %, and contributes
    otherwise. `words` is the formula in words that every figure of it shows.
    """

    code: str
    label: str
    of: Coverage
    words: str = ""
    keywords: tuple[str, ...] = field(default=())

    @property
    def touched_by(self) -> Touches:
        return self.of.touched_by


Source = Duty | Target
