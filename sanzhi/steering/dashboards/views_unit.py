"""The pages of a village or an office: its year, its list, the week for the wall; and the obligations behind a number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, period_of
from sanzhi.foundation.ui.components import state_mark
from sanzhi.foundation.ui.lists import Column, data_table
from sanzhi.kit.ledger.standing import Stand
from sanzhi.steering.dashboards import obligations as behind
from sanzhi.steering.dashboards import todo as lists
from sanzhi.steering.dashboards.course import chart, table
from sanzhi.steering.dashboards.unit import find_unit, read_unit, words
from sanzhi.steering.plans.ledger.owing import Item
from sanzhi.steering.plans.ledger.viewer import viewer
from sanzhi.steering.plans.ledger.words import period_label

WALL = 12
"""So many lines can be read from one metre on one sheet."""


def unit(request: HttpRequest, unit: int) -> HttpResponse:
    """A village or an office on one page."""
    who = viewer(request, "ledger:read")
    found = find_unit(who, unit)
    page = read_unit(who, found)
    context = {
        "page": page,
        "unit": found,
        "own": found.pk in {u.pk for u in who.own_units},
        "chart": chart(page.course),
        "table": table(page.course, behind.address(unit=str(found.pk))),
        "copy": words(page, who),
        "closing_address": behind.address(unit=str(found.pk), month=""),
        "late_url": behind.address(unit=str(found.pk), part="late"),
    }
    return render(request, "dashboards/unit.html", context)


def todo(request: HttpRequest, unit: int) -> HttpResponse:
    """Everything a village or an office has to do, its posts' duties included."""
    who = viewer(request, "ledger:read")
    found = find_unit(who, unit)
    mine = lists.todo_of_unit(who, found)
    recording = who.can("ledger:record") and found.pk in {u.pk for u in who.own_units}
    parts, more = lists.page_of(mine, request.GET.get("after", "")[:12], recording=recording)
    context = {
        "todo": mine,
        "parts": parts,
        "more": f"?after={more}" if more else "",
        "unit": found.short_name,
        "owing_unit": found,
        "of_unit": True,
        "copy": lists.words(mine, found.short_name),
    }
    return render(request, "dashboards/todo.html", context)


def week(request: HttpRequest, unit: int) -> HttpResponse:
    """The week on one A4 for the wall: what is to be done, by when, by whom; no states and no shares."""
    who = viewer(request, "ledger:read")
    found = find_unit(who, unit)
    todo = lists.todo_of_unit(who, found)
    wanted = [("week", _("本周要办")), ("month", _("本月还要办")), ("late", _("要补上的"))]
    left, beyond = WALL, 0
    parts: list[tuple[str, list[Item]]] = []
    for name, label in wanted:
        mine = todo.sections[name]
        shown = mine[:left]
        left -= len(shown)
        beyond += len(mine) - len(shown)
        if shown:
            parts.append((label, lists.items(shown, todo.owing, recording=False)))
    context = {
        "unit": found,
        "town": who.town,
        "period": period_of(Every.WEEK, who.today),
        "parts": parts,
        "beyond": beyond,
    }
    return render(request, "dashboards/week.html", context)


def obligations(request: HttpRequest) -> HttpResponse:
    """The obligations behind a number of a dashboard."""
    who = viewer(request, "ledger:mine")
    asked = behind.Asked.of(who, request.GET)
    found = behind.read_obligations(who, asked)

    def page_of(stand: Stand) -> str:
        return reverse("plans:obligation", args=[stand.obligation.pk])

    columns = [
        Column(_("任务"), lambda s: s.obligation.requirement.task.heading),
        Column(_("由谁承担"), found.who),
        Column(_("时段"), lambda s: period_label(s.obligation, who.today)),
        Column(_("截止日"), lambda s: s.obligation.due_on),
        Column(_("状态"), lambda s: s.state.value, show=lambda code: state_mark(str(code))),
    ]
    context = {
        "title": behind.heading(asked, who),
        "found": found,
        "unit": asked.unit,
        "table": data_table(columns, found.rows, "", who.today, page_of),
        "more": f"?{asked.query(after=found.more)}" if found.more else "",
        "copy": _("【{town}】{title}：{count}项").format(
            town=who.town.short_name, title=behind.heading(asked, who), count=found.number
        ),
    }
    return render(request, "dashboards/obligations.html", context)
