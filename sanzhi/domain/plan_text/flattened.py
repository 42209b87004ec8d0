"""Tables that a PDF has taken apart, one piece of a cell per line: put together again as rows, where that is possible."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sanzhi.domain.plan_text.words import COLUMN, STANDING, SUPERIOR, UNIT_TAIL
from sanzhi.domain.text_zh import shadow

_NUMBER = re.compile(r"\d{1,3}[.、]?")
_DAY = re.compile(r"(?:20\d\d年)?(?:\d{1,2}月|年底|年内|上半年|下半年|第?[一二三四]季度|全年)|20\d\d[-.]\d")
_BREAK = re.compile(r"[一二三四五六七八九十]+、|附件|备注：|注：|抄送|第[一二三四五六七八九十]+[章部]")
_HEADER = re.compile(r"(?:^|(?<=\n))\s*(?:序[ \u3000]?号|序\s*\n\s*号|编号)\s")
_TIME_FIRST = re.compile("[0-9年上下第一二三四全长持常每立根按前春汛即今本贯经]")
#: A header has no more columns, a name of a column no more pieces, a row no more pieces than these.
MOST_COLUMNS, MOST_HEADER_PIECES, MOST_PIECES = 9, 3, 40
#: Nor has a cell of a kind more pieces than these; and a document is given up after so much dealing out.
MOST_IN_CELL = {"time": 6, "group": 4, "number": 2, "other": 4, "lead": 10, "resp": 16, "coop": 16}
MOST_WORK = 150_000
_NEVER = -(10**6)


def part_cells(text: str) -> str:
    """The text with the cells of tables on lines of their own where a PDF parts them by blanks only.

    Such a table is known by the names of its columns; it ends at the next heading.
    """
    if not _HEADER.search(text):
        return text
    lines = text.split("\n")
    out: list[str] = []
    i = 0
    while i < len(lines):
        stop = _header_lines(lines, i) if _HEADER.match("\n".join([*lines[i : i + 2], ""])) else i
        if stop == i:
            out.append(lines[i])
            i += 1
            continue
        out += [word for line in lines[i:stop] for word in line.split()]
        i = stop
        while i < len(lines) and not _BREAK.match(shadow(lines[i].strip())) and "\t" not in lines[i]:
            out += _words(lines[i])
            i += 1
    return "\n".join(out)


def _header_lines(lines: Sequence[str], start: int) -> int:
    """Behind the lines that make the header of a table with cells parted by blanks, `start` where there is none."""
    if any("\t" in line for line in lines[start : start + 3]):
        return start
    for stop in range(start + 1, min(len(lines), start + 4) + 1):
        words = [word for line in lines[start:stop] for word in line.split()]
        kinds, _, after = _header(words, 0)
        if kinds and after == len(words) and len(words) > stop - start:
            return stop
    return start


def _words(line: str) -> list[str]:
    """The pieces of a line of such a table: parted at blanks, but a number stays with the word it counts."""
    words = line.split()
    out: list[str] = []
    for k, word in enumerate(words):
        counted = (
            k >= 1 and shadow(words[k - 1]).isdigit() and not (k == 1 and _NUMBER.fullmatch(shadow(words[0])))
        )
        ends = word[0] in "。，；、）％%)”"
        if out and (counted or ends or words[k - 1][-1] in "（(“、"):
            out[-1] += word
        else:
            out.append(word)
    return out


def rebuild(lines: list[str]) -> tuple[list[str], int]:
    """The lines with taken-apart tables put together (each row a line, its cells parted by tabs), and how many rows.

    A table is known by three or more names of columns on lines of their own, the first of them the running number;
    its rows by their numbers. Pieces go to the columns so that cells of units hold names and cells of time hold
    times. Lines that fit nowhere are left as they are.
    """
    out: list[str] = []
    i = count = work = 0
    while i < len(lines):
        small = lines[i] and len(lines[i]) <= 8 and work < MOST_WORK
        kinds, names, after = _header(lines, i) if small else ([], [], i)
        rows, end, done = _rows(lines, after, kinds, MOST_WORK - work) if kinds else ([], i, 0)
        work += done
        if len(rows) >= 2:
            out += ["\t".join(names), *("\t".join(r) for r in rows)]
            i = end
            count += len(rows)
        else:
            out.append(lines[i])
            i += 1
    return out, count


def _header(lines: Sequence[str], start: int) -> tuple[list[str], list[str], int]:
    kinds: list[str] = []
    names: list[str] = []
    i = start
    while i < len(lines) and len(kinds) < MOST_COLUMNS:
        for pieces in range(min(MOST_HEADER_PIECES, len(lines) - i), 0, -1):
            word = "".join(lines[i : i + pieces])
            m = COLUMN.fullmatch(shadow(word)) if 0 < len(word) <= 12 else None
            if m:
                kinds.append(next(k for k, v in m.groupdict().items() if v))
                names.append(word)
                i += pieces
                break
        else:
            if lines[i]:
                break
            i += 1
    has_units = {"lead", "resp", "coop"} & set(kinds)
    if len(kinds) >= 3 and kinds[0] == "number" and "task" in kinds and has_units:
        return kinds, names, i
    return [], [], start


def _rows(
    lines: Sequence[str], start: int, kinds: Sequence[str], budget: int
) -> tuple[list[list[str]], int, int]:
    """The rows below a header, where they end, and how much work it was."""
    rows: list[list[str]] = []
    i, number, work = start, 1, 0
    while i < len(lines) and work < budget:
        if not lines[i]:
            i += 1
            continue
        if not (_NUMBER.fullmatch(shadow(lines[i])) and shadow(lines[i]).rstrip(".、") == str(number)):
            break
        end = i + 1
        pieces: list[str] = []
        while end < len(lines) and len(pieces) <= MOST_PIECES:
            line = shadow(lines[end])
            if line.rstrip(".、") == str(number + 1) or _BREAK.match(line):
                break
            if line:
                pieces.append(lines[end])
            end += 1
        work += len(pieces) ** 2
        cells = _assigned(pieces, kinds[1:])
        if cells is None:
            break
        rows.append([lines[i], *cells])
        i, number = end, number + 1
    return rows, i, work


def _assigned(pieces: Sequence[str], kinds: Sequence[str]) -> list[str] | None:
    """The pieces of a row dealt to its columns in order, by the best total worth; None where a cell would not fit."""
    n = len(pieces)
    if not 0 < n <= MOST_PIECES:
        return None
    best: list[list[tuple[int, int]]] = [[(_NEVER, 0)] * (n + 1) for _ in range(len(kinds) + 1)]
    best[0][0] = (0, 0)
    for c, kind in enumerate(kinds):
        for stop in range(n + 1):
            for begin in range(max(0, stop - MOST_IN_CELL.get(kind, n)), stop + 1):
                before = best[c][begin][0]
                if before > _NEVER:
                    worth = before + _worth(pieces[begin:stop], kind)
                    if worth > best[c + 1][stop][0]:
                        best[c + 1][stop] = (worth, begin)
    if best[-1][n][0] <= _NEVER // 2:
        return None
    cells: list[str] = []
    stop = n
    for c in range(len(kinds), 0, -1):
        begin = best[c][stop][1]
        cells.append(_joined(pieces[begin:stop], kinds[c - 1]))
        stop = begin
    return cells[::-1]


def _worth(pieces: Sequence[str], kind: str) -> int:
    """How well pieces make one cell of a kind."""
    if not pieces:
        return 0 if kind in ("coop", "other", "group") else -6
    whole = shadow("".join(pieces))
    if kind == "time":
        fits = _DAY.search(whole) or STANDING.search(whole) or SUPERIOR.search(whole)
        return (8 if _TIME_FIRST.match(whole) else 1) if fits and len(whole) <= 24 else _NEVER
    if kind in ("lead", "resp", "coop"):
        if whole.count("（") != whole.count("）"):
            return _NEVER
        names = [x for x in re.split("[、，；]", shadow(_joined(pieces, kind))) if x]
        good = all(UNIT_TAIL.search(x) and len(x) <= 24 and "。" not in x for x in names)
        cut = sum(not (UNIT_TAIL.search(shadow(x)) or x[-1] in "、，；") for x in pieces[:-1])
        return 4 + len(names) - 2 * cut if good and pieces[-1][-1] not in "、，" else _NEVER
    if kind == "task":
        return (14 if whole.endswith(("。", "；", "）")) else 1) + min(len(whole) // 8, 4)
    return -2 * len(pieces) if kind == "other" else -1


def _joined(pieces: Sequence[str], kind: str) -> str:
    """Pieces as one cell: names that are whole on their own lines are parted by 、."""
    out = ""
    for piece in pieces:
        closed = shadow(out).count("（") == shadow(out).count("）")
        whole = (
            kind in ("lead", "resp", "coop")
            and out
            and closed
            and UNIT_TAIL.search(shadow(out))
            and len(piece) >= 2
        )
        out += ("、" if whole and piece[0] not in "（(、，" else "") + piece
    return out
