"""The pages of events: what will be exempt is shown before it is, and who may not enter one is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from sanzhi.kit.ledger.events.models import Event
from sanzhi.kit.ledger.models import Exemption, PlanVersion
from sanzhi.kit.ledger.tests.readings import confirmed, rhythm, task
from tests.people import Town

PATH = "/registers/events"


@pytest.fixture
def plan(town: Town) -> PlanVersion:
    return confirmed(
        town,
        task("每月开一次议事会", "镇党建办", "各村", rhythm("month")),
        task("每周走访一次", "镇综治办", "各村", rhythm("week")),
    )


def signed_in(town: Town, who: str) -> Client:
    client = Client()
    client.force_login(town.users[who])
    return client


def values(town: Town, plan: PlanVersion, **changed: object) -> dict[str, object]:
    return {
        "kind": "flood",
        "name": "七月洪涝",
        "first": "2022-07-03",
        "last": "2022-07-20",
        "villages": [town.villages[v].pk for v in ("上河村", "下河村", "石桥村")],
        "tasks": [f"{plan.plan_id}:{t.code}" for t in plan.tasks.all()],
        "ground": "镇防汛指挥部通知",
    } | changed


def test_case_18_an_officer_sees_what_will_be_exempt_and_then_exempts_it(
    town: Town, plan: PlanVersion
) -> None:
    client = signed_in(town, "party")
    seen = client.post(f"{PATH}/new", values(town, plan)).content.decode()
    # July and two weeks for each of three villages; the weeks with one and with three days are owed.
    assert "这次会免除9项" in seen and "另有 6 项" in seen and not Event.objects.exists()
    done = client.post(f"{PATH}/new", values(town, plan, step="act"))
    event = Event.objects.get()
    assert done["Location"] == f"{PATH}/{event.pk}"
    assert Exemption.objects.count() == 9 and event.closed_on == dt.date(2022, 7, 21)
    page = client.get(f"{PATH}/{event.pk}").content.decode()
    assert all(word in page for word in ("石桥村", "7月", "第28周", "代牵头单位登记", "每周走访一次"))
    assert "七月洪涝" in client.get(PATH).content.decode()
    again = client.post(f"{PATH}/new", values(town, plan, step="act")).content.decode()
    assert "error-summary" in again and Event.objects.count() == 1


def test_an_event_is_taken_back_with_a_reason(town: Town, plan: PlanVersion) -> None:
    client = signed_in(town, "party")
    client.post(f"{PATH}/new", values(town, plan, step="act"))
    event = Event.objects.get()
    assert "error-summary" in client.post(f"{PATH}/{event.pk}/revoke", {"reason": "错"}).content.decode()
    client.post(f"{PATH}/{event.pk}/revoke", {"reason": "登记错了年份"})
    page = client.get(f"{PATH}/{event.pk}").content.decode()
    assert "登记错了年份" in page and "/revoke" not in page
    assert not Exemption.objects.filter(revoked_on__isnull=True).exists()


def test_what_was_typed_stays_when_an_event_is_refused_or_gone_back_to(town: Town, plan: PlanVersion) -> None:
    client = signed_in(town, "party")
    back = client.post(f"{PATH}/new", values(town, plan, last="2022-07-01")).content.decode()
    assert "error-summary" in back and 'value="七月洪涝"' in back
    back = client.post(f"{PATH}/new", values(town, plan, step="edit")).content.decode()
    assert 'value="七月洪涝"' in back and not Event.objects.exists()
    assert "error-summary" in client.post(f"{PATH}/new", values(town, plan, tasks=["x:T1"])).content.decode()


def test_a_village_reads_its_own_part_and_enters_nothing(town: Town, plan: PlanVersion) -> None:
    signed_in(town, "party").post(f"{PATH}/new", values(town, plan, step="act"))
    event = Event.objects.get()
    page = signed_in(town, "secretary").get(f"{PATH}/{event.pk}").content.decode()
    assert '现在免除的项目 <span class="s-count">3</span>' in page and "撤销这个事件" not in page
    for who in ("secretary", "leader", "admin", "auditor"):
        client = signed_in(town, who)
        assert client.get(PATH).status_code == 200
        assert client.get(f"{PATH}/new").status_code == 403
        assert client.post(f"{PATH}/{event.pk}/revoke", {"reason": "不该能撤"}).status_code == 403
    assert signed_in(town, "stranger").get(PATH).status_code == 403
    assert signed_in(town, "party").get(f"{PATH}/987654").status_code == 404
