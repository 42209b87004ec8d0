"""My unit, led tasks, a task, an obligation, the calendar and the list of plans, each as its people see it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.kit.ledger.models import Exemption, Obligation, StandingLook, VillagePick
from sanzhi.steering.plans.ledger.tests.year import confirmed, obligation
from tests.people import Town

PAGES = ("list", "board", "mine", "lead", "calendar", "task", "obligation", "villages")
MAY = {
    "leader": "list board mine calendar task obligation",
    "officer": "list board mine lead calendar task obligation",
    "party": "list board mine lead calendar task obligation villages",
    "secretary": "list board mine calendar task obligation",
    "clerk": "list board mine calendar task obligation",
    "cadre": "list board mine calendar task obligation",
    "care": "list board mine calendar task obligation",
    "other_secretary": "list board mine calendar task",
    "discipline": "list board mine calendar task obligation",
    "auditor": "list board mine calendar task obligation",
    "admin": "list mine calendar task",
    "stranger": "",
}


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(town)
    return town


def page(client: Client, user: object, name: str, *args: object, **asked: str) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    found = client.get(reverse(f"plans:{name}", args=args), asked)
    assert found.status_code == 200
    return found.content.decode()


def test_every_person_reaches_exactly_the_pages_of_their_role(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    args = {"task": ["P1-T05"], "obligation": [owed.pk], "villages": ["P1-T03"]}
    for who, pages in MAY.items():
        client.force_login(getattr(plan, who))
        reached = [
            p for p in PAGES if client.get(reverse(f"plans:{p}", args=args.get(p, []))).status_code == 200
        ]
        assert reached == pages.split(), who


def test_nobody_signed_in_is_sent_to_sign_in_first(plan: Town, client: Client) -> None:
    assert client.get(reverse("plans:mine")).status_code == 302


# --- my unit ----------------------------------------------------------------------------------------------------------


def test_my_unit_begins_with_what_is_late_and_groups_its_periods(plan: Town, client: Client) -> None:
    html = page(client, plan.secretary, "mine")
    assert 'aria-current="page">已逾期' in html
    assert html.count("另有 3 期") == 23
    assert "去记录" in html and "下河村" not in html


@pytest.mark.parametrize(("view", "shown"), [("late", 24), ("soon", 24), ("now", 1), ("done", 0)])
def test_each_view_of_my_unit_holds_its_own_obligations(
    plan: Town, client: Client, view: str, shown: int
) -> None:
    html = page(client, plan.secretary, "mine", view=view)
    assert html.count("<li><div><h3>") == min(shown, 25)


def test_my_unit_leaves_as_excel_with_why_and_how_it_is_judged(plan: Town, client: Client) -> None:
    client.force_login(plan.secretary)
    sent = client.get(reverse("plans:mine"), {"view": "late", "export": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sent.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "任务" and len(rows) == 1 + 23 * 4 + 1


def test_the_text_to_copy_has_at_most_200_characters(plan: Town, client: Client) -> None:
    for who, name in (
        ("secretary", "mine"),
        ("officer", "lead"),
        ("leader", "board"),
        ("leader", "calendar"),
    ):
        html = page(client, getattr(plan, who), name)
        text = html.split('aria-label="复制文字">')[1].split("</textarea>")[0]
        assert 10 < len(text) <= 200


def test_an_office_owes_its_share_and_a_leader_owes_nothing(plan: Town, client: Client) -> None:
    assert "5月31日前" in page(client, plan.officer, "mine", view="soon")
    assert "s-empty" in page(client, plan.leader, "mine")


def test_my_unit_needs_the_same_few_queries_for_a_month_and_a_year(
    plan: Town, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(plan.secretary)
    with django_assert_max_num_queries(16):
        client.get(reverse("plans:mine"))


# --- led tasks --------------------------------------------------------------------------------------------------------


def test_the_lead_unit_sees_who_is_behind_over_all_villages(plan: Town, client: Client) -> None:
    html = page(client, plan.officer, "lead")
    assert "上河村（4）、下河村（4）" in html
    assert "选定相关村" not in html  # the task to be picked is led by another office
    assert "选定相关村" in page(client, plan.party, "lead")


def test_the_lead_unit_ticks_a_standing_task_once_a_month(plan: Town, client: Client) -> None:
    client.force_login(plan.officer)
    for kept_up in ("1", "0"):
        sent = client.post(reverse("plans:look", args=["P1-T02"]), {"kept_up": kept_up, "back": "lead"})
        assert sent.url == reverse("plans:lead")
    assert [(x.month, x.kept_up) for x in StandingLook.objects.all()] == [("2022-05", False)]
    assert "本月未落实" in page(client, plan.officer, "lead")


@pytest.mark.parametrize(("who", "code"), [("party", 404), ("secretary", 403), ("leader", 403)])
def test_only_the_lead_unit_may_look_pick_and_exempt(plan: Town, client: Client, who: str, code: int) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    client.force_login(getattr(plan, who))
    assert client.post(reverse("plans:look", args=["P1-T02"]), {"kept_up": "1"}).status_code == code
    assert client.post(reverse("plans:exempt", args=[owed.pk]), {"reason": "防汛转移"}).status_code == code
    assert not StandingLook.objects.exists() and not Exemption.objects.exists()


def test_the_lead_unit_picks_villages_and_only_they_owe(plan: Town, client: Client) -> None:
    client.force_login(plan.party)
    address = reverse("plans:villages", args=["P1-T03"])
    assert client.post(address, {"ground": "会议研究"}).status_code == 200
    assert not VillagePick.objects.exists()
    chosen = [plan.villages[n].pk for n in ("上河村", "石桥村")]
    assert client.post(address, {"villages": chosen, "ground": "会议研究"}).status_code == 302
    owing = Obligation.objects.filter(requirement__task__code="T03").values_list("unit__name", flat=True)
    assert set(owing) == {"上河村", "石桥村"}
    assert "上河村、石桥村" in page(client, plan.party, "task", "P1-T03")


# --- a task -----------------------------------------------------------------------------------------------------------


def test_a_task_shows_its_words_marked_in_the_document_and_who_did_what(plan: Town, client: Client) -> None:
    html = page(client, plan.officer, "task", "P1-T01")
    assert "<mark>2022年5月底前完成50%的村" in html and "（二）坚持自治强基" in html
    assert "确认任务分解" in html and "周敏" in html
    assert "5月31日前达到 50%" in html and "镇综治办（全镇比例）" in html


def test_a_task_of_one_unit_shows_that_unit_only(plan: Town, client: Client) -> None:
    html = page(client, plan.leader, "task", "T05", unit=str(plan.villages["石桥村"].pk))
    assert html.count("石桥村</a></th>") == 12 and "上河村</a></th>" not in html


def test_a_village_sees_its_own_obligations_of_a_task_only(plan: Town, client: Client) -> None:
    html = page(client, plan.other_secretary, "task", "P1-T05")
    assert "下河村</a></th>" in html and "上河村</a></th>" not in html


@pytest.mark.parametrize("code", ["P1-T99", "P7-T05", "nonsense"])
def test_a_task_that_is_not_there_is_not_found(plan: Town, client: Client, code: str) -> None:
    client.force_login(plan.leader)
    assert client.get(reverse("plans:task", args=[code])).status_code == 404
    assert client.get(reverse("plans:task", args=["P1-T05"]), {"version": "7"}).status_code == 404


# --- an obligation ----------------------------------------------------------------------------------------------------


def test_the_secretary_of_another_village_finds_no_such_obligation(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    client.force_login(plan.other_secretary)
    assert client.get(reverse("plans:obligation", args=[owed.pk])).status_code == 404
    assert client.get(reverse("plans:obligation", args=[999999])).status_code == 404


def test_an_obligation_says_why_it_stands_so_before_during_and_after_grace(
    plan: Town, client: Client
) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    for day, who, word in (
        (dt.date(2022, 4, 20), "leader", "还没有到"),
        (dt.date(2022, 5, 25), "leader", "还没有一条作数的记录"),
        (dt.date(2022, 6, 3), "leader", "核对期到6月7日（周二）"),
        (dt.date(2022, 6, 3), "secretary", "补上以后记为逾期完成"),
        (dt.date(2022, 6, 8), "leader", "补上以后记为逾期完成"),
    ):
        with clock.standing_on(day):
            assert word in page(client, getattr(plan, who), "obligation", owed.pk), (day, who)


def test_only_who_owes_is_sent_to_record(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T05", "上河村", "2022-05")
    record = reverse("progress_notes:write", args=[owed.pk])
    assert record in page(client, plan.secretary, "obligation", owed.pk)
    assert record not in page(client, plan.leader, "obligation", owed.pk)


def test_the_lead_unit_exempts_with_a_reason_and_takes_it_back(plan: Town, client: Client) -> None:
    owed = obligation(plan, "T05", "枫林村", "2022-04")
    client.force_login(plan.officer)
    address = reverse("plans:exempt", args=[owed.pk])
    short = client.post(address, {"reason": "水"})
    assert short.status_code == 422 and "error-summary" in short.content.decode()
    assert not Exemption.objects.exists()
    assert client.post(address, {"reason": "4月防汛转移"}).status_code == 302
    html = page(client, plan.officer, "obligation", owed.pk)
    assert "不适用" in html and "理由：4月防汛转移" in html and "高志远 豁免" in html
    assert client.post(address, {"revoke": "1"}).status_code == 302
    assert "撤销豁免" in page(client, plan.officer, "obligation", owed.pk)
    assert not Exemption.objects.filter(revoked_on__isnull=True).exists()


def test_a_withdrawn_obligation_says_so(plan: Town, client: Client) -> None:
    client.force_login(plan.party)
    address = reverse("plans:villages", args=["P1-T03"])
    both = [plan.villages[n].pk for n in ("上河村", "石桥村")]
    client.post(address, {"villages": both, "ground": "研究"})
    client.post(address, {"villages": both[:1], "ground": "研究"})
    gone = obligation(plan, "T03", "石桥村", "by:2022-10-31")
    assert "已撤销" in page(client, plan.leader, "obligation", gone.pk)


# --- calendar and plans -----------------------------------------------------------------------------------------------


def test_the_calendar_names_due_days_and_closes_of_the_month(plan: Town, client: Client) -> None:
    html = page(client, plan.secretary, "calendar")
    assert "2022年5月" in html and "核对期末" in html
    assert "5月31日（周二）" in html and "?month=2022-06" in html
    assert "s-empty" in page(client, plan.secretary, "calendar", month="2024-01")
    assert "2022年5月" in page(client, plan.secretary, "calendar", month="nonsense")


def test_the_whole_towns_calendar_is_for_whoever_sees_the_town(plan: Town, client: Client) -> None:
    assert "×9" in page(client, plan.leader, "calendar", who="town")
    assert "×9" not in page(client, plan.secretary, "calendar", who="town")


def test_plans_are_listed_with_their_state_and_importers_may_import(plan: Town, client: Client) -> None:
    html = page(client, plan.party, "list")
    assert "已确认" in html and reverse("plans:import") in html
    assert reverse("plans:import") not in page(client, plan.secretary, "list")


def test_an_empty_town_says_what_will_stand_on_each_page(town: Town, client: Client) -> None:
    for who, name in (("party", "list"), ("secretary", "mine"), ("officer", "lead"), ("leader", "calendar")):
        assert "s-empty" in page(client, getattr(town, who), name), name


def test_a_refusal_is_told_by_its_code_not_its_words() -> None:
    assert Problem("ledger.reason_needed").code == "ledger.reason_needed"


def test_digits_that_are_no_number_change_nothing_of_a_task_page(plan: Town, client: Client) -> None:
    for odd in ("²", "９", "9" * 5000):
        for name in ("version", "unit"):
            assert page(client, plan.party, "task", "P1-T05", **{name: odd}), (name, odd[:9])
