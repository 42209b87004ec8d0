"""The merge page asks of every open obligation: carried, begun anew, or exempt; and the ledger does as was said."""

from __future__ import annotations

import copy
import datetime as dt
import re

import pytest
from django.test import Client

from sanzhi.domain.problems import Problem
from sanzhi.domain.states import State
from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Succession, Unit
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.actions import Choice
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Exemption, HandOver, Obligation
from sanzhi.kit.ledger.passing import passing_on
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.steering.indicators import nightly
from sanzhi.steering.registers.actions import merge_units
from tests.journeys.test_case_01_merge import MERGED, A, B, found
from tests.journeys.test_first_walk import READING
from tests.people import TODAY, Town

ENTERED = dt.date(2022, 7, 12)


@pytest.fixture
def july(town: Town) -> Obligation:
    """A plan with a monthly demand and shares by days; A reported for July on 07-05. Returns A's July."""
    reading = copy.deepcopy(READING)
    reading["tasks"][0]["cadences"] = [
        {"every": "month", "at_least": "1", "unit": "次", "quote": "每月", "span": None}
    ]
    version = store_reading(by=town.party, town=town.unit, reading=reading, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    owed = Obligation.objects.get(unit=town.villages[A], period="2022-07")
    with clock.standing_on(dt.date(2022, 7, 5)):
        note = notes.write_note(
            by=town.secretary,
            obligation=owed,
            text="七月议事会已开，四方面代表到齐，议定两件事。",
            happened_on=dt.date(2022, 7, 4),
            today=dt.date(2022, 7, 5),
        )
        notes.accept_note(by=town.officer, note=note, today=dt.date(2022, 7, 5))
    return owed


def merged(town: Town, choices: dict[str, Choice] | None = None, entered: dt.date = ENTERED) -> Unit:
    with clock.standing_on(entered):
        return merge_units(
            by=town.admin,
            units=[town.villages[A], town.villages[B]],
            on=MERGED,
            ground="县政府批复",
            name="双河村",
            code="YLQH-V20",
            choices=choices,
        ).successor


def own(town: Town, unit: Unit, period: str, day: dt.date = ENTERED) -> State:
    (one,) = found(town, day, unit=unit, period=period)
    return one.state


def test_the_page_lists_running_periods_one_by_one_and_later_ones_together(july, town: Town) -> None:
    lines = passing_on([town.villages[A], town.villages[B]], MERGED, ENTERED)
    told = {(line.periods[0] if line.begun else "later", len(line.obligations)) for line in lines}
    assert told == {("2022-07", 2), ("later", 10), ("by:2022-09-30", 2)}
    ways = {line.periods[0]: line.hows for line in lines}
    assert ways["2022-07"] == ("carry", "anew", "exempt")
    assert ways["2022-08"] == ways["by:2022-09-30"] == ("carry", "exempt")
    assert {line.proposal.how for line in lines} == {"carry"}


def test_what_is_carried_counts_with_what_predecessors_recorded(july, town: Town) -> None:
    assert own(town, merged(town), "2022-07") is State.DONE


def test_what_begins_anew_is_owed_without_what_predecessors_recorded(july, town: Town) -> None:
    after = merged(town, {f"{july.requirement_id}:2022-07": Choice("anew")})
    mine = Obligation.objects.get(unit=after, period="2022-07")
    assert (mine.begins_on, mine.anew_on) == (MERGED, MERGED)
    assert own(town, after, "2022-07") is State.NOT_STARTED
    assert own(town, after, "2022-08") is State.NOT_DUE
    assert own(town, town.villages[A], "2022-07") is State.HANDED_OVER


def test_what_is_exempt_needs_no_more_and_says_why(july, town: Town) -> None:
    after = merged(
        town,
        {
            f"{july.requirement_id}:2022-07": Choice("exempt", "合并当月班子调整"),
            f"{july.requirement_id}:later": Choice("exempt", "新班子未选出"),
        },
    )
    reasons = dict(Exemption.objects.values_list("obligation__period", "reason"))
    assert reasons["2022-07"] == "合并当月班子调整"
    assert {p for p, r in reasons.items() if r == "新班子未选出"} == {f"2022-{m:02}" for m in range(8, 13)}
    assert own(town, after, "2022-08") is State.NOT_APPLICABLE


def test_a_merge_entered_ahead_does_as_was_chosen_when_its_day_comes(july, town: Town) -> None:
    after = merged(
        town, {f"{july.requirement_id}:2022-07": Choice("exempt", "合并当月班子调整")}, dt.date(2022, 7, 6)
    )
    assert not Obligation.objects.filter(unit=after).exists() and HandOver.objects.count() == 14
    for day in (dt.date(2022, 7, 10), dt.date(2022, 7, 11)):
        with clock.standing_on(day):
            nightly.follow(town.unit, day, every_night=True)
    # It was done all the same, so it stands in numerator and denominator (case 12).
    assert own(town, after, "2022-07") is State.DONE
    assert Exemption.objects.get().obligation == Obligation.objects.get(unit=after, period="2022-07")


def refusal(town: Town, obligation: Obligation, choice: Choice) -> str:
    with pytest.raises(Problem) as refused:
        ledger.choose_hand_overs(
            by=town.admin, town=town.unit, choices={obligation: choice}, on=MERGED, today=ENTERED
        )
    return refused.value.code


def test_a_choice_is_refused_without_reason_for_what_stands_or_after_it_passed_on(july, town: Town) -> None:
    share = Obligation.objects.get(unit=town.villages[A], period="by:2022-09-30")
    assert refusal(town, july, Choice("exempt", "无")) == "ledger.reason_needed"
    assert refusal(town, july, Choice("sell")) == "ledger.hand_over_how"
    assert refusal(town, share, Choice("anew")) == "ledger.hand_over_standing"
    merged(town)
    july.refresh_from_db()
    assert refusal(town, july, Choice("carry")) == "ledger.handed_over"


def test_who_was_exempt_in_every_old_village_is_proposed_exempt(july, town: Town) -> None:
    for name in (A, B):
        one = Obligation.objects.get(unit=town.villages[name], period="2022-07")
        ledger.exempt(by=town.officer, obligation=one, reason="汛期停办", today=TODAY)
    lines = {line.key: line for line in passing_on([town.villages[A], town.villages[B]], MERGED, ENTERED)}
    assert lines[f"{july.requirement_id}:2022-07"].proposal == Choice("exempt", "汛期停办")


def test_an_administrator_is_asked_and_may_choose_all_alike(july, town: Town) -> None:
    client = Client()
    client.force_login(town.admin)
    values = {
        "units": [town.villages[A].pk, town.villages[B].pk],
        "name": "双河村",
        "on": MERGED.isoformat(),
        "ground": "云政〔2022〕11号",
    }
    path = "/registers/units/merge"
    with clock.standing_on(ENTERED):
        asked = client.post(path, values).content.decode()
        assert len(re.findall(r'name="how-', asked)) == 3 and not Succession.objects.exists()
        alike = client.post(path, values | {"step": "same", "same": "exempt", "same-reason": ""})
        assert alike.content.decode().count('value="exempt" selected') == 3
        exempt = {f"how-{july.requirement_id}:2022-07": "exempt"}
        refused = client.post(path, values | exempt | {"step": "act"}).content.decode()
        assert "error-summary" in refused and not Succession.objects.exists()
        back = client.post(path, values | {"step": "edit"}).content.decode()
        assert "双河村" in back and "how-" not in back
        reasoned = exempt | {f"reason-{july.requirement_id}:2022-07": "合并当月班子调整"}
        done = client.post(path, values | reasoned | {"step": "act"})
    after = Unit.objects.get(name="双河村")
    assert done["Location"] == f"/registers/units/{after.pk}"
    assert Exemption.objects.get().obligation == Obligation.objects.get(unit=after, period="2022-07")
    assert own(town, after, "2022-08", dt.date(2022, 7, 12)) is State.NOT_DUE


def test_a_refused_merge_shows_the_form_again_with_what_was_typed(july, town: Town) -> None:
    client = Client()
    client.force_login(town.admin)
    values = {
        "units": [town.villages[A].pk],
        "name": "双河村",
        "on": MERGED.isoformat(),
        "ground": "云政〔2022〕11号",
        "step": "act",
    }
    with clock.standing_on(ENTERED):
        text = client.post("/registers/units/merge", values).content.decode()
    assert "error-summary" in text and "双河村" in text and not Succession.objects.exists()
