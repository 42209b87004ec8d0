"""All sources counted in one go give what each gives alone, for any day, after a merge too (case 1)."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.amounts import Amount
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import by_key, light, obligations_of, requirements_of
from sanzhi.kit.ledger.standing import asked_by
from sanzhi.kit.ledger.tests.readings import by, confirmed, rhythm, share, task
from sanzhi.kit.measures.engine import amounts, amounts_of
from sanzhi.kit.registry import duties
from sanzhi.mechanisms.progress_notes import actions as notes
from tests.journeys.test_first_walk import accepted_site
from tests.people import TODAY, Town

TEXT = "召开会议一次，讨论并落实了本月的工作安排。"


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(
        town,
        task(
            "推进视频监控建设", "镇综治办", "各村", by("2022-05-31"), share("1/2", "2022-05-31", "视频监控")
        ),
        task("建设调解工作室", "司法所", "各村", by("2022-12-31"), share("1/1", "2022-12-31", "调解工作室")),
        task("每月议事", "镇综治办", "各村", rhythm("month")),
    )
    accepted_site(town, "上河村", dt.date(2022, 4, 20), dt.date(2022, 4, 25))
    owed = Obligation.objects.get(requirement__task__code="T03", unit__name="上河村", period="2022-05")
    note = notes.write_note(by=town.secretary, obligation=owed, text=TEXT, happened_on=TODAY, today=TODAY)
    notes.accept_note(by=town.officer, note=note, today=TODAY)
    return town


@pytest.mark.parametrize("today", [TODAY, dt.date(2022, 12, 31)])
def test_sources_counted_together_give_what_each_gives_alone(plan: Town, today: dt.date) -> None:
    rows = light(obligations_of(plan.unit), by_key(requirements_of(plan.unit)))
    asked = asked_by(rows)
    assert {s.code for s in asked} == {
        "facilities.video",
        "facilities.mediation_studio",
        "progress_notes.reported",
    }
    together = amounts_of(plan.unit, asked, today)
    alone = {
        (source.code, slot): amount
        for source, slots in asked.items()
        for slot, amount in amounts(source, plan.unit, slots, today).items()
    }
    assert together == alone
    assert sum(a.numerator for (code, _), a in together.items() if code == "progress_notes.reported") == 1


def test_counting_costs_four_queries_for_three_sources_and_two_days(
    plan: Town, django_assert_num_queries
) -> None:
    asked = asked_by(light(obligations_of(plan.unit), by_key(requirements_of(plan.unit))))
    with django_assert_num_queries(4):
        amounts_of(plan.unit, asked, dt.date(2022, 12, 31))


def test_a_source_that_is_asked_nothing_counts_nothing(plan: Town, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert amounts_of(plan.unit, {duties()["facilities.video"]: []}, TODAY) == {}


def test_where_nobody_recorded_anything_the_amount_is_zero_of_what_is_asked(plan: Town) -> None:
    asked = asked_by(light(obligations_of(plan.unit), by_key(requirements_of(plan.unit))))
    found = amounts_of(plan.unit, asked, TODAY)
    empty = [
        a
        for (code, slot), a in found.items()
        if code == "progress_notes.reported" and slot.unit != plan.villages["上河村"].pk
    ]
    assert set(empty) == {Amount(0, None, 1, 0)}
