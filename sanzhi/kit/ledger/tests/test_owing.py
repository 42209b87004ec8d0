"""Who owes what once a plan is confirmed: periods, shares of offices, villages picked later, changes in time."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.forecast import alike, forecast
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Doubt, Obligation, PlanVersion, Requirement
from sanzhi.kit.ledger.overlaps import overlaps
from sanzhi.kit.ledger.reviews import full
from sanzhi.kit.ledger.shares import asked_number
from sanzhi.kit.ledger.tests.readings import (
    FIRST_DAY,
    always,
    by,
    confirmed,
    owed,
    reading,
    rhythm,
    share,
    stored,
    task,
)
from tests.people import TODAY, Town

VIDEO = task("建好视频监控", "镇综治办", "各村", by("2022-05-31"), share("1/2", "2022-05-31"), always())
BOARD = task("每月公开村务并检查", "镇综治办", "司法所、各村", rhythm("month"), always())


def test_case_7_weeks_and_months_before_the_first_day_are_not_owed_the_half_year_is(town: Town) -> None:
    confirmed(town, task("走访", "镇综治办", "上河村", rhythm("week"), rhythm("month"), rhythm("half_year")))
    periods = [o.period for o in owed(town)]
    months = [p for p in periods if len(p) == 7 and p[5].isdigit()]
    assert months == [f"2022-{m:02d}" for m in range(4, 13)]
    assert [p for p in periods if "H" in p] == ["2022-H1", "2022-H2"]
    assert min(o.begins_on for o in owed(town, requirement__every="week")) == dt.date(2022, 3, 21)


def test_case_7_records_since_the_start_of_the_half_year_count_for_it(town: Town) -> None:
    confirmed(town, task("走访", "镇综治办", "上河村", rhythm("half_year")))
    assert owed(town)[0].begins_on == dt.date(2022, 1, 1)


@pytest.mark.parametrize(
    ("fraction", "needed", "rounded"), [("1/10", 1, 1), ("1/2", 5, 5), ("4/5", 8, 7), ("9/10", 9, 8)]
)
def test_case_11_a_share_of_nine_villages_is_shown_as_its_whole_number(
    town, fraction, needed, rounded
) -> None:
    version = stored(town, task("达标建设", "司法所", "各村", share(fraction, "2022-06-30")))
    number = asked_number(Requirement.objects.get(task__version=version), town.unit)
    assert (number.denominator, number.needed, number.rounded) == (9, needed, rounded)


def test_case_11_a_person_acknowledges_the_whole_number_before_it_is_owed(town: Town) -> None:
    version = stored(town, VIDEO)
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    with pytest.raises(Problem) as refused:
        ledger.confirm_reviewed(
            by=town.officer, version=version, tasks=version.tasks.all(), today=TODAY, shares_seen=False
        )
    assert refused.value.code == "ledger.shares_unseen" and not Obligation.objects.exists()
    ledger.confirm_reviewed(
        by=town.officer, version=version, tasks=version.tasks.all(), today=TODAY, shares_seen=True
    )
    acknowledged = Requirement.objects.get(kind="share_by_day").acknowledged
    assert acknowledged.startswith("5/9") and len(owed(town)) == 10


def test_case_16_an_offices_confirmed_share_is_four_quarters_and_not_nine_times_twelve(town: Town) -> None:
    version = stored(town, BOARD)
    one = version.tasks.get()
    ledger.add_requirement(
        by=town.party,
        task=one,
        kind="every",
        every="quarter",
        what="查看各村公开栏",
        owers="one",
        ower=town.offices["司法所"],
    )
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 1, 1))
    ledger.confirm_tasks(by=town.party, version=version, tasks=[one], today=TODAY)
    assert len(owed(town, unit=town.offices["司法所"])) == 4
    assert len(owed(town, unit__kind="village")) == 9 * 12
    assert not Doubt.objects.filter(about="share").exists()


def test_case_16_a_share_left_blank_is_a_doubt_and_a_note_per_dated_deadline(town: Town) -> None:
    confirmed(
        town,
        task("建好视频监控", "镇综治办", "司法所、各村", by("2022-05-31"), by("2022-09-30"), share("1/2", "2022-05-31"), share("1/1", "2022-09-30")),
        BOARD | {"text": "每月公开"},
    )  # fmt: skip
    mine = owed(town, unit=town.offices["司法所"])
    assert [o.due_on for o in mine] == [dt.date(2022, 5, 31), dt.date(2022, 9, 30)]
    assert {o.requirement.proves for o in mine} == {""}
    assert Doubt.objects.filter(about="share", settled_on__isnull=True).count() == 2


def test_case_16_the_towns_offices_stand_beside_the_villages_in_what_all_owe(town: Town) -> None:
    confirmed(town, task("印制宣传品", "镇党建办", "各村、镇直各单位", by("2022-10-31")))
    rows = owed(town)
    assert len(rows) == 9 + 6
    assert {o.unit.kind for o in rows} == {"village", "office"}


def test_an_office_with_its_own_share_does_not_owe_the_whole_as_well(town: Town) -> None:
    version = stored(town, task("集中培训", "镇党建办", "镇为民服务中心、各村", by("2022-06-30")))
    one = version.tasks.get()
    centre = town.offices["镇为民服务中心"]
    ledger.add_requirement(by=town.party, task=one, kind="standing", what="只配合", owers="one", ower=centre)
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=[one], today=TODAY)
    assert not owed(town, unit=centre) and len(owed(town)) == 9


def test_a_standing_task_owes_nothing_periodic_and_asks_for_no_share(town: Town) -> None:
    confirmed(town, task("加强管理", "镇党建办", "司法所、各村", always()))
    assert not owed(town) and not Doubt.objects.exists()


def test_a_later_share_ends_the_notes_of_the_blank_one_and_settles_its_doubt(town: Town) -> None:
    version = confirmed(
        town, task("建好视频监控", "镇综治办", "司法所、各村", by("2022-09-30"), share("1/1", "2022-09-30"))
    )
    justice = town.offices["司法所"]
    ledger.add_share(
        by=town.officer,
        task=version.tasks.get(),
        ower=justice,
        today=TODAY,
        kind="every",
        every="quarter",
        what="抽查",
    )
    live = owed(town, unit=justice, dropped_on__isnull=True)
    assert [o.period for o in live] == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]
    assert not Doubt.objects.filter(about="share", settled_on__isnull=True).exists()


def test_a_share_sent_twice_is_one_share(town: Town) -> None:
    version = confirmed(town, task("建好视频监控", "镇综治办", "司法所、各村", share("1/1", "2022-09-30")))
    values = {"kind": "every", "every": "quarter", "what": "抽查"}
    sent = [
        ledger.add_share(by=town.officer, task=version.tasks.get(), ower=town.offices["司法所"], today=TODAY, **values)
        for _ in range(2)
    ]  # fmt: skip
    assert sent[0].pk == sent[1].pk
    assert len(owed(town, unit=town.offices["司法所"], dropped_on__isnull=True)) == 4


def test_villages_only_contribute_once_all_becomes_a_number_with_a_ground(town: Town) -> None:
    confirmed(town, task("建好视频监控", "镇综治办", "各村", share("1/1", "2022-09-30")))
    row = Requirement.objects.get(kind="share_by_day")
    assert {o.contributes for o in owed(town, unit__kind="village")} == {False}
    ledger.change_after_confirm(
        by=town.officer,
        requirement=row,
        today=TODAY,
        kind="count_by_day",
        at_least=4,
        counted_ground="镇党委会议纪要",
        proves=row.proves,
    )
    assert {o.contributes for o in owed(town, unit__kind="village")} == {True}
    assert {o.contributes for o in owed(town, town_share=True)} == {False}


def test_a_share_becomes_a_count_with_a_ground_until_its_due_day(town: Town) -> None:
    confirmed(town, VIDEO)
    row = Requirement.objects.get(kind="share_by_day")
    change = {"kind": "count_by_day", "at_least": 4, "counted_ground": "", "proves": "facilities.video"}
    with pytest.raises(Problem) as refused:
        ledger.change_after_confirm(by=town.officer, requirement=row, today=TODAY, **change)
    assert refused.value.code == "ledger.ground_needed"
    change["counted_ground"] = "镇党委会议纪要"
    ledger.change_after_confirm(by=town.officer, requirement=row, today=dt.date(2022, 5, 31), **change)
    row.refresh_from_db()
    assert (row.kind, row.at_least, row.share, len(owed(town))) == ("count_by_day", 4, "", 10)
    with pytest.raises(Problem) as refused:
        ledger.change_after_confirm(by=town.officer, requirement=row, today=dt.date(2022, 6, 1), at_least=3)
    assert refused.value.code == "ledger.due_passed"


def test_a_confirmed_deadline_is_changed_by_a_new_version_only(town: Town) -> None:
    confirmed(town, VIDEO)
    row = Requirement.objects.get(kind="share_by_day")
    with pytest.raises(Problem) as refused:
        ledger.change_after_confirm(
            by=town.officer, requirement=row, today=TODAY, due_on=dt.date(2022, 9, 30)
        )
    assert refused.value.code == "ledger.not_changed_here"
    with pytest.raises(Problem) as refused:
        ledger.edit_requirement(by=town.officer, requirement=row, due_on=dt.date(2022, 9, 30))
    assert refused.value.code == "ledger.confirmed"


def test_a_units_own_share_may_change_its_rhythm_in_time(town: Town) -> None:
    version = stored(town, BOARD)
    one = version.tasks.get()
    own = ledger.add_requirement(by=town.party, task=one, kind="every", every="half_year", what="检查", owers="one", ower=town.offices["司法所"])  # fmt: skip
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=[one], today=TODAY)
    ledger.change_after_confirm(
        by=town.officer, requirement=own, today=TODAY, every="quarter", what="每季度检查"
    )
    live = owed(town, unit=town.offices["司法所"], dropped_on__isnull=True)
    assert [o.period for o in live] == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]


def test_a_forecast_says_what_confirming_then_makes(town: Town) -> None:
    version = stored(
        town, VIDEO, BOARD | {"text": "每月公开"}, task("打造点位", "镇党建办", "相关村", by("2022-10-31"))
    )
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    expected = forecast(version, full(version.tasks.all()), TODAY)
    assert {r.code for r in expected.remarks} == {"to_pick", "no_share"}
    assert sorted(len(units) for units, _ in alike(expected.loads)) == [1, 9]
    made = ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    assert made == expected.total == 10 + 9 * 9


def test_a_forecast_points_at_what_nobody_would_owe_and_at_days_before_the_start(town: Town) -> None:
    version = stored(town, task("旧事", "", "", by("2022-01-31"), by("2022-10-31")))
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    codes = [r.code for r in forecast(version, full(version.tasks.all()), TODAY).remarks]
    assert codes.count("nobody") == 2 and codes.count("due_before_first_day") == 1


def test_two_plans_that_ask_the_same_show_the_stricter_date(town: Town) -> None:
    first = confirmed(town, task("建好视频监控", "镇综治办", "各村", share("1/1", "2022-09-30")))
    second = confirmed(
        town, task("视频监控全覆盖", "镇综治办", "各村", share("1/1", "2022-08-31")), title="平安建设方案"
    )
    (found,) = overlaps(first.tasks.get())
    assert (found.due_on, found.is_mine) == (dt.date(2022, 8, 31), False)
    (seen,) = overlaps(second.tasks.get())
    assert seen.is_mine and seen.other.task.version == first


def test_plans_without_a_shared_record_do_not_overlap(town: Town) -> None:
    first = confirmed(town, task("印制宣传品", "镇党建办", "各村", by("2022-09-30")))
    confirmed(town, task("印制宣传品", "镇党建办", "各村", by("2022-08-31")), title="另一份")
    assert overlaps(first.tasks.get()) == []


def test_two_people_confirming_at_once_make_each_obligation_once(town: Town) -> None:
    version = stored(town, VIDEO)
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    seen_by_one = PlanVersion.objects.get(pk=version.pk)
    seen_by_other = PlanVersion.objects.get(pk=version.pk)
    tasks = list(seen_by_one.tasks.all()), list(seen_by_other.tasks.all())
    assert ledger.confirm_tasks(by=town.party, version=seen_by_one, tasks=tasks[0], today=TODAY) == 10
    assert ledger.confirm_tasks(by=town.officer, version=seen_by_other, tasks=tasks[1], today=TODAY) == 0
    assert len(owed(town)) == 10
    assert version.tasks.get().confirmed_by == town.party.audit_name


def test_who_confirms_for_another_lead_unit_is_marked(town: Town) -> None:
    version = stored(town, VIDEO, task("开展培训", "镇党建办", "各村", by("2022-06-30")))
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_reviewed(
        by=town.party, version=version, tasks=version.tasks.all(), today=TODAY, shares_seen=True
    )
    assert [t.for_lead_unit for t in version.tasks.order_by("position")] == [True, False]


def test_confirming_lacks_its_first_day_its_names_and_its_year(town: Town) -> None:
    version = stored(town, task("巡逻", "镇综治办", "巡防中队", by("2022-06-30")))
    with pytest.raises(Problem) as refused:
        ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    assert refused.value.code == "ledger.first_day_needed"
    with pytest.raises(Problem) as refused:
        ledger.set_first_day(by=town.party, version=version, day=dt.date(2021, 12, 31))
    assert refused.value.code == "ledger.first_day_year"
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    with pytest.raises(Problem) as refused:
        ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    assert refused.value.code == "ledger.units_unmatched"
    assert not Obligation.objects.exists()


def test_the_same_document_is_known_again_until_its_reading_is_given_up(town: Town) -> None:
    version = stored(town, VIDEO)
    with pytest.raises(Problem) as refused:
        stored(town, VIDEO)
    assert refused.value.code == "ledger.document_known"
    ledger.discard_version(by=town.party, version=version)
    assert stored(town, VIDEO).plan.code == "P2"


def test_a_deadline_without_a_year_takes_the_one_a_person_gave(town: Town) -> None:
    undated = by("") | {"date": None, "quote": "6月底前"}
    version = store_reading(
        by=town.party, town=town.unit, reading=reading(task("培训", "镇党建办", "各村", undated), year=None), file_name="", today=TODAY, year=2023
    )  # fmt: skip
    assert version.plan.year == 2023
    assert Requirement.objects.get(task__version=version).due_on == dt.date(2023, 6, 30)


def test_a_sentence_that_names_two_kinds_of_sites_asks_for_both(town: Town) -> None:
    text = "推进个性化调解工作室和公共法律服务工作室建设，实现全覆盖"
    found = share("1/1", "2022-12-31", quote="实现全覆盖") | {"span": [text.index("实现"), len(text)]}
    version = stored(town, task(text, "司法所", "各村", found))
    proves = set(Requirement.objects.filter(task__version=version).values_list("proves", flat=True))
    assert proves == {"facilities.mediation_studio", "facilities.legal_room"}


def test_doubts_are_settled_many_at_once_with_one_answer(town: Town) -> None:
    doubted = VIDEO | {"doubts": [{"about": "text", "why": "原文有疑", "span": None}] * 2}
    version = stored(town, doubted)
    with pytest.raises(Problem) as refused:
        ledger.settle_doubts(by=town.party, version=version, doubts=[], answer="", today=TODAY)
    assert refused.value.code == "ledger.doubts_chosen"
    assert (
        ledger.settle_doubts(
            by=town.party, version=version, doubts=version.doubts.all(), answer="", today=TODAY
        )
        == 2
    )
    assert {d.settled_by for d in version.doubts.all()} == {town.party.audit_name}


def test_a_correction_that_comes_after_the_confirmation_of_another_is_refused(town: Town) -> None:
    version = stored(town, VIDEO)
    seen_before = version.tasks.get()
    row = seen_before.requirements.first()
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.officer, version=version, tasks=version.tasks.all(), today=TODAY)
    for late in (
        lambda: ledger.edit_requirement(by=town.party, requirement=row, what="改"),
        lambda: ledger.remove_requirement(by=town.party, requirement=row),
        lambda: ledger.add_unit(
            by=town.party, task=seen_before, role="responsible", unit=town.offices["司法所"]
        ),
    ):
        with pytest.raises(Problem) as refused:
            late()
        assert refused.value.code == "ledger.confirmed"
