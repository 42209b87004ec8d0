"""Which items of a plan are tasks: those with a note of units or time, rows of tables, sentences that name who does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sanzhi.domain.plan_text.annotations import Annotation, bare_bracket, by_whom, find_annotations
from sanzhi.domain.plan_text.demands import asked_units
from sanzhi.domain.plan_text.model import Doubt
from sanzhi.domain.plan_text.normalise import HEADING_CHARS, Paragraph, Source
from sanzhi.domain.plan_text.outline import Node, Outline
from sanzhi.domain.plan_text.tabular import row_tasks
from sanzhi.domain.plan_text.task import annotation_of_row
from sanzhi.domain.plan_text.words import CLOSING, PREAMBLE

_CONTENT = re.compile(r"(?:工作|任务|具体|主要|重点)?(?:内容|任务|措施|目标|举措)：")
_HEADING_END = re.compile("[\n。（]")
_TASK_SECTION = re.compile(r"任务|措施|举措|重点|内容|行动|工程|事项")


@dataclass
class Draft:
    """A task on the way: its item, the stretch of its words, and its note."""

    node: int
    path: tuple[str, ...]
    start: int
    end: int
    note: Annotation
    doubts: list[Doubt] = field(default_factory=list)
    heading: tuple[int, int] | None = None


def heading_span(source: Source, node: Node) -> tuple[int, int]:
    """The heading of an item: its first line up to a full stop."""
    limit = min(node.end, node.body + 80)
    m = _HEADING_END.search(source.shadow, node.body, limit)
    stop = m.start() if m else max(node.body, limit)
    return node.body, stop


class Drafts:
    """Finds which items are tasks: those with a note of units or time, table rows, or all leaves where no notes exist."""

    def __init__(self, source: Source, skeleton: Outline) -> None:
        self.source, self.skeleton = source, skeleton
        self.nodes = skeleton.nodes
        self.drafts: list[Draft] = []
        self.covered: set[int] = set()
        self.rest: list[tuple[int, int, int]] = []
        self.notes: dict[int, list[Annotation]] = {}
        self.lifted: set[int] = set()
        self.loose: list[Annotation] = []

    def collect(self, is_plan: bool) -> None:
        text, twin = self.source.text, self.source.shadow
        for i, node in enumerate(self.nodes):
            found = find_annotations(text, twin, node.body, node.end)
            if node.before:
                end = _last_word(self.source, node.body, found[0].start if found else node.end)
                before = find_annotations(text, twin, *node.before)
                found = [Annotation(end, end, n.units, n.times) for n in before] + found
            if found:
                self.notes[i] = found
        self._shift()
        self._bare_brackets()
        self._sentences()
        self._lift()
        self._drop_unnoted_inline()
        inherited = self._inherit()
        for i in sorted(self.notes):
            if i not in inherited:
                self._add(i, self.notes[i])
        self._rows()
        if not self.drafts:
            self._unnumbered()
        if not self.drafts:
            self._leaves(is_plan)
        self.drafts.sort(key=lambda d: d.start)

    def _shift(self) -> None:
        """Notes on lines of their own that stand before their items: each was taken for the item above, move them down."""
        tops = [i for i, n in enumerate(self.nodes) if n.label and n.parent is None]
        for i, node in enumerate(self.nodes):
            kids = node.children if i else tops
            if len(kids) < 2 or i not in self.notes or kids[-1] in self.notes:
                continue
            chain = [i, *kids[:-1]]
            if not all(k in self.notes and self._stands_last(k) for k in chain) or not self._alike(chain):
                continue
            notes = [self.notes.pop(k)[-1] for k in chain]
            for k, note in zip(kids, notes, strict=True):
                self.nodes[k].end = min(
                    self.nodes[k].end, notes[kids.index(k) + 1].start if k != kids[-1] else self.nodes[k].end
                )
                end = _last_word(self.source, self.nodes[k].body, self.nodes[k].end)
                self.notes[k] = [Annotation(end, end, note.units, note.times)]
        self.loose = self.notes.pop(0, [])

    def _alike(self, chain: list[int]) -> bool:
        """Whether the first note in brackets is of the kind of the others: naming the same parts, not a section's lead."""
        first, second = self.notes[chain[0]][-1], self.notes[chain[1]][-1]
        return not first.bracketed or bool({u.role for u in first.units} & {u.role for u in second.units})

    def _stands_last(self, i: int) -> bool:
        """Whether the only note of an item stands on lines of its own at its end."""
        note, text = self.notes[i][-1], self.source.text
        return (
            (len(self.notes[i]) == 1 or not i)
            and text[note.start - 1 : note.start] == "\n"
            and not text[note.end : self.nodes[i].end].strip()
        )

    def _bare_brackets(self) -> None:
        found = {}
        for i, node in enumerate(self.nodes):
            if node.label and i not in self.notes and not node.children:
                note = bare_bracket(self.source.text, self.source.shadow, node.body, node.end)
                if note:
                    found[i] = [note]
        if len(found) >= 3 or (found and self.notes):
            self.notes |= found

    def _sentences(self) -> None:
        """由X牵头，Y配合 in the words of an item, where the item has no other note and is no closing demand."""
        closing = self._under(CLOSING) if self.notes else set()
        for i, node in enumerate(self.nodes):
            if node.label and i not in self.notes and not node.children and i not in closing:
                note = by_whom(self.source.text, self.source.shadow, node.body, node.end)
                if note:
                    self.notes[i] = [note]

    def _under(self, pattern: re.Pattern[str]) -> set[int]:
        out: set[int] = set()
        for i, node in enumerate(self.nodes):
            s, e = heading_span(self.source, node)
            if node.label and (node.parent in out or pattern.search(self.source.shadow, s, e)):
                out.add(i)
        return out

    def _lift(self) -> None:
        """One note behind the last of several brothers that have none belongs to the item that holds them all."""
        lifted = []
        for i, node in enumerate(self.nodes):
            kids = node.children
            if len(kids) == 1 and i not in self.notes and kids[0] in self.notes and node.label:
                if _CONTENT.match(self.source.shadow, self.nodes[kids[0]].body):
                    self.notes[i] = self.notes.pop(kids[0])
                    self.covered.update(kids)
                continue
            if len(kids) < 2 or i in self.notes or not node.label:
                continue
            noted = [k for k in kids if k in self.notes]
            if (
                noted == [kids[-1]]
                and len(self.notes[kids[-1]]) == 1
                and not any(self.nodes[k].children for k in kids)
            ):
                lifted.append(i)
        last = {self.nodes[i].children[-1] for i in lifted}
        depths = [len(self.nodes[i].path) for i in self.notes if i not in last]
        usual = max(set(depths), key=depths.count) if depths else 0
        for i in lifted:
            kids = self.nodes[i].children
            if len(self.nodes[kids[-1]].path) != usual:
                self.notes[i] = self.notes.pop(kids[-1])
                self.covered.update(kids)
                if not all(self.nodes[k].inline for k in kids):
                    self.lifted.add(i)

    def _drop_unnoted_inline(self) -> None:
        """Numbers inside a paragraph that lead to no note of their own are an enumeration, not items."""
        for i in [k for k in self.notes if self.nodes[k].inline]:
            node = self.nodes[i]
            brothers = [
                k
                for k in (self.nodes[node.parent].children if node.parent is not None else [])
                if self.nodes[k].inline
            ]
            noted = [k for k in brothers if k in self.notes]
            parent = node.parent
            if (
                len(brothers) >= 2
                and len(noted) == 1
                and noted[0] == brothers[-1]
                and parent not in self.notes
            ):
                if parent is not None and self.nodes[parent].label:
                    self.notes[parent] = self.notes.pop(i)
                    self.covered.update(brothers)

    def _inherit(self) -> set[int]:
        """Hand the units of a section's heading down to the items below; returns the sections that are no tasks."""
        sections: set[int] = set()
        for i in sorted(self.notes):
            node = self.nodes[i]
            notes = self.notes[i]
            kids = [k for k in node.children if k not in self.covered]
            words = self.source.shadow[node.body : notes[0].start].strip(" \n")
            if (
                not kids
                or len(notes) != 1
                or notes[0].end > node.end
                or len(words) > HEADING_CHARS
                or "。" in words[:-1]
            ):
                continue
            sections.add(i)
            self.covered.add(i)
            for k in kids:
                if k in self.notes:
                    for note in self.notes[k]:
                        if not any(u.role == "lead" for u in note.units):
                            note.units[:0] = [u for u in notes[0].units if u.role == "lead"]
                        if not note.times and notes[0].times:
                            note.times = list(notes[0].times)
                else:
                    stop = _last_word(self.source, self.nodes[k].body, self.nodes[k].end)
                    self.notes[k] = [Annotation(stop, stop, list(notes[0].units), list(notes[0].times))]
                    self._add(k, self.notes.pop(k))
        return sections

    def _add(self, i: int, notes: list[Annotation]) -> None:
        node = self.nodes[i]
        begin = node.body
        for k, note in enumerate(notes):
            start, end = _trimmed(self.source, begin, note.start)
            if end <= start:
                limit = notes[k + 1].start if k + 1 < len(notes) else node.end
                start, end = _trimmed(self.source, note.end, limit)
                begin = limit
                if end <= start and k:
                    self.drafts[-1].note.units += note.units
                    self.drafts[-1].note.times += note.times
                    continue
            else:
                begin = note.end
            draft = Draft(i, node.path, start, end, note)
            draft.heading, draft.start = _split_heading(self.source, node, start, end)
            if len(notes) == 1 and not node.children and self._only_heads(node, draft):
                draft.heading = (start, end)
                draft.start, draft.end = _trimmed(self.source, note.end, node.end)
                begin = node.end
            if i in self.lifted:
                why = "单位和时限写在最后一个小项之后，已按整条任务读取，请核对是否各小项都由这些单位负责。"
                draft.doubts.append(Doubt("units", why, (note.start, note.end)))
            self.drafts.append(draft)
        if begin < node.end:
            self.rest.append((i, begin, node.end))
        self.covered.add(i)

    def _only_heads(self, node: Node, draft: Draft) -> bool:
        """Whether the note of an item stands at its heading and the words of the task on the lines below."""
        text, note = self.source.text, draft.note
        below = text[note.end : node.end]
        return (
            draft.end - node.body <= HEADING_CHARS
            and text.find("\n", node.body, draft.end) < 0
            and not re.search("[。；，]", self.source.shadow[node.body : draft.end - 1])
            and below.startswith("\n")
            and below.rstrip().endswith("。")
        )

    def _rows(self) -> None:
        run: list[Paragraph] = []
        labelled = [0, *(i for i, n in enumerate(self.nodes) if n.label or n.annex)]
        at = 0
        for p in [*self.source.paragraphs, Paragraph(-1, -1)]:
            if p.is_row:
                run.append(p)
                continue
            if run:
                while at + 1 < len(labelled) and self.nodes[labelled[at + 1]].start <= run[0].start:
                    at += 1
                path = self.nodes[labelled[at]].path
                for row in row_tasks(self.source, run, path):
                    note = annotation_of_row(self.source, row)
                    draft = Draft(-1 - row.words[0], row.path, *row.words, note)
                    draft.heading = row.heading
                    self.drafts.append(draft)
                run = []

    def _unnumbered(self) -> None:
        """Paragraphs without numbers, each with a note behind it: tasks without a path."""
        text = self.source.text
        for note in self.loose:
            words = text[: note.start].rstrip()
            start = words.rfind("\n") + 1
            if len(words) - start >= 8 and not any(d.note.end > start for d in self.drafts):
                self.drafts.append(Draft(0, (), start, len(words), note))

    def _leaves(self, is_plan: bool) -> None:
        """A plan that names no units: every numbered item outside its preamble and closing demands is a task, doubted."""
        out = self._under(PREAMBLE) | self._under(CLOSING)
        for i, node in enumerate(self.nodes):
            if not node.label or node.children or i in out or node.annex or node.end - node.body < 8:
                continue
            if not is_plan and not self._in_task_section(node):
                continue
            start, end = _trimmed(self.source, node.body, node.end)
            note = Annotation(end, end, list(asked_units(self.source, start, end)))
            why = "这一条没有写明牵头单位和责任单位，请填写。"
            if note.units:
                why = "这一条没有单独写明单位，责任单位取自正文，请核对并填写牵头单位。"
            draft = Draft(i, node.path, start, end, note, [Doubt("units", why, (start, end))])
            draft.heading, draft.start = _split_heading(self.source, node, start, end)
            self.drafts.append(draft)
            self.covered.add(i)

    def _in_task_section(self, node: Node) -> bool:
        parent = node.parent
        while parent is not None:
            s, e = heading_span(self.source, self.nodes[parent])
            if _TASK_SECTION.search(self.source.shadow, s, e):
                return True
            parent = self.nodes[parent].parent
        return False


def _trimmed(source: Source, start: int, end: int) -> tuple[int, int]:
    while start < end and source.text[start] in " \n、.；;":
        start += 1
    while end > start and source.text[end - 1] in " \n":
        end -= 1
    return start, end


def _last_word(source: Source, start: int, end: int) -> int:
    return _trimmed(source, start, end)[1]


def _split_heading(source: Source, node: Node, start: int, end: int) -> tuple[tuple[int, int] | None, int]:
    """A heading on a line of its own between label and words: its place, and where the words begin."""
    line_end = source.text.find("\n", start, end)
    if start != node.body or line_end < 0 or line_end - start > HEADING_CHARS:
        return None, start
    if source.shadow[line_end - 1] in "。；，、：" or "。" in source.shadow[start:line_end]:
        return None, start
    return (start, line_end), _trimmed(source, line_end, end)[0]
