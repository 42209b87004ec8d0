"""Periods and how they close: docs/rules/periods.md and docs/rules/close.md."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.periods import (
    DaySpan,
    Every,
    Period,
    WorkCalendar,
    closes_on,
    day_in_month,
    days_in_force,
    grace_of,
    in_force_for_half,
    is_closed,
    is_late,
    is_owed,
    month_of_bundle,
    owed_periods,
    parse,
    parse_month_end,
    parse_span,
    period_of,
    periods_between,
    periods_of_year,
    revised_on,
    statutory_calendar,
)
from sanzhi.domain.problems import Problem

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
RHYTHMS = st.sampled_from(Every)
CALENDAR = statutory_calendar()
LONG_AGO = date(2020, 1, 1)


def week(sunday: date) -> Period:
    return period_of(Every.WEEK, sunday)


# --- what a period is -------------------------------------------------------------------------------------------------


@given(RHYTHMS, DAYS)
def test_a_day_lies_in_exactly_the_period_that_is_asked_for(every, day):
    period = period_of(every, day)
    assert day in period
    assert day not in period.next
    assert day not in period.previous


@given(RHYTHMS, DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(every, day):
    period = period_of(every, day)
    assert period.next.first == period.last + timedelta(days=1)
    assert period.next.previous == period
    assert period < period.next


@given(RHYTHMS, DAYS)
def test_a_code_names_its_period_and_no_other(every, day):
    period = period_of(every, day)
    assert parse(period.code) == period
    assert parse(period.next.code) != period


@given(RHYTHMS, st.integers(1990, 2100))
def test_every_year_is_numbered_from_one_without_a_gap(every, year):
    periods = periods_of_year(every, year)
    assert [p.number for p in periods] == list(range(1, len(periods) + 1))
    assert len({p.code for p in periods}) == len(periods)


@given(RHYTHMS, DAYS, st.integers(0, 800))
def test_periods_between_two_days_hold_every_day_between_once(every, first, days):
    last = first + timedelta(days=days)
    periods = periods_between(every, first, last)
    assert periods[0].first <= first
    assert last <= periods[-1].last
    assert all(a.next == b for a, b in zip(periods, periods[1:], strict=False))


@pytest.mark.parametrize(
    ("every", "day", "code", "first", "last"),
    [
        (Every.WEEK, date(2022, 6, 10), "2022-W24", date(2022, 6, 6), date(2022, 6, 12)),
        (Every.MONTH, date(2022, 6, 10), "2022-06", date(2022, 6, 1), date(2022, 6, 30)),
        (Every.QUARTER, date(2022, 6, 10), "2022-Q2", date(2022, 4, 1), date(2022, 6, 30)),
        (Every.HALF_YEAR, date(2022, 6, 30), "2022-H1", date(2022, 1, 1), date(2022, 6, 30)),
        (Every.HALF_YEAR, date(2022, 7, 1), "2022-H2", date(2022, 7, 1), date(2022, 12, 31)),
        (Every.YEAR, date(2022, 7, 1), "2022", date(2022, 1, 1), date(2022, 12, 31)),
        (Every.MONTH, date(2024, 2, 3), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_is_named_and_bounded(every, day, code, first, last):
    period = period_of(every, day)
    assert (period.code, period.first, period.last) == (code, first, last)


@pytest.mark.parametrize(
    "code", ["2022-13", "2022-00", "2022-W53", "2022-W00", "2022-Q5", "2022-H3", "22", "", "0000"]
)
def test_a_code_that_names_no_period_is_refused(code):
    with pytest.raises(Problem) as refusal:
        parse(code)
    assert refusal.value.code == "periods.code"


@pytest.mark.parametrize("code", ["0001-01", "1899", "2200-W01", "9999-12", "by:0001-01-01", "by:9999-12-31"])
def test_a_code_of_a_year_in_which_nobody_records_is_refused(code):
    with pytest.raises(Problem) as refusal:
        parse_span(code, date(2022, 3, 15))
    assert refusal.value.code == "periods.far"


def test_a_year_of_53_sundays_has_53_weeks():
    assert parse("2023-W53").last == date(2023, 12, 31)
    assert len(periods_of_year(Every.WEEK, 2023)) == 53


def test_a_span_that_is_no_whole_period_is_refused():
    with pytest.raises(Problem) as refusal:
        Period(Every.MONTH, date(2022, 6, 2), date(2022, 6, 30))
    assert refusal.value.code == "periods.span"


def test_a_stage_is_named_by_its_due_day_and_read_back():
    stage = DaySpan(date(2022, 3, 15), date(2022, 5, 31))
    assert stage.code == "by:2022-05-31"
    assert parse_span("by:2022-05-31", date(2022, 3, 15)) == stage
    assert parse_span("2022-06", date(2022, 3, 15)) == parse("2022-06")
    with pytest.raises(Problem) as refusal:
        parse_span("by:31.5.", date(2022, 3, 15))
    assert refusal.value.code == "periods.code"


def test_days_the_wrong_way_round_are_refused():
    for attempt in (
        lambda: DaySpan(date(2022, 5, 2), date(2022, 5, 1)),
        lambda: periods_between(Every.WEEK, date(2022, 5, 2), date(2022, 5, 1)),
    ):
        with pytest.raises(Problem) as refusal:
            attempt()
        assert refusal.value.code == "periods.backwards"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6月底前", date(2022, 6, 30)),
        ("2023年2月底前", date(2023, 2, 28)),
        ("六月底", date(2022, 6, 30)),
        ("十二月末前", date(2022, 12, 31)),
        ("年底前", date(2022, 12, 31)),
        ("今年 9 月底前", date(2022, 9, 30)),
        ("2024年底前", date(2024, 12, 31)),
    ],
)
def test_a_month_end_is_the_last_day_of_that_month_of_the_plans_year(text, day):
    assert parse_month_end(text, 2022) == day


@pytest.mark.parametrize("text", ["底前", "13月底前", "6月上旬", "长期坚持", "十三月底"])
def test_words_that_are_no_month_end_are_refused(text):
    with pytest.raises(Problem) as refusal:
        parse_month_end(text, 2022)
    assert refusal.value.code == "periods.month_end"


def test_a_day_of_the_month_is_the_last_day_where_the_month_is_shorter():
    assert day_in_month(parse("2022-02"), 31) == date(2022, 2, 28)
    assert day_in_month(parse("2022-07"), 15) == date(2022, 7, 15)
    with pytest.raises(Problem) as refusal:
        day_in_month(parse("2022-07"), 0)
    assert refusal.value.code == "periods.day_of_month"


# --- cases of counting ------------------------------------------------------------------------------------------------


def test_case_02_june_closes_at_the_end_of_the_seventh_of_july():
    june = parse("2022-06")
    assert closes_on(june) == date(2022, 7, 7)
    assert not is_closed(june, date(2022, 7, 7))
    assert is_closed(june, date(2022, 7, 8))


def test_case_02_a_visit_of_june_received_on_20_july_is_late_and_enters_when_july_closes():
    assert is_late(parse("2022-06"), date(2022, 7, 20))
    assert revised_on(date(2022, 7, 20)) == date(2022, 8, 7)


def test_case_02_a_deed_of_may_entered_on_5_june_is_on_time():
    assert not is_late(parse("2022-05"), date(2022, 6, 5))


def test_a_late_record_of_may_received_before_june_closes_enters_at_that_close():
    assert revised_on(date(2022, 7, 7)) == date(2022, 7, 7)
    assert revised_on(date(2022, 7, 8)) == date(2022, 8, 7)


@given(DAYS, st.integers(0, 31))
def test_a_late_record_enters_at_the_first_close_of_a_month_not_before_it_came(received_on, grace):
    close = revised_on(received_on, grace)
    month = period_of(Every.MONTH, close - timedelta(days=grace))
    assert closes_on(month, grace) == close
    assert closes_on(month.previous, grace) < received_on <= close


def test_a_kind_may_shorten_the_towns_grace_but_never_lengthen_it():
    assert (grace_of(7), grace_of(7, 3), grace_of(7, 30)) == (7, 3, 7)
    with pytest.raises(Problem) as refusal:
        grace_of(-1)
    assert refusal.value.code == "periods.grace"


def test_case_04_a_week_is_owed_when_a_link_was_in_force_on_four_of_its_days():
    june = week(date(2022, 6, 12))
    assert in_force_for_half(june, [(date(2022, 6, 9), None)])
    assert not in_force_for_half(june, [(date(2022, 6, 10), None)])
    assert in_force_for_half(june, [(date(2022, 6, 1), date(2022, 6, 7)), (date(2022, 6, 11), None)])
    assert not in_force_for_half(june, [(date(2022, 6, 13), None)])


def test_exactly_half_of_a_month_is_half():
    assert in_force_for_half(parse("2022-06"), [(date(2022, 6, 16), None)])
    assert not in_force_for_half(parse("2022-06"), [(date(2022, 6, 17), None)])


def test_overlapping_spells_count_a_day_once():
    june = parse("2022-06")
    spells = [(date(2022, 6, 1), date(2022, 6, 10)), (date(2022, 6, 5), date(2022, 6, 12))]
    assert days_in_force(june, spells) == 12


def test_case_05_weeks_of_2022_are_52_by_their_sundays():
    weeks = periods_of_year(Every.WEEK, 2022)
    assert [w.last for w in weeks][:1] + [weeks[-1].last] == [date(2022, 1, 2), date(2022, 12, 25)]
    assert len(weeks) == 52


def test_case_05_january_may_july_and_october_have_five_weeks():
    months = [month_of_bundle(w).last.month for w in periods_of_year(Every.WEEK, 2022)]
    assert [m for m in range(1, 13) if months.count(m) == 5] == [1, 5, 7, 10]
    assert {months.count(m) for m in range(1, 13)} == {4, 5}


def test_case_05_the_last_days_of_2022_lie_in_the_first_week_of_2023():
    last = period_of(Every.WEEK, date(2022, 12, 26))
    assert last == period_of(Every.WEEK, date(2022, 12, 31))
    assert (last.code, last.year) == ("2023-W01", 2023)
    assert last not in owed_periods(Every.WEEK, LONG_AGO, 2022, CALENDAR)


@pytest.mark.parametrize(
    ("sunday", "worked", "owed"),
    [(date(2022, 2, 6), 0, False), (date(2022, 10, 9), 2, False), (date(2022, 5, 8), 3, True)],
)
def test_case_05_weeks_with_fewer_than_three_working_days_owe_nothing(sunday, worked, owed):
    of_sunday = week(sunday)
    assert CALENDAR.working_days_in(of_sunday.first, of_sunday.last) == worked
    assert is_owed(of_sunday, LONG_AGO, CALENDAR) is owed


def test_case_05_a_plan_that_began_before_owes_fifty_weeks_of_2022():
    assert len(owed_periods(Every.WEEK, LONG_AGO, 2022, CALENDAR)) == 50


def test_case_07_a_plan_of_15_march_owes_no_week_and_no_month_that_began_before():
    first_day = date(2022, 3, 15)
    assert owed_periods(Every.WEEK, first_day, 2022, CALENDAR)[0].first == date(2022, 3, 21)
    assert owed_periods(Every.MONTH, first_day, 2022, CALENDAR)[0].code == "2022-04"


def test_case_07_the_quarter_the_half_year_and_the_year_of_the_first_day_are_owed():
    first_day = date(2022, 3, 15)
    assert [p.code for p in owed_periods(Every.QUARTER, first_day, 2022, CALENDAR)] == [
        "2022-Q1",
        "2022-Q2",
        "2022-Q3",
        "2022-Q4",
    ]
    assert [p.code for p in owed_periods(Every.HALF_YEAR, first_day, 2022, CALENDAR)] == [
        "2022-H1",
        "2022-H2",
    ]
    assert [p.code for p in owed_periods(Every.YEAR, first_day, 2022, CALENDAR)] == ["2022"]


def test_case_07_records_since_the_start_of_the_half_year_count():
    half = owed_periods(Every.HALF_YEAR, date(2022, 3, 15), 2022, CALENDAR)[0]
    assert date(2022, 1, 1) in half


def test_case_07_a_month_that_begins_on_the_first_day_is_owed():
    assert owed_periods(Every.MONTH, date(2022, 3, 1), 2022, CALENDAR)[0].code == "2022-03"
    assert owed_periods(Every.WEEK, date(2022, 3, 14), 2022, CALENDAR)[0].first == date(2022, 3, 14)


def test_case_07_the_quarter_that_ends_on_the_first_day_is_owed():
    assert owed_periods(Every.QUARTER, date(2022, 3, 31), 2022, CALENDAR)[0].code == "2022-Q1"
    assert owed_periods(Every.QUARTER, date(2022, 4, 1), 2022, CALENDAR)[0].code == "2022-Q2"


def test_a_plan_of_a_later_year_owes_nothing_in_an_earlier():
    for every in Every:
        assert owed_periods(every, date(2023, 1, 2), 2022, CALENDAR) == []


def test_a_week_of_a_year_without_calendar_is_refused_rather_than_guessed():
    empty = WorkCalendar(holidays=frozenset(), makeup=frozenset())
    with pytest.raises(Problem) as refusal:
        owed_periods(Every.WEEK, LONG_AGO, 2022, empty)
    assert refusal.value.code == "workdays.year_missing"


def test_case_16_a_check_once_a_quarter_owes_four_obligations():
    assert len(owed_periods(Every.QUARTER, date(2022, 3, 15), 2022, CALENDAR)) == 4


def test_case_17_publishing_junes_items_is_due_on_15_july_and_closes_on_7_august():
    disclosed_on = date(2022, 7, 14)
    july = period_of(Every.MONTH, disclosed_on)
    assert july.code == "2022-07"
    assert disclosed_on <= day_in_month(july, 15) == date(2022, 7, 15)
    assert closes_on(july) == date(2022, 8, 7)


def test_case_17_the_first_disclosure_owed_is_aprils_and_decembers_items_are_not_owed():
    owed = owed_periods(Every.MONTH, date(2022, 3, 15), 2022, CALENDAR)
    assert (owed[0].code, owed[-1].code) == ("2022-04", "2022-12")
    assert parse("2023-01") not in owed
