"""One entry exempts all that a flood covers, now and later; taking it back frees just that (case 18)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.domain.states import State
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.history import history_of
from sanzhi.kit.access import can
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.events.access import CAPABILITIES
from sanzhi.kit.ledger.events.actions import enter_event, revoke_event
from sanzhi.kit.ledger.events.matching import Covered, matches, touched
from sanzhi.kit.ledger.events.models import Event, EventKind
from sanzhi.kit.ledger.models import Exemption, Obligation, PlanVersion
from sanzhi.kit.ledger.standing import stands
from sanzhi.kit.ledger.tests.readings import by, confirmed, owed, renewed, rhythm, share, task
from tests.people import Town

FLOOD = (dt.date(2022, 7, 3), dt.date(2022, 7, 20))
ENTERED = dt.date(2022, 7, 21)
STRUCK = ("上河村", "下河村", "石桥村")
Z1 = task("每月开一次议事会", "镇党建办", "各村", rhythm("month"))
Z4 = task("每月晒一次村务", "镇纪委", "各村", rhythm("month"))
Z5 = task("每周走访一次", "镇综治办", "各村", rhythm("week"))
V7 = task("七月十日前建好志愿服务队", "镇党建办", "各村", by("2022-07-10"), by("2022-09-30"))
SPARED = task("每月巡逻一次", "镇综治办", "各村", rhythm("month"))


@pytest.fixture
def plan(town: Town) -> PlanVersion:
    """Five tasks of all nine villages, confirmed in May."""
    return confirmed(town, Z1, Z4, Z5, V7, SPARED)


def entered(town: Town, version: PlanVersion, **changed: Any) -> Event:
    codes = version.tasks.order_by("position").values_list("code", flat=True)[:4]
    given = {
        "by": town.party,
        "town": town.unit,
        "kind": EventKind.FLOOD,
        "name": "七月洪涝",
        "first": FLOOD[0],
        "last": FLOOD[1],
        "villages": [town.villages[v] for v in STRUCK],
        "tasks": {(version.plan_id, code) for code in codes},
        "ground": "镇防汛指挥部 7 月 3 日通知",
        "today": ENTERED,
    }
    return enter_event(**given | changed)


def exempt(**where: Any) -> set[tuple[str, str]]:
    """(village, period) of what is exempt now."""
    rows = Exemption.objects.filter(
        revoked_on__isnull=True, **{f"obligation__{k}": v for k, v in where.items()}
    )
    return set(rows.values_list("obligation__unit__short_name", "obligation__period"))


def test_case_18_one_entry_exempts_three_villages_from_four_tasks(town: Town, plan: PlanVersion) -> None:
    event = entered(town, plan)
    periods = {p for v, p in exempt()}
    assert periods == {"2022-07", "2022-W28", "2022-W29", "by:2022-07-10"}
    assert {v for v, _ in exempt()} == set(STRUCK)
    # July of Z1 and of Z4, two weeks of Z5, the stage of V7: five for each of three villages.
    assert Exemption.objects.count() == event.exempted.count() == 15
    assert not exempt(requirement__task__code=plan.tasks.get(position=5).code)


def test_case_18_the_week_with_one_day_of_flood_and_the_later_stage_are_owed(
    town: Town, plan: PlanVersion
) -> None:
    entered(town, plan)
    weeks = {
        o.begins_on: bool(o.exemptions.count())
        for o in owed(town, requirement__every="week", unit=town.villages["上河村"])
        if dt.date(2022, 6, 27) <= o.begins_on <= dt.date(2022, 7, 18)
    }
    assert list(weeks.values()) == [False, True, True, False]
    assert ("上河村", "by:2022-09-30") not in exempt()


def test_case_18_a_due_day_inside_the_flood_exempts_its_month(town: Town, plan: PlanVersion) -> None:
    code = plan.tasks.get(position=2).code
    with writes_allowed():
        Obligation.objects.filter(requirement__task__code=code, period="2022-07").update(
            due_on=dt.date(2022, 7, 15)
        )
    entered(town, plan, first=dt.date(2022, 7, 14), last=dt.date(2022, 7, 16))
    assert exempt() == {(v, "2022-07") for v in STRUCK}
    assert exempt(requirement__task__code=code) == exempt()


def test_case_18_the_figures_read_not_applicable_with_the_event_beside_them(
    town: Town, plan: PlanVersion
) -> None:
    entered(town, plan)
    july = owed(town, period="2022-07", requirement__task__position=1)
    found = stands(july, town.unit, dt.date(2022, 8, 20))
    told = {s.obligation.unit.short_name: (s.state, s.exempt_reason) for s in found}
    assert told["上河村"] == (
        State.NOT_APPLICABLE,
        "七月洪涝（2022-07-03至2022-07-20）：镇防汛指挥部 7 月 3 日通知",
    )
    assert told["枫林村"][0] is State.OVERDUE
    assert "ledger.enter_event" in [p.verb for p in history_of(july[0])]


def test_an_event_also_exempts_what_is_made_later(town: Town) -> None:
    version = confirmed(
        town,
        task("相关村每月清沟", "镇综治办", "相关村", rhythm("month")),
        task("每月开一次议事会", "镇党建办", "各村", rhythm("month")),
    )
    event = entered(town, version)
    assert event.exempted.count() == 3
    picked = version.tasks.get(position=1)
    ledger.pick_villages(
        by=town.officer,
        plan=version.plan,
        task=picked,
        villages=[town.villages["上河村"], town.villages["枫林村"]],
        today=ENTERED,
        ground="调度会议定",
    )
    assert exempt(requirement__task=picked) == {("上河村", "2022-07")}
    renewed(
        town,
        version,
        task("相关村每月清沟", "镇综治办", "相关村", rhythm("month")),
        task("每月开一次议事会", "镇党建办", "各村", rhythm("month"), by("2022-07-19")),
        first_day=dt.date(2022, 7, 1),
        today=dt.date(2022, 7, 18),
        pairs={1: 1, 2: 2},
    )
    assert {p for _, p in exempt(requirement__due_on=dt.date(2022, 7, 19))} == {"by:2022-07-19"}


def test_a_revoked_event_frees_what_it_exempted_and_nothing_else(town: Town, plan: PlanVersion) -> None:
    by_hand = owed(town, period="2022-07", unit=town.villages["上河村"], requirement__task__position=1)[0]
    ledger.exempt(by=town.party, obligation=by_hand, reason="村部修缮停用", today=ENTERED)
    event = entered(town, plan)
    assert event.exempted.count() == 14
    assert revoke_event(by=town.party, event=event, reason="登记错了年份", today=ENTERED) == 14
    assert exempt() == {("上河村", "2022-07")}
    with pytest.raises(Problem) as refused:
        revoke_event(by=town.party, event=event, reason="登记错了年份", today=ENTERED)
    assert refused.value.code == "events.revoked"


def test_what_a_person_took_back_is_not_exempt_again_by_the_same_event(town: Town, plan: PlanVersion) -> None:
    entered(town, plan)
    met = owed(town, period="2022-07", unit=town.villages["上河村"], requirement__task__position=1)[0]
    ledger.revoke_exemption(by=town.party, obligation=met, today=ENTERED)
    ledger.follow_registers(by=town.party, town=town.unit, since=FLOOD[0], today=ENTERED)
    assert ("上河村", "2022-07") not in exempt(requirement__task__position=1)


def test_what_two_events_cover_stays_exempt_until_both_are_revoked(town: Town, plan: PlanVersion) -> None:
    first = entered(town, plan)
    second = entered(town, plan, name="七月山体滑坡", kind=EventKind.OTHER)
    assert second.exempted.count() == 0
    revoke_event(by=town.party, event=first, reason="两个事件并成一个", today=ENTERED)
    assert Exemption.objects.filter(revoked_on__isnull=True).count() == second.exempted.count() == 15
    revoke_event(by=town.party, event=second, reason="两个事件都撤销", today=ENTERED)
    assert exempt() == set()


def test_a_preview_finds_what_would_be_exempt_and_what_is_only_touched(town: Town, plan: PlanVersion) -> None:
    week = plan.tasks.get(position=3).code
    covered = Covered(*FLOOD, frozenset({town.villages["上河村"].pk}), frozenset({(plan.plan_id, week)}))
    assert len(matches(town.unit, covered)) == 2 and len(touched(town.unit, covered)) == 4
    assert not Exemption.objects.exists()


def test_a_share_of_the_town_and_what_a_village_only_contributes_to_are_not_exempt(town: Town) -> None:
    version = confirmed(town, task("建好视频监控", "镇综治办", "各村", share("1/2", "2022-07-10")))
    assert entered(town, version).exempted.count() == 0


def refusal(town: Town, plan: PlanVersion, **changed: Any) -> str:
    with pytest.raises(Problem) as refused:
        entered(town, plan, **changed)
    return refused.value.code


def test_an_event_is_refused_backwards_without_ground_place_or_task_and_twice(
    town: Town, plan: PlanVersion
) -> None:
    assert refusal(town, plan, last=dt.date(2022, 7, 2)) == "events.backwards"
    assert refusal(town, plan, last=dt.date(2023, 7, 4)) == "events.too_long"
    assert refusal(town, plan, name=" ") == "events.name"
    assert refusal(town, plan, ground="无") == "events.ground"
    assert refusal(town, plan, villages=[]) == "events.villages"
    assert refusal(town, plan, villages=[town.offices["司法所"]]) == "events.not_village"
    assert refusal(town, plan, tasks=set()) == "events.tasks"
    assert refusal(town, plan, tasks={(plan.plan_id, "T99")}) == "events.not_task"
    assert not Event.objects.exists()
    event = entered(town, plan)
    assert refusal(town, plan) == "events.known"
    with pytest.raises(Problem) as refused:
        revoke_event(by=town.party, event=event, reason="错", today=ENTERED)
    assert refused.value.code == "events.reason"


def test_who_enters_for_tasks_of_other_lead_units_is_marked(town: Town, plan: PlanVersion) -> None:
    own = {(plan.plan_id, plan.tasks.get(position=1).code)}
    assert entered(town, plan).for_lead_unit
    assert not entered(town, plan, name="只涉党建", tasks=own).for_lead_unit


EVERYBODY = "secretary clerk cadre care other_secretary party officer leader discipline auditor admin stranger".split()
IN_THE_VILLAGE = {
    "events:read": "secretary clerk cadre care party officer leader discipline auditor admin",
    "events:enter": "party officer",
}


def test_each_person_may_do_with_events_what_the_table_says(town: Town) -> None:
    assert {c.code for c in CAPABILITIES} == set(IN_THE_VILLAGE)
    for code, may in IN_THE_VILLAGE.items():
        assert {n for n in EVERYBODY if can(town.users[n], code, town.villages["上河村"])} == set(may.split())
