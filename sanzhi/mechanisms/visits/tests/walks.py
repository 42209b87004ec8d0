"""Groups with households, cadres with links, and a walk to record: what the tests of this room share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import Household, Post, PostKind
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.models import Link, Outing, Visit
from tests.people import FOUNDED, SYSTEM, TODAY, Town

DAY = dt.timedelta(days=1)
MONDAY = dt.date(2022, 5, 23)
SINCE = dt.date(2022, 3, 1)


@dataclass
class Village:
    """上河村 as it is walked: its groups, their households by group, posts by name, and links."""

    town: Town
    groups: list[Unit]
    households: list[list[Household]]
    posts: dict[str, Post]
    links: dict[str, Link] = field(default_factory=dict)
    elsewhere: Household | None = None
    far_group: Unit | None = None


def post(town: Town, unit: Unit, name: str, kind: str = PostKind.COMMITTEE, on: dt.date = FOUNDED) -> Post:
    """A person of the town in a post."""
    person = people.register_person(by=SYSTEM, town=town.unit, name=name)
    return people.open_post(by=SYSTEM, person=person, unit=unit, kind=kind, on=on)


@pytest.fixture
def village(town: Town) -> Village:
    """Four groups of five households, three cadres of which two are linked, and a group of another village."""
    first, other = town.villages["上河村"], town.villages["下河村"]
    groups = list(Unit.objects.filter(kind=UnitKind.GROUP).order_by("code"))
    households = [
        people.open_households(
            by=SYSTEM,
            households=[
                NewHousehold(f"01{g}{n:02d}", group, door=f"{g}组{n}号", walk_order=n, surname="陈")
                for n in range(1, 6)
            ],
            on=FOUNDED,
        )
        for g, group in enumerate(groups, 1)
    ]
    posts = {
        "chen": post(town, first, "陈立"),
        "lin": post(town, first, "林秀兰", PostKind.PARTY_SECRETARY),
        "xu": post(town, first, "许文书", PostKind.CLERK),
        "wang": post(town, other, "王长根", PostKind.PARTY_SECRETARY),
    }
    far = orgs.open_unit(
        by=SYSTEM, code="YLQH-V2-1", kind=UnitKind.GROUP, name="下河一组", parent=other, on=FOUNDED
    )
    elsewhere = people.open_household(by=SYSTEM, household=NewHousehold("0299", far), on=FOUNDED)
    made = Village(town, groups, households, posts, elsewhere=elsewhere, far_group=far)
    for key, group in (("chen", 0), ("lin", 1)):
        made.links[key] = actions.link_cadre(
            by=town.secretary, post=posts[key], group=groups[group], on=SINCE, ground="两委会分工"
        )
    return made


def ticks(households: Iterable[Household], outcome: str = "reached") -> list[Tick]:
    """The same outcome behind each door."""
    return [Tick(h.pk, outcome) for h in households]


def walk(
    village: Village,
    on: dt.date = MONDAY,
    *,
    doors: Iterable[Tick] | None = None,
    group: int = 0,
    went: tuple[str, ...] = ("chen",),
    half_day: str = "morning",
    by: User | None = None,
    received: dt.date | None = None,
    **more: object,
) -> Outing:
    """One outing of 陈立 in the first group, received on the day itself or on `received`."""
    wanted = list(doors) if doors is not None else ticks(village.households[group])
    with clock.standing_on(received or max(on, TODAY)):
        return actions.record_outing(
            by=by or village.town.cadre,
            group=village.groups[group],
            on=on,
            half_day=half_day,
            went=[village.posts[w] for w in went],
            ticks=wanted,
            **more,
        )


def settled(household: Household, year: int = 2022, month: int = 5) -> list[tuple[dt.date, str]]:
    """Which rows close a household for a month."""
    rows = Visit.objects.filter(
        household=household, settles=True, happened_on__year=year, happened_on__month=month
    )
    return list(rows.order_by("happened_on", "pk").values_list("happened_on", "outcome"))


def at(name: str, *keys: object) -> str:
    return reverse(f"visits:{name}", args=keys)


def sending(client: Client, address: str, **more: Any) -> dict[str, Any]:
    """What a form sends: its own hidden fields, and what a person did."""
    form = client.get(address).context["form"]
    hidden = {f.html_name: str(f.value()) for f in form if f.is_hidden and f.value() is not None}
    return hidden | more
