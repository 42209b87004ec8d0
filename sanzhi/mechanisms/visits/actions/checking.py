"""What the registers say of the days of some outings, read at once; and what is refused by them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind
from sanzhi.foundation.people.models import Household, Leave, Post, Stay
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.access import recorders_on
from sanzhi.mechanisms.visits.actions.sent import NewOuting, Tick
from sanzhi.mechanisms.visits.models import Link
from sanzhi.mechanisms.visits.queries.places import village_on_path
from sanzhi.mechanisms.visits.states import OutingState

Span = tuple[dt.date, dt.date | None]


class Walker(NamedTuple):
    """For which post somebody went, who stood in for its holder, and the link in force."""

    post: int
    stand_in: int | None
    link: int | None


def _holds(span: Span, day: dt.date) -> bool:
    return span[0] <= day and (span[1] is None or day < span[1])


class Ground:
    """The registers as far as some outings touch them. The households are locked, in the order of their keys, because
    two outings of one month together may close it for a household. `also`: further households to lock with them."""

    def __init__(self, outings: Sequence[NewOuting], also: Iterable[int] = ()) -> None:
        groups = {o.group.pk for o in outings}
        wanted = {p.pk for o in outings for p in o.went}
        self.posts = {p.pk: p for p in Post.objects.filter(pk__in=wanted).select_related("person")}
        self.leaves = self._leaves()
        for leave in self.leaves:
            self.posts.setdefault(leave.post_id, leave.post)
        self.links: dict[tuple[int, int], list[tuple[Span, int]]] = defaultdict(list)
        for pk, post, group, opened, closed in Link.objects.filter(group__in=groups).values_list(
            "pk", "post_id", "group_id", "opened_on", "closed_on"
        ):
            self.links[post, group].append(((opened, closed), pk))
        self.paths: dict[int, list[tuple[Span, str]]] = defaultdict(list)
        units = groups | {p.unit_id for p in self.posts.values()}
        for unit, opened, closed, path in Placement.objects.filter(unit__in=units).values_list(
            "unit_id", "opened_on", "closed_on", "path"
        ):
            self.paths[unit].append(((opened, closed), path))
        self._read_households({*also, *(t.household for o in outings for t in o.ticks)})
        self.names = dict(Unit.objects.filter(pk__in=self._villages()).values_list("pk", "short_name"))

    def _leaves(self) -> list[Leave]:
        """Leaves of the posts themselves, and those in which their holders stand in for others."""
        persons = {p.person_id for p in self.posts.values()}
        mine = Q(post__in=list(self.posts)) | Q(stand_in__in=persons)
        return list(Leave.objects.filter(mine, stand_in__isnull=False).select_related("post__person"))

    def _read_households(self, wanted: set[int]) -> None:
        rows = Household.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        self.households = {h.pk: h for h in rows}
        self.stays: dict[int, list[tuple[Span, int]]] = defaultdict(list)
        for household, group, opened, closed in Stay.objects.filter(household__in=wanted).values_list(
            "household_id", "group_id", "opened_on", "closed_on"
        ):
            self.stays[household].append(((opened, closed), group))
        away = {group for stays in self.stays.values() for _, group in stays} - set(self.paths)
        for unit, opened, closed, path in Placement.objects.filter(unit__in=away).values_list(
            "unit_id", "opened_on", "closed_on", "path"
        ):
            self.paths[unit].append(((opened, closed), path))

    def _villages(self) -> set[int]:
        on_paths = {village_on_path(path) for placed in self.paths.values() for _, path in placed}
        return {village for village in on_paths if village is not None}

    def village_of(self, unit: int, day: dt.date) -> int | None:
        """The village in which a unit stood on a day (itself, or what it hung under)."""
        return next((village_on_path(path) for span, path in self.paths[unit] if _holds(span, day)), None)

    def group_of(self, household: int, day: dt.date) -> int | None:
        """The group in which a household stood on a day."""
        return next((group for span, group in self.stays[household] if _holds(span, day)), None)

    def link_of(self, post: int, group: int, day: dt.date) -> int | None:
        """The link of a post to a group in force on a day."""
        return next((pk for span, pk in self.links[post, group] if _holds(span, day)), None)


def check(new: NewOuting, ground: Ground, today: dt.date) -> None:
    """Refuse what cannot have been so: day, group, people, doors, words (codes in `rules.py`)."""
    if new.group.kind != UnitKind.GROUP:
        raise Problem("visits.not_a_group", field="group", unit=new.group.short_name)
    if new.half_day not in rules.HALF_DAYS:
        raise Problem("visits.unknown_half_day", field="half_day", half_day=str(new.half_day)[:20])
    if new.on > today:
        raise Problem("visits.future", field="on", day=new.on.isoformat())
    village = ground.village_of(new.group.pk, new.on)
    if village is None:
        raise Problem(
            "visits.group_not_standing", field="on", unit=new.group.short_name, day=new.on.isoformat()
        )
    _check_people(new, ground, village)
    _check_ticks(new.ticks)
    for tick in new.ticks:
        _check_door(tick, new, ground, village)
    if new.on_paper and not new.sheet_number.strip():
        raise Problem("visits.sheet_number_needed", field="sheet_number")


def _check_people(new: NewOuting, ground: Ground, village: int) -> None:
    if not new.went:
        raise Problem("visits.nobody_went", field="went")
    for pk, times in Counter(p.pk for p in new.went).items():
        post = ground.posts.get(pk)
        if post is None:
            raise Problem("visits.nobody_went", field="went")
        name = post.person.name
        if times > 1:
            raise Problem("visits.went_twice", field="went", name=name)
        if ground.village_of(post.unit_id, new.on) != village:
            raise Problem("visits.post_elsewhere", field="went", name=name, village=ground.names[village])
        if not _holds((post.opened_on, post.closed_on), new.on):
            raise Problem("visits.post_not_in_force", field="went", name=name, day=new.on.isoformat())


def _check_ticks(ticks: Sequence[Tick]) -> None:
    if not ticks:
        raise Problem("visits.nothing_ticked", field="ticks")
    if len(ticks) > rules.MOST_DOORS:
        raise Problem("visits.too_many_doors", field="ticks", most=rules.MOST_DOORS, count=len(ticks))
    for tick in ticks:
        if tick.outcome not in rules.OUTCOMES:
            raise Problem("visits.unknown_outcome", field="ticks", outcome=str(tick.outcome)[:20])
        for topic in tick.topics:
            if topic not in rules.TOPICS:
                raise Problem("visits.unknown_topic", field="ticks", topic=str(topic)[:20])


def _check_door(tick: Tick, new: NewOuting, ground: Ground, village: int) -> None:
    household = ground.households.get(tick.household)
    if household is None:
        raise Problem("visits.no_household", field="ticks")
    number = household.number
    if sum(t.household == tick.household for t in new.ticks) > 1:
        raise Problem("visits.ticked_twice", field="ticks", number=number)
    group = ground.group_of(household.pk, new.on)
    if group is not None and ground.village_of(group, new.on) != village:
        raise Problem("visits.other_village", field="ticks", number=number, village=ground.names[village])
    if group != new.group.pk:
        raise Problem(
            "visits.not_of_this_group",
            field="ticks",
            number=number,
            day=new.on.isoformat(),
            group=new.group.short_name,
        )
    if tick.follow_up and not tick.topics:
        raise Problem("visits.follow_up_topic", field="ticks", number=number)


def walkers(new: NewOuting, ground: Ground) -> list[Walker]:
    """For which posts the outing counts: those that went; that of an absent holder through the stand-in who went.

    A post that is itself on leave that day and named all the same was walked by its stand-in.
    """
    found: dict[int, Walker] = {}
    leaves = [x for x in ground.leaves if _holds((x.opened_on, x.closed_on), new.on)]
    absent = {x.post_id: x for x in leaves}
    for post in new.went:
        leave = absent.get(post.pk)
        stand_in = leave.stand_in_id if leave is not None else None
        found[post.pk] = Walker(post.pk, stand_in, ground.link_of(post.pk, new.group.pk, new.on))
    walked = {ground.posts[w.post].person_id for w in found.values() if w.stand_in is None}
    for leave in leaves:
        post, link = leave.post, ground.link_of(leave.post_id, new.group.pk, new.on)
        held = _holds((post.opened_on, post.closed_on), new.on)
        if leave.stand_in_id in walked and link is not None and held and post.pk not in found:
            found[post.pk] = Walker(post.pk, leave.stand_in_id, link)
    return [found[pk] for pk in sorted(found)]


def state_of(outings: Sequence[NewOuting], ground: Ground, today: dt.date) -> list[str]:
    """Recorded, or to be confirmed where the author's term had ended by today; refuses who never had the right."""
    rights = {day: _rights(outings, day) for day in {today, *(o.on for o in outings)}}
    states: list[str] = []
    for new in outings:
        pair = (new.author.pk, new.group.pk)
        if pair in rights[today]:
            states.append(OutingState.RECORDED)
        elif pair in rights[new.on]:
            states.append(OutingState.TO_CONFIRM)
        else:
            village = ground.village_of(new.group.pk, new.on)
            raise Problem(
                "visits.author_never",
                field="author",
                name=new.author.display_name,
                day=new.on.isoformat(),
                village=ground.names.get(village or 0, new.group.short_name),
            )
    return states


def _rights(outings: Iterable[NewOuting], day: dt.date) -> set[tuple[int, int]]:
    return recorders_on(day, {o.author.pk for o in outings}, {o.group.pk for o in outings})
