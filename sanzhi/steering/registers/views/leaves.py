"""Leave of a post: entering it, and saying that somebody is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.people import actions
from sanzhi.foundation.people.models import Leave, Post, PostKind
from sanzhi.kit.access import can
from sanzhi.steering.registers import queries
from sanzhi.steering.registers.forms import people as forms
from sanzhi.steering.registers.views.pages import form_page, looked, person_way
from sanzhi.steering.registers.views.units import last_day

EDIT = "registers:edit_posts"
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class LeaveLine:
    """A leave as its person's page shows it; the ground only to those who keep the register."""

    post: Post
    leave: Leave
    last: dt.date | None
    ground: str
    may_end: bool


def leave_lines(
    user: User, posts: Iterable[Post], leaves: Mapping[int, list[Leave]], today: dt.date
) -> list[LeaveLine]:
    """The leaves of a person's posts, in the order of the posts."""
    lines = []
    for post in posts:
        keeps = bool(leaves.get(post.pk)) and can(user, EDIT, post.unit)
        for leave in leaves.get(post.pk, ()):
            runs = post.closed_on is None and (leave.closed_on is None or leave.closed_on > today)
            lines.append(
                LeaveLine(
                    post, leave, last_day(leave.closed_on), leave.ground if keeps else "–", keeps and runs
                )
            )
    return lines


def record_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody is away from a post."""
    post = queries.post_for(request.user, pk, EDIT)
    colleagues = queries.colleagues(post, clock.today())
    looked(
        request,
        post.unit.town_or_self or post.unit,
        "people.person",
        ["name"],
        (pk for pk, _name in colleagues),
        _("选代理人"),
    )

    def act(given: Mapping[str, Any]) -> Leave:
        last, chosen = given["last"], given["stand_in"]
        return actions.record_leave(
            by=request.user,  # type: ignore[arg-type]
            post=post,
            on=given["on"],
            until=last + _A_DAY if last is not None else None,
            stand_in=queries.colleague(post, clock.today(), chosen) if chosen is not None else None,
            ground=given["ground"],
        )

    return form_page(
        request,
        lambda *data: forms.LeaveForm(*data, today=clock.today(), colleagues=colleagues),
        act,
        title=_("登记{name}离岗").format(name=post.person.name),
        button=_("登记离岗"),
        back=reverse("registers:person", args=[post.person_id]),
        done=_("已登记离岗。"),
        way=person_way(post.person),
        note=_("{post}的职务仍在。按人承担的任务，会看离岗的日子和由谁代理。").format(
            post=PostKind(post.kind).label
        ),
    )


def end_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody is back, or move the planned end."""
    leave = queries.leave_for(request.user, pk, EDIT)
    name = leave.post.person.name
    start = {"last": last_day(leave.closed_on) or clock.today() - _A_DAY}
    return form_page(
        request,
        lambda *data: forms.EndLeaveForm(*data, today=clock.today(), initial=start),
        lambda given: actions.end_leave(by=request.user, leave=leave, on=given["last"] + _A_DAY),  # type: ignore[arg-type]
        title=_("登记{name}回岗").format(name=name),
        button=_("登记回岗"),
        back=reverse("registers:person", args=[leave.post.person_id]),
        done=_("已登记回岗。"),
        way=person_way(leave.post.person),
    )
