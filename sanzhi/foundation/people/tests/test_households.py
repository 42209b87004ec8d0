"""Households: stays, presence, numbers (cases 3 and 14)."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions
from sanzhi.foundation.people.actions import HeadCountEntry, NewHousehold
from sanzhi.foundation.people.models import HeadCount, Household, Presence, PresenceKind, Stay
from sanzhi.foundation.people.queries import (
    away_households,
    group_on,
    head_counts_of,
    owed_households,
    owed_stays,
    presence_counts,
    stays_on,
)
from tests.people import FOUNDED, SYSTEM, TODAY, Town

JUNE = dt.date(2022, 6, 30)


@pytest.fixture
def groups(town: Town) -> list[Unit]:
    return list(Unit.objects.filter(kind="group").order_by("code"))


@pytest.fixture
def household(groups: list[Unit]) -> Household:
    new = NewHousehold("0001", groups[0], door="1组5号", walk_order=3, surname="陈")
    return actions.open_household(by=SYSTEM, household=new, on=FOUNDED)


def refusal(act, **values: object) -> str:
    with pytest.raises(Problem) as refused:
        act(by=SYSTEM, **values)
    return refused.value.code


def test_a_household_that_moved_counts_in_the_group_of_the_periods_last_day(
    town: Town, groups: list[Unit], household: Household
) -> None:
    actions.move_household(by=SYSTEM, household=household, group=groups[1], on=dt.date(2022, 6, 15))
    assert owed_households(town.unit, JUNE) == {household.pk: groups[1].pk}
    assert owed_households(town.unit, dt.date(2022, 6, 12)) == {household.pk: groups[0].pk}
    assert group_on(household, dt.date(2022, 6, 10)) == groups[0]
    assert group_on(household, dt.date(2022, 6, 14)) == groups[0]
    assert group_on(household, dt.date(2022, 6, 15)) == groups[1]


def test_a_move_before_a_later_move_fits_in_between(groups: list[Unit], household: Household) -> None:
    actions.move_household(by=SYSTEM, household=household, group=groups[2], on=dt.date(2022, 6, 15))
    actions.move_household(by=SYSTEM, household=household, group=groups[1], on=dt.date(2022, 5, 1))
    spans = list(Stay.objects.order_by("opened_on").values_list("group_id", "opened_on", "closed_on"))
    assert spans == [
        (groups[0].pk, FOUNDED, dt.date(2022, 5, 1)),
        (groups[1].pk, dt.date(2022, 5, 1), dt.date(2022, 6, 15)),
        (groups[2].pk, dt.date(2022, 6, 15), None),
    ]


def test_of_467_households_the_275_at_home_are_owed_a_visit_in_june(town: Town, groups: list[Unit]) -> None:
    kinds = ["away"] * 180 + ["empty"] * 12 + ["seasonal"] * 40 + ["present"] * 235
    new = [
        NewHousehold(f"{n:04}", groups[n % 4], walk_order=n, presence=kind) for n, kind in enumerate(kinds)
    ]
    made = actions.open_households(by=SYSTEM, households=new, on=FOUNDED)
    assert len(owed_households(town.unit, JUNE)) == 275
    assert len(away_households(town.unit, JUNE)) == 180
    counts = presence_counts(JUNE, [g.pk for g in groups])
    assert sum(c["present"] for c in counts.values()) == 235

    seasonal = next(h for h, kind in zip(made, kinds, strict=True) if kind == "seasonal")
    actions.change_presence(by=SYSTEM, household=seasonal, kind=PresenceKind.AWAY, on=dt.date(2022, 6, 20))
    back = made[0]
    actions.change_presence(by=SYSTEM, household=back, kind=PresenceKind.PRESENT, on=dt.date(2022, 7, 3))

    assert seasonal.pk not in owed_households(town.unit, JUNE)
    assert seasonal.pk in owed_households(town.unit, dt.date(2022, 5, 31))
    assert back.pk not in owed_households(town.unit, JUNE)
    assert back.pk in owed_households(town.unit, dt.date(2022, 7, 31))
    assert owed_stays(JUNE, groups=[groups[0].pk]).count() < 275


def test_households_of_a_group_come_in_walking_order(groups: list[Unit]) -> None:
    new = [NewHousehold(n, groups[0], walk_order=w) for n, w in (("c", 1), ("a", 3), ("b", 2), ("d", 3))]
    actions.open_households(by=SYSTEM, households=new, on=FOUNDED)
    assert [s.household.number for s in stays_on(TODAY, [groups[0].pk])] == ["c", "b", "a", "d"]
    assert {s.presence for s in stays_on(TODAY, [groups[0].pk])} == {"present"}


def test_a_change_of_presence_before_a_later_one_fits_in_between(household: Household) -> None:
    actions.change_presence(by=SYSTEM, household=household, kind="away", on=dt.date(2022, 6, 1))
    actions.change_presence(by=SYSTEM, household=household, kind="seasonal", on=dt.date(2022, 3, 1))
    actions.change_presence(by=SYSTEM, household=household, kind="empty", on=dt.date(2022, 6, 1))
    spans = list(Presence.objects.order_by("opened_on").values_list("kind", "opened_on", "closed_on"))
    assert spans == [
        ("present", FOUNDED, dt.date(2022, 3, 1)),
        ("seasonal", dt.date(2022, 3, 1), dt.date(2022, 6, 1)),
        ("empty", dt.date(2022, 6, 1), None),
    ]
    assert (
        refusal(actions.change_presence, household=household, kind="empty", on=JUNE) == "people.same_presence"
    )


def test_a_household_is_refused_where_it_cannot_stand(
    town: Town, groups: list[Unit], household: Household
) -> None:
    def opened(**values: object) -> str:
        return refusal(actions.open_household, household=NewHousehold(**values), on=TODAY)

    assert opened(number="0001", group=groups[1]) == "people.number_taken"
    assert opened(number=" ", group=groups[1]) == "people.number_needed"
    assert opened(number="2", group=town.villages["上河村"]) == "people.not_group"
    assert opened(number="2", group=groups[1], surname="陈大明") == "people.surname_only"
    assert opened(number="2", group=groups[1], door="5号 13800001234") == "people.holds_number"
    assert opened(number="2", group=groups[1], opened_on=dt.date(2019, 1, 1)) == "people.unit_not_standing"
    moved = {"household": household, "on": TODAY}
    assert refusal(actions.move_household, **moved, group=town.villages["上河村"]) == "people.not_group"
    assert refusal(actions.move_household, **moved, group=groups[0], door="1组5号") == "people.same_group"
    assert refusal(actions.move_household, household=household, group=groups[1], on=dt.date(2019, 1, 1)) == (
        "people.unit_not_standing"
    )
    assert Household.objects.count() == 1


def test_a_closed_household_is_owed_nothing_and_needs_a_ground(town: Town, household: Household) -> None:
    assert (
        refusal(actions.close_household, household=household, on=TODAY, ground="") == "people.ground_needed"
    )
    actions.close_household(by=SYSTEM, household=household, on=dt.date(2022, 6, 10), ground="整户迁出")
    assert not owed_households(town.unit, JUNE)
    assert owed_households(town.unit, dt.date(2022, 6, 9))
    again = {"household": household, "on": dt.date(2022, 6, 5), "ground": "再销"}
    assert refusal(actions.close_household, **again) == "people.later_change"


def test_a_correction_changes_what_was_entered_wrongly(household: Household) -> None:
    actions.correct_household(
        by=SYSTEM, household=household, on=TODAY, surname="程", phone="5551234", door="6号", walk_order=9
    )
    (stay,) = stays_on(TODAY)
    assert (stay.household.contact_surname, stay.household.phone) == ("程", "5551234")
    assert (stay.door, stay.walk_order) == ("6号", 9)


def test_four_thousand_households_are_entered_in_seconds(town: Town, groups: list[Unit]) -> None:
    new = [
        NewHousehold(f"{n:05}", groups[n % 4], door=f"{n}号", walk_order=n, surname="王") for n in range(4200)
    ]
    started = time.perf_counter()
    actions.open_households(by=SYSTEM, households=new, on=FOUNDED)
    assert time.perf_counter() - started < 15
    assert len(owed_households(town.unit, TODAY)) == 4200


def test_a_head_count_has_a_source_and_is_corrected_on_its_day(town: Town) -> None:
    village = town.villages["上河村"]
    entry = HeadCountEntry(village, "户籍人口", 1620, dt.date(2021, 12, 31), "派出所户籍数")
    actions.record_head_counts(by=SYSTEM, counts=[entry])
    actions.record_head_counts(
        by=SYSTEM, counts=[HeadCountEntry(village, "户籍人口", 1622, entry.counted_on, "更正")]
    )
    assert [c.count for c in head_counts_of(village)] == [1622]
    assert refusal(actions.record_head_counts, counts=[HeadCountEntry(village, "户数", 3, TODAY, " ")]) == (
        "people.source_needed"
    )
    assert (
        refusal(actions.record_head_counts, counts=[HeadCountEntry(village, "户数", -3, TODAY, "表")])
        == "people.count"
    )
    assert HeadCount.objects.count() == 1
