"""Case 1: A (with an accepted video site) and B become C on 07-10, and the ledger follows."""

from __future__ import annotations

import copy
import datetime as dt

import pytest

from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.states import State
from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.steering.indicators import nightly
from sanzhi.steering.registers.actions import merge_units
from tests.journeys.test_first_walk import READING, accepted_site
from tests.journeys.test_nine_duties import figure
from tests.people import TODAY, Town
from tests.rooms import duties

MERGED = dt.date(2022, 7, 10)
A, B = "上河村", "下河村"
ACCEPTED = ("上河村", "石桥村", "竹坑村", "梅岭村", "东塘村")


@pytest.fixture
def merged(town: Town) -> Unit:
    """Five of nine villages covered in May; A reported for July; on 07-12 the merge of 07-10 is entered. Returns C."""
    reading = copy.deepcopy(READING)
    reading["tasks"][0]["cadences"] = [
        {"every": "month", "at_least": "1", "unit": "次", "quote": "每月", "span": None}
    ]
    version = store_reading(by=town.party, town=town.unit, reading=reading, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    for village in ACCEPTED:
        accepted_site(town, village, dt.date(2022, 5, 10), dt.date(2022, 5, 20))
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
    with clock.standing_on(dt.date(2022, 7, 12)):
        done = merge_units(
            by=town.admin,
            units=[town.villages[A], town.villages[B]],
            on=MERGED,
            ground="县政府批复",
            name="双河村",
            code="YLQH-V20",
        )
    return done.successor


def found(town: Town, today: dt.date, **narrowed: object) -> list[Stand]:
    rows = Obligation.objects.filter(town=town.unit, **narrowed).select_related(
        "requirement__task__version__plan", "unit"
    )
    return stands(list(rows.order_by("due_on", "unit__position", "pk")), town.unit, today)


def test_case_01_july_is_one_obligation_of_the_successor_with_what_predecessors_recorded(
    merged, town: Town
) -> None:
    july = found(town, dt.date(2022, 7, 12), period="2022-07")
    states = {s.obligation.unit.short_name: s.state for s in july}
    assert states[A] is states[B] is State.HANDED_OVER
    (mine,) = (s for s in july if s.obligation.unit == merged)
    assert (mine.state, mine.amount.numerator) == (State.DONE, 1)
    assert {s.obligation.handed_to_id for s in july if s.state is State.HANDED_OVER} == {mine.obligation.pk}


def test_case_01_a_village_asked_for_by_itself_owes_no_household_in_the_month_it_ended(
    merged, town: Town
) -> None:
    assert figure(duties.Z5_HOUSEHOLDS, town.villages[A], "2022-07")[:2] == (0, 0)
    assert figure(duties.Z5_HOUSEHOLDS, merged, "2022-07")[:2] == (0, 0)


def test_case_01_june_and_may_stay_with_the_villages_that_stood(merged, town: Town) -> None:
    day = dt.date(2022, 7, 12)
    assert {s.obligation.unit.short_name for s in found(town, day, period="2022-06")} >= {A, B}
    assert merged not in {s.obligation.unit for s in found(town, day, period="2022-06")}
    (may,) = found(town, day, due_on=dt.date(2022, 5, 31), town_share=True)
    assert (may.amount.numerator, may.amount.denominator, may.state) == (5, 9, State.DONE)


def test_case_01_september_counts_eight_and_the_successor_through_its_predecessor(merged, town: Town) -> None:
    day = dt.date(2022, 7, 12)
    (share,) = found(town, day, period="by:2022-09-30", town_share=True)
    assert (share.amount.numerator, share.amount.denominator, share.amount.needed) == (5, 8, 8)
    (own,) = found(town, day, period="by:2022-09-30", unit=merged)
    assert own.state is State.DONE


def test_case_01_the_night_after_changes_nothing_more(merged, town: Town) -> None:
    before = list(Obligation.objects.order_by("pk").values_list("pk", "handed_to", "dropped_on"))
    with clock.standing_on(dt.date(2022, 7, 13)):
        nightly.run(dt.date(2022, 7, 13))
    assert list(Obligation.objects.order_by("pk").values_list("pk", "handed_to", "dropped_on")) == before


def test_case_01_the_bundle_of_july_holds_the_successor_and_that_of_june_its_predecessors(
    merged, town: Town
) -> None:
    with clock.standing_on(dt.date(2022, 8, 8)):
        made = {b.month: b for b in nightly.close_months(town.unit, dt.date(2022, 8, 8)) if b.revision == 0}
    assert parse_period("2022-07").code in made
    codes = {name: unit.code for name, unit in town.villages.items()}
    assert f'"unit":"{merged.code}"' in made["2022-07"].text
    results = [line for line in made["2022-06"].text.split("\n") if '"kind":"result"' in line]
    assert any(f'"unit":"{codes[A]}"' in line for line in results)
    assert not any(f'"unit":"{merged.code}"' in line for line in results)
