"""What a file would change is told row by row, before anything is changed."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import PostKind
from sanzhi.steering.registers.tests.files import changes_of, told, workbook
from tests.people import FOUNDED, SYSTEM, Town

UNITS = [
    "编码",
    "类别",
    "全称",
    "简称",
    "上级单位",
    "排序",
    "别名",
    "列入镇直单位",
    "由县级部门管理",
    "设立日期",
]


def units(*lines: list[object]) -> bytes:
    return workbook([UNITS, *lines])


def test_a_tree_of_new_units_is_planned_children_before_parents(town: Town) -> None:
    data = units(
        ["", "组", "第１村民小组", "", "新村/一网格"],
        ["", "网格", "一网格", "", "新村"],
        ["", "村", "新村", "", "", "", "", "", "", "2022年3月5日"],
        ["", "镇直单位", "镇财政所", "财政所", "青禾镇", "", "财政分局、财所", "是", "√"],
    )
    changes = changes_of(town, "units", data)
    assert told(changes) == [(2, "new"), (3, "new"), (4, "new"), (5, "new")]
    group, grid, village, office = (c.act for c in changes)
    assert (group.parent, grid.parent, village.parent) == (grid.code, village.code, "YLQH")
    assert village.opened_on == dt.date(2022, 3, 5) and office.aliases == ("财政分局", "财所")


def test_a_unit_is_changed_by_code_or_by_place_and_name(town: Town) -> None:
    data = units(
        ["YLQH-V1", "村", "上河村", "上河"],
        ["", "村", "下河村", "", "", "7"],
        ["YLQH-V3", "村", "石桥村", "", "YLQH"],
        ["YLQH-O3", "镇直单位", "司法所", "", "", "", "青禾司法所", "否", "是"],
        ["YLQH-V1-G1-1", "村民小组", "第1村民小组", "", "上河村/第2网格"],
    )
    changes = changes_of(town, "units", data)
    assert told(changes) == [(2, "changed"), (3, "changed"), (4, "unchanged"), (5, "changed"), (6, "changed")]
    assert "青禾司法所" in changes[3].what and "第2网格" in changes[4].what


@pytest.mark.parametrize(
    "lines",
    [
        [["", "村", "上河村", "", "白石镇"]],
        [["N1", "村", "上河村"]],
        [["", "村", "新村"], ["", "村", "新村"]],
        [["N1", "村", "新村"], ["N2", "村", "新村"]],
        [["", "网格", "九网格", "", "没有的村"]],
        [["", "网格", "九网格"]],
        [["", "村民小组", "九组", "", "青禾镇"]],
        [["", "乡", "九乡"]],
        [["", "", "九乡"]],
        [["", "村", ""]],
        [["", "村", "新村", "", "", "第三"]],
        [["", "村", "新村", "", "", "", "", "是"]],
        [["", "镇直单位", "新办", "", "", "", "", "也许"]],
        [["", "镇直单位", "新办", "", "", "", "司法所"]],
        [["", "村", "新村", "", "", "", "", "", "", "2022年2月30日"]],
        [["", "网格", "九网格", "", "上河村", "", "", "", "", "2019-01-01"]],
        [["YLQH-V1", "网格", "上河村"]],
        [["YLQH-V1", "村", "下河村"]],
        [["YLQH-V1", "村", "上河村", "", "", "", "", "", "", "2020-01-01"]],
        [["A", "网格", "甲", "", "B"], ["B", "网格", "乙", "", "A"]],
    ],
)
def test_a_unit_that_cannot_be_is_a_problem_with_its_row(town: Town, lines: list[list[object]]) -> None:
    changes = changes_of(town, "units", units(*lines))
    assert changes[-1].state == "problem" and len(changes[-1].what) > 8
    assert changes[-1].row == len(lines) + 1


def test_a_code_of_another_town_is_a_problem(town: Town) -> None:
    assert told(changes_of(town, "units", units(["YL", "村", "新村"]))) == [(2, "problem")]


PEOPLE = ["姓名", "单位", "职务", "两委成员", "任职起", "任职止", "届满日", "电话"]


def people_file(*lines: list[object]) -> bytes:
    return workbook([PEOPLE, *lines])


@pytest.fixture
def lin(town: Town):
    person = people.register_person(by=SYSTEM, town=town.unit, name="林秀兰", phone="13800001234")
    village = town.villages["上河村"]
    return people.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.PARTY_SECRETARY, on=FOUNDED)


def test_posts_are_told_apart_as_new_changed_and_unchanged(town: Town, lin) -> None:
    data = people_file(
        ["林 秀兰", "上河村", "支部书记", "是", FOUNDED, "", "", ""],
        ["林秀兰", "上河村", "文书", "", "2022.3.1"],
        ["林秀兰", "下河村", "主任"],
        ["周敏", "镇党建办", "主任", "", 44625],
    )
    changes = changes_of(town, "people", data)
    assert told(changes) == [(2, "unchanged"), (3, "new"), (4, "new"), (5, "new")]
    assert changes[1].act.person == lin.person and changes[2].act.person is None
    assert changes[3].act.kind == "office_head" and changes[3].act.opened_on == dt.date(2022, 3, 5)


def test_the_same_name_with_the_same_phone_is_the_same_person(town: Town, lin) -> None:
    (change,) = changes_of(
        town, "people", people_file(["林秀兰", "下河村", "报账员", "", "", "", "", "138 0000 1234"])
    )
    assert change.act.person == lin.person


@pytest.mark.parametrize(
    "line",
    [
        ["", "上河村", "主任"],
        ["陈立", "没有的村", "主任"],
        ["陈立", "第1网格", "主任"],
        ["陈立", "上河村", "皇帝"],
        ["陈立", "上河村", "网格长", "", "昨天"],
        ["陈立", "上河村", "主任", "大概"],
        ["陈立", "上河村", "主任", "", "2022-03-01", "2021-03-01"],
        ["陈立", "上河村", "主任", "", "2019-03-01"],
        ["陈立", "上河村", "主任", "", "", "", "", "见面说"],
        ["林秀兰", "上河村", "支部书记", "是", "2020-05-05"],
    ],
)
def test_a_post_that_cannot_be_is_a_problem(town: Town, lin, line: list[object]) -> None:
    (change,) = changes_of(town, "people", people_file(line))
    assert change.state == "problem" and change.what.endswith("。")


def test_a_clerk_may_not_bring_in_people_of_another_village(town: Town) -> None:
    own = frozenset({town.villages["上河村"].pk})
    data = people_file(["陈立", "上河村", "主任"], ["王长根", "下河村", "主任"])
    assert told(changes_of(town, "people", data, within=own)) == [(2, "new"), (3, "problem")]


HOUSEHOLDS = ["户号", "村民小组", "门牌", "走访顺序", "联系人姓氏", "联系电话", "在家情况", "起始日期"]


def households(*lines: list[object]) -> bytes:
    return workbook([HOUSEHOLDS, *lines])


@pytest.fixture
def group(town: Town) -> Unit:
    return Unit.objects.get(code="YLQH-V1-G1-1")


def test_households_are_told_apart_as_new_changed_and_unchanged(town: Town, group: Unit) -> None:
    for number in ("0001", "0002", "0003"):
        new = NewHousehold(number, group, door="1号", surname="陈")
        people.open_household(by=SYSTEM, household=new, on=FOUNDED)
    data = households(
        ["0001", "YLQH-V1-G1-1"],
        ["0002", "上河村/第2村民小组", "", "", "", "", "举家外出", "2022年5月1日"],
        ["0003", "上河村第1村民小组", "2号", "9", "程", "5551234"],
        ["０００４", "第1村民小组", "3号", 4, "欧阳", "", "季节性在家", 44625],
    )
    changes = changes_of(town, "households", data)
    assert told(changes) == [(2, "unchanged"), (3, "changed"), (4, "changed"), (5, "new")]
    assert "第2村民小组" in changes[1].what and "举家外出" in changes[1].what
    assert changes[3].act.number == "0004" and changes[3].act.presence == "seasonal"
    assert not any("程" in c.what or "5551234" in c.what for c in changes)


@pytest.mark.parametrize(
    "line",
    [
        ["", "YLQH-V1-G1-1"],
        ["1", ""],
        ["1", "上河村"],
        ["1", "九组"],
        ["11010519491231002X", "YLQH-V1-G1-1"],
        ["1", "YLQH-V1-G1-1", "1号13800001234"],
        ["1", "YLQH-V1-G1-1", "", "", "陈大明"],
        ["1", "YLQH-V1-G1-1", "", "一"],
        ["1", "YLQH-V1-G1-1", "", "", "", "没有"],
        ["1", "YLQH-V1-G1-1", "", "", "", "", "出国"],
        ["1", "YLQH-V1-G1-1", "", "", "", "", "", "上个月"],
        ["1", "YLQH-V1-G1-1", "", "", "", "", "", "2019-01-01"],
    ],
)
def test_a_household_that_cannot_be_is_a_problem(town: Town, line: list[object]) -> None:
    (change,) = changes_of(town, "households", households(line))
    assert change.state == "problem" and change.what.endswith("。")


def test_a_household_number_used_twice_or_closed_is_a_problem(town: Town, group: Unit) -> None:
    gone = people.open_household(by=SYSTEM, household=NewHousehold("9", group), on=FOUNDED)
    people.close_household(by=SYSTEM, household=gone, on=dt.date(2022, 5, 1), ground="迁出")
    data = households(["1", "YLQH-V1-G1-1"], ["1", "YLQH-V1-G1-2"], ["9", "YLQH-V1-G1-1"])
    assert told(changes_of(town, "households", data)) == [(2, "new"), (3, "problem"), (4, "problem")]


def test_head_counts_need_a_day_a_source_and_a_number(town: Town) -> None:
    head = ["单位", "口径", "人数", "统计日", "来源"]
    data = workbook(
        [
            head,
            ["上河村", "户籍人口", "1,620人", "2021年12月31日", "派出所"],
            ["上河村", "户籍人口", "1620", "2021-12-31", "派出所"],
            ["下河村", "户籍人口", "约900", "2021-12-31", "派出所"],
            ["下河村", "户籍人口", 900, "", "派出所"],
            ["下河村", "户籍人口", 900, "2023-01-01", "派出所"],
            ["下河村", "户籍人口", 900, "2021-12-31", ""],
            ["下河村", "", 900, "2021-12-31", "年报"],
        ]
    )
    assert [s for _row, s in told(changes_of(town, "head_counts", data))] == ["new"] + ["problem"] * 6


def test_two_units_of_one_name_must_be_told_apart(town: Town) -> None:
    from_two = workbook([HOUSEHOLDS, ["1", "第1村民小组"]])
    assert told(changes_of(town, "households", from_two)) == [(2, "new")]
    orgs.open_unit(
        by=SYSTEM,
        code="YLQH-V2-N1",
        kind=UnitKind.GROUP,
        name="第1村民小组",
        parent=town.villages["下河村"],
        on=FOUNDED,
    )
    (change,) = changes_of(town, "households", from_two)
    assert change.state == "problem" and "上河村" in change.what
