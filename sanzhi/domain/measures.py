"""Counting, without a database: what `sanzhi verify` uses to recompute every figure of a bundle from its facts.

Rows come in as plain facts and register lines; figures go out as whole numbers. The rules in prose stand in
docs/rules/coverage.md. Two promises hold for every function here: the order of the rows does not matter, and
coverage adds up over the levels of the tree (never over periods).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from sanzhi.domain.periods import DEFAULT_GRACE, Period, Span, days_in_force, is_late
from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.targets import format_ratio

declare(
    "measures",
    {
        "loop": "单位“{unit}”的上级关系绕成了圈，无法汇总。请先在单位名册中改正上级单位。",
        "register": "名册“{population}”中“{subject}”在 {day} 同时列在两处。请先改正名册。",
    },
)

Holds = Literal["in_period", "by_day"]
"""`in_period`: the deed counts for a day inside the period; `by_day`: for any day up to its last."""

Read = Literal["last_day", "half", "any_day"]
"""How a register is read: as it stands on the period's last day, what was in force for half of its days or on any."""


@dataclass(frozen=True, order=True, slots=True)
class Fact:
    """One deed that counts for a measure.

    `subject` is whom or what it reached (a household, a village, a post), `unit` the smallest unit that recorded it,
    `day` the day it happened, `counts_for` a day of the period it counts for, `received_on` the day the server
    received it (or a facility was accepted), `amount` a whole number.
    """

    measure: str
    subject: str
    unit: str
    day: date
    counts_for: date
    received_on: date
    amount: int = 1


@dataclass(frozen=True, order=True, slots=True)
class Register:
    """One line of a register: a subject in a unit from `first` to `last`, both included (None: still).

    It says who can be counted (households, posts, groups) or what holds for a time (contracts, complete chains,
    live placements); `received_on` is the day the server received a line of the second kind (None: in time).
    """

    population: str
    subject: str
    unit: str
    first: date
    last: date | None = None
    received_on: date | None = None

    def stands_on(self, day: date) -> bool:
        """Whether the line is in force on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, order=True, slots=True)
class Placement:
    """Where a unit stands in the tree from `first` to `last`, both included (None: still); `parent` None at the top."""

    unit: str
    parent: str | None
    first: date
    last: date | None = None


@dataclass(frozen=True, order=True, slots=True)
class Succession:
    """A unit that another took over: from the day `on`, what `old` recorded in a period counts for `new`."""

    old: str
    new: str
    on: date


@dataclass(frozen=True, order=True, slots=True)
class Ratio:
    """A figure: how many of how many, in whole numbers.

    `denominator` None means nobody owes it (printed –, never 0 %); 0 means the register holds nothing yet
    (登记未完成). `on_time` is the part of the numerator received before the period closed; `exempt` how many were
    exempt and are counted in neither.
    """

    numerator: int
    denominator: int | None
    on_time: int
    exempt: int = 0

    @property
    def fraction(self) -> Fraction | None:
        """The exact fraction; None when nobody owes it or nothing is registered."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    def __add__(self, other: Ratio) -> Ratio:
        """Two parts of a whole: what nobody owes adds nothing to the denominator of what somebody owes."""
        if not isinstance(other, Ratio):
            return NotImplemented
        owed = [r.denominator for r in (self, other) if r.denominator is not None]
        return Ratio(
            self.numerator + other.numerator,
            sum(owed) if owed else None,
            self.on_time + other.on_time,
            self.exempt + other.exempt,
        )

    def __str__(self) -> str:
        return format_ratio(self.numerator, self.denominator)


NOTHING = Ratio(0, None, 0)
"""Nobody owes anything; adding it changes nothing."""


# --- reading registers ------------------------------------------------------------------------------------------------


def subjects_of(population: Iterable[Register], span: Span, read: Read = "last_day") -> dict[str, str]:
    """Who or what can be counted in a period: subject → the unit it is counted in.

    `last_day`: the lines in force on the period's last day. `half`: subjects in force in one unit for at least half
    of its days, four of a week's; `any_day`: on any of them; where that is true of two units, the later. Refuses a
    subject that stands in two units on the last day (`measures.register`).
    """
    if read == "last_day":
        return _standing(population, span.last)
    fewest = 1 if read == "any_day" else (span.days + 1) // 2
    spells: dict[tuple[str, str], list[tuple[date, date | None]]] = defaultdict(list)
    for line in population:
        spells[line.subject, line.unit].append((line.first, line.last))
    latest: dict[str, tuple[date, str]] = {}
    for (subject, unit), parts in spells.items():
        if days_in_force(span, parts) >= fewest:
            begun = max(first for first, _ in parts if first <= span.last)
            latest[subject] = max(latest.get(subject, (date.min, "")), (begun, unit))
    return {subject: unit for subject, (_, unit) in latest.items()}


def _standing(population: Iterable[Register], day: date) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in population:
        if line.stands_on(day) and found.setdefault(line.subject, line.unit) != line.unit:
            raise Problem(
                "measures.register", population=line.population, subject=line.subject, day=day.isoformat()
            )
    return found


def facts_of(lines: Iterable[Register], span: Span, read: Read = "last_day") -> list[Fact]:
    """What holds in a period as facts, so that it can cover a population: a contract in force on the last day.

    Each line counts for the period's last day; `read` "half" asks for half of its days, "any_day" for any.
    """
    known = list(lines)
    holding = subjects_of(known, span, read).items()
    return [
        Fact(line.population, line.subject, line.unit, line.first, span.last, line.received_on or span.last)
        for line in known
        if (line.subject, line.unit) in holding
        and (
            line.stands_on(span.last)
            if read == "last_day"
            else days_in_force(span, [(line.first, line.last)])
        )
    ]


def counts_in(fact: Fact, span: Span, holds: Holds = "in_period") -> bool:
    """Whether a fact counts for a period or stage, by the day it counts for, never by the day it was typed in."""
    if holds == "by_day":
        return fact.counts_for <= span.last
    return fact.counts_for in span


# --- figures ----------------------------------------------------------------------------------------------------------


def coverage(
    population: Iterable[Register],
    facts: Iterable[Fact],
    span: Span,
    holds: Holds = "in_period",
    *,
    read: Read = "last_day",
    at_least: int = 1,
    exempt: Collection[str] = (),
    units: Iterable[str] = (),
    grace: int = DEFAULT_GRACE,
) -> dict[str, Ratio]:
    """How many of a population were reached, by the unit in which each stands; joined by subject, never by unit.

    `at_least` is the amount a subject needs. A subject counts once however many facts reach it; facts about others
    count nowhere. An `exempt` subject that was not reached leaves both sides; one that was reached all the same
    stands in both (case 12). `units` are those asked about: one with no subject gets 0/0, 登记未完成 (case 15).
    Where every subject of a unit is exempt nobody owes it (None).
    """
    reached: dict[str, int] = defaultdict(int)
    in_time: dict[str, int] = defaultdict(int)
    for fact in facts:
        if counts_in(fact, span, holds):
            reached[fact.subject] += fact.amount
            if not is_late(span, fact.received_on, grace):
                in_time[fact.subject] += fact.amount
    figures: dict[str, Ratio] = {}
    for subject, unit in subjects_of(population, span, read).items():
        done = reached.get(subject, 0) >= at_least
        on_time = in_time.get(subject, 0) >= at_least
        if subject in exempt and not done:
            part = Ratio(0, None, 0, exempt=1)
        else:
            part = Ratio(int(done), 1, int(on_time))
        figures[unit] = figures.get(unit, NOTHING) + part
    for unit in units:
        figures.setdefault(unit, Ratio(0, 0, 0))
    return dict(sorted(figures.items()))


def count(
    facts: Iterable[Fact],
    span: Span,
    holds: Holds = "in_period",
    *,
    distinct: bool = False,
    at: Callable[[str], str] | None = None,
    grace: int = DEFAULT_GRACE,
) -> dict[str, Ratio]:
    """What was done, by the unit that did it; the denominator is None.

    The sum of amounts, or with `distinct` the number of different subjects. `at` gives the unit of a higher level
    under which a unit is counted: people taking part have no place and are counted afresh per level, since one
    person in two villages is one person of the town.
    """
    amounts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    seen: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for fact in facts:
        if not counts_in(fact, span, holds):
            continue
        unit = at(fact.unit) if at else fact.unit
        late = is_late(span, fact.received_on, grace)
        amounts[unit][0] += fact.amount
        amounts[unit][1] += 0 if late else fact.amount
        seen[unit][0].add(fact.subject)
        if not late:
            seen[unit][1].add(fact.subject)
    if distinct:
        return {
            unit: Ratio(len(every), None, len(on_time)) for unit, (every, on_time) in sorted(seen.items())
        }
    return {unit: Ratio(total, None, on_time) for unit, (total, on_time) in sorted(amounts.items())}


def share(part: Mapping[str, Ratio], whole: Mapping[str, Ratio]) -> dict[str, Ratio]:
    """One count over another, unit by unit (office days held / set); units only the part knows count nowhere.

    Over a count of nothing nobody owes it (None): no dispute, no share of disputes.
    """
    return {
        unit: Ratio(part[unit].numerator, owed.numerator, part[unit].on_time)
        if unit in part and owed.numerator
        else Ratio(0, owed.numerator or None, 0)
        for unit, owed in sorted(whole.items())
    }


def share_of_subjects(
    part: Iterable[Fact],
    whole: Iterable[Fact],
    span: Span,
    holds: Holds = "in_period",
    *,
    grace: int = DEFAULT_GRACE,
) -> dict[str, Ratio]:
    """Of the cases that count for a period how many were also settled, by the case's own unit; joined by subject.

    The whole (disputes, requests, days due) is itself recorded; the part counts only where the whole holds its
    subject, so that a share never passes the whole.
    """
    cases: dict[str, str] = {}
    for fact in sorted(whole, key=lambda f: (f.counts_for, f.day, f.unit)):
        if counts_in(fact, span, holds):
            cases[fact.subject] = fact.unit
    lines = [Register("", subject, unit, span.last, span.last) for subject, unit in cases.items()]
    return coverage(lines, part, span, holds, grace=grace)


# --- over levels and weeks --------------------------------------------------------------------------------------------


def parents_on(placements: Iterable[Placement], day: date) -> dict[str, str | None]:
    """Who stands under whom on a day: unit → parent.

    A unit that was closed before keeps its last place, so that what it recorded stays in the totals above it.
    """
    latest: dict[str, Placement] = {}
    for placement in placements:
        if placement.first <= day:
            known = latest.get(placement.unit)
            if known is None or known.first < placement.first:
                latest[placement.unit] = placement
    return {unit: placement.parent for unit, placement in sorted(latest.items())}


def add_levels(ratios: Mapping[str, Ratio], parent_of: Mapping[str, str | None]) -> dict[str, Ratio]:
    """The figure of every unit with all below it: coverage adds up over levels (a unit without a parent is a top).

    Refuses a tree that runs in a circle (`measures.loop`).
    """
    totals: dict[str, Ratio] = defaultdict(lambda: NOTHING)
    for unit, ratio in ratios.items():
        passed: set[str] = set()
        above: str | None = unit
        while above is not None:
            if above in passed:
                raise Problem("measures.loop", unit=unit)
            passed.add(above)
            totals[above] = totals[above] + ratio
            above = parent_of.get(above)
    return dict(sorted(totals.items()))


def sum_of_weeks(
    by_week: Mapping[Period, Mapping[str, Ratio]], period: Period, owed: Collection[Period] | None = None
) -> dict[str, Ratio]:
    """A weekly duty over a month or longer: numerators and denominators of its weeks added up (case 6).

    The weeks are those whose Sunday lies in the period, each with the register of its own Sunday. `owed` leaves out
    weeks that owe nothing: what was done in them stands in sums, not in shares (case 18).
    """
    totals: dict[str, Ratio] = defaultdict(lambda: NOTHING)
    for week, figures in by_week.items():
        if week.last in period and (owed is None or week in owed):
            for unit, ratio in figures.items():
                totals[unit] = totals[unit] + ratio
    return dict(sorted(totals.items()))


# --- units that come and go -------------------------------------------------------------------------------------------


def with_successors(facts: Iterable[Fact], successions: Iterable[Succession], span: Span) -> list[Fact]:
    """The facts as a period sees them: a unit's deeds count for the one that took it over by the period's last day.

    Follows chains (A → B → C). Where a unit was divided among several its facts stay its own: the page of the
    change carries what should count for one of them. Refuses a circle (`measures.loop`).
    """
    heirs: dict[str, set[str]] = defaultdict(set)
    for succession in successions:
        if succession.on <= span.last:
            heirs[succession.old].add(succession.new)

    def heir(unit: str) -> str:
        passed = {unit}
        while len(heirs.get(unit, ())) == 1:
            (unit,) = heirs[unit]
            if unit in passed:
                raise Problem("measures.loop", unit=unit)
            passed.add(unit)
        return unit

    return [replace(fact, subject=heir(fact.subject), unit=heir(fact.unit)) for fact in facts]


def standing_on(lines: Iterable[Register], successions: Iterable[Succession]) -> list[Register]:
    """A register of units with each line ended on the day before the unit was taken over."""
    ends = {s.old: s.on - timedelta(days=1) for s in successions}
    return [
        replace(line, last=min(line.last or date.max, ends[line.subject])) if line.subject in ends else line
        for line in lines
    ]
