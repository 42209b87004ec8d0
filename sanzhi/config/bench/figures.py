"""What a section of the benchmark found: figures with their limits, as a table and as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MARKS = {True: "达到", False: "未达到", None: ""}


@dataclass(frozen=True)
class Figure:
    """One measured number. `limit` is what is asked for in words; `reached` None: only told."""

    section: str
    name: str
    value: float
    unit: str
    limit: str = ""
    reached: bool | None = None
    note: str = ""


def at_most(section: str, name: str, value: float, unit: str, most: float, note: str = "") -> Figure:
    """A figure that should not be larger than `most`."""
    return Figure(section, name, value, unit, f"≤ {_number(most)}", value <= most, note)


def at_least(section: str, name: str, value: float, unit: str, least: float, note: str = "") -> Figure:
    """A figure that should not be smaller than `least`."""
    return Figure(section, name, value, unit, f"≥ {_number(least)}", value >= least, note)


def told(section: str, name: str, value: float, unit: str, note: str = "") -> Figure:
    """A figure without a limit."""
    return Figure(section, name, value, unit, note=note)


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """The figures for other programs."""
    return [asdict(f) for f in figures]


def from_json(rows: Iterable[dict[str, Any]]) -> list[Figure]:
    """The figures as a process of a section wrote them."""
    return [Figure(**row) for row in rows]


def table(figures: Sequence[Figure]) -> str:
    """The figures of one section in columns; Chinese characters are two cells wide."""
    head = ("项目", "数值", "要求", "", "说明")
    rows = [
        (f.name, f"{_number(f.value)} {f.unit}".strip(), f.limit, MARKS[f.reached], f.note) for f in figures
    ]
    widths = [max(_width(row[i]) for row in (head, *rows)) for i in range(4)]
    lines = []
    for row in (head, *rows):
        cells = [
            _padded(text, w, right=i == 1) for i, (text, w) in enumerate(zip(row[:4], widths, strict=True))
        ]
        lines.append("  ".join((*cells, row[4])).rstrip())
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)


def _number(value: float) -> str:
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.1f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
