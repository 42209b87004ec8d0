"""Calls and matters to follow up: noted, settled by the village, handed up to 镇综治办 and answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import word_mark
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import can, require
from sanzhi.kit.leads import takers
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.access import answers_for, of_lead_office
from sanzhi.mechanisms.visits.forms.keeping import AnswerForm, CallForm, SettleForm, SureForm
from sanzhi.mechanisms.visits.models import TOPIC_CHOICES, FollowUp, PhoneReport, Reporter
from sanzhi.mechanisms.visits.queries import reading, rows
from sanzhi.mechanisms.visits.rules import TOPICS
from sanzhi.mechanisms.visits.states import FOLLOW_UP_MARKS, FollowUpState
from sanzhi.mechanisms.visits.views import shown
from sanzhi.mechanisms.visits.views.outings import step_page

SETTLE = "visits:settle"
_ALIVE = (FollowUpState.OPEN, FollowUpState.ESCALATED, FollowUpState.OVERDUE)


def _narrowed(found: QuerySet, state: object) -> QuerySet:
    return found.filter(reading.state_q(str(state), clock.today()))


def _mark(matter: FollowUp) -> FollowUpState:
    return matter.state_on(clock.today())


@never_cache
@login_required
def matters(request: HttpRequest) -> HttpResponseBase:
    """What came up and is to be settled, the first due on top; for 综治办 what was handed up to it."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    doors = can(user, rows.DOORS)
    if not of_lead_office(user):
        require(user, rows.DOORS)
    found = rows.matters_visible_to(user) if doors else rows.handed_up(user, today)
    villages = rows.units_within(user, rows.DOORS if doors else "visits:answer", today, UnitKind.VILLAGE)
    filters = [
        Filter("state", pgettext("matter", "状态"), choices=FollowUpState.choices, apply=_narrowed),
        Filter("topic", pgettext("visit", "事项"), choices=TOPIC_CHOICES),
    ]
    if len(villages) > 1:
        choices = [(v.pk, v.short_name) for v in villages]
        filters.append(Filter("village", pgettext("unit kind", "村"), "unit_id", choices=choices))
    page = ListPage(
        columns=[
            Column(pgettext("visit", "事项"), "get_topic_display"),
            Column(_("村民小组"), lambda m: f"{m.unit.short_name} {m.group.short_name}"),
            Column(
                pgettext("matter", "状态"),
                _mark,
                show=lambda state: word_mark(FOLLOW_UP_MARKS[FollowUpState(str(state))]),
            ),
            Column(_("提出日"), "opened_on"),
            Column(_("应办结日"), "due_on", sort="due_on"),
            Column(_("来源"), lambda m: _("电话报告") if m.report_id else _("走访")),
        ],
        filters=filters,
        order=("due_on",),
        url=lambda m: reverse("visits:matter", args=[m.pk]),
        name=_("跟进事项"),
        empty=_("走访时标了“需跟进”的、老党员和小组长打电话来说的事，会列在这里，办结一件勾一件。")
        if doors
        else _("各村报上来、等综治办回复的事会列在这里。"),
        export=False,
    )
    context: dict[str, Any] = {"tabs": shown.tabs_of(request, "matters")}
    if can(user, "visits:record"):
        context |= {"action_url": reverse("visits:report"), "action_label": _("记一个电话")}
    return page.read(request.GET, found, today, request.path).respond(
        request, _("跟进事项"), "visits/list.html", context
    )


@login_required
def report(request: HttpRequest) -> HttpResponse:
    """Note a call about a matter: no name, no number of who rang."""
    user: User = request.user  # type: ignore[assignment]
    require(user, "visits:record")
    today = clock.today()
    villages = rows.units_within(user, "visits:record", today, UnitKind.VILLAGE)
    groups = {g.pk: g for mine in reading.groups_by_village(villages, today).values() for g in mine}
    own = rows.my_groups(user, today)
    first = {"on": today, "group": own[0].pk if own else ""}
    form = CallForm(request.POST or None, initial=first)
    form.offer([(pk, g.short_name) for pk, g in groups.items()])

    def make() -> PhoneReport:
        data = form.cleaned_data
        return actions.report_by_phone(
            by=user,
            group=groups[data["group"]],
            on=data["on"],
            reporter=data["reporter"],
            topic=data["topic"],
            what=data["what"],
            due_on=data["due_on"],
            late_reason=data.get("late_reason", ""),
        )

    return step_page(
        request,
        form,
        name="visits.report_by_phone",
        subject=user,
        make=make,
        find=lambda key: reading.get_report(user, int(key)),
        to=lambda made: reverse("visits:matter", args=[made.matter.pk]),
        done=_("已登记，列入跟进事项。"),
        title=_("记一个电话"),
        button=_("提交记录"),
        about=_("老党员、小组长或群众打电话来说的事。只记事和时间，不记打电话的人的姓名和号码。"),
        crumbs=[(_("跟进事项"), reverse("visits:matters"))],
    )


def _facts(matter: FollowUp, user: User, today: dt.date) -> list[tuple[object, object]]:
    doors = can(user, rows.DOORS, matter.unit)
    call = matter.report
    source: object = _("走访") if call is None else _("电话报告（{who}）").format(
        who=Reporter(call.reporter).label
    )  # fmt: skip
    pairs = [
        (pgettext("visit", "事项"), TOPICS[matter.topic].label),
        (_("什么事"), call.what if call else ""),
        (_("办理单位"), matter.unit.short_name),
        (_("村民小组"), matter.group.short_name),
        (_("户号"), matter.visit.household.number if doors and matter.visit else ""),
        (_("来源"), source),
        (_("提出日"), formats.day(matter.opened_on, today)),
        (_("应办结日"), formats.day(matter.due_on, today)),
        (_("最后保留日"), formats.day(matter.expires_on, today)),
        (_("报综治办日"), formats.day(matter.escalated_on, today) if matter.escalated_on else ""),
        (
            _("综治办回复"),
            f"{shown.plain_day(matter.answered_on, today)}：{matter.answer}" if matter.answered_on else "",
        ),
        (_("办结日"), formats.day(matter.settled_on, today) if matter.settled_on else ""),
        (_("怎么办的"), matter.how if doors else ""),
        (_("办理人"), matter.settled_by.partition(" ")[2] if doors else ""),
    ]
    return [(term, value) for term, value in pairs if value]


@never_cache
@login_required
def matter(request: HttpRequest, matter: int) -> HttpResponse:
    """One matter: about a thing, owned by the village, until a day."""
    user: User = request.user  # type: ignore[assignment]
    row, today = reading.matter_for(user, matter), clock.today()
    doors = can(user, rows.DOORS, row.unit)
    if doors and row.visit is not None:
        shown.looked(request, row.town, [row.visit.household_id], _("查看跟进事项"), ("number",))
    state = row.state_on(today)
    alive, settles = state in _ALIVE, can(user, SETTLE, row.unit)
    context = {
        "matter": row,
        "facts": _facts(row, user, today),
        "mark": word_mark(FOLLOW_UP_MARKS[state]),
        "may_settle": alive and settles,
        "may_escalate": alive and settles and row.escalated_on is None,
        "may_answer": alive and row.escalated_on is not None and answers_for(user, row.unit),
        "outing": row.outing if doors else None,
        "rooms": [room.name for room in takers(row.lead)] if alive and settles else [],
        "title": _("{topic} · {group}").format(topic=TOPICS[row.topic].label, group=row.group.short_name),
        "crumbs": [(_("跟进事项"), reverse("visits:matters"))],
    }
    return render(request, "visits/matter.html", context)


def _step(request: HttpRequest, row: FollowUp, form: Any, verb: str, **more: Any) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    title = TOPICS[row.topic].label
    return step_page(
        request,
        form,
        name=f"visits.{verb}",
        subject=row,
        find=lambda key: reading.matter_for(user, int(key)),
        to=lambda done: reverse("visits:matter", args=[done.pk]),
        crumbs=[
            (_("跟进事项"), reverse("visits:matters")),
            (title, reverse("visits:matter", args=[row.pk])),
        ],
        possible=row.state_on(clock.today()) in _ALIVE or form.is_bound,
        **more,
    )


@login_required
def settle(request: HttpRequest, matter: int) -> HttpResponse:
    """The village says how it was settled."""
    user: User = request.user  # type: ignore[assignment]
    row = rows.get_matter(user, matter, SETTLE)
    form = SettleForm(request.POST or None, initial={"on": clock.today()})
    return _step(
        request,
        row,
        form,
        "settle",
        make=lambda: actions.settle_follow_up(
            by=user, matter=row, on=form.cleaned_data["on"], how=form.cleaned_data["how"]
        ),
        done=_("已办结。"),
        title=_("登记办结"),
        button=pgettext("matter", "办结"),
    )


@login_required
def escalate(request: HttpRequest, matter: int) -> HttpResponse:
    """The village hands it up; it stays the village's to settle."""
    user: User = request.user  # type: ignore[assignment]
    row = rows.get_matter(user, matter, SETTLE)
    form = SureForm(request.POST or None)
    return _step(
        request,
        row,
        form,
        "escalate",
        make=lambda: actions.escalate_follow_up(by=user, matter=row),
        done=_("已报镇综治办，等回复。这件事仍由村里办结。"),
        title=_("报镇综治办"),
        about=_("综治办会看到哪个组、什么事、什么时候提出的，看不到户。报上去以后仍由村里办结。"),
        button=_("报镇综治办"),
    )


@login_required
def hand_over(request: HttpRequest, matter: int) -> HttpResponse:
    """The village gives it to the room whose business it is."""
    user: User = request.user  # type: ignore[assignment]
    row = rows.get_matter(user, matter, SETTLE)
    names = "、".join(room.name for room in takers(row.lead))
    form = SureForm(request.POST or None)
    return _step(
        request,
        row,
        form,
        "hand_over",
        make=lambda: actions.hand_over_follow_up(by=user, matter=row),
        done=_("已转交。"),
        title=_("转交"),
        about=_("转到{rooms}，由那里登记办理；这里记为已转。").format(rooms=names)
        if names
        else _("现在没有机制接收这类事，仍由本村跟进办结。"),
        button=_("转交"),
    )


@login_required
def answer(request: HttpRequest, matter: int) -> HttpResponse:
    """镇综治办 answers what was handed up."""
    user: User = request.user  # type: ignore[assignment]
    row = reading.matter_for(user, matter)
    if not answers_for(user, row.unit):
        raise Http404
    form = AnswerForm(request.POST or None)
    return _step(
        request,
        row,
        form,
        "answer",
        make=lambda: actions.answer_follow_up(by=user, matter=row, answer=form.cleaned_data["answer"]),
        done=_("已回复，村里会看到。"),
        title=_("回复村里"),
        button=pgettext("matter", "回复"),
    )
