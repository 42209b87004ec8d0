"""How days, fractions, periods and names are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.periods import Every, period_of
from sanzhi.foundation.ui import formats

TODAY = date(2022, 5, 25)


def test_a_day_bears_its_weekday_and_no_year_when_seen_from_its_own_year():
    assert formats.day(date(2022, 3, 31), TODAY) == "3月31日（周四）"
    assert formats.day(date(2023, 1, 2), TODAY) == "2023年1月2日（周一）"
    assert formats.day(date(2022, 3, 31), 2022, with_weekday=False) == "3月31日"


def test_a_day_bears_its_year_when_nobody_says_from_where_it_is_seen():
    assert formats.day(date(2022, 3, 31)) == "2022年3月31日（周四）"


def test_a_moment_is_written_in_the_towns_time():
    late = datetime(2022, 5, 24, 16, 5, tzinfo=UTC)
    assert formats.moment(late, TODAY) == "5月25日 00:05"
    assert formats.day(late, TODAY) == "5月25日（周三）"


@pytest.mark.parametrize(
    ("done", "owed", "written"),
    [
        (8, 9, "8/9（88.9%）"),
        (9, 9, "9/9（100%）"),
        (0, 9, "0/9（0%）"),
        (1, 2, "1/2（50%）"),
        (999_999, 1_000_000, "999999/1000000（99.9%）"),
        (1, 1_000_000, "1/1000000（0.1%）"),
        (None, 9, "–"),
        (0, 0, "–"),
        (4200, None, "4,200"),
        (Fraction(1, 3), None, "1/3（33.3%）"),
    ],
)
def test_a_fraction_stands_before_its_percentage(done, owed, written):
    assert formats.fraction(done, owed) == written


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_percentage_says_all_only_when_it_is_all(done, owed):
    done = min(done, owed)
    assert (formats.percent(Fraction(done, owed)) == "100%") == (done == owed)


@pytest.mark.parametrize(
    ("every", "written"),
    [
        (Every.WEEK, "第22周（5月23日—5月29日）"),
        (Every.MONTH, "5月"),
        (Every.QUARTER, "第2季度"),
        (Every.HALF_YEAR, "2022年上半年"),
        (Every.YEAR, "2022年"),
    ],
)
def test_a_period_has_its_spoken_name(every, written):
    assert formats.period(period_of(every, TODAY), TODAY) == written


def test_a_period_of_another_year_bears_it():
    assert formats.period(period_of(Every.MONTH, date(2021, 12, 1)), TODAY) == "2021年12月"
    first_week = period_of(Every.WEEK, date(2022, 1, 1))
    assert formats.period(first_week, TODAY) == "第1周（2021年12月27日—1月2日）"


def test_names_are_cut_to_two_and_a_count_when_there_are_many():
    assert formats.names(["张三", "李四"]) == "张三、李四"
    assert formats.names(["张三", "李四", "王五"]) == "张三、李四、王五"
    assert formats.names(["张三", "李四", "王五", "赵六", "孙七"]) == "张三、李四等5人"
    assert formats.names([]) == "–"


def test_a_span_of_one_day_is_that_day():
    assert formats.span(TODAY, TODAY, TODAY) == "5月25日"
    assert formats.span(date(2021, 12, 30), date(2022, 1, 2), TODAY) == "2021年12月30日—2022年1月2日"


@given(st.text(max_size=500), st.integers(5, 200))
def test_a_short_text_is_never_longer_than_asked(text, longest):
    assert len(formats.short(text, longest)) <= longest


def test_a_file_size_is_said_in_kb_and_mb():
    assert formats.file_size(20 * 2**20) == "20 MB"
    assert formats.file_size(3_355_443) == "3.2 MB"
    assert formats.file_size(1) == "1 KB"
