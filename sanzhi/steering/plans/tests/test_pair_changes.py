"""新旧对应: which unit, day, share or rhythm changed from one version to the next, old → new."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from sanzhi.kit.ledger.models import Task
from sanzhi.kit.ledger.reviews import full
from sanzhi.kit.ledger.tests.readings import by, confirmed, count, rhythm, share, stored, task
from sanzhi.steering.plans.pair_changes import changes
from sanzhi.steering.plans.tests.papers import signed_in
from tests.people import Town

WORDS = "推进村民调解组织建设"


def two(town: Town, before: dict[str, Any], after: dict[str, Any]) -> tuple[Task, Task]:
    """A task of a confirmed version, and the one of a second version that goes on with it."""
    first = confirmed(town, before)
    second = stored(town, after, plan=first.plan, title="青禾镇方案（修订）")
    return full(first.tasks.all()).get(), full(second.tasks.all()).get()


def told(town: Town, before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(c.label, c.old, c.new) for c in changes(*two(town, before, after))]


def test_a_share_that_rises_is_told_old_and_new(town: Town) -> None:
    assert told(
        town,
        task(WORDS, "司法所", "各村", share("4/5", "2022-06-30")),
        task(WORDS, "司法所", "各村", share("9/10", "2022-06-30")),
    ) == [("比例", "80%", "90%")]


def test_a_day_that_moves_and_a_rhythm_that_changes_are_told(town: Town) -> None:
    assert told(
        town,
        task(WORDS, "司法所", "各村", by("2022-06-30"), rhythm("month")),
        task(WORDS, "司法所", "各村", by("2022-08-31"), rhythm("quarter")),
    ) == [("截止日", "6月30日", "8月31日"), ("周期", "每月", "每季度")]


def test_units_that_leave_and_come_are_told_by_their_role(town: Town) -> None:
    assert told(
        town,
        task(WORDS, "司法所", "镇纪委、各村", by("2022-06-30")),
        task(WORDS, "镇综治办", "镇纪委、上河村", by("2022-06-30")),
    ) == [("牵头单位", "司法所", "镇综治办"), ("责任单位", "各村", "上河村")]


def test_stages_go_on_each_with_its_own(town: Town) -> None:
    found = changes(
        *two(
            town,
            task(WORDS, "司法所", "各村", share("1/2", "2022-05-31"), share("4/5", "2022-09-30")),
            task(WORDS, "司法所", "各村", share("1/2", "2022-06-30"), share("9/10", "2022-09-30")),
        )
    )
    assert {(c.label, c.old, c.new) for c in found} == {
        ("截止日", "5月31日", "6月30日"),
        ("比例", "80%", "90%"),
    }
    assert all(c.about for c in found)


def test_what_is_no_longer_asked_and_what_is_new_are_told(town: Town) -> None:
    found = told(
        town,
        task(WORDS, "司法所", "各村", by("2022-06-30")),
        task(WORDS, "司法所", "各村", count("3", "示范点", by="2022-10-31")),
    )
    assert [label for label, _, _ in found] == ["不再要求", "新增要求"]
    assert "6月30日" in found[0][1] and "10月31日" in found[1][2]


def test_two_versions_that_ask_the_same_have_no_changes(town: Town) -> None:
    same = task(
        WORDS, "司法所", "镇纪委、各村", by("2022-06-30"), rhythm("month"), share("4/5", "2022-09-30")
    )
    assert told(town, same, same) == []


def test_the_page_of_pairs_shows_old_and_new(town: Town) -> None:
    _, new = two(
        town,
        task(WORDS, "司法所", "各村", share("4/5", "2022-06-30")),
        task(WORDS, "司法所", "各村", share("9/10", "2022-06-30")),
    )
    text = signed_in(town.party).get(reverse("plans:review_pairs", args=[new.version_id])).content.decode()
    assert "<del>80%</del> → <ins>90%</ins>" in text
