"""Turning the bytes of a document (.txt .md .docx .pdf) into lines and tables, whatever its name says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from sanzhi.domain.plan_text import Table
from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.files.extract_docx import is_docx, lines_of_docx
from sanzhi.foundation.files.extract_pdf import lines_of_pdf
from sanzhi.foundation.files.extract_text import decode

#: The largest document that is read.
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
#: Characters of the longest text that is read: a whole year's plans of a county are not half as long.
MAX_TEXT = 8_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NAMES = {"txt": "文本", "md": "文本", "docx": "Word（docx）", "pdf": "PDF"}

declare(
    "extract",
    {
        "empty": "“{name}”是空的，里面没有内容。请重新选择文件。",
        "too_large": "“{name}”有 {size} MB，超过 50 MB。请只导入方案正文，或去掉图片后另存再导入。",
        "too_long": "“{name}”里有 {number} 万字，方案正文不会这么长。请只留方案正文，另存后再导入。",
        "old_word": "“{name}”是旧版 Word（doc）或加了密码的文件。请去掉密码，用 Word 或 WPS 另存为 docx 再导入。",
        "kind": "“{name}”不是能读的文档。请导入 txt、md、docx 或 pdf 文件，或直接粘贴文字。",
    },
)


@dataclass(frozen=True)
class Extracted:
    """What a document holds: its lines, its tables (with the line before which each stands), its true kind, remarks."""

    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    kind: str
    notes: tuple[str, ...] = ()


def extract(data: bytes, name: str) -> Extracted:
    """Read a document. The kind is told by the content; where the name says another, a note says so.

    Refuses with a Problem `extract.*`: empty, too_large, too_long, old_word, kind, and those of the single formats
    (encoding, binary; broken, bomb; pdf_broken, pdf_locked, pdf_scanned).
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Problem("extract.empty", name=name)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise Problem("extract.too_large", name=name, size=len(data) // (1024 * 1024) + 1)
    ending = PurePath(name).suffix.lower().lstrip(".")
    tables: list[Table] = []
    if b"%PDF-" in data[:1024]:
        kind = "pdf"
        lines, notes = lines_of_pdf(data, name)
    elif data.startswith(_OLE):
        raise Problem("extract.old_word", name=name)
    elif data.startswith(_ZIP):
        if not is_docx(data, name):
            raise Problem("extract.kind", name=name)
        kind = "docx"
        lines, tables, notes = lines_of_docx(data, name)
    else:
        kind = "md" if ending in ("md", "markdown") else "txt"
        lines, notes = decode(data, name)
    if (length := sum(map(len, lines))) > MAX_TEXT:
        raise Problem("extract.too_long", name=name, number=length // 10_000)
    if not any(line.strip() for line in lines) and not tables:
        raise Problem("extract.empty", name=name)
    if (
        ending
        and ending not in (kind, "text", "markdown")
        and not (kind == "txt" and ending in ("md", "csv"))
    ):
        notes.append(f"文件名以 .{ending} 结尾，内容是{_NAMES[kind]}，已按内容读取。")
    return Extracted(tuple(lines), tuple(tables), kind, tuple(notes))
