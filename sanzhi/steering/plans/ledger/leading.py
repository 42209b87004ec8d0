"""The lead unit's page: for each task it leads who is behind, what waits for acceptance, what is to be picked or looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.ui import formats
from sanzhi.kit.ledger.queries import light, obligations_of
from sanzhi.kit.ledger.standing import Stand, source_of, stands
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import Plans, read_plans
from sanzhi.steering.plans.ledger.board import Row, look_words, rows_of
from sanzhi.steering.plans.ledger.viewer import Viewer
from sanzhi.steering.plans.ledger.words import period_label, task_key

OWED_BY_NOW = frozenset(
    {State.DONE, State.DONE_LATE, State.OVERDUE, State.CHECKING, State.UNDER_WAY, State.NOT_STARTED}
)


@dataclass
class Led:
    """One task the person's office leads, with all its obligations."""

    row: Row
    stands: list[Stand] = field(default_factory=list)
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """How addresses name the task."""
        return self.row.key

    @cached_property
    def begun(self) -> list[Stand]:
        """Obligations whose period has begun and that somebody owes."""
        return [s for s in self.stands if s.state in OWED_BY_NOW]

    @cached_property
    def done(self) -> int:
        """How many of the begun ones are done."""
        return sum(s.state in (State.DONE, State.DONE_LATE) for s in self.begun)

    @cached_property
    def late(self) -> list[Stand]:
        """Those past their due day."""
        return [s for s in self.stands if s.state in (State.OVERDUE, State.CHECKING)]

    @cached_property
    def behind(self) -> str:
        """The units that are late, each with how many."""
        counts = Counter(s.obligation.unit_id for s in self.late)
        named = [(self.names.get(pk, ""), counts[pk]) for pk in self.names if pk in counts]
        return "、".join(f"{name}（{n}）" if n > 1 else name for name, n in named)

    @property
    def exempt(self) -> list[Stand]:
        """Those that need not be met."""
        return [s for s in self.stands if s.exempt_reason]


@dataclass
class Leading:
    """Everything an office leads."""

    viewer: Viewer
    led: list[Led]
    waiting: list[dict[str, Any]]

    @cached_property
    def behind(self) -> list[Led]:
        """Tasks with somebody late, the most first."""
        return sorted((x for x in self.led if x.late), key=lambda x: -len(x.late))

    @property
    def to_pick(self) -> list[Led]:
        """Tasks whose villages are not picked yet."""
        return [x for x in self.led if x.row.to_pick]

    @property
    def standing(self) -> list[Led]:
        """Tasks kept up all year, to be looked at once a month."""
        return [x for x in self.led if x.row.standing]

    @property
    def exempt(self) -> list[tuple[Led, Stand, str, str]]:
        """(task, obligation, unit, period) of what is exempt, for the note beside the figures."""
        return [
            (x, s, x.names.get(s.obligation.unit_id, ""), period_label(s.obligation, self.viewer.today))
            for x in self.led
            for s in x.exempt
        ]


def read_leading(viewer: Viewer, plans: Plans | None = None, *, waiting: bool = True) -> Leading:
    """Read the tasks the person's office leads (or those of `plans`), in a number of queries that does not grow with them;
    `waiting`: with the records that wait to be accepted."""
    if plans is None:
        plans = read_plans(viewer.town, queries.month_of(viewer.today)).led_by(viewer.led_from)
    wanted = plans.requirements
    rows = rows_of(wanted.values(), plans.facts)
    found = light(obligations_of(viewer.town).filter(requirement__in=list(wanted)), wanted)
    names = queries.unit_names(viewer, {o.unit_id for o in found})
    led = {key: Led(row, names=names) for key, row in rows.items()}
    standing = stands(found, viewer.town, viewer.today, above_village=viewer.above_village)
    of_requirement = {pk: led[task_key(r.task)].stands for pk, r in wanted.items()}
    for stand in standing:
        of_requirement[stand.obligation.requirement_id].append(stand)
    return Leading(viewer, list(led.values()), _waiting(viewer, standing, names) if waiting else [])


def _waiting(viewer: Viewer, standing: list[Stand], names: Mapping[int, str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for stand, row in queries.waiting_records(viewer, standing):
        owed = stand.obligation
        url = queries.detail_url(source_of(owed.requirement).code, row)
        found[url or str(owed.pk)] = {
            "task": owed.requirement.task.heading,
            "unit": names.get(owed.unit_id, ""),
            "period": period_label(owed, viewer.today),
            "day": stand.facts.pending_on,
            "url": url or reverse("plans:obligation", args=[owed.pk]),
        }
    return list(found.values())


def words(leading: Leading, unit: str) -> str:
    """Who is behind, as a text for a chat group."""
    today = leading.viewer.today
    head = _("【{unit}牵头任务】截至{day}：").format(
        unit=unit, day=formats.day(today, today, with_weekday=False)
    )
    if not leading.behind:
        return head + _("没有逾期的单位。")
    lines = [f"{formats.short(x.row.heading, 16)}：{x.behind}" for x in leading.behind[:5]]
    return "\n".join([head, *lines, _("请尽快补上，有困难请说明。")])


def leading_table(leading: Leading) -> tuple[str, list[str], list[list[str]]]:
    """Name, head and rows of the led tasks in words, for Excel."""
    head = [_("编号"), _("任务"), _("已开始"), _("已完成"), _("逾期"), _("逾期单位"), _("豁免"), _("本月")]
    body = []
    for x in leading.led:
        month = look_words(x.row, leading.viewer) if x.row.standing else formats.NOTHING
        exempt = "；".join(f"{x.names.get(s.obligation.unit_id, '')}：{s.exempt_reason}" for s in x.exempt)
        body.append(
            [x.key, x.row.heading, str(len(x.begun)), str(x.done), str(len(x.late)), x.behind, exempt, month]
        )
    return _("牵头任务"), head, body
