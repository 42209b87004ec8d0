"""How obligations stand: light rows and models say the same, in queries that grow with nothing."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanzhi.domain.states import State
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs.models import RegisterChange
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import by_key, light, obligations_of, requirements_of, visible_to
from sanzhi.kit.ledger.standing import asked_by, slot_of, stands
from sanzhi.kit.ledger.tests.readings import by, confirmed, rhythm, share, task
from sanzhi.kit.measures.freshness import fold, fresh_tallies
from sanzhi.kit.measures.models import Tally, Touch
from sanzhi.kit.registry import duties
from tests.people import TODAY, Town

CAMERAS = "推进视频监控建设"

NEW_YEAR = dt.date(2022, 1, 1)


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(
        town,
        task(CAMERAS, "镇综治办", "各村", by("2022-05-31"), share("1/2", "2022-05-31", CAMERAS)),
        task("每月议事", "镇综治办", "各村", rhythm("month")),
        task("每周走访", "镇党建办", "各村", rhythm("week")),
    )
    return town


def models(town: Town) -> list[Obligation]:
    rows = obligations_of(town.unit).select_related("requirement__task__version__plan")
    return list(rows.order_by("due_on", "pk"))


def rows(town: Town) -> list:
    return light(obligations_of(town.unit), by_key(requirements_of(town.unit)))


def said(found: list) -> list[tuple]:
    return [(s.obligation.pk, s.state, s.amount, s.waits, s.exempt_reason) for s in found]


@pytest.mark.parametrize("day", [dt.date(2022, 3, 1), TODAY, dt.date(2022, 6, 3), dt.date(2022, 12, 31)])
def test_light_rows_stand_as_their_models_do_on_any_day(plan: Town, day: dt.date) -> None:
    exempted = models(plan)[0]
    ledger.exempt(by=plan.officer, obligation=exempted, reason="防汛转移无法开会", today=TODAY)
    for above in (True, False):
        heavy = stands(models(plan), plan.unit, day, above_village=above)
        quick = stands(rows(plan), plan.unit, day, above_village=above)
        assert said(heavy) == said(quick)
    assert [s.obligation.pk for s in quick if s.state is State.NOT_APPLICABLE] == [exempted.pk]


def test_light_rows_ask_the_same_of_their_sources(plan: Town) -> None:
    assert asked_by(models(plan)) == asked_by(rows(plan))
    assert [slot_of(o) for o in models(plan)] == [slot_of(o) for o in rows(plan)]


def test_a_village_is_asked_for_all_of_its_own_and_the_lead_unit_for_the_share(plan: Town) -> None:
    shares = {slot_of(o).share for o in models(plan) if o.requirement.share and o.town_share}
    own = {slot_of(o).share for o in models(plan) if o.requirement.share and not o.town_share}
    assert shares == {Fraction(1, 2)} and own == {Fraction(1)}


def test_an_exemption_taken_back_is_no_exemption(plan: Town) -> None:
    owed = models(plan)[0]
    ledger.exempt(by=plan.officer, obligation=owed, reason="防汛转移无法开会", today=TODAY)
    ledger.revoke_exemption(by=plan.officer, obligation=owed, today=TODAY)
    assert not any(s.exempt_reason for s in stands(rows(plan), plan.unit, TODAY))


def test_states_of_three_tasks_or_of_one_cost_the_same_queries(plan: Town) -> None:
    counts = []
    for found in (rows(plan), [r for r in rows(plan) if r.requirement.task.code == "T02"], []):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            stands(found, plan.unit, TODAY)
        counts.append(len(seen))
    assert counts[0] <= 5 and counts[1] <= counts[0] and counts[2] <= 1


def test_a_fold_keeps_what_was_counted_and_a_touch_sends_only_its_unit_back(plan: Town) -> None:
    live = said(stands(rows(plan), plan.unit, TODAY))
    fold(by=plan.admin, town=plan.unit, asked=asked_by(models(plan)), today=TODAY)
    sources = [duties()[code] for code in {t.source for t in Tally.objects.all()}]
    every = fresh_tallies(plan.unit, sources).count()
    assert every == Tally.objects.count() > 0
    assert said(stands(rows(plan), plan.unit, TODAY)) == live
    village = plan.villages["上河村"]
    with writes_allowed():
        Touch.objects.create(town=plan.unit, source="progress_notes.reported", unit=village, since=NEW_YEAR)
    gone = Tally.objects.filter(source="progress_notes.reported", unit=village).count()
    assert gone and fresh_tallies(plan.unit, sources).count() == every - gone
    assert said(stands(rows(plan), plan.unit, TODAY)) == live


def test_a_touched_village_makes_the_towns_share_stale(plan: Town) -> None:
    fold(by=plan.admin, town=plan.unit, asked=asked_by(models(plan)), today=TODAY)
    with writes_allowed():
        Touch.objects.create(
            town=plan.unit, source="facilities.video", unit=plan.villages["上河村"], since=NEW_YEAR
        )
    kept = fresh_tallies(plan.unit, [duties()["facilities.video"]])
    assert not kept.filter(asks__startswith="whole").exists()
    assert kept.count() == 8


def test_no_tally_is_fresh_while_a_register_changed(plan: Town) -> None:
    fold(by=plan.admin, town=plan.unit, asked=asked_by(models(plan)), today=TODAY)
    with writes_allowed():
        RegisterChange.objects.create(town=plan.unit, register="units", since=NEW_YEAR)
    assert not fresh_tallies(
        plan.unit, [duties()["progress_notes.reported"], duties()["facilities.video"]]
    ).exists()


def test_only_what_is_in_reach_is_visible(plan: Town) -> None:
    everything = obligations_of(plan.unit).count()
    assert visible_to(plan.leader, plan.unit).count() == everything
    mine = visible_to(plan.secretary, plan.unit)
    assert {o.unit.name for o in mine.select_related("unit")} == {"上河村"}
    assert visible_to(plan.stranger, plan.unit).count() == 0
