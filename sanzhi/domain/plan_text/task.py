"""One task put together: its units, deadlines, rhythms, targets, and what is doubtful about them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from sanzhi.domain.plan_text.annotations import Annotation
from sanzhi.domain.plan_text.deadlines import of_annotation, of_body
from sanzhi.domain.plan_text.head import Head
from sanzhi.domain.plan_text.model import (
    BY,
    COOPERATING,
    EVERY,
    LEAD,
    RESPONSIBLE,
    CadenceNote,
    DeadlineNote,
    Doubt,
    Span,
    TaskNote,
    UnitNote,
)
from sanzhi.domain.plan_text.normalise import Source
from sanzhi.domain.plan_text.outline import Outline
from sanzhi.domain.plan_text.rhythms import cadences
from sanzhi.domain.plan_text.shared_rules import SharedRules
from sanzhi.domain.plan_text.slips import slips, townsfolk
from sanzhi.domain.plan_text.tabular import RowTask
from sanzhi.domain.plan_text.targets import targets
from sanzhi.domain.plan_text.units import is_unit_like, read_clauses, read_list
from sanzhi.domain.text_zh import shadow

_TO_PICK = re.compile(
    r"^(?:各)?(?:相关|有关|部分|试点|涉及|所涉)(?:的)?(?:行政|自然|试点)?(?:村|社区|镇|乡|街道|村组|村民组|网格|乡镇|县|区)"
)
_CLASS = re.compile(
    r"(?:有关|相关|各相关|各有关|其他|行业主管|职能)(?:部门|单位|处室|企业|成员单位)|(?:行业|职能)主管部门"
)
_MANY = re.compile(r"^各|各(?:村|镇|乡|县|区|单位|部门|社区)")
#: The names of columns run together: a table that was not read.
_LOST_TABLE = re.compile(r"(?:序号|编号)[一-龥]{2,14}(?:单位|部门)[一-龥]{0,12}(?:单位|部门|时限|时间|备注)")
LONGEST_NAME = 40
#: From so many tasks on, what one task leaves out stands out.
FEWEST_TO_COMPARE = 8


def annotation_of_row(source: Source, row: RowTask) -> Annotation:
    """The note that the cells of a table row make together."""
    note = Annotation(row.words[1], row.words[1])
    for kind, (s, e) in row.units:
        role = LEAD if kind == "lead" else COOPERATING if kind == "coop" else RESPONSIBLE
        clauses = read_clauses(source.text, source.shadow, s, e)
        note.units += clauses or read_list(source.text, source.shadow, s, e, role)
    note.times = list(row.times)
    return note


def read_task(
    source: Source,
    head: Head,
    path: tuple[str, ...],
    heading: Span | None,
    words: Span,
    note: Annotation,
    rules: SharedRules,
    doubts: list[Doubt],
) -> TaskNote:
    """Read what a task says. `words` is the place of its own words, `note` its annotation."""
    text, twin = source.text, source.shadow
    start, end = words
    units = list({(u.name, u.role): u for u in reversed(rules.applied(note.units))}.values())[::-1]
    noted = []
    for s, e in note.times:
        found, why = of_annotation(text, twin, s, e, head.year, head.begins, several_years=head.several_years)
        noted += found
        doubts += why
    body, why = of_body(text, twin, start, end, head.year, head.begins, several_years=head.several_years)
    doubts += why
    doubts += _later_than_noted(noted, body)
    rhythms, why = cadences(text, twin, start, end)
    doubts += why
    rhythms = _with_noted(rhythms, text, twin, note.times)
    many = any(_is_many(u.name) for u in units)
    amounts, why = targets(text, twin, start, end, body, owers_many=many)
    doubts += why
    doubts += slips(text, start, end) + townsfolk(text, start, end, units) + _unit_doubts(units)
    return TaskNote(
        path=path,
        heading=text[heading[0] : heading[1]] if heading else "",
        text=text[start:end],
        span=(start, end),
        units=tuple(units),
        deadlines=tuple(noted + body),
        cadences=tuple(rhythms),
        targets=tuple(amounts),
        doubts=tuple(doubts),
    )


def _with_noted(found: list[CadenceNote], text: str, twin: str, times: list[Span]) -> list[CadenceNote]:
    """The rhythms of a task with those that its note gives as its time (完成时限：每季度末)."""
    noted = [
        c for s, e in times if "每" in twin[s:e] or "按" in twin[s:e] for c in cadences(text, twin, s, e)[0]
    ]
    known = {c.every for c in found}
    new = list({c.every: c for c in reversed(noted) if c.every not in known}.values())
    return sorted([*found, *new], key=lambda c: EVERY.index(c.every)) if new else found


def _later_than_noted(noted: list[DeadlineNote], body: list[DeadlineNote]) -> list[Doubt]:
    """A day in the task's own words that lies behind the deadline of its note: one of the two may be wrong."""
    limits = [d.date for d in noted if d.date]
    if not limits or any(d.kind != BY for d in noted):
        return []
    late = [d for d in body if d.date and d.date > max(limits)]
    why = "正文写的日期晚于完成时限，请核对以哪个为准。"
    return [Doubt("deadlines", why, d.span) for d in late[:1]]


def _unit_doubts(units: list[UnitNote]) -> list[Doubt]:
    return [Doubt("units", why, unit.span) for unit in units if (why := _why_odd(unit.name))]


@lru_cache(maxsize=8192)
def _why_odd(name: str) -> str | None:
    """Why a person must look at a name of a unit, None where it is plain; kept, since names come again and again."""
    if _TO_PICK.match(name):
        return f"“{name}”没有点名，请由牵头单位选定。"
    if len(name) > LONGEST_NAME or "。" in name or not is_unit_like(shadow(name)):
        return "这里不像一个单位的名称，请核对。"
    return None


@lru_cache(maxsize=8192)
def _is_vague(name: str) -> bool:
    """Whether a name is a class that names nobody (有关部门)."""
    return bool(_CLASS.search(name)) and not _TO_PICK.match(name)


@lru_cache(maxsize=8192)
def _is_many(name: str) -> bool:
    """Whether a name means a whole class of units (各村)."""
    return bool(_MANY.search(name))


def doubt_what_is_left_out(tasks: list[TaskNote]) -> list[TaskNote]:
    """The tasks, with a doubt where one names no lead or no deadline although nearly all others do."""
    if len(tasks) < FEWEST_TO_COMPARE:
        return tasks
    out = list(tasks)
    for about, word, has in (
        ("units", "牵头单位", lambda t: any(u.role == LEAD for u in t.units)),
        (
            "deadlines",
            "完成时限",
            lambda t: bool(t.deadlines) or any(c.span[0] >= t.span[1] for c in t.cadences),
        ),
    ):
        without = [i for i, t in enumerate(out) if not has(t)]
        if 0 < len(without) <= len(out) // 10:
            for i in without:
                why = f"其他任务都写了{word}，这一项没有写，请核对是否漏写。"
                out[i] = replace(out[i], doubts=(*out[i].doubts, Doubt(about, why, out[i].span)))
    return out


def document_doubts(source: Source, tasks: list[TaskNote], skeleton: Outline) -> list[Doubt]:
    """What is doubtful about the document as a whole: numbers left out, classes of units that name nobody."""
    out = []
    for label in skeleton.gaps[:20]:
        printed = source.text[label.start : label.printed_end]
        out.append(
            Doubt(
                "path", f"编号在“{printed}”之前缺号，请核对是否漏了条目。", (label.start, label.printed_end)
            )
        )
    if source.rebuilt:
        why = f"有{source.rebuilt}行表格在文件里是拆散的文字，已按列拼回，请逐行核对单位和时限。"
        out.append(Doubt("units", why))
    for p in source.paragraphs:
        if not p.is_row and (m := _LOST_TABLE.search(source.shadow, p.start, min(p.end, p.start + 80))):
            why = "这里像是一张任务表，但列没有读出来，表里的任务可能漏了；请导入 Word 原件，或逐行补填。"
            out.append(Doubt("text", why, m.span()))
    vague = [(t, u) for t in tasks for u in t.units if _is_vague(u.name)]
    if vague:
        count = len({id(t) for t, _ in vague})
        why = f"有{count}项任务写有“{vague[0][1].name}”一类的说法，没有点名，请在确认时落实到具体单位。"
        out.append(Doubt("units", why, vague[0][1].span))
    return out
