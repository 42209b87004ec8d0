"""How far the month is: doors not yet reached in walking order, groups and cadres in numbers; the town sees villages only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from sanzhi.domain.periods import Every, Period, closes_on, days_in_force, is_closed, period_of
from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link as To
from sanzhi.foundation.ui.components import Mark, word_mark
from sanzhi.kit.access import can, require
from sanzhi.mechanisms.visits.measures import MONTHLY, POSTS_WITH_LINKS
from sanzhi.mechanisms.visits.queries import coverage as counting
from sanzhi.mechanisms.visits.queries import doors, reading, rows
from sanzhi.mechanisms.visits.queries.coverage import Reached
from sanzhi.mechanisms.visits.views import shown

FEWEST_WORKING_DAYS = 3
SMALL = 5
"""Numbers of households below it go up as "<5" (R-04)."""


# --- not yet reached --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenDoor:
    """A door still to be reached this month, as the list says it."""

    household: int
    number: str
    who: str
    place: str
    tried: str
    moved: str


def _open_doors(groups: Sequence[Unit], today: dt.date) -> list[tuple[Unit, list[OpenDoor], int]]:
    """(group, its doors still to be reached, how many are owed) in register and walking order."""
    found = doors.doors_in([g.pk for g in groups], today)
    month = period_of(Every.MONTH, today)
    left = [d.household for mine in found.values() for d in mine if d.owed and d.settled_on is None]
    moved = reading.moved_within(left, month) if left else {}
    result = []
    for group in groups:
        mine = [d for d in found.get(group.pk, []) if d.owed]
        lines = [_open_door(d, moved, today) for d in mine if d.settled_on is None]
        result.append((group, lines, len(mine)))
    return result


def _open_door(door: doors.Door, moved: dict[int, tuple[str, dt.date]], today: dt.date) -> OpenDoor:
    before = ""
    if door.household in moved:
        group, last = moved[door.household]
        before = _("{day}以前在{group}").format(day=shown.plain_day(last, today), group=group)
    return OpenDoor(
        door.household, door.number, shown.family(door.surname), door.door, shown.tried(door, today), before
    )


@never_cache
@login_required
def unreached(request: HttpRequest) -> HttpResponse:
    """The doors not yet reached this month, in walking order: one's own groups, one group, or the whole village."""
    user: User = request.user  # type: ignore[assignment]
    require(user, rows.DOORS)
    today = clock.today()
    villages = rows.units_within(user, rows.DOORS, today, UnitKind.VILLAGE)
    village = shown.unit_asked(request, "village", villages) or (villages[0] if villages else None)
    groups = reading.groups_by_village([village], today).get(village.pk, []) if village else []
    asked = shown.unit_asked(request, "group", groups)
    own = {g.pk for g in rows.my_groups(user, today)}
    mine = [g for g in groups if g.pk in own]
    whole = request.GET.get("all") == "1" or not (asked or mine)
    chosen = [asked] if asked else groups if whole else mine
    found = _open_doors(chosen, today)
    shown.looked(
        request,
        (village.town if village else None) or user.town,  # type: ignore[arg-type]
        (d.household for _group, lines, _owed in found for d in lines),
        _("查看本月未走到的户"),
        narrowed={"group": "、".join(g.code for g in chosen)[:200]},
    )
    context = {
        "tabs": shown.tabs_of(request, "unreached"),
        "chips": _chips(groups, asked, mine, whole, village),
        "villages": [
            To(v.short_name, f"?village={v.pk}", v == village) for v in villages if len(villages) > 1
        ],
        "found": found,
        "left": sum(len(lines) for _group, lines, _owed in found),
        "owed": sum(owed for _group, _lines, owed in found),
        "month": period_of(Every.MONTH, today),
        "may_record": can(user, "visits:record"),
        "village": village,
        "copy": _("{month}还没有走到的户：").format(
            month=formats.period(period_of(Every.MONTH, today), today)
        )
        + "，".join(
            _("{group}{count}户").format(group=g.short_name, count=len(lines))
            for g, lines, _owed in found
            if lines
        ),
    }
    return render(request, "visits/unreached.html", context)


def _chips(
    groups: Sequence[Unit], asked: Unit | None, mine: Sequence[Unit], whole: bool, village: Unit | None
) -> list[To]:
    where = f"&village={village.pk}" if village else ""
    chips = [To(g.short_name, f"?group={g.pk}{where}", g == asked) for g in (mine or groups)]
    if mine:
        chips.insert(0, To(_("我的小组"), f"?{where[1:]}", not whole and asked is None))
    return [*chips, To(_("全村"), f"?all=1{where}", whole)]


# --- figures ----------------------------------------------------------------------------------------------------------


def _small(number: int) -> str:
    """A number of households as it goes above the village: below five it is hidden (R-04)."""
    return f"<{SMALL}" if 0 < number < SMALL else formats.number(number)


def _total(whole: Reached, lines: Sequence[list[object]]) -> list[object]:
    """The sum over villages. Where one village alone is hidden, its sum is not told: it would tell the village's number."""
    cells = _cells(whole, above=any(str(cell).startswith("<") for line in lines for cell in line))
    for column in range(len(cells)):
        if sum(str(line[column]).startswith("<") for line in lines) == 1:
            cells[column] = _("不列")
    return cells


def _cells(figures: Reached, *, above: bool) -> list[object]:
    """The columns of one unit: owed, reached, of these by attempts and declined, away and contacted."""
    if not figures.owed and not figures.away:
        return [formats.NOTHING] * 6
    parts = [figures.by_attempts, figures.declined, figures.contacted]
    by_attempts, declined, contacted = (_small(n) if above else formats.number(n) for n in parts)
    return [
        formats.number(figures.owed),
        formats.fraction(figures.reached, figures.owed),
        by_attempts,
        declined,
        formats.number(figures.away),
        contacted,
    ]


def _months(month: Period, today: dt.date) -> dict[str, str]:
    after = month.next
    return {
        "before": f"?month={month.previous.code}",
        "after": f"?month={after.code}" if after.first <= today else "",
    }


@login_required
def coverage(request: HttpRequest) -> HttpResponse:
    """Villages in numbers, for whoever sees several; who belongs to one village sees that village's page."""
    user: User = request.user  # type: ignore[assignment]
    require(user, "visits:read")
    today = clock.today()
    month = shown.month_asked(request, today)
    day = min(month.last, today)
    villages = rows.units_within(user, "visits:read", day, UnitKind.VILLAGE)
    if len(villages) == 1:
        return _village(request, villages[0], month, today)
    groups = reading.groups_by_village(villages, day)
    figures = counting.by_group([g.pk for mine in groups.values() for g in mine], month.last, today)
    sums = {v.pk: counting.total(figures.get(g.pk, Reached()) for g in groups[v.pk]) for v in villages}
    week = min(period_of(Every.WEEK, day), period_of(Every.WEEK, today))
    walked = _week_sums(groups, week, user.town or villages[0]) if villages else {}
    doors_of = {v.pk for v in villages if can(user, rows.DOORS, v)}
    lines = [
        (
            v,
            _opens_to(v, month, own=v.pk in doors_of),
            _cells(sums[v.pk], above=v.pk not in doors_of),
            sums[v.pk].groups_left_out,
            formats.fraction(*walked.get(v.pk, (0, 0))),
        )
        for v in villages
    ]
    whole = counting.total(sums.values())
    context = {
        "tabs": shown.tabs_of(request, "coverage"),
        "month": month,
        "lines": lines,
        "total": (
            _total(whole, [cells for _v, _u, cells, _left, _week in lines]),
            whole.groups_left_out,
            formats.fraction(sum(d for d, _o in walked.values()), sum(o for _d, o in walked.values())),
        ),
        "week": week,
        "copy": _said(villages, sums, month, today),
    } | _months(month, today)
    return render(request, "visits/coverage.html", context)


def _opens_to(village: Unit, month: Period, *, own: bool) -> str:
    """The village's own page with its doors, or how its figure is counted for whoever may not look behind doors."""
    if own:
        return f"{reverse('visits:village', args=[village.pk])}?month={month.code}"
    figure = reverse("indicators:figure", args=[MONTHLY.of.code])
    return f"{figure}?{urlencode({'unit': village.code, 'period': month.code})}"


def _said(villages: Sequence[Unit], sums: dict[int, Reached], month: Period, today: dt.date) -> str:
    behind = sorted((v for v in villages if sums[v.pk].open), key=lambda v: -sums[v.pk].open)
    parts = [f"{v.short_name} {sums[v.pk].reached}/{sums[v.pk].owed}" for v in behind[:9]]
    head = _("{month}走访到户：").format(month=formats.period(month, today))
    return head + ("，".join(parts) if parts else _("各村都走到了。"))


@login_required
def village(request: HttpRequest, village: int) -> HttpResponse:
    """One village: groups in the month, cadres in its weeks. Only for whoever may open its doors."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    month = shown.month_asked(request, today)
    known = rows.units_within(user, rows.DOORS, min(month.last, today), UnitKind.VILLAGE)
    found = next((v for v in known if v.pk == village), None)
    if found is None:
        raise Http404
    return _village(request, found, month, today)


def _village(request: HttpRequest, unit: Unit, month: Period, today: dt.date) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    day = min(month.last, today)
    groups = reading.groups_by_village([unit], day)[unit.pk]
    figures = counting.by_group([g.pk for g in groups], month.last, today)
    opens = can(user, rows.DOORS, unit)
    lines = [
        (
            g,
            f"{reverse('visits:list')}?group={g.pk}&month={month.code}" if opens else "",
            _cells(figures.get(g.pk, Reached()), above=False),
            bool(figures.get(g.pk, Reached()).groups_left_out),
        )
        for g in groups
    ]
    whole = counting.total(figures.values())
    context: dict[str, Any] = {
        "tabs": shown.tabs_of(request, "coverage"),
        "month": month,
        "unit": unit,
        "lines": lines,
        "total": _cells(whole, above=False),
        "figures": whole,
        "unreached": f"{reverse('visits:unreached')}?village={unit.pk}&all=1" if day == today else "",
        "copy": _(
            "{village}{month}走访到户 {done}/{owed}，未走到 {left} 户，整组没走到的 {groups} 个。"
        ).format(
            village=unit.short_name,
            month=formats.period(month, today),
            done=whole.reached,
            owed=whole.owed,
            left=whole.open,
            groups=whole.groups_left_out,
        ),
    }
    context |= _months(month, today) | _weekly(unit, groups, month, today)
    return render(request, "visits/village.html", context)


def _weeks_of(month: Period) -> list[Period]:
    """The weeks whose Sunday lies in the month (case 5)."""
    week = period_of(Every.WEEK, month.first)
    found = []
    while week.last <= month.last:
        if week.last >= month.first:
            found.append(week)
        week = week.next
    return found


def _in_force(town: Unit, posts: Collection[int]) -> dict[int, list[tuple[dt.date, dt.date | None]]]:
    """Post → the days, first and last, on which it had a link in force, leave taken out: as its duty counts them."""
    found: dict[int, list[tuple[dt.date, dt.date | None]]] = {}
    for spell in POSTS_WITH_LINKS.spells(town):
        if spell.subject in posts:
            last = spell.until - dt.timedelta(days=1) if spell.until else None
            found.setdefault(spell.subject, []).append((spell.first, last))
    return found


def counted(week: Period) -> bool:
    """Whether a week owes anything: it has three working days (case 5)."""
    return statutory_calendar().working_days_in(week.first, week.last) >= FEWEST_WORKING_DAYS


def _week_sums(groups: dict[int, list[Unit]], week: Period, town: Unit) -> dict[int, tuple[int, int]]:
    """Village → (cadres who walked a linked group in the week, cadres who owed it)."""
    if not counted(week):
        return {}
    home = {g.pk: village for village, mine in groups.items() for g in mine}
    villages = {
        link.post_id: home[link.group_id] for link in reading.links_between(home, week.first, week.last)
    }
    spells = _in_force(town.town_or_self or town, villages)
    walked = {post for post, _group in reading.walked(villages, week.first, week.last)}
    sums: dict[int, tuple[int, int]] = {}
    for post, village in villages.items():
        if days_in_force(week, spells.get(post, [])) >= reading.FEWEST_DAYS:
            done, owed = sums.get(village, (0, 0))
            sums[village] = done + (post in walked), owed + 1
    return sums


def _weekly(unit: Unit, groups: Sequence[Unit], month: Period, today: dt.date) -> dict[str, Any]:
    """Cadre × weeks of the month: the day walked, owed and not walked, or not owed."""
    weeks = _weeks_of(month)
    links = reading.links_between([g.pk for g in groups], weeks[0].first, weeks[-1].last)
    names = {link.post_id: link.post.person.name for link in links}
    where: dict[int, list[str]] = {}
    for link in links:
        where.setdefault(link.post_id, []).append(link.group.short_name)
    spells = _in_force(unit.town_or_self or unit, names)
    by_post: dict[int, set[dt.date]] = {}
    for (post, _group), days in reading.walked(names, weeks[0].first, weeks[-1].last).items():
        by_post[post] = by_post.get(post, set()) | set(days)
    cadres = []
    for post, name in names.items():
        days, mine = sorted(by_post.get(post, ())), spells.get(post, [])
        cells = [_week_cell(week, mine, [d for d in days if d in week], today) for week in weeks]
        cadres.append((name, "、".join(dict.fromkeys(where[post])), post, cells))
    heads = [(_("第{number}周").format(number=w.number), formats.span(w.first, w.last, today)) for w in weeks]
    return {"weeks": heads, "cadres": cadres}


def _week_cell(
    week: Period, spells: list[tuple[dt.date, dt.date | None]], walked: list[dt.date], today: dt.date
) -> SafeString:
    """How one cadre stands in one week."""
    return word_mark(Mark(*_week_words(week, spells, walked, today)))


def _week_words(
    week: Period, spells: list[tuple[dt.date, dt.date | None]], walked: list[dt.date], today: dt.date
) -> tuple[str, str, str]:
    if walked:
        return "✓", "、".join(shown.plain_day(d, today) for d in walked[:2]), "green"
    if not counted(week) or days_in_force(week, spells) < reading.FEWEST_DAYS:
        return "–", _("不计"), "grey"
    if week.first > today:
        return "·", pgettext("week", "未到"), "grey"
    if week.last >= today:
        return "○", _("还没走"), "grey"
    if not is_closed(week, today):
        return "!", _("未走，可补到{day}").format(day=shown.plain_day(closes_on(week), today)), "red"
    return "!", _("未走"), "red"
