"""The entry of the room: one's own groups, how far each is this month, and the button to record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, Period, period_of
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.access import can, require
from sanzhi.mechanisms.visits.queries import coverage, reading, rows
from sanzhi.mechanisms.visits.queries.coverage import Reached
from sanzhi.mechanisms.visits.views import shown
from sanzhi.mechanisms.visits.views.figures import counted


@dataclass(frozen=True)
class GroupLine:
    """A group on the entry page: how far it is, whether it is one's own, and whether one's day of this week was walked."""

    group: Unit
    figures: Reached
    own: bool
    walked_on: dt.date | None
    cadres: str


@login_required
def groups(request: HttpRequest) -> HttpResponse:
    """My groups first, the others of the village below; who sees numbers only goes on to the figures."""
    user: User = request.user  # type: ignore[assignment]
    require(user, "visits:read")
    if not can(user, "visits:record"):
        return redirect("visits:coverage")
    today = clock.today()
    week = period_of(Every.WEEK, today)
    villages = rows.units_within(user, "visits:record", today, UnitKind.VILLAGE)
    by_village = reading.groups_by_village(villages, today)
    every = [g for found in by_village.values() for g in found]
    month = period_of(Every.MONTH, today)
    figures = coverage.by_group([g.pk for g in every], month.last, today)
    own, posts = _own(user, today)
    walked = reading.walked(posts, week.first, week.last)
    names = _cadres(every, today)
    lines = [
        GroupLine(
            g,
            figures.get(g.pk, Reached()),
            g.pk in own,
            next((days[-1] for (_post, group), days in walked.items() if group == g.pk), None),
            names.get(g.pk, ""),
        )
        for g in every
    ]
    mine = [line for line in lines if line.own]
    days = sorted({day for found in walked.values() for day in found})
    # A secretary answers for the whole village: every group stands open; a cadre sees their own first.
    whole = user.has_role(Role.SECRETARY) or user.has_role(Role.CLERK) or not mine
    context = {
        "tabs": shown.tabs_of(request, "groups"),
        "mine": mine,
        "others": [line for line in lines if not line.own],
        "whole": whole,
        "week": week,
        "counted": counted(week),
        "month": month,
        "walked": days,
        "walked_words": "、".join(shown.plain_day(d, today) for d in days),
        "total": coverage.total(line.figures for line in lines),
        "types_in": can(user, "visits:type_in"),
        "village": villages[0] if len(villages) == 1 else None,
        "copy": _said(mine or lines, month, today),
    }
    return render(request, "visits/groups.html", context)


def _own(user: User, day: dt.date) -> tuple[set[int], set[int]]:
    links = rows.my_links(user, day)
    return {link.group_id for link in links}, {link.post_id for link in links}


def _cadres(groups: list[Unit], day: dt.date) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for link in reading.links_between([g.pk for g in groups], day, day):
        found.setdefault(link.group_id, []).append(link.post.person.name)
    return {group: "、".join(dict.fromkeys(names)) for group, names in found.items()}


def _said(lines: list[GroupLine], month: Period, today: dt.date) -> str:
    """For a chat group: numbers only."""
    parts = [
        _("{group} {done}/{owed}").format(
            group=line.group.short_name, done=line.figures.reached, owed=line.figures.owed
        )
        for line in lines
        if line.figures.open
    ]
    head = _("{month}走访到户（截至{day}）：").format(
        month=_("{number}月").format(number=month.number), day=shown.plain_day(today, today)
    )
    return head + ("，".join(parts) if parts else _("在家户都走到了。"))
