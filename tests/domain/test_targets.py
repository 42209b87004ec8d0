"""Shares and the numbers they ask for: docs/rules/shares.md."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.problems import Problem
from sanzhi.domain.targets import (
    day_reached,
    format_percent,
    format_ratio,
    format_share,
    met,
    needed,
    parse_share,
    rounded,
    share_code,
)

SHARES = st.fractions(min_value=Fraction(1, 1000), max_value=1, max_denominator=1000)
TENTH, HALF, FOUR_FIFTHS, NINE_TENTHS = Fraction(1, 10), Fraction(1, 2), Fraction(4, 5), Fraction(9, 10)


@pytest.mark.parametrize(
    ("villages", "numbers"),
    [(9, (1, 5, 8, 9)), (8, (1, 4, 7, 8))],
)
def test_case_11_shares_of_nine_and_eight_villages(villages, numbers):
    assert tuple(needed(s, villages) for s in (TENTH, HALF, FOUR_FIFTHS, NINE_TENTHS)) == numbers


def test_case_11_eighty_per_cent_of_nine_would_be_seven_if_rounded():
    assert (needed(FOUR_FIFTHS, 9), rounded(FOUR_FIFTHS, 9)) == (8, 7)
    assert rounded(HALF, 9) == 5


def test_case_11_nobody_owes_it_is_neither_met_nor_unmet_and_prints_a_dash():
    assert met(0, None, HALF) is None
    assert format_ratio(0, None) == "–"


def test_case_01_ninety_per_cent_of_the_eight_villages_after_the_merge_is_eight():
    assert needed(NINE_TENTHS, 8) == 8


def test_case_15_a_share_over_no_grids_is_not_reached():
    assert met(0, 0, Fraction(1)) is False
    assert "登记未完成" in format_ratio(0, 0)


def test_a_share_is_reached_exactly_or_not_at_all():
    assert met(8, 9, FOUR_FIFTHS)
    assert not met(7, 9, FOUR_FIFTHS)
    assert met(1, 3, Fraction(1, 3))


@given(SHARES, st.integers(1, 5000))
def test_the_number_needed_reaches_the_share_and_one_less_does_not(share, denominator):
    k = needed(share, denominator)
    assert met(k, denominator, share)
    assert not met(k - 1, denominator, share)
    assert 1 <= k <= denominator
    assert 0 <= k - rounded(share, denominator) <= 1


@given(SHARES)
def test_a_share_is_read_back_as_it_was_stored(share):
    assert parse_share(share_code(share)) == share


@pytest.mark.parametrize(
    ("text", "share"),
    [("80%", FOUR_FIFTHS), (" 12.5 ％", Fraction(1, 8)), ("1/2", HALF), ("100%", Fraction(1))],
)
def test_a_share_is_read_from_text(text, share):
    assert parse_share(text) == share


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("八成", "targets.share"),
        ("0.8", "targets.share"),
        ("1/0", "targets.share"),
        ("0%", "targets.share_range"),
        ("120%", "targets.share_range"),
    ],
)
def test_what_is_no_share_is_refused(text, code):
    with pytest.raises(Problem) as refusal:
        parse_share(text)
    assert refusal.value.code == code


def test_a_denominator_below_zero_is_refused():
    for attempt in (lambda: needed(HALF, -1), lambda: rounded(HALF, -1), lambda: met(0, -1, HALF)):
        with pytest.raises(Problem) as refusal:
            attempt()
        assert refusal.value.code == "targets.denominator"


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (8, 9, "8/9（88.9%）"),
        (9, 9, "9/9（100.0%）"),
        (0, 9, "0/9（0.0%）"),
        (1, 2000, "1/2000（0.1%）"),  # 0.05 % goes up
        (265, 275, "265/275（96.4%）"),
        (9999, 10000, "9999/10000（99.9%）"),  # what is not the whole never reads 100
    ],
)
def test_a_figure_is_printed_with_its_fraction_before_the_percentage(numerator, denominator, text):
    assert format_ratio(numerator, denominator) == text


@pytest.mark.parametrize(
    ("share", "text"), [(FOUR_FIFTHS, "80%"), (Fraction(1, 8), "12.5%"), (Fraction(1, 3), "33.3%")]
)
def test_a_target_is_said_without_needless_decimals(share, text):
    assert format_share(share) == text


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_a_percentage_is_within_half_a_tenth_of_the_truth(numerator, denominator):
    shown = Fraction(format_percent(numerator, denominator).removesuffix("%")) / 100
    truth = Fraction(numerator, denominator)
    allowed = Fraction(1, 1000) if truth < 1 and shown == Fraction(999, 1000) else Fraction(1, 2000)
    assert abs(shown - truth) <= allowed


def test_the_day_a_count_was_reached_is_that_of_the_deed_that_completed_it():
    days = [date(2022, 5, 20), date(2022, 4, 1), date(2022, 5, 31), date(2022, 5, 2), date(2022, 6, 9)]
    assert day_reached(days, 4) == date(2022, 5, 31)
    assert day_reached(days, 5) == date(2022, 6, 9)
    assert day_reached(days, 6) is None
    assert day_reached(days, 0) is None


@given(st.lists(st.dates(), max_size=12), st.integers(1, 12), st.randoms())
def test_the_day_a_count_was_reached_does_not_depend_on_the_order_of_entry(days, k, random):
    shuffled = list(days)
    random.shuffle(shuffled)
    found = day_reached(shuffled, k)
    assert found == day_reached(days, k)
    if found is not None:
        assert sum(day <= found for day in days) >= k > sum(day < found for day in days)
