"""The working calendar: weeks, statutory holidays and make-up days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.problems import Problem
from sanzhi.domain.workdays import statutory_calendar

CALENDAR = statutory_calendar()


def test_a_make_up_sunday_is_worked_and_a_holiday_monday_is_not():
    assert CALENDAR.is_working_day(date(2022, 10, 9))
    assert not CALENDAR.is_working_day(date(2022, 10, 3))
    assert not CALENDAR.is_working_day(date(2022, 10, 15))


def test_a_year_that_nobody_entered_is_refused_and_named():
    with pytest.raises(Problem) as refusal:
        CALENDAR.is_working_day(date(2031, 1, 2))
    assert refusal.value.code == "workdays.year_missing"
    assert refusal.value.params == {"year": 2031}


def test_a_year_is_counted_once_it_is_entered():
    longer = CALENDAR.extended(holidays=[date(2031, 1, 1)], makeup=[date(2031, 1, 4)], years=[2031])
    assert not longer.is_working_day(date(2031, 1, 1))
    assert longer.is_working_day(date(2031, 1, 4))
    assert longer.is_working_day(date(2022, 10, 9))


def test_a_day_entered_again_takes_the_new_meaning():
    changed = CALENDAR.extended(holidays=[date(2022, 10, 9)])
    assert not changed.is_working_day(date(2022, 10, 9))


def test_working_days_after_a_day_start_with_the_next():
    assert CALENDAR.add_working_days(date(2022, 9, 30), 1) == date(2022, 10, 8)
    assert CALENDAR.add_working_days(date(2022, 6, 6), 5) == date(2022, 6, 13)
    with pytest.raises(Problem) as refusal:
        CALENDAR.add_working_days(date(2022, 6, 6), 0)
    assert refusal.value.code == "workdays.length"


@given(st.dates(date(2020, 1, 1), date(2025, 6, 30)), st.integers(1, 60))
def test_between_a_day_and_its_nth_working_day_lie_n_working_days(day, n):
    last = CALENDAR.add_working_days(day, n)
    assert CALENDAR.working_days_in(day + timedelta(days=1), last) == n
    assert CALENDAR.is_working_day(last)


# 2020: 251 as announced, less 01-31 and the make-up day 02-01, when Spring Festival was prolonged by notice.
@pytest.mark.parametrize(
    ("year", "worked"), [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251)]
)
def test_the_table_holds_the_announced_number_of_working_days(year, worked):
    assert CALENDAR.working_days_in(date(year, 1, 1), date(year, 12, 31)) == worked
