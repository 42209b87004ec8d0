"""Leave of a post: days inside the term, one at a time, and who stands in."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.history import history_of
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import RegisterChange, UnitKind
from sanzhi.foundation.people import actions
from sanzhi.foundation.people.models import Leave, Person, Post, PostKind
from sanzhi.foundation.people.queries import leaves_between, leaves_on
from tests.people import FOUNDED, SYSTEM, TODAY, Town

JUNE, JULY = dt.date(2022, 6, 1), dt.date(2022, 7, 1)


def named(town: Town, name: str, village: str = "上河村", kind: str = PostKind.COMMITTEE) -> Post:
    person = actions.register_person(by=SYSTEM, town=town.unit, name=name)
    return actions.open_post(by=SYSTEM, person=person, unit=town.villages[village], kind=kind, on=FOUNDED)


@pytest.fixture
def post(town: Town) -> Post:
    return named(town, "陈立")


def refusal(**given: object) -> str:
    with pytest.raises(Problem) as refused:
        actions.record_leave(**{"by": SYSTEM, "on": JUNE, "ground": "镇党委 6 月 1 日同意", **given})
    return refused.value.code


def test_a_cadre_on_leave_is_away_on_its_days_with_a_stand_in(town: Town, post: Post) -> None:
    other = named(town, "方晴").person
    made = actions.record_leave(
        by=SYSTEM, post=post, on=JUNE, until=JULY, ground="外出学习，镇党委同意", stand_in=other
    )
    assert not leaves_on(JUNE - dt.timedelta(1)) and not leaves_on(JULY)
    (away,) = leaves_on(JULY - dt.timedelta(1), town=town.unit)
    assert (away.pk, away.stand_in.name, away.post.person.name) == (made.pk, "方晴", "陈立")
    assert list(leaves_between([post.pk], dt.date(2022, 6, 27), dt.date(2022, 7, 3))) == [made]
    assert not leaves_between([post.pk], JULY, dt.date(2022, 7, 3))
    assert [p.verb for p in history_of(made)] == ["people.record_leave"]


def test_a_leave_and_its_end_tell_the_figures_from_which_day(town: Town, post: Post) -> None:
    made = actions.record_leave(by=SYSTEM, post=post, on=JUNE, ground="外出学习，镇党委同意")
    actions.end_leave(by=SYSTEM, leave=made, on=JULY)
    actions.end_leave(by=SYSTEM, leave=made, on=dt.date(2022, 6, 20))
    days = RegisterChange.objects.filter(register="leaves").order_by("pk").values_list("since", flat=True)
    assert list(days) == [JUNE, JULY, dt.date(2022, 6, 20)]
    assert Leave.objects.get().closed_on == dt.date(2022, 6, 20)


def test_a_second_leave_is_refused_while_it_overlaps_and_taken_where_it_touches(
    town: Town, post: Post
) -> None:
    first = actions.record_leave(by=SYSTEM, post=post, on=JUNE, until=JULY, ground="外出学习")
    assert refusal(post=post, on=dt.date(2022, 6, 30)) == "people.leave_held"
    assert refusal(post=post, on=dt.date(2022, 5, 1)) == "people.leave_held"
    later = actions.record_leave(by=SYSTEM, post=post, on=JULY, ground="外出学习")
    assert refusal(post=post, on=dt.date(2022, 9, 1)) == "people.leave_held"
    with pytest.raises(Problem) as refused:
        actions.end_leave(by=SYSTEM, leave=first, on=dt.date(2022, 7, 2))
    assert refused.value.code == "people.leave_held"
    assert set(Leave.objects.all()) == {first, later}


def test_a_leave_is_refused_outside_the_term_backwards_or_without_ground(town: Town, post: Post) -> None:
    assert refusal(post=post, on=FOUNDED - dt.timedelta(1)) == "people.leave_outside_post"
    assert refusal(post=post, until=JUNE) == "people.before_opening"
    assert refusal(post=post, ground=" ") == "people.leave_ground"
    assert refusal(post=post, ground="电话 13800001234") == "people.holds_number"
    actions.close_post(by=SYSTEM, post=post, on=dt.date(2022, 6, 15))
    assert refusal(post=post, on=dt.date(2022, 6, 15)) == "people.leave_outside_post"
    assert refusal(post=post, until=JULY) == "people.leave_outside_post"
    assert actions.record_leave(
        by=SYSTEM, post=post, on=JUNE, until=dt.date(2022, 6, 15), ground="外出学习"
    ).pk


def test_a_stand_in_is_refused_who_is_the_same_of_another_town_or_away(town: Town, post: Post) -> None:
    assert refusal(post=post, stand_in=post.person) == "people.own_stand_in"
    elsewhere = orgs.open_unit(
        by=SYSTEM, code="T2", kind=UnitKind.TOWN, name="白石镇", parent=town.county, on=FOUNDED
    )
    stranger: Person = actions.register_person(by=SYSTEM, town=elsewhere, name="外人")
    assert refusal(post=post, stand_in=stranger) == "people.other_town"
    other = named(town, "方晴")
    actions.record_leave(by=SYSTEM, post=other, on=TODAY, until=JUNE, ground="外出学习")
    assert actions.record_leave(by=SYSTEM, post=post, on=JUNE, ground="外出学习", stand_in=other.person).pk
    third = named(town, "魏岚")
    assert refusal(post=third, stand_in=post.person) == "people.stand_in_away"


def test_a_post_that_ends_ends_the_leave_in_it(town: Town, post: Post) -> None:
    actions.record_leave(by=SYSTEM, post=post, on=JUNE, ground="外出学习")
    actions.close_post(by=SYSTEM, post=post, on=JULY)
    assert leaves_on(JULY - dt.timedelta(1)) and not leaves_on(JULY)
