"""Many units at once: an import, a demonstration, a county of thirty thousand."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs import actions
from sanzhi.foundation.orgs.actions import NewUnit
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind
from sanzhi.foundation.orgs.queries import path_on, placements_on, town_units_on
from tests.people import FOUNDED, SYSTEM, TODAY, Town


def a_town(code: str, villages: int, grids: int, groups: int) -> list[NewUnit]:
    """Units of a town, children before their parents."""
    units = []
    for v in range(villages):
        village = f"{code}V{v}"
        for g in range(grids):
            grid = f"{village}G{g}"
            units += [NewUnit(f"{grid}-{n}", UnitKind.GROUP, f"第{g}-{n}组", grid) for n in range(groups)]
            units.append(NewUnit(grid, UnitKind.GRID, f"第{g}网格", village))
        units.append(NewUnit(village, UnitKind.VILLAGE, f"{v}号村", code))
    return units


def test_many_units_are_opened_in_few_statements_parents_first(town: Town) -> None:
    units = a_town("YLQH", 20, 3, 5)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        made = actions.open_units(by=SYSTEM, units=units, on=TODAY)
    assert len(made) == 20 * (1 + 3 + 15)
    assert len(seen) < 40
    group = made["YLQHV3G1-2"]
    assert path_on(group, TODAY).startswith(path_on(made["YLQHV3"], TODAY))
    assert group.town == town.unit


def test_an_office_of_a_batch_brings_its_aliases_and_its_mark(town: Town) -> None:
    new = NewUnit(
        "O-20",
        UnitKind.OFFICE,
        "镇财政所",
        "YLQH",
        town_unit=True,
        answers_to_county=True,
        aliases=("财政所", "财政分局"),
    )
    made = actions.open_units(by=SYSTEM, units=[new], on=TODAY)["O-20"]
    assert sorted(made.aliases.values_list("name", flat=True)) == ["财政分局", "财政所"]
    assert made in town_units_on(town.unit, TODAY) and made.answers_to_county


@pytest.mark.parametrize(
    ("units", "code"),
    [
        (
            [NewUnit("A", "village", "新村", "YLQH"), NewUnit("A", "village", "二村", "YLQH")],
            "orgs.code_taken",
        ),
        ([NewUnit("YLQH-V1", "village", "新村", "YLQH")], "orgs.code_taken"),
        (
            [NewUnit("A", "village", "新村", "YLQH"), NewUnit("B", "village", "新村", "YLQH")],
            "orgs.name_taken",
        ),
        ([NewUnit("A", "village", "上河村", "YLQH")], "orgs.name_taken"),
        ([NewUnit("A", "grid", "一网格", "nowhere")], "orgs.unknown_parent"),
        ([NewUnit("A", "grid", "一网格", "B"), NewUnit("B", "grid", "二网格", "A")], "orgs.loop"),
        ([NewUnit("A", "group", "一组", "YLQH")], "orgs.wrong_parent"),
        ([NewUnit("A", "village", " ", "YLQH")], "orgs.name_needed"),
        ([NewUnit("A", "village", "新村", "YLQH", town_unit=True)], "orgs.not_office"),
        ([NewUnit("A", "office", "新办", "YLQH", aliases=("司法所",))], "orgs.alias_taken"),
        ([NewUnit("A", "village", "新村", "YLQH", opened_on=dt.date(2019, 1, 1))], "orgs.not_standing"),
    ],
)
def test_one_bad_unit_of_a_batch_opens_none(town: Town, units: list[NewUnit], code: str) -> None:
    before = Unit.objects.count()
    good = NewUnit("GOOD", "village", "好村", "YLQH")
    with pytest.raises(Problem) as refused:
        actions.open_units(by=SYSTEM, units=[good, *units], on=TODAY)
    assert refused.value.code == code
    assert Unit.objects.count() == before


def test_a_hundred_moves_in_a_large_county_seek_in_the_index(town: Town) -> None:
    actions.open_units(
        by=SYSTEM, units=[NewUnit(f"T{n}", UnitKind.TOWN, f"{n}号镇", "YL") for n in range(4)], on=FOUNDED
    )
    for n in range(4):
        actions.open_units(by=SYSTEM, units=a_town(f"T{n}", 25, 2, 8), on=FOUNDED)
    last_year = dt.date(2021, 12, 31)
    before = list(placements_on(last_year).order_by("pk").values_list("unit_id", "parent_id", "path"))
    towns = {u.code: u for u in Unit.objects.filter(kind=UnitKind.TOWN)}
    moves = []
    for n in range(4):
        for v in range(25):
            village = Unit.objects.get(code=f"T{n}V{v}")
            actions.rename_unit(by=SYSTEM, unit=village, name=f"{n}-{v}号村", short_name="")
            moves.append((village, towns[f"T{(n + 1) % 4}"]))
    started = time.perf_counter()
    made = actions.move_units(by=SYSTEM, moves=moves, on=TODAY, ground="区划调整")
    took = time.perf_counter() - started
    assert made == 100 * (1 + 2 + 16)
    assert list(placements_on(last_year).order_by("pk").values_list("unit_id", "parent_id", "path")) == before
    assert Placement.objects.filter(closed_on=TODAY).count() == made
    assert took < 20
