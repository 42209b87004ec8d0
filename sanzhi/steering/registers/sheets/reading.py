"""From an uploaded file to a grid of cells, whatever people do to spreadsheets; what cannot be read is refused."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from sanzhi.domain.problems import Problem, declare

declare(
    "sheets",
    {
        "empty": "“{name}”里没有内容。请检查是不是选错了文件。",
        "too_large": "“{name}”有 {size} MB，超过了 {most} MB。请按村拆成几个文件，分别导入。",
        "too_long": "“{name}”超过 {most} 行。请按村拆成几个文件，分别导入。",
        "csv": "“{name}”是文本（CSV），不是 Excel 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
        "not_excel": "“{name}”不是能读的 Excel 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
        "encrypted": "“{name}”设了打开密码，读不了。请去掉密码，另存后再上传。",
        "no_header": "在“{name}”里没有找到表头。表头要有：{needed}。请先下载模板，照模板的表头填写。",
        "no_rows": "“{name}”只有表头，没有内容。请填好后再上传。",
    },
)

LARGEST = 10 * 1024 * 1024
LONGEST = 40_000
UNPACKED = 300 * 1024 * 1024
"""Bytes of a file, its rows, and what a packed file may grow to."""

Cell = object
Grid = list[list[Cell]]


def grid_of(file: BinaryIO, name: str, size: int) -> Grid:
    """The cells of the first sheet that holds any, rows and columns from the very first, merged cells filled.

    Refuses what is empty, too large, locked, plain text or no workbook at all.
    """
    if size == 0:
        raise Problem("sheets.empty", field="file", name=name)
    if size > LARGEST:
        raise Problem(
            "sheets.too_large",
            field="file",
            name=name,
            size=size // 1024 // 1024,
            most=LARGEST // 1024 // 1024,
        )
    data = file.read(LARGEST + 1)
    _check_kind(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            if sheet.height > LONGEST:
                raise Problem("sheets.too_long", field="file", name=name, most=LONGEST)
            rows = sheet.to_python(skip_empty_area=False)
            if any(_filled(row) for row in rows):
                return _unmerged(rows, sheet.merged_cell_ranges or [])
    except (CalamineError, ValueError, IndexError, OSError, EOFError, zipfile.BadZipFile):
        raise Problem("sheets.not_excel", field="file", name=name) from None
    raise Problem("sheets.empty", field="file", name=name)


def _filled(row: list[Cell]) -> bool:
    return any(cell not in ("", None) for cell in row)


def _check_kind(data: bytes, name: str) -> None:
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                unpacked = sum(item.file_size for item in packed.infolist())
                inside = set(packed.namelist())
        except zipfile.BadZipFile:
            raise Problem("sheets.not_excel", field="file", name=name) from None
        if unpacked > UNPACKED:
            raise Problem("sheets.too_long", field="file", name=name, most=LONGEST)
        if not inside & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            raise Problem("sheets.not_excel", field="file", name=name)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Problem("sheets.encrypted", field="file", name=name)
    else:
        raise Problem("sheets.csv" if _is_text(data) else "sheets.not_excel", field="file", name=name)


def _is_text(data: bytes) -> bool:
    head = data[:4096]
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        try:
            text = head.decode(encoding, errors="strict" if len(data) < 4096 else "ignore")
        except UnicodeDecodeError:
            continue
        return sum(c.isprintable() or c in "\r\n\t" for c in text) > 0.95 * len(text)
    return False


def _unmerged(rows: Grid, ranges: list) -> Grid:
    """Every cell of a merged range bears what its first one says (a village's name beside ten groups)."""
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : min(bottom, len(rows) - 1) + 1]:
            for column in range(left, min(right, len(row) - 1) + 1):
                row[column] = value
    return rows
