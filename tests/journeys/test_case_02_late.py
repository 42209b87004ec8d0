"""Case 2: what arrives after the close stays out of r0, enters with r1 when the next month closes, and is done late."""

from __future__ import annotations

import datetime as dt
import json

from sanzhi.domain.bundles import check, parse
from sanzhi.domain.states import State
from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import Household, Post, PostKind
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import stands
from sanzhi.kit.ledger.tests.readings import FIRST_DAY, rhythm, stored, task
from sanzhi.mechanisms.visits import actions as visits
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.steering.indicators import nightly
from sanzhi.steering.indicators.models import Bundle
from tests.people import FOUNDED, SYSTEM, TODAY, Town


def owe_households(town: Town) -> tuple[Household, Post]:
    """A plan that asks for every household each month; one household at home in 上河村, and a cadre who walks."""
    version = stored(town, task("每月对在家农户走访全覆盖。", "镇党建办", "上河村", rhythm("month")))
    requirement = version.tasks.get().requirements.get()
    if requirement.proves != "visits.households":
        ledger.edit_requirement(by=town.party, requirement=requirement, proves="visits.households")
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    group = Unit.objects.get(code="YLQH-V1-G1-1")
    home = people.open_household(by=SYSTEM, household=NewHousehold("0101", group, surname="陈"), on=FOUNDED)
    person = people.register_person(by=SYSTEM, town=town.unit, name="陈立")
    village = town.villages["上河村"]
    post = people.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.COMMITTEE, on=FOUNDED)
    return home, post


def visited(town: Town, home: Household, post: Post, on: dt.date, received: dt.date, why: str = "") -> None:
    with clock.standing_on(received):
        visits.record_outing(
            by=town.secretary, group=Unit.objects.get(code="YLQH-V1-G1-1"), on=on, half_day="morning",
            went=[post], ticks=[Tick(home.pk, "reached")], late_reason=why,
        )  # fmt: skip


def state(town: Town, period: str, today: dt.date, *, above: bool = True) -> State:
    rows = Obligation.objects.filter(period=period).select_related("requirement__task__version__plan", "unit")
    (one,) = stands(list(rows), town.unit, today, above_village=above)
    return one.state


def result(bundle: Bundle) -> dict:
    (line,) = (r for r in map(json.loads, bundle.text.split("\n")[1:-1]) if r["kind"] == "result")
    return line


def test_case_02_a_visit_of_june_received_in_july_enters_with_the_next_close_and_is_late(town: Town) -> None:
    home, post = owe_households(town)
    # A deed of 05-30 entered on 06-05 is on time; between due day and close those above the village read 核对期.
    assert state(town, "2022-05", dt.date(2022, 6, 4)) is State.CHECKING
    assert state(town, "2022-05", dt.date(2022, 6, 4), above=False) is not State.CHECKING
    visited(town, home, post, dt.date(2022, 5, 30), dt.date(2022, 6, 5))
    assert state(town, "2022-05", dt.date(2022, 6, 5)) is State.DONE
    with clock.standing_on(dt.date(2022, 7, 8)):
        made = nightly.close_months(town.unit, dt.date(2022, 7, 8))
    r0 = next(b for b in made if (b.month, b.revision) == ("2022-06", 0))
    assert (result(r0)["numerator"], result(r0)["denominator"]) == (0, 1)
    assert state(town, "2022-06", dt.date(2022, 7, 8)) is State.OVERDUE

    visited(town, home, post, dt.date(2022, 6, 28), dt.date(2022, 7, 20), "山上没有信号，回来才补记")
    assert state(town, "2022-06", dt.date(2022, 7, 21)) is State.DONE_LATE
    with clock.standing_on(dt.date(2022, 8, 7)):
        assert nightly.close_months(town.unit, dt.date(2022, 8, 7)) == []
    with clock.standing_on(dt.date(2022, 8, 8)):
        made = nightly.close_months(town.unit, dt.date(2022, 8, 8))
    assert [(b.month, b.revision) for b in made] == [("2022-07", 0), ("2022-06", 1)]
    r1 = result(made[1])
    assert (r1["numerator"], r1["on_time"], r1["met_on"]) == (1, 0, "2022-07-20")
    assert Bundle.objects.get(month="2022-06", revision=0).text == r0.text
    assert all(check(parse(b.text, b.name)).holds for b in Bundle.objects.all())
