"""The lists and the coverage page: filters, export, a day asked for, pages of villages, notes written and void by hand."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.kit.receipts.models import Draft
from sanzhi.mechanisms.facilities import actions
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteKind, SiteUse
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import version
from sanzhi.mechanisms.facilities.tests.test_pages import sending, step
from sanzhi.mechanisms.facilities.views import grid
from tests.people import FOUNDED, SYSTEM, TODAY, Town

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")
COVERAGE, LIST, USES = (reverse(f"facilities:{name}") for name in ("coverage", "list", "uses"))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def names(page: str) -> set[str]:
    """The names of the sites that a list shows."""
    return set(re.findall(r'<th scope="row"><a href="/rooms/facilities/\d+/">([^<]+)</a>', page))


def named(town: Town, village: str, kind: str, name: str) -> Site:
    site = sites.accepted(town, town.villages[village], dt.date(2022, 4, 20), kind)
    with writes_allowed():
        Site.objects.filter(pk=site.pk).update(name=name)
    return sites.in_use(town, Site.objects.get(pk=site.pk), dt.date(2022, 4, 20))


def test_the_list_is_narrowed_by_kind_state_village_and_condition(town: Town, client: Client) -> None:
    broken = named(town, "上河村", "culture_square", "甲广场")
    named(town, "下河村", "culture_square", "乙广场")
    named(town, "上河村", "video", "丙点")
    sites.looked(town, broken, "out_of_use")
    client.force_login(town.officer)
    assert names(text(client, LIST)) == {"甲广场", "乙广场", "丙点"}
    village = town.villages["上河村"].pk
    for asked, found in (
        ("kind=culture_square", {"甲广场", "乙广场"}),
        (f"kind=culture_square&village={village}", {"甲广场"}),
        ("condition=out_of_use", {"甲广场"}),
        ("state=accepted&condition=good", set()),
        ("state=planned", set()),
        ("condition=splendid&kind=drone", {"甲广场", "乙广场", "丙点"}),
    ):
        assert names(text(client, f"{LIST}?{asked}")) == found, asked


def cells(answer) -> str:
    """All the words of an Excel file."""
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return book.read("xl/worksheets/sheet1.xml").decode()


def test_both_lists_are_exported_as_they_are_narrowed(town: Town, client: Client) -> None:
    square, video = named(town, "上河村", "culture_square", "甲广场"), named(town, "上河村", "video", "丙点")
    sites.looked(town, square, "repair")
    sites.used(town, square, what="=1+1 广场舞")
    wrong = sites.used(town, square, what="电影放映")
    actions.void_note(by=town.secretary, note=wrong, reason="那天下雨没放")
    client.force_login(town.officer)
    words = cells(client.get(f"{LIST}?kind=culture_square&export=xlsx"))
    assert "甲广场" in words and "需维修" in words and video.name not in words
    uses = cells(client.get(f"{USES}?export=xlsx"))
    assert "1+1 广场舞" in uses and "那天下雨没放" in uses and "<del>" not in uses


def test_the_uses_are_narrowed_by_day_and_kind_and_void_ones_stay(town: Town, client: Client) -> None:
    square = named(town, "上河村", "culture_square", "甲广场")
    sites.used(town, square, TODAY, what="说书")
    old = sites.used(town, square, TODAY - dt.timedelta(days=9), what="看戏")
    actions.void_note(by=town.secretary, note=old, reason="记到别处了")
    client.force_login(town.secretary)
    both = text(client, USES)
    assert "说书" in both and "<del>看戏</del>" in both and "记到别处了" in both
    assert "看戏" not in text(client, f"{USES}?since={TODAY.isoformat()}")
    assert "说书" not in text(client, f"{USES}?kind=night_school")
    client.force_login(town.other_secretary)
    assert "说书" not in text(client, USES)


def test_a_note_is_written_once_and_its_late_reason_asked_when_needed(town: Town, client: Client) -> None:
    square = named(town, "上河村", "culture_square", "甲广场")
    client.force_login(town.clerk)
    form = step(square, "record-use")
    assert "late_reason" not in text(client, form)
    said = sending(client, form, on="2022-05-24", what="广场舞", people="30")
    answers = [client.post(form, said).status_code for _ in range(2)]
    assert answers == [302, 302] and SiteUse.objects.count() == 1
    other = client.post(form, said | {"people": "40"})
    assert other.status_code == 422 and SiteUse.objects.get().people == 30
    (draft,) = Draft.objects.all()
    assert f"?draft={draft.pk}" in text(client, form)
    assert 'value="40"' in text(client, f"{form}?draft={draft.pk}")
    late = sending(client, form, on="2022-04-25", what="广场舞", people="30")
    refused = client.post(form, late)
    assert refused.status_code == 422 and 'name="late_reason"' in refused.content.decode()
    assert client.post(form, late | {"late_reason": "文书住院补录"}).status_code == 302
    assert SiteUse.objects.get(happened_on="2022-04-25").late_reason == "文书住院补录"


def test_a_site_is_looked_at_mended_audited_and_void_through_its_pages(town: Town, client: Client) -> None:
    video = named(town, "上河村", "video", "丙点")
    client.force_login(town.officer)
    look, audit = step(video, "look"), step(video, "audit")
    assert client.post(look, sending(client, look, on="2022-05-20", finding="out_of_use")).status_code == 422
    client.post(look, sending(client, look, on="2022-05-20", finding="out_of_use", lacks="立杆倒了"))
    note = SiteCondition.objects.get()
    client.post(
        audit,
        sending(
            client,
            audit,
            on="2022-05-20",
            passed=["sign"],
            retention_days="30",
            accesses="0",
            lacks="登记不全，已补",
        ),
    )
    page = text(client, reverse("facilities:detail", args=[video.pk]))
    assert "立杆倒了" in page and "1/4 项无误" in page
    client.force_login(town.secretary)
    repair = reverse("facilities:repair", args=[note.pk])
    assert repair in text(client, reverse("facilities:detail", args=[video.pk]))
    assert client.post(repair, sending(client, repair, on="2022-05-19")).status_code == 422
    client.post(repair, sending(client, repair, on="2022-05-24"))
    video.refresh_from_db()
    assert video.condition == "good"
    client.force_login(town.officer)
    void = reverse("facilities:void_audit", args=[AccessAudit.objects.get().pk])
    assert client.post(void, sending(client, void, reason="写到别的点上了")).status_code == 302
    page = text(client, reverse("facilities:detail", args=[video.pk]))
    assert "<del" in page and "写到别的点上了" in page
    assert 'name="reason"' not in text(client, void)


def test_opening_hours_stand_on_the_page_line_by_line(town: Town, client: Client) -> None:
    square = named(town, "上河村", "culture_square", "甲广场")
    client.force_login(town.secretary)
    form = step(square, "hours")
    client.post(form, sending(client, form, hours="周一 9:00–11:00\n<b>周二</b> 休息", on="2022-05-24"))
    page = text(client, reverse("facilities:detail", args=[square.pk]))
    assert "周一 9:00–11:00<br>&lt;b&gt;周二" in page


BAD = [
    "x",
    "2022-13-40",
    "1022-05-01",
    "2999-01-01",
    "9999-12-31",
    "0001-01-01",
    "\x00",
    "2022-05-25T00:00",
    "一",
]


@pytest.mark.parametrize("day", BAD)
def test_a_day_that_cannot_be_shown_shows_today_and_says_so(day: str, town: Town, client: Client) -> None:
    sites.accepted(town)
    client.force_login(town.officer)
    answer = client.get(COVERAGE, {"day": day, "page": day, "kind": day})
    assert answer.status_code == 200 and TODAY.isoformat() in answer.content.decode()


def test_the_coverage_page_shows_a_past_day_one_kind_and_what_lies_idle(town: Town, client: Client) -> None:
    square, _video = named(town, "上河村", "culture_square", "甲广场"), named(town, "上河村", "video", "丙点")
    sites.looked(town, square, "out_of_use")
    client.force_login(town.officer)
    today = text(client, COVERAGE)
    assert "1/9" in today and "其中停用 1 处" in today and "停用 1 处</small>" in today
    past = text(client, f"{COVERAGE}?day=2022-04-19")
    assert "0/9" in past and "停用 1 处" not in past
    one = text(client, f"{COVERAGE}?kind=culture_square")
    assert "文化广场" in one and "1/9" not in one
    client.force_login(town.secretary)
    assert "s-facts" in text(client, COVERAGE)


def test_a_town_of_many_villages_is_shown_by_pages_with_the_same_questions(
    town: Town, client: Client, django_assert_max_num_queries
) -> None:
    for number in range(10, 31):
        orgs.open_unit(
            by=SYSTEM, code=f"YLQH-V{number}", kind=UnitKind.VILLAGE, name=f"第{number}村", parent=town.unit,
            on=FOUNDED, position=100 + number,
        )  # fmt: skip
    named(town, "上河村", "video", "丙点")
    client.force_login(town.officer)
    first = text(client, COVERAGE)
    assert first.count("<tr>") == grid.PAGE + 2 and "1/30" in first and "page=2" in first
    with django_assert_max_num_queries(22):
        second = text(client, f"{COVERAGE}?page=2")
    assert second.count("<tr>") == 5 + 2 and "1/30" in second and "第30村" in second
    assert text(client, f"{COVERAGE}?page=999").count("<tr>") == 5 + 2


def test_a_sites_page_asks_the_same_number_of_questions_however_much_took_place(
    town: Town, client: Client, django_assert_max_num_queries
) -> None:
    square = sites.square(town)
    for day in range(1, 25):
        sites.used(town, square, dt.date(2022, 5, day))
    client.force_login(town.secretary)
    address = reverse("facilities:detail", args=[square.pk])
    client.get(address)
    with django_assert_max_num_queries(30):
        assert text(client, address).count("广场舞") == 24


def test_what_is_due_is_said_on_the_page_of_a_video_site(town: Town, client: Client) -> None:
    video = named(town, "上河村", SiteKind.VIDEO, "丙点")
    client.force_login(town.secretary)
    address = reverse("facilities:detail", args=[video.pk])
    assert "还没有做查阅审计" in text(client, address)
    sites.audited(town, video)
    assert "还没有做查阅审计" not in text(client, address)
