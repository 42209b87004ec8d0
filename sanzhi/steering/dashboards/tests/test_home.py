"""The first page of each role, and the page from which records are made."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people.models import Person, Post, PostKind
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.steering.plans.ledger.tests.year import confirmed, reading
from tests.people import TODAY, Town


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(town)
    with writes_allowed():
        head = Person.objects.create(town=town.unit, name="高志远")
        Post.objects.create(
            person=head,
            unit=town.offices["镇综治办"],
            kind=PostKind.OFFICE_HEAD,
            opened_on=dt.date(2021, 1, 1),
        )
    return town


def page(client: Client, user: object, name: str = "home") -> str:
    client.force_login(user)  # type: ignore[arg-type]
    found = client.get(reverse(f"dashboards:{name}"))
    assert found.status_code == 200
    return found.content.decode()


def test_the_town_leader_sees_the_year_and_three_things_with_who_is_on_them(
    plan: Town, client: Client
) -> None:
    html = page(client, plan.leader)
    assert html.count("牵头：镇综治办") == 3 and "负责人：高志远" in html
    assert "逾期 36 项" in html
    assert "二（二） 坚持自治强基" in html
    assert "part=overdue" in html


@pytest.mark.parametrize("who", ["discipline", "auditor"])
def test_whoever_looks_over_the_town_sees_the_year_too(plan: Town, client: Client, who: str) -> None:
    assert "最该抓的三件事" in page(client, getattr(plan, who))


def test_the_officer_sees_led_tasks_behind_and_what_the_office_owes(plan: Town, client: Client) -> None:
    html = page(client, plan.officer)
    assert "项任务有单位逾期" in html and "镇综治办自己要办的" in html
    assert "最该抓的三件事" not in html


@pytest.mark.parametrize("who", ["secretary", "clerk", "cadre", "care"])
def test_village_people_see_what_the_village_owes_now(plan: Town, client: Client, who: str) -> None:
    html = page(client, getattr(plan, who))
    assert "上河村要办的事" in html and "逾期未完成" in html
    assert "下河村" not in html and f"{reverse('dashboards:todo')}?after=" in html


def test_the_administrator_sees_what_to_set_up_next(town: Town, client: Client) -> None:
    html = page(client, town.admin)
    assert "接下来要设置的" in html and reverse("plans:import") in html
    assert html.count("还没有做完") == 2
    confirmed(town)
    assert page(client, town.admin).count("还没有做完") == 0


def test_an_account_without_a_role_has_no_first_page(plan: Town, client: Client) -> None:
    client.force_login(plan.stranger)
    assert client.get(reverse("dashboards:home")).status_code == 403


def test_an_empty_town_says_what_will_stand_on_the_first_page(town: Town, client: Client) -> None:
    for who in ("leader", "secretary"):
        assert "s-empty" in page(client, getattr(town, who)), who


def test_recording_begins_with_what_is_owed_and_names_every_room(plan: Town, client: Client) -> None:
    html = page(client, plan.secretary, "record")
    assert "进展说明" in html and "阵地与设施" in html
    assert "/rooms/progress_notes/write/" in html and "另有" not in html


@pytest.mark.parametrize("who", ["leader", "admin", "auditor", "stranger"])
def test_who_makes_no_records_gets_no_page_to_make_them(plan: Town, client: Client, who: str) -> None:
    client.force_login(getattr(plan, who))
    assert client.get(reverse("dashboards:record")).status_code == 403


def test_the_year_needs_the_same_few_queries_however_much_is_owed(
    plan: Town, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(plan.leader)
    with django_assert_max_num_queries(16):
        client.get(reverse("dashboards:home"))


def test_whoever_may_confirm_is_told_that_a_plan_waits(town: Town, client: Client) -> None:
    version = store_reading(by=town.party, town=town.unit, reading=reading(), file_name="a.txt", today=TODAY)
    html = page(client, town.officer)
    assert "等待核对和确认" in html and reverse("plans:review", args=[version.pk]) in html
    assert "等待核对和确认" not in page(client, town.secretary)


def test_a_leader_reaches_the_board_on_the_phone_and_has_no_unit_to_open(town: Town, client: Client) -> None:
    bar = page(client, town.leader).partition('class="s-bar"')[2].partition("</nav>")[0]
    assert "全镇看板" in bar and "我的" in bar and "本单位" not in bar
    own = page(client, town.officer).partition('class="s-bar"')[2].partition("</nav>")[0]
    assert [own.find(w) > 0 for w in ("待办", "记一条", "本单位", "我的", "全镇看板")] == [True] * 4 + [False]
