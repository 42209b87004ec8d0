"""Excel files as people make them, for the tests of the registers."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter

from sanzhi.steering.registers.comparing import compare
from sanzhi.steering.registers.sheets import KINDS, Change
from sanzhi.steering.registers.sheets.kinds import Row
from sanzhi.steering.registers.sheets.reading import grid_of
from tests.people import TODAY, Town


def workbook(
    lines: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int, object]] = ()
) -> bytes:
    """The bytes of a file with these lines; merged: (first row, first column, last row, last column, value)."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("表")
    day = book.add_format({"num_format": "yyyy/m/d"})
    for i, line in enumerate(lines):
        for j, value in enumerate(line):
            if isinstance(value, dt.date):
                sheet.write_datetime(i, j, dt.datetime(value.year, value.month, value.day), day)
            elif value is not None:
                sheet.write(i, j, value)
    for a, b, c, d, value in merged:
        sheet.merge_range(a, b, c, d, value)
    book.close()
    return made.getvalue()


def rows_of(kind: str, data: bytes, name: str = "表.xlsx") -> list[Row]:
    """The rows that a file of this kind holds."""
    return KINDS[kind].read(grid_of(io.BytesIO(data), name, len(data)), name)


def changes_of(
    town: Town, kind: str, data: bytes, day: dt.date = TODAY, within: frozenset[int] | None = None
) -> list[Change]:
    """What a file would change."""
    return compare(KINDS[kind], town.unit, day, rows_of(kind, data), within)


def told(changes: Sequence[Change]) -> list[tuple[int, str]]:
    """Row number and state of each change."""
    return [(c.row, c.state) for c in changes]
