"""The board: honest states in every cell, few queries, only what the person may see."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Task
from sanzhi.kit.ledger.queries import obligations_of
from sanzhi.kit.ledger.standing import asked_by
from sanzhi.kit.measures.freshness import fold
from sanzhi.kit.measures.models import Touch
from sanzhi.steering.plans.ledger.tests.year import confirmed, obligation
from tests.people import TODAY, Town, build

BOARD_QUERIES = 12


def row(html: str, code: str) -> str:
    """The table row of a task."""
    return next(r for r in html.split("<tr>") if f"{code} " in r)


def signs(html: str) -> list[str]:
    """The words of the cells of a row, as a screen reader hears them."""
    return re.findall(r'<span class="visually-hidden">([^<]+)</span><span class="visually-hidden">', html)


def board(client: Client, user: object, **asked: str) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    found = client.get(reverse("plans:board"), asked)
    assert found.status_code == 200
    return found.content.decode()


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(town)
    return town


@pytest.mark.parametrize("villages", [9, 90])
def test_a_board_of_27_tasks_needs_twelve_queries_however_many_villages(
    db: None, on_the_day: dt.date, client: Client, django_assert_max_num_queries, villages: int
) -> None:
    town = build(tuple(f"第{n:02d}村" for n in range(villages)))
    confirmed(town)
    client.force_login(town.leader)
    with django_assert_max_num_queries(BOARD_QUERIES):
        html = client.get(reverse("plans:board")).content.decode()
    assert html.count('<tr><th scope="row">') == 27
    assert len(signs(row(html, "T05"))) == villages


def test_a_board_over_kept_tallies_needs_no_more_queries_while_some_are_touched(
    plan: Town, client: Client, django_assert_max_num_queries
) -> None:
    every = obligations_of(plan.unit).select_related("requirement__task__version__plan")
    before = board(client, plan.leader)
    fold(by=plan.admin, town=plan.unit, asked=asked_by(every), today=TODAY)
    with writes_allowed():
        Touch.objects.create(
            town=plan.unit, source="progress_notes.reported", unit=plan.villages["上河村"], since=TODAY
        )
    client.force_login(plan.leader)
    with django_assert_max_num_queries(BOARD_QUERIES):
        after = client.get(reverse("plans:board")).content.decode()
    assert [signs(row(after, f"T{n:02d}")) for n in range(1, 28)] == [
        signs(row(before, f"T{n:02d}")) for n in range(1, 28)
    ]


def test_a_cell_shows_what_needs_attention_most_and_how_many_stand_alike(plan: Town, client: Client) -> None:
    html = row(board(client, plan.leader), "T05")
    assert set(signs(html)) == {"逾期未完成"}
    assert html.count("</span>4</a>") == 9  # January to April; May is under way, the rest has not begun


def test_a_task_past_its_only_day_reads_late_and_opens_its_obligation(plan: Town, client: Client) -> None:
    html = row(board(client, plan.leader), "T04")
    late = obligation(plan, "T04", "上河村", "by:2022-03-31")
    assert set(signs(html)) == {"逾期未完成"}
    assert f'href="{reverse("plans:obligation", args=[late.pk])}" data-sheet' in html


def test_villages_not_yet_picked_read_undetermined_until_the_lead_unit_picks(
    plan: Town, client: Client
) -> None:
    assert signs(row(board(client, plan.leader), "T03")) == ["待确定"] * 9
    task = Task.objects.get(code="T03")
    ledger.pick_villages(
        by=plan.party,
        plan=task.version.plan,
        task=task,
        villages=[plan.villages["上河村"]],
        today=TODAY,
        ground="会议研究",
    )
    assert signs(row(board(client, plan.leader), "T03")) == ["未启动"]


def test_a_standing_task_shows_the_months_look_in_place_of_cells(plan: Town, client: Client) -> None:
    assert "本月还没有看过" in row(board(client, plan.leader), "T02")
    task = Task.objects.get(code="T02")
    ledger.look_at_standing(by=plan.officer, task=task, month="2022-05", kept_up=True, remark="", today=TODAY)
    html = row(board(client, plan.leader), "T02")
    assert "本月已落实" in html and not signs(html)


def test_days_of_grace_read_checking_above_the_village_and_late_in_it(plan: Town, client: Client) -> None:
    with clock.standing_on(dt.date(2022, 6, 3)):
        above = board(client, plan.leader, month="2022-05")
        inside = board(client, plan.secretary, month="2022-05")
    assert set(signs(row(above, "T05"))) == {"核对期"}
    assert signs(row(inside, "T05")) == ["逾期未完成"]
    with clock.standing_on(dt.date(2022, 6, 8)):
        assert set(signs(row(board(client, plan.leader, month="2022-05"), "T05"))) == {"逾期未完成"}


def test_an_exempt_period_leaves_the_cell_with_a_note(plan: Town, client: Client) -> None:
    april = obligation(plan, "T05", "枫林村", "2022-04")
    ledger.exempt(by=plan.officer, obligation=april, reason="防汛转移无法开会", today=TODAY)
    html = row(board(client, plan.leader), "T05")
    assert html.count("免1") == 1
    only = row(board(client, plan.leader, month="2022-04"), "T05")
    assert signs(only).count("不适用") == 1


def test_the_secretary_sees_the_own_column_only(plan: Town, client: Client) -> None:
    html = board(client, plan.secretary)
    assert '<th scope="col">上河村</th>' in html
    assert '<th scope="col">下河村</th>' not in html
    assert "镇综治办</th>" not in html


def test_the_offices_tab_shows_the_towns_share_of_the_lead_unit(plan: Town, client: Client) -> None:
    html = row(board(client, plan.leader, who="offices"), "T01")
    assert "0/9" in html and "全镇 0/9，5月31日前要 5" in html


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"state": "undetermined"}, {"T03"}),
        ({"lead": "party"}, {"T03"}),
        ({"month": "2022-03", "state": "overdue"}, {"T04"} | {f"T{n:02d}" for n in range(5, 28)}),
        ({"plan": "P9"}, set()),
        ({"section": "二（二）"}, {f"T{n:02d}" for n in range(1, 28, 3)}),
    ],
)
def test_filters_in_the_address_keep_the_rows_that_fit(
    plan: Town, client: Client, asked: dict[str, str], rows: set[str]
) -> None:
    if asked.get("lead") == "party":
        asked = {"lead": str(plan.offices["镇党建办"].pk)}
    html = board(client, plan.leader, **asked)
    assert set(re.findall(r">(T\d\d) ", html)) == rows


def test_an_address_that_asks_nonsense_shows_the_whole_board(plan: Town, client: Client) -> None:
    html = board(client, plan.leader, month="2022-13", state="lost", who="x")
    assert html.count('<tr><th scope="row">') == 27


def test_one_task_by_months_has_twelve_rows_and_a_strange_task_is_not_found(
    plan: Town, client: Client
) -> None:
    html = board(client, plan.leader, task="P1-T05")
    assert html.count('<tr><th scope="row">') == 12
    assert len(signs(html)) == 12 * 9
    assert client.get(reverse("plans:board"), {"task": "P1-T99"}).status_code == 404


def test_the_board_leaves_as_excel_in_words(plan: Town, client: Client) -> None:
    client.force_login(plan.leader)
    sent = client.get(reverse("plans:board"), {"export": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sent.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["任务", "上河村"]
    assert len(rows) == 28
    assert rows[5][1] == "逾期未完成 4 项"


def test_an_empty_town_says_what_will_stand_on_the_board(town: Town, client: Client) -> None:
    assert "s-empty" in board(client, town.leader)


@pytest.mark.parametrize("who", ["admin", "stranger"])
def test_who_may_not_read_the_ledger_gets_no_board(plan: Town, client: Client, who: str) -> None:
    client.force_login(getattr(plan, who))
    assert client.get(reverse("plans:board")).status_code == 403
