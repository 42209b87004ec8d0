"""Events that exempt: the list, entering one with a look at what it will exempt, its page, taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.forms import attach
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import can, require
from sanzhi.kit.ledger.events.actions import covered_by, enter_event, revoke_event
from sanzhi.kit.ledger.events.matching import Covered, TaskKey, touched
from sanzhi.kit.ledger.events.models import Event, EventKind
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import visible_to
from sanzhi.steering.registers import happenings, queries
from sanzhi.steering.registers.forms.events import EventForm, RevokeForm
from sanzhi.steering.registers.views.pages import crumbs, form_page, period_words

READ, ENTER = "events:read", "events:enter"

LIST = ListPage(
    columns=[
        Column(gettext_lazy("名称"), "name"),
        Column(gettext_lazy("种类"), "get_kind_display"),
        Column(gettext_lazy("第一天"), "opened_on", sort="opened_on"),
        Column(gettext_lazy("最后一天"), "last_on"),
        Column(gettext_lazy("村"), lambda e: "、".join(r.unit.short_name for r in e.struck.all())),
        Column(gettext_lazy("任务"), lambda e: len(e.tasks.all()), css="s-n"),
        Column(gettext_lazy("免除"), "freed", css="s-n"),
        Column(gettext_lazy("状态"), lambda e: _("已撤销") if e.revoked_on else _("有效")),
    ],
    filters=[
        Filter("kind", gettext_lazy("种类"), choices=lambda: EventKind.choices),
        Filter(
            "state",
            gettext_lazy("状态"),
            choices=lambda: [("open", _("有效")), ("revoked", _("已撤销"))],
            apply=lambda rows, value: rows.filter(revoked_on__isnull=value == "open"),
        ),
    ],
    order=("-opened_on",),
    url=lambda row: reverse("registers:event", args=[row.pk]),
    name=gettext_lazy("免除事件"),
    empty=gettext_lazy(
        "这里会列出洪涝、疫情、森林火灾等事件。登记一次，受影响的村和任务就一起免除，由牵头单位登记。"
    ),
)


@dataclass
class Line:
    """What of one requirement is exempt: its periods, in how many villages, how many obligations."""

    task: str
    what: str
    periods: list[str] = field(default_factory=list)
    villages: list[str] = field(default_factory=list)
    number: int = 0


def lines_of(found: Iterable[Obligation], today: dt.date) -> list[Line]:
    """Obligations told by requirement."""
    lines: dict[int, Line] = {}
    for one in found:
        line = lines.setdefault(one.requirement_id, Line(str(one.requirement.task), one.requirement.what))
        line.number += 1
        for known, word in (
            (line.periods, period_words(one.period, one.due_on, today)),
            (line.villages, one.unit.short_name),
        ):
            if word not in known:
                known.append(word)
    return list(lines.values())


def _way(*more: tuple[str, str]) -> list:
    return crumbs((_("免除事件"), reverse("registers:events")), *more)


@require_safe
def events(request: HttpRequest) -> HttpResponseBase:
    """All events of the town, revoked ones too."""
    require(request.user, READ)
    town = queries.town_of(request.user)
    context: dict[str, object] = {"crumbs": crumbs()}
    if can(request.user, ENTER):
        context |= {"action_url": reverse("registers:enter_event"), "action_label": _("登记事件")}
    listing = LIST.read(request.GET, happenings.events_of(town), clock.today(), request.path)
    return listing.respond(request, _("免除事件"), "registers/list.html", context)


def enter(request: HttpRequest) -> HttpResponse:
    """The form; then what it will exempt; then the act."""
    require(request.user, ENTER)
    user: User = request.user  # type: ignore[assignment]
    town, today = queries.town_of(user), clock.today()
    form = EventForm(
        request.POST or None,
        today=today,
        villages=queries.choices(user, ENTER, town, today, UnitKind.VILLAGE),
        tasks=happenings.task_choices(town, user),
    )
    if request.method != "POST" or not form.is_valid() or request.POST.get("step") == "edit":
        return _form(request, form)
    given = form.cleaned_data
    villages = [queries.unit_for(user, pk, ENTER) for pk in given["villages"]]
    tasks = {happenings.task_key(value) for value in given["tasks"]}
    try:
        covered = covered_by(town, first=given["first"], last=given["last"], villages=villages, tasks=tasks)
        if request.POST.get("step") != "act":
            return _preview(request, form, town, covered, villages, tasks)
        made = enter_event(
            by=user,
            town=town,
            kind=given["kind"],
            name=given["name"],
            first=given["first"],
            last=given["last"],
            villages=villages,
            tasks=tasks,
            ground=given["ground"],
            today=today,
        )
    except Problem as problem:
        attach(form, problem)
        return _form(request, form)
    number = made.exempted.count()
    messages.success(request, _("已登记，免除{n}项。").format(n=number), extra_tags="good")
    return redirect("registers:event", pk=made.pk)


def _form(request: HttpRequest, form: EventForm) -> HttpResponse:
    context = {
        "form": form,
        "title": _("登记免除事件"),
        "button": _("下一步：看免除哪些"),
        "back": reverse("registers:events"),
        "crumbs": _way(),
        "note": _(
            "事件盖住一个周期一半以上的天数，或截止日在事件里，这一项就免除；以后新产生的也照此办。只碰到几天的仍然应办。"
        ),
    }
    return render(request, "registers/form.html", context)


def _preview(
    request: HttpRequest,
    form: EventForm,
    town: Unit,
    covered: Covered,
    villages: Sequence[Unit],
    tasks: set[TaskKey],
) -> HttpResponse:
    today, given = clock.today(), form.cleaned_data
    found = touched(town, covered)
    exempt = [o for o in found if covered.exempts(o)]
    known = happenings.exempt_already(exempt)
    new = [o for o in exempt if o.pk not in known]
    context = {
        "title": _("这次会免除{n}项").format(n=len(new)),
        "crumbs": _way(),
        "kept": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
        "facts": [
            (_("事件"), f"{given['name']}（{EventKind(given['kind']).label}）"),
            (_("日期"), formats.span(given["first"], given["last"], today)),
            (_("村"), "、".join(u.short_name for u in villages)),
            (_("任务"), _("{n}条").format(n=len(tasks))),
            (_("依据"), given["ground"]),
        ],
        "lines": lines_of(new, today),
        "number": len(new),
        "known": len(known),
        "owed": len(found) - len(exempt),
        "back": reverse("registers:events"),
    }
    return render(request, "registers/event_preview.html", context)


def _found(request: HttpRequest, pk: int, code: str) -> Event:
    require(request.user, code)
    town = queries.town_of(request.user)
    event = happenings.events_of(town).filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: days, villages, ground, and what it exempts now, as far as somebody may read it."""
    found = _found(request, pk, READ)
    today = clock.today()
    mine = visible_to(request.user, found.town)  # type: ignore[arg-type]
    exempt = happenings.exempt_by(found, mine)
    by = found.entered_by.partition(" ")[2] or found.entered_by
    facts = [
        (_("种类"), EventKind(found.kind).label),
        (_("日期"), formats.span(found.opened_on, found.last_on, today)),
        (_("村"), "、".join(r.unit.short_name for r in found.struck.all())),
        (_("依据"), found.ground),
        (
            _("登记"),
            f"{by} · {formats.day(found.entered_on, today)}"
            + (_("（代牵头单位登记）") if found.for_lead_unit else ""),
        ),
    ]
    if found.revoked_on is not None:
        who = found.revoked_by.partition(" ")[2] or found.revoked_by
        facts.append((_("撤销"), f"{who} · {formats.day(found.revoked_on, today)} · {found.revoked_reason}"))
    context = {
        "event": found,
        "crumbs": _way(),
        "facts": facts,
        "tasks": happenings.tasks_of(found),
        "lines": lines_of(exempt, today),
        "number": len(exempt),
        "may": found.revoked_on is None and can(request.user, ENTER),
    }
    return render(request, "registers/event.html", context)


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an event back."""
    found = _found(request, pk, ENTER)
    back = reverse("registers:event", args=[found.pk])
    return form_page(
        request,
        lambda *data: RevokeForm(*data),
        lambda given: revoke_event(
            by=request.user,  # type: ignore[arg-type]
            event=found,
            reason=given["reason"],
            today=clock.today(),
        ),
        title=_("撤销事件“{name}”").format(name=found.name),
        button=_("撤销"),
        back=back,
        done=_("已撤销，它免除的项目重新应办。"),
        way=_way((found.name, back)),
        note=_("它免除的{n}项会重新应办；别的事件也盖住的，仍然免除。逐项豁免的不受影响。").format(
            n=found.freed
        ),
    )
