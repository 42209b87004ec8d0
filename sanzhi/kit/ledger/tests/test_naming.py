"""Printed names meet the register: exact, by alias, or a suggestion that a person accepts."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.orgs.queries import names_of
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import TaskUnit
from sanzhi.kit.ledger.naming import meaning_of, suggestion
from sanzhi.kit.ledger.tests.readings import always, stored, task
from tests.people import SYSTEM, TODAY, Town


def test_an_office_is_matched_with_and_without_its_towns_character(town: Town) -> None:
    names = names_of(town.unit, TODAY)
    assert meaning_of("综治办", names) == ("unit", town.offices["镇综治办"])
    assert meaning_of("镇司法所", names) == ("unit", town.offices["司法所"])
    assert meaning_of("为民服务中心", names) == ("unit", town.offices["镇为民服务中心"])


@pytest.mark.parametrize(
    ("printed", "office"),
    [
        ("党建工作办公室", "镇党建办"),
        ("综合治理办公室", "镇综治办"),
        ("镇纪检监察室", None),
        ("镇社会事务中心", None),
        ("财政所", None),
    ],
)
def test_a_near_name_is_suggested_and_a_far_one_is_not(town: Town, printed: str, office: str | None) -> None:
    found = suggestion(printed, names_of(town.unit, TODAY))
    assert found == (("unit", town.offices[office]) if office else None)


def test_a_name_chosen_once_holds_in_the_whole_version_and_is_remembered(town: Town) -> None:
    two = [task(f"第{n}项工作", "综合治理办公室", "各村", always()) for n in (1, 2)]
    version = stored(town, *two)
    ledger.name_units(
        by=town.party, version=version, meanings={"综合治理办公室": ("unit", town.offices["镇综治办"])}
    )
    named = TaskUnit.objects.filter(task__version=version, printed_name="综合治理办公室")
    assert {u.unit.name for u in named} == {"镇综治办"} and named.count() == 2
    later = stored(town, task("另一份方案的工作", "综合治理办公室", "各村", always()), title="另一份方案")
    assert later.tasks.get().units.get(role="lead").unit == town.offices["镇综治办"]


def test_a_name_that_means_another_unit_already_is_refused(town: Town) -> None:
    version = stored(town, task("第一项工作", "综治中心", "各村", always()))
    orgs.add_alias(by=SYSTEM, unit=town.offices["司法所"], name="综治中心")
    with pytest.raises(Problem) as refused:
        ledger.name_units(
            by=town.party, version=version, meanings={"综治中心": ("unit", town.offices["镇综治办"])}
        )
    assert refused.value.code == "orgs.alias_taken"


def test_a_unit_from_outside_owes_nothing_and_hinders_nothing(town: Town) -> None:
    version = stored(town, task("第一项工作", "镇综治办", "县公安局", always()))
    ledger.name_units(by=town.party, version=version, meanings={"县公安局": ("outside", None)})
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    assert version.tasks.get().confirmed_on == TODAY


def test_a_village_named_in_person_is_matched_and_owes(town: Town) -> None:
    assert meaning_of("上河村", names_of(town.unit, TODAY)) == ("unit", town.villages["上河村"])
    assert town.villages["上河村"].kind == UnitKind.VILLAGE
