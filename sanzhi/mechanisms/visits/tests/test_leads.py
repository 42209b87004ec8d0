"""A matter goes to the room that takes its kind; where none does it stays with the village."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.leads import Lead, takers
from sanzhi.kit.manifest import Mechanism
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.models import FollowUp, PhoneReport, Reporter
from sanzhi.mechanisms.visits.rules import TOPICS
from tests.people import TODAY, Town

KIND = next(t for t in TOPICS.values() if t.lead)


@pytest.fixture
def matter(town: Town) -> FollowUp:
    group = Unit.objects.get(code="YLQH-V1-G1-1")
    report = actions.report_by_phone(
        by=town.secretary, group=group, on=TODAY, reporter=Reporter.OLD_MEMBER, topic=KIND.code
    )
    return report.matter


def test_a_matter_stays_with_the_village_while_no_room_takes_its_kind(town: Town, matter: FollowUp) -> None:
    with pytest.raises(Problem) as refused:
        actions.hand_over_follow_up(by=town.secretary, matter=matter, rooms=())
    assert refused.value.code == "leads.no_room"
    matter.refresh_from_db()
    assert matter.settled_on is None


def test_a_matter_is_settled_here_by_going_to_the_room_that_takes_it(town: Town, matter: FollowUp) -> None:
    taken: list[Lead] = []

    def take(*, by: object, lead: Lead) -> PhoneReport:
        taken.append(lead)
        return PhoneReport.objects.get()

    room = Mechanism("other", "另一个机制", (), "", accepts_leads=frozenset({KIND.lead}), take_lead=take)
    assert takers(KIND.lead, [room]) == [room] and takers("", [room]) == []
    done = actions.hand_over_follow_up(by=town.secretary, matter=matter, rooms=[room])
    assert done.settled_on == TODAY and room.name in done.how
    (lead,) = taken
    assert (lead.kind, lead.unit, lead.noticed_on) == (
        KIND.lead,
        town.villages["上河村"],
        dt.date(2022, 5, 25),
    )
