"""Excel files of lists: written row by row in constant memory, texts always as texts, so that no cell is a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from html import unescape
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from sanzhi.foundation.ui.lists import Column

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_000
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


def _cell(value: object) -> object:
    """A value as Excel takes it: number, day, moment or text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return pgettext("yes", "是") if value else pgettext("no", "否")
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    text = unescape(strip_tags(str(value))) if hasattr(value, "__html__") else str(value)
    return text[:LONGEST_CELL]


def workbook(
    name: str, columns: Sequence[Column], rows: Iterable[object], today: date | None = None
) -> IO[bytes]:
    """An Excel file of the rows, opened at its beginning; the name becomes the sheet's. The caller closes it."""
    made = TemporaryFile()
    book = xlsxwriter.Workbook(
        made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_NOT_IN_SHEET_NAME.sub(" ", name)[:31].strip() or None)
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    if today is not None:
        book.set_properties({"created": datetime(today.year, today.month, today.day)})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, max(1, len(columns) - 1), 18)
    for j, column in enumerate(columns):
        sheet.write_string(0, j, str(column.label), bold)
    sheet.freeze_panes(1, 1)
    readers = [(c.reader(), c.export) for c in columns]
    source = rows.iterator(chunk_size=2000) if isinstance(rows, QuerySet) else rows
    for i, row in enumerate(source, 1):
        for j, (read, export) in enumerate(readers):
            value = read(row)
            value = _cell(export(value) if export and value is not None else value)
            if isinstance(value, datetime):
                sheet.write_datetime(i, j, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(i, j, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int):
                sheet.write_number(i, j, value)
            elif value:
                sheet.write_string(i, j, str(value))
    book.close()
    made.seek(0)
    return made
