"""Who looks after which group, from when to when; outings already recorded in those days follow."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Post
from sanzhi.kit.measures.freshness import changed, register_changed
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.models import Link, Went
from sanzhi.mechanisms.visits.queries.places import must_be_of, place_of, town_unit

_LEAST = 2
"""So many characters make a ground that says something."""


def _ground(text: str) -> str:
    ground = rules.checked_text("reason", text, rules.LONGEST_REASON)
    if len(ground) < _LEAST:
        raise Problem("visits.ground_needed", field="ground")
    return ground


@action("visits.link_cadre", "登记联系干部")
def link_cadre(
    *, by: Actor, post: Post, group: Unit, on: dt.date, ground: str, until: dt.date | None = None
) -> Link:
    """Let a post look after a group from `on`, up to but not on `until`. Outings since then count for the link.

    Refuses a unit that is no group or does not stand, a post of another village or outside its term, and days that overlap
    another link of the same two; the post is locked until the act ends.
    """
    row = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=post.pk)
    name, text = row.person.name, _ground(ground)
    place = place_of(group, on)
    if until is not None and until <= on:
        raise Problem("visits.link_ends_before", field="until", day=until.isoformat(), opened=on.isoformat())
    _check_term(row, name, on, until)
    must_be_of(place.village, row, on, "post")
    same = Link.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), post=row, group=group)
    held = (same if until is None else same.filter(opened_on__lt=until)).first()
    if held is not None:
        raise Problem(
            "visits.link_held",
            field="on",
            name=name,
            since=held.opened_on.isoformat(),
            group=group.short_name,
        )
    link = Link.objects.create(
        town=town_unit(group), post=row, group=group, opened_on=on, closed_on=until, ground=text
    )
    walked = Went.objects.filter(post=row, unit=group, happened_on__gte=on)
    _follow(walked if until is None else walked.filter(happened_on__lt=until), link)
    register_changed(group.town, "links", on, [group.pk])
    about(link, post=row.pk, group=group.code, on=on, until=until, ground=text)
    return link


def _check_term(post: Post, name: str, on: dt.date, until: dt.date | None) -> None:
    """Refuse a link that begins outside the post's term, or is said to last beyond it."""
    if on < post.opened_on or (post.closed_on is not None and on >= post.closed_on):
        raise Problem("visits.link_outside_post", field="on", name=name, day=on.isoformat())
    if until is not None and post.closed_on is not None and until > post.closed_on:
        raise Problem("visits.link_outside_post", field="until", name=name, day=until.isoformat())


@action("visits.end_link", "结束联系")
def end_link(*, by: Actor, link: Link, on: dt.date, ground: str) -> Link:
    """Let a link end: `on` is the first day it no longer holds. Outings since then no longer count for it.

    Refuses one that has ended by then, a day not after its first, and no ground.
    """
    post = Post.objects.select_for_update(of=("self",)).get(pk=link.post_id)
    row = Link.objects.select_for_update(of=("self",)).select_related("group", "town").get(pk=link.pk)
    if on <= row.opened_on:
        raise Problem(
            "visits.link_ends_before", field="on", day=on.isoformat(), opened=row.opened_on.isoformat()
        )
    if row.closed_on is not None and row.closed_on <= on:
        last = row.closed_on - dt.timedelta(days=1)
        raise Problem("visits.link_ended", field="on", closed=last.isoformat())
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    _follow(Went.objects.filter(link=row, happened_on__gte=on), None)
    register_changed(row.town, "links", on, [row.group_id])
    about(row, post=post.pk, closed_on=on, ground=_ground(ground))
    return row


def _follow(walked: QuerySet[Went], link: Link | None) -> None:
    """Let outings count for another link, or for none."""
    rows = list(walked)
    Went.objects.filter(pk__in=[w.pk for w in rows]).update(link=link)
    changed(*rows)
