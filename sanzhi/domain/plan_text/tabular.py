"""Tasks in tables: which column holds the task, its units, its time; merged and blank cells carry down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sanzhi.domain.plan_text.labels import label_at
from sanzhi.domain.plan_text.model import Span
from sanzhi.domain.plan_text.normalise import Paragraph, Source
from sanzhi.domain.plan_text.words import COLUMN, FIELD, UNIT_TAIL
from sanzhi.domain.text_zh import shadow, whole_number


@dataclass(frozen=True)
class Table:
    """A table of a document: its rows of cells, and before which line of the document it stands."""

    rows: tuple[tuple[str, ...], ...]
    line: int


@dataclass
class RowTask:
    """One row that asks something: where its words stand, its number, and the cells of units (with role) and time."""

    path: tuple[str, ...]
    heading: Span | None
    words: Span
    units: list[tuple[str, Span]] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)


def with_tables(lines: Sequence[str], tables: Sequence[Table]) -> list[str]:
    """The lines of a document with its tables put in where they stand, a row per line, cells parted by tabs."""
    out: list[str] = []
    waiting = sorted(tables, key=lambda t: t.line)
    for i in range(len(lines) + 1):
        while waiting and waiting[0].line <= i:
            out += ["", *_lines_of(waiting.pop(0)), ""]
        if i < len(lines):
            out.append(lines[i])
    for table in waiting:
        out += ["", *_lines_of(table), ""]
    return out


def _lines_of(table: Table) -> list[str]:
    """A table as lines: its rows with cells parted by tabs; a card (name of a field beside its value) as fields."""
    card = [[_cell(c) for c in row] for row in table.rows]
    if all(len(row) == 2 for row in card) and sum(bool(FIELD.match(shadow(r[0]) + "：")) for r in card) >= 2:
        return [f"{name.rstrip(':：')}：{value}" for name, value in card if name != value]
    return ["\t".join(_cell(c) for c in _padded(row)) for row in table.rows]


def _padded(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row wide enough to be known as one when it is written with tabs."""
    return row if len(row) >= 3 else (*row, *([""] * (3 - len(row))))


def _cell(cell: str) -> str:
    """A cell on one line: names of units on lines of their own are parted by 、, other line breaks are wraps."""
    parts = [x.strip() for x in re.split(r"[\n\r\t]+", cell) if x.strip()]
    if len(parts) > 1 and all(
        UNIT_TAIL.search(x) and len(x) <= 24 and not re.search(r"[，。；：]", x) for x in parts
    ):
        return "、".join(x.strip("、") for x in parts)
    return "".join(parts)


def row_tasks(source: Source, rows: Sequence[Paragraph], path: tuple[str, ...]) -> Iterator[RowTask]:
    """The tasks of one table. A table without a column of tasks and one of units or time gives none."""
    columns: dict[int, str] = {}
    group: tuple[str, ...] = ()
    carried: dict[int, Span] = {}
    for row in rows:
        cells = _cells(source, row)
        header = _columns(source, cells)
        if header:
            columns, carried = header, {}
            continue
        if not columns:
            continue
        filled = [i for i, (s, e) in enumerate(cells) if e > s]
        if len({source.text[s:e] for s, e in (cells[i] for i in filled)}) == 1 and filled:
            s, e = cells[filled[0]]
            label = label_at(source.shadow, s, at_line_start=True)
            group = (source.text[label.start : label.printed_end],) if label and label.end <= e else ()
            carried = {}
            continue
        task = _row_task(source, cells, columns, carried, (*path, *group))
        if task:
            yield task


def _cells(source: Source, row: Paragraph) -> list[Span]:
    cells, s = [], row.start
    for part in source.text[row.start : row.end].split("\t"):
        cells.append((s, s + len(part)))
        s += len(part) + 1
    return cells


def _columns(source: Source, cells: Sequence[Span]) -> dict[int, str]:
    """Column → what it holds, when the row is a header: a column of tasks and one of units or time."""
    found: dict[int, str] = {}
    for i, (s, e) in enumerate(cells):
        word = re.sub(r"[\s：]|（.*?）$", "", source.shadow[s : min(e, s + 30)])
        m = COLUMN.fullmatch(word)
        if m:
            found[i] = next(k for k, v in m.groupdict().items() if v)
    kinds = set(found.values())
    if kinds & {"lead", "resp", "coop", "time"} and len(found) >= 2:
        if "task" not in kinds and "group" in kinds:
            found[max(i for i, k in found.items() if k == "group")] = "task"
        return found if "task" in found.values() else {}
    return {}


def _row_task(
    source: Source,
    cells: Sequence[Span],
    columns: dict[int, str],
    carried: dict[int, Span],
    path: tuple[str, ...],
) -> RowTask | None:
    spans: dict[int, Span] = {}
    for i, kind in columns.items():
        s, e = cells[i] if i < len(cells) else (0, 0)
        if e <= s and kind != "task" and i in carried:
            s, e = carried[i]
        if e > s:
            spans[i] = carried[i] = (s, e)
    words = [i for i in sorted(spans) if columns[i] == "task"]
    if not words:
        return None
    heading = spans[words[-2]] if len(words) > 1 else None
    s, e = spans[words[-1]]
    label = label_at(source.shadow, s, at_line_start=True)
    own: list[str] = []
    for i in sorted(spans):
        if columns[i] in ("number", "group") or (heading and spans[i] == heading):
            printed = _printed_number(source, spans[i], whole=columns[i] == "number")
            own += [printed] if printed else []
    if label and label.end < e:
        own.append(source.text[label.start : label.printed_end])
        s = label.end
    task = RowTask((*path, *own), heading, (s, e))
    for i, span in sorted(spans.items()):
        if columns[i] in ("lead", "resp", "coop"):
            task.units.append((columns[i], span))
        elif columns[i] == "time":
            task.times.append(span)
    return task if task.units or task.times else None


def _printed_number(source: Source, span: Span, *, whole: bool) -> str | None:
    s, e = span
    label = label_at(source.shadow, s, at_line_start=True)
    if label and label.end <= e:
        return source.text[label.start : label.printed_end]
    word = shadow(source.text[s:e]).strip("、. ")
    return source.text[s:e].strip("、.． ") if whole and whole_number(word) else None
