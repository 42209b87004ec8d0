"""Indicators in the browser: who sees which unit's, what a figure opens to, and that nothing is ranked or named too far."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.testkit import permission_matrix
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.visits.tests.walks import ticks, village, walk
from sanzhi.steering.indicators import nightly
from sanzhi.steering.indicators.asked import source_of_code
from sanzhi.steering.indicators.closing import next_close
from sanzhi.steering.indicators.grid import columns_of, grid, villages_in
from sanzhi.steering.indicators.tests.test_pages import page
from tests.journeys.test_closing_a_month import accept, built_but_not_accepted, four_of_nine
from tests.journeys.test_first_walk import version
from tests.people import TODAY, Town

__all__ = ["version", "village"]

VIDEO = "facilities.video_coverage"
HOUSEHOLDS = "visits.household_coverage"
TOWN, UPPER, LOWER = "YLQH", "YLQH-V1", "YLQH-V2"
STAGE = "by:2022-05-31"


def of(code: str, unit: str, period: str, **more: str) -> str:
    return reverse("indicators:figure", args=[code], query={"unit": unit, "period": period} | more)


def test_the_matrix_of_rights_over_indicators(town: Town) -> None:
    town_people = "officer party justice leader discipline auditor"
    units = {"全镇": town.unit, **town.villages}
    table = {
        ("indicators:figures", "全镇"): town_people,
        ("indicators:figures", "上河村"): f"{town_people} secretary clerk cadre care",
        ("indicators:figures", "下河村"): f"{town_people} other_secretary",
    }
    assert permission_matrix(town.users, units, table) == []


@pytest.mark.parametrize("who", ["secretary", "clerk", "cadre", "care"])
@pytest.mark.parametrize("unit", [TOWN, LOWER, "nothing", "YL"])
def test_a_village_never_opens_another_unit(client, town: Town, who: str, unit: str) -> None:
    assert page(client, town, who, reverse("indicators:figures", query={"unit": unit})).status_code == 404
    assert page(client, town, who, of(VIDEO, unit, STAGE)).status_code == 404


@pytest.mark.parametrize(
    ("who", "unit"), [("leader", "青禾镇"), ("secretary", "上河村"), ("officer", "青禾镇")]
)
def test_the_page_begins_with_ones_own_unit_and_this_month(client, town: Town, who: str, unit: str) -> None:
    shown = page(client, town, who, reverse("indicators:figures"))
    assert shown.status_code == 200
    assert (shown.context["asked"].unit.short_name, shown.context["asked"].period) == (unit, "2022-05")


@pytest.mark.parametrize(
    "code", ["2022-13", "x", "9999-12", "0001", "by:2022-02-31", "9999-W52", "²", "by:9999-12-31"]
)
def test_a_period_that_is_none_is_told_and_this_month_shown(client, town: Town, code: str) -> None:
    shown = page(client, town, "leader", reverse("indicators:figures", query={"period": code}))
    assert shown.status_code == 200
    assert shown.context["asked"].refused
    assert page(client, town, "leader", of(VIDEO, TOWN, code)).status_code == 200


@pytest.mark.parametrize("code", ["nothing", "facilities.nothing", "progress_notes.notes_accepted"])
def test_an_indicator_that_is_not_declared_is_not_found(client, town: Town, code: str) -> None:
    assert page(client, town, "leader", of(code, TOWN, "2022-05")).status_code == 404
    assert page(client, town, "leader", reverse("indicators:table", args=[code])).status_code == 404


@pytest.mark.parametrize("period", ["2022-05", "2022-W20", "2022-Q2", "2022-H1", "2022", STAGE, "2022-12"])
def test_every_indicator_of_every_kind_of_period_has_its_page(
    client, version, town: Town, period: str
) -> None:
    client.force_login(town.leader, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("indicators:figures", query={"period": period}))
    assert shown.status_code == 200
    for _room, lines in shown.context["groups"]:
        for line in lines:
            assert client.get(line["url"]).status_code == 200, line["url"]


def test_the_town_share_opens_to_villages_that_add_up_and_to_the_sites(client, version, town: Town) -> None:
    four_of_nine(town)
    built_but_not_accepted(town)
    shown = page(client, town, "officer", of(VIDEO, TOWN, STAGE)).context
    assert (shown["figure"].numerator, shown["figure"].denominator) == (4, 9)
    assert [u["name"] for u in shown["units"]] == [v.short_name for v in town.villages.values()]
    assert sum(u["value"].startswith("1/1") for u in shown["units"]) == 4
    assert [r.counts for r in shown["rows"].shown] == [True] * 4 + [False]
    assert all(r.url for r in shown["rows"].shown)
    assert not shown["rows"].hidden


def test_a_village_sees_its_own_part_and_rows(client, version, town: Town) -> None:
    four_of_nine(town)
    shown = page(client, town, "secretary", of(VIDEO, UPPER, STAGE)).context
    assert (shown["figure"].numerator, shown["figure"].denominator) == (1, 1)
    assert [r.unit for r in shown["rows"].shown] == ["上河村"]


def test_the_town_sees_counts_of_visits_and_the_village_opens_them(client, town: Town, village) -> None:
    walk(village, on=TODAY, doors=ticks(village.households[0][:2]))
    town_view = page(client, town, "officer", of(HOUSEHOLDS, TOWN, "2022-05"))
    rows = town_view.context["rows"]
    assert (rows.total, rows.hidden, rows.shown) == (2, 2, [])
    assert rows.by_unit == [("上河村", 2)]
    for households in village.households:
        for household in households:
            assert household.number not in town_view.content.decode()
    own = page(client, town, "secretary", of(HOUSEHOLDS, UPPER, "2022-05")).context
    assert (own["rows"].total, own["rows"].hidden, len(own["rows"].shown)) == (2, 0, 2)
    assert own["not_reached"]
    assert sum(int(u["value"].split("/")[0]) for u in own["units"]) == own["figure"].numerator == 2


def test_who_reads_about_a_village_from_above_gets_no_way_to_its_doors(client, town: Town, village) -> None:
    walk(village, on=TODAY, doors=ticks(village.households[0][:1]))
    shown = page(client, town, "officer", of(HOUSEHOLDS, UPPER, "2022-05")).context
    assert shown["not_reached"] == ""
    assert shown["rows"].shown == []


def test_an_exempt_obligation_stands_beside_with_reason_and_by_whom(client, version, town: Town) -> None:
    obligation = Obligation.objects.get(unit=town.villages["上河村"], period=STAGE)
    ledger.exempt(by=town.officer, obligation=obligation, reason="汛期停工，顺延建设", today=TODAY)
    shown = page(client, town, "leader", of(VIDEO, TOWN, STAGE)).context
    assert (shown["figure"].denominator, shown["figure"].exempt) == (8, 1)
    (line,) = shown["exemptions"]
    assert (line["who"], line["reason"]) == ("上河村", "汛期停工，顺延建设")
    assert "高志远" in line["by"]


def test_a_month_shows_the_weeks_it_is_the_sum_of_and_those_that_owe_nothing(
    client, town: Town, village
) -> None:
    shown = page(client, town, "leader", of("visits.weekly_coverage", TOWN, "2022-05")).context
    assert len(shown["weeks"]) == 5
    assert "rows" not in shown
    with clock.standing_on(dt.date(2022, 10, 20)):
        october = page(client, town, "leader", of("visits.weekly_coverage", TOWN, "2022-10")).context
    assert len(october["weeks"]) == 4
    assert len(october["left_out"]) == 1


def test_a_coverage_is_not_told_over_periods_it_cannot_be_added_over(client, town: Town, village) -> None:
    shown = page(client, town, "leader", of(HOUSEHOLDS, TOWN, "2022")).context
    assert not shown["tells"]
    assert len(shown["periods"]) == 5


def test_a_closed_month_tells_r0_the_revision_and_what_is_late(client, version, town: Town) -> None:
    four_of_nine(town)
    site = built_but_not_accepted(town)
    with clock.standing_on(dt.date(2022, 6, 8)):
        nightly.close_months(town.unit, dt.date(2022, 6, 8))
        shown = page(client, town, "officer", of(VIDEO, TOWN, STAGE)).context["frozen"]
        assert [line[1].split("（")[0] for line in shown["lines"]] == ["4/9"]
    accept(town, site, dt.date(2022, 6, 20))
    with clock.standing_on(dt.date(2022, 6, 21)):
        late = page(client, town, "officer", reverse("indicators:late", args=["2022-05"])).context
        assert [r.unit for r, _goes in late["records"]] == ["梅岭村"]
        assert "7月7日" in late["records"][0][1]
        mine = page(client, town, "secretary", reverse("indicators:late", args=["2022-05"])).context
        assert (mine["records"], mine["found"].hidden) == ([], [])
    with clock.standing_on(dt.date(2022, 7, 8)):
        nightly.close_months(town.unit, dt.date(2022, 7, 8))
        shown = page(client, town, "officer", of(VIDEO, TOWN, STAGE)).context["frozen"]
        assert [line[1].split("（")[0] for line in shown["lines"]] == ["4/9", "5/9"]
        assert shown["difference"] == 1


@pytest.mark.parametrize("month", ["2022", "2022-W05", "x", "9999-12", "1000-01"])
def test_late_records_of_what_is_no_month_are_not_found(client, town: Town, month: str) -> None:
    assert page(client, town, "leader", reverse("indicators:late", args=[month])).status_code == 404


@pytest.mark.parametrize(
    ("today", "close"),
    [("2022-06-03", "2022-06-07"), ("2022-06-07", "2022-06-07"), ("2022-06-08", "2022-07-07")],
)
def test_the_next_close_is_the_first_that_has_not_passed(today: str, close: str) -> None:
    assert next_close(dt.date.fromisoformat(today)) == dt.date.fromisoformat(close)


def test_the_table_stands_in_register_order_and_its_numbers_open(client, version, town: Town) -> None:
    four_of_nine(town)
    shown = page(client, town, "leader", reverse("indicators:table", args=[VIDEO]))
    names = [name for name, _url, _cells in shown.context["rows"]]
    assert names == ["青禾镇", *(v.short_name for v in town.villages.values())]
    source, _kind = source_of_code(VIDEO)
    columns = columns_of(source, 2022, TODAY)
    cells = grid(town.unit, [town.unit, *villages_in(town.unit, TODAY, TODAY)], VIDEO, source, columns, TODAY)
    for month in columns:
        own = [cells[v.pk, month.code] for v in town.villages.values()]
        assert sum(f.numerator for f in own) == cells[town.unit.pk, month.code].numerator
    exported = page(
        client, town, "leader", reverse("indicators:table", args=[VIDEO], query={"export": "xlsx"})
    )
    assert b"".join(exported.streaming_content)[:2] == b"PK"


def test_a_village_sees_its_own_line_of_the_table_alone(client, version, town: Town) -> None:
    shown = page(client, town, "secretary", reverse("indicators:table", args=[VIDEO]))
    assert [name for name, _url, _cells in shown.context["rows"]] == ["上河村"]


def test_the_page_is_copied_in_at_most_two_hundred_characters_and_exported(
    client, version, town: Town
) -> None:
    four_of_nine(town)
    shown = page(client, town, "leader", reverse("indicators:figures", query={"period": STAGE}))
    assert 0 < len(shown.context["copy"]) <= 200
    exported = page(
        client, town, "leader", reverse("indicators:figures", query={"period": STAGE, "export": "xlsx"})
    )
    assert b"".join(exported.streaming_content)[:2] == b"PK"
    assert Site.objects.count() == 4
