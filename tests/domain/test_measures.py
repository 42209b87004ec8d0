"""Counting without a database: docs/rules/coverage.md and the cases of counting."""

from datetime import date
from fractions import Fraction

import pytest

from sanzhi.domain.measures import (
    NOTHING,
    Fact,
    Placement,
    Ratio,
    Register,
    Succession,
    add_levels,
    count,
    coverage,
    facts_of,
    parents_on,
    share,
    share_of_subjects,
    standing_on,
    subjects_of,
    sum_of_weeks,
    with_successors,
)
from sanzhi.domain.periods import DaySpan, Every, Period, parse, period_of
from sanzhi.domain.problems import Problem
from sanzhi.domain.targets import met, needed

LONG_AGO = date(2020, 1, 1)
JUNE = parse("2022-06")
JULY = parse("2022-07")


def line(subject: str, unit: str, first: date = LONG_AGO, last: date | None = None, **more) -> Register:
    return Register("people.anything", subject, unit, first, last, **more)


def fact(subject: str, unit: str, day: date, *, amount: int = 1, **more) -> Fact:
    days = {"counts_for": day, "received_on": day, **more}
    return Fact("room.done", subject, unit, day, amount=amount, **days)


def villages(count: int) -> list[Register]:
    """Each village stands for itself: it is its own subject and its own unit."""
    return [line(f"v{n}", f"v{n}") for n in range(1, count + 1)]


def total(figures: dict[str, Ratio]) -> Ratio:
    return sum(figures.values(), NOTHING)


def week(sunday: date) -> Period:
    return period_of(Every.WEEK, sunday)


# --- case 1: a merge --------------------------------------------------------------------------------------------------

MERGED_ON = date(2022, 7, 10)
MERGE = [Succession("A", "C", MERGED_ON), Succession("B", "C", MERGED_ON)]
NINE = [line(v, v) for v in ("A", "B", "v3", "v4", "v5", "v6", "v7", "v8", "v9")]
AFTER_MERGE = [*standing_on(NINE, MERGE), line("C", "C", MERGED_ON)]
VIDEO = [fact(v, v, date(2022, 5, 10)) for v in ("A", "v3", "v4", "v5", "v6")]


def video_coverage(due_on: date) -> Ratio:
    stage = DaySpan(date(2022, 3, 15), due_on)
    return total(coverage(AFTER_MERGE, with_successors(VIDEO, MERGE, stage), stage, "by_day"))


def test_case_01_may_counts_five_of_nine_villages():
    assert video_coverage(date(2022, 5, 31)) == Ratio(5, 9, 5)


def test_case_01_at_the_end_of_september_the_merged_village_is_covered_through_a():
    stage = DaySpan(date(2022, 3, 15), date(2022, 9, 30))
    figures = coverage(AFTER_MERGE, with_successors(VIDEO, MERGE, stage), stage, "by_day")
    assert figures["C"] == Ratio(1, 1, 1)
    assert total(figures) == Ratio(5, 8, 5)
    assert "A" not in figures


def test_case_01_july_has_one_obligation_for_which_the_first_nine_days_count():
    meetings = [fact("A", "A", date(2022, 7, 4)), fact("B", "B", date(2022, 7, 5))]
    figures = coverage(AFTER_MERGE, with_successors(meetings, MERGE, JULY), JULY)
    assert figures["C"] == Ratio(1, 1, 1)
    assert total(figures).denominator == 8


def test_case_01_on_the_eve_of_the_merge_there_are_nine_and_on_the_day_eight():
    assert video_coverage(date(2022, 7, 9)).denominator == 9
    assert video_coverage(MERGED_ON).denominator == 8


def test_case_01_june_stays_with_the_two_villages():
    meetings = [fact("A", "A", date(2022, 6, 4))]
    figures = coverage(AFTER_MERGE, with_successors(meetings, MERGE, JUNE), JUNE)
    assert (figures["A"], figures["B"]) == (Ratio(1, 1, 1), Ratio(0, 1, 0))
    assert "C" not in figures


def test_case_01_the_towns_totals_do_not_move():
    placements = [
        Placement("town", None, LONG_AGO),
        Placement("A", "town", LONG_AGO, date(2022, 7, 9)),
        Placement("B", "town", LONG_AGO, date(2022, 7, 9)),
        Placement("C", "town", MERGED_ON),
        Placement("v3", "town", LONG_AGO),
    ]
    patrols = [
        fact("p1", "A", date(2022, 7, 2)),
        fact("p2", "C", date(2022, 7, 12)),
        fact("p3", "v3", date(2022, 7, 3)),
    ]
    for facts in (patrols, with_successors(patrols, MERGE, JULY)):
        levels = add_levels(count(facts, JULY), parents_on(placements, JULY.last))
        assert levels["town"].numerator == 3


def test_a_chain_of_successors_is_followed_to_its_end_and_a_circle_is_refused():
    chain = [Succession("A", "C", MERGED_ON), Succession("C", "D", date(2022, 7, 20))]
    assert with_successors([fact("A", "A", date(2022, 7, 1))], chain, JULY)[0].unit == "D"
    with pytest.raises(Problem) as refusal:
        with_successors(
            [fact("A", "A", date(2022, 7, 1))], [*chain, Succession("D", "A", date(2022, 7, 21))], JULY
        )
    assert refusal.value.code == "measures.loop"


def test_the_facts_of_a_divided_village_stay_its_own():
    division = [Succession("A", "C", MERGED_ON), Succession("A", "D", MERGED_ON)]
    assert with_successors([fact("A", "A", date(2022, 7, 1))], division, JULY)[0].unit == "A"


# --- cases 2 to 8 -----------------------------------------------------------------------------------------------------


def test_case_02_what_comes_after_the_close_counts_in_the_amount_but_not_as_on_time():
    visits = [
        fact("h1", "G1", date(2022, 6, 28), received_on=date(2022, 7, 20)),
        fact("h2", "G1", date(2022, 6, 28), received_on=date(2022, 7, 7)),
    ]
    homes = [line("h1", "G1"), line("h2", "G1")]
    assert coverage(homes, visits, JUNE) == {"G1": Ratio(2, 2, 1)}
    assert count(visits, JUNE) == {"G1": Ratio(2, None, 1)}


MOVED = [line("h1", "G1", LONG_AGO, date(2022, 6, 14)), line("h1", "G2", date(2022, 6, 15))]
VISIT = [fact("h1", "G1", date(2022, 6, 10))]


def test_case_03_a_household_that_moved_is_counted_where_it_stands_on_the_last_day():
    assert coverage(MOVED, VISIT, JUNE) == {"G2": Ratio(1, 1, 1)}


def test_case_03_its_visit_counts_for_the_link_of_the_grid_where_it_was_made():
    link = [Register("visits.links", "cadre/G1", "G1", LONG_AGO)]
    outing = [fact("cadre/G1", "G1", date(2022, 6, 10))]
    assert coverage(link, outing, week(date(2022, 6, 12)), read="half") == {"G1": Ratio(1, 1, 1)}


JUNE_WEEK = week(date(2022, 6, 12))


def test_case_04_a_cadre_with_two_groups_owes_one_visit_day_in_either():
    post = [Register("posts.with_links", "cadre", "village", LONG_AGO)]
    outings = [fact("cadre", "G2", date(2022, 6, 8)), fact("cadre", "G2", date(2022, 6, 9))]
    assert coverage(post, outings, JUNE_WEEK, read="half") == {"village": Ratio(1, 1, 1)}


def test_case_04_where_the_town_counts_links_each_pair_needs_its_own_visit_day():
    pairs = [line("cadre/G1", "G1"), line("cadre/G2", "G2")]
    one = [fact("cadre/G1", "G1", date(2022, 6, 8))]
    both = [*one, fact("cadre/G2", "G2", date(2022, 6, 8))]
    assert total(coverage(pairs, one, JUNE_WEEK, read="half")) == Ratio(1, 2, 1)
    assert total(coverage(pairs, both, JUNE_WEEK, read="half")) == Ratio(2, 2, 2)


def test_case_04_two_cadres_of_one_group_each_owe_and_a_joint_outing_lists_both():
    pairs = [line("ann/G1", "G1"), line("bo/G1", "G1")]
    joint = [fact("ann/G1", "G1", date(2022, 6, 8)), fact("bo/G1", "G1", date(2022, 6, 8))]
    assert coverage(pairs, joint[:1], JUNE_WEEK, read="half") == {"G1": Ratio(1, 2, 1)}
    assert coverage(pairs, joint, JUNE_WEEK, read="half") == {"G1": Ratio(2, 2, 2)}


def test_case_04_a_visit_by_somebody_without_a_link_counts_for_households_not_for_the_week():
    by_stranger = fact("stranger/G1", "G1", date(2022, 6, 8))
    assert coverage([line("ann/G1", "G1")], [by_stranger], JUNE_WEEK, read="half") == {"G1": Ratio(0, 1, 0)}
    assert coverage([line("h1", "G1")], [fact("h1", "G1", date(2022, 6, 8))], JUNE) == {"G1": Ratio(1, 1, 1)}


@pytest.mark.parametrize(
    ("linked_on", "owed"), [(date(2022, 6, 9), {"cadre": "G1"}), (date(2022, 6, 10), {})]
)
def test_case_04_a_week_is_owed_when_the_link_held_on_four_of_its_days(linked_on, owed):
    assert subjects_of([line("cadre", "G1", linked_on)], JUNE_WEEK, "half") == owed


def test_case_06_a_month_of_a_weekly_duty_is_the_sum_of_its_weeks_each_with_its_own_register():
    # three cadres until Tuesday 06-14, two from then on: the weeks owe 3, 3, 2 and 2, not 4 times 2
    posts = [line("c1", "v"), line("c2", "v"), line("c3", "v", LONG_AGO, date(2022, 6, 14))]
    outings = [fact("c1", "v", day) for day in (date(2022, 6, 2), date(2022, 6, 8), date(2022, 6, 23))]
    weeks = [week(date(2022, 6, day)) for day in (5, 12, 19, 26)]
    by_week = {w: coverage(posts, outings, w, read="half") for w in [*weeks, week(date(2022, 7, 3))]}
    assert sum_of_weeks(by_week, JUNE) == {"v": Ratio(3, 10, 3)}
    assert coverage(posts, outings, JUNE)["v"].denominator == 2


def test_case_07_records_since_the_start_of_the_half_year_count():
    served = [fact("v1", "v1", date(2022, 1, 20))]
    assert coverage(villages(1), served, parse("2022-H1")) == {"v1": Ratio(1, 1, 1)}


def test_case_08_the_share_counts_what_was_built_by_the_due_day_and_accepted_by_its_close():
    stage = DaySpan(date(2022, 3, 15), date(2022, 5, 31))
    sites = [
        fact("v1", "v1", date(2022, 5, 20), received_on=date(2022, 6, 7)),
        fact("v2", "v2", date(2022, 5, 20), received_on=date(2022, 6, 20)),  # accepted later: a late revision
        fact("v3", "v3", date(2022, 6, 2), received_on=date(2022, 6, 3)),  # built too late for this stage
    ]
    assert total(coverage(villages(9), sites, stage, "by_day")) == Ratio(2, 9, 1)


# --- cases 11 to 18 ---------------------------------------------------------------------------------------------------


def test_case_12_an_exempt_village_leaves_both_sides_and_is_named_beside():
    meetings = [fact(f"v{n}", f"v{n}", date(2022, 7, 12)) for n in range(1, 9)]
    assert total(coverage(villages(9), meetings, JULY, exempt={"v9"})) == Ratio(8, 8, 8, exempt=1)


def test_case_12_an_exempt_village_that_met_all_the_same_stands_in_both_again():
    meetings = [fact(f"v{n}", f"v{n}", date(2022, 7, 12)) for n in range(1, 10)]
    assert total(coverage(villages(9), meetings, JULY, exempt={"v9"})) == Ratio(9, 9, 9)


def test_case_12_where_everybody_is_exempt_nobody_owes_it():
    figure = coverage(villages(1), [], JULY, exempt={"v1"})["v1"]
    assert figure == Ratio(0, None, 0, exempt=1)
    assert met(figure.numerator, figure.denominator, Fraction(1)) is None


def test_case_14_at_the_door():
    present = [line(f"h{n}", "village") for n in range(275)]
    gone = date(2022, 6, 20)  # a seasonal household that left gets a dated absence
    present += [line(f"s{n}", "village", LONG_AGO, gone) for n in range(3)]
    reached = [fact(f"h{n}", "village", date(2022, 6, 9)) for n in range(250)]  # 240 talked, 10 declined
    attempts = [fact(f"h{n}", "village", date(2022, 6, 16)) for n in range(250, 265)]
    assert str(coverage(present, reached + attempts, JUNE)["village"]) == "265/275（96.4%）"
    by_attempts = coverage(present, attempts, JUNE)["village"].numerator
    assert by_attempts == 15


def test_case_14_a_household_back_from_july_is_owed_from_july():
    back = [line("h1", "village", date(2022, 7, 1))]
    assert coverage(back, [], JUNE) == {}
    assert coverage(back, [], JULY) == {"village": Ratio(0, 1, 0)}


def test_case_15_a_village_without_grids_has_no_complete_chain():
    figure = coverage([], [], JUNE, units=["v1"])["v1"]
    assert figure == Ratio(0, 0, 0)
    assert figure.fraction is None
    assert met(figure.numerator, figure.denominator, Fraction(1)) is False


def test_case_15_a_group_that_is_closed_shows_as_a_fall_of_the_denominator():
    groups = [line("g1", "v1"), line("g2", "v1", LONG_AGO, date(2022, 11, 15))]
    trained = [fact("g1", "v1", date(2022, 4, 1))]
    before = coverage(groups, trained, parse("2022-10"), "by_day")["v1"]
    after = coverage(groups, trained, parse("2022-11"), "by_day")["v1"]
    assert (before, after) == (Ratio(1, 2, 1), Ratio(1, 1, 1))
    assert before.denominator - after.denominator == 1


def test_case_16_town_units_of_the_dated_list_stand_in_the_denominator():
    listed = [Register("units.town", f"u{n}", f"u{n}", date(2022, 3, 1)) for n in range(13)]
    assert total(coverage([*listed, *villages(9)], [], JUNE)).denominator == 22


def test_case_17_publishing_junes_items_counts_for_july():
    disclosed = [fact("v1", "v1", date(2022, 7, 14))]
    assert coverage(villages(1), disclosed, JULY) == {"v1": Ratio(1, 1, 1)}
    assert coverage(villages(1), disclosed, JUNE) == {"v1": Ratio(0, 1, 0)}


def test_a_plan_published_in_may_counts_for_june():
    published = [fact("v1", "v1", date(2022, 5, 28), counts_for=date(2022, 6, 1))]
    assert coverage(villages(1), published, JUNE) == {"v1": Ratio(1, 1, 1)}


def test_case_18_what_was_done_in_a_week_that_owes_nothing_stands_in_sums_not_in_shares():
    weeks = [week(date(2022, 7, day)) for day in (3, 10, 17, 24, 31)]
    outings = [fact("c1", "v", date(2022, 7, 6)), fact("c1", "v", date(2022, 7, 27))]
    by_week = {w: coverage([line("c1", "v")], outings, w, read="half") for w in weeks}
    owed = {w for w in weeks if w not in weeks[1:3]}
    assert sum_of_weeks(by_week, JULY, owed) == {"v": Ratio(1, 3, 1)}
    assert count(outings, JULY)["v"].numerator == 2


def test_case_01_and_11_ninety_per_cent_of_the_villages_that_stand_on_the_due_day():
    stage = DaySpan(date(2022, 3, 15), date(2022, 12, 31))
    standing = total(coverage(AFTER_MERGE, [], stage, "by_day")).denominator
    assert needed(Fraction(9, 10), standing) == 8


# --- registers, counts and shares -------------------------------------------------------------------------------------


def test_a_subject_that_stands_in_two_places_on_the_last_day_is_refused():
    with pytest.raises(Problem) as refusal:
        subjects_of([line("h1", "G1"), line("h1", "G2")], JUNE)
    assert refusal.value.code == "measures.register"


def test_where_two_units_hold_half_each_the_later_owes():
    halves = [line("c1", "v1", LONG_AGO, date(2022, 6, 15)), line("c1", "v2", date(2022, 6, 16))]
    assert subjects_of(halves, JUNE, "half") == {"c1": "v2"}


def test_a_contract_covers_a_village_while_it_is_in_force():
    contracts = [line("v1", "v1", date(2022, 2, 1), date(2022, 6, 29)), line("v2", "v2", date(2022, 2, 1))]
    assert total(coverage(villages(2), facts_of(contracts, JUNE), JUNE)) == Ratio(1, 2, 1)
    assert total(coverage(villages(2), facts_of(contracts, JUNE, "any_day"), JUNE)) == Ratio(2, 2, 2)


def test_a_contract_entered_after_the_close_is_not_on_time():
    contracts = [line("v1", "v1", date(2022, 2, 1), received_on=date(2022, 8, 1))]
    assert coverage(villages(1), facts_of(contracts, JUNE), JUNE) == {"v1": Ratio(1, 1, 0)}


def test_people_taking_part_are_counted_afresh_on_every_level():
    people = [fact("p1", "v1", JUNE.first), fact("p1", "v2", JUNE.last), fact("p2", "v2", JUNE.last)]
    assert count(people, JUNE, distinct=True) == {"v1": Ratio(1, None, 1), "v2": Ratio(2, None, 2)}
    assert count(people, JUNE, distinct=True, at=lambda unit: "town") == {"town": Ratio(2, None, 2)}


def test_amounts_are_summed_and_at_least_asks_for_them():
    hours = [fact("c1", "v", JUNE.first, amount=3), fact("c1", "v", JUNE.last, amount=2)]
    assert count(hours, JUNE) == {"v": Ratio(5, None, 5)}
    assert coverage([line("c1", "v")], hours, JUNE, at_least=5) == {"v": Ratio(1, 1, 1)}
    assert coverage([line("c1", "v")], hours, JUNE, at_least=6) == {"v": Ratio(0, 1, 0)}


def test_a_share_of_counts_knows_only_the_units_of_the_whole_and_no_share_of_nothing():
    held, planned = (
        {"v1": Ratio(3, None, 2), "v9": Ratio(1, None, 1)},
        {"v1": Ratio(4, None, 4), "v2": Ratio(0, None, 0)},
    )
    assert share(held, planned) == {"v1": Ratio(3, 4, 2), "v2": Ratio(0, None, 0)}


def test_a_share_of_cases_counts_only_what_the_whole_holds():
    opened = [fact("d1", "v1", JUNE.first), fact("d2", "v1", JUNE.last)]
    settled = [fact("d1", "v2", JUNE.last), fact("d1", "v2", JUNE.last), fact("other", "v1", JUNE.last)]
    assert share_of_subjects(settled, opened, JUNE) == {"v1": Ratio(1, 2, 1)}


def test_what_nobody_owes_adds_nothing():
    assert NOTHING + Ratio(1, 2, 1) == Ratio(1, 2, 1)
    assert (NOTHING + NOTHING).denominator is None
    assert str(NOTHING) == "–"


def test_a_tree_in_a_circle_is_refused():
    with pytest.raises(Problem) as refusal:
        add_levels({"v1": Ratio(1, 1, 1)}, {"v1": "town", "town": "v1"})
    assert refusal.value.code == "measures.loop"


def test_a_unit_moved_between_towns_counts_where_it_stands_on_the_last_day():
    placements = [
        Placement("v1", "t1", LONG_AGO, date(2022, 6, 14)),
        Placement("v1", "t2", date(2022, 6, 15)),
    ]
    assert parents_on(placements, date(2022, 6, 14)) == {"v1": "t1"}
    assert parents_on(placements, date(2022, 6, 15)) == {"v1": "t2"}
    assert parents_on(placements, JUNE.last) == {"v1": "t2"}
