"""Units: what there is, the tree, one unit, and every change of it."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.models import Post, PostKind
from sanzhi.foundation.people.queries import head_counts_of, posts_on
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.lists import Column, Filter, ListPage, data_table
from sanzhi.kit.access import can, require
from sanzhi.steering.registers import queries
from sanzhi.steering.registers.gaps import holdings
from sanzhi.steering.registers.views.pages import crumbs, looked

READ, EDIT = "registers:read", "registers:edit"

LIST = ListPage(
    columns=[
        Column(gettext_lazy("名称"), "unit.name"),
        Column(gettext_lazy("类别"), "unit.get_kind_display"),
        Column(gettext_lazy("简称"), "unit.short_name"),
        Column(gettext_lazy("编码"), "unit.code"),
        Column(gettext_lazy("上级单位"), "parent.short_name"),
        Column(gettext_lazy("起"), "opened_on"),
    ],
    filters=[
        Filter("kind", gettext_lazy("类别"), lookup="unit__kind", choices=lambda: UnitKind.choices),
        Filter("name", gettext_lazy("名称"), lookup="unit__name__contains"),
    ],
    order=("path",),
    url=lambda row: reverse("registers:unit", args=[row.unit_id]),
    name=gettext_lazy("机构名册"),
    empty=gettext_lazy("这里会列出本镇的镇直单位、村、网格和村民小组，由管理员登记或从 Excel 导入。"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is registered, and what is missing."""
    require(request.user, READ)
    town, today = queries.town_of(request.user), clock.today()
    held = holdings(request.user, town, today)
    kinds = [
        (k.label, held.units.get(k, 0), f"{reverse('registers:units')}?kind={k.value}") for k in _COUNTED
    ]
    context = {"town": town, "held": held, "kinds": kinds, "can": _rights(request)}
    return render(request, "registers/home.html", context)


_COUNTED = (UnitKind.OFFICE, UnitKind.VILLAGE, UnitKind.GRID, UnitKind.GROUP)


def _rights(request: HttpRequest) -> dict[str, bool]:
    codes = (
        "registers:edit",
        "registers:edit_posts",
        "households:read",
        "households:edit",
        "households:export",
    )
    return {code.replace(":", "_"): can(request.user, code) for code in codes} | {
        "decide": can(request.user, "households:approve_export")
    }


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """The town's units as they hang, closed until somebody opens them."""
    require(request.user, READ)
    town = queries.town_of(request.user)
    nodes = queries.tree(request.user, town, clock.today())
    offices = [n for n in nodes if n.unit.kind == UnitKind.OFFICE]
    context = {
        "crumbs": crumbs(),
        "town": town,
        "offices": offices,
        "villages": [n for n in nodes if n.unit.kind != UnitKind.OFFICE],
        "doors": can(request.user, "households:read"),
    }
    return render(request, "registers/tree.html", context)


@require_safe
def units(request: HttpRequest) -> HttpResponseBase:
    """All units as a list."""
    require(request.user, READ)
    town, today = queries.town_of(request.user), clock.today()
    rows = queries.units_visible_to(request.user, town, today)
    context: dict[str, object] = {"crumbs": crumbs()}
    if can(request.user, EDIT):
        context |= {"action_url": reverse("registers:open_unit"), "action_label": _("登记单位")}
    listing = LIST.read(request.GET, rows, today, request.path)
    return listing.respond(request, _("机构名册"), "registers/list.html", context)


@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: names, places, posts, numbers, and what may be done with it."""
    found = queries.unit_for(request.user, pk, READ)
    today = clock.today()
    posts = list(posts_on(today, unit=found).order_by("kind", "opened_on"))
    town = found.town_or_self or found
    looked(request, town, "people.person", ["name"], (p.person_id for p in posts), _("查看单位任职"))
    places = list(queries.placements_of(found))
    stands = bool(places) and (places[0].closed_on is None or places[0].closed_on > today)
    context = {
        "unit": found,
        "crumbs": crumbs((_("单位"), reverse("registers:tree"))),
        "facts": _facts(found, places, today),
        "stands": stands,
        "aliases": list(found.aliases.order_by("name")),
        "members": queries.members_of(found, today),
        "posts": posts,
        "post_table": data_table(POST_COLUMNS, posts, _("在任"), today, _person_url),
        "counts": list(head_counts_of(found)),
        "count_columns": COUNT_COLUMNS,
        "places": places,
        "place_columns": PLACE_COLUMNS,
        "successions": list(queries.successions_of(found)),
        "may": can(request.user, EDIT, found) and found.kind not in (UnitKind.COUNTY, UnitKind.TOWN),
        "may_posts": can(request.user, "registers:edit_posts", found),
        "is_group": found.kind == UnitKind.GROUP and can(request.user, "households:read", found),
    }
    return render(request, "registers/unit.html", context)


def _person_url(post: Post) -> str:
    return reverse("registers:person", args=[post.person_id])


def last_day(closed_on: dt.date | None) -> dt.date | None:
    """The inclusive last day of a half-open span; None while it runs."""
    return closed_on - dt.timedelta(days=1) if closed_on is not None else None


POST_COLUMNS = [
    Column(gettext_lazy("姓名"), "person.name"),
    Column(gettext_lazy("职务"), lambda p: PostKind(p.kind).label),
    Column(gettext_lazy("村“两委”成员"), "two_committees"),
    Column(gettext_lazy("任职起"), "opened_on"),
    Column(gettext_lazy("届满日"), "term_ends_on"),
]
COUNT_COLUMNS = [
    Column(gettext_lazy("口径"), "what"),
    Column(gettext_lazy("人数"), "count", css="s-n"),
    Column(gettext_lazy("统计日"), "counted_on"),
    Column(gettext_lazy("来源"), "source"),
]
PLACE_COLUMNS = [
    Column(gettext_lazy("上级单位"), "parent.short_name"),
    Column(gettext_lazy("起"), "opened_on"),
    Column(gettext_lazy("最后一天"), lambda p: last_day(p.closed_on)),
    Column(gettext_lazy("依据"), "ground"),
]


def _facts(unit: Unit, places: list, today: dt.date) -> list[tuple[str, object]]:
    here = next(
        (p for p in places if p.opened_on <= today and (p.closed_on is None or p.closed_on > today)), None
    )
    pairs: list[tuple[str, object]] = [
        (_("类别"), UnitKind(unit.kind).label),
        (_("全称"), unit.name),
        (_("简称"), unit.short_name),
        (_("编码"), unit.code),
        (_("上级单位"), here.parent.short_name if here is not None and here.parent is not None else None),
    ]
    if unit.kind == UnitKind.OFFICE:
        pairs.append((_("镇直单位名单"), _("列入") if queries.is_town_unit(unit, today) else _("没有列入")))
        pairs.append((_("管理"), _("县级部门管理，镇里只协调") if unit.answers_to_county else _("镇里管理")))
    if here is None and places:
        ended = last_day(places[0].closed_on)
        pairs.append((_("最后一天"), formats.day(ended, today)))
    return pairs
