"""The source with what was read in it marked: units, dates, rhythms, targets and doubts, each leading to its reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanzhi.kit.ledger.models import Doubt, Requirement, Task, TaskUnit

UNIT, DATE, RHYTHM, TARGET, DOUBT, TASK = "unit", "date", "rhythm", "target", "doubt", "task"
LABELS = {
    UNIT: gettext_lazy("单位"),
    DATE: gettext_lazy("时限"),
    RHYTHM: gettext_lazy("周期"),
    TARGET: gettext_lazy("指标"),
    DOUBT: gettext_lazy("疑点"),
}
KIND_OF = {
    Requirement.Kind.EVERY: RHYTHM,
    Requirement.Kind.SHARE_BY_DAY: TARGET,
    Requirement.Kind.COUNT_BY_DAY: TARGET,
}


@dataclass(frozen=True)
class Mark:
    """A stretch of the text: what kind of thing stands there, its own anchor, where it leads, what it says on hover."""

    start: int
    end: int
    kind: str
    anchor: str
    to: str
    says: str = ""


def marks_of(task: Task, *, to: str = "") -> list[Mark]:
    """The marks of one task. `to`: an address before the anchors of the reading ("" = the same page)."""
    marks = [
        Mark(u.span_start, u.span_end, UNIT, f"s-u{u.pk}", f"{to}#u{u.pk}", u.get_role_display())
        for u in task.units.all()
        if u.span_start is not None and u.span_end is not None
    ]
    seen: set[tuple[int, int]] = set()
    for r in task.requirements.all():
        if r.span_start is not None and r.span_end is not None:
            kind = KIND_OF.get(Requirement.Kind(r.kind), DATE)
            says = "" if (r.span_start, r.span_end) in seen else r.what
            seen.add((r.span_start, r.span_end))
            marks.append(Mark(r.span_start, r.span_end, kind, f"s-r{r.pk}", f"{to}#r{r.pk}", says))
    marks += [_doubt(d, to) for d in task.doubts.all() if d.span_start is not None]
    return marks


def read_marks(item: dict, task: Task, *, to: str = "") -> list[Mark]:
    """Dates, rhythms and targets of the reading that no requirement has as its own place (a stage said twice)."""
    own = {(r.span_start, r.span_end) for r in task.requirements.all()}
    marks = []
    for key, kind in (("deadlines", DATE), ("cadences", RHYTHM), ("targets", TARGET)):
        for n, found in enumerate(item.get(key, ())):
            span = found.get("span")
            if span and tuple(span) not in own:
                marks.append(
                    Mark(
                        span[0],
                        span[1],
                        kind,
                        f"s-{key}{task.pk}-{n}",
                        f"{to}#requirements",
                        found.get("quote", ""),
                    )
                )
    return marks


def _doubt(doubt: Doubt, to: str) -> Mark:
    start, end = doubt.span_start or 0, doubt.span_end or 0
    kind = DOUBT if doubt.settled_on is None else "settled"
    return Mark(start, max(end, start + 1), kind, f"s-d{doubt.pk}", f"{to}#d{doubt.pk}", doubt.why)


def extent(task: Task, text: str) -> tuple[int, int]:
    """The whole lines that hold a task and all that was read of it (its note of units may stand behind its words)."""
    spans = [(u.span_start, u.span_end) for u in task.units.all()]
    spans += [(r.span_start, r.span_end) for r in task.requirements.all()]
    spans += [(d.span_start, d.span_end) for d in task.doubts.all()]
    starts = [task.span_start, *(s for s, e in spans if s is not None)]
    ends = [task.span_end, *(e for s, e in spans if e is not None)]
    # A shared head of units may stand pages before; only what stands near belongs into view.
    start = min(s for s in starts if s >= task.span_start - 400)
    end = max(e for e in ends if e <= task.span_end + 400)
    return whole_lines(text, start, end)


def whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch widened to whole lines."""
    start = text.rfind("\n", 0, max(0, min(start, len(text)))) + 1
    stop = text.find("\n", min(end, len(text)))
    return start, len(text) if stop < 0 else stop


def marked(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> SafeString:
    """The stretch start … end of a text with its marks; marks may overlap, lie in each other or stand outside.

    Each piece of text becomes one link to what the shortest mark over it leads to, and bears the look of all of them.
    """
    end = len(text) if end is None else min(end, len(text))
    inside = sorted(
        (m for m in marks if m.start < end and m.end > start and m.end > m.start),
        key=lambda m: (m.start, -m.end),
    )
    edges = {start, end}
    for m in inside:
        edges |= {max(m.start, start), min(m.end, end)}
    pieces: list[SafeString] = []
    active: list[Mark] = []
    waiting = list(reversed(inside))
    for first, last in pairwise(sorted(edges)):
        active = [m for m in active if m.end > first]
        new: list[Mark] = []
        while waiting and waiting[-1].start <= first:
            new.append(waiting.pop())
        active += new
        pieces.append(_piece(text[first:last], active, new))
    return format_html_join("", "{}", ((p,) for p in pieces))


def _piece(words: str, active: Sequence[Mark], new: Sequence[Mark]) -> SafeString:
    anchors = format_html_join("", '<span id="{}"></span>', ((m.anchor,) for m in new if m.anchor))
    shown = [m for m in active if m.kind != TASK]
    if not shown:
        return format_html("{}{}", anchors, words)
    inner = min(shown, key=lambda m: (m.kind != DOUBT, m.end - m.start))
    css = " ".join(dict.fromkeys(f"p-{m.kind}" for m in shown))
    says = "；".join(dict.fromkeys(f"{_label(m.kind)}：{m.says}" for m in shown if m.says))
    doubts = [m.says for m in new if m.kind == DOUBT]
    spoken = (
        format_html('<span class="visually-hidden">（{}：{}）</span>', _("存疑"), "；".join(doubts))
        if doubts
        else ""
    )
    if not words.strip():
        return format_html("{}{}", anchors, words)
    return format_html(
        '{}<a class="p-mark {}" href="{}" title="{}">{}{}</a>', anchors, css, inner.to, says, words, spoken
    )


def _label(kind: str) -> str:
    return str(LABELS.get(kind, LABELS[DOUBT]))


def unit_words(named: TaskUnit) -> str:
    """What a printed name means, in words: the unit's name, or the kind of list it stands for."""
    return named.unit.short_name if named.unit is not None else str(named.get_meaning_display())
