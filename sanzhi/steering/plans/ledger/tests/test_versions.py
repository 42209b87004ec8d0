"""A plan in two versions: one row, earlier periods judged by the first, later ones by the second (case 13)."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.kit.ledger.tests.readings import by, confirmed, renewed, rhythm, share, task
from tests.people import Town

CAMERAS = "推进视频监控建设"


def test_two_versions_of_a_task_are_one_row_with_the_periods_of_both(town: Town, client: Client) -> None:
    first = confirmed(
        town,
        task("每月议事一次", "镇综治办", "各村", rhythm("month")),
        task(CAMERAS, "镇综治办", "各村", by("2022-06-30"), share("4/5", "2022-06-30", CAMERAS)),
    )
    later = dt.date(2022, 7, 2)
    with clock.standing_on(later):
        renewed(
            town,
            first,
            task("每月议事一次", "镇综治办", "各村", rhythm("month")),
            task(CAMERAS, "镇综治办", "各村", by("2022-06-30"), share("9/10", "2022-06-30", CAMERAS)),
            first_day=dt.date(2022, 6, 1),
            today=later,
        )
        client.force_login(town.leader)
        board = client.get(reverse("plans:board"), {"who": "offices"}).content.decode()
        assert board.count('<tr><th scope="row">') == 2
        assert "要 8" in board and "要 9" not in board
        page = client.get(reverse("plans:task", args=["P1-T01"]), {"unit": town.villages["上河村"].pk})
        html = page.content.decode()
        assert html.count("上河村</a></th>") == 9  # April to December, each once
        assert "第2版（已确认）" in html and "第1版（已确认）" in html
        old = client.get(reverse("plans:task", args=["P1-T01"]), {"version": "1"}).content.decode()
        assert old.count("上河村</a></th>") == 4
