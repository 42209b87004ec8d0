"""The first page of every role, and the page from which records are made."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.foundation.accounts.models import Role
from sanzhi.steering.dashboards import todo as lists
from sanzhi.steering.dashboards.course import chart, table
from sanzhi.steering.dashboards.person import read_posts, recent_records
from sanzhi.steering.dashboards.queries import set_up, waiting
from sanzhi.steering.dashboards.recording import read_rooms
from sanzhi.steering.dashboards.unit import OWING_KINDS, figures
from sanzhi.steering.dashboards.year import Year, read_year
from sanzhi.steering.plans.ledger.leading import read_leading
from sanzhi.steering.plans.ledger.viewer import Viewer, viewer

SHOWN = 12
WHOLE_TOWN = (Role.TOWN_LEADER, Role.DISCIPLINE, Role.AUDITOR)
WORKING = (Role.OFFICER, Role.SECRETARY, Role.CLERK, Role.CADRE, Role.VILLAGE_CARE)


def home(request: HttpRequest) -> HttpResponse:
    """What this person should see first: the year, the led tasks, what the own unit owes, what is still to be set up."""
    who = viewer(request, "ledger:mine")
    roles = {Role(h.role) for h in who.user.holdings}
    context: dict[str, object] = {"name": who.user.display_name, "town": who.town}
    if roles & set(WHOLE_TOWN):
        context |= _year(read_year(who))
    if who.led_from:
        context["leading"] = read_leading(who)
    if roles & set(WORKING):
        context |= _todo(who, "", SHOWN)
    if who.can("plans:confirm") and Role.ADMINISTRATOR not in roles:
        context["waiting"] = waiting(who)
    if Role.ADMINISTRATOR in roles:
        context["steps"] = _steps(who)
    return render(request, "dashboards/home.html", context)


def _year(year: Year) -> dict[str, object]:
    """The town's year with its chart and the table behind it."""
    address = reverse("dashboards:obligations")
    return {"year": year, "chart": chart(year.course), "table": table(year.course, address)}


def _todo(who: Viewer, after: str, most: int = lists.PAGE) -> dict[str, object]:
    """A page of the person's list."""
    found = lists.todo_of_person(who)
    unit = "、".join(u.short_name for u in who.own_units[:2])
    parts, more = lists.page_of(found, after, recording=who.can("ledger:record"), most=most)
    return {
        "todo": found,
        "parts": parts,
        "more": f"{reverse('dashboards:todo')}?after={more}" if more else "",
        "unit": unit,
        "owing_unit": next((u for u in who.own_units if u.kind in OWING_KINDS), None),
        "copy": lists.words(found, unit),
        "recording": who.can("ledger:record"),
    }


def todo(request: HttpRequest) -> HttpResponse:
    """待办: everything this person has to do, page by page."""
    who = viewer(request, "ledger:mine")
    return render(request, "dashboards/todo.html", _todo(who, request.GET.get("after", "")[:12]))


def town(request: HttpRequest) -> HttpResponse:
    """The town on one page: the state of the year, what to act on, its course, what closes next, every unit."""
    who = viewer(request, "ledger:board")
    return render(request, "dashboards/town.html", {"town": who.town, **_year(read_year(who))})


def me(request: HttpRequest) -> HttpResponse:
    """A person's own page: this week, the year of the posts they hold, what they recorded last."""
    who = viewer(request, "ledger:mine")
    posts = read_posts(who)
    address = f"{reverse('dashboards:obligations')}?mine=1"
    found = lists.todo_of_person(who)
    week = lists.Todo(found.owing, {k: v for k, v in found.sections.items() if k in ("late", "week")})
    parts, more = lists.page_of(week, "", recording=who.can("ledger:record"))
    context = {
        "name": who.user.display_name,
        "posts": posts,
        "figures": figures(posts.stands, f"{address}&"),
        "chart": chart(posts.course),
        "table": table(posts.course, address),
        "parts": parts,
        "more": reverse("dashboards:todo") if more else "",
        "records": recent_records(who),
        "recording": who.can("ledger:record"),
        "copy": lists.words(week, "、".join(u.short_name for u in who.own_units[:2])),
    }
    return render(request, "dashboards/me.html", context)


def _steps(who: Viewer) -> list[dict[str, object]]:
    """What an administrator sets up, in order: whether it is done, what there is, where it is done."""
    found = set_up(who)
    registers, accounts = reverse("registers:home"), reverse("administration:accounts")
    plans, importing = reverse("plans:list"), reverse("plans:import")
    return [
        {
            "done": found["villages"] > 0 and found["offices"] > 0,
            "label": _("登记各村和镇直单位"),
            "note": _("现有 {villages} 个村、{offices} 个镇直单位").format(**found),
            "url": registers,
        },
        {
            "done": found["accounts"] > 1,
            "label": _("开账号、给角色"),
            "note": _("现有 {accounts} 个可以登录的账号").format(**found),
            "url": accounts,
        },
        {
            "done": found["confirmed"] + found["waiting"] > 0,
            "label": _("导入方案"),
            "note": _("已确认 {confirmed} 个版本，待确认 {waiting} 个").format(**found),
            "url": importing,
        },
        {
            "done": found["confirmed"] > 0 and not found["unmatched"],
            "label": _("核对单位写法，确认任务分解"),
            "note": _("还有 {unmatched} 个单位写法没有对上名册").format(**found)
            if found["unmatched"]
            else _("单位写法都已对上"),
            "url": plans,
        },
    ]


def record(request: HttpRequest) -> HttpResponse:
    """记一条: the records this person can make now."""
    who = viewer(request, "ledger:record")
    return render(request, "dashboards/record.html", {"rooms": read_rooms(who, lists.todo_of_person(who))})
