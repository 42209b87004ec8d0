"""联户互助: contact lists that households join freely; set up, joined, left, printed. And a number looked at with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.models import Household, PostKind
from sanzhi.foundation.privacy import reading as looks
from sanzhi.foundation.privacy.masking import mask
from sanzhi.foundation.ui.components import Link as To
from sanzhi.foundation.ui.forms import attach
from sanzhi.kit.access import can, require
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.access import links_for
from sanzhi.mechanisms.visits.forms.keeping import (
    ContactForm,
    EndForm,
    JoinForm,
    LeaveForm,
    MutualForm,
    PhoneForm,
)
from sanzhi.mechanisms.visits.models import MutualGroup
from sanzhi.mechanisms.visits.queries import reading, rows
from sanzhi.mechanisms.visits.rules import MOST_MEMBERS
from sanzhi.mechanisms.visits.views import shown
from sanzhi.mechanisms.visits.views.outings import step_page

_PLAIN = ("number", "contact_surname", "door")
_MAY_BE_RUNG = (PostKind.GROUP_LEADER, PostKind.GRID_WORKER)


def page_of(village: Unit) -> str:
    """The mutual-help groups of a village."""
    return f"{reverse('visits:mutual')}?village={village.pk}"


def _group_page(row: MutualGroup) -> str:
    return reverse("visits:mutual_group", args=[row.pk])


@never_cache
@login_required
def mutual(request: HttpRequest) -> HttpResponse:
    """The mutual-help groups of a village: whom to ring, how many households."""
    user: User = request.user  # type: ignore[assignment]
    require(user, rows.DOORS)
    today = clock.today()
    villages = rows.units_within(user, rows.DOORS, today, UnitKind.VILLAGE)
    village = shown.unit_asked(request, "village", villages) or next(iter(villages), None)
    found = list(rows.mutual_groups(user, village)) if village else []
    if village is not None:
        contacts = [m.contact_household_id for m in found if m.contact_household_id]
        shown.looked(request, village.town or village, contacts, _("查看联户组"), _PLAIN[:2])
    context = {
        "tabs": shown.tabs_of(request, "mutual"),
        "villages": [To(v.short_name, page_of(v), v == village) for v in villages if len(villages) > 1],
        "village": village,
        "lines": [(m, _contact(m), len(m.now)) for m in found],  # type: ignore[attr-defined]
        "may": village is not None and links_for(user, village),
    }
    return render(request, "visits/mutual.html", context)


def _contact(row: MutualGroup) -> str:
    if row.contact_post is not None:
        return f"{row.contact_post.person.name}（{row.contact_post.get_kind_display()}）"
    household = row.contact_household
    return f"{household.number} {shown.family(household.contact_surname)}" if household else ""


@never_cache
@login_required
def mutual_group(request: HttpRequest, mutual_group: int) -> HttpResponse:
    """One mutual-help group: the contact list to print, and joining and leaving."""
    user: User = request.user  # type: ignore[assignment]
    row, today = reading.get_mutual_group(user, mutual_group), clock.today()
    members = reading.members_of(row)
    places = reading.doors_behind([m.household_id for m in members], today)
    # The contact is named on the page also after leaving the group.
    homes = {m.household_id for m in members} | {row.contact_household_id or 0} - {0}
    shown.looked(request, row.town, sorted(homes), _("查看联户互助名单"), _PLAIN)
    lines = [
        (
            m,
            shown.family(m.household.contact_surname),
            places[m.household_id].door if m.household_id in places else "",
        )
        for m in members
    ]
    context = {
        "row": row,
        "contact": _contact(row),
        "gone": row.contact_household_id is not None
        and row.contact_household_id not in {m.household_id for m in members},
        "lines": lines,
        "may": links_for(user, row.village) and row.closed_on is None,
        "full": len(members) >= MOST_MEMBERS,
        "crumbs": [(_("联户互助"), page_of(row.village))],
    }
    return render(request, "visits/mutual_group.html", context)


def _step(request: HttpRequest, form: Any, row: MutualGroup, name: str, **more: Any) -> HttpResponse:
    words = {
        "find": lambda _key: row,
        "to": lambda _done: _group_page(row),
        "crumbs": [
            (_("联户互助"), page_of(row.village)),
            (_("第 {number} 联户组").format(number=row.number), _group_page(row)),
        ],
    }
    return step_page(request, form, name=f"visits.{name}", subject=row, **(words | more))


def _to_change(request: HttpRequest, pk: int) -> MutualGroup:
    user: User = request.user  # type: ignore[assignment]
    row = reading.get_mutual_group(user, pk)
    if not links_for(user, row.village):
        raise Http404
    return row


@never_cache
@login_required
def set_up(request: HttpRequest, village: int) -> HttpResponse:
    """Set a mutual-help group up, with its one contact."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    known = rows.units_within(user, rows.DOORS, today, UnitKind.VILLAGE)
    found = next((v for v in known if v.pk == village), None)
    if found is None or not links_for(user, found):
        raise Http404
    groups = {g.pk: g for g in reading.groups_by_village([found], today)[found.pk]}
    posts = {p.pk: p for p in reading.posts_to_link(found, today) if p.kind in _MAY_BE_RUNG}
    form = MutualForm(
        request.POST or None, initial={"on": today, "number": reading.next_mutual_number(found)}
    )
    form.offer(
        [(pk, g.short_name) for pk, g in groups.items()],
        [(pk, f"{p.person.name}（{p.get_kind_display()}）") for pk, p in posts.items()],
    )

    def make() -> MutualGroup:
        data = form.cleaned_data
        group = groups[data["group"]]
        return actions.set_up_mutual_group(
            by=user,
            group=group,
            number=data["number"],
            on=data["on"],
            contact_household=_by_number(group, data["household"], data["on"]) if data["household"] else None,
            contact_post=posts[int(data["contact"])] if data["contact"] else None,
        )

    return step_page(
        request,
        form,
        name="visits.set_up_mutual",
        subject=found,
        make=make,
        find=lambda key: reading.get_mutual_group(user, int(key)),
        to=_group_page,
        done=_("已建联户组。愿意加入的户，在组里登记。"),
        title=_("建一个联户组"),
        button=_("建组"),
        about=_(
            "十到十五户自愿结成一组，有事互相帮、互相告知。只记联系方式和进出日期，随时可以退出，不问原因。"
        ),
        crumbs=[(_("联户互助"), page_of(found))],
    )


def _by_number(group: Unit, number: str, day: Any) -> Household:
    """The household of a group that bears a number; refuses another."""
    for stay in reading.households_of(group, day):
        if stay.household.number == number.strip():
            return stay.household
    raise Problem(
        "visits.not_of_this_group",
        field="household",
        number=number.strip()[:24],
        day=day.isoformat(),
        group=group.short_name,
    )


@never_cache
@login_required
def join(request: HttpRequest, mutual_group: int) -> HttpResponse:
    """A household joins because it wants to."""
    user: User = request.user  # type: ignore[assignment]
    row, today = _to_change(request, mutual_group), clock.today()
    stays = reading.households_of(row.group, today)
    shown.looked(request, row.town, (s.household_id for s in stays), _("登记加入联户组"), _PLAIN)
    households = {s.household_id: s.household for s in stays}
    form = JoinForm(request.POST or None, initial={"on": today})
    form.offer(
        [
            (s.household_id, f"{s.household.number} {shown.family(s.household.contact_surname)} {s.door}")
            for s in stays
        ]
    )
    return _step(
        request,
        form,
        row,
        "join_mutual",
        make=lambda: actions.join_mutual_group(
            by=user,
            mutual_group=row,
            household=households[form.cleaned_data["household"]],
            on=form.cleaned_data["on"],
        ),
        done=_("已登记加入。"),
        title=_("加入第 {number} 联户组").format(number=row.number),
        button=_("登记加入"),
        possible=row.closed_on is None,
    )


@login_required
def leave(request: HttpRequest, mutual_group: int, member: int) -> HttpResponse:
    """A household leaves; no reason is asked."""
    user: User = request.user  # type: ignore[assignment]
    row = _to_change(request, mutual_group)
    one = reading.get_member(row, member)
    form = LeaveForm(request.POST or None, initial={"on": clock.today()})
    return _step(
        request,
        form,
        row,
        "leave_mutual",
        make=lambda: actions.leave_mutual_group(by=user, member=one, on=form.cleaned_data["on"]),
        done=_("已登记退出。"),
        title=_("户号 {number} 退出").format(number=one.household.number),
        about=_("自愿加入，随时可以退出，不问原因。"),
        button=_("登记退出"),
        possible=one.closed_on is None or form.is_bound,
    )


@never_cache
@login_required
def contact(request: HttpRequest, mutual_group: int) -> HttpResponse:
    """Name another contact: a household that is in the group, or a group leader or grid worker."""
    user: User = request.user  # type: ignore[assignment]
    row, today = _to_change(request, mutual_group), clock.today()
    members = {m.household_id: m.household for m in reading.members_of(row)}
    posts = {p.pk: p for p in reading.posts_to_link(row.village, today) if p.kind in _MAY_BE_RUNG}
    shown.looked(request, row.town, members, _("更换联户组联系人"), _PLAIN[:2])
    form = ContactForm(request.POST or None)
    form.offer(
        [(pk, f"{p.person.name}（{p.get_kind_display()}）") for pk, p in posts.items()],
        [(pk, f"{h.number} {shown.family(h.contact_surname)}") for pk, h in members.items()],
    )

    def make() -> MutualGroup:
        kind, _sep, key = form.cleaned_data["contact"].partition("-")
        return actions.change_contact(
            by=user,
            mutual_group=row,
            contact_household=members[int(key)] if kind == "household" else None,
            contact_post=posts[int(key)] if kind == "post" else None,
        )

    return _step(
        request,
        form,
        row,
        "change_contact",
        make=make,
        done=_("已换联系人。"),
        title=_("第 {number} 联户组换联系人").format(number=row.number),
        button=pgettext("contact", "更换"),
        possible=row.closed_on is None or form.is_bound,
    )


@login_required
def close(request: HttpRequest, mutual_group: int) -> HttpResponse:
    """Give a mutual-help group up."""
    user: User = request.user  # type: ignore[assignment]
    row = _to_change(request, mutual_group)
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    form.fields["on"].label = _("从哪天起撤销")
    return _step(
        request,
        form,
        row,
        "close_mutual",
        make=lambda: actions.close_mutual_group(
            by=user, mutual_group=row, on=form.cleaned_data["on"], ground=form.cleaned_data["ground"]
        ),
        done=_("已撤销，组里的户可以加入别的组。"),
        title=_("撤销第 {number} 联户组").format(number=row.number),
        button=pgettext("mutual group", "撤销"),
        kind="danger",
        possible=row.closed_on is None or form.is_bound,
    )


@never_cache
@login_required
def phone(request: HttpRequest, household: int) -> HttpResponse:
    """The telephone number of a household: hidden until a reason is given; each look is logged."""
    user: User = request.user  # type: ignore[assignment]
    found, stay = reading.household_to_call(user, household, clock.today())
    form, number = PhoneForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid() and found.phone:
        try:
            reason = looks.reason_of(form.cleaned_data["reason"])
        except Problem as problem:
            attach(form, problem)
        else:
            shown.looked(request, found.town, [found.pk], reason, ["phone"])
            number = found.phone
    shown.looked(request, found.town, [found.pk], _("查看一户"), _PLAIN)
    context = {
        "household": found,
        "who": shown.family(found.contact_surname),
        "stay": stay,
        "masked": mask(found.phone, "phone"),
        "number": number,
        "form": form,
        "may_record": can(user, "visits:record", stay.group),
        "crumbs": [(_("本月未走到"), f"{reverse('visits:unreached')}?group={stay.group_id}")],
    }
    return render(request, "visits/phone.html", context, status=422 if form.is_bound and form.errors else 200)
