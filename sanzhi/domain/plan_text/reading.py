"""The reader: from the lines of a plan document to its tasks, with what it is unsure of marked as doubts.

The rules are told in docs/rules/plan-reading.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sanzhi.domain.plan_text import demands, shared_rules
from sanzhi.domain.plan_text.drafts import Drafts, heading_span
from sanzhi.domain.plan_text.head import Head, read_head
from sanzhi.domain.plan_text.model import Doubt, Reading, SectionNote, TaskNote
from sanzhi.domain.plan_text.normalise import Source, normalise
from sanzhi.domain.plan_text.outline import Outline, outline
from sanzhi.domain.plan_text.secrecy import refuse_secret
from sanzhi.domain.plan_text.tabular import Table, with_tables
from sanzhi.domain.plan_text.task import document_doubts, doubt_what_is_left_out, read_task
from sanzhi.domain.problems import Problem, declare

declare(
    "plan_text",
    {
        "empty": "文件里没有文字。请确认选对了文件；如果是扫描件，请先做文字识别（OCR），或直接粘贴文字。",
        "no_task": "没有在文件里找到任何一项任务（带编号的条目，或写明牵头单位、责任单位、完成时限的内容）。"
        "请确认这是活动方案或任务清单的正文；任务写在附件里的，请导入附件。",
    },
)
_PLAN_TITLE = re.compile(r"方案|要点|措施|清单|计划|任务|分工|举措|台账")


def read(lines_or_text: str | Iterable[str], *, tables: Sequence[Table] = ()) -> Reading:
    """Read a plan document.

    `lines_or_text` are its lines in order (or one text), `tables` those tables that are not in the lines. Refuses with
    `plan_text.empty`, `plan_text.secret` (marked 绝密, 机密, 秘密, 内部) and `plan_text.no_task`.
    """
    lines = lines_or_text.split("\n") if isinstance(lines_or_text, str) else list(lines_or_text)
    source = normalise(with_tables(lines, tables) if tables else lines)
    if not re.search(r"\w", source.text):
        raise Problem("plan_text.empty")
    refuse_secret(source)
    skeleton = outline(source)
    first = next((n.start for n in skeleton.nodes if n.label), len(source.text))
    first_row = next((p.start for p in source.paragraphs if p.is_row), len(source.text))
    head = read_head(source, min(first, first_row))
    drafts = Drafts(source, skeleton)
    drafts.collect(_PLAN_TITLE.search(head.title or "") is not None)
    tasks = _tasks(source, skeleton, head, drafts)
    if not tasks:
        raise Problem("plan_text.no_task")
    asked, objectives = demands.outside_tasks(source, skeleton, drafts.covered, drafts.rest)
    doubts = [*head.doubts, *document_doubts(source, tasks, skeleton)]
    return Reading(
        text=source.text,
        number=head.number,
        title=head.title,
        issuer=head.issuer,
        year=head.year,
        issued_on=head.issued_on,
        first_day=head.first_day,
        addressees=head.addressees,
        objectives=tuple(objectives),
        sections=tuple(_sections(source, skeleton)),
        tasks=tuple(tasks),
        demands=tuple(asked),
        doubts=tuple(doubts),
        joins=source.joins,
    )


def _tasks(source: Source, skeleton: Outline, head: Head, drafts: Drafts) -> list[TaskNote]:
    rules = shared_rules.find(source)
    made = []
    numbers: dict[tuple[str, ...], set[int]] = {}
    for draft in drafts.drafts:
        numbers.setdefault(draft.path, set()).add(draft.node)
    for draft in drafts.drafts:
        doubts = list(draft.doubts)
        if draft.path and len(numbers[draft.path]) > 1:
            why = f"编号“{''.join(draft.path)}”在方案里出现了不止一次，请核对是否重号。"
            doubts.append(Doubt("path", why, (draft.start, min(draft.end, draft.start + 20))))
        made.append(
            read_task(
                source, head, draft.path, draft.heading, (draft.start, draft.end), draft.note, rules, doubts
            )
        )
    return doubt_what_is_left_out(made)


def _sections(source: Source, skeleton: Outline) -> list[SectionNote]:
    out = []
    for node in skeleton.nodes:
        if node.label and node.children:
            s, e = heading_span(source, node)
            out.append(SectionNote(node.path, source.text[s:e], (s, e)))
    return out
