"""相关村 picked by the lead unit: who owes from then on, until when a pick may change, and what it leaves alone."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.tests.readings import by, confirmed, owed, rhythm, share, task
from tests.people import TODAY, Town


def test_villages_picked_after_confirmation_owe_from_the_pick_on(town: Town) -> None:
    version = confirmed(town, task("打造点位", "镇党建办", "相关村", by("2022-10-31")))
    assert not owed(town)
    picked = [town.villages["上河村"], town.villages["石桥村"]]
    made = ledger.pick_villages(
        by=town.party,
        plan=version.plan,
        task=version.tasks.get(),
        villages=picked,
        today=TODAY,
        ground="会议",
    )
    assert made == 2 and {o.unit.name for o in owed(town)} == {"上河村", "石桥村"}
    ledger.pick_villages(
        by=town.party,
        plan=version.plan,
        task=version.tasks.get(),
        villages=picked[:1],
        today=TODAY,
        ground="会议",
    )
    assert {o.unit.name for o in owed(town, dropped_on__isnull=True)} == {"上河村"}


def test_a_pick_stays_once_its_first_due_day_is_past(town: Town) -> None:
    version = confirmed(town, task("打造点位", "镇党建办", "相关村", by("2022-10-31")))
    one = version.tasks.get()
    ledger.pick_villages(by=town.party, plan=version.plan, task=one, villages=[town.villages["上河村"]], today=TODAY, ground="")  # fmt: skip
    with pytest.raises(Problem) as refused:
        ledger.pick_villages(
            by=town.party, plan=version.plan, task=one, villages=[town.villages["石桥村"]], today=dt.date(2022, 11, 1), ground=""
        )  # fmt: skip
    assert refused.value.code == "ledger.pick_due"


def test_a_pick_stays_once_its_first_month_is_past(town: Town) -> None:
    version = confirmed(town, task("每月议事", "镇党建办", "相关村", rhythm("month")))
    one = version.tasks.get()
    up, bridge = town.villages["上河村"], town.villages["石桥村"]
    ledger.pick_villages(
        by=town.party, plan=version.plan, task=one, villages=[up], today=TODAY, ground="会议"
    )
    with pytest.raises(Problem) as refused:
        ledger.pick_villages(
            by=town.party, plan=version.plan, task=one, villages=[bridge], today=dt.date(2022, 12, 1), ground="会议"
        )  # fmt: skip
    assert refused.value.code == "ledger.pick_due"
    assert not owed(town, dropped_on__isnull=False)


def test_picking_a_further_village_wakes_nothing_that_a_written_share_ended(town: Town) -> None:
    version = confirmed(
        town, task("打造点位", "镇党建办", "司法所、相关村", by("2022-10-31"), share("1/1", "2022-10-31"))
    )
    one, justice = version.tasks.get(), town.offices["司法所"]
    ledger.add_share(by=town.party, task=one, ower=justice, today=TODAY, kind="every", every="quarter", what="抽查")  # fmt: skip
    before = {o.pk for o in owed(town, unit=justice, dropped_on__isnull=True)}
    ledger.pick_villages(by=town.party, plan=version.plan, task=one, villages=[town.villages["上河村"]], today=TODAY, ground="会议")  # fmt: skip
    assert {o.pk for o in owed(town, unit=justice, dropped_on__isnull=True)} == before
