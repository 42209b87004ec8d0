"""Who looks after which group: groups without anybody first; linking and ending."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.ui.components import Link as To
from sanzhi.kit.access import require
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.access import links_for, of_lead_office
from sanzhi.mechanisms.visits.forms.keeping import EndForm, LinkForm
from sanzhi.mechanisms.visits.queries import reading, rows
from sanzhi.mechanisms.visits.views import shown
from sanzhi.mechanisms.visits.views.outings import step_page

DAY = dt.timedelta(days=1)


def page_of(village: Unit) -> str:
    """The links of a village."""
    return f"{reverse('visits:links')}?village={village.pk}"


@login_required
def links(request: HttpRequest) -> HttpResponse:
    """Groups of a village with who looks after each; those nobody looks after stand first."""
    user: User = request.user  # type: ignore[assignment]
    # Who is linked where is for the village's own people and 综治办; other offices see numbers.
    may_see = "visits:link" if of_lead_office(user) else rows.DOORS
    require(user, may_see)
    today = clock.today()
    villages = rows.units_within(user, may_see, today, UnitKind.VILLAGE)
    by_village = reading.groups_by_village(villages, today)
    every = [g.pk for mine in by_village.values() for g in mine]
    held: dict[int, list] = {}
    for link in reading.links_between(every, today, today):
        if link.post.closed_on is None or link.post.closed_on > today:
            held.setdefault(link.group_id, []).append(link)
    without = {v.pk: sum(g.pk not in held for g in by_village[v.pk]) for v in villages}
    village = shown.unit_asked(request, "village", villages)
    village = village or next((v for v in villages if without[v.pk]), None) or next(iter(villages), None)
    groups = by_village.get(village.pk, []) if village else []
    may = village is not None and links_for(user, village)
    context = {
        "tabs": shown.tabs_of(request, "links"),
        "villages": [
            To(v.short_name, page_of(v), v == village, without[v.pk] or None)
            for v in villages
            if len(villages) > 1
        ],
        "village": village,
        "lines": sorted(((g, held.get(g.pk, [])) for g in groups), key=lambda line: bool(line[1])),
        "without": without.get(village.pk, 0) if village else 0,
        "all_without": sum(without.values()),
        "may": may,
    }
    return render(request, "visits/links.html", context)


@login_required
def add_link(request: HttpRequest, village: int) -> HttpResponse:
    """Let a cadre look after a group from a day on."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    found = next(
        (v for v in rows.units_within(user, "visits:link", today, UnitKind.VILLAGE) if v.pk == village), None
    )
    if found is None or not links_for(user, found):
        raise Http404
    posts = {p.pk: p for p in reading.posts_to_link(found, today)}
    groups = {g.pk: g for g in reading.groups_by_village([found], today)[found.pk]}
    first = {"on": today, "group": request.GET.get("group", "")}
    form = LinkForm(request.POST or None, initial=first)
    form.offer(
        [(pk, f"{p.person.name}（{p.get_kind_display()}）") for pk, p in posts.items()],
        [(pk, g.short_name) for pk, g in groups.items()],
    )

    def make() -> object:
        data = form.cleaned_data
        return actions.link_cadre(
            by=user,
            post=posts[data["post"]],
            group=groups[data["group"]],
            on=data["on"],
            until=data["until"] + DAY if data["until"] else None,
            ground=data["ground"],
        )

    return step_page(
        request,
        form,
        name="visits.link",
        subject=found,
        make=make,
        find=lambda key: rows.get_link(user, int(key)),
        to=lambda _made: page_of(found),
        done=_("已登记联系。从那天起的走访都算数。"),
        title=_("安排联系小组"),
        button=_("登记联系"),
        about=_("一个组可以由几位干部联系，一位干部可以联系几个组。同一人同一组的时间不能重叠。"),
        crumbs=[(_("联系分工"), page_of(found))],
    )


@login_required
def end_link(request: HttpRequest, link: int) -> HttpResponse:
    """Let a link end."""
    user: User = request.user  # type: ignore[assignment]
    row, today = rows.get_link(user, link), clock.today()
    if not links_for(user, row.group):
        raise Http404
    village = rows.village_of(row.group, today) or row.group
    form = EndForm(request.POST or None, initial={"on": today})
    return step_page(
        request,
        form,
        name="visits.end_link",
        subject=row,
        make=lambda: actions.end_link(
            by=user, link=row, on=form.cleaned_data["on"], ground=form.cleaned_data["ground"]
        ),
        find=lambda key: rows.get_link(user, int(key)),
        to=lambda _ended: page_of(village),
        done=_("已结束联系。"),
        title=_("结束联系"),
        button=pgettext("link", "结束"),
        kind="danger",
        about=_("{name} 联系 {group}，{day}起。").format(
            name=row.post.person.name, group=row.group.short_name, day=shown.plain_day(row.opened_on, today)
        ),
        crumbs=[(_("联系分工"), page_of(village))],
    )
