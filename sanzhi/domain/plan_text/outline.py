"""The skeleton of a plan: which labels really number items, and how the items stand inside each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sanzhi.domain.plan_text.labels import RANK, Label, behind_note, label_at
from sanzhi.domain.plan_text.normalise import Paragraph, Source
from sanzhi.domain.plan_text.words import FIELD, UNIT_TAIL

_BEFORE_INLINE = re.compile(
    r"(?:[。；！？：）”](?=[一二三四五六七八九十（0-9①-⑳⑴-⒛])|(?:(?<=方案)|(?<=清单)|(?<=要点)|(?<=措施)|(?<=计划))(?=一、))"
)
_ANNEX = re.compile(r"附(?:件|表|录)\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})?(?P<list>：)?")
_INLINE_KINDS = frozenset({"cn", "cnp", "num", "nump", "circ", "ring", "dot"})


_FOOT = re.compile(
    r"(?:抄送|抄报|分送|主题词|印发范围)：|（此件[^（）]{2,16}）$|[一-龥 ]{2,40}20\d\d年\d{1,2}月\d{1,2}日(?:印发|印制)$"
    r"|[一-龥]{3,30}(?:政府|委员会|办公室|局|党委|指挥部|领导小组|中心|学校|公司)20\d\d年\d{1,2}月\d{1,2}日$"
)
_DAY_LINE = re.compile(
    r"（?(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日）?"
)
#: Names of signers above the day, one a line.
MOST_SIGNERS = 4


@dataclass
class Node:
    """An item: its path of labels, where its label and its own words stand, and where they end.

    `end` is the beginning of the next item or table. A node without a label holds words between (the head of the
    document, text behind a table, an annex).
    """

    path: tuple[str, ...]
    label: Label | None
    start: int
    body: int
    end: int
    inline: bool = False
    annex: bool = False
    parent: int | None = None
    before: tuple[int, int] | None = None
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    """The items of a document in order, and the labels that leave a number out."""

    nodes: tuple[Node, ...]
    gaps: tuple[Label, ...]


def outline(source: Source) -> Outline:
    """Find the numbered items of a document.

    A label counts when its number follows from the ones before it: the first, the next among its brothers, or the
    next of its kind where numbering runs on across sections. In the middle of a line only such labels count.
    """
    builder = _Builder(source)
    for paragraph in source.paragraphs:
        builder.paragraph(paragraph)
    return builder.outline()


def _signatures(source: Source) -> set[int]:
    """Where lines of a signature begin: a day that stands alone, and names of units on the lines above it."""
    signed: set[int] = set()
    for k, p in enumerate(source.paragraphs):
        if not 8 <= p.end - p.start <= 16 or not _DAY_LINE.fullmatch(source.shadow, p.start, p.end):
            continue
        signed.add(p.start)
        for above in reversed(source.paragraphs[max(0, k - MOST_SIGNERS) : k]):
            name = source.shadow[above.start : above.end]
            if (
                above.is_row
                or len(name) > 40
                or not UNIT_TAIL.search(name)
                or re.search("[，。；：、]", name)
            ):
                break
            if label_at(source.shadow, above.start, at_line_start=True):
                break
            signed.add(above.start)
    return signed


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.nodes: list[Node] = [Node((), None, 0, 0, len(source.text))]
        self.stack: list[tuple[str, int, str, int]] = []
        self.running: dict[str, int] = {}
        self.parent_kind: dict[str, str] = {}
        self.gaps: list[Label] = []
        self.in_annex_list = False
        self.signed = _signatures(source)

    def outline(self) -> Outline:
        self._end(len(self.source.text))
        for i, node in enumerate(self.nodes):
            if node.parent is not None:
                self.nodes[node.parent].children.append(i)
        return Outline(tuple(self.nodes), tuple(self.gaps))

    def paragraph(self, p: Paragraph) -> None:
        shadow = self.source.shadow
        if p.is_row:
            self._end(p.start)
            top = self.nodes[-1]
            self.nodes.append(Node(top.path, None, p.end, p.end, len(shadow), parent=top.parent))
            return
        annex = _ANNEX.match(shadow, p.start, min(p.end, p.start + 12))
        if annex and (annex.group("list") or annex.end() == p.end):
            self.in_annex_list = bool(annex.group("list"))
            self._end(p.start)
            self.nodes.append(Node((), None, p.start, p.start, len(shadow), annex=True))
            self.stack = []
            if not self.in_annex_list:
                self.running = {}
            return
        if self._is_foot(p):
            self._end(p.start)
            self.nodes.append(Node((), None, p.start, p.start, len(shadow), annex=True))
            return
        start = behind_note(shadow, p.start, p.end)
        label = label_at(shadow, start, at_line_start=True)
        if self.in_annex_list and label and label.kind in ("num", "dot"):
            return
        self.in_annex_list = False
        if label and FIELD.match(shadow, label.end):
            return
        if label and label.end <= p.end and self._accepts(label):
            self._place(label, inline=False)
            if start > p.start:
                self.nodes[-1].before = (p.start, start)
                self.nodes[-2].end = min(self.nodes[-2].end, p.start)
        for found in self._inline(p, label.end if label else p.start):
            self._place(found, inline=True)

    def _is_foot(self, p: Paragraph) -> bool:
        """Whether a paragraph closes the document (抄送：…, …印发, a signature over a day), so that no item holds it."""
        shadow = self.source.shadow
        if p.end - p.start > 400 or not self.stack:
            return False
        return p.start in self.signed or _FOOT.match(shadow, p.start, p.end) is not None

    def _end(self, at: int) -> None:
        self.nodes[-1].end = min(self.nodes[-1].end, at)

    def _inline(self, p: Paragraph, start: int) -> list[Label]:
        """The labels inside a paragraph whose numbers go on from the items before them or from each other."""
        shadow = self.source.shadow
        found = []
        second = label_at(shadow, start, at_line_start=False) if start > p.start else None
        if (
            second
            and second.kind in ("nump", "circ", "ring", "cnp")
            and second.number == 1
            and second.end < p.end
        ):
            found.append(second)
        for m in _BEFORE_INLINE.finditer(shadow, start, p.end):
            label = label_at(shadow, m.end(), at_line_start=False)
            if label and label.kind in _INLINE_KINDS and label.end < p.end:
                opens = m.group() == "：" and label.kind == "cn" and not any(x[0] == "cn" for x in self.stack)
                if m.group() not in ("。", "）", "") and label.kind in ("cn", "cnp", "num") and not opens:
                    continue
                found.append(label)
        last = {kind: number for kind, number, _, _ in self.stack}
        later = {(x.kind, x.number) for x in found}
        out = []
        for label in found:
            n = label.number
            follows = n > 1 and n in (last.get(label.kind, -1) + 1, self.running.get(label.kind, -1) + 1)
            if follows or (n == 1 and (label.kind, 2) in later):
                out.append(label)
                last[label.kind] = n
        return out

    def _accepts(self, label: Label) -> bool:
        n = label.number
        local = next((number for kind, number, _, _ in self.stack if kind == label.kind), None)
        running = self.running.get(label.kind, 0)
        if n == 1 or n == (local or 0) + 1 or n == running + 1 or n == local:
            return True
        before = local if local is not None else running
        if before < n <= before + 3:
            self.gaps.append(label)
            return True
        return label.kind in ("cn", "cnp", "nump", "zhang", "tiao") and n < 40 and n <= running

    def _place(self, label: Label, *, inline: bool) -> None:
        kinds = [x[0] for x in self.stack]
        if label.kind in kinds:
            del self.stack[kinds.index(label.kind) :]
        elif label.kind in ("zhang", "cn") and "zhang" not in kinds:
            self.stack.clear()
        elif self.parent_kind.get(label.kind) in kinds:
            del self.stack[kinds.index(self.parent_kind[label.kind]) + 1 :]
        elif label.kind in self.parent_kind or label.number != 1:
            while self.stack and RANK[self.stack[-1][0]] >= RANK[label.kind]:
                self.stack.pop()
        if len(self.stack) > 8:
            self.stack.pop()
        self.parent_kind.setdefault(label.kind, self.stack[-1][0] if self.stack else "")
        printed = self.source.text[label.start : label.printed_end]
        parent = self.stack[-1][3] if self.stack else None
        self._end(label.start)
        self.stack.append((label.kind, label.number, printed, len(self.nodes)))
        self.running[label.kind] = label.number
        path = tuple(x[2] for x in self.stack)
        body, size = label.end, len(self.source.text)
        while body < size and self.source.text[body] in " 、.．":
            body += 1
        self.nodes.append(Node(path, label, label.start, body, size, inline=inline, parent=parent))
