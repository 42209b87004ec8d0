"""Writing sheets: the template to fill in, and the register as it is, in the same columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter

from sanzhi.foundation.people.models import PostKind
from sanzhi.steering.registers.sheets.kinds import SheetKind


def _book(made: IO[bytes], today: dt.date) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(
        made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": dt.datetime(today.year, today.month, today.day)})
    return book


def _sheet(book: xlsxwriter.Workbook, title: str, heads: Sequence[str], top: Sequence[str] = ()) -> tuple:
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bottom": 1})
    quiet = book.add_format({"font_color": "#5a6068"})
    sheet.set_column(0, max(1, len(heads) - 1), 18)
    for number, line in enumerate(top):
        sheet.write_string(number, 0, line, quiet)
    for at, head in enumerate(heads):
        sheet.write_string(len(top), at, head, bold)
    sheet.freeze_panes(len(top) + 1, 1)
    return sheet, len(top) + 1, book.add_format({"num_format": "yyyy-mm-dd"})


def _fill(sheet: object, start: int, day_format: object, rows: Iterable[Sequence[object]]) -> None:
    for number, row in enumerate(rows, start):
        for at, value in enumerate(row):
            if isinstance(value, dt.date):
                when = dt.datetime(value.year, value.month, value.day)
                sheet.write_datetime(number, at, when, day_format)  # type: ignore[attr-defined]
            elif isinstance(value, int):
                sheet.write_number(number, at, value)  # type: ignore[attr-defined]
            elif value:
                sheet.write_string(number, at, str(value))  # type: ignore[attr-defined]


def template(kind: SheetKind, today: dt.date) -> IO[bytes]:
    """An empty sheet with the heads, and a second one that says what goes where with an example."""
    made = TemporaryFile()
    book = _book(made, today)
    _sheet(book, kind.label, [c.label for c in kind.columns])
    about, row, _day = _sheet(book, "说明", ["列", "必填", "怎么填", "例"])
    for number, column in enumerate(kind.columns):
        example = kind.example[number] if number < len(kind.example) else ""
        for at, text in enumerate((column.label, "是" if column.needed else "", column.hint, example)):
            about.write_string(row + number, at, text)
    last = row + len(kind.columns) + 1
    if kind.code == "people":
        about.write_string(last, 0, "职务可以填：" + "、".join(str(k.label) for k in PostKind))
    if kind.code == "households":
        about.write_string(
            last, 0, "不登记家庭成员、姓名、出生日期和身份证号；表里有这样的列，整个文件不会读入。"
        )
    book.close()
    made.seek(0)
    return made


def register(
    kind: SheetKind, rows: Iterable[Sequence[object]], today: dt.date, top: Sequence[str] = ()
) -> IO[bytes]:
    """The register in the columns of its template, so that it can be read in again."""
    return table(kind.label, [c.label for c in kind.columns], rows, today, top)


def table(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    today: dt.date,
    top: Sequence[str] = (),
    watermark: str = "",
) -> IO[bytes]:
    """A sheet of rows; `top` lines stand above the head, `watermark` in the header and footer of each printed page."""
    made = TemporaryFile()
    book = _book(made, today)
    sheet, start, day = _sheet(book, title, heads, top)
    if watermark:
        said = watermark.replace("&", "&&")[:240]
        sheet.set_header(f"&C{said}")
        sheet.set_footer(f"&C{said}&R&P/&N")
    _fill(sheet, start, day, rows)
    book.close()
    made.seek(0)
    return made
