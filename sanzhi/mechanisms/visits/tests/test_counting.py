"""What walks prove: cases 3, 4, 5 and 14 by number, through the actions and the engine; and figures fresh after every act."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from sanzhi.domain.amounts import Amount
from sanzhi.domain.periods import Every, Period, closes_on, period_of
from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import Household, PresenceKind
from sanzhi.kit.measures.declarations import Duty
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.measures.freshness import figures, fold
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.actions import NewOuting, Tick
from sanzhi.mechanisms.visits.measures import AWAY, MONTHLY, WEEKLY, WEEKLY_PER_LINK, without
from sanzhi.mechanisms.visits.queries.coverage import Reached, beside, by_group, by_village, total
from sanzhi.mechanisms.visits.tests.walks import DAY, MONDAY, SYSTEM, Village, ticks, village, walk
from tests.people import FOUNDED, TODAY, Town

__all__ = ["village"]
MAY = period_of(Every.MONTH, MONDAY)
JUNE = period_of(Every.MONTH, dt.date(2022, 6, 1))
WEEK = period_of(Every.WEEK, MONDAY)
ALL = Fraction(1)


def slot(unit: Unit, period: Period, *, post: int = 0, whole: bool = False) -> Slot:
    return Slot(
        unit.pk, period.code, period.first, period.last, closes_on(period), whole=whole, share=ALL, post=post
    )


def amount(
    duty: Duty, town: Town, unit: Unit, period: Period, today: dt.date | None = None, **more
) -> Amount:
    asked = slot(unit, period, **more)
    return amounts_of(town.unit, {duty: [asked]}, today or period.last)[duty.code, asked]


def share(duty: Duty, town: Town, unit: Unit, period: Period, **more) -> tuple[int, int | None]:
    found = amount(duty, town, unit, period, **more)
    return found.numerator, found.denominator


# --- the month --------------------------------------------------------------------------------------------------------


def test_the_month_counts_households_at_home_once_each_village_group_and_town(
    village: Village, town: Town
) -> None:
    home, group = town.villages["上河村"], village.groups[0]
    walk(village)
    walk(village, MONDAY + DAY)
    assert share(MONTHLY, town, home, MAY) == (5, 20)
    assert share(MONTHLY, town, group, MAY) == (5, 5)
    assert share(MONTHLY, town, town.unit, MAY, whole=True) == (5, 21)


def test_a_void_an_edit_and_a_confirmation_move_the_figure(village: Village, town: Town) -> None:
    home, one = town.villages["上河村"], village.households[0][0]
    first = walk(village, doors=ticks([one], "slip_left"))
    second = walk(village, MONDAY + DAY, doors=ticks([one], "nobody_home"))
    assert share(MONTHLY, town, home, MAY) == (1, 20)
    with clock.standing_on(TODAY):
        actions.correct_outing(
            by=town.cadre, outing=first, on=MONDAY, half_day="morning", went=[village.posts["chen"]],
            ticks=ticks([one], "nobody_home"),
        )  # fmt: skip
        assert share(MONTHLY, town, home, MAY) == (0, 20)
        actions.correct_outing(
            by=town.cadre, outing=second, on=MONDAY + DAY, half_day="morning", went=[village.posts["chen"]],
            ticks=ticks([one], "declined"),
        )  # fmt: skip
        assert share(MONTHLY, town, home, MAY) == (1, 20)
        actions.void_outing(by=town.cadre, outing=second, reason="记到了别的户")
    assert share(MONTHLY, town, home, MAY) == (0, 20)


def test_case_2_what_arrives_after_the_close_counts_and_is_late(village: Village, town: Town) -> None:
    home = town.villages["上河村"]
    on, received = dt.date(2022, 6, 28), dt.date(2022, 7, 20)
    walk(village, on, received=received, late_reason="山上没有信号")
    found = amount(MONTHLY, town, home, JUNE, today=received)
    assert (found.numerator, found.denominator, found.on_time) == (5, 20, 0)


def test_case_2_what_arrives_by_the_close_is_in_time(village: Village, town: Town) -> None:
    walk(village, dt.date(2022, 5, 30), received=dt.date(2022, 6, 5))
    found = amount(MONTHLY, town, town.villages["上河村"], MAY, today=dt.date(2022, 6, 8))
    assert (found.numerator, found.on_time) == (5, 5)


def test_case_3_a_household_that_moved_counts_where_it_stands_on_the_last_day(
    village: Village, town: Town
) -> None:
    household = village.households[0][0]
    walk(village, dt.date(2022, 6, 10), doors=ticks([household]))
    with clock.standing_on(dt.date(2022, 6, 20)):
        people.move_household(
            by=SYSTEM, household=household, group=village.groups[1], on=dt.date(2022, 6, 15)
        )
    assert share(MONTHLY, town, village.groups[0], JUNE) == (0, 4)
    assert share(MONTHLY, town, village.groups[1], JUNE) == (1, 6)
    week = period_of(Every.WEEK, dt.date(2022, 6, 10))
    assert share(WEEKLY_PER_LINK, town, village.groups[0], week) == (1, 1)


@pytest.fixture
def case_14(town: Town, village: Village) -> list[Household]:
    """上河村's 467 households: 180 away, 12 empty, 275 at home; the twenty of the other tests are gone."""
    with clock.standing_on(TODAY):
        for household in (h for some in village.households for h in some):
            people.close_household(by=SYSTEM, household=household, on=dt.date(2022, 5, 20), ground="测试")
    kinds = [PresenceKind.PRESENT] * 235 + [PresenceKind.SEASONAL] * 40
    kinds += [PresenceKind.AWAY] * 180 + [PresenceKind.EMPTY] * 12
    new = [
        NewHousehold(f"14{n:03d}", village.groups[n % 4], walk_order=n, presence=kind)
        for n, kind in enumerate(kinds)
    ]
    return people.open_households(by=SYSTEM, households=new, on=dt.date(2022, 5, 21))


def test_case_14_of_275_owed_households_265_are_reached_15_of_these_by_attempts(
    case_14: list[Household], village: Village, town: Town
) -> None:
    outcomes = ["reached"] * 240 + ["declined"] * 10 + ["slip_left"] * 15
    outings: list[NewOuting] = []

    def walked(on: dt.date, doors: list[Tick], half_day: str = "morning") -> None:
        for g, group in enumerate(village.groups):
            mine = [t for t in doors if numbers[t.household] % 4 == g]
            for start in range(0, len(mine), 60):
                outings.append(NewOuting(town.cadre, group, on, half_day, [village.posts["chen"]], mine[start : start + 60]))  # fmt: skip

    numbers = {h.pk: n for n, h in enumerate(case_14)}
    walked(dt.date(2022, 6, 7), [Tick(h.pk, o) for h, o in zip(case_14, outcomes, strict=False)])
    walked(dt.date(2022, 6, 7), [Tick(h.pk, "nobody_home") for h in case_14[250:257]], "evening")
    walked(dt.date(2022, 6, 21), [Tick(h.pk, "nobody_home") for h in case_14[257:265]])
    walked(dt.date(2022, 5, 24), [Tick(h.pk, "reached") for h in case_14[275:281]])
    for on in (dt.date(2022, 5, 24), dt.date(2022, 6, 7), dt.date(2022, 6, 21)):
        with clock.standing_on(on):
            actions.record_outings(by=SYSTEM, outings=[o for o in outings if o.on == on])
    home = town.villages["上河村"]
    assert share(MONTHLY, town, home, JUNE) == (265, 275)
    sums = total(by_group([g.pk for g in village.groups], JUNE.last, JUNE.last).values())
    assert sums == Reached(275, 265, 10, 15, away=180, contacted=6, groups=4)
    assert [n for _, n in beside(town.unit, home, JUNE.first, JUNE.last)] == [10, 15, 180, 6, 0]
    assert share(AWAY, town, home, period_of(Every.QUARTER, JUNE.last)) == (6, 180)


def test_case_14_a_household_back_from_july_is_owed_from_july(case_14: list[Household], town: Town) -> None:
    with clock.standing_on(dt.date(2022, 7, 2)):
        people.change_presence(
            by=SYSTEM, household=case_14[300], kind=PresenceKind.PRESENT, on=dt.date(2022, 7, 1)
        )
    home, july = town.villages["上河村"], JUNE.next
    assert share(MONTHLY, town, home, JUNE) == (0, 275)
    assert share(MONTHLY, town, home, july) == (0, 276)


def test_coverage_by_group_says_the_same_as_the_engine_in_a_fixed_number_of_queries(
    village: Village, town: Town, django_assert_num_queries
) -> None:
    one = village.households[1]
    walk(village, doors=[*ticks(village.households[0][:2]), *ticks(village.households[0][2:3], "slip_left")])
    walk(village, group=1, went=("lin",), doors=ticks(one[:1], "declined"))
    with django_assert_num_queries(4):
        villages, groups = by_village(town.unit, MAY.last, MAY.last)
    for pk, figures_of in groups.items():
        unit = Unit.objects.get(pk=pk)
        assert share(MONTHLY, town, unit, MAY) == (figures_of.reached, figures_of.owed)
    home = town.villages["上河村"]
    assert villages[home.pk] == Reached(20, 3, 1, groups=4, groups_left_out=2)
    assert villages[home.pk].open == 17


# --- the week ---------------------------------------------------------------------------------------------------------


def test_case_4_two_linked_groups_owe_one_walk_in_either_or_one_in_each(village: Village, town: Town) -> None:
    chen = village.posts["chen"]
    with clock.standing_on(TODAY):
        actions.link_cadre(
            by=town.secretary, post=chen, group=village.groups[2], on=dt.date(2022, 4, 1), ground="分工"
        )
    walk(village, group=2)
    home = town.villages["上河村"]
    assert share(WEEKLY, town, home, WEEK, post=chen.pk) == (1, 1)
    assert share(WEEKLY, town, home, WEEK) == (1, 2)
    assert share(WEEKLY_PER_LINK, town, home, WEEK) == (1, 3)
    assert share(WEEKLY_PER_LINK, town, home, WEEK, post=chen.pk) == (1, 2)
    # One day may serve both when both have a record.
    walk(village, half_day="afternoon")
    assert share(WEEKLY_PER_LINK, town, home, WEEK, post=chen.pk) == (2, 2)


def test_case_4_two_cadres_of_one_group_owe_each_and_a_joint_walk_lists_both(
    village: Village, town: Town
) -> None:
    with clock.standing_on(TODAY):
        actions.link_cadre(
            by=town.secretary,
            post=village.posts["xu"],
            group=village.groups[0],
            on=dt.date(2022, 4, 1),
            ground="分工",
        )
    home = town.villages["上河村"]
    alone = walk(village)
    assert share(WEEKLY, town, home, WEEK) == (1, 3)
    with clock.standing_on(TODAY):
        actions.void_outing(by=town.cadre, outing=alone, reason="改为共同走访")
    walk(village, went=("chen", "xu"))
    assert share(WEEKLY, town, home, WEEK) == (2, 3)


def test_case_4_a_walk_without_a_link_counts_for_households_and_not_for_the_week(
    village: Village, town: Town
) -> None:
    walk(village, group=3, went=("chen", "xu"))
    home = town.villages["上河村"]
    assert share(WEEKLY, town, home, WEEK) == (0, 2)
    assert share(MONTHLY, town, home, MAY) == (5, 20)


@pytest.mark.parametrize(("first", "owed"), [(dt.date(2022, 5, 26), 3), (dt.date(2022, 5, 27), 2)])
def test_case_4_a_week_is_owed_when_the_link_held_on_four_of_its_days(
    first: dt.date, owed: int, village: Village, town: Town
) -> None:
    with clock.standing_on(TODAY):
        actions.link_cadre(
            by=town.secretary, post=village.posts["xu"], group=village.groups[2], on=first, ground="分工"
        )
    assert share(WEEKLY, town, town.villages["上河村"], WEEK)[1] == owed


@pytest.mark.parametrize(("days", "owed"), [(3, 2), (4, 1)])
def test_leave_of_half_of_the_week_or_more_exempts_the_post(
    days: int, owed: int, village: Village, town: Town
) -> None:
    with clock.standing_on(TODAY):
        people.record_leave(
            by=SYSTEM, post=village.posts["chen"], on=MONDAY, until=MONDAY + days * DAY, ground="外出培训"
        )
    assert share(WEEKLY, town, town.villages["上河村"], WEEK)[1] == owed


def test_a_stand_ins_walk_counts_for_the_post_of_the_absent(village: Village, town: Town) -> None:
    with clock.standing_on(TODAY):
        people.record_leave(
            by=SYSTEM, post=village.posts["chen"], on=MONDAY, until=MONDAY + 2 * DAY, ground="外出培训",
            stand_in=village.posts["xu"].person,
        )  # fmt: skip
    walk(village, went=("xu",), by=town.clerk)
    home = town.villages["上河村"]
    assert share(WEEKLY, town, home, WEEK, post=village.posts["chen"].pk) == (1, 1)


def test_a_link_that_ends_takes_later_walks_with_it_and_one_entered_late_finds_earlier_ones(
    village: Village, town: Town
) -> None:
    home, chen = town.villages["上河村"], village.posts["chen"]
    walk(village, group=2)
    assert share(WEEKLY, town, home, WEEK, post=chen.pk) == (0, 1)
    with clock.standing_on(TODAY):
        link = actions.link_cadre(
            by=town.secretary, post=chen, group=village.groups[2], on=MONDAY, ground="分工"
        )
    assert share(WEEKLY, town, home, WEEK, post=chen.pk) == (1, 1)
    walk(village, MONDAY + 7 * DAY, group=2)
    with clock.standing_on(MONDAY + 8 * DAY):
        actions.end_link(by=town.secretary, link=link, on=MONDAY + 4 * DAY, ground="调整分工")
    assert share(WEEKLY, town, home, WEEK.next, post=chen.pk) == (0, 1)
    assert share(WEEKLY, town, home, WEEK, post=chen.pk) == (1, 1)


def test_case_6_a_month_of_weeks_is_the_sum_of_its_weeks(village: Village, town: Town) -> None:
    home = town.villages["上河村"]
    for n in range(3):
        walk(village, dt.date(2022, 5, 2) + 7 * n * DAY, late_reason="补录四月以来的走访")
    weeks = [period_of(Every.WEEK, dt.date(2022, 5, 1) + 7 * n * DAY) for n in range(5)]
    sums = [share(WEEKLY, town, home, week, today=dt.date(2022, 5, 31)) for week in weeks]
    assert (sum(a for a, _ in sums), sum(b or 0 for _, b in sums)) == (3, 10)


# --- fresh ------------------------------------------------------------------------------------------------------------


def test_tallies_are_never_older_than_the_last_act(village: Village, town: Town) -> None:
    home, chen = town.villages["上河村"], village.posts["chen"]
    asked = {
        MONTHLY: [slot(home, MAY), slot(town.unit, MAY, whole=True)],
        WEEKLY: [slot(home, WEEK, post=chen.pk)],
        WEEKLY_PER_LINK: [slot(home, WEEK, post=chen.pk)],
        AWAY: [slot(home, period_of(Every.QUARTER, MONDAY))],
    }
    one = village.households[0][0]
    made = {}

    def confirm_figures() -> None:
        fresh, live = figures(town.unit, asked, TODAY), amounts_of(town.unit, asked, TODAY)
        assert fresh == live
        fold(by=SYSTEM, town=town.unit, asked=asked, today=TODAY)
        assert figures(town.unit, asked, TODAY) == live

    def away() -> None:
        people.change_presence(by=SYSTEM, household=one, kind=PresenceKind.AWAY, on=TODAY)

    def correct() -> None:
        actions.correct_outing(
            by=town.cadre, outing=made["walk"], on=TODAY, half_day="morning", went=[village.posts["xu"]],
            ticks=ticks(village.households[0][:2]),
        )  # fmt: skip

    for act in (
        lambda: made.update(walk=walk(village)),
        lambda: made.update(
            link=actions.link_cadre(
                by=town.secretary, post=village.posts["xu"], group=village.groups[0], on=MONDAY, ground="分工"
            )
        ),
        correct,
        away,
        lambda: walk(village, doors=ticks([one])),
        lambda: actions.end_link(
            by=town.secretary, link=village.links["chen"], on=MONDAY + DAY, ground="调整"
        ),
        lambda: actions.void_outing(by=town.cadre, outing=made["walk"], reason="不是事实"),
    ):
        with clock.standing_on(TODAY):
            act()
            confirm_figures()


def test_leave_is_cut_out_of_a_span_of_days() -> None:
    def day(n: int) -> dt.date:
        return FOUNDED + n * DAY

    assert without((day(0), None), []) == [(day(0), None)]
    assert without((day(0), None), [(day(2), day(4))]) == [(day(0), day(2)), (day(4), None)]
    assert without((day(0), day(9)), [(day(2), None)]) == [(day(0), day(2))]
    assert without((day(3), day(5)), [(day(0), day(9))]) == []
    assert without((day(0), day(9)), [(day(1), day(2)), (day(4), day(5))]) == [
        (day(0), day(1)), (day(2), day(4)), (day(5), day(9)),
    ]  # fmt: skip
