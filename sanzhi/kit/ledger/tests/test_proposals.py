"""What a reading proposes: each stage, deadline, rhythm and 长期坚持 becomes one requirement."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.kit.ledger.proposals import (
    all_villages,
    likely_town_units,
    propose,
    some_villages,
    sources_near,
    town_units,
)
from sanzhi.kit.ledger.tests.readings import always, by, count, rhythm, share, task


def proposed(*found, villages: bool = True) -> list[tuple]:
    one = task("建好视频监控", "镇综治办", "各村", *found)
    return [
        (p.kind, p.every, p.share, p.at_least, p.due_on and p.due_on.isoformat(), p.owers)
        for p in propose(one, has_villages=villages, year=2022)
    ]


def test_two_stages_and_standing_become_two_shares_and_one_standing() -> None:
    found = (
        by("2022-05-31"),
        by("2022-09-30"),
        always(),
        share("1/2", "2022-05-31"),
        share("1/1", "2022-09-30"),
    )
    assert proposed(*found) == [
        ("share_by_day", "", "1/2", 1, "2022-05-31", "lead_and_villages"),
        ("share_by_day", "", "1/1", 1, "2022-09-30", "lead_and_villages"),
        ("standing", "", "", 1, None, "nobody"),
    ]


def test_two_deadlines_become_two_requirements_and_one_day_said_twice_becomes_one() -> None:
    found = (by("2022-03-31", "制定目标"), by("2022-12-31", "接受评议"), by("2022-12-31", "述职、接受评议"))
    assert [(kind, due) for kind, _, _, _, due, _ in proposed(*found)] == [
        ("by_day", "2022-03-31"),
        ("by_day", "2022-12-31"),
    ]


def test_a_rhythm_that_is_also_a_share_each_month_is_asked_once() -> None:
    found = (rhythm("week"), rhythm("month"), share("1/1", None, every="month"), always())
    assert [(kind, every) for kind, every, *_ in proposed(*found)] == [
        ("every", "month"),
        ("every", "week"),
        ("standing", ""),
    ]


def test_numbers_each_year_are_the_whole_towns_and_keep_their_amount() -> None:
    found = (count("1", "榜样", every="year"), count("2", "交流活动", every="year"), rhythm("year"), always())
    assert proposed(*found)[:2] == [
        ("every", "year", "", 1, None, "lead"),
        ("every", "year", "", 2, None, "lead"),
    ]


def test_one_in_every_group_is_a_share_of_all_groups() -> None:
    assert proposed(by("2022-12-31"), count("1", "法律明白人", per="自然村（村民小组）")) == [
        ("share_by_day", "", "1/1", 1, "2022-12-31", "lead_and_villages")
    ]


def test_a_number_without_its_own_day_takes_the_tasks_last_deadline_and_else_the_years_end() -> None:
    assert proposed(by("2022-10-31"), count("1", "示范点"))[0][4] == "2022-10-31"
    assert proposed(count("1", "示范点"))[0][4] == "2022-12-31"


def test_a_task_without_any_time_is_unset_and_what_superiors_set_too() -> None:
    assert [p[0] for p in proposed()] == ["unset"]
    superior = {"kind": "as_superior_sets", "date": None, "what": "", "quote": "按上级安排", "span": None}
    assert [p[0] for p in proposed(superior)] == ["unset"]


def test_a_rhythm_without_villages_is_owed_by_the_responsible() -> None:
    assert proposed(rhythm("quarter", 2), villages=False) == [
        ("every", "quarter", "", 2, None, "responsible")
    ]


def test_a_year_end_proposal_is_a_day_of_the_plans_year() -> None:
    assert propose(task("x", "", "各村", count("1", "点")), has_villages=True, year=2024)[
        0
    ].due_on == dt.date(2024, 12, 31)


WORDS = {"studio": ("调解工作室",), "video": ("视频监控",), "room": ("法律服务室",)}


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("推进视频监控建设。5月底前完成50%的村。", "完成50%", ["video"]),
        ("标准化建设达到80%。推进调解工作室建设，实现全覆盖。", "达到80%", []),
        ("标准化达到80%。推进调解工作室和法律服务室建设，实现全覆盖。", "实现全覆盖", ["studio", "room"]),
        ("推进视频监控建设。推进调解工作室建设，全覆盖。", "全覆盖", ["studio"]),
    ],
)
def test_a_target_is_proved_by_what_its_sentence_or_the_one_before_speaks_of(text, quote, expected) -> None:
    at = text.index(quote)
    assert sources_near(text, at, at + len(quote), WORDS) == expected


@pytest.mark.parametrize("name", ["各村", "各行政村", "各村（社区）", "各村委会", "全镇各村", "各村党组织"])
def test_all_villages_are_known_by_their_usual_names(name: str) -> None:
    assert all_villages(name) and not some_villages(name) and not town_units(name)


@pytest.mark.parametrize("name", ["相关村", "有关村", "试点村", "各相关村"])
def test_villages_to_be_picked_are_known_by_their_usual_names(name: str) -> None:
    assert some_villages(name) and not all_villages(name)


@pytest.mark.parametrize("name", ["镇直各单位", "镇直单位", "镇直有关单位", "各镇直单位"])
def test_the_towns_offices_are_known_by_their_usual_names(name: str) -> None:
    assert town_units(name) and not all_villages(name)


@pytest.mark.parametrize("name", ["各单位", "各责任单位", "有关部门"])
def test_a_name_that_may_mean_the_towns_offices_is_only_a_suggestion(name: str) -> None:
    assert likely_town_units(name) and not town_units(name)
