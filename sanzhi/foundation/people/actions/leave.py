"""Leave of a post: from when to when somebody is away, and who stands in."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import note_change
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.actions.refusals import plain
from sanzhi.foundation.people.models import Leave, Person, Post

# So many characters make a ground that says something.
_LEAST = 2


@action("people.record_leave", "登记离岗")
def record_leave(
    *,
    by: Actor,
    post: Post,
    on: dt.date,
    ground: str,
    until: dt.date | None = None,
    stand_in: Person | None = None,
) -> Leave:
    """Say that whoever holds `post` is away from `on`, up to but not on `until` (None: not known yet).

    Refuses days outside the post's term, a leave that overlaps another one of the post, and a stand-in of another town,
    who is the same person, or who is away from a post then. The post is locked until the act ends.
    """
    row = Post.objects.select_for_update(of=("self",)).select_related("person", "unit__town").get(pk=post.pk)
    ground = plain(ground, "依据", "ground")
    if len(ground) < _LEAST:
        raise Problem("people.leave_ground", field="ground")
    if until is not None and until <= on:
        raise Problem("people.before_opening", field="until", day=until, opened=on)
    _check_term(row, on, until)
    held = _touching(on, until).filter(post=row).first()
    if held is not None:
        raise Problem("people.leave_held", field="on", name=row.person.name, since=held.opened_on.isoformat())
    if stand_in is not None:
        _check_stand_in(row, stand_in, on, until)
    leave = Leave.objects.create(post=row, opened_on=on, closed_on=until, stand_in=stand_in, ground=ground)
    note_change(_town(row), "leaves", on, [row.unit_id])
    about(leave, post=row.pk, on=on, until=until, stand_in=stand_in.pk if stand_in else None, ground=ground)
    return leave


@action("people.end_leave", "登记回岗")
def end_leave(*, by: Actor, leave: Leave, on: dt.date) -> Leave:
    """Say that somebody is back in the post from `on`; a planned end may be brought forward or put off.

    Refuses a day not after the leave's first, outside the post's term, or that runs into a later leave of the post.
    """
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("person", "unit__town")
        .get(pk=leave.post_id)
    )
    row = Leave.objects.select_for_update(of=("self",)).get(pk=leave.pk)
    if on <= row.opened_on:
        raise Problem("people.before_opening", field="on", day=on, opened=row.opened_on)
    _check_term(post, row.opened_on, on)
    other = _touching(row.opened_on, on).filter(post=post).exclude(pk=row.pk).first()
    if other is not None:
        raise Problem(
            "people.leave_held", field="on", name=post.person.name, since=other.opened_on.isoformat()
        )
    # From the earlier of both ends on, who was away and who was not reads differently.
    since = on if row.closed_on is None else min(on, row.closed_on)
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    note_change(_town(post), "leaves", since, [post.unit_id])
    about(row, closed_on=on)
    return row


def _town(post: Post) -> Unit | None:
    return post.unit.town_or_self


def _touching(on: dt.date, until: dt.date | None) -> QuerySet[Leave]:
    return Leave.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=on),
        **({"opened_on__lt": until} if until is not None else {}),
    )


def _check_term(post: Post, on: dt.date, until: dt.date | None) -> None:
    """Refuse days that do not lie in the post's term."""
    before = on < post.opened_on
    after = post.closed_on is not None and (until or on) > post.closed_on
    ended = post.closed_on is not None and on >= post.closed_on
    if before or after or ended:
        last = post.closed_on - dt.timedelta(days=1) if post.closed_on is not None else None
        raise Problem(
            "people.leave_outside_post",
            field="on",
            name=post.person.name,
            opened=post.opened_on.isoformat(),
            until=f"到{last.isoformat()}" if last is not None else "",
        )


def _check_stand_in(post: Post, stand_in: Person, on: dt.date, until: dt.date | None) -> None:
    if stand_in.pk == post.person_id:
        raise Problem("people.own_stand_in", field="stand_in", name=stand_in.name)
    if stand_in.town_id != post.person.town_id:
        town = _town(post)
        raise Problem(
            "people.other_town",
            field="stand_in",
            name=stand_in.name,
            town=town.short_name if town is not None else "",
        )
    if _touching(on, until).filter(post__person=stand_in).exists():
        raise Problem("people.stand_in_away", field="stand_in", name=stand_in.name)
