"""The first page of every role, and the page from which records are made."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.foundation.accounts.models import Role
from sanzhi.steering.dashboards.queries import set_up, waiting
from sanzhi.steering.dashboards.recording import read_rooms
from sanzhi.steering.dashboards.year import read_year
from sanzhi.steering.plans.ledger.leading import read_leading
from sanzhi.steering.plans.ledger.owing import grouped, items, read_owing, words
from sanzhi.steering.plans.ledger.viewer import Viewer, viewer

SHOWN = 8
WHOLE_TOWN = (Role.TOWN_LEADER, Role.DISCIPLINE, Role.AUDITOR)
WORKING = (Role.OFFICER, Role.SECRETARY, Role.CLERK, Role.CADRE, Role.VILLAGE_CARE)


def home(request: HttpRequest) -> HttpResponse:
    """What this person should see first: the year, the led tasks, what the own unit owes, what is still to be set up."""
    who = viewer(request, "ledger:mine")
    roles = {Role(h.role) for h in who.user.holdings}
    context: dict[str, object] = {"name": who.user.display_name, "town": who.town}
    if roles & set(WHOLE_TOWN):
        context["year"] = read_year(who)
    if who.led_from:
        context["leading"] = read_leading(who)
    if roles & set(WORKING):
        owing = read_owing(who)
        open_now = grouped(owing.open)
        unit = "、".join(u.short_name for u in who.own_units[:2])
        context |= {
            "owing": owing,
            "unit": unit,
            "items": items(open_now[:SHOWN], owing, recording=who.can("ledger:record")),
            "rest": max(0, len(open_now) - SHOWN),
            "copy": words(owing, unit),
            "recording": who.can("ledger:record"),
        }
    if who.can("plans:confirm") and Role.ADMINISTRATOR not in roles:
        context["waiting"] = waiting(who)
    if Role.ADMINISTRATOR in roles:
        context["steps"] = _steps(who)
    return render(request, "dashboards/home.html", context)


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
    owing = read_owing(who)
    return render(request, "dashboards/record.html", {"rooms": read_rooms(who, owing)})
