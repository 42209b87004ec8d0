"""What the person's own units owe: to do now, due soon, late, done; each with why, by when and where it is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanzhi.domain.states import State
from sanzhi.foundation.ui import formats
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import Owed, light
from sanzhi.kit.ledger.standing import Stand, source_of, stands
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import read_requirements
from sanzhi.steering.plans.ledger.things import Thing, things
from sanzhi.steering.plans.ledger.viewer import Viewer
from sanzhi.steering.plans.ledger.words import judged_by, period_label, task_key, why

SOON = dt.timedelta(days=7)
VIEWS = ("late", "soon", "now", "done")
PAGE = 25
LONGEST_QUOTE = 90


@dataclass
class Owing:
    """Everything that is owed, sorted into views. `later`: how many periods have not begun; `posts`: what each post is and
    who holds it; `mine`: the posts of whoever looks."""

    viewer: Viewer
    names: dict[int, str]
    posts: dict[int, tuple[str, str]] = field(default_factory=dict)
    mine: frozenset[int] = frozenset()
    views: dict[str, list[Stand]] = field(default_factory=lambda: {v: [] for v in VIEWS})
    later: int = 0

    def who(self, owed: Obligation | Owed) -> str:
        """The post that owes it and who holds it, the post alone where that is oneself; empty where the unit owes."""
        if owed.post_id is None or owed.post_id not in self.posts:
            return ""
        label, name = self.posts[owed.post_id]
        return label if owed.post_id in self.mine else f"{label} {name}"

    @property
    def first(self) -> str:
        """The view that a person should see first: late before soon before now."""
        return next((v for v in ("late", "soon", "now") if self.views[v]), "now")

    @property
    def open(self) -> list[Stand]:
        """All that is still to be done, the most pressing first."""
        return [s for v in ("late", "soon", "now") for s in self.views[v]]


@dataclass(frozen=True)
class Asked:
    """Another task that asks the same: what it is called, by when, and its page."""

    label: str
    url: str


@dataclass(frozen=True)
class Item:
    """An obligation as a line of such a list."""

    heading: str
    what: str
    period: str
    unit: str
    who: str
    due_on: dt.date | None
    due_text: str
    state: State
    waits: bool
    quote: str
    judged: str
    why: str
    exempt: str
    url: str
    task_url: str
    record_url: str
    alike: int
    alike_url: str
    also: Sequence[Asked] = ()
    recorded_in: str = ""

    @property
    def short_period(self) -> str:
        """The period without its days, for paper: 第22周."""
        return self.period.partition("（")[0]


def view_of(stand: Stand, today: dt.date) -> str | None:
    """The view an obligation belongs to; None where it asks for nothing now."""
    owed = stand.obligation
    match stand.state:
        case State.DONE | State.DONE_LATE | State.NOT_APPLICABLE:
            return "done"
        case State.OVERDUE | State.CHECKING:
            return "late"
        case State.DROPPED | State.HANDED_OVER | State.NOT_DUE:
            return None
    if owed.due_on is None:
        return "now"
    if owed.due_on < today and not stand.waits:
        return None
    return "soon" if owed.due_on - today <= SOON else "now"


def read_owing(viewer: Viewer, rows: QuerySet[Obligation] | None = None, mine: Iterable[int] = ()) -> Owing:
    """Read what the person's units owe (or `rows`), in a fixed number of queries; `mine`: the person's own posts."""
    requirements = read_requirements(viewer.town)
    found = light(queries.own_obligations(viewer) if rows is None else rows, requirements)
    names = queries.unit_names(viewer, {r.unit_id for r in found})
    posts = {r.post_id for r in found if r.post_id is not None}
    owing = Owing(viewer, names, queries.posts_named(posts) if posts else {}, frozenset(mine))
    for stand in stands(found, viewer.town, viewer.today, above_village=viewer.above_village):
        view = view_of(stand, viewer.today)
        if view is not None:
            owing.views[view].append(stand)
        elif stand.state is State.NOT_DUE:
            owing.later += 1
    # What can still be entered in time comes first, then what became late last.
    owing.views["late"].sort(key=lambda s: s.obligation.due_on or dt.date.max, reverse=True)
    owing.views["late"].sort(key=lambda s: (s.obligation.closes_on or dt.date.min) < viewer.today)
    owing.views["done"].reverse()
    return owing


def record_url(owed: Obligation | Owed) -> str:
    """Where the room that proves an obligation has it recorded; empty where it says nothing."""
    source = source_of(owed.requirement)
    room = registry.room_of(source.code)
    here = room.record_here.get(source.code) if room is not None else None
    return here(owed) if here is not None else ""


def items(found: Iterable[Thing], owing: Owing, *, recording: bool) -> list[Item]:
    """Things to do as lines; `recording`: with the button to where each is recorded."""
    several = len(owing.names) > 1
    return [_item(thing, owing, several, recording) for thing in found]


def _item(thing: Thing, owing: Owing, several: bool, recording: bool) -> Item:
    stand, today = thing.first, owing.viewer.today
    owed, requirement = stand.obligation, stand.obligation.requirement
    task_url = reverse("plans:task", args=[task_key(requirement.task)])
    open_still = view_of(stand, today) in ("late", "soon", "now")
    room = registry.room_of(source_of(requirement).code)
    return Item(
        heading=requirement.task.heading,
        what=requirement.what,
        period=period_label(owed, today),
        unit=owing.names.get(owed.unit_id, "") if several else "",
        who=owing.who(owed),
        due_on=owed.due_on,
        due_text=formats.day(owed.due_on, today),
        state=stand.state,
        waits=stand.waits,
        quote=formats.short(requirement.quote or requirement.task.text, LONGEST_QUOTE),
        judged=judged_by(requirement),
        why=why(stand, today),
        exempt=stand.exempt_reason,
        url=reverse("plans:obligation", args=[owed.pk]),
        task_url=task_url,
        record_url=record_url(owed) if recording and open_still and not stand.waits else "",
        alike=thing.alike,
        alike_url=f"{task_url}?unit={owed.unit_id}",
        also=[_also(s, today) for s in thing.also],
        recorded_in=room.name if room is not None else "",
    )


def _also(stand: Stand, today: dt.date) -> Asked:
    task = stand.obligation.requirement.task
    label = _("《{plan}》{task}（{period}）").format(
        plan=formats.short(task.version.plan.name, 20),
        task=formats.short(task.heading, 20),
        period=period_label(stand.obligation, today),
    )
    return Asked(label, reverse("plans:obligation", args=[stand.obligation.pk]))


LABELS = {
    "late": gettext_lazy("已逾期"),
    "soon": gettext_lazy("快到期"),
    "now": gettext_lazy("现在要办"),
    "done": gettext_lazy("已完成"),
}
EMPTY = {
    "late": gettext_lazy("没有逾期的。到了截止日还没有完成的会出现在这里。"),
    "soon": gettext_lazy("七天以内没有到期的。"),
    "now": gettext_lazy("现在没有要办的。方案确认以后，本单位承担的任务到了时段就会出现在这里。"),
    "done": gettext_lazy("还没有完成的。记录作数以后，任务会自动移到这里，不用另外填表。"),
}


def words(owing: Owing, unit: str) -> str:
    """The list as a text for a chat group: how many, and the first few with their days."""
    today = owing.viewer.today
    counts = "，".join(
        f"{LABELS[v]}{len(owing.views[v])}项" for v in ("late", "soon", "now") if owing.views[v]
    )
    head = _("【{unit}】{day}：{counts}。").format(
        unit=unit, day=formats.day(today, today, with_weekday=False), counts=counts or _("没有要办的")
    )
    lines = [
        f"{n}.{formats.short(s.obligation.requirement.task.heading, 18)}（{period_label(s.obligation, today)}）"
        for n, s in enumerate((t.first for t in things(owing.open)[:6]), 1)
    ]
    return "\n".join([head, *lines])


def owing_table(owing: Owing, view: str) -> tuple[str, list[str], list[list[str]]]:
    """Name, head and rows of a view in words, for Excel."""
    head = [_("任务"), _("要求"), _("时段"), _("单位"), _("截止日"), _("状态"), _("怎么判断"), _("为什么")]
    body = []
    for stand in owing.views[view]:
        owed = stand.obligation
        body.append(
            [
                owed.requirement.task.heading,
                owed.requirement.what,
                period_label(owed, owing.viewer.today),
                f"{owing.names.get(owed.unit_id, '')} {owing.who(owed)}".strip(),
                owed.due_on.isoformat() if owed.due_on else formats.NOTHING,
                stand.state.label,
                judged_by(owed.requirement),
                why(stand, owing.viewer.today),
            ]
        )
    return str(LABELS[view]), head, body
