"""The register of units: what it opens, moves, merges, closes, names, and what it refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs import actions
from sanzhi.foundation.orgs.models import Placement, RegisterChange, Succession, Unit, UnitKind
from sanzhi.foundation.orgs.queries import (
    names_of,
    path_on,
    placements_on,
    successors,
    town_units_on,
    units_on,
)
from tests.people import FOUNDED, SYSTEM, TODAY, Town

MERGED = dt.date(2022, 7, 10)
BEFORE = dt.date(2022, 5, 31)


@pytest.fixture
def other_town(town: Town) -> Unit:
    return actions.open_unit(
        by=SYSTEM, code="YLBS", kind=UnitKind.TOWN, name="白石镇", parent=town.county, on=FOUNDED
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block raises the problem of this code."""
    with pytest.raises(Problem) as raised:
        yield
    assert raised.value.code == code


def test_a_merge_leaves_the_past_and_hangs_what_stood_below_under_the_new_village(town: Town) -> None:
    a, b = town.villages["上河村"], town.villages["下河村"]
    grid = actions.open_unit(
        by=SYSTEM, code="YLQH-V2-G1", kind=UnitKind.GRID, name="第1网格", parent=b, on=FOUNDED
    )
    group = Unit.objects.get(code="YLQH-V1-G1-1")
    before = sorted(placements_on(BEFORE).values_list("unit_id", "path"))

    done = actions.merge_units(
        by=SYSTEM, units=[a, b], on=MERGED, ground="云政〔2022〕11号", code="YLQH-V10", name="双河村"
    )

    assert [u.name for u in done.predecessors] == ["上河村", "下河村"]
    assert sorted(placements_on(BEFORE).values_list("unit_id", "path")) == before
    villages = units_on(MERGED, town=town.unit, kinds=[UnitKind.VILLAGE])
    assert villages.count() == 8 and done.successor in villages and a not in villages
    assert units_on(BEFORE, town=town.unit, kinds=[UnitKind.VILLAGE]).count() == 9
    assert successors(town.unit, MERGED) == {a.pk: done.successor.pk, b.pk: done.successor.pk}
    assert successors(town.unit, BEFORE) == {}
    grid.refresh_from_db()
    assert grid.name == "下河村第1网格"
    assert path_on(group, MERGED).startswith(path_on(done.successor, MERGED))
    assert path_on(group, BEFORE).startswith(path_on(a, BEFORE))
    assert len(done.rehung) == 3


def test_a_merge_into_one_of_the_villages_closes_only_the_other(town: Town) -> None:
    a, b = town.villages["上河村"], town.villages["下河村"]
    done = actions.merge_units(by=SYSTEM, units=[a, b], on=MERGED, ground="会议纪要", into=b)
    assert done.successor == b
    assert path_on(a, MERGED) is None and path_on(b, MERGED) == path_on(b, BEFORE)
    assert Succession.objects.get().predecessor == a


def test_a_merge_is_refused_without_ground_or_a_second_village(town: Town) -> None:
    a, b = town.villages["上河村"], town.villages["下河村"]
    with refused("orgs.ground_needed"):
        actions.merge_units(by=SYSTEM, units=[a, b], on=MERGED, ground=" ", name="双河村")
    with refused("orgs.merge_two"):
        actions.merge_units(by=SYSTEM, units=[a, a], on=MERGED, ground="会议", name="双河村")
    with refused("orgs.merge_two"):
        actions.merge_units(
            by=SYSTEM, units=[a, town.offices["司法所"]], on=MERGED, ground="会议", name="双河村"
        )
    assert units_on(MERGED, town=town.unit, kinds=[UnitKind.VILLAGE]).count() == 9


def test_a_move_carries_the_subtree_and_changes_no_placement_of_last_year(
    town: Town, other_town: Unit
) -> None:
    village = town.villages["上河村"]
    last_year = dt.date(2021, 12, 31)
    before = sorted(placements_on(last_year).values_list("unit_id", "parent_id", "path", "opened_on"))

    actions.move_unit(by=SYSTEM, unit=village, parent=other_town, on=dt.date(2022, 6, 15), ground="区划调整")

    assert sorted(placements_on(last_year).values_list("unit_id", "parent_id", "path", "opened_on")) == before
    under = placements_on(dt.date(2022, 6, 15), under=path_on(other_town, TODAY))
    assert under.count() == 1 + 1 + 2 + 4
    assert placements_on(dt.date(2022, 6, 14), under=path_on(other_town, TODAY)).count() == 1
    assert Unit.objects.get(code="YLQH-V1-G1-1").town == other_town
    assert set(
        RegisterChange.objects.filter(since=dt.date(2022, 6, 15)).values_list("town__code", flat=True)
    ) == {
        "YLQH",
        "YLBS",
    }


def test_a_second_move_on_the_same_day_rewrites_the_first(town: Town, other_town: Unit) -> None:
    village, day = town.villages["上河村"], dt.date(2022, 6, 15)
    actions.move_unit(by=SYSTEM, unit=village, parent=other_town, on=day)
    actions.move_unit(by=SYSTEM, unit=village, parent=town.unit, on=day)
    assert path_on(village, day).startswith(path_on(town.unit, day))
    assert Placement.objects.filter(unit=village).count() == 2
    assert placements_on(day, under=path_on(village, day)).count() == 7


def test_a_move_is_refused_under_itself_under_a_wrong_kind_and_before_a_later_change(
    town: Town, other_town: Unit
) -> None:
    village, grid = town.villages["上河村"], Unit.objects.get(code="YLQH-V1-G1")
    with refused("orgs.wrong_parent"):
        actions.move_unit(by=SYSTEM, unit=village, parent=grid, on=TODAY)
    with refused("orgs.wrong_parent"):
        actions.move_unit(by=SYSTEM, unit=grid, parent=town.unit, on=TODAY)
    with refused("orgs.same_parent"):
        actions.move_unit(by=SYSTEM, unit=village, parent=town.unit, on=TODAY)
    with refused("orgs.not_standing"):
        actions.move_unit(by=SYSTEM, unit=village, parent=other_town, on=dt.date(2019, 1, 1))
    actions.move_unit(by=SYSTEM, unit=grid, parent=town.villages["下河村"], on=dt.date(2022, 8, 1))
    with refused("orgs.later_change"):
        actions.move_unit(by=SYSTEM, unit=village, parent=other_town, on=dt.date(2022, 7, 1))
    with refused("orgs.later_change"):
        actions.move_unit(by=SYSTEM, unit=grid, parent=town.villages["石桥村"], on=dt.date(2022, 7, 1))


def test_two_villages_of_one_name_are_refused_when_opened_renamed_or_moved(
    town: Town, other_town: Unit
) -> None:
    with refused("orgs.name_taken"):
        actions.open_unit(
            by=SYSTEM, code="X1", kind=UnitKind.VILLAGE, name="上河村", parent=town.unit, on=TODAY
        )
    with refused("orgs.name_taken"):
        actions.rename_unit(by=SYSTEM, unit=town.villages["下河村"], name="上河村", short_name="")
    twin = actions.open_unit(
        by=SYSTEM, code="X2", kind=UnitKind.VILLAGE, name="上河村", parent=other_town, on=TODAY
    )
    with refused("orgs.name_taken"):
        actions.move_unit(by=SYSTEM, unit=twin, parent=town.unit, on=dt.date(2022, 6, 1))
    with refused("orgs.code_taken"):
        actions.open_unit(
            by=SYSTEM, code="YLQH-V1", kind=UnitKind.VILLAGE, name="新村", parent=town.unit, on=TODAY
        )
    with refused("orgs.name_needed"):
        actions.open_unit(by=SYSTEM, code="X3", kind=UnitKind.VILLAGE, name="  ", parent=town.unit, on=TODAY)


def test_a_closed_village_frees_its_name_from_the_day_it_no_longer_stands(town: Town) -> None:
    village = town.villages["下河村"]
    actions.close_unit(by=SYSTEM, unit=village, on=dt.date(2022, 6, 1), ground="云政〔2022〕5号")
    assert (
        path_on(village, dt.date(2022, 5, 31)) is not None and path_on(village, dt.date(2022, 6, 1)) is None
    )
    with refused("orgs.name_taken"):
        actions.open_unit(
            by=SYSTEM, code="N1", kind=UnitKind.VILLAGE, name="下河村", parent=town.unit, on=TODAY
        )
    actions.open_unit(
        by=SYSTEM, code="N1", kind=UnitKind.VILLAGE, name="下河村", parent=town.unit, on=dt.date(2022, 6, 1)
    )


def test_a_unit_with_members_or_without_ground_is_not_closed(town: Town) -> None:
    with refused("orgs.has_members"):
        actions.close_unit(by=SYSTEM, unit=town.villages["上河村"], on=TODAY, ground="会议")
    with refused("orgs.ground_needed"):
        actions.close_unit(by=SYSTEM, unit=town.villages["下河村"], on=TODAY, ground="")
    with refused("orgs.not_standing"):
        actions.close_unit(by=SYSTEM, unit=town.villages["下河村"], on=FOUNDED, ground="会议")
    actions.close_unit(by=SYSTEM, unit=town.villages["下河村"], on=TODAY, ground="会议")
    with refused("orgs.before_opening"):
        actions.close_unit(by=SYSTEM, unit=town.villages["下河村"], on=TODAY, ground="会议")


def test_a_unit_entered_late_under_a_moved_village_follows_its_later_places(
    town: Town, other_town: Unit
) -> None:
    village = town.villages["上河村"]
    actions.move_unit(by=SYSTEM, unit=village, parent=other_town, on=dt.date(2022, 5, 1))
    grid = actions.open_unit(
        by=SYSTEM, code="LATE", kind=UnitKind.GRID, name="第9网格", parent=village, on=dt.date(2022, 3, 1)
    )
    assert path_on(grid, dt.date(2022, 4, 30)).startswith(path_on(town.unit, TODAY))
    assert path_on(grid, dt.date(2022, 5, 1)).startswith(path_on(other_town, TODAY))
    assert Placement.objects.filter(unit=grid).count() == 2


def test_an_alias_means_one_unit_of_its_town(town: Town) -> None:
    office = town.offices["镇党建办"]
    actions.add_alias(by=SYSTEM, unit=office, name="党建工作办公室")
    actions.add_alias(by=SYSTEM, unit=office, name="党建工作办公室")
    assert names_of(town.unit, TODAY)["党建工作办公室"] == office
    with refused("orgs.alias_taken"):
        actions.add_alias(by=SYSTEM, unit=town.offices["司法所"], name="党建工作办公室")
    with refused("orgs.alias_taken"):
        actions.add_alias(by=SYSTEM, unit=town.offices["司法所"], name="镇党建办")
    with refused("orgs.alias_taken"):
        actions.open_unit(
            by=SYSTEM, code="O9", kind=UnitKind.OFFICE, name="党建工作办公室", parent=town.unit, on=TODAY
        )
    actions.drop_alias(by=SYSTEM, alias=office.aliases.get())
    assert "党建工作办公室" not in names_of(town.unit, TODAY)


def test_the_list_of_town_units_is_dated_and_holds_offices_only(town: Town) -> None:
    office = town.offices["司法所"]
    actions.mark_town_unit(by=SYSTEM, unit=office, on=dt.date(2022, 3, 1), counts=False)
    assert office in town_units_on(town.unit, dt.date(2022, 2, 28))
    assert office not in town_units_on(town.unit, dt.date(2022, 3, 1))
    with refused("orgs.not_office"):
        actions.mark_town_unit(by=SYSTEM, unit=town.villages["上河村"], on=TODAY)
    actions.mark_town_unit(by=SYSTEM, unit=office, on=dt.date(2022, 6, 1))
    with refused("orgs.later_change"):
        actions.mark_town_unit(by=SYSTEM, unit=office, on=dt.date(2022, 4, 1))
    actions.mark_town_unit(by=SYSTEM, unit=office, on=dt.date(2022, 6, 1), counts=False)
    assert office not in town_units_on(town.unit, dt.date(2022, 6, 1))


def test_every_act_on_the_register_stands_in_the_chain_of_its_town(town: Town) -> None:
    before = AuditEntry.objects.filter(chain="YLQH").count()
    actions.note_answers_to_county(by=town.admin, unit=town.offices["司法所"], answers=True)
    last = AuditEntry.objects.filter(chain="YLQH").order_by("-seq").first()
    assert AuditEntry.objects.filter(chain="YLQH").count() == before + 1
    assert (last.verb, last.by) == ("orgs.note_answers_to_county", "admin 管理员")


@pytest.mark.parametrize("code", ["", "a b", "../x", "a/b", ".x", "x" * 25, "a\x00b", "a\nb"])
def test_a_code_that_cannot_stand_in_an_address_is_refused(town: Town, code: str) -> None:
    with refused("orgs.code_shape"):
        actions.open_unit(
            by=SYSTEM, code=code, kind=UnitKind.OFFICE, name="新办", parent=town.unit, on=FOUNDED
        )


def test_names_longer_than_the_register_takes_are_refused_on_every_database(town: Town) -> None:
    office = {"by": SYSTEM, "code": "YLQH-NEW", "kind": UnitKind.OFFICE, "parent": town.unit, "on": FOUNDED}
    with refused("orgs.too_long"):
        actions.open_unit(**office, name="办" * 61, short_name="办")
    with refused("orgs.too_long"):
        actions.open_unit(**office, name="办" * 31)
    with refused("orgs.too_long"):
        actions.add_alias(by=SYSTEM, unit=town.unit, name="镇" * 61)
