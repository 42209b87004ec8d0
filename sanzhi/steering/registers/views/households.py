"""Households: the list, a group in walking order, one household, and every change of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
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
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people import actions
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import Household, PresenceKind, Stay
from sanzhi.foundation.people.queries import presence_counts, stays_on
from sanzhi.foundation.privacy import reading
from sanzhi.foundation.privacy.masking import mask
from sanzhi.foundation.ui.forms import attach
from sanzhi.foundation.ui.lists import Column, Filter, ListPage, data_table
from sanzhi.kit.access import can, require
from sanzhi.steering.registers import queries
from sanzhi.steering.registers.forms import people as forms
from sanzhi.steering.registers.views.pages import crumbs, form_page, looked, unit_crumb
from sanzhi.steering.registers.views.units import last_day

READ, DOORS, EDIT = "households:read", "households:read_doors", "households:edit"
PLAIN = ["number"]
WHOLE = ["number", "contact_surname", "door", "presence"]

_NUMBER = Column(gettext_lazy("户号"), "household.number", sort="household__number")
_DOORS = [
    Column(gettext_lazy("顺序"), "walk_order", css="s-n"),
    Column(gettext_lazy("门牌"), "door"),
    Column(
        gettext_lazy("联系人"),
        lambda s: f"{s.household.contact_surname}家" if s.household.contact_surname else "",
    ),
    Column(gettext_lazy("在家情况"), lambda s: PresenceKind(s.presence).label if s.presence else ""),
]


def _household_url(stay: Stay) -> str:
    return f"{_households()}{stay.household_id}"


@cache
def _households() -> str:
    # A list names as many addresses as it has rows; what they share is looked up once.
    return reverse("registers:household", args=[0]).removesuffix("0")


def _list(request: HttpRequest, groups: list[tuple[int, str]], doors: bool) -> ListPage:
    """The list for this person: doors, surnames and presence only for whom they are."""
    filters = [
        Filter("number", gettext_lazy("户号"), lookup="household__number__startswith"),
        Filter("group", gettext_lazy("村民小组"), lookup="group_id", choices=groups),
    ]
    if doors:
        kinds = PresenceKind.choices
        filters.append(Filter("presence", gettext_lazy("在家情况"), lookup="presence", choices=kinds))
    names = dict(groups)
    where = Column(_("村民小组"), lambda s: names.get(s.group_id, s.group.short_name), sort="group_id")
    return ListPage(
        columns=[_NUMBER, where, *(_DOORS if doors else ())],
        filters=filters,
        order=("group_id", "walk_order"),
        url=_household_url,
        name=_("户册"),
        empty=_("这里会列出本村的住户，按组和走访顺序排，由村文书登记或从 Excel 导入。"),
        # A file of households leaves by its own door: number and group only, or with another person's approval.
        export=False,
    )


@never_cache
@require_safe
def households(request: HttpRequest) -> HttpResponseBase:
    """Households in reach."""
    require(request.user, READ)
    town, today = queries.town_of(request.user), clock.today()
    doors = can(request.user, DOORS)
    rows = queries.stays_visible_to(request.user, town, today)
    if doors and not queries.whole_town(request.user, DOORS, town):
        # Whoever reads doors of a village and numbers of the town sees here what is wholly theirs.
        mine = queries.within_ids(request.user, DOORS, town)
        rows = rows.filter(group__in=list(mine or ()))
    groups = queries.choices(request.user, DOORS if doors else READ, town, today, UnitKind.GROUP)
    listing = _list(request, groups, doors).read(request.GET, rows, today, request.path)
    shown = (s.household_id for s in listing.rows)
    looked(request, town, "people.household", WHOLE if doors else PLAIN, shown, _("查看户册"), listing.asked)
    context: dict[str, object] = {
        "crumbs": crumbs(),
        "doors": doors,
        "may_ask": can(request.user, "households:export"),
        "plain_export": reverse("registers:export", args=["households"]),
    }
    if can(request.user, EDIT):
        context |= {"action_url": reverse("registers:open_household"), "action_label": _("登记住户")}
    return listing.respond(request, _("户册"), "registers/households.html", context)


@never_cache
@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The households of a group in walking order, or their numbers alone."""
    found = queries.unit_for(request.user, pk, READ)
    today = clock.today()
    doors = can(request.user, DOORS, found)
    rows = list(stays_on(today, [found.pk]))
    town = found.town_or_self or found
    shown = (s.household_id for s in rows)
    looked(
        request,
        town,
        "people.household",
        WHOLE if doors else PLAIN,
        shown,
        _("查看一组的户册"),
        {"group": found.code},
    )
    counts = presence_counts(today, [found.pk]).get(found.pk, {})
    context = {
        "group": found,
        "crumbs": crumbs((_("户册"), reverse("registers:households")), unit_crumb(found)),
        "rows": rows,
        "table": data_table(
            [_NUMBER, *(_DOORS if doors else ())], rows, found.short_name, today, _household_url
        ),
        "counts": [(kind.label, counts.get(kind.value, 0)) for kind in PresenceKind],
        "owed": counts.get("present", 0) + counts.get("seasonal", 0),
        "doors": doors,
        "may": can(request.user, EDIT, found),
    }
    return render(request, "registers/group.html", context)


@never_cache
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """One household: where it stood, and what this person may see and change of it."""
    found, stay = queries.household_for(request.user, pk, READ)
    doors = can(request.user, DOORS, stay.group)
    form = forms.ReasonForm(request.POST or None)
    phone = ""
    may_phone = doors and bool(found.phone)
    if request.method == "POST" and may_phone and form.is_valid():
        try:
            reason = reading.reason_of(form.cleaned_data["reason"])
        except Problem as problem:
            attach(form, problem)
        else:
            looked(request, found.town, "people.household", ["phone"], [found.pk], reason)
            phone = found.phone
    looked(request, found.town, "people.household", WHOLE if doors else PLAIN, [found.pk], _("查看一户"))
    stays, presences = queries.history_of(found)
    context = {
        "household": found,
        "stay": stay,
        "crumbs": crumbs((_("户册"), reverse("registers:households")), unit_crumb(stay.group)),
        "doors": doors,
        "stays": [(s, last_day(s.closed_on)) for s in stays],
        "presences": [(p, last_day(p.closed_on)) for p in presences] if doors else [],
        "masked": mask(found.phone, "phone"),
        "phone": phone,
        "form": form,
        "may_phone": may_phone,
        "may": can(request.user, EDIT, stay.group) and stay.closed_on is None,
    }
    return render(request, "registers/household.html", context)


def _groups(request: HttpRequest) -> list[tuple[int, str]]:
    town = queries.town_of(request.user)
    return queries.choices(request.user, EDIT, town, clock.today(), UnitKind.GROUP)


def _group(request: HttpRequest, pk: int) -> Unit:
    return queries.unit_for(request.user, pk, EDIT)


def open_household(request: HttpRequest) -> HttpResponse:
    """Enter a household."""
    require(request.user, EDIT)
    groups = _groups(request)
    start = {"group": request.GET.get("group", ""), "presence": PresenceKind.PRESENT}

    def act(given: Mapping[str, Any]) -> Household:
        new = NewHousehold(
            number=given["number"],
            group=_group(request, given["group"]),
            door=given["door"],
            walk_order=given["walk_order"] or 0,
            surname=given["surname"],
            phone=given["phone"],
            presence=given["presence"],
        )
        return actions.open_household(by=request.user, household=new, on=given["on"])  # type: ignore[arg-type]

    return form_page(
        request,
        lambda *data: forms.HouseholdForm(*data, today=clock.today(), groups=groups, initial=start),
        act,
        title=_("登记住户"),
        button=_("登记住户"),
        back=reverse("registers:households"),
        done=_("已登记。"),
        way=crumbs((_("户册"), reverse("registers:households"))),
        note=_("只登记户号、门牌和联系人的姓。不登记家庭成员、出生日期和身份证号。"),
        to=lambda made: reverse("registers:household", args=[made.pk]),
    )


def _change(
    request: HttpRequest,
    pk: int,
    make: Callable[..., Any],
    act: Callable[[Household, Stay, Mapping[str, Any]], object],
    title: str,
    button: str,
) -> HttpResponse:
    found, stay = queries.household_for(request.user, pk, EDIT)
    back = reverse("registers:household", args=[found.pk])
    return form_page(
        request,
        lambda *data: make(found, stay, data),
        lambda given: act(found, stay, given),
        title=title.format(number=found.number),
        button=button,
        back=back,
        done=_("已保存。"),
        way=crumbs((_("户册"), reverse("registers:households")), (found.number, back)),
    )


def move_household(request: HttpRequest, pk: int) -> HttpResponse:
    """Another group or door from a day on."""
    groups = _groups(request)
    return _change(
        request,
        pk,
        lambda _found, stay, data: forms.MoveHouseholdForm(
            *data,
            today=clock.today(),
            groups=groups,
            initial={"group": stay.group_id, "door": _door(request, stay), "walk_order": stay.walk_order},
        ),
        lambda found, _stay, given: actions.move_household(
            by=request.user,  # type: ignore[arg-type]
            household=found,
            group=_group(request, given["group"]),
            on=given["on"],
            door=given["door"],
            walk_order=given["walk_order"] or 0,
            ground=given["ground"],
        ),
        _("户号 {number} 迁组"),
        _("保存"),
    )


def _door(request: HttpRequest, stay: Stay) -> str:
    return stay.door if can(request.user, DOORS, stay.group) else ""


def change_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether somebody lives there from a day on."""
    return _change(
        request,
        pk,
        lambda _found, _stay, data: forms.PresenceForm(*data, today=clock.today()),
        lambda found, _stay, given: actions.change_presence(
            by=request.user,  # type: ignore[arg-type]
            household=found,
            kind=given["kind"],
            on=given["on"],
        ),
        _("户号 {number} 的在家情况"),
        _("保存"),
    )


def close_household(request: HttpRequest, pk: int) -> HttpResponse:
    """End a household's registration."""
    return _change(
        request,
        pk,
        lambda _found, _stay, data: forms.CloseHouseholdForm(*data, today=clock.today()),
        lambda found, _stay, given: actions.close_household(
            by=request.user,  # type: ignore[arg-type]
            household=found,
            on=given["on"],
            ground=given["ground"],
        ),
        _("户号 {number} 销户"),
        _("销户"),
    )


def correct_household(request: HttpRequest, pk: int) -> HttpResponse:
    """What was entered wrongly."""

    def start(found: Household, stay: Stay) -> dict[str, object]:
        whole = can(request.user, DOORS, stay.group)
        surname = found.contact_surname if whole else ""
        return {"surname": surname, "door": _door(request, stay), "walk_order": stay.walk_order}

    def act(found: Household, stay: Stay, given: Mapping[str, Any]) -> object:
        whole = can(request.user, DOORS, stay.group)
        return actions.correct_household(
            by=request.user,  # type: ignore[arg-type]
            household=found,
            on=clock.today(),
            # Who does not see what is there leaves it by leaving the field empty.
            surname=given["surname"] if whole or given["surname"] else None,
            door=given["door"] if whole or given["door"] else None,
            walk_order=given["walk_order"],
            phone=given["phone"] or None,
        )

    return _change(
        request,
        pk,
        lambda found, stay, data: forms.CorrectHouseholdForm(*data, initial=start(found, stay)),
        act,
        _("更正户号 {number}"),
        _("保存"),
    )
