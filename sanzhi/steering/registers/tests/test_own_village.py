"""A clerk's file says 1组: it is the one of the clerk's own village, however the number is written."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.access import paths as paths_of
from sanzhi.kit.access import unit_ids_within
from sanzhi.steering.registers.sheets.units_named import UnitNames
from sanzhi.steering.registers.tests.files import changes_of, told, workbook
from tests.people import FOUNDED, SYSTEM, TODAY, Town

HEADS = ["户号", "村民小组", "门牌", "在家情况"]


@pytest.fixture
def second(town: Town) -> Town:
    """Another village with a grid and groups of the same names."""
    grid = orgs.open_unit(
        by=SYSTEM,
        code="V2-G1",
        kind=UnitKind.GRID,
        name="第1网格",
        parent=town.villages["下河村"],
        on=FOUNDED,
    )
    for n in (1, 2):
        orgs.open_unit(
            by=SYSTEM, code=f"V2-{n}", kind=UnitKind.GROUP, name=f"第{n}村民小组", parent=grid, on=FOUNDED
        )
    return town


def own(town: Town) -> frozenset[int]:
    return unit_ids_within(paths_of(town.clerk, "households:edit"))


@pytest.mark.parametrize(
    "said",
    [
        "1组",
        "第1村民小组",
        "第一村民小组",
        "一组",
        "第１组",
        "1 小组",
        "第1网格/1组",
        "上河村1组",
        "上河村/第一组",
    ],
)
def test_a_clerk_names_a_group_of_the_own_village_without_the_village(second: Town, said: str) -> None:
    changes = changes_of(
        second, "households", workbook([HEADS, ["0901", said, "", "常住"]]), within=own(second)
    )
    assert told(changes) == [(2, "new")] and "上河村/第1网格/第1村民小组" in changes[0].what


def test_who_keeps_the_whole_town_is_asked_which_village(second: Town) -> None:
    (change,) = changes_of(second, "households", workbook([HEADS, ["0901", "1组", "", "常住"]]))
    assert change.state == "problem" and "上河村/第1网格/第1村民小组" in change.what
    (change,) = changes_of(second, "households", workbook([HEADS, ["0901", "下河村/1组", "", "常住"]]))
    assert change.state == "new" and "下河村" in change.what


def test_a_clerk_does_not_reach_a_group_of_another_village_by_its_number(second: Town) -> None:
    lines = [["0901", "下河村/1组", "", "常住"], ["0902", "9组", "", "常住"]]
    changes = changes_of(second, "households", workbook([HEADS, *lines]), within=own(second))
    assert told(changes) == [(2, "problem"), (3, "problem")]


def test_two_groups_of_one_number_in_the_own_village_are_asked_about(second: Town) -> None:
    grid = Unit.objects.get(code="YLQH-V1-G2")
    orgs.open_unit(
        by=SYSTEM, code="TWIN", kind=UnitKind.GROUP, name="一组", parent=grid, on=dt.date(2022, 1, 1)
    )
    names = UnitNames(second.unit, TODAY, own(second))
    twin = names.find("一组", (UnitKind.GROUP,))
    assert isinstance(twin, Unit) and twin.code == "TWIN"
    assert isinstance(names.find("1组", (UnitKind.GROUP,)), str)
    first = names.find("第1村民小组", (UnitKind.GROUP,))
    assert isinstance(first, Unit) and first.code == "YLQH-V1-G1-1"
