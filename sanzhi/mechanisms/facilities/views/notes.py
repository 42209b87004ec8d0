"""Pages of what took place at the sites: the list of uses, and the forms that mend or void a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.domain.periods import Every, period_of
from sanzhi.foundation import clock
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import require
from sanzhi.kit.receipts.forms import take
from sanzhi.mechanisms.facilities import queries
from sanzhi.mechanisms.facilities.kinds import SiteKind
from sanzhi.mechanisms.facilities.models import SiteUse
from sanzhi.mechanisms.facilities.views import shown
from sanzhi.mechanisms.facilities.views.steps import NOTE_STEPS


def _when(use: SiteUse) -> str:
    today = clock.today()
    if use.whole_month:
        return _("{month}合计").format(month=formats.period(period_of(Every.MONTH, use.happened_on), today))
    return formats.day(use.happened_on, today)


def _what(use: SiteUse) -> object:
    if use.void_on is None:
        return use.what
    return format_html("<del>{}</del> <small>{}：{}</small>", use.what, _("已作废"), use.void_reason)


@login_required
def uses(request: HttpRequest) -> HttpResponseBase:
    """What took place at the sites within reach, the newest day first; void notes are there and say so."""
    require(request.user, "facilities:read")
    today = clock.today()
    villages = queries.villages_within(request.user, "facilities:read", today)
    filters = [
        Filter("kind", pgettext("site", "种类"), "site__kind", choices=SiteKind.choices),
        Filter("since", _("不早于"), "happened_on__gte", kind="day"),
        Filter("until", _("不晚于"), "happened_on__lte", kind="day"),
    ]
    if len(villages) > 1:
        choices = [(v.pk, v.short_name) for v in villages]
        filters.insert(1, Filter("village", pgettext("unit kind", "村"), "unit_id", choices=choices))
    page = ListPage(
        columns=[
            Column(_("点位"), "site.name"),
            *([Column(pgettext("unit kind", "村"), "unit.short_name")] if len(villages) != 1 else []),
            Column(pgettext("use", "哪一天"), _when),
            Column(_("开展了什么"), _what, export=lambda said: said),
            Column(pgettext("use", "次数"), "times", css="s-n"),
            Column(_("参加人数"), "people", css="s-n"),
            Column(_("记录人"), "author.display_name"),
        ],
        filters=filters,
        order=("-happened_on",),
        url=lambda use: reverse("facilities:detail", args=[use.site_id]),
        name=_("阵地使用记录"),
        empty=_("这里会列出各类阵地开展的活动，由村里在点位页面上登记。"),
    )
    rows = queries.uses_visible_to(request.user)
    return page.read(request.GET, rows, today, request.path).respond(
        request, _("阵地与设施"), "facilities/list.html", {"tabs": shown.tabs_of(request, "uses")}
    )


def note_step(sort: str, slug: str) -> Callable[..., HttpResponse]:
    """The page of one step about one sort of notes; what is not possible now says so instead of a form."""
    chosen = NOTE_STEPS[slug]

    @login_required
    def page(request: HttpRequest, **key: int) -> HttpResponse:
        note = queries.get_note(request.user, sort, next(iter(key.values())))
        if not chosen.may(request.user, note):
            raise Http404(slug)
        site, today = note.site, clock.today()
        form = chosen.form(request.POST or None)
        form.prepare(site, today, None)
        possible = chosen.possible(note)
        if request.method == "POST" and form.is_valid():
            taken = take(
                form,
                by=request.user,
                name=f"facilities.{slug}_{sort}",
                subject=note.pk,
                make=lambda: chosen.act(request.user, note, form.words()),
                find=lambda number: queries.get_note(request.user, sort, int(number)),
            )
            if taken is not None:
                messages.success(request, chosen.done, "good")
                return redirect("facilities:detail", site.pk)
        context: dict[str, Any] = {
            "form": form,
            "site": site,
            "title": chosen.title,
            "about": f"{formats.day(note.happened_on, today)}：{shown.in_words(note, today)}",
            "button": chosen.button,
            "kind": chosen.look,
            "possible": possible,
            "crumbs": [
                (_("阵地与设施"), reverse("facilities:list")),
                (site.name, reverse("facilities:detail", args=[site.pk])),
            ],
        }
        return render(request, "facilities/form.html", context, status=422 if form.is_bound else 200)

    return page
