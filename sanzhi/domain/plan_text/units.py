"""Lists of units as plans write them: where one name ends and the next begins, and who leads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sanzhi.domain.plan_text.model import COOPERATING, LEAD, RESPONSIBLE, Span, UnitNote
from sanzhi.domain.plan_text.words import DIVISION, UNIT_TAIL, VERB

_SPLIT = frozenset("、，；。\t\n")
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


def split_names(text: str, shadow: str, start: int, end: int) -> Iterator[Span]:
    """The places of the single names in a list, in order; blanks and marks around them left out.

    Names are parted at 、，； outside brackets and quotes, before 及各…, and at 等 where the class of the rest follows.
    """
    depth, quoted, begin = 0, 0, start
    cuts: list[tuple[int, int]] = []
    for i in range(start, end):
        c = shadow[i]
        if c == "（":
            depth += 1
        elif c == "）":
            depth = max(0, depth - 1)
        elif c in "“‘":
            quoted += 1
        elif c in "”’":
            quoted = max(0, quoted - 1)
        elif c in _SPLIT and depth == 0 and quoted == 0:
            cuts.append((begin, i))
            begin = i + 1
    cuts.append((begin, end))
    for s, e in _with_heads(shadow, cuts):
        yield from _pieces(text, shadow, s, e)


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


def _pieces(text: str, shadow: str, start: int, end: int) -> Iterator[Span]:
    at, depth = start, 0
    i = start
    while i < end:
        c = shadow[i]
        depth += (c == "（") - (c == "）")
        if depth <= 0 and i > at:
            m = _AND.match(shadow, i, end) or (_ETC.match(shadow, i, end) if c == "等" else None)
            if m and m.end() < end:
                yield from _trimmed(text, shadow, at, i)
                at = i = m.end()
                continue
        i += 1
    yield from _trimmed(text, shadow, at, end)


def _trimmed(text: str, shadow: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start] in _STRIP:
        start += 1
    while end > start and (text[end - 1] in _STRIP):
        end -= 1
    m = _LEADING.match(shadow[start : min(end, start + 8)])
    if m:
        start += m.end()
    while end > start and shadow[end - 1] == "等":
        end -= 1
    piece = shadow[start:end]
    if piece.endswith("）") and piece.count("）") > piece.count("（"):
        end -= 1
    elif piece.startswith("（") and piece.count("（") > piece.count("）"):
        start += 1
    m = (
        DIVISION.search(shadow, max(start, end - 24), end)
        if "按" in shadow[start:end] or "据" in shadow[start:end]
        else None
    )
    if m and m.end() == end:
        end = m.start()
    if shadow[start:end] in _BARE_CLASS or _REMARK.match(shadow, start, end):
        return
    if end - start >= 1 and any(c > "\u3000" for c in text[start:end]):
        yield start, end


def read_list(text: str, shadow: str, start: int, end: int, role: str) -> list[UnitNote]:
    """The units of one field (责任单位：…), all with the same role."""
    m = DIVISION.search(shadow[max(start, end - 40) : end].rstrip("。；，"))
    if m:
        end = max(start, end - 40) + m.start()
    return [UnitNote(text[s:e], role, (s, e)) for s, e in split_names(text, shadow, start, end)]


def read_clauses(text: str, shadow: str, start: int, end: int) -> list[UnitNote]:
    """The units of "X牵头，Y、Z按职责分工负责，W配合": the verb behind a list tells its role. Empty where no verb stands."""
    units: list[UnitNote] = []
    begin, depth, i = start, 0, start
    while i < end:
        c = shadow[i]
        depth += (c == "（") - (c == "）")
        if depth <= 0 and c in "按根依分共具各联协牵主配积密参抓负落实承组总":
            m = VERB.match(shadow, i, end)
            if m and i > begin and _closes(shadow, m.end(), end):
                role = LEAD if m.group("lead") else COOPERATING if m.group("coop") else RESPONSIBLE
                units += read_list(text, shadow, begin, i, role)
                begin = i = m.end()
                continue
        i += 1
    return units


def _closes(shadow: str, at: int, end: int) -> bool:
    """Whether a verb behind a list is whole at a place: the clause ends there or names whom else to join."""
    return at >= end or shadow[at] in "，；。、）\n" or shadow.startswith(("会同", "联合", "商"), at)


def is_unit_like(name: str) -> bool:
    """Whether a word ends as names of offices, governments and villages end."""
    return 2 <= len(name) <= 40 and bool(UNIT_TAIL.search(name))
