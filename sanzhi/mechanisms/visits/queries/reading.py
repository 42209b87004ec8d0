"""What the pages read beside rows, doors and coverage: groups of villages, weeks walked, who may be named, old versions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from sanzhi.domain.periods import Period
from sanzhi.domain.tree import range_end
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind, on_day
from sanzhi.foundation.people.models import Household, Post, Stay
from sanzhi.foundation.people.queries import posts_on
from sanzhi.kit.access import can, within
from sanzhi.mechanisms.visits.access import answers_for, may_send, recorders_on
from sanzhi.mechanisms.visits.models import (
    FollowUp,
    Link,
    MutualGroup,
    MutualMember,
    Outing,
    OutingScan,
    PhoneReport,
    Went,
)

FEWEST_DAYS = 4
"""On so many of its days a link must be in force for a week to be owed (case 4)."""


def groups_by_village(villages: Sequence[Unit], day: dt.date) -> dict[int, list[Unit]]:
    """Village → its groups on a day, in register order. Two queries."""
    paths = Placement.objects.filter(on_day(day), unit__in=[v.pk for v in villages])
    under, found = Q(pk__in=[]), {}
    for village, path in paths.values_list("unit_id", "path"):
        under |= Q(path__gte=path, path__lt=range_end(path))
        found[path] = village
    rows = Placement.objects.filter(on_day(day), under, unit__kind=UnitKind.GROUP).select_related("unit")
    groups: dict[int, list[Unit]] = {v.pk: [] for v in villages}
    for placed in rows.order_by("unit__position", "unit__code"):
        village = next(v for path, v in found.items() if placed.path.startswith(path))
        groups[village].append(placed.unit)
    return groups


def group_to_record(user: User, pk: int, on: dt.date, today: dt.date) -> Unit:
    """The group in which a person may send in an outing of `on` (also after their term); anything else is a 404."""
    rows = Unit.objects.filter(kind=UnitKind.GROUP).select_related("town")
    group = get_object_or_404(rows, pk=pk)
    if not may_send(user, group, min(on, today), today):
        raise Http404
    return group


def sent_outing(user: User, pk: int) -> Outing:
    """An outing that this person sent in, whether or not they may still see it: what a second sending is answered with."""
    rows = Outing.objects.filter(Q(author=user) | Q(typist=user)).select_related("unit", "town")
    return get_object_or_404(rows, pk=pk)


def walked(posts: Collection[int], first: dt.date, last: dt.date) -> dict[tuple[int, int], list[dt.date]]:
    """(post, group) → days between which it was walked for a link, the first first; what does not count is left out."""
    rows = Went.objects.filter(
        post__in=posts, link__isnull=False, counts=True, happened_on__range=(first, last)
    )
    found: dict[tuple[int, int], list[dt.date]] = defaultdict(list)
    for post, group, day in rows.order_by("happened_on").values_list("post_id", "unit_id", "happened_on"):
        if day not in found[post, group]:
            found[post, group].append(day)
    return found


def links_between(groups: Collection[int], first: dt.date, last: dt.date) -> list[Link]:
    """The links of groups in force on some day of a span, each with its post and person."""
    runs = Q(closed_on__isnull=True) | Q(closed_on__gt=first)
    rows = Link.objects.filter(runs, opened_on__lte=last, group__in=groups)
    return list(rows.select_related("post__person", "post__unit", "group").order_by("post_id", "opened_on"))


def moved_within(households: Collection[int], month: Period) -> dict[int, tuple[str, dt.date]]:
    """Household → the group it stood in before, and its last day there, of those that moved within a month (case 3)."""
    rows = Stay.objects.filter(
        household__in=list(households), closed_on__gt=month.first, closed_on__lte=month.last
    )
    after = Stay.objects.filter(household=OuterRef("household"), opened_on=OuterRef("closed_on")).exclude(
        group=OuterRef("group")
    )
    found = rows.filter(Exists(after)).order_by("closed_on")
    return {
        household: (group, closed - dt.timedelta(days=1))
        for household, group, closed in found.values_list("household_id", "group__short_name", "closed_on")
        if closed is not None
    }


def doors_behind(households: Collection[int], day: dt.date) -> dict[int, Stay]:
    """Household → where it stands on a day, of these keys."""
    rows = Stay.objects.filter(on_day(day), household__in=list(households)).select_related("household")
    return {stay.household_id: stay for stay in rows}


def numbers_of(households: Collection[int]) -> dict[int, str]:
    """Household → its number, to read an old version by."""
    return dict(Household.objects.filter(pk__in=list(households)).values_list("pk", "number"))


def posts_named(keys: Collection[int]) -> dict[int, str]:
    """Post → its holder's name."""
    return dict(Post.objects.filter(pk__in=list(keys)).values_list("pk", "person__name"))


def posts_by_key(keys: Sequence[int]) -> list[Post]:
    """These posts, in the order in which they were named."""
    found = Post.objects.select_related("person", "unit").in_bulk(keys)
    return [found[pk] for pk in dict.fromkeys(keys) if pk in found]


def authors_for(group: Unit, days: Iterable[dt.date]) -> list[User]:
    """The accounts that a sheet of this group can be copied in for: who might record there on one of the days."""
    everyone = list(User.objects.filter(town=group.town, is_active=True).values_list("pk", flat=True))
    held = {user for day in set(days) for user, _group in recorders_on(day, everyone, [group.pk])}
    return list(User.objects.filter(pk__in=held).select_related("person").order_by("display_name", "pk"))


def posts_of_author(author: User, group: Unit, day: dt.date) -> list[Post]:
    """The post for which an author walked where the sheet names nobody else: one linked to the group before any other."""
    if author.person_id is None:
        return []
    linked = Link.objects.filter(on_day(day), group=group, post=OuterRef("pk"))
    rows = posts_on(day).filter(person=author.person_id).annotate(linked=Exists(linked))
    return list(rows.order_by("-linked", "-two_committees", "pk")[:1])


def sheet_copied(group: Unit, number: str) -> Outing | None:
    """The outing that was copied in from a sheet already."""
    rows = Outing.objects.filter(unit=group, sheet_number=number).exclude(state="void")
    return rows.select_related("unit").first()


def get_scan(outing: Outing, pk: int) -> OutingScan:
    """A scan of the sheet of an outing; anything else is a 404."""
    return get_object_or_404(outing.scans.select_related("stored"), pk=pk)


def with_walkers(rows: QuerySet[Outing]) -> QuerySet[Outing]:
    """Outings with who went, in one query more."""
    return rows.prefetch_related("went__post__person", "went__stand_in")


def of_walker(rows: QuerySet[Outing], post: object) -> QuerySet[Outing]:
    """Outings in which somebody took part for a post."""
    return rows.filter(Exists(Went.objects.filter(outing=OuterRef("pk"), post=int(str(post)))))


def walkers_of(villages: Sequence[Unit], day: dt.date) -> list[tuple[int, str]]:
    """(post, name) of those in the two committees of villages or linked there, to narrow a list by."""
    groups = [g.pk for mine in groups_by_village(villages, day).values() for g in mine]
    linked = Link.objects.filter(on_day(day), group__in=groups).values("post")
    rows = posts_on(day).filter(Q(pk__in=linked) | Q(unit__in=[v.pk for v in villages], two_committees=True))
    return [(p.pk, p.person.name) for p in rows.order_by("unit__position", "pk")]


def posts_to_link(village: Unit, day: dt.date) -> list[Post]:
    """Whom a village may link to its groups on a day: the two committees first, then grid workers and others."""
    path = Placement.objects.filter(on_day(day), unit=village).values_list("path", flat=True).first()
    if path is None:
        return []
    placed = Placement.objects.filter(on_day(day), path__gte=path, path__lt=range_end(path))
    rows = posts_on(day).filter(unit__in=placed.values("unit"))
    return list(rows.order_by("-two_committees", "kind", "pk"))


def household_to_call(user: User, pk: int, day: dt.date) -> tuple[Household, Stay]:
    """A household whose doors the person may see, and where it stands; anything else is a 404."""
    rows = within(user, "visits:read_doors", Stay.objects.filter(on_day(day)), unit="group")
    stay = get_object_or_404(rows.select_related("household__town", "group"), household=pk)
    return stay.household, stay


def households_of(group: Unit, day: dt.date) -> list[Stay]:
    """The doors of a group, to choose one from."""
    rows = Stay.objects.filter(on_day(day), group=group).select_related("household")
    return list(rows.order_by("walk_order", "household__number"))


def get_mutual_group(user: User, pk: int, capability: str = "visits:read_doors") -> MutualGroup:
    """One mutual-help group of a village in which the person holds the capability; anything else is a 404."""
    rows = MutualGroup.objects.select_related(
        "village__town", "group", "contact_household", "contact_post__person", "town"
    )
    return get_object_or_404(within(user, capability, rows, unit="village"), pk=pk)


def members_of(mutual_group: MutualGroup) -> list[MutualMember]:
    """The households in a mutual-help group now, the first to join first."""
    rows = mutual_group.members.filter(closed_on__isnull=True).select_related("household")
    return list(rows.order_by("opened_on", "pk"))


def get_member(mutual_group: MutualGroup, pk: int) -> MutualMember:
    """One membership of a mutual-help group; anything else is a 404."""
    return get_object_or_404(mutual_group.members.select_related("household"), pk=pk)


def next_mutual_number(village: Unit) -> int:
    """The first number that no mutual-help group of the village had."""
    last = MutualGroup.objects.filter(village=village).order_by("-number").values_list("number", flat=True)
    return (last.first() or 0) + 1


def matter_for(user: User, pk: int) -> FollowUp:
    """A matter for the people of its village, and for 综治办 once it was handed up; anything else is a 404."""
    rows = FollowUp.objects.select_related("unit__town", "group", "visit__household", "report", "town")
    matter = get_object_or_404(rows, pk=pk)
    handed_up = matter.escalated_on is not None and answers_for(user, matter.unit)
    if not can(user, "visits:read_doors", matter.unit) and not handed_up:
        raise Http404
    return matter


def state_q(state: str, today: dt.date) -> Q:
    """The matters that stand so on a day, as `states.follow_up_state` says it, for a list to be narrowed by."""
    alive = Q(settled_on__isnull=True, dropped_on__isnull=True, expires_on__gte=today)
    waits = Q(escalated_on__isnull=False, answered_on__isnull=True)
    return {
        "settled": Q(settled_on__isnull=False),
        "dropped": Q(settled_on__isnull=True, dropped_on__isnull=False),
        "expired": Q(settled_on__isnull=True, dropped_on__isnull=True, expires_on__lt=today),
        "overdue": alive & Q(due_on__lt=today),
        "escalated": alive & Q(due_on__gte=today) & waits,
        "open": alive & Q(due_on__gte=today) & ~waits,
    }[state]


def get_report(user: User, pk: int) -> PhoneReport:
    """A call noted in a group within reach; anything else is a 404."""
    rows = PhoneReport.objects.select_related("matter", "unit")
    return get_object_or_404(within(user, "visits:read_doors", rows), pk=pk)
