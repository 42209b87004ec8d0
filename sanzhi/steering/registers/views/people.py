"""People and their posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.queries import terms_of
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.people import actions
from sanzhi.foundation.people.models import Person, Post, PostKind
from sanzhi.foundation.privacy import reading
from sanzhi.foundation.privacy.masking import mask
from sanzhi.foundation.ui.forms import attach
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import can, require
from sanzhi.steering.registers import queries
from sanzhi.steering.registers.forms import people as forms
from sanzhi.steering.registers.views.leaves import leave_lines
from sanzhi.steering.registers.views.pages import crumbs, form_page, looked, person_way, unit_crumb
from sanzhi.steering.registers.views.units import last_day

READ, EDIT, PHONES = "registers:read", "registers:edit_posts", "registers:read_phones"
_KINDS = tuple(UnitKind.values)

LIST = ListPage(
    columns=[
        Column(gettext_lazy("姓名"), "person.name", sort="person__name"),
        Column(gettext_lazy("单位"), "unit.short_name", sort="unit_id"),
        Column(gettext_lazy("职务"), lambda p: PostKind(p.kind).label),
        Column(gettext_lazy("村“两委”成员"), "two_committees"),
        Column(gettext_lazy("任职起"), "opened_on"),
        Column(gettext_lazy("届满日"), "term_ends_on"),
    ],
    filters=[
        Filter("name", gettext_lazy("姓名"), lookup="person__name__startswith"),
        Filter("kind", gettext_lazy("职务"), choices=lambda: PostKind.choices),
        Filter(
            "both",
            gettext_lazy("村“两委”"),
            choices=lambda: [("yes", _("只看村“两委”成员"))],
            apply=lambda rows, _value: rows.filter(two_committees=True),
        ),
    ],
    order=("unit_id", "kind"),
    url=lambda row: reverse("registers:person", args=[row.person_id]),
    name=gettext_lazy("人员任职"),
    empty=gettext_lazy("这里会列出在任的村干部、网格员、小组长和镇直单位人员，由管理员或村文书登记。"),
)


@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """Who holds which post today."""
    require(request.user, READ)
    town, today = queries.town_of(request.user), clock.today()
    listing = LIST.read(request.GET, queries.posts_visible_to(request.user, town, today), today, request.path)
    if request.GET.get("export") == "xlsx":
        shown = listing.all_rows.values_list("person_id", flat=True)
        looked(request, town, "people.person", ["name"], shown, _("导出人员任职"), listing.asked)
    else:
        looked(
            request,
            town,
            "people.person",
            ["name"],
            (p.person_id for p in listing.rows),
            _("查看人员任职"),
            listing.asked,
        )
    context: dict[str, object] = {"crumbs": crumbs()}
    if can(request.user, EDIT):
        context |= {"action_url": reverse("registers:register_person"), "action_label": _("登记人员")}
    return listing.respond(request, _("人员任职"), "registers/list.html", context)


@never_cache
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts, and the phone masked until somebody says why they need it."""
    found = queries.person_for(request.user, pk, READ)
    form = forms.ReasonForm(request.POST or None)
    phone = ""
    may_phone = _may(request, found, PHONES)
    if request.method == "POST" and may_phone and form.is_valid():
        try:
            reason = reading.reason_of(form.cleaned_data["reason"])
        except Problem as problem:
            attach(form, problem)
        else:
            looked(request, found.town, "people.person", ["phone"], [found.pk], reason)
            phone = found.phone
    posts = list(queries.posts_of(found))
    leaves = queries.leaves_of(found)
    seen = [row.stand_in_id for rows in leaves.values() for row in rows if row.stand_in_id]
    looked(request, found.town, "people.person", ["name"], [found.pk, *seen], _("查看人员"))
    account = queries.account_of(request.user, found)  # type: ignore[arg-type]
    if account is not None:
        looked(request, found.town, "people.person", ["username"], [found.pk], _("查看人员的账号"))
    context = {
        "person": found,
        "account": account,
        "terms": terms_of(account, clock.today()) if account is not None else [],
        "keeps_accounts": can(request.user, "registers:edit", found.town),
        "crumbs": crumbs((_("人员"), reverse("registers:people"))),
        "masked": mask(found.phone, "phone"),
        "phone": phone,
        "form": form,
        "may_phone": may_phone and bool(found.phone),
        "may": _may(request, found, EDIT),
        "posts": [
            (post, last_day(post.closed_on), post.closed_on is None and can(request.user, EDIT, post.unit))
            for post in posts
        ],
        "leaves": leave_lines(request.user, posts, leaves, clock.today()),  # type: ignore[arg-type]
    }
    return render(request, "registers/person.html", context)


def _may(request: HttpRequest, found: Person, code: str) -> bool:
    if not can(request.user, code):
        return False
    if queries.whole_town(request.user, code, found.town):
        return True
    return any(can(request.user, code, post.unit) for post in queries.posts_of(found))


def _units(request: HttpRequest) -> list[tuple[int, str]]:
    town = queries.town_of(request.user)
    return queries.choices(request.user, EDIT, town, clock.today(), *_KINDS)


def register_person(request: HttpRequest) -> HttpResponse:
    """Enter a person with a first post."""
    require(request.user, EDIT)
    town, units = queries.town_of(request.user), _units(request)

    def act(given: Mapping[str, Any]) -> Post:
        new = actions.NewPost(
            unit=queries.unit_for(request.user, given["unit"], EDIT),
            kind=given["kind"],
            opened_on=given["on"],
            name=given["name"],
            phone=given["phone"],
            two_committees=given["two_committees"],
            term_ends_on=given["term_ends_on"],
        )
        (post,) = actions.open_posts(by=request.user, town=town, posts=[new])  # type: ignore[arg-type]
        return post

    return form_page(
        request,
        lambda *data: forms.NewPersonForm(
            *data, today=clock.today(), units=units, initial={"unit": request.GET.get("unit", "")}
        ),
        act,
        title=_("登记人员"),
        button=_("登记人员"),
        back=reverse("registers:people"),
        done=_("已登记。"),
        way=crumbs((_("人员"), reverse("registers:people"))),
        note=_("只登记有职务、账号或办事角色的人。居民不在这里登记。"),
        to=lambda post: reverse("registers:person", args=[post.person_id]),
    )


def correct_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct name or phone."""
    found = queries.person_for(request.user, pk, EDIT)

    def act(given: Mapping[str, Any]) -> object:
        phone = "" if given["forget_phone"] else given["phone"] or None
        return actions.correct_person(by=request.user, person=found, name=given["name"], phone=phone)  # type: ignore[arg-type]

    return form_page(
        request,
        lambda *data: forms.CorrectPersonForm(*data, initial={"name": found.name}),
        act,
        title=_("修改{name}的登记").format(name=found.name),
        button=_("保存"),
        back=reverse("registers:person", args=[found.pk]),
        done=_("已保存。"),
        way=person_way(found),
    )


def open_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A further post of a person."""
    found = queries.person_for(request.user, pk, EDIT)
    units = _units(request)

    def act(given: Mapping[str, Any]) -> Post:
        return actions.open_post(
            by=request.user,  # type: ignore[arg-type]
            person=found,
            unit=queries.unit_for(request.user, given["unit"], EDIT),
            kind=given["kind"],
            on=given["on"],
            two_committees=given["two_committees"],
            term_ends_on=given["term_ends_on"],
        )

    return form_page(
        request,
        lambda *data: forms.PostForm(*data, today=clock.today(), units=units),
        act,
        title=_("给{name}加职务").format(name=found.name),
        button=_("加职务"),
        back=reverse("registers:person", args=[found.pk]),
        done=_("已加职务。"),
        way=person_way(found),
    )


def close_post(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post."""
    post = queries.post_for(request.user, pk, EDIT)

    def act(given: Mapping[str, Any]) -> object:
        on = given["last"] + dt.timedelta(days=1)
        return actions.close_post(by=request.user, post=post, on=on, ground=given["ground"])  # type: ignore[arg-type]

    return form_page(
        request,
        lambda *data: forms.ClosePostForm(*data, today=clock.today(), initial={"last": clock.today()}),
        act,
        title=_("结束{name}的{post}任职").format(name=post.person.name, post=PostKind(post.kind).label),
        button=_("结束任职"),
        back=reverse("registers:person", args=[post.person_id]),
        done=_("已结束任职。"),
        way=[*person_way(post.person)],
    )


def correct_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a post that runs."""
    post = queries.post_for(request.user, pk, EDIT)
    start = {
        "two_committees": post.two_committees,
        "opened_on": post.opened_on,
        "term_ends_on": post.term_ends_on,
    }
    return form_page(
        request,
        lambda *data: forms.CorrectPostForm(*data, initial=start),
        lambda given: actions.correct_post(by=request.user, post=post, **given),  # type: ignore[arg-type]
        title=_("修改{name}的任职").format(name=post.person.name),
        button=_("保存"),
        back=reverse("registers:person", args=[post.person_id]),
        done=_("已保存。"),
        way=[*person_way(post.person), *crumbs(unit_crumb(post.unit))[1:]],
    )
