"""What an event exempts: case 18, docs/rules/coverage.md."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.events import exempts
from sanzhi.domain.periods import DaySpan, Every, Period, parse, period_of

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
RHYTHMS = st.sampled_from(Every)


def week(sunday: date) -> Period:
    return period_of(Every.WEEK, sunday)


FLOOD = (date(2022, 7, 3), date(2022, 7, 20))


@pytest.mark.parametrize(
    ("span", "exempt"),
    [
        (parse("2022-07"), True),  # 18 of 31 days
        (week(date(2022, 7, 3)), False),  # one day of seven, although it is the week's last
        (week(date(2022, 7, 10)), True),
        (week(date(2022, 7, 17)), True),
        (week(date(2022, 7, 24)), False),  # three days
        (parse("2022-Q3"), False),
        (DaySpan(date(2022, 3, 15), date(2022, 7, 10)), True),  # the due day lies in it
        (DaySpan(date(2022, 3, 15), date(2022, 9, 30)), False),
    ],
)
def test_case_18_a_flood_exempts_what_it_covers_by_half_or_on_the_due_day(span, exempt):
    assert exempts(span, *FLOOD) is exempt


def test_case_18_a_fixed_day_inside_the_flood_exempts_its_month():
    assert exempts(parse("2022-07"), date(2022, 7, 14), date(2022, 7, 16), due_on=date(2022, 7, 15))
    assert not exempts(parse("2022-07"), date(2022, 7, 14), date(2022, 7, 16), due_on=date(2022, 7, 20))


@pytest.mark.parametrize(("due_on", "exempt"), [(2, False), (3, True), (20, True), (21, False)])
def test_case_18_the_first_and_the_last_day_of_the_flood_lie_inside_it(due_on, exempt):
    assert exempts(DaySpan(date(2022, 3, 15), date(2022, 7, due_on)), *FLOOD) is exempt


@given(RHYTHMS, DAYS, st.integers(0, 400), st.integers(0, 400))
def test_case_18_a_longer_event_never_exempts_less(every, day, offset, days):
    span = period_of(every, day)
    first = span.first + timedelta(days=offset - 200)
    last = first + timedelta(days=days)
    if exempts(span, first, last):
        assert exempts(span, first - timedelta(days=1), last + timedelta(days=1))
