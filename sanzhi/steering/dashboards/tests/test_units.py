"""The to-do list of a person and of a unit, the unit's and the town's year, the week for the wall, one's own page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people.models import Person, Post, PostKind
from sanzhi.kit.ledger.models import Obligation
from sanzhi.steering.dashboards.course import chart, read_course
from sanzhi.steering.dashboards.todo import section_of, todo_of_person, todo_of_unit
from sanzhi.steering.plans.ledger.tests.year import confirmed
from sanzhi.steering.plans.ledger.viewer import Viewer
from tests.people import TODAY, VILLAGES, Town, build

UNIT_PAGES = ("unit", "unit_todo", "unit_week")


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(town)
    return town


def page(client: Client, user: object, name: str, *args: object, **asked: str) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    found = client.get(reverse(f"dashboards:{name}", args=args), asked)
    assert found.status_code == 200
    return found.content.decode()


def viewer(town: Town, who: str = "secretary") -> Viewer:
    return Viewer(town.users[who], town.unit, TODAY, False)


def weekly_post(town: Town) -> Obligation:
    """A cadre's post that owes the week, beside what the village owes."""
    with writes_allowed():
        person = Person.objects.create(town=town.unit, name="陈立")
        post = Post.objects.create(
            person=person,
            unit=town.villages["上河村"],
            kind=PostKind.COMMITTEE,
            opened_on=dt.date(2021, 1, 1),
        )
        town.cadre.person = person
        town.cadre.save(update_fields=["person"])
        kept = Obligation.objects.filter(unit=town.villages["上河村"], period="2022-05").earliest("pk")
        return Obligation.objects.create(
            requirement=kept.requirement,
            town=town.unit,
            unit=kept.unit,
            post=post,
            period="2022-W22",
            begins_on=dt.date(2022, 5, 23),
            due_on=dt.date(2022, 5, 29),
            closes_on=dt.date(2022, 6, 5),
        )


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_stands_in_sections_the_overdue_first(plan: Town, client: Client) -> None:
    main = page(client, plan.secretary, "todo").partition("<main")[2]
    assert 0 < main.index("已逾期") < main.index("s-tools")
    found = todo_of_person(viewer(plan))
    assert [k for k, v in found.sections.items() if v] == ["late", "month"]
    with clock.standing_on(dt.date(2022, 5, 30)):
        week = Viewer(plan.secretary, plan.unit, dt.date(2022, 5, 30), False)
        assert [k for k, v in todo_of_person(week).sections.items() if v][:2] == ["late", "week"]


def test_each_entry_says_why_by_when_how_it_is_judged_and_where_it_is_recorded(
    plan: Town, client: Client
) -> None:
    html = page(client, plan.secretary, "todo")
    first = html.partition('<ul class="s-owed">')[2].partition("</li>")[0]
    for words in ("<blockquote>", "凭据：", "截止", "记在：进展说明", "去记录"):
        assert words in first, words


def test_every_entry_is_reached_page_by_page_and_none_twice(plan: Town, client: Client) -> None:
    seen: list[str] = []
    url = reverse("dashboards:todo")
    client.force_login(plan.secretary)
    for _page in range(5):
        html = client.get(url).content.decode()
        seen += re.findall(r'<h3><a href="/plans/obligations/(\d+)" data-sheet', html)
        more = re.search(r'href="(/todo\?after=\d+)"', html)
        if more is None:
            break
        url = more[1]
    found = todo_of_person(viewer(plan))
    assert len(seen) == len(set(seen)) == sum(len(v) for v in found.sections.values()) > 25


def test_a_weekly_duty_of_a_post_stands_with_its_holder_and_with_the_village_not_with_others(
    plan: Town, client: Client
) -> None:
    owed = weekly_post(plan)
    address = reverse("plans:obligation", args=[owed.pk])
    assert address in page(client, plan.cadre, "me")
    assert address not in page(client, plan.clerk, "me")
    assert owed.pk in {t.first.obligation.pk for t in todo_of_person(viewer(plan, "cadre")).sections["week"]}
    village = todo_of_unit(viewer(plan), plan.villages["上河村"])
    assert [village.owing.who(t.first.obligation) for t in village.sections["week"]] == ["村“两委”成员 陈立"]
    html = page(client, plan.cadre, "me")
    assert "我的岗位这一年" in html and "mine=1" in html
    assert "村“两委”成员 陈立" in page(client, plan.cadre, "obligations", mine="1")


@pytest.mark.parametrize(("who", "name"), [("secretary", "todo"), ("cadre", "me"), ("leader", "town")])
def test_the_text_to_copy_is_short_and_names_nobody(plan: Town, client: Client, who: str, name: str) -> None:
    weekly_post(plan)
    html = page(client, getattr(plan, who), name)
    text = html.split('aria-label="复制文字">')[1].split("</textarea>")[0]
    assert 10 < len(text) <= 200 and "陈立" not in text


# --- a unit -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNIT_PAGES)
def test_a_units_pages_are_for_its_people_and_the_town_only(plan: Town, client: Client, name: str) -> None:
    pk = plan.villages["上河村"].pk
    allowed = {"secretary", "clerk", "cadre", "care", "leader", "officer", "party", "discipline", "auditor"}
    for who, user in plan.users.items():
        client.force_login(user)
        code = client.get(reverse(f"dashboards:{name}", args=[pk])).status_code
        expected = 200 if who in allowed or who == "justice" else 403 if who in ("admin", "stranger") else 404
        assert code == expected, who
    client.force_login(plan.leader)
    for odd in (plan.unit.pk, plan.county.pk, 999999):
        assert client.get(reverse(f"dashboards:{name}", args=[odd])).status_code == 404


def test_the_village_page_says_what_is_behind_why_and_who_owes_it(plan: Town, client: Client) -> None:
    weekly_post(plan)
    with writes_allowed():
        Obligation.objects.filter(period="2022-W22").update(
            due_on=dt.date(2022, 5, 22), closes_on=dt.date(2022, 5, 29)
        )
    html = page(client, plan.secretary, "unit", plan.villages["上河村"].pk)
    assert "什么落后，为什么" in html and "截止日" in html and "由谁承担：村“两委”成员 陈立" in html
    assert "下一次锁定" in html and "part=overdue" in html


def test_the_week_for_the_wall_shows_no_states_and_at_most_twelve_lines(plan: Town, client: Client) -> None:
    html = page(client, plan.secretary, "unit_week", plan.villages["上河村"].pk)
    main = html.partition("<main")[2].partition("</main>")[0]
    assert "s-mark" not in main and "逾期" not in main and "s-progress" not in main
    assert "第22周" in main and main.count('<th scope="row">') == 12 and "另有" in main


def test_numbers_open_to_exactly_as_many_obligations(plan: Town, client: Client) -> None:
    village = plan.villages["上河村"]
    html = page(client, plan.leader, "unit", village.pk)
    found = re.findall(
        r'href="(/obligations\?unit=\d+&(?:amp;)?part=\w+)"><span class="s-count-big">(\d+)', html
    )
    assert len(found) == 6
    for url, n in found:
        shown = client.get(url.replace("&amp;", "&")).content.decode()
        assert (f"共 {n} 项" in shown) if n != "0" else ("s-empty" in shown), url
    assert any(n != "0" for _url, n in found)


def test_strange_addresses_of_obligations_change_nothing_or_are_not_found(plan: Town, client: Client) -> None:
    for asked in ({"month": "2022-13"}, {"part": "nonsense"}, {"after": "x"}, {"unit": "²"}, {"unit": ""}):
        page(client, plan.secretary, "obligations", **asked)
    client.force_login(plan.secretary)
    other = {"unit": str(plan.villages["下河村"].pk)}
    assert client.get(reverse("dashboards:obligations"), other).status_code == 404
    assert "下河村" not in page(client, plan.secretary, "obligations")


# --- the town ---------------------------------------------------------------------------------------------------------


def test_the_town_page_has_chart_table_units_and_what_closes_next(plan: Town, client: Client) -> None:
    html = page(client, plan.officer, "town")
    assert '<svg class="s-course"' in html and 'role="img"' in html and "style=" not in html
    assert html.count("/units/") >= len(VILLAGES) and "下一次锁定" in html
    table = html.partition("各月应办和完成的项数")[2]
    assert "/obligations?month=2022-04&" in table
    client.force_login(plan.secretary)
    assert client.get(reverse("dashboards:town")).status_code == 403


def test_an_empty_town_says_what_will_stand_on_each_page(town: Town, client: Client) -> None:
    pk = town.villages["上河村"].pk
    for who, name, args in (
        ("leader", "town", []),
        ("secretary", "todo", []),
        ("secretary", "me", []),
        ("secretary", "unit", [pk]),
        ("secretary", "unit_todo", [pk]),
        ("secretary", "unit_week", [pk]),
        ("secretary", "obligations", []),
    ):
        assert "s-empty" in page(client, getattr(town, who), name, *args), name


def test_the_course_counts_each_obligation_in_the_month_it_is_due(plan: Town) -> None:
    todo = todo_of_unit(viewer(plan), plan.villages["上河村"])
    course = read_course(todo.owing.views["late"], 2022, TODAY)
    assert [m.late for m in course.months[:5]] == [23, 23, 24, 23, 0]
    assert course.owed == course.total("late") == len(todo.owing.views["late"])
    assert "应办 93 项" in chart(course)
    assert {section_of(s, TODAY) for s in todo.owing.views["late"]} == {"late"}


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("villages", [9, 30])
def test_pages_need_the_same_few_queries_for_9_and_30_villages(
    db: None, on_the_day: dt.date, client: Client, villages: int
) -> None:
    names = [*VILLAGES, *(f"新{n}村" for n in range(21))]
    town = build(tuple(names[:villages]))
    confirmed(town)
    pk = town.villages["上河村"].pk
    counted: dict[str, int] = {}
    pages = (
        ("leader", "town", []),
        ("leader", "home", []),
        ("secretary", "home", []),
        ("secretary", "me", []),
    )
    for who, name, args in (*pages, ("leader", "unit", [pk]), ("leader", "obligations", [])):
        client.force_login(getattr(town, who))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"dashboards:{name}", args=args)).status_code == 200
        counted[f"{who} {name}"] = len(asked)
    assert max(counted.values()) <= 18, counted
