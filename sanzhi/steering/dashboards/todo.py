"""待办: one list of all that is to be done, for a person or for a unit, the most pressing first; never two entries for one thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanzhi.domain.periods import Every, month_end, period_of
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui import formats
from sanzhi.kit.ledger.queries import obligations_of, visible_to
from sanzhi.kit.ledger.standing import Stand
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.owing import Item, Owing, items, read_owing, view_of
from sanzhi.steering.plans.ledger.things import Thing, things
from sanzhi.steering.plans.ledger.viewer import Viewer
from sanzhi.steering.plans.ledger.words import period_label

PAGE = 25
LINES = 5
SECTIONS = {
    "late": gettext_lazy("已逾期"),
    "week": gettext_lazy("今天和本周"),
    "month": gettext_lazy("本月"),
    "after": gettext_lazy("以后"),
    "waiting": gettext_lazy("已提交，等认定"),
}


@dataclass(frozen=True)
class Todo:
    """What is to be done, in sections."""

    owing: Owing
    sections: dict[str, list[Thing]]

    @property
    def number(self) -> int:
        """How many things there are to do; what only waits to be accepted is none."""
        return sum(len(found) for name, found in self.sections.items() if name != "waiting")

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Each section that holds something, with how much."""
        return [(str(SECTIONS[name]), len(found)) for name, found in self.sections.items() if found]


@dataclass(frozen=True)
class Part:
    """A section of a page of the list."""

    label: str
    number: int
    items: Sequence[Item]


def section_of(stand: Stand, today: dt.date) -> str:
    """Which section an open obligation stands in."""
    if stand.waits:
        return "waiting"
    if view_of(stand, today) == "late":
        return "late"
    due_on = stand.obligation.due_on
    if due_on is None:
        return "after"
    if due_on <= period_of(Every.WEEK, today).last:
        return "week"
    return "month" if due_on <= month_end(today.year, today.month) else "after"


def sorted_todo(owing: Owing) -> Todo:
    """What is owed, in sections: each thing once, where the obligation to go by puts it."""
    today = owing.viewer.today
    order = list(SECTIONS)
    found: list[Stand] = owing.open
    found.sort(key=lambda s: s.obligation.due_on or dt.date.max)
    late = [s for s in owing.views["late"] if not s.waits]
    open_still = [s for s in found if view_of(s, today) != "late" or s.waits]
    sections: dict[str, list[Thing]] = {name: [] for name in order}
    for thing in things([*late, *open_still]):
        sections[section_of(thing.first, today)].append(thing)
    return Todo(owing, sections)


def todo_of_person(viewer: Viewer) -> Todo:
    """What the person has to do: the duties of their own posts, and what their units owe without naming a post."""
    mine = queries.own_posts(viewer)
    rows = queries.own_obligations(viewer).filter(post__isnull=True)
    if mine:
        rows = rows | obligations_of(viewer.town).filter(post__in=mine)
    return sorted_todo(read_owing(viewer, rows, mine))


def todo_of_unit(viewer: Viewer, unit: Unit) -> Todo:
    """What a village or an office has to do, the duties of its posts included, each with who holds it."""
    rows = visible_to(viewer.user, viewer.town).filter(unit=unit)
    return sorted_todo(read_owing(viewer, rows))


def page_of(todo: Todo, after: str, *, recording: bool, most: int = PAGE) -> tuple[list[Part], str]:
    """A page of the list from behind the obligation `after`, and what the next page begins behind (empty at the end)."""
    flat = [(name, thing) for name, found in todo.sections.items() for thing in found]
    start = next((n + 1 for n, (_s, t) in enumerate(flat) if str(t.first.obligation.pk) == after), 0)
    shown = flat[start : start + most]
    parts = []
    for name, found in todo.sections.items():
        mine = [thing for section, thing in shown if section == name]
        if mine:
            parts.append(Part(str(SECTIONS[name]), len(found), items(mine, todo.owing, recording=recording)))
    more = str(shown[-1][1].first.obligation.pk) if start + most < len(flat) else ""
    return parts, more


def words(todo: Todo, unit: str) -> str:
    """The list as a text for a chat group: how many, and the first few with their periods; no names of people."""
    today = todo.owing.viewer.today
    counts = "，".join(_("{label}{count}项").format(label=label, count=n) for label, n in todo.counts)
    head = _("【{unit}】{day}：{counts}。").format(
        unit=unit, day=formats.day(today, today, with_weekday=False), counts=counts or _("没有要办的")
    )
    first = [t.first for name, found in todo.sections.items() if name != "waiting" for t in found][:LINES]
    lines = [
        _("{number}.{task}（{period}）").format(
            number=n,
            task=formats.short(s.obligation.requirement.task.heading, 16),
            period=period_label(s.obligation, today),
        )
        for n, s in enumerate(first, 1)
    ]
    return formats.short("\n".join([head, *lines]))
