"""The outings: their list with its file, one outing with its doors and versions, confirming and taking one out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache

from sanzhi.domain.periods import Every, closes_on, parse, period_of
from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import word_mark
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import can, require
from sanzhi.kit.receipts.forms import SentOnce, take
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.access import may_change
from sanzhi.mechanisms.visits.forms.keeping import ReasonForm, SureForm
from sanzhi.mechanisms.visits.models import HalfDay, Outcome, Outing, OutingVersion
from sanzhi.mechanisms.visits.queries import reading, rows
from sanzhi.mechanisms.visits.rules import TOPICS
from sanzhi.mechanisms.visits.states import MARKS, OutingState
from sanzhi.mechanisms.visits.views import shown

EXPORT = "visits:export"


def _in_month(found: QuerySet, value: object) -> QuerySet:
    try:
        month = parse(str(value)[:7])
    except Problem:
        return found
    return found.filter(happened_on__range=(month.first, month.last))


def _walkers(outing: Outing) -> str:
    return formats.names([w.post.person.name for w in outing.went.all()])


def _state(code: object) -> object:
    return word_mark(MARKS[OutingState(str(code))])


def _met(outing: Any) -> str:
    return _("{reached}/{doors} 户").format(reached=outing.reached, doors=outing.doors)


_DAY = Column(pgettext_lazy("outing", "哪一天"), "happened_on", sort="happened_on")
_GROUP = Column(gettext_lazy("村民小组"), "unit.short_name", sort="unit__position")
_HALF = Column(gettext_lazy("时段"), lambda o: HalfDay(o.half_day).label.partition("（")[0])
_STATE = Column(
    pgettext_lazy("outing", "状态"), "state", show=_state, export=lambda code: OutingState(str(code)).label
)
_SHOWN = [
    _DAY,
    _GROUP,
    _HALF,
    Column(gettext_lazy("走访人"), _walkers),
    Column(gettext_lazy("见到/走访"), _met),
    _STATE,
    Column(gettext_lazy("录入"), lambda o: o.typist.display_name if o.typist else ""),
]
# Without the name of anybody: what leaves the house as a file says where, when and how many.
EXPORTED = [
    _DAY,
    _GROUP,
    _HALF,
    Column(gettext_lazy("走访户数"), "doors"),
    Column(gettext_lazy("见到户数"), "reached"),
    Column(gettext_lazy("走访人数"), lambda o: len(o.went.all())),
    _STATE,
    Column(gettext_lazy("收到日"), "received_on"),
    Column(gettext_lazy("照走访表录入"), "on_paper"),
    Column(gettext_lazy("是否补录"), lambda o: bool(o.late_reason)),
]


@login_required
def list_page(request: HttpRequest) -> HttpResponseBase:
    """The outings of the villages within reach, the newest first; a file of them names nobody."""
    user: User = request.user  # type: ignore[assignment]
    require(user, rows.DOORS)
    today = clock.today()
    asked = request.GET.get("export") == "xlsx"
    if asked:
        require(user, EXPORT)
    villages = rows.units_within(user, rows.DOORS, today, UnitKind.VILLAGE)
    groups = [g for mine in reading.groups_by_village(villages, today).values() for g in mine]
    this = period_of(Every.MONTH, today)
    months = [this]
    while len(months) < 12:
        months.append(months[-1].previous)
    listing = ListPage(
        columns=EXPORTED if asked else _SHOWN,
        filters=[
            Filter("group", _("村民小组"), "unit_id", choices=[(g.pk, g.short_name) for g in groups]),
            Filter(
                "month",
                _("月份"),
                choices=[(m.code, formats.period(m, today)) for m in months],
                apply=_in_month,
            ),
            Filter("who", _("走访人"), choices=reading.walkers_of(villages, today), apply=reading.of_walker),
            Filter("state", pgettext("outing", "状态"), choices=OutingState.choices),
        ],
        order=("-happened_on",),
        url=lambda outing: reverse("visits:detail", args=[outing.pk]),
        name=_("走访记录"),
        empty=_("这里会列出每次走访：哪天、哪个组、谁去的、走了几户。从“我的小组”点“记走访”登记。"),
        export=can(user, EXPORT),
    )
    found = reading.with_walkers(rows.with_numbers(rows.visible_to(user)))
    waiting = request.GET.get("state") == OutingState.TO_CONFIRM and can(user, "visits:confirm")
    context = {"tabs": shown.tabs_of(request, "waiting" if waiting else "outings")}
    return listing.read(request.GET, found, today, request.path).respond(
        request, _("走访记录"), "visits/list.html", context
    )


# --- one outing -------------------------------------------------------------------------------------------------------


def _lateness(row: Outing, today: dt.date) -> list[str]:
    """For which periods the outing counts, and whether in time."""
    found = []
    for every in (Every.WEEK, Every.MONTH):
        period = period_of(every, row.happened_on)
        late = row.received_on > closes_on(period)
        words = formats.period(period, today)
        found.append(_("{period}（补录）").format(period=words) if late else words)
    return found


def _facts(row: Outing, today: dt.date) -> list[tuple[object, object]]:
    went = [
        _("{name}（{who}代）").format(name=name, who=who) if who else name
        for name, who in rows.walkers_of_outing(row)
    ]
    begins = rows.plans_begin_on(row.town)
    early = begins is not None and row.happened_on < begins
    pairs = [
        (pgettext("outing", "哪一天"), formats.day(row.happened_on, today)),
        (_("时段"), HalfDay(row.half_day).label),
        (_("走访人"), "、".join(went)),
        (_("登记人"), row.author.display_name),
        (_("录入人"), row.typist.display_name if row.typist else ""),
        (_("表号"), row.sheet_number),
        (_("收到时间"), formats.moment(row.received_at, today)),
        (_("计入"), _("方案开始之前，只留存，不计入") if early else "、".join(_lateness(row, today))),
        (_("补录说明"), row.late_reason),
        (_("备注"), row.note),
        (_("确认"), _confirmed(row, today)),
        (_("作废"), _void(row, today)),
    ]
    return [(term, value) for term, value in pairs if value]


def _confirmed(row: Outing, today: dt.date) -> str:
    if row.confirmed_on is None:
        return ""
    return f"{shown.plain_day(row.confirmed_on, today)} {row.confirmed_by.partition(' ')[2]}"


def _void(row: Outing, today: dt.date) -> str:
    return f"{shown.plain_day(row.void_on, today)}：{row.void_reason}" if row.void_on else ""


def _versions(row: Outing, today: dt.date) -> list[tuple[OutingVersion, str, list[str]]]:
    """Each old version: what it said of day and people, and its doors in words."""
    kept = list(row.versions.select_related("by").order_by("-number"))
    numbers = reading.numbers_of({door[0] for v in kept for door in v.content["doors"]})
    people = reading.posts_named({w[0] for v in kept for w in v.content["went"]})
    found = []
    for version in kept:
        said = version.content
        day = shown.plain_day(dt.date.fromisoformat(said["on"]), today)
        names = "、".join(people.get(w[0], "") for w in said["went"])
        head = f"{day} {HalfDay(said['half_day']).label.partition('（')[0]} · {names}"
        doors = sorted(
            f"{numbers.get(household, '–')} {Outcome(outcome).label}"
            + (f"（{'、'.join(TOPICS[t].label for t in topics)}）" if topics else "")
            for household, outcome, topics, _follow, _received in said["doors"]
        )
        found.append((version, head, doors))
    return found


def _doors(row: Outing) -> list[dict[str, Any]]:
    visits = rows.doors_of_outing(row)
    places = reading.doors_behind([v.household_id for v in visits], row.happened_on)
    matters = {m.visit_id: m for m in row.follow_ups.all()}
    lines = []
    for visit in visits:
        stay = places.get(visit.household_id)
        lines.append(
            {
                "visit": visit,
                "who": shown.family(visit.household.contact_surname),
                "door": stay.door if stay else "",
                "order": stay.walk_order if stay else 0,
                "outcome": Outcome(visit.outcome).label,
                "topics": "、".join(TOPICS[t.code].label for t in visit.topics.all()),
                "matter": matters.get(visit.pk),
            }
        )
    return sorted(lines, key=lambda line: (line["order"], line["visit"].household.number))


@never_cache
@login_required
def detail(request: HttpRequest, outing: int) -> HttpResponse:
    """What was recorded, by whom, who typed it in, what it said before, and what may be done."""
    user: User = request.user  # type: ignore[assignment]
    row, today = rows.get_outing(user, outing), clock.today()
    lines = _doors(row)
    shown.looked(request, row.town, (line["visit"].household_id for line in lines), _("查看走访记录"))
    changes = may_change(user, row) and row.state != OutingState.VOID
    confirms = can(user, "visits:confirm", row.unit) and row.state == OutingState.TO_CONFIRM
    context = {
        "outing": row,
        "facts": _facts(row, today),
        "mark": word_mark(MARKS[OutingState(row.state)]),
        "doors": lines,
        "counts": [(code.label, sum(d["visit"].outcome == code for d in lines)) for code in Outcome],
        "versions": _versions(row, today),
        "scans": list(row.scans.select_related("stored").order_by("pk")),
        "may_change": changes,
        "may_confirm": confirms and user.pk not in (row.author_id, row.typist_id),
        "title": _title(row, today),
        "crumbs": [(_("走访记录"), reverse("visits:list"))],
    }
    return render(request, "visits/detail.html", context)


def _title(row: Outing, today: dt.date) -> str:
    return f"{row.unit.short_name} {formats.day(row.happened_on, today)}"


def step_page(
    request: HttpRequest,
    form: SentOnce,
    *,
    name: str,
    subject: Model,
    make: Callable[[], Any],
    find: Callable[[str], Any],
    to: Callable[[Any], str],
    done: str,
    **context: Any,
) -> HttpResponse:
    """A page with one form about one row: taken once, refused with everything typed still there."""
    if request.method == "POST" and form.is_valid():
        by: User = request.user  # type: ignore[assignment]
        taken = take(form, by=by, name=name, subject=subject.pk, make=make, find=find)
        if taken is not None:
            messages.success(request, done, "good")
            return redirect(to(taken))
    shown_now = {"form": form, "kind": "main", "possible": True} | context
    return render(request, "visits/form.html", shown_now, status=422 if form.is_bound else 200)


def _step(request: HttpRequest, row: Outing, form: SentOnce, verb: str, **more: Any) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    address = reverse("visits:detail", args=[row.pk])
    return step_page(
        request,
        form,
        name=f"visits.{verb}",
        subject=row,
        find=lambda key: rows.get_outing(user, int(key)),
        to=lambda taken: reverse("visits:detail", args=[taken.pk]),
        crumbs=[(_("走访记录"), reverse("visits:list")), (_title(row, today), address)],
        **more,
    )


@login_required
def void(request: HttpRequest, outing: int) -> HttpResponse:
    """Take an outing out, with a reason."""
    user: User = request.user  # type: ignore[assignment]
    row = rows.get_outing(user, outing)
    if not may_change(user, row):
        raise Http404
    form = ReasonForm(request.POST or None)
    return _step(
        request,
        row,
        form,
        "void",
        make=lambda: actions.void_outing(by=user, outing=row, reason=form.cleaned_data["reason"]),
        done=_("已作废，不再计算，记录仍可查看。"),
        title=_("作废这次走访"),
        about=_("作废后哪里都不再计算，内容和原因仍可查看。写错了内容的，用“更正”。"),
        button=pgettext("outing", "作废"),
        kind="danger",
        possible=row.state != OutingState.VOID or form.is_bound,
    )


@login_required
def confirm(request: HttpRequest, outing: int) -> HttpResponse:
    """The secretary confirms an outing sent in after its author's term had ended."""
    user: User = request.user  # type: ignore[assignment]
    row = rows.get_outing(user, outing, "visits:confirm")
    form = SureForm(request.POST or None)
    return _step(
        request,
        row,
        form,
        "confirm",
        make=lambda: actions.confirm_outing(by=user, outing=row),
        done=_("已确认，从现在起计算。"),
        title=_("确认这次走访"),
        about=_("{name}任期已满后补传的走访。核对属实后确认，按走访那天计算。").format(
            name=row.author.display_name
        ),
        button=pgettext("outing", "确认"),
        possible=row.state == OutingState.TO_CONFIRM or form.is_bound,
    )
