"""Word documents: paragraphs with the numbers that Word makes itself, and tables with their merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from sanzhi.domain.plan_text import Table
from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.files.extract_numbering import Numbering

declare(
    "extract",
    {
        "broken": "“{name}”打不开，可能没有传完整或已损坏。请用 Word 或 WPS 打开后另存为 docx 再导入。",
        "bomb": "“{name}”解开后大得不正常，不能读。请只把方案正文另存为一个新的 docx 再导入。",
    },
)
#: What the parts of a document may be when unpacked, one and all.
MAX_PART, MAX_UNPACKED, MAX_PARTS = 100 * 1024 * 1024, 400 * 1024 * 1024, 5000
_MARK = re.compile(r"绝密|机密|秘密|内部")
_SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:instrText"),
    qn("w:rPr"),
    qn("w:pPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_BOX = qn("w:txbxContent")


def is_docx(data: bytes, name: str) -> bool:
    """Whether a zip file is a Word document; refuses `extract.broken` and, when it unpacks too large, `extract.bomb`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as e:
        raise Problem("extract.broken", name=name) from e
    sizes = [p.file_size for p in parts]
    if len(parts) > MAX_PARTS or sum(sizes) > MAX_UNPACKED or max(sizes, default=0) > MAX_PART:
        raise Problem("extract.bomb", name=name)
    return any(p.filename == "word/document.xml" for p in parts)


def lines_of_docx(data: bytes, name: str) -> tuple[list[str], list[Table], list[str]]:
    """The paragraphs of a document in order, its tables with their places, and remarks. Refuses `extract.broken`."""
    try:
        document = docx.Document(BytesIO(data))
        reader = _Reader(document)
        reader.body()
    except Exception as e:  # python-docx and lxml raise a dozen kinds of error on damaged parts
        raise Problem("extract.broken", name=name) from e
    notes = ["自动编号已还原为文字。"] if reader.numbered else []
    return reader.lines, reader.tables, notes


class _Reader:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.numbering = Numbering(document)
        self.lines: list[str] = []
        self.tables: list[Table] = []
        self.numbered = False

    def body(self) -> None:
        for section in self.document.sections:
            for p in section.header.paragraphs:
                if _MARK.search(p.text.replace(" ", "")):
                    self.lines.append(p.text)
        self._blocks(self.document.element.body)

    def _blocks(self, parent: Any) -> None:
        for child in parent.iterchildren():
            if child.tag == qn("w:p"):
                self.lines += self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                rows = self._rows(child)
                if rows and max(map(len, rows)) == 1:
                    self.lines += [line for row in rows for line in row[0].split("\n")]
                elif rows:
                    self.tables.append(Table(tuple(rows), len(self.lines)))
            elif child.tag == qn("w:sdt"):
                content = child.find(qn("w:sdtContent"))
                if content is not None:
                    self._blocks(content)

    def _paragraph(self, p: Any) -> list[str]:
        """The lines of a paragraph, its number first; text boxes in it follow on lines of their own."""
        boxes: list[Any] = []
        text = "".join(_texts(p, boxes))
        number = self.numbering.number(p) if text.strip() else ""
        self.numbered |= bool(number)
        lines = (number + text).split("\n")
        for box in boxes:
            for inner in box.iter(qn("w:p")):
                lines += "".join(_texts(inner, [])).split("\n")
        return lines

    def _rows(self, table: Any) -> list[tuple[str, ...]]:
        """The rows of a table; a merged cell is repeated in every place it covers."""
        rows: list[tuple[str, ...]] = []
        for tr in table.iterchildren(qn("w:tr")):
            cells: list[str] = []
            for tc in tr.iter(qn("w:tc")):
                if tc.getparent() is not tr and tc.getparent().tag == qn("w:tr"):
                    continue
                text, span = self._cell(tc, rows[-1] if rows else (), len(cells))
                cells += [text] * span
            rows.append(tuple(cells))
        return rows

    def _cell(self, tc: Any, above: tuple[str, ...], column: int) -> tuple[str, int]:
        properties = tc.find(qn("w:tcPr"))
        span = merge = None
        if properties is not None:
            span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
        width = min(int(span.get(qn("w:val"), 1)), 64) if span is not None else 1
        if merge is not None and merge.get(qn("w:val"), "continue") == "continue":
            return (above[column] if column < len(above) else ""), width
        parts = [line for p in tc.iter(qn("w:p")) for line in self._paragraph(p) if line.strip()]
        return "\n".join(parts), width


def _texts(element: Any, boxes: list[Any]) -> Iterator[str]:
    """The text of a paragraph with what was inserted and without what was deleted; text boxes are set aside."""
    for child in element.iterchildren():
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == _BOX:
            boxes.append(child)
        elif tag == qn("w:t"):
            yield child.text or ""
        elif tag == qn("w:tab"):
            yield "\t"
        elif tag in (qn("w:br"), qn("w:cr")):
            yield "\n" if child.get(qn("w:type")) not in ("page", "column") else ""
        elif tag == qn("w:noBreakHyphen"):
            yield "-"
        else:
            yield from _texts(child, boxes)
