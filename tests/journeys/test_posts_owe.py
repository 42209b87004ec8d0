"""Posts that owe a week: made as weeks come, by links in force on four days; dropped when the link ended before."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.models import Post, PostKind
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.tests.readings import rhythm, stored, task
from sanzhi.mechanisms.visits.actions import end_link, link_cadre
from sanzhi.steering.indicators.nightly import run
from tests.people import SYSTEM, TODAY, Town

WEEKLY, PER_LINK = "visits.weekly", "visits.weekly_per_link"


@pytest.fixture
def post(town: Town) -> Post:
    person = people.register_person(by=SYSTEM, town=town.unit, name="陈立")
    return people.open_post(
        by=SYSTEM,
        person=person,
        unit=town.villages["上河村"],
        kind=PostKind.GRID_WORKER,
        on=dt.date(2022, 1, 1),
    )


def group(number: int) -> Unit:
    return Unit.objects.get(code=f"YLQH-V1-G{number}-1")


def link(town: Town, post: Post, number: int, on: dt.date) -> object:
    return link_cadre(by=town.secretary, post=post, group=group(number), on=on, ground="村两委分工")


def weeks(post: Post, proves: str = WEEKLY) -> list[str]:
    rows = Obligation.objects.filter(post=post, requirement__proves=proves, dropped_on__isnull=True)
    return sorted(rows.values_list("period", flat=True))


def asks(town: Town, proves: str) -> None:
    """A confirmed plan whose one weekly requirement a duty of visits proves."""
    words = "落实村干部走访机制，每周对联系的村民组走访不少于一天。"
    version = stored(town, task(words, "镇综治办", "各村", rhythm("week")))
    requirement = version.tasks.get().requirements.get()
    assert requirement.proves == WEEKLY
    ledger.edit_requirement(by=town.party, requirement=requirement, proves=proves)
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)


def test_a_post_owes_the_weeks_in_which_its_link_held_for_four_days(town: Town, post: Post) -> None:
    link(town, post, 1, dt.date(2022, 5, 12))
    asks(town, WEEKLY)
    # 05-09 to 05-15 holds four days from Thursday on; made up to the week that begins within seven days.
    assert weeks(post) == ["2022-W20", "2022-W21", "2022-W22", "2022-W23"]
    assert not Obligation.objects.filter(requirement__proves=WEEKLY, post__isnull=True).exists()


def test_two_links_are_one_week_of_the_post_in_either_reading(town: Town, post: Post) -> None:
    for number in (1, 2):
        link(town, post, number, dt.date(2022, 5, 23))
    asks(town, PER_LINK)
    assert weeks(post, PER_LINK) == ["2022-W22", "2022-W23"]


def test_the_night_makes_the_next_week_and_drops_the_one_a_link_no_longer_covers(
    town: Town, post: Post
) -> None:
    made = link(town, post, 1, dt.date(2022, 5, 16))
    asks(town, WEEKLY)
    assert weeks(post) == ["2022-W21", "2022-W22", "2022-W23"]
    with clock.standing_on(dt.date(2022, 5, 31)):
        run(dt.date(2022, 5, 31))
        assert weeks(post)[-1] == "2022-W24"
        end_link(by=town.secretary, link=made, on=dt.date(2022, 6, 1), ground="分工调整")
        run(dt.date(2022, 5, 31))
    # The week 05-30/06-05 had two days of it.
    assert weeks(post) == ["2022-W21", "2022-W22"]
