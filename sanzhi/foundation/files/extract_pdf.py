"""PDF documents: their text page by page, without the lines that repeat on every page."""

from __future__ import annotations

import logging
from collections import Counter
from io import BytesIO

from pypdf import PdfReader

from sanzhi.domain.problems import Problem, declare

declare(
    "extract",
    {
        "pdf_broken": "“{name}”打不开，可能没有传完整或已损坏。请重新导出 PDF，或直接粘贴文字。",
        "pdf_locked": "“{name}”加了密码。请去掉密码后再导入，或直接粘贴文字。",
        "pdf_scanned": "“{name}”里只有图片，没有文字（扫描件）。请先做文字识别（OCR），或导入 Word 原件、直接粘贴文字。",
    },
)
MAX_PAGES = 400
#: Fewer characters than this on a page, on average, mean that the pages are pictures.
FEWEST_PER_PAGE = 12
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def lines_of_pdf(data: bytes, name: str) -> tuple[list[str], list[str]]:
    """The lines of a PDF and remarks. Refuses `extract.pdf_locked`, `extract.pdf_scanned`, `extract.pdf_broken`."""
    pages, notes = _pages(data, name)
    written = sum(not c.isspace() for page in pages for line in page for c in line)
    if written < FEWEST_PER_PAGE * max(1, min(len(pages), 5)):
        raise Problem("extract.pdf_scanned", name=name)
    repeated = _repeated(pages)
    lines: list[str] = []
    for page in pages:
        kept = [
            x for i, x in enumerate(page) if not (x.strip() in repeated and (i < 2 or i >= len(page) - 2))
        ]
        lines += [*kept, ""]
    return lines, notes


def _pages(data: bytes, name: str) -> tuple[list[list[str]], list[str]]:
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Problem("extract.pdf_locked", name=name)
        count = len(reader.pages)
        texts = [reader.pages[i].extract_text() or "" for i in range(min(count, MAX_PAGES))]
    except Problem:
        raise
    except Exception as e:  # pypdf raises many kinds of error on damaged files
        raise Problem("extract.pdf_broken", name=name) from e
    notes = [f"文件有 {count} 页，只读了前 {MAX_PAGES} 页。"] if count > MAX_PAGES else []
    return [text.split("\n") for text in texts], notes


def _repeated(pages: list[list[str]]) -> set[str]:
    """The lines that stand at the top or the foot of most pages."""
    if len(pages) < 3:
        return set()
    seen = Counter(x.strip() for page in pages for x in {*page[:2], *page[-2:]} if x.strip())
    return {line for line, n in seen.items() if n >= max(3, 0.6 * len(pages))}
