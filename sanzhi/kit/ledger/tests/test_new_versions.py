"""A new version of a plan (case 13): what was due stays, what goes on keeps its history, the rest is dropped."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.ledger.pairing import Words, likeness, propose_pairs
from sanzhi.kit.ledger.tests.readings import always, by, confirmed, owed, renewed, rhythm, share, stored, task
from tests.people import TODAY, Town

JULY_2, JUNE_1 = dt.date(2022, 7, 2), dt.date(2022, 6, 1)
OLD = task(
    "调解委员会标准化建设要在六月底前达标", "司法所", "各村", by("2022-06-30"), share("4/5", "2022-06-30")
)
NEW = task(
    "调解委员会标准化建设要在六月底前全部达标",
    "司法所",
    "各村",
    by("2022-06-30"),
    share("9/10", "2022-06-30"),
)
MONTHLY = task("每月召开一次议事会议，听取群众意见", "镇综治办", "上河村", rhythm("month"))


def periods(town: Town, **where: object) -> list[str]:
    return [o.period for o in owed(town, dropped_on__isnull=True, handed_to__isnull=True, **where)]


def test_case_13_june_stays_judged_by_80_percent_and_the_new_90_owes_nothing(town: Town) -> None:
    first = confirmed(town, OLD)
    before = list(Obligation.objects.values())
    second = renewed(town, first, NEW, first_day=JUNE_1, today=JULY_2)
    assert list(Obligation.objects.values()) == before
    assert {o.requirement.share for o in owed(town)} == {"4/5"}
    assert second.state == "confirmed" and second.tasks.get().code == first.tasks.get().code == "T01"


def test_case_13_july_stays_with_the_first_version_and_august_is_the_seconds(town: Town) -> None:
    first = confirmed(town, MONTHLY)
    twice = MONTHLY | {"cadences": [rhythm("month", 2)], "text": MONTHLY["text"] + "，每月两次"}
    second = renewed(town, first, twice, first_day=JUNE_1, today=JULY_2)
    by_version = {o.period: o.requirement.task.version for o in owed(town, dropped_on__isnull=True)}
    assert by_version["2022-07"] == first and by_version["2022-08"] == second
    assert by_version["2022-06"] == first and len(by_version) == 9


def test_case_13_the_first_version_rules_from_its_first_day_however_late_it_is_confirmed(town: Town) -> None:
    confirmed(town, MONTHLY, today=dt.date(2022, 9, 1))
    assert periods(town)[0] == "2022-04"


def test_case_13_a_version_with_a_later_first_day_rules_from_that_day(town: Town) -> None:
    first = confirmed(town, MONTHLY)
    longer = MONTHLY | {"text": MONTHLY["text"] + "（修订）"}
    second = renewed(town, first, longer, first_day=dt.date(2022, 10, 1), today=JULY_2)
    by_version = {o.period: o.requirement.task.version.number for o in owed(town)}
    assert (by_version["2022-09"], by_version["2022-10"]) == (1, second.number)


def test_what_goes_on_unchanged_keeps_its_obligation_and_its_exemption(town: Town) -> None:
    first = confirmed(town, MONTHLY)
    august = owed(town, period="2022-08")[0]
    ledger.exempt(by=town.officer, obligation=august, reason="村里受灾停开", today=TODAY)
    second = renewed(town, first, MONTHLY | {"text": MONTHLY["text"] + "。"}, first_day=JUNE_1, today=JULY_2)
    august.refresh_from_db()
    assert august.requirement.task.version == second and august.dropped_on is None
    assert august.exemptions.filter(revoked_on__isnull=True).exists()
    assert len(periods(town)) == 9


def test_a_moved_deadline_drops_the_old_stage_and_keeps_what_was_reported(town: Town) -> None:
    text = "完成集中培训，提升村干部能力"
    first = confirmed(town, task(text, "镇党建办", "上河村", by("2022-09-30", "集中培训")))
    renewed(
        town,
        first,
        task(text + "。", "镇党建办", "上河村", by("2022-11-30", "集中培训")),
        first_day=JUNE_1,
        today=JULY_2,
    )
    old, new = owed(town)
    assert (old.due_on, old.dropped_on) == (dt.date(2022, 9, 30), JULY_2)
    assert (new.due_on, new.dropped_on) == (dt.date(2022, 11, 30), None)
    assert new.requirement.lineage == old.requirement.pk and new.begins_on == old.begins_on


def test_what_another_unit_now_owes_is_handed_over(town: Town) -> None:
    text = "负责法律服务窗口的建设和值守"
    first = confirmed(town, task(text, "镇党建办", "镇党政办", by("2022-10-31", "建成窗口")))
    renewed(
        town,
        first,
        task(text, "镇党建办", "镇为民服务中心", by("2022-10-31", "建成窗口")),
        first_day=JUNE_1,
        today=JULY_2,
    )
    old, new = sorted(owed(town), key=lambda o: o.pk)
    assert (old.handed_to, old.handed_on, old.dropped_on) == (new, JULY_2, None)
    assert new.unit == town.offices["镇为民服务中心"]


def test_a_unit_that_falls_away_is_dropped_and_not_handed_to_one_that_owed_already(town: Town) -> None:
    text = "负责法律服务窗口的建设和值守"
    first = confirmed(town, task(text, "镇党建办", "镇党政办、司法所", by("2022-10-31", "建成窗口")))
    renewed(
        town,
        first,
        task(text, "镇党建办", "司法所", by("2022-10-31", "建成窗口")),
        first_day=JUNE_1,
        today=JULY_2,
    )
    rows = {o.unit.name: o for o in owed(town)}
    assert rows["镇党政办"].dropped_on == JULY_2 and rows["镇党政办"].handed_to is None
    assert rows["司法所"].dropped_on is None


def test_a_task_left_out_is_dropped_from_then_on_and_a_new_one_gets_a_code_never_used(town: Town) -> None:
    first = confirmed(town, MONTHLY, task("年底前完成总结报告", "镇党建办", "各村", by("2022-12-31")))
    fresh = task("开展反诈宣传进村入户活动", "镇综治办", "各村", by("2022-11-30"))
    second = renewed(
        town, first, MONTHLY | {"text": MONTHLY["text"] + "。"}, fresh, first_day=JUNE_1, today=JULY_2
    )
    assert list(second.tasks.values_list("code", flat=True)) == ["T01", "T03"]
    gone = owed(town, due_on=dt.date(2022, 12, 31), requirement__task__code="T02")
    assert len(gone) == 9 and {o.dropped_on for o in gone} == {JULY_2}
    codes = Requirement.objects.filter(task__version=second).values_list("code", flat=True)
    assert all(code.startswith(("T01-", "T03-")) for code in codes)


def test_villages_picked_before_are_picked_in_the_new_version(town: Town) -> None:
    one = task("打造核心价值观示范点位", "镇党建办", "相关村", by("2022-10-31"))
    first = confirmed(town, one)
    ledger.pick_villages(by=town.party, plan=first.plan, task=first.tasks.get(), villages=[town.villages["上河村"]], today=TODAY, ground="")  # fmt: skip
    renewed(town, first, one | {"text": one["text"] + "。"}, first_day=JUNE_1, today=JULY_2)
    (row,) = owed(town)
    assert row.unit.name == "上河村" and row.dropped_on is None and row.requirement.task.version.number == 2


def test_a_new_version_is_confirmed_only_as_a_whole_and_fully_paired(town: Town) -> None:
    first = confirmed(town, MONTHLY, task("年底前完成总结报告", "镇党建办", "各村", by("2022-12-31")))
    second = stored(town, MONTHLY | {"text": MONTHLY["text"] + "。"}, plan=first.plan, today=JULY_2)
    ledger.set_first_day(by=town.party, version=second, day=JUNE_1)

    def refused() -> str:
        with pytest.raises(Problem) as problem:
            ledger.confirm_new_version(by=town.party, version=second, today=JULY_2, shares_seen=True)
        return problem.value.code

    with pytest.raises(Problem) as problem:
        ledger.confirm_tasks(by=town.party, version=second, tasks=second.tasks.all(), today=JULY_2)
    assert problem.value.code == "ledger.whole_version"
    assert refused() == "ledger.pairing"
    assert ledger.pair_sure_tasks(by=town.party, version=second) == 1
    assert refused() == "ledger.old_open"
    ledger.leave_out_tasks(by=town.party, version=second, codes=["T02"])
    ledger.confirm_new_version(by=town.party, version=second, today=JULY_2, shares_seen=True)
    assert refused() == "ledger.confirmed"


def test_an_old_task_goes_on_in_one_new_task_only(town: Town) -> None:
    first = confirmed(town, MONTHLY)
    second = stored(
        town, MONTHLY | {"text": "议事会议每月一次"}, MONTHLY | {"text": "另一项议事"}, plan=first.plan
    )
    one, other = second.tasks.all()
    ledger.pair_task(by=town.party, task=one, old=first.tasks.get())
    with pytest.raises(Problem) as refused:
        ledger.pair_task(by=town.party, task=other, old=first.tasks.get())
    assert refused.value.code == "ledger.paired_twice"


def test_a_second_reading_waits_until_the_first_is_confirmed_or_given_up(town: Town) -> None:
    first = confirmed(town, MONTHLY)
    second = stored(town, OLD, plan=first.plan)
    with pytest.raises(Problem) as refused:
        stored(town, NEW, plan=first.plan)
    assert refused.value.code == "ledger.open_version"
    ledger.discard_version(by=town.party, version=second)
    third = stored(town, NEW, plan=first.plan)
    assert third.number == 3 and third.tasks.get().code == "N01"


def test_readings_given_up_do_not_make_the_next_a_later_version(town: Town) -> None:
    first = stored(town, MONTHLY)
    ledger.discard_version(by=town.party, version=first)
    with pytest.raises(Problem) as refused:
        stored(town, MONTHLY, plan=first.plan)
    assert refused.value.code == "ledger.plan_discarded"


def test_likeness_is_one_for_the_same_words_and_none_for_others() -> None:
    assert likeness("每月召开会议", "每月 召开会议") == 1
    assert likeness("每月召开会议", "印制宣传品") == 0


def test_pairs_are_proposed_by_words_and_not_by_their_order() -> None:
    old = [
        Words("a", ("1",), "每月召开一次议事会议，听取意见"),
        Words("b", ("2",), "印制一批宣传用品发放到户"),
    ]
    new = [Words(1, ("1",), "印制一批宣传用品并发放到户"), Words(2, ("2",), "每月召开两次议事会议，听取意见"), Words(3, ("3",), "完全不同的事情")]  # fmt: skip
    found = propose_pairs(old, new)
    assert {k: v[0] for k, v in found.items()} == {1: "b", 2: "a"}


def test_standing_and_always_are_told_apart_from_what_is_dated(town: Town) -> None:
    first = confirmed(town, task("常态化开展工作，长期坚持不松懈", "镇党建办", "各村", always()))
    renewed(
        town,
        first,
        task("常态化开展工作，长期坚持不松懈。", "镇党建办", "各村", by("2022-12-31")),
        first_day=JUNE_1,
        today=JULY_2,
    )
    assert len(periods(town)) == 9
