"""Where a group stands on a day: in which village and town; and which villages posts belong to."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sanzhi.domain.problems import Problem
from sanzhi.domain.tree import keys
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import path_on
from sanzhi.foundation.people.models import Post

VILLAGE = 2
"""Where a village stands on a path: under county and town."""


class Place(NamedTuple):
    """The town and the village of a group on a day (their keys)."""

    town: int
    village: int


def town_of(unit: Unit) -> int:
    """The town a unit belongs to; itself if it is one."""
    return unit.town_id or unit.pk


def town_unit(unit: Unit) -> Unit:
    """The same as the unit itself: read once for all rows that name one object."""
    return unit.town or unit


def village_on_path(path: str) -> int | None:
    """The village on a path; None above it."""
    found = keys(path)
    return found[VILLAGE] if len(found) > VILLAGE else None


def place_of(group: Unit, day: dt.date) -> Place:
    """Where a group stands on a day. Refuses a unit that is no group, or does not stand then."""
    if group.kind != UnitKind.GROUP:
        raise Problem("visits.not_a_group", field="group", unit=group.short_name)
    village = village_on_path(path_on(group, day) or "")
    if village is None:
        raise Problem("visits.group_not_standing", field="on", unit=group.short_name, day=day.isoformat())
    return Place(town_of(group), village)


def must_be_of(village: int, post: Post, day: dt.date, field: str) -> None:
    """Refuse a post that stands outside the village on a day."""
    if village_on_path(path_on(post.unit, day) or "") != village:
        name = Unit.objects.values_list("short_name", flat=True).get(pk=village)
        raise Problem("visits.post_elsewhere", field=field, name=post.person.name, village=name)
