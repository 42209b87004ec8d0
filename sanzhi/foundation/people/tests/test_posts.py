"""People and posts: terms, the two committees, each person once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people import actions
from sanzhi.foundation.people.actions import NewPost
from sanzhi.foundation.people.models import Person, Post, PostKind
from sanzhi.foundation.people.queries import cadres_on, head_of, posts_on
from tests.people import FOUNDED, SYSTEM, TODAY, Town


@pytest.fixture
def person(town: Town) -> Person:
    return actions.register_person(by=SYSTEM, town=town.unit, name="林秀兰", phone="138 0000 1234")


def test_a_phone_number_lies_sealed_in_the_database_and_plain_in_python(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM people_person WHERE id = %s", [person.pk])
        (raw,) = cursor.fetchone()
    assert raw.startswith("v1:") and "1380000" not in raw
    assert Person.objects.get(pk=person.pk).phone == "138 0000 1234"


def test_a_cadre_with_two_posts_counts_once(town: Town, person: Person) -> None:
    village = town.villages["上河村"]
    for kind in (PostKind.PARTY_SECRETARY, PostKind.DIRECTOR):
        actions.open_post(by=SYSTEM, person=person, unit=village, kind=kind, on=FOUNDED)
    actions.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.CLERK, on=FOUNDED)
    assert cadres_on(town.unit, TODAY) == {person.pk: village.pk}
    assert head_of(village, TODAY) == person


def test_a_post_ends_on_the_first_day_it_is_no_longer_held(town: Town, person: Person) -> None:
    village, end = town.villages["上河村"], dt.date(2022, 7, 1)
    post = actions.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.DIRECTOR, on=FOUNDED)
    actions.close_post(by=SYSTEM, post=post, on=end, ground="换届")
    assert cadres_on(town.unit, dt.date(2022, 6, 30)) and not cadres_on(town.unit, end)
    with pytest.raises(Problem) as refused:
        actions.close_post(by=SYSTEM, post=post, on=end)
    assert refused.value.code == "people.post_ended"
    again = actions.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.DIRECTOR, on=end)
    assert list(posts_on(end, unit=village)) == [again]


def refusal(**changed: object) -> str:
    with pytest.raises(Problem) as refused:
        actions.open_post(by=SYSTEM, **changed)
    return refused.value.code


def test_a_post_is_refused_in_the_wrong_unit_twice_or_for_a_stranger(town: Town, person: Person) -> None:
    village, grid = town.villages["上河村"], Unit.objects.get(code="YLQH-V1-G1")
    actions.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.CLERK, on=TODAY)
    same = {"person": person, "unit": village, "kind": PostKind.CLERK}
    assert refusal(**same, on=TODAY) == "people.post_held"
    assert refusal(**same, on=FOUNDED) == "people.post_held"
    assert refusal(person=person, unit=grid, kind=PostKind.DIRECTOR, on=TODAY) == "people.wrong_unit"
    assert refusal(**same, on=dt.date(2020, 1, 1)) == "people.unit_not_standing"
    other = orgs.open_unit(
        by=SYSTEM, code="T2", kind=UnitKind.TOWN, name="白石镇", parent=town.county, on=FOUNDED
    )
    stranger = actions.register_person(by=SYSTEM, town=other, name="外人")
    assert refusal(person=stranger, unit=village, kind=PostKind.CLERK, on=TODAY) == "people.other_town"


@pytest.mark.parametrize(
    ("name", "phone", "code"),
    [
        ("", "", "people.name_needed"),
        ("林", "见面说", "people.phone"),
        ("林11010519491231002X", "", "people.holds_number"),
    ],
)
def test_a_person_is_refused_without_name_or_with_numbers_in_it(
    town: Town, name: str, phone: str, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        actions.register_person(by=SYSTEM, town=town.unit, name=name, phone=phone)
    assert refused.value.code == code
    assert not Person.objects.exists()


def test_many_posts_are_entered_in_one_act_or_none(town: Town) -> None:
    village, grid = town.villages["上河村"], Unit.objects.get(code="YLQH-V1-G1")
    rows = [
        NewPost(village, PostKind.DIRECTOR, FOUNDED, name="林秀兰", key="a", phone="0563-1234567"),
        NewPost(village, PostKind.CLERK, FOUNDED, name="林秀兰", key="a"),
        NewPost(grid, PostKind.GRID_WORKER, FOUNDED, name="陈立"),
    ]
    made = actions.open_posts(by=SYSTEM, town=town.unit, posts=rows)
    assert len(made) == 3 and Person.objects.count() == 2
    bad = [
        NewPost(village, PostKind.ACCOUNTANT, FOUNDED, name="新人"),
        NewPost(grid, PostKind.DIRECTOR, FOUNDED, name="错人"),
    ]
    with pytest.raises(Problem):
        actions.open_posts(by=SYSTEM, town=town.unit, posts=bad)
    with pytest.raises(Problem):
        actions.open_posts(by=SYSTEM, town=town.unit, posts=[rows[0], rows[0]])
    assert Person.objects.count() == 2 and Post.objects.count() == 3


def test_closing_a_village_ends_the_posts_in_it(town: Town, person: Person) -> None:
    village = town.villages["上河村"]
    actions.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.DIRECTOR, on=FOUNDED)
    ended = actions.close_posts_of(by=SYSTEM, units=[village], on=dt.date(2022, 7, 10), ground="合并")
    assert ended == 1
    assert Post.objects.get().closed_on == dt.date(2022, 7, 10)


def test_a_term_may_be_corrected_while_the_post_runs(town: Town, person: Person) -> None:
    post = actions.open_post(
        by=SYSTEM, person=person, unit=town.villages["上河村"], kind=PostKind.CLERK, on=TODAY
    )
    actions.correct_post(
        by=SYSTEM, post=post, two_committees=True, term_ends_on=dt.date(2026, 1, 1), opened_on=FOUNDED
    )
    post.refresh_from_db()
    assert post.two_committees and post.opened_on == FOUNDED
    actions.correct_person(by=SYSTEM, person=person, name="林秀兰", phone="")
    assert Person.objects.get(pk=person.pk).phone == ""
