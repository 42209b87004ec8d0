"""Reads of the registers of people and households. Every one takes the day it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from sanzhi.foundation.orgs.models import Unit, on_day
from sanzhi.foundation.people.models import (
    HeadCount,
    Household,
    Leave,
    Person,
    Post,
    Presence,
    PresenceKind,
    Stay,
)

OWED = (PresenceKind.PRESENT, PresenceKind.SEASONAL)
"""Presence that makes a household one to be visited in the month (case 14)."""


def stays_on(day: dt.date, groups: Iterable[int] | QuerySet | None = None) -> QuerySet[Stay]:
    """Stays in force on `day`, of the groups (ids) where named, each with `presence` of that day; walking order."""
    rows = Stay.objects.filter(on_day(day)).select_related("household", "group")
    if groups is not None:
        rows = rows.filter(group__in=groups)
    now = Presence.objects.filter(on_day(day), household=OuterRef("household")).values("kind")[:1]
    return rows.annotate(presence=Subquery(now)).order_by("group_id", "walk_order", "household__number", "pk")


def owed_stays(
    day: dt.date, *, town: Unit | None = None, groups: Iterable[int] | None = None
) -> QuerySet[Stay]:
    """Stays of the households that are owed a visit: 常住 and 季节性在家 on `day`, the period's last (case 14)."""
    at_home = Presence.objects.filter(on_day(day), household=OuterRef("household"), kind__in=OWED)
    rows = Stay.objects.filter(on_day(day)).filter(Exists(at_home))
    if town is not None:
        rows = rows.filter(group__town=town)
    if groups is not None:
        rows = rows.filter(group__in=list(groups))
    return rows


def owed_households(town: Unit, day: dt.date) -> dict[int, int]:
    """Household id → group id, of all that are owed a visit in the period whose last day is `day`."""
    return dict(owed_stays(day, town=town).values_list("household_id", "group_id"))


def away_households(town: Unit, day: dt.date) -> dict[int, int]:
    """Household id → group id, of those 举家外出 on `day`: owed one contact in the quarter, shown beside."""
    away = Presence.objects.filter(on_day(day), household=OuterRef("household"), kind=PresenceKind.AWAY)
    rows = Stay.objects.filter(on_day(day), Exists(away), group__town=town)
    return dict(rows.values_list("household_id", "group_id"))


def presence_counts(day: dt.date, groups: Iterable[int] | QuerySet) -> dict[int, dict[str, int]]:
    """Group id → presence kind → households on `day`: numbers only."""
    rows = (
        Stay.objects.filter(on_day(day), group__in=groups)
        .filter(on_day(day, "household__presences__"))
        .values("group_id", "household__presences__kind")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["group_id"], {})[row["household__presences__kind"]] = row["n"]
    return found


def group_on(household: Household, day: dt.date) -> Unit | None:
    """The group a household stood in on `day` ("then in G1")."""
    stay = Stay.objects.filter(on_day(day), household=household).select_related("group").first()
    return stay.group if stay is not None else None


def posts_on(day: dt.date, *, unit: Unit | None = None, kinds: Iterable[str] | None = None) -> QuerySet[Post]:
    """Posts held on `day`."""
    rows = Post.objects.filter(on_day(day)).select_related("person", "unit")
    if unit is not None:
        rows = rows.filter(unit=unit)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return rows


def leaves_on(day: dt.date, *, town: Unit | None = None) -> QuerySet[Leave]:
    """Who is away from a post held on `day`, each with post, person and stand-in; a post that ended ends its leave."""
    rows = Leave.objects.filter(on_day(day)).filter(on_day(day, "post__"))
    if town is not None:
        rows = rows.filter(Q(post__unit__town=town) | Q(post__unit=town))
    return rows.select_related("post__person", "post__unit", "stand_in")


def leaves_between(posts: Iterable[int] | QuerySet, first: dt.date, last: dt.date) -> QuerySet[Leave]:
    """Leaves of posts (ids) that touch the days from `first` to `last`, both included."""
    runs = Q(closed_on__isnull=True) | Q(closed_on__gt=first)
    return Leave.objects.filter(runs, opened_on__lte=last, post__in=posts)


def cadres_on(town: Unit, day: dt.date) -> dict[int, int]:
    """Person id → village id of the cadres in post on `day`: members of the two committees, each person once.

    Who sits in two villages counts in the one whose post began first.
    """
    rows = Post.objects.filter(on_day(day), two_committees=True, unit__town=town).order_by("opened_on", "pk")
    found: dict[int, int] = {}
    for person, unit in rows.values_list("person_id", "unit_id"):
        found.setdefault(person, unit)
    return found


def head_of(unit: Unit, day: dt.date) -> Person | None:
    """Who answers for a unit on `day`: its head or secretary, else the director, else the group's leader."""
    order = ("office_head", "party_secretary", "director", "town_leader", "grid_worker", "group_leader")
    posts = {p.kind: p.person for p in posts_on(day, unit=unit, kinds=order).order_by("-pk")}
    return next((posts[k] for k in order if k in posts), None)


def head_counts_of(unit: Unit) -> QuerySet[HeadCount]:
    """All head counts of a unit, the latest first."""
    return HeadCount.objects.filter(unit=unit).order_by("what", "-counted_on")


def head_counts_of_town(town: Unit) -> QuerySet[HeadCount]:
    """All head counts of a town's units, itself included."""
    rows = HeadCount.objects.filter(Q(unit__town=town) | Q(unit=town)).select_related("unit")
    return rows.order_by("unit__position", "unit__code", "what", "counted_on")


def posts_of_town(town: Unit) -> QuerySet[Post]:
    """All posts of a town's units, past ones too, in the order of units."""
    rows = Post.objects.filter(Q(unit__town=town) | Q(unit=town)).select_related("person", "unit")
    return rows.order_by("unit__position", "unit__code", "pk")


def numbers_known(town: Unit, numbers: Iterable[str]) -> set[str]:
    """Which of these household numbers the town has used, households that are closed included."""
    wanted, found = sorted(set(numbers)), set()
    for start in range(0, len(wanted), 500):
        rows = Household.objects.filter(town=town, number__in=wanted[start : start + 500])
        found |= set(rows.values_list("number", flat=True))
    return found
