"""What a kind of sheet is: its columns, how its head is found, and what a row would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.orgs.models import Unit
from sanzhi.steering.registers.sheets import cells
from sanzhi.steering.registers.sheets.reading import Grid
from sanzhi.steering.registers.sheets.units_named import UnitNames

declare(
    "sheets",
    {
        "forbidden": "“{name}”里有“{column}”这一列。户册和人员表不登记这些内容，整个文件没有读入。请删去这一列再上传。",
    },
)

State = Literal["new", "changed", "unchanged", "problem"]
HEAD_WITHIN = 20
_NOT_ROWS = ("合计", "总计", "小计", "填表说明", "说明:", "注:", "备注:", "填表人", "制表", "审核人")


@dataclass(frozen=True)
class SheetColumn:
    """A column: key, head as the template prints it, other heads people use, whether it must be there, a hint."""

    key: str
    label: str
    also: tuple[str, ...] = ()
    needed: bool = False
    hint: str = ""

    def means(self, head: str) -> bool:
        """Whether a head found in a file is this column."""
        return head in {cells.label(x) for x in (self.label, *self.also)}


@dataclass(frozen=True)
class Row:
    """A row of a file: its number as Excel counts it, and what stands under each column."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


@dataclass(frozen=True)
class Change:
    """What a row would do: its number, of what it speaks, what changes (a sentence), and the act that does it."""

    row: int
    state: State
    subject: str
    what: str
    act: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Ground:
    """What a file is compared with: the town, the day from which changes hold, its units, which of them may be touched."""

    town: Unit
    day: dt.date
    names: UnitNames
    within: frozenset[int] | None = None

    def may(self, unit_id: int) -> bool:
        """Whether whoever imports may change what belongs to this unit."""
        return self.within is None or unit_id in self.within


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet: what it is called, its columns, and how it is compared, applied and written out."""

    code: str
    label: str
    columns: tuple[SheetColumn, ...]
    plan: Callable[[Ground, Sequence[Row]], list[Change]]
    apply: Callable[..., None]
    rows: Callable[[Unit, dt.date, frozenset[int] | None], Iterable[Sequence[object]]]
    capability: str
    export_capability: str
    forbidden: tuple[str, ...] = ()
    example: tuple[str, ...] = ()

    def read(self, grid: Grid, name: str) -> list[Row]:
        """The rows below the head, wherever it stands in the first lines; blank rows, sums and remarks left out.

        Refuses a file without a head, without rows, or with a column that must not be in it.
        """
        top, places = self._head(grid, name)
        rows = []
        for number, line in enumerate(grid[top + 1 :], top + 2):
            values = {key: cells.text(line[at]) for key, at in places.items() if at < len(line)}
            said = [v for v in values.values() if v]
            remark = len(said) > 2 and len(set(said)) == 1
            if said and not remark and not cells.text(line[0]).startswith(_NOT_ROWS):
                rows.append(Row(number, values))
        if not rows:
            raise Problem("sheets.no_rows", field="file", name=name)
        return rows

    def _head(self, grid: Grid, name: str) -> tuple[int, dict[str, int]]:
        best: tuple[int, dict[str, int]] = (-1, {})
        for number, line in enumerate(grid[:HEAD_WITHIN]):
            places: dict[str, int] = {}
            for at, cell in enumerate(line):
                head = cells.label(cells.text(cell))
                for column in self.columns:
                    if head and column.key not in places and column.means(head):
                        places[column.key] = at
            if len(places) > len(best[1]):
                best = (number, places)
        top, places = best
        needed = [c.label for c in self.columns if c.needed]
        if top < 0 or any(c.needed and c.key not in places for c in self.columns):
            raise Problem("sheets.no_header", field="file", name=name, needed="、".join(needed))
        for cell in grid[top]:
            head = cells.text(cell)
            if any(word in head for word in self.forbidden):
                raise Problem("sheets.forbidden", field="file", name=name, column=head)
        return top, places


def problem(row: Row, subject: str, what: str) -> Change:
    """A row that cannot be taken, with what to do."""
    return Change(row.number, "problem", subject, what)


def day_in(row: Row, key: str, label: str, default: dt.date | None) -> dt.date | None | str:
    """The day in a cell, the default for an empty one, or the sentence on why it is no day."""
    said = row[key]
    if not said:
        return default
    found = cells.day(said)
    return found if found is not None else f"“{label}”写的是“{said}”，不是一个日期。请写成 2022-03-05 这样。"
