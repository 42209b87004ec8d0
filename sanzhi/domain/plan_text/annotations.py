"""The notes behind a task that name its units and its time: （牵头单位：…；完成时限：…）, own lines, （X牵头，Y配合）."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sanzhi.domain.plan_text.labels import label_at
from sanzhi.domain.plan_text.model import COOPERATING, LEAD, RESPONSIBLE, Span, UnitNote
from sanzhi.domain.plan_text.units import is_unit_like, read_clauses, read_list, split_names
from sanzhi.domain.plan_text.words import FIELD, fields_in

#: No annotation is longer; what is longer has lost its closing bracket.
LONGEST = 1600
_BACK = 600
_DONE = r"(?:牵头|负责|落实|配合|协助|参与|承办|实施|参加|协办|主办)"
_VERB_END = re.compile(rf"{_DONE}(?:[，；][^（），；。\n]{{2,20}})?[。；]?）")
_TIME_BEHIND = re.compile(rf"(?:{_DONE}|(?<=[^，；])(?=[，；]))[，；]([^（），；。\n]{{2,20}})$")
_TIME_FIRST = re.compile(r"([^（），；。\n、]{2,14}(?:前|底|内|末|持续推进|长期坚持)(?:完成)?)[，；]")
_TIME = re.compile(r"\d{1,2}月|年底|年内|季度|半年|20\d\d年|十[三四五六]五”?|长期|持续|常态|全年")
_BY_WHOM = re.compile(r"(?:(?<=[。；，\n])|(?<=^))由(?=[^。；，\n]{2,80}?牵头)")
#: The words of a note that are neither names nor time.
_PARTS = re.compile(
    r"牵头|负责|配合|落实|参与|协助|会同|联合|按照?|职责|分工|各自|分别|共同|完成|组织|实施|等|及|和|[，、；。：]"
)
_NOT_BEFORE_FIELD = frozenset("的和及各明确定与或“‘《")


@dataclass
class Annotation:
    """One note: where it stands, its units, and where the words about time stand in it."""

    start: int
    end: int
    units: list[UnitNote] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)
    bracketed: bool = True


def find_annotations(text: str, shadow: str, start: int, end: int) -> list[Annotation]:
    """All notes in a stretch of the text, in order. Brackets may be of any kind, nested, or left open."""
    spans: list[tuple[int, int, bool]] = []
    done = start
    for m in fields_in(shadow, start, end):
        if m.start() < done:
            continue
        span = _around(shadow, m.start(), done, end)
        if span:
            spans.append(span)
            done = span[1]
    spans = _with_verb_brackets(shadow, start, end, spans)
    found = [_read(text, shadow, s, e, bracketed) for s, e, bracketed in spans]
    return [a for a in found if a.units or a.times]


def by_whom(text: str, shadow: str, start: int, end: int) -> Annotation | None:
    """A sentence of the body that names who does it ("由X牵头，Y配合。"), for tasks that have no other note."""
    closing = _closing_sentence(text, shadow, start, end)
    if closing:
        return closing
    m = _BY_WHOM.search(shadow, start, end)
    if not m:
        return None
    stop = m.end()
    while stop < end and shadow[stop] not in "。\n" and stop - m.end() < 300:
        stop += 1
    units = read_clauses(text, shadow, m.end(), stop)
    last = end - len(text[start:end]) + len(text[start:end].rstrip())
    return Annotation(last, last, units, bracketed=False) if units else None


def _closing_sentence(text: str, shadow: str, start: int, end: int) -> Annotation | None:
    """The last sentence of an item where it says nothing but who does it and when (X牵头，Y配合，12月底前完成。)."""
    stop = end
    while stop > start and shadow[stop - 1] in " \n。；":
        stop -= 1
    begin = max(shadow.rfind(c, start, stop) for c in "。；\n") + 1
    if (
        begin <= start
        or shadow[begin] == "由"
        or not 4 <= stop - begin <= 300
        or "牵头" not in shadow[begin:stop]
    ):
        return None
    note = _read(text, shadow, begin, stop, bracketed=False)
    if not any(u.role == LEAD for u in note.units) or not all(is_unit_like(u.name) for u in note.units):
        return None
    rest = "".join(
        c
        for i, c in enumerate(shadow[begin:stop], begin)
        if not any(s <= i < e for s, e in [*(u.span for u in note.units), *note.times])
    )
    return note if not _PARTS.sub("", rest) else None


def bare_bracket(text: str, shadow: str, start: int, end: int) -> Annotation | None:
    """A bracket at the end of a stretch that holds nothing but names of units: （市财政局、市住建局）."""
    stop = end
    while stop > start and shadow[stop - 1] in " \n。；":
        stop -= 1
    if stop == start or shadow[stop - 1] != "）":
        return None
    opening = _opening(shadow, stop - 1, max(start, stop - 300))
    if opening is None or opening == start:
        return None
    time = _time_behind(shadow, opening + 1, stop - 1)
    units = read_list(text, shadow, opening + 1, time[0] if time else stop - 1, RESPONSIBLE)
    if units and all(is_unit_like(u.name) for u in units) and shadow[opening - 1] in "。；\n）":
        return Annotation(opening, stop, units, [time] if time else [])
    return None


def _time_behind(shadow: str, start: int, end: int) -> Span | None:
    """Words about time that close a note without a label of their own (…各村负责，12月底前完成)."""
    m = _TIME_BEHIND.search(shadow, max(start, end - 30), end)
    return m.span(1) if m and _TIME.search(m.group(1)) else None


def _time_ahead(shadow: str, start: int, end: int) -> Span | None:
    """Words about time that open a note without a label of their own (2024年底前，市民政局牵头)."""
    m = _TIME_FIRST.match(shadow, start, end)
    return m.span(1) if m and _TIME.search(m.group(1)) else None


def _around(shadow: str, at: int, low: int, high: int) -> tuple[int, int, bool] | None:
    """The whole note around a field label: from the bracket that is open there, or from the label to the last field."""
    opening = None
    depth = 0
    for i in range(at - 1, max(low, at - _BACK) - 1, -1):
        c = shadow[i]
        if c == "）":
            depth += 1
        elif c == "（":
            if depth == 0:
                opening = i
                break
            depth -= 1
        elif (c == "。" and depth == 0) or c == "\n":
            break
    if opening is not None:
        return opening, _closing(shadow, opening, high), True
    if at > low and shadow[at - 1] in _NOT_BEFORE_FIELD:
        return None
    return _before_number(shadow, at, low), _last_field_end(shadow, at, high), False


def _before_number(shadow: str, at: int, low: int) -> int:
    """Where a field begins that bears a number of its own on its line ((2) 责任单位：…)."""
    line = shadow.rfind("\n", max(low, at - 8), at) + 1
    label = label_at(shadow, line, at_line_start=True) if line else None
    return line if label and label.end == at else at


def _closing(shadow: str, opening: int, high: int) -> int:
    """Behind the bracket that closes the one at `opening`; where it is missing, the end of the paragraph."""
    depth, last = 0, None
    stop = min(high, opening + LONGEST)
    for i in range(opening, stop):
        c = shadow[i]
        if c == "（":
            depth += 1
        elif c == "）":
            depth -= 1
            last = i + 1
            if depth == 0:
                return i + 1
        elif c == "\n" and not FIELD.match(shadow, i + 1):
            stop = i
            break
    return last if last is not None and stop - last <= 2 else stop


def _last_field_end(shadow: str, at: int, high: int) -> int:
    """The end of fields that stand without a bracket: each runs to its full stop or line end, further ones may follow."""
    stop = at
    while True:
        m = FIELD.match(shadow, stop)
        if not m:
            return stop
        stop = m.end()
        depth, limit = 0, min(high, stop + LONGEST)
        while stop < limit and not (shadow[stop] == "\n" or (shadow[stop] == "。" and depth <= 0)):
            depth += (shadow[stop] == "（") - (shadow[stop] == "）")
            stop += 1
        after = stop
        while after < high and shadow[after] in "。；，\n ":
            after += 1
        label = label_at(shadow, after, at_line_start=True) if shadow[after - 1 : after] == "\n" else None
        after = label.end if label and FIELD.match(shadow, label.end) else after
        if after >= high or not FIELD.match(shadow, after):
            return min(high, stop + 1) if stop < high and shadow[stop] == "。" else stop
        stop = after


def _opening(shadow: str, closing: int, low: int) -> int | None:
    depth = 0
    for i in range(closing, low - 1, -1):
        c = shadow[i]
        if c == "）":
            depth += 1
        elif c == "（":
            depth -= 1
            if depth == 0:
                return i
        elif c == "\n":
            return None
    return None


def _with_verb_brackets(
    shadow: str, start: int, end: int, spans: list[tuple[int, int, bool]]
) -> list[tuple[int, int, bool]]:
    """Add brackets that end with 负责, 牵头, 配合 and hold no field label."""
    more = []
    k = 0
    for m in _VERB_END.finditer(shadow, start, end):
        while k < len(spans) and spans[k][1] < m.end():
            k += 1
        if k < len(spans) and spans[k][0] < m.end():
            continue
        low = max(start, m.end() - _BACK, spans[k - 1][1] if k else start)
        opening = _opening(shadow, m.end() - 1, low)
        if opening is not None:
            more.append((opening, m.end(), True))
    return sorted(spans + more)


def _read(text: str, shadow: str, start: int, end: int, bracketed: bool) -> Annotation:
    note = Annotation(start, end, bracketed=bracketed)
    inner, stop = (start + 1, end - 1 if shadow[end - 1] == "）" else end) if bracketed else (start, end)
    fields = list(fields_in(shadow, inner, stop))
    first = fields[0].start() if fields else stop
    if first > inner:
        ahead, behind = _time_ahead(shadow, inner, first), _time_behind(shadow, inner, first)
        low, high = ahead[1] if ahead else inner, behind[0] if behind and not fields else first
        clauses = read_clauses(text, shadow, low, high)
        if fields or any(is_unit_like(u.name) for u in clauses):
            note.units += clauses
            if clauses and not fields:
                note.times += [x for x in (ahead, behind) if x]
        elif not fields:
            return note
    for m, following in zip(fields, [*fields[1:], None][: len(fields)], strict=True):
        low, high = m.end(), following.start() if following else stop
        high = _sentence_end(shadow, low, high)
        line_end = shadow.find("\n", low, high)
        if not bracketed and line_end >= 0:
            high = line_end
        if m.group("time"):
            note.times.append(_trim(shadow, low, high))
        elif m.group("both"):
            note.units += read_list(text, shadow, low, high, LEAD)
        elif not m.group("other"):
            role = LEAD if m.group("lead") else COOPERATING if m.group("coop") else RESPONSIBLE
            clauses = (
                read_clauses(text, shadow, low, high) if "牵头" in shadow[low:high] and role != LEAD else []
            )
            note.units += clauses or read_list(text, shadow, low, high, role)
    return note


def _sentence_end(shadow: str, start: int, end: int) -> int:
    """Where the value of a field ends: at the first full stop outside brackets."""
    depth = 0
    for i in range(start, end):
        c = shadow[i]
        depth += (c == "（") - (c == "）")
        if c == "。" and depth <= 0:
            return i
    return end


def _trim(shadow: str, start: int, end: int) -> Span:
    while end > start and shadow[end - 1] in "。；，、 \n":
        end -= 1
    if shadow.count("）", start, end) > shadow.count("（", start, end) and shadow[end - 1] == "）":
        end -= 1
    while start < end and shadow[start] in " \n（" and "）" not in shadow[start:end]:
        start += 1
    return start, end


def names_in(text: str, shadow: str, start: int, end: int) -> list[str]:
    """The names of a list as printed, without roles (addressees)."""
    return [text[s:e] for s, e in split_names(shadow, start, end)]
