"""The pages of the ledger, each a few lines: who looks, what is read, how it is shown."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.foundation.ui import excel
from sanzhi.foundation.ui.components import MARKS, Link
from sanzhi.foundation.ui.lists import Column, data_table
from sanzhi.kit.ledger.models import PlanVersion
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.board import STATES, Asked, Board, read_board, section_labels
from sanzhi.steering.plans.ledger.calendar import read_calendar
from sanzhi.steering.plans.ledger.leading import leading_table, read_leading
from sanzhi.steering.plans.ledger.leading import words as lead_words
from sanzhi.steering.plans.ledger.owing import (
    EMPTY,
    LABELS,
    PAGE,
    VIEWS,
    items,
    owing_table,
    read_owing,
    words,
)
from sanzhi.steering.plans.ledger.things import things
from sanzhi.steering.plans.ledger.viewer import viewer


def workbook(name: str, head: list[str], body: list[list[str]], request: HttpRequest) -> FileResponse:
    """An Excel file of words."""
    columns = [Column(label, lambda row, i=i: row[i]) for i, label in enumerate(head)]
    made = excel.workbook(name, columns, body)
    return FileResponse(made, as_attachment=True, filename=f"{name}.xlsx", content_type=excel.CONTENT_TYPE)


def board(request: HttpRequest) -> HttpResponseBase:
    """The town board, or one task by months (`task=`)."""
    who = viewer(request, "ledger:read")
    asked = Asked.of(request.GET)
    found = read_board(who, asked)
    if request.GET.get("export") == "xlsx":
        head, body = found.table()
        return workbook(_("任务看板"), head, body, request)
    filters = _filters(found)
    title = _("全镇看板") if who.can("ledger:board") else _("本村看板")
    context = {
        "title": title,
        "board": found,
        "asked": asked,
        "single": found.rows[0] if asked.task else None,
        "filters": filters,
        "chosen": "、".join(
            word for _name, _label, chosen, choices in filters for key, word in choices if chosen == key
        ),
        "tabs": _tabs(request.path, found),
        "export_url": f"?{urlencode(asked.query(export='xlsx'))}",
        "month_url": f"?{urlencode(asked.query(task=''))}",
        "copy": _board_words(found, title),
    }
    return render(request, "plans/ledger/board.html", context)


def _tabs(path: str, found: Board) -> list[Link]:
    kinds = {c.kind for c in found.columns}
    if "office" not in kinds or "village" not in kinds:
        return []
    asked = found.asked
    return [
        Link(label, f"{path}?{urlencode(asked.query(who=who))}", asked.who == (who or "villages"))
        for label, who in ((_("各村"), ""), (_("镇直单位"), "offices"))
    ]


def _filters(found: Board) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """(name, label, chosen, choices) of each filter above the board."""
    asked = found.asked
    plans = {r.plan: r.requirements[0].task.version.plan for r in found.everything}
    names = section_labels(found.everything, found.sources)
    offices = {c.pk: c.name for c in found.all_columns}
    leads = dict.fromkeys(r.lead_id for r in found.everything if r.lead_id)
    year = max((p.year for p in plans.values()), default=found.viewer.today.year)
    many = (
        [("plan", _("方案"), asked.plan, [(code, p.name[:24]) for code, p in plans.items()])]
        if len(plans) > 1
        else []
    )
    return [
        *many,
        ("section", _("章节"), asked.section, list(names.items())),
        ("lead", _("牵头单位"), asked.lead, [(str(pk), offices[pk]) for pk in leads if pk in offices]),
        ("state", _("状态"), asked.state, [(s.value, str(MARKS[s].label)) for s in STATES]),
        (
            "month",
            _("截止月份"),
            asked.month,
            [(f"{year}-{m:02d}", _("{month}月").format(month=m)) for m in range(1, 13)],
        ),
    ]


def _board_words(found: Board, title: str) -> str:
    counts = "，".join(
        f"{MARKS[s].label} {found.counts[s]} 项"
        for s in STATES
        if found.counts.get(s) and s.value not in ("not_due",)
    )
    town = found.viewer.town.short_name
    return _("【{town}{title}】截至{month}月{day}日：{tasks}项任务，{counts}。").format(
        town=town,
        title=title,
        month=found.viewer.today.month,
        day=found.viewer.today.day,
        tasks=len(found.rows),
        counts=counts or _("还没有到期的义务"),
    )


def plan_list(request: HttpRequest) -> HttpResponse:
    """The town's plans with their versions: which rule, which wait to be confirmed."""
    who = viewer(request, "plans:read")
    importing = who.can("plans:import")
    columns = [
        Column(_("方案"), "plan.name"),
        Column(_("版本"), lambda v: _("第{number}版").format(number=v.number)),
        Column(_("发文字号"), "document_number"),
        Column(_("状态"), "get_state_display"),
        Column(_("起始日"), "first_day"),
        Column(_("确认日"), "confirmed_on"),
        Column(_("任务"), "tasks_count", css="s-n"),
        Column(_("其他要求"), "demands_count", css="s-n"),
    ]
    versions = list(queries.plans_of(who))
    context = {
        "versions": versions,
        "table": data_table(
            columns, versions, _("方案与版本"), who.today, lambda v: _version_url(v, importing)
        ),
        "waiting": [v for v in versions if v.state == v.State.READ] if importing else [],
        "importing": importing,
        "copy": _("【{town}】方案：{names}").format(
            town=who.town.short_name,
            names="；".join(f"{v.plan.name}（{v.get_state_display()}）" for v in versions),
        ),
    }
    return render(request, "plans/ledger/plan_list.html", context)


def _version_url(version: PlanVersion, importing: bool) -> str:
    if importing:
        return reverse("plans:review", args=[version.pk])
    return f"{reverse('plans:board')}?plan={version.plan.code}"


def mine(request: HttpRequest) -> HttpResponseBase:
    """What my unit owes: late, due soon, to do now, done."""
    who = viewer(request, "ledger:mine")
    owing = read_owing(who)
    view = request.GET.get("view", "")
    view = view if view in owing.views else owing.first
    found = owing.views[view]
    if request.GET.get("export") == "xlsx":
        return workbook(*owing_table(owing, view), request)
    groups = things(found)
    after = request.GET.get("after")
    start = next((n + 1 for n, thing in enumerate(groups) if str(thing.first.obligation.pk) == after), 0)
    page = groups[start : start + PAGE]
    unit = "、".join(u.short_name for u in who.own_units[:2])
    context = {
        "unit": unit,
        "view": view,
        "view_label": LABELS[view],
        "reads": who.can("ledger:read"),
        "owing": owing,
        "items": items(page, owing, recording=who.can("ledger:record")),
        "empty": EMPTY[view],
        "tabs": [Link(LABELS[v], f"?view={v}", v == view, len(owing.views[v])) for v in VIEWS],
        "more": f"?view={view}&after={page[-1].first.obligation.pk}" if start + PAGE < len(groups) else "",
        "copy": words(owing, unit),
        "export_url": f"?view={view}&export=xlsx",
    }
    return render(request, "plans/ledger/mine.html", context)


def lead(request: HttpRequest) -> HttpResponseBase:
    """The tasks my office leads: who is behind, what waits, what is to be picked, looked at, exempt."""
    who = viewer(request, "ledger:lead")
    leading = read_leading(who)
    if request.GET.get("export") == "xlsx":
        return workbook(*leading_table(leading), request)
    unit = "、".join(u.short_name for u in who.own_units[:2])
    context = {
        "unit": unit,
        "leading": leading,
        "month": queries.month_of(who.today),
        "month_number": who.today.month,
        "copy": lead_words(leading, unit),
    }
    return render(request, "plans/ledger/lead.html", context)


def calendar(request: HttpRequest) -> HttpResponse:
    """Due days and closes of a month, of my unit or of the whole town."""
    who = viewer(request, "ledger:mine")
    context = read_calendar(who, request.GET.get("month", ""), asked=request.GET.get("who", ""))
    return render(request, "plans/ledger/calendar.html", context)
