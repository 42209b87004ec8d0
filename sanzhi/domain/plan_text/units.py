"""Lists of units as plans write them: where one name ends and the next begins, and who leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sanzhi.domain.plan_text.model import COOPERATING, LEAD, RESPONSIBLE, Span, UnitNote
from sanzhi.domain.plan_text.words import DIVISION, UNIT_TAIL, VERB

_MARKS = re.compile("[、，；。\t\n（）“”‘’]")
_JOINTS = re.compile("[以及和与并、等（）]")
_HAN = re.compile("[^\x00-\u3000]")
_LEADERS = frozenset("并由以及和与会联商")
_VERB_STARTS = re.compile("[（）按根依分共具各联协牵主配积密参抓负落实承组总]")
_AND = re.compile(
    r"(?:以?及|和|与|并|、)(?=(?:其他)?(?:各|市直|县直|镇直|区直|省直|相关|有关|市有关|县有关|镇有关))|以及"
)
_ETC = re.compile(
    r"等(?=各|有关|相关|市|县|区|镇|乡|省|自治|行业|成员|部门|单位|处室|责任|其他|职能|多部门|涉及|进驻|驻|主管)"
)
_SHARED = re.compile(
    r"(?:^|[府委局])各?(?:县|市|区|旗|镇|乡|街道|委|办|局|科|室|站|所|处|部|厅|设区市)(?:（[^（）]{1,8}）)?$|^各(?:县|市|区)(?:（[^（）]{1,8}）)?$"
)
_SHARES = re.compile(
    r"\s*(?:县|市|区|旗|镇|乡|街道|办|局|室|站|所|处|厅|自治|部委)(?!直|级(?!市)|属|委|政府[^，、]{2}|有关|相关|各|[一-龥]{2,}(?:局|委|办|中心|厅)$)"
)
_BARE_CLASS = frozenset(
    {
        "部门",
        "单位",
        "处室",
        "科室",
        "机构",
        "企业",
        "地方",
        "成员单位",
        "负责",
        "牵头",
        "配合",
        "完成",
        "落实",
    }
)
_SHARED_TAILS = frozenset({"部门", "单位", "企业", "处室"})
#: Words in a list that tell of the list and name nobody.
_REMARK = re.compile(r"下同|以下(?:同|各|均|任务|责任)|(?:排名|排列|排|列)(?:在)?(?:第一|首位)|不再|按职责")
_LEADING = re.compile(r"^(?:并)?(?:由|以及|及|和|与|会同|联合|商请)(?=.{2})")
_STRIP = " 　：。；，、,;.:"


def split_names(shadow: str, start: int, end: int) -> list[Span]:
    """The places of the single names in a list, in order; blanks and marks around them left out.

    Names are parted at 、，； outside brackets and quotes, before 及各…, and at 等 where the class of the rest follows.
    """
    return [(start + s, start + e) for s, e in _names(shadow[start:end])]


@lru_cache(maxsize=8192)
def _names(shadow: str) -> tuple[Span, ...]:
    """The names in a list that stands alone; kept, since plans name the same units again and again."""
    depth, quoted, begin = 0, 0, 0
    cuts: list[tuple[int, int]] = []
    for m in _MARKS.finditer(shadow):
        c, i = m.group(), m.start()
        if c == "（":
            depth += 1
        elif c == "）":
            depth = max(0, depth - 1)
        elif c in "“‘":
            quoted += 1
        elif c in "”’":
            quoted = max(0, quoted - 1)
        elif depth == 0 and quoted == 0:
            cuts.append((begin, i))
            begin = i + 1
    cuts.append((begin, len(shadow)))
    return tuple(span for s, e in _with_heads(shadow, cuts) for span in _pieces(shadow, s, e))


def _with_heads(shadow: str, cuts: list[Span]) -> Iterator[Span]:
    """Pieces that share one word (各县、区人民政府; 市政府各委、办、局) put together again."""
    held: Span | None = None
    for s, e in cuts:
        shared = held and e - s <= 24 and _SHARED.search(shadow[max(held[0], held[1] - 24) : held[1]].strip())
        if held and ((shared and _SHARES.match(shadow, s, e)) or shadow[s:e].strip() in _SHARED_TAILS):
            held = (held[0], e)
        else:
            if held:
                yield held
            held = (s, e)
    if held:
        yield held


def _pieces(shadow: str, start: int, end: int) -> Iterator[Span]:
    at, depth = start, 0
    for mark in _JOINTS.finditer(shadow, start, end):
        c, i = mark.group(), mark.start()
        depth += (c == "（") - (c == "）")
        if depth <= 0 and i > at and c not in "（）":
            m = _ETC.match(shadow, i, end) if c == "等" else _AND.match(shadow, i, end)
            if m and m.end() < end:
                yield from _trimmed(shadow, at, i)
                at = m.end()
    yield from _trimmed(shadow, at, end)


def _trimmed(shadow: str, start: int, end: int) -> Iterator[Span]:
    while start < end and shadow[start] in _STRIP:
        start += 1
    while end > start and shadow[end - 1] in _STRIP:
        end -= 1
    if shadow[start : start + 1] in _LEADERS:
        m = _LEADING.match(shadow[start : min(end, start + 8)])
        start += m.end() if m else 0
    while end > start and shadow[end - 1] == "等":
        end -= 1
    piece = shadow[start:end]
    if piece.endswith("）") and piece.count("）") > piece.count("（"):
        end -= 1
    elif piece.startswith("（") and piece.count("（") > piece.count("）"):
        start += 1
    if "按" in piece or "据" in piece:
        m = DIVISION.search(shadow, max(start, end - 24), end)
        end = m.start() if m and m.end() == end else end
    if piece in _BARE_CLASS or _REMARK.match(shadow, start, end):
        return
    if end > start and _HAN.search(shadow, start, end):
        yield start, end


def read_list(text: str, shadow: str, start: int, end: int, role: str) -> list[UnitNote]:
    """The units of one field (责任单位：…), all with the same role."""
    last = shadow[max(start, end - 40) : end]
    m = DIVISION.search(last.rstrip("。；，")) if "按" in last or "据" in last else None
    if m:
        end = max(start, end - 40) + m.start()
    return [UnitNote(text[s:e], role, (s, e)) for s, e in split_names(shadow, start, end)]


def read_clauses(text: str, shadow: str, start: int, end: int) -> list[UnitNote]:
    """The units of "X牵头，Y、Z按职责分工负责，W配合": the verb behind a list tells its role. Empty where no verb stands."""
    units: list[UnitNote] = []
    begin, depth = start, 0
    for mark in _VERB_STARTS.finditer(shadow, start, end):
        c, i = mark.group(), mark.start()
        depth += (c == "（") - (c == "）")
        if depth <= 0 and i > begin and c not in "（）":
            m = VERB.match(shadow, i, end)
            if m and _closes(shadow, m.end(), end):
                role = LEAD if m.group("lead") else COOPERATING if m.group("coop") else RESPONSIBLE
                units += read_list(text, shadow, begin, i, role)
                begin = m.end()
    return units


def _closes(shadow: str, at: int, end: int) -> bool:
    """Whether a verb behind a list is whole at a place: the clause ends there or names whom else to join."""
    return at >= end or shadow[at] in "，；。、）\n" or shadow.startswith(("会同", "联合", "商"), at)


@lru_cache(maxsize=8192)
def is_unit_like(name: str) -> bool:
    """Whether a word ends as names of offices, governments and villages end."""
    return 2 <= len(name) <= 40 and bool(UNIT_TAIL.search(name))
