"""An obligation proved by doors opens for the village and for the town, and a task of very many lines shows the pressing ones."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.domain.states import State
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.tests.readings import rhythm, stored, task
from sanzhi.mechanisms.visits.tests.walks import Village, ticks, village, walk
from sanzhi.steering.plans.ledger.telling import MOST, Line, pressing
from tests.people import TODAY, Town

__all__ = ["village"]


@pytest.fixture
def owed(town: Town, village: Village) -> Obligation:
    version = stored(town, task("每月对在家农户走访全覆盖。", "镇综治办", "各村", rhythm("month")))
    assert version.tasks.get().requirements.get().proves == "visits.households"
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    walk(village, doors=ticks(village.households[0][:3]))
    return Obligation.objects.get(unit=town.villages["上河村"], period="2022-05")


def test_an_obligation_over_doors_opens_for_the_village_and_the_town(
    client: Client, town: Town, owed: Obligation
) -> None:
    surname = "陈"
    for user in (town.secretary, town.officer):
        client.force_login(user)
        answer = client.get(reverse("plans:obligation", args=[owed.pk]))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "3" in text and f"{surname}家" not in text


def line(n: int, state: str) -> Line:
    return Line(f"村{n}", "走访", "第1周", TODAY, state, False, None, "", "/")


def test_a_task_of_very_many_lines_shows_the_overdue_first_and_leaves_out_the_settled() -> None:
    many = [line(n, State.DONE.value) for n in range(MOST)]
    many += [line(1000, State.NOT_STARTED.value), line(1001, State.OVERDUE.value)]
    assert [x.unit for x in pressing(many)] == ["村1001", "村1000"]


def test_a_task_of_few_lines_shows_all_in_their_order() -> None:
    few = [line(1, State.DONE.value), line(2, State.OVERDUE.value)]
    assert pressing(few) == few
