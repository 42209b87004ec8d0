"""What people type into cells: full-width digits, stray spaces, Chinese days, Excel's own numbers for days."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\ufeff\u00ad]")
_DAY = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?(?:\s*0?0:00(?::00)?)?")
_FIRST_SERIAL, _LAST_SERIAL = 18_000, 73_000
_EPOCH = dt.date(1899, 12, 30)
_YES = {"是", "有", "√", "✓", "1", "y", "yes", "对", "true"}
_NO = {"否", "无", "×", "x", "0", "n", "no", "不是", "false", "-", "—"}


def text(cell: object) -> str:
    """The cell as text: width folded (１２ → 12), spaces at the ends and doubled ones gone, 12.0 as 12."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    folded = unicodedata.normalize("NFKC", str(cell))
    return " ".join(_INVISIBLE.sub("", folded).split())


def name(cell: object) -> str:
    """A Chinese name: as text, and without the spaces that people put between two characters (王  芳 → 王芳)."""
    said = text(cell)
    return said.replace(" ", "") if re.search(r"[\u4e00-\u9fff]", said) else said


def day(said: str) -> dt.date | None:
    """A day from 2022年3月5日, 2022.3.5, 2022/3/5, 20220305 or Excel's number 44625; None for what is no day."""
    found = _DAY.fullmatch(said)
    if found:
        parts = [int(x) for x in found.groups()]
    elif re.fullmatch(r"(19|20)\d{6}", said):
        parts = [int(said[:4]), int(said[4:6]), int(said[6:])]
    elif re.fullmatch(r"\d{5}(\.\d+)?", said) and _FIRST_SERIAL < float(said) < _LAST_SERIAL:
        return _EPOCH + dt.timedelta(days=int(float(said)))
    else:
        return None
    try:
        return dt.date(*parts)
    except ValueError:
        return None


def whole(said: str) -> int | None:
    """A whole number of zero or more ("1,620", "1620人"); None for anything else."""
    digits = re.sub(r"[,，\s]|[人户个名]$", "", said)
    return int(digits) if re.fullmatch(r"\d{1,9}", digits) else None


def yes(said: str) -> bool | None:
    """是 or 否 in the ways people write it; None for anything else."""
    word = said.strip().lower()
    return True if word in _YES else False if word in _NO else None


def label(said: str) -> str:
    """A column's head for comparing: folded, without spaces, brackets and what stands in them, stars and colons."""
    folded = re.sub(r"\(.*?\)|\[.*?\]|（.*?）", "", text(said))
    return re.sub(r"[\s*:：＊“”\"'、/]", "", folded)
