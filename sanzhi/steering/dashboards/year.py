"""The state of the year on one page: how much is done, how each section stands, three things to act on and who is on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.kit.ledger.standing import Stand
from sanzhi.steering.dashboards.closing import Closings, counts, read_closings
from sanzhi.steering.dashboards.course import Course, read_course
from sanzhi.steering.dashboards.queries import heads_of
from sanzhi.steering.dashboards.unit import figures
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import read_plans
from sanzhi.steering.plans.ledger.board import section_labels
from sanzhi.steering.plans.ledger.leading import OWED_BY_NOW, Leading, Led, read_leading
from sanzhi.steering.plans.ledger.viewer import Viewer

ACTS = 3
AHEAD = dt.timedelta(days=14)
OPEN = (State.NOT_STARTED, State.UNDER_WAY)


@dataclass(frozen=True)
class Act:
    """Something to act on: what, why, who leads it and who heads that office."""

    heading: str
    why: str
    lead: str
    head: str
    url: str


@dataclass(frozen=True)
class UnitRow:
    """A village or an office on the town's page."""

    name: str
    done: int
    begun: int
    late: int
    url: str


@dataclass(frozen=True)
class Year:
    """What the town leader's page shows."""

    figures: list[tuple[str, int, str]]
    sections: list[dict[str, Any]]
    acts: list[Act]
    tasks: int
    copy: str
    course: Course
    closings: Closings
    villages: list[UnitRow]
    offices: list[UnitRow]


def read_year(viewer: Viewer) -> Year:
    """Read the year in a fixed number of queries."""
    plans = read_plans(viewer.town, queries.month_of(viewer.today))
    leading = read_leading(viewer, plans, waiting=False)
    rows = [x.row for x in leading.led]
    labels = section_labels(rows, plans.sources)
    acts = _acts(viewer, leading)
    stands = [s for x in leading.led for s in x.stands]
    numbers = figures(stands, f"{reverse('dashboards:obligations')}?")
    units = queries.columns(viewer)
    return Year(
        figures=numbers,
        sections=_sections(leading, labels),
        acts=acts,
        tasks=len(rows),
        copy=_words(viewer, numbers, acts),
        course=read_course(stands, plans.year or viewer.today.year, viewer.today),
        closings=read_closings(stands, viewer.today),
        villages=_units(stands, [c for c in units if c.kind == UnitKind.VILLAGE]),
        offices=_units(stands, [c for c in units if c.kind == UnitKind.OFFICE]),
    )


def _units(stands: Iterable[Stand], columns: Sequence[queries.Column]) -> list[UnitRow]:
    """How each unit stands, in register order; those that owe nothing yet read –."""
    counted = {c.pk: [0, 0, 0] for c in columns}
    for s in stands:
        row = counted.get(s.obligation.unit_id)
        if row is None or s.state not in OWED_BY_NOW or not counts(s):
            continue
        row[0] += s.state in (State.DONE, State.DONE_LATE)
        row[1] += 1
        row[2] += s.state in (State.OVERDUE, State.CHECKING)
    address = reverse("dashboards:unit", args=[0])[:-1]
    found = []
    for c in columns:
        done, begun, late = counted[c.pk]
        found.append(UnitRow(c.name, done, begun, late, f"{address}{c.pk}"))
    return found


def _sections(leading: Leading, labels: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for section, label in labels.items():
        led = [x for x in leading.led if x.row.section == section]
        found.append(
            {
                "label": label,
                "tasks": len(led),
                "done": sum(x.done for x in led),
                "begun": sum(len(x.begun) for x in led),
                "late": sum(len(x.late) for x in led),
                "url": f"{reverse('plans:board')}?section={section}",
            }
        )
    return found


def _weight(led: Led, today: dt.date) -> tuple[int, int, int]:
    overdue = sum(s.state is State.OVERDUE for s in led.stands)
    checking = sum(s.state is State.CHECKING for s in led.stands)
    return overdue, checking + int(led.row.to_pick), len(_ahead(led, today))


def _ahead(led: Led, today: dt.date) -> list[dt.date]:
    return [
        s.obligation.due_on
        for s in led.stands
        if s.state in OPEN
        and not s.obligation.contributes
        and not s.waits
        and s.obligation.due_on is not None
        and today <= s.obligation.due_on <= today + AHEAD
    ]


def _acts(viewer: Viewer, leading: Leading) -> list[Act]:
    ranked = sorted(leading.led, key=lambda x: _weight(x, viewer.today), reverse=True)
    chosen = [x for x in ranked if any(_weight(x, viewer.today))][:ACTS]
    leads = {x.row.lead_id for x in chosen if x.row.lead_id}
    heads = heads_of(viewer, leads)
    names = queries.unit_names(viewer, leads)
    return [
        Act(
            heading=x.row.heading,
            why=_reason(x, viewer.today),
            lead=names.get(x.row.lead_id or 0, _("没有牵头单位")),
            head=heads.get(x.row.lead_id or 0, ""),
            url=reverse("plans:task", args=[x.key]),
        )
        for x in chosen
    ]


def _reason(led: Led, today: dt.date) -> str:
    if led.late:
        return _("逾期 {count} 项：{units}").format(count=len(led.late), units=formats.short(led.behind, 40))
    if led.row.to_pick:
        return _("相关村还没有选定，没有人承担。")
    ahead = _ahead(led, today)
    return _("{day}前到期，还有 {count} 项没有完成。").format(
        day=formats.day(min(ahead), today, with_weekday=False), count=len(ahead)
    )


def _words(viewer: Viewer, figures: Sequence[tuple[str, int, str]], acts: Sequence[Act]) -> str:
    head = _("【{town}】截至{day}：{counts}。").format(
        town=viewer.town.short_name,
        day=formats.day(viewer.today, viewer.today, with_weekday=False),
        counts="，".join(f"{label}{n}项" for label, n, _url in figures if n),
    )
    lines = [
        f"{n}.{formats.short(a.heading, 18)}（{a.lead}）：{formats.short(a.why, 24)}"
        for n, a in enumerate(acts, 1)
    ]
    return "\n".join([head, *lines])
