"""From the lines of a file to the text that is stored: wrapped lines joined, paragraphs and table rows kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sanzhi.domain.plan_text.flattened import part_cells, rebuild
from sanzhi.domain.plan_text.labels import Label, behind_note, label_at
from sanzhi.domain.plan_text.words import COLUMN, FIELD, UNIT_TAIL, fields_in
from sanzhi.domain.text_zh import shadow, whole_characters

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_BLANK = re.compile(r"[^\S\t\n ]+ *| {2,}")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff）])(?:[ \u00a0]{3,}|\u3000+)(?=[\u4e00-\u9fff])")
_BLANK_FIELD = re.compile(
    r"(?m)^([ \u3000]*(?:(?:牵头|责任|配合|主办|协办|承办|参与|落实)(?:单位|部门|科室|处室)|完成(?:时限|时间)|时限要求|时间要求))"
    r"[ \u3000\t]{1,12}(?=[^\s：:][^\t\n]{1,200}$)(?![^\n]{0,60}(?:时限|时间|单位|部门)$)"
)
_SPACED = re.compile(r"(?:(?<!\S)\S ){6}")
_TIGHT = re.compile(r"(?<![!-~]) | (?![!-~])")
_PAGE = re.compile(
    r"-{1,3} ?\d{1,4} ?-{1,3}|第 ?\d{1,4} ?页(?: ?[，／、]? ?共 ?\d{1,4} ?页)?|\d{1,4} ?／ ?\d{1,4}"
)
_MARKDOWN = re.compile(r"^(?:#{1,6}\s*|>\s?)+|^[*+-](?:\s+|(?=[^\s\d-]))")
_TIME_END = re.compile(r"[前底日月年内持进排求]$")
_OPENS = re.compile(r"[一-龥]{1,12}(?<![主需重])(?:要|应当|必须)")
_PLAIN_STARTS = frozenset("一二三四五六七八九十（(〔“，。、；")
#: How the last line of a title ends that is printed on two.
_TITLE_TAIL = re.compile(r"(?:^案|方案|要点|意见|措施|清单|计划|细则|分解表|任务书)(?:（[^（）]{2,16}）)?$")
_FOOT = re.compile(r"附件|附：|附表|抄送|抄报|主送|主题词|（此件|联系人：|联系电话|注：|备注：")
_RULE = re.compile(r"[\s|:：-]{3,}")
_ENDS = "。！？；："
_GOES_ON = "，、《（“‘-"
_CANNOT_START = "，。；、：）》”’！？％"
#: Longer than this no heading is; and no bracket that a line break may fall into is longer.
HEADING_CHARS = 48
BRACKET_CHARS = 500


@dataclass(frozen=True)
class Paragraph:
    """A stretch of the stored text; a row of a table when its cells are parted by tabs."""

    start: int
    end: int
    is_row: bool = False


@dataclass(frozen=True)
class Source:
    """The text that is stored, its shadow, its paragraphs, and where the source broke lines inside them.

    `rebuilt` counts the rows of tables that had to be put together from pieces.
    """

    text: str
    shadow: str
    paragraphs: tuple[Paragraph, ...]
    joins: tuple[int, ...]
    rebuilt: int = 0


def normalise(lines: Iterable[str]) -> Source:
    """Clean and join the lines of a document.

    Characters are kept as printed, save invisible ones, blanks beside Chinese characters and the doubles of
    characters that PDF files use. A paragraph of the result is one paragraph of the document as far as can be told.
    """
    cleaned, rebuilt = rebuild(clean("\n".join(lines)))
    rows = _table_rows(cleaned)
    width, wrapped = _wrap_width(cleaned)
    joiner = _Joiner(width, wrapped)
    for index, (line, twin) in enumerate(zip(cleaned, shadow("\n".join(cleaned)).split("\n"), strict=True)):
        if index in rows:
            joiner.row(line, twin)
        elif "\t" in line:
            joiner.line(line.replace("\t", ""), twin.replace("\t", ""))
        elif line:
            joiner.line(line, twin)
    return replace(joiner.source(), rebuilt=rebuilt)


def clean(text: str) -> list[str]:
    """The lines of a text without what is not seen: invisible characters, blanks beside Chinese, page numbers, marks of
    Markdown. A line of a Markdown table becomes cells parted by tabs; a line left out stays as an empty one."""
    text = _INVISIBLE.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text))
    text = _BLANK_FIELD.sub(r"\1：", part_cells(whole_characters(text)))
    if _SPACED.search(text):
        text = "\n".join(_unspaced(line) for line in text.split("\n"))
    text = _GAP.sub(_kept_gap, text)
    text = _TIGHT.sub("", _BLANK.sub(" ", text.replace("**", "")))
    return [_line(line) for line in text.split("\n")]


def _unspaced(line: str) -> str:
    """A line without the blanks that text recognition puts between all its characters."""
    words = line.split()
    return "".join(words) if len(words) >= 6 and sum(len(w) == 1 for w in words) >= 0.8 * len(words) else line


def _kept_gap(m: re.Match[str]) -> str:
    """A wide gap parts names in a field of units (责任单位：司法所　各村); elsewhere it is only layout."""
    line = m.string[max(m.string.rfind("\n", 0, m.start()) + 1, m.start() - 300) : m.start()]
    return "、" if next(fields_in(shadow(line), 0, len(line)), None) else " "


def _line(line: str) -> str:
    if not line or line[0] in _PLAIN_STARTS:
        return line
    if len(line) <= 24 and line[0] in "-—–－─第0123456789" and _PAGE.fullmatch(shadow(line)):
        return ""
    line = _MARKDOWN.sub("", line)
    if line.startswith("|") and line.count("|") >= 3:
        return "" if _RULE.fullmatch(line) else "\t".join(c.strip() for c in line.strip("|").split("|"))
    return line if line.strip() else ""


def _table_rows(lines: Sequence[str]) -> set[int]:
    """The places of lines that are rows of a table: two or more in a row with two or more tabs each, or one with three."""
    rows: set[int] = set()
    run: list[int] = []
    for i in range(len(lines) + 1):
        tabs = lines[i].strip("\t").count("\t") if i < len(lines) else -1
        if i < len(lines) and (tabs >= 2 or (run and tabs >= 1)):
            run.append(i)
            continue
        if i < len(lines) and run and _parts_rows(lines, i):
            run.append(i)
            continue
        if i < len(lines) and not lines[i] and run and i + 1 < len(lines) and lines[i + 1].count("\t") >= 2:
            continue
        if len(run) >= 2 or (run and lines[run[0]].count("\t") >= 3):
            rows.update(run)
        run = []
    return rows


def _parts_rows(lines: Sequence[str], i: int) -> bool:
    """Whether a line is the heading of a group of rows: short, between rows that need no header of their own."""
    line, below = lines[i], lines[i + 1] if i + 1 < len(lines) else ""
    if not 0 < len(line) <= 30 or below.count("\t") < 2 or _FOOT.match(shadow(line)):
        return False
    return sum(bool(COLUMN.fullmatch(shadow(c.strip()))) for c in below.split("\t")) < 2


def _wrap_width(lines: Sequence[str]) -> tuple[int, bool]:
    """The width at which the source wraps its lines, and whether it does so throughout (as PDF text does)."""
    lengths = sorted(len(x) for x in lines if len(x) > 8 and "\t" not in x)
    if not lengths:
        return 40, False
    width = lengths[min(len(lengths) - 1, len(lengths) * 9 // 10)]
    near = [x for x in lines if 0.8 * width <= len(x) <= 1.25 * width and len(x) > 8]
    cut = sum(shadow(x[-1]) not in "。！？；：）" for x in near)
    wrapped = (
        len(lengths) >= 8
        and 24 <= width <= 64
        and len(near) >= 0.15 * len(lengths)
        and cut >= 0.4 * len(near)
    )
    return max(width, 16), wrapped


class _Joiner:
    """Collects lines into paragraphs, keeping in mind how the last line ended."""

    def __init__(self, width: int, wrapped: bool) -> None:
        self.width, self.wrapped = width, wrapped
        self.out: list[str] = []
        self.twins: list[str] = []
        self.length = 0
        self.paragraphs: list[Paragraph] = []
        self.joins: list[int] = []
        self.parts: list[str] = []
        self.twin_parts: list[str] = []
        self.size = 0
        self.ragged = False
        self.head = self.last_line = self.tail = ""
        self.last_of: dict[str, int] = {}
        self.seen_label = False
        self.label: Label | None = None

    def row(self, line: str, twin: str) -> None:
        self._close()
        start = self.length
        self.out.append(line + "\n")
        self.twins.append(twin + "\n")
        self.length += len(line) + 1
        self.paragraphs.append(Paragraph(start, start + len(line), is_row=True))

    def line(self, line: str, twin: str) -> None:
        label = label_at(twin, 0, at_line_start=True)
        if self.parts and self._joins(twin, label):
            previous = self.parts[-1]
            if previous[-1].isascii() and previous[-1].isalpha() and line[0].isascii() and line[0].isalpha():
                line, twin = " " + line, " " + twin
            self.joins.append(self.length + self.size)
            self.ragged |= len(self.last_line) < 0.8 * self.width and not self._bare_label()
        else:
            self._close()
            self.label = label
            if label:
                self.seen_label = True
                self.last_of[label.kind] = label.number
        self.parts.append(line)
        self.twin_parts.append(twin)
        self.size += len(line)
        if len(self.head) <= HEADING_CHARS:
            self.head = (self.head + twin)[: HEADING_CHARS + 1]
        self.last_line = twin
        self.tail = (self.tail + twin[-BRACKET_CHARS:])[-BRACKET_CHARS:]

    def _close(self) -> None:
        if self.parts:
            text = "".join(self.parts)
            self.paragraphs.append(Paragraph(self.length, self.length + len(text)))
            self.out.append(text + "\n")
            self.twins.append("".join(self.twin_parts) + "\n")
            self.length += len(text) + 1
        self.parts, self.size, self.label, self.ragged = [], 0, None, False
        self.twin_parts = []
        self.head = self.last_line = self.tail = ""

    def source(self) -> Source:
        self._close()
        text = "".join(self.out)
        return Source(text, "".join(self.twins), tuple(self.paragraphs), tuple(self.joins))

    def _joins(self, line: str, label: Label | None) -> bool:
        """Whether a line continues the paragraph before it."""
        last_line = self.last_line
        end, first = last_line[-1], line[0]
        full = len(last_line) >= 0.8 * self.width
        tail = self.tail
        field_here = FIELD.match(line)
        in_bracket = _open_bracket(tail)
        if (end == "：" or "：" in line[:9]) and _field_across(tail, line):
            return True
        if in_bracket and not (field_here and not _field_in_open_bracket(tail)):
            return not (label and self._expected(label) and self._ends_bracket(tail, end, in_bracket))
        if first in _CANNOT_START or end == "（":
            return True
        if _FOOT.match(line):
            return False
        if field_here or (first == "（" and (behind_note(line, 0, len(line)) or self._heads_note(line))):
            return False
        if label and not self._midsentence(end, label):
            return False
        if self._bare_label():
            return True
        if not self.seen_label and not self.label:
            return self._joins_in_head(line, end, full)
        if end in _GOES_ON:
            return True
        if end in _ENDS or _closes_annotation(last_line):
            return self.wrapped and len(last_line) >= 0.92 * self.width and end != "：" and not label
        opening = FIELD.match(self.head)
        if opening:
            complete = UNIT_TAIL.search(last_line) or _TIME_END.search(last_line)
            return (
                first == "（"
                or not complete
                or (len(last_line) >= 0.92 * self.width and not _OPENS.match(line))
            )
        return not self._is_heading(line, full)

    def _ends_bracket(self, tail: str, end: str, back: int) -> bool:
        """Whether an open bracket has only lost its end, since the next number of the list begins."""
        return back > 60 or end == "）" or (end not in "，、；：" and _field_in_open_bracket(tail))

    def _bare_label(self) -> bool:
        """Whether nothing but a label stands in the paragraph yet."""
        return self.label is not None and self.size <= self.label.end

    def _heads_note(self, line: str) -> bool:
        """Whether a note in brackets stands alone below a heading; it may belong to the item that follows."""
        words = len(self.head) <= 24 and not re.search("[，。；：]", self.head)
        return self.label is not None and words and FIELD.match(line, 1) is not None

    def _expected(self, label: Label) -> bool:
        return label.number == self.last_of.get(label.kind, 0) + 1

    def _midsentence(self, end: str, label: Label) -> bool:
        """Whether a label at a line start is only the accident of a wrap ("…全市统 / 一、线上…")."""
        if end in _ENDS or end in "）》”" or not self.seen_label:
            return False
        if self._expected(label):
            return end in "、，" and label.kind in ("cn", "num") and label.number == 1
        if end in _GOES_ON:
            return True
        whole = self.head
        again = "cn" in self.last_of if label.kind == "cn" else self.label and self.label.kind == label.kind
        if label.number == 1 and again:
            return True
        heading = (
            len(whole) <= HEADING_CHARS and "。" not in whole and (self.label is not None or not self.wrapped)
        )
        return not (label.number == 1 and heading)

    def _joins_in_head(self, line: str, end: str, full: bool) -> bool:
        whole = self.tail
        if end == "）" and re.search("(?:单位|部门|时限)：", whole[-120:]):
            return False
        if end in _ENDS or re.fullmatch(r"[（]?20\d\d年\d{1,2}月\d{1,2}日[）]?", whole[-12:]):
            signature = UNIT_TAIL.search(line) and not re.search("[，。；]", line)
            return self.wrapped and full and end == "。" and not signature
        if re.search(r"（20\d\d）第?\d+号$", whole[-20:]) or re.match(
            r"（此件|[^，。]{0,12}（20\d\d）第?\d+号$", line
        ):
            return False
        if re.match(r"20\d\d年\d{1,2}月\d{1,2}日$", line):
            return False
        if end in _GOES_ON:
            return True
        if re.search(r"(?:文件|通知|方案|要点|意见|办公室|人民政府|委员会)$", whole) and not full:
            return False
        if "，" in whole or "。" in whole:
            return True
        if (
            len(whole) >= 8
            and end not in "）日号件"
            and _TITLE_TAIL.search(line)
            and not re.search("[，。：]|密级|内部", whole + line)
        ):
            return len(line) <= 3 or not (
                UNIT_TAIL.search(whole) or _TITLE_TAIL.search(whole) or "关于" in line
            )
        if full and self.wrapped:
            return True
        unfinished = "关于" in whole and not re.search(
            r"(?:通知|方案|要点|意见|措施|清单|计划)(?:的通知)?(?:（[^（）]*）)?$", whole
        )
        title_tail = line.startswith("“") and len(line) <= 30 and self.wrapped
        return unfinished or title_tail

    def _is_heading(self, line: str, full: bool) -> bool:
        whole = self.head
        if len(whole) > HEADING_CHARS or "。" in whole or "；" in whole:
            return False
        if self.ragged or (self.wrapped and full):
            return False
        if line[0] in "“（《‘":
            return False
        if self.wrapped and ("，" in whole or len(whole) > 34):
            return False
        if self.wrapped and whole[-1] in "”》）0123456789":
            return False
        if not self.wrapped and len(whole) > (24 if "，" in whole else 34):
            return False
        return self.label is not None or (not self.wrapped and len(whole) <= 24)


def _open_bracket(tail: str) -> int:
    """How far back the bracket stands that is open at the end of a text; 0 when none is."""
    if max(tail.rfind("（"), tail.rfind("《")) < max(tail.rfind("）"), tail.rfind("》")):
        opened = tail.count("（") + tail.count("《")
        if opened <= tail.count("）") + tail.count("》"):
            return 0
    elif "（" not in tail and "《" not in tail:
        return 0
    depth = 0
    for i in range(len(tail) - 1, -1, -1):
        c = tail[i]
        if c in "）》":
            depth += 1
        elif c in "（《":
            depth -= 1
            if depth < 0:
                return len(tail) - i
        elif c == "。" and depth == 0:
            return 0
    return 0


def _field_in_open_bracket(tail: str) -> bool:
    """Whether the bracket that is still open is an annotation, so that a further field belongs into it."""
    at = tail.rfind("（")
    while at >= 0:
        if tail.find("）", at) < 0:
            return bool(FIELD.match(tail, at + 1) or re.search(r"牵头|负责|配合", tail[at:]))
        at = tail.rfind("（", 0, at)
    return False


def _field_across(tail: str, line: str) -> bool:
    """Whether a line break cuts a label in two (牵 / 头单位：) or stands between a label and its value."""
    joint = tail[-7:] + line[:9]
    at = min(7, len(tail))
    m = FIELD.search(joint)
    return bool(m and m.start() < at <= m.end() and (m.end() > at or tail.endswith("：")))


def _closes_annotation(line: str) -> bool:
    return line.endswith("）") and (len(line) < 4 or not line[-3:-1].isdigit())
