"""From records to the pages: what people did is what the board, the obligation and the lists say."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.kit.ledger.models import Obligation
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.steering.plans.ledger.tests.year import confirmed, obligation
from tests.journeys.test_first_walk import accepted_site
from tests.people import TODAY, Town

TEXT = "召开会议一次，讨论并落实了本月的工作安排。"


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(town)
    return town


def page(client: Client, user: object, name: str, *args: object, **asked: str) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    found = client.get(reverse(name, args=args), asked)
    assert found.status_code == 200
    return found.content.decode()


def test_the_fifth_accepted_village_shows_on_the_board_and_opens_to_five_sites(
    plan: Town, client: Client
) -> None:
    for village in ("上河村", "下河村", "石桥村", "竹坑村"):
        accepted_site(plan, village, dt.date(2022, 4, 20), dt.date(2022, 4, 25))
    assert "全镇 4/9，5月31日前要 5" in page(client, plan.leader, "plans:board")
    accepted_site(plan, "梅岭村", dt.date(2022, 5, 20), TODAY)
    html = page(client, plan.leader, "plans:board", who="offices")
    assert "5/9" in html and "全镇 5/9" in html
    share = Obligation.objects.get(town_share=True, due_on=dt.date(2022, 5, 31))
    behind = page(client, plan.leader, "plans:obligation", share.pk)
    assert "已完成" in behind and "已有 5，要 5（共 9）" in behind
    assert behind.count("/rooms/facilities/") >= 5
    own = obligation(plan, "T01", "梅岭村", "by:2022-05-31")
    assert "梅岭村村口" in page(client, plan.leader, "plans:obligation", own.pk)


def test_a_note_waits_until_accepted_and_then_the_month_is_done(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    note = notes.write_note(by=plan.secretary, obligation=owed, text=TEXT, happened_on=TODAY, today=TODAY)
    html = page(client, plan.leader, "plans:obligation", owed.pk)
    assert "序时推进" in html and "待认定" in html
    lead = page(client, plan.officer, "plans:lead")
    assert reverse("progress_notes:detail", args=[note.pk]) in lead
    assert (
        "去记录"
        not in page(client, plan.secretary, "plans:obligation", owed.pk)
        .split("s-action")[1]
        .split("</div>")[0]
    )
    notes.accept_note(by=plan.officer, note=note, today=TODAY)
    assert "已完成" in page(client, plan.leader, "plans:obligation", owed.pk)
    done = page(client, plan.secretary, "plans:mine", view="done")
    assert done.count("<li><div><h3>") == 1
    assert "没有等着认定的" in page(client, plan.officer, "plans:lead")


def test_what_is_handed_in_after_the_due_day_is_done_late(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T04", "上河村", "by:2022-03-31")
    note = notes.write_note(
        by=plan.secretary,
        obligation=owed,
        text=TEXT,
        happened_on=dt.date(2022, 3, 30),
        today=TODAY,
        late_reason="村里停电，晚交",
    )
    notes.accept_note(by=plan.officer, note=note, today=TODAY)
    html = page(client, plan.leader, "plans:obligation", owed.pk)
    assert "逾期完成" in html
    assert "逾期完成" in page(client, plan.leader, "plans:board", state="done_late")


def test_a_return_cancels_the_day_and_the_village_owes_again(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    note = notes.write_note(by=plan.secretary, obligation=owed, text=TEXT, happened_on=TODAY, today=TODAY)
    notes.return_note(by=plan.officer, note=note, reason="缺会议记录", today=TODAY)
    assert "未启动" in page(client, plan.leader, "plans:obligation", owed.pk)
    with clock.standing_on(dt.date(2022, 6, 9)):
        assert "逾期未完成" in page(client, plan.leader, "plans:obligation", owed.pk)
