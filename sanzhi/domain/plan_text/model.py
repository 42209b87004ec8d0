"""What a reading of a plan document consists of. Spans are half-open character offsets into `Reading.text`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Span = tuple[int, int]

LEAD, RESPONSIBLE, COOPERATING = "lead", "responsible", "cooperating"
BY, STANDING, AS_SUPERIOR_SETS = "by", "standing", "as_superior_sets"
EVERY = ("week", "month", "quarter", "half_year", "year")


@dataclass(frozen=True)
class Doubt:
    """A place where a person must look: what it is about, why, and where (None: the whole document)."""

    about: str
    why: str
    span: Span | None = None

    def as_json(self) -> dict[str, Any]:
        """The doubt as the contract of `plan read --json` writes it."""
        return {"about": self.about, "why": self.why, "span": list(self.span) if self.span else None}


@dataclass(frozen=True)
class UnitNote:
    """A unit as it is printed, with the part it plays in a task."""

    name: str
    role: str
    span: Span

    def as_json(self) -> dict[str, Any]:
        """The unit as the contract writes it."""
        return {"name": self.name, "role": self.role, "span": list(self.span)}


@dataclass(frozen=True)
class DeadlineNote:
    """Until when: a day (`date` ISO, None when the day cannot be had from the text), always, or as superiors set."""

    kind: str
    date: str | None
    what: str
    quote: str
    span: Span
    year_inherited: bool = False
    in_body: bool = False

    def as_json(self) -> dict[str, Any]:
        """The deadline as the contract writes it."""
        return {
            "kind": self.kind,
            "date": self.date,
            "what": self.what,
            "quote": self.quote,
            "span": list(self.span),
            "year_inherited": self.year_inherited,
            "in_body": self.in_body,
        }


@dataclass(frozen=True)
class CadenceNote:
    """A rhythm: at least so many `unit` in every week, month, quarter, half-year or year."""

    every: str
    at_least: int
    unit: str
    quote: str
    span: Span

    def as_json(self) -> dict[str, Any]:
        """The cadence as the contract writes it."""
        return {
            "every": self.every,
            "at_least": self.at_least,
            "unit": self.unit,
            "quote": self.quote,
            "span": list(self.span),
        }


@dataclass(frozen=True)
class TargetNote:
    """An amount that can be checked: a share ("1/2" of the villages) or a count ("1" 个), with its own day if printed."""

    kind: str
    at_least: str
    of: str
    unit: str
    per: str | None
    every: str | None
    by: str | None
    quote: str
    span: Span

    def as_json(self) -> dict[str, Any]:
        """The target as the contract writes it."""
        return {
            "kind": self.kind,
            "at_least": self.at_least,
            "of": self.of,
            "unit": self.unit,
            "per": self.per,
            "every": self.every,
            "by": self.by,
            "quote": self.quote,
            "span": list(self.span),
        }


@dataclass(frozen=True)
class TaskNote:
    """One task: what a plan asks of named units, with its place in the numbering."""

    path: tuple[str, ...]
    heading: str
    text: str
    span: Span
    units: tuple[UnitNote, ...] = ()
    deadlines: tuple[DeadlineNote, ...] = ()
    cadences: tuple[CadenceNote, ...] = ()
    targets: tuple[TargetNote, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The task as the contract writes it."""
        return {
            "path": list(self.path),
            "heading": self.heading,
            "text": self.text,
            "span": list(self.span),
            "units": [x.as_json() for x in self.units],
            "deadlines": [x.as_json() for x in self.deadlines],
            "cadences": [x.as_json() for x in self.cadences],
            "targets": [x.as_json() for x in self.targets],
            "doubts": [x.as_json() for x in self.doubts],
        }


@dataclass(frozen=True)
class DemandNote:
    """What the plan asks outside its tasks (its 工作要求), and of whom, where it says so."""

    path: tuple[str, ...]
    text: str
    span: Span
    units: tuple[UnitNote, ...] = ()
    cadences: tuple[CadenceNote, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The demand as the contract writes it."""
        return {
            "path": list(self.path),
            "text": self.text,
            "units": [x.as_json() for x in self.units],
            "cadences": [x.as_json() for x in self.cadences],
            "span": list(self.span),
        }


@dataclass(frozen=True)
class SectionNote:
    """A numbered heading that holds others; shown as the frame of the tasks below it."""

    path: tuple[str, ...]
    heading: str
    span: Span


@dataclass(frozen=True)
class Reading:
    """All that was read in a plan document. `joins` are the places in `text` where the source broke a line."""

    text: str
    number: str | None = None
    title: str | None = None
    issuer: str | None = None
    year: int | None = None
    issued_on: str | None = None
    first_day: str | None = None
    addressees: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    sections: tuple[SectionNote, ...] = ()
    tasks: tuple[TaskNote, ...] = ()
    demands: tuple[DemandNote, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    joins: tuple[int, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """The reading as `sanzhi plan read --json` prints it; a stable contract."""
        return {
            "text": self.text,
            "number": self.number,
            "title": self.title,
            "issuer": self.issuer,
            "year": self.year,
            "issued_on": self.issued_on,
            "first_day": self.first_day,
            "addressees": list(self.addressees),
            "objectives": list(self.objectives),
            "tasks": [x.as_json() for x in self.tasks],
            "demands": [x.as_json() for x in self.demands],
            "doubts": [x.as_json() for x in self.doubts],
        }
