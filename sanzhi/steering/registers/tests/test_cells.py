"""What people type into cells is understood, and what is no day or number stays unread."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.steering.registers.sheets import cells

DAY = dt.date(2022, 3, 5)


@pytest.mark.parametrize(
    "said",
    [
        "2022年3月5日",
        "２０２２年３月５日",
        "2022.3.5",
        "2022-03-05",
        "2022/3/05",
        " 2022 年 3 月 5 日 ",
        "20220305",
        44625,
        44625.0,
        "44625",
        dt.datetime(2022, 3, 5),
        DAY,
        "2022-03-05 00:00:00",
    ],
)
def test_a_day_is_read_in_every_way_people_write_it(said: object) -> None:
    assert cells.day(cells.text(said)) == DAY


@pytest.mark.parametrize(
    "said", ["", "2022年2月30日", "2022年3月", "三月五日", "去年", "3/5", "999999", "2022-13-01", "12"]
)
def test_what_is_no_day_is_not_read_as_one(said: str) -> None:
    assert cells.day(cells.text(said)) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("１２０", 120),
        ("1,620", 1620),
        ("1620人", 1620),
        (35.0, 35),
        ("12.5", None),
        ("约100", None),
        ("-3", None),
    ],
)
def test_a_whole_number_is_read_with_its_dress(said: object, number: int | None) -> None:
    assert cells.whole(cells.text(said)) == number


@pytest.mark.parametrize(
    ("said", "value"), [("是", True), ("√", True), ("否", False), ("×", False), ("也许", None)]
)
def test_yes_and_no_are_read_as_people_mark_them(said: str, value: bool | None) -> None:
    assert cells.yes(cells.text(said)) is value


def test_stray_spaces_go_and_words_stay() -> None:
    assert cells.name("\u200b 王　　芳 ") == "王芳"
    assert cells.text(" Wang\u00a0 Fang ") == "Wang Fang"
    assert cells.label("联系人 姓氏（必填）*：") == "联系人姓氏"


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.dates()))
def test_no_cell_breaks_the_reading(cell: object) -> None:
    said = cells.text(cell)
    cells.day(said), cells.whole(said), cells.yes(said), cells.label(said), cells.name(cell)
