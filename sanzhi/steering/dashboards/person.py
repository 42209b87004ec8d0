"""A person's own page: the posts they hold, how their own duties stand this year, their week, and what they recorded last."""

from __future__ import annotations

from dataclasses import dataclass

from sanzhi.kit import registry
from sanzhi.kit.ledger.queries import light, obligations_of
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.kit.made import Made
from sanzhi.steering.dashboards.course import Course, read_course
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import read_requirements
from sanzhi.steering.plans.ledger.viewer import Viewer

MOST = 10


@dataclass(frozen=True)
class Posts:
    """What the person's own posts owe over the year."""

    labels: list[str]
    stands: list[Stand]
    course: Course


def read_posts(viewer: Viewer) -> Posts:
    """Read what the person's posts owe, in a fixed number of queries; none where the account is tied to nobody."""
    mine = queries.own_posts(viewer)
    if not mine:
        return Posts([], [], Course(viewer.today.year, viewer.today))
    requirements = read_requirements(viewer.town)
    rows = light(obligations_of(viewer.town).filter(post__in=mine), requirements)
    found = stands(rows, viewer.town, viewer.today, above_village=viewer.above_village)
    labels = list(dict.fromkeys(label for label, _name in queries.posts_named(mine).values()))
    return Posts(labels, found, read_course(found, viewer.today.year, viewer.today))


def recent_records(viewer: Viewer) -> list[Made]:
    """What the person recorded last in any room, the latest first: one statement for each kind of record."""
    found = [made for room in registry.rooms() for latest in room.made for made in latest(viewer.user, MOST)]
    return sorted(found, key=lambda made: made.received_at, reverse=True)[:MOST]
