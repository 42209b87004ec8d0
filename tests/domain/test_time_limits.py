"""Time limits: domain T-24 and articles 201 to 203 of the Civil Code."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.periods import statutory_calendar
from sanzhi.domain.problems import Problem
from sanzhi.domain.time_limits import LimitUnit, add_limit, add_months

CALENDAR = statutory_calendar()
DAYS = st.dates(date(2020, 1, 1), date(2024, 12, 31))
LENGTHS = st.integers(1, 60)


def limit(start, n, unit=LimitUnit.WORKING_DAY, **more):
    return add_limit(start, n, unit, calendar=CALENDAR, **more)


@pytest.mark.parametrize(
    ("start", "n", "unit", "last"),
    [
        (date(2022, 6, 6), 5, "working_day", date(2022, 6, 13)),
        (date(2022, 9, 30), 1, "working_day", date(2022, 10, 8)),  # the make-up Saturday
        (date(2022, 6, 1), 15, "calendar_day", date(2022, 6, 16)),
        (date(2022, 6, 3), 15, "calendar_day", date(2022, 6, 20)),  # 06-18 is a Saturday
        (date(2022, 9, 16), 15, "calendar_day", date(2022, 10, 8)),  # 10-01 opens a week of holidays
        (date(2022, 1, 31), 1, "month", date(2022, 2, 28)),
        (date(2022, 6, 15), 1, "month", date(2022, 7, 15)),
        (date(2022, 6, 16), 1, "month", date(2022, 7, 18)),  # 07-16 is a Saturday
    ],
)
def test_a_limit_starts_the_next_day_and_ends_on_a_worked_day(start, n, unit, last):
    assert limit(start, n, unit) == last


def test_a_limit_that_is_not_procedural_ends_on_a_day_off_all_the_same():
    assert limit(date(2022, 6, 3), 15, "calendar_day", procedural=False) == date(2022, 6, 18)


def test_days_of_a_pause_do_not_count():
    hearing = (date(2022, 6, 8), date(2022, 6, 10))
    assert limit(date(2022, 6, 6), 5, pauses=[hearing]) == date(2022, 6, 16)
    assert limit(date(2022, 6, 1), 15, "calendar_day", pauses=[hearing]) == date(2022, 6, 20)
    assert limit(date(2022, 6, 15), 1, "month", pauses=[(date(2022, 7, 1), date(2022, 7, 3))]) == date(
        2022, 7, 18
    )


def test_a_last_day_off_moves_past_a_pause_to_the_next_day_that_counts():
    assert limit(date(2022, 6, 3), 15, "calendar_day") == date(2022, 6, 20)
    hearing = (date(2022, 6, 20), date(2022, 6, 21))
    assert limit(date(2022, 6, 3), 15, "calendar_day", pauses=[hearing]) == date(2022, 6, 22)


def test_pauses_that_overlap_count_once():
    twice = [(date(2022, 6, 8), date(2022, 6, 10)), (date(2022, 6, 9), date(2022, 6, 10))]
    assert limit(date(2022, 6, 6), 5, pauses=twice) == limit(date(2022, 6, 6), 5, pauses=twice[:1])


def test_a_pause_after_the_last_day_changes_nothing():
    assert limit(date(2022, 6, 6), 5, pauses=[(date(2022, 6, 14), date(2022, 6, 30))]) == date(2022, 6, 13)


def test_an_extension_is_counted_in_the_same_unit():
    assert limit(date(2022, 6, 1), 60, "calendar_day", extension=30) == limit(
        date(2022, 6, 1), 90, "calendar_day"
    )
    assert limit(date(2022, 6, 15), 1, "month", extension=1) == date(2022, 8, 15)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"n": 0}, "time_limits.length"),
        ({"n": 5, "extension": -1}, "time_limits.extension"),
        ({"n": 5, "pauses": [(date(2022, 6, 9), date(2022, 6, 8))]}, "time_limits.pause"),
        ({"n": 5, "unit": "week"}, "time_limits.unit"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(arguments, code):
    with pytest.raises(Problem) as refusal:
        add_limit(date(2022, 6, 6), calendar=CALENDAR, **arguments)
    assert refusal.value.code == code


def test_a_limit_into_a_year_without_calendar_is_refused():
    with pytest.raises(Problem) as refusal:
        limit(date(2026, 12, 20), 15)
    assert refusal.value.code == "workdays.year_missing"


@given(DAYS, LENGTHS, st.sampled_from(LimitUnit))
def test_a_procedural_limit_always_ends_on_a_working_day_after_its_start(start, n, unit):
    last = limit(start, min(n, 12) if unit is LimitUnit.MONTH else n, unit)
    assert last > start
    assert CALENDAR.is_working_day(last)


@given(DAYS, LENGTHS, st.sampled_from([LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY]))
def test_a_longer_limit_never_ends_earlier(start, n, unit):
    assert limit(start, n, unit) <= limit(start, n + 1, unit)


@given(DAYS, LENGTHS, st.integers(0, 40), st.integers(0, 20))
def test_a_pause_never_shortens_a_limit_nor_lengthens_it_by_more_than_its_days(start, n, offset, days):
    first = start + timedelta(days=offset)
    plain = limit(start, n, "calendar_day", procedural=False)
    paused = limit(start, n, "calendar_day", procedural=False, pauses=[(first, first + timedelta(days=days))])
    assert plain <= paused <= plain + timedelta(days=days + 1)


@given(DAYS, LENGTHS)
def test_a_limit_in_calendar_days_is_that_many_days_long(start, n):
    assert (limit(start, n, "calendar_day", procedural=False) - start).days == n


@given(DAYS, st.integers(0, 36))
def test_months_added_keep_the_day_or_take_the_months_last(day, n):
    later = add_months(day, n)
    assert (later.year - day.year) * 12 + later.month - day.month == n
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
