"""Lists: nothing is shown twice or left out, bad addresses harm nothing, and a page costs the same in any table."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sanzhi.foundation.ui import excel
from sanzhi.foundation.ui.lists import Column, Filter, ListPage, data_table, state_column
from sanzhi.foundation.ui.tests.benches import benches

pytestmark = pytest.mark.django_db
TODAY = date(2022, 5, 25)
PAGE = ListPage(
    columns=[
        Column("名称", "name", sort="name"),
        Column("设立", "built_on", sort="built_on"),
        Column("撤走", "removed_on", sort="removed_on"),
        Column("座位", "seats", sort="seats", css="s-n"),
        state_column("状态", "state"),
    ],
    filters=[
        Filter("name", "名称", lookup="name__contains"),
        Filter("state", "状态", choices=[("done", "已完成"), ("overdue", "逾期未完成")]),
        Filter("since", "不早于", lookup="built_on__gte", kind="day"),
        Filter("seats", "座位", choices=lambda: [(i, i) for i in range(4)]),
    ],
    order=("-built_on",),
    page_size=10,
    url=lambda row: f"/benches/{row.pk}",
    name="长椅",
    empty="这里会列出长椅。",
)


@pytest.fixture
def rows():
    with benches(64) as made:
        yield made


def read(rows, **params):
    return PAGE.read(params, rows, TODAY, "/benches")


def walk(rows, page=PAGE, **params):
    """All rows of a list, page after page."""
    listing = page.read(params, rows, TODAY, "/benches")
    found = list(listing.rows)
    while listing.next_key:
        listing = page.read(params | {"after": listing.next_key}, rows, TODAY, "/benches")
        assert listing.after
        found += listing.rows
    return [row.pk for row in found]


@pytest.mark.parametrize(
    "sort", ["", "name", "-name", "built_on", "-built_on", "removed_on", "-removed_on", "seats"]
)
def test_a_list_shows_every_row_once_in_order_when_walked_by_key(rows, sort):
    order = (sort or "-built_on", "-pk" if sort.startswith("-") or not sort else "pk")
    assert walk(rows, sort=sort) == [r.pk for r in rows.order_by(*order)]


def test_a_list_walks_right_when_its_order_mixes_directions_and_gaps(rows):
    page = ListPage(columns=PAGE.columns, order=("-removed_on", "seats", "-name"), page_size=7)
    assert walk(rows, page) == [r.pk for r in rows.order_by("-removed_on", "seats", "-name", "-pk")]


def test_filters_and_sort_are_kept_in_the_address_of_the_next_page(rows):
    listing = read(rows, state="done", sort="-seats", since="2022-01-02")
    asked = parse_qs(urlsplit(listing.address(after=listing.next_key)).query)
    assert (asked["state"], asked["sort"], asked["since"]) == (["done"], ["-seats"], ["2022-01-02"])
    assert all(r.state == "done" and r.built_on >= date(2022, 1, 2) for r in listing.rows)


@pytest.mark.parametrize(
    "params",
    [
        {"sort": "password"},
        {"sort": "name__x"},
        {"sort": "--name"},
        {"after": "5.0000000000000000"},
        {"after": "junk"},
        {"after": "."},
        {"after": "\x00.\x00"},
        {"state": "gone"},
        {"since": "2022-02-30"},
        {"since": "明天"},
        {"seats": "99999999999999999999"},
        {"name": "\x00"},
        {"page": "-1", "export": "pdf"},
    ],
)
def test_what_the_address_says_wrongly_is_left_out_of_account(rows, params):
    assert [r.pk for r in read(rows, **params).rows] == [r.pk for r in read(rows).rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["sort", "after", "state", "since", "name", "seats", "export"]), st.text(max_size=40)
    )
)
def test_no_address_breaks_a_list(rows, params):
    assert len(read(rows, **params).rows) <= 10


def test_the_order_can_be_chosen_where_no_head_is_shown_and_is_kept_by_the_filters(rows):
    bar = read(rows, sort="-seats").filter_bar()
    assert '<option value="-seats" selected>' in bar


def test_the_folded_filters_say_what_is_chosen(rows):
    assert "筛选：已完成" in read(rows, state="done").filter_bar()


def test_a_key_of_another_row_cannot_be_made_up(rows):
    key = read(rows).next_key
    _own, _dot, seal = key.partition(".")
    assert not read(rows, after=f"1.{seal}").after


def test_a_list_starts_again_when_the_row_of_its_key_is_gone(rows):
    key = read(rows).next_key
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ui_test_bench WHERE id = %s", [int(key.split(".")[0])])
    assert not read(rows, after=key).after


def test_the_address_of_the_next_page_bears_no_value_of_a_row(rows):
    listing = read(rows, sort="name")
    assert "青山村" not in listing.address(after=listing.next_key)


@pytest.mark.parametrize("sort", ["name", "-built_on", "-removed_on"])
def test_a_page_takes_a_fixed_number_of_queries_and_never_counts_or_skips(rows, sort):
    key = read(rows, sort=sort).next_key
    with CaptureQueriesContext(
        connection,
    ) as taken:
        read(rows, sort=sort, after=key)
    assert len(taken) <= 4
    assert not any("COUNT(" in q["sql"] or "OFFSET" in q["sql"] for q in taken)


def test_each_stretch_of_a_page_is_one_seek_in_the_index(rows):
    key = read(rows).next_key
    with CaptureQueriesContext(connection) as taken:
        read(rows, after=key)
    on_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if not on_sqlite:
            # So few rows that a plan would read them all; asked whether the index could serve.
            cursor.execute("SET LOCAL enable_seqscan = off")
        for query in taken.captured_queries:
            cursor.execute(("EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN ") + query["sql"])
            steps = " ".join(str(row[-1]) for row in cursor.fetchall()).upper()
            assert "INDEX" in steps or "PRIMARY KEY" in steps
            assert "SCAN UI_TEST" not in steps
            assert "TEMP B-TREE" not in steps


def test_a_row_opens_by_the_link_of_its_head(rows):
    html = read(rows).table()
    assert html.count("<tr data-open>") == 10
    assert 'href="/benches/' in html


def test_a_click_on_the_sorted_head_turns_the_order(rows):
    head = read(rows, sort="name").head()
    assert 'aria-sort="ascending"' in head
    assert "sort=-name" in head


def test_an_empty_list_tells_what_will_stand_there_or_that_the_filter_fits_nothing(rows):
    assert "这里会列出长椅。" in read(rows.none()).empty()
    assert "清除筛选" in read(rows, name="没有").empty()


def test_a_value_of_a_row_is_escaped():
    html = data_table([Column("名称", "name")], [SimpleNamespace(name="<b>&")])
    assert "&lt;b&gt;&amp;" in html


def test_a_column_without_the_row_behind_it_is_a_dash():
    assert "–" in data_table([Column("单位", "unit.name")], [SimpleNamespace(unit=None)])


def test_more_brings_only_the_rows_when_htmx_asks(rows):
    key = read(rows).next_key
    request = RequestFactory().get("/benches", {"after": key}, headers={"hx-request": "true"})
    answer = PAGE.read(request.GET, rows, TODAY, "/benches").respond(request, "长椅").content.decode()
    assert 'id="rows"' in answer
    assert "<html" not in answer


def test_an_export_holds_all_rows_of_the_filter_and_no_formula(rows, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ui_test_bench SET name = '=1+1' WHERE id = 1")
    request = RequestFactory().get("/benches", {"export": "xlsx", "state": "overdue"})
    answer = PAGE.read(request.GET, rows, TODAY, "/benches").respond(request, "长椅")
    kept = tmp_path / "benches.xlsx"
    kept.write_bytes(b"".join(answer))
    answer.close()
    sheet = CalamineWorkbook.from_path(str(kept)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["名称", "设立", "撤走", "座位", "状态"]
    assert len(sheet) == 1 + 32
    assert "=1+1" in {row[0] for row in sheet}
    assert sheet[1][1].year == 2022
    assert {row[4] for row in sheet[1:]} == {"逾期未完成"}


def test_a_list_without_export_gives_no_file(rows):
    page = ListPage(columns=PAGE.columns, export=False)
    assert page.read({}, rows).export_url() == ""


def test_a_sheet_takes_any_text_as_text():
    made = excel.workbook(
        "a/b:[c]", [Column("a", lambda row: row)], ["@SUM(1)", "+1", "-1", "http://x", 10**20]
    )
    values = [row[0] for row in CalamineWorkbook.from_filelike(made).get_sheet_by_index(0).to_python()]
    assert values == ["a", "@SUM(1)", "+1", "-1", "http://x", str(10**20)]
