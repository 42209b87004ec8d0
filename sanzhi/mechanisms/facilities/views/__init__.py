"""Pages of sites: the list, coverage by village, a site with its stages, and one form per step."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation import clock
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import word_mark
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import can, require
from sanzhi.kit.receipts.actions import drafts_of, open_draft
from sanzhi.kit.receipts.forms import discarded, take
from sanzhi.mechanisms.facilities import actions, queries
from sanzhi.mechanisms.facilities.forms import PlanForm
from sanzhi.mechanisms.facilities.kinds import SiteKind
from sanzhi.mechanisms.facilities.states import FINDING_MARKS, MARKS, Finding, SiteState
from sanzhi.mechanisms.facilities.views import grid, shown
from sanzhi.mechanisms.facilities.views.notes import note_step, uses
from sanzhi.mechanisms.facilities.views.steps import STEPS, may

__all__ = ["coverage", "detail", "list_page", "note_step", "plan", "step", "uses"]


def _state(code: object) -> object:
    return word_mark(MARKS[SiteState(str(code))])


def _condition(code: object) -> object:
    return word_mark(FINDING_MARKS[Finding(str(code))])


def _day(day: object, today: dt.date) -> str:
    return formats.day(day, today, with_weekday=False) if isinstance(day, dt.date) else formats.NOTHING


@login_required
def list_page(request: HttpRequest) -> HttpResponseBase:
    """The sites of the villages within reach, the newest first."""
    require(request.user, "facilities:read")
    today = clock.today()
    villages = queries.villages_within(request.user, "facilities:read", today)
    filters = [
        Filter("kind", pgettext("site", "种类"), choices=SiteKind.choices),
        Filter("state", pgettext("site", "进度"), choices=SiteState.choices),
        Filter("condition", pgettext("site", "现状"), choices=Finding.choices),
    ]
    if len(villages) > 1:
        filters.append(
            Filter(
                "village",
                pgettext("unit kind", "村"),
                "unit_id",
                choices=[(v.pk, v.short_name) for v in villages],
            )
        )
    page = ListPage(
        columns=[
            Column(_("名称"), "name"),
            *([Column(pgettext("unit kind", "村"), "unit.short_name")] if len(villages) != 1 else []),
            Column(pgettext("site", "种类"), "get_kind_display"),
            Column(
                pgettext("site", "进度"), "state", show=_state, export=lambda code: SiteState(str(code)).label
            ),
            Column(
                pgettext("site", "现状"),
                lambda site: site.condition or None,
                show=_condition,
                export=lambda code: Finding(str(code)).label,
            ),
            Column(_("建成日"), "built_on", show=lambda day: _day(day, today)),
            Column(_("验收日"), "accepted_on", show=lambda day: _day(day, today)),
        ],
        filters=filters,
        url=lambda site: reverse("facilities:detail", args=[site.pk]),
        name=_("阵地与设施"),
        empty=_("这里会列出视频点、调解工作室、法律服务室、示范点等，由村里登记，牵头单位验收。"),
    )
    context: dict[str, Any] = {"tabs": shown.tabs_of(request, "list")}
    if can(request.user, "facilities:record"):
        context |= {"action_url": reverse("facilities:plan"), "action_label": _("登记一个点")}
    rows = queries.visible_to(request.user)
    return page.read(request.GET, rows, today, request.path).respond(
        request, _("阵地与设施"), "facilities/list.html", context
    )


@login_required
def coverage(request: HttpRequest) -> HttpResponse:
    """Villages × kinds on a day: how far each is, how many villages are covered, how many sites accepted of those set."""
    require(request.user, "facilities:read")
    today = clock.today()
    day, told = grid.day_asked(request.GET, today)
    villages = queries.villages_within(request.user, "facilities:read", day)
    page = grid.page_asked(request.GET, villages)
    kind = request.GET.get("kind", "")
    kind = kind if kind in SiteKind else ""
    town = request.user.town
    whole = town is not None and can(request.user, "facilities:read", town)
    context = grid.coverage_table(town, villages, page, day, today, kind, whole)
    context |= grid.pages(request.GET, page, villages)
    context |= {
        "tabs": shown.tabs_of(request, "coverage"),
        "day": day,
        "told": told,
        "past": day < today,
        "whole": whole,
    }
    return render(request, "facilities/coverage.html", context)


@login_required
def plan(request: HttpRequest) -> HttpResponse:
    """A village enters a site into its plan of sites."""
    require(request.user, "facilities:record")
    today = clock.today()
    villages = queries.villages_within(request.user, "facilities:record", today)
    if discarded(request, "facilities.plan", "new"):
        return redirect("facilities:plan")
    draft = open_draft(request.user, "facilities.plan", "new", request.GET.get("draft", ""))
    initial = {k: request.GET[k] for k in ("kind",) if request.GET.get(k) in SiteKind}
    form = PlanForm(request.POST or None, initial=initial | (draft.content if draft else {}))
    form.offer(villages)
    if request.method == "POST" and form.is_valid():
        said = {k: v for k, v in form.words().items() if k != "unit"}
        site = take(
            form,
            by=request.user,
            name="facilities.plan",
            subject="new",
            make=lambda: actions.plan_site(
                by=request.user, unit=form.villages[form.cleaned_data["unit"]], on=today, **said
            ),
            find=lambda key: queries.get_site(request.user, int(key)),
            draft=draft,
        )
        if site is not None:
            messages.success(
                request, _("已登记“{name}”。建成后在这里登记建成并报验。").format(name=site.name), "good"
            )
            return redirect("facilities:detail", site.pk)
    context = {
        "form": form,
        "title": _("登记一个点"),
        "button": pgettext("site", "登记"),
        "kind": "main",
        "possible": True,
        "drafts": [] if draft else drafts_of(request.user, "facilities.plan", "new"),
        "crumbs": [(_("阵地与设施"), reverse("facilities:list"))],
    }
    return render(request, "facilities/form.html", context, status=422 if form.is_bound else 200)


@login_required
def detail(request: HttpRequest, site: int) -> HttpResponse:
    """A site: its stages, its check list with sources, what was done by whom, and the steps possible now."""
    row = queries.get_site(request.user, site)
    return render(request, "facilities/detail.html", shown.site_page(request.user, row, clock.today()))


@login_required
def step(request: HttpRequest, site: int, step: str) -> HttpResponse:
    """The form of one step; what is not possible now says so instead of a form."""
    chosen = STEPS.get(step)
    if chosen is None:
        raise Http404(step)
    row = queries.get_site(request.user, site)
    if not may(request.user, row, chosen):
        # Who sees the site and may not do this gets the same answer as a stranger.
        raise Http404(step)
    today, name = clock.today(), f"facilities.{chosen.slug}"
    if discarded(request, name, row.pk):
        return redirect("facilities:step", row.pk, chosen.slug)
    draft = open_draft(request.user, name, str(row.pk), request.GET.get("draft", ""))
    form = chosen.form(request.POST or None)
    form.prepare(row, today, queries.closed_stage(row, today))
    if draft is not None:
        form.initial |= draft.content
    if request.method == "POST" and form.is_valid():
        taken = take(
            form,
            by=request.user,
            name=name,
            subject=row.pk,
            make=lambda: chosen.act(request.user, row, form.words(), today),
            find=lambda key: queries.get_site(request.user, int(key)),
            draft=draft,
        )
        if taken is not None:
            messages.success(request, chosen.done.format(name=row.name), "good")
            return redirect("facilities:detail", row.pk)
    context: dict[str, Any] = {
        "form": form,
        "site": row,
        "title": chosen.title_for(row),
        "about": chosen.about,
        "button": chosen.button,
        "kind": chosen.look,
        "possible": chosen.possible(row),
        "drafts": [] if draft else drafts_of(request.user, name, str(row.pk)),
        "crumbs": [
            (_("阵地与设施"), reverse("facilities:list")),
            (row.name, reverse("facilities:detail", args=[row.pk])),
        ],
    }
    return render(request, "facilities/form.html", context, status=422 if form.is_bound else 200)
