"""What a plan asks outside its tasks (工作要求), and its objectives (指导思想、工作目标)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sanzhi.domain.plan_text.model import LEAD, RESPONSIBLE, DemandNote, Span, UnitNote
from sanzhi.domain.plan_text.normalise import Source
from sanzhi.domain.plan_text.outline import Node, Outline
from sanzhi.domain.plan_text.rhythms import cadences
from sanzhi.domain.plan_text.units import is_unit_like, read_list
from sanzhi.domain.plan_text.words import PREAMBLE

_ASKED = re.compile(
    r"(?:(?<=[。；，\n])|(?<=^))(?P<who>[^。；，：\n]{2,60}?)(?P<class>等(?P<lead>牵头)?(?:责任)?(?:单位|部门))?(?:(?<![主需重必只不概摘紧])要|应当|(?<![相对响效反供])应|必须)(?=[^求点素件闻用急])"
)
_FOOT = re.compile(r"抄送|附件|附：|（此件|联系人|主送")
_SHORTEST = 10


def outside_tasks(
    source: Source, skeleton: Outline, covered: set[int], rest: Iterable[tuple[int, int, int]]
) -> tuple[list[DemandNote], list[str]]:
    """The demands and the objectives of a document; `covered` are the items that are tasks, `rest` words behind a note."""
    aims = _preamble(source, skeleton)
    asked: list[tuple[int, tuple[str, ...], Span]] = []
    objectives: list[str] = []
    for i, node in enumerate(skeleton.nodes):
        if not node.label or node.annex or i in covered or _inside(skeleton, node, covered):
            continue
        start, end = _words(source, node, keep_heading=not node.children)
        if end - start < _SHORTEST:
            continue
        if i in aims:
            objectives += [p for p in source.text[start:end].split("\n") if p.strip()]
        elif not node.children or ("。" in source.shadow[start:end] and end - start >= 30):
            asked.append((start, node.path, (start, end)))
    for i, low, high in rest:
        for s, e in _lines(source, low, high):
            if (
                e - s >= 30
                and not _FOOT.match(source.shadow, s)
                and source.shadow[e - 1] == "。"
                and i not in aims
            ):
                asked.append((s, skeleton.nodes[i].path, (s, e)))
    asked.sort(key=lambda x: x[0])
    return [_demand(source, path, span) for _, path, span in asked], objectives


def _demand(source: Source, path: tuple[str, ...], span: Span) -> DemandNote:
    rhythms, _ = cadences(source.text, source.shadow, *span)
    return DemandNote(
        path, source.text[span[0] : span[1]], span, tuple(asked_units(source, *span)), tuple(rhythms)
    )


def asked_units(source: Source, start: int, end: int) -> Iterator[UnitNote]:
    """The units that a demand addresses: the subject of 要 (镇党建办、综治办等牵头责任单位要每月进行调度)."""
    seen = set()
    for m in _ASKED.finditer(source.shadow, start, end):
        role = LEAD if m.group("lead") or "牵头" in m.group("who") else RESPONSIBLE
        for unit in read_list(source.text, source.shadow, m.start("who"), m.end("who"), role):
            if (
                (is_unit_like(unit.name) or unit.name.startswith("各"))
                and len(unit.name) <= 20
                and unit.name not in seen
            ):
                seen.add(unit.name)
                yield unit


def _preamble(source: Source, skeleton: Outline) -> set[int]:
    out: set[int] = set()
    for i, node in enumerate(skeleton.nodes):
        stop = min(node.end, node.body + 40)
        line = re.split(r"[\n。]", source.shadow[node.body : stop])[0]
        if node.label and (node.parent in out or PREAMBLE.search(line)):
            out.add(i)
    return out


def _inside(skeleton: Outline, node: Node, covered: set[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent in covered and not any(k in covered for k in skeleton.nodes[parent].children):
            return True
        parent = skeleton.nodes[parent].parent
    return False


def _words(source: Source, node: Node, *, keep_heading: bool) -> Span:
    start, end = node.body, node.end
    line_end = source.text.find("\n", start, end)
    heading = 0 <= line_end - start <= 48 and source.shadow[line_end - 1] not in "。；：，"
    if heading and (not keep_heading or source.text[line_end:end].strip()):
        start = line_end if not keep_heading or source.text[line_end:end].strip() else start
    while start < end and source.text[start] in " \n":
        start += 1
    while end > start and source.text[end - 1] in " \n":
        end -= 1
    return start, end


def _lines(source: Source, low: int, high: int) -> Iterator[Span]:
    start = low
    for part in source.text[low:high].split("\n"):
        lead = len(part) - len(part.lstrip(" 。；"))
        if part.strip(" 。；"):
            yield start + lead, start + len(part.rstrip())
        start += len(part) + 1
