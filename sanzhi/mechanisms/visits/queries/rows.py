"""Links, outings, matters and mutual-help groups that a person may see; who can be chosen for what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from sanzhi.domain.tree import range_end
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind, on_day
from sanzhi.foundation.orgs.queries import path_on, units_on
from sanzhi.foundation.people.models import Leave, Post
from sanzhi.foundation.people.queries import leaves_on
from sanzhi.kit.access import within
from sanzhi.kit.ledger.models import PlanVersion
from sanzhi.mechanisms.visits.models import (
    FollowUp,
    Link,
    MutualGroup,
    MutualMember,
    Outing,
    PhoneReport,
    Visit,
)
from sanzhi.mechanisms.visits.queries.places import village_on_path
from sanzhi.mechanisms.visits.states import OutingState

DOORS = "visits:read_doors"


def units_within(user: User, capability: str, day: dt.date, kind: str) -> list[Unit]:
    """Units of a kind standing on `day` in which a person holds a capability, in register order."""
    if user.town is None:
        return []
    return list(within(user, capability, units_on(day, town=user.town, kinds=[kind]), unit="pk"))


def get_group(user: User, pk: int, capability: str, day: dt.date) -> Unit:
    """A group standing on `day` in which the person holds the capability; anything else is a 404."""
    rows = units_on(day, town=user.town, kinds=[UnitKind.GROUP]).select_related("town")
    return get_object_or_404(within(user, capability, rows, unit="pk"), pk=pk)


def groups_of(village: Unit, day: dt.date) -> list[Unit]:
    """The groups of a village on a day, in register order."""
    path = path_on(village, day)
    if path is None:
        return []
    placed = Placement.objects.filter(on_day(day), path__gte=path, path__lt=range_end(path))
    return list(
        Unit.objects.filter(pk__in=placed.values("unit"), kind=UnitKind.GROUP).order_by("position", "code")
    )


def village_of(group: Unit, day: dt.date) -> Unit | None:
    """The village of a group on a day."""
    village = village_on_path(path_on(group, day) or "")
    return Unit.objects.filter(pk=village).select_related("town").first() if village is not None else None


# --- outings ----------------------------------------------------------------------------------------------------------


def visible_to(user: User) -> QuerySet[Outing]:
    """The outings whose doors a person may see, newest first; no stranger sees any, nor who only sees numbers."""
    rows = Outing.objects.select_related("unit", "author", "typist", "town")
    return within(user, DOORS, rows).order_by("-happened_on", "-pk")


def with_numbers(rows: QuerySet[Outing]) -> QuerySet[Outing]:
    """The same with how many doors each had and how many were reached (`doors`, `reached`)."""
    met = Q(visits__outcome__in=("reached", "declined"))
    return rows.annotate(doors=Count("visits"), reached=Count("visits", filter=met))


def get_outing(user: User, pk: int, capability: str = DOORS) -> Outing:
    """One outing of a group in which the person holds the capability; anything else is a 404."""
    rows = Outing.objects.select_related("unit__town", "author", "typist", "town")
    return get_object_or_404(within(user, capability, rows), pk=pk)


def waiting_to_be_confirmed(user: User) -> QuerySet[Outing]:
    """Outings that wait for this person's confirmation: sent in by others after their term had ended."""
    rows = within(user, "visits:confirm", Outing.objects.filter(state=OutingState.TO_CONFIRM))
    return rows.exclude(author=user).select_related("unit", "author", "typist", "town").order_by("pk")


def doors_of_outing(outing: Outing) -> list[Visit]:
    """The doors of an outing with household and topics, by household number."""
    rows = outing.visits.select_related("household").prefetch_related("topics")
    return list(rows.order_by("household__number"))


def walkers_of_outing(outing: Outing) -> list[tuple[str, str]]:
    """Who went: (name of the post's holder, name of who stood in or nothing)."""
    rows = outing.went.select_related("post__person", "stand_in").order_by("pk")
    return [(w.post.person.name, w.stand_in.name if w.stand_in else "") for w in rows]


def plans_begin_on(town: Unit) -> dt.date | None:
    """The first day of the town's earliest plan in force: what happened before it is kept, and owed by nobody."""
    rows = PlanVersion.objects.filter(plan__town=town, confirmed_on__isnull=False)
    return rows.aggregate(first=Min("first_day"))["first"]


# --- who goes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be named as having gone: post, name, whether linked to the group, whether away, who stands in."""

    post: Post
    name: str
    linked: bool
    away: bool
    stand_in: str


def candidates(group: Unit, day: dt.date) -> list[Candidate]:
    """Posts of the group's village (its grids and groups too) held on a day: those linked to the group first."""
    village = village_of(group, day)
    path = path_on(village, day) if village is not None else None
    if path is None:
        return []
    placed = Placement.objects.filter(on_day(day), path__gte=path, path__lt=range_end(path))
    held = Post.objects.filter(on_day(day), unit__in=placed.values("unit"))
    linked = Link.objects.filter(on_day(day), group=group, post=OuterRef("pk"))
    rows = held.select_related("person", "unit").annotate(linked=Exists(linked)).order_by("-linked", "pk")
    away = {x.post_id: x.stand_in for x in leaves_on(day).filter(post__in=held)}
    return [
        Candidate(p, p.person.name, p.linked, p.pk in away, getattr(away.get(p.pk), "name", "")) for p in rows
    ]


def my_posts(user: User, day: dt.date) -> list[Post]:
    """The posts a person holds on a day, and those in which they stand in for somebody away."""
    if user.person_id is None:
        return []
    away = Leave.objects.filter(on_day(day), stand_in=user.person_id, post=OuterRef("pk"))
    rows = Post.objects.filter(on_day(day)).filter(Q(person=user.person_id) | Exists(away))
    return list(rows.select_related("unit", "person").order_by("pk"))


def my_links(user: User, day: dt.date) -> list[Link]:
    """The links a person answers for on a day: of their posts, and of those in which they stand in; in register order."""
    rows = Link.objects.filter(on_day(day), post__in=[p.pk for p in my_posts(user, day)])
    return list(rows.select_related("group__town", "post__person").order_by("group__position", "group__code"))


def my_groups(user: User, day: dt.date) -> list[Unit]:
    """The groups a person looks after on a day, each once."""
    return list({link.group_id: link.group for link in my_links(user, day)}.values())


def links_of(village: Unit, day: dt.date) -> list[Link]:
    """The links to a village's groups in force on a day, by group."""
    groups = [g.pk for g in groups_of(village, day)]
    rows = Link.objects.filter(on_day(day), on_day(day, "post__"), group__in=groups)
    return list(rows.select_related("group", "post__person").order_by("group__position", "group__code", "pk"))


def get_link(user: User, pk: int) -> Link:
    """One link of a group in which the person may link; anything else is a 404."""
    rows = Link.objects.select_related("group__town", "post__person", "town")
    return get_object_or_404(within(user, "visits:link", rows, unit="group"), pk=pk)


# --- mutual help and matters ------------------------------------------------------------------------------------------


def mutual_groups(user: User, village: Unit) -> QuerySet[MutualGroup]:
    """The mutual-help groups of a village that a person may see, with their members of today."""
    now = MutualMember.objects.filter(closed_on__isnull=True).select_related("household").order_by("pk")
    rows = MutualGroup.objects.filter(village=village).select_related(
        "group", "contact_household", "contact_post__person"
    )
    seen = within(user, DOORS, rows, unit="village")
    return seen.prefetch_related(Prefetch("members", now, to_attr="now")).order_by("closed_on", "number")


def matters_visible_to(user: User) -> QuerySet[FollowUp]:
    """Matters of the villages within reach, those due first on top; settled and ended ones last."""
    rows = FollowUp.objects.select_related("unit", "group", "visit__household", "report", "town")
    return within(user, DOORS, rows).order_by(F("settled_on").asc(nulls_first=True), "due_on", "pk")


def open_matters(rows: QuerySet[FollowUp], today: dt.date) -> QuerySet[FollowUp]:
    """Those still to be settled: not settled, not dropped, not kept too long (R-12)."""
    return rows.filter(settled_on__isnull=True, dropped_on__isnull=True, expires_on__gte=today)


def handed_up(user: User, today: dt.date) -> QuerySet[FollowUp]:
    """Matters that villages handed up and nobody has answered: topic, group and days only, no household."""
    rows = FollowUp.objects.filter(escalated_on__isnull=False, answered_on__isnull=True)
    seen = within(user, "visits:answer", open_matters(rows, today))
    return seen.select_related("unit", "group", "report").order_by("escalated_on", "pk")


def get_matter(user: User, pk: int, capability: str = DOORS) -> FollowUp:
    """One matter of a village in which the person holds the capability; anything else is a 404."""
    rows = FollowUp.objects.select_related("unit", "group", "visit__household", "report", "town")
    return get_object_or_404(within(user, capability, rows), pk=pk)


def reports_visible_to(user: User) -> QuerySet[PhoneReport]:
    """Calls noted in the groups within reach, newest first."""
    rows = PhoneReport.objects.select_related("unit", "author", "matter", "town")
    return within(user, DOORS, rows).order_by("-happened_on", "-pk")
