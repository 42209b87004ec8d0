"""Sites through their pages: a year of one site by phone and desk, sent once, wrong forms, the demonstration."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.foundation.audit.chain import verify
from sanzhi.kit.receipts.models import Draft
from sanzhi.mechanisms.facilities import actions, demo, queries
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteKind, SiteUse
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.mechanisms.facilities.states import SiteState
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import version
from sanzhi.mechanisms.facilities.tests.test_counting import merged
from tests.people import TODAY, Town, user

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")


def sending(client: Client, page: str, **more: Any) -> dict[str, Any]:
    """What the form sends: its own hidden uid, and what a person typed."""
    found = re.search(r'name="uid" value="([0-9a-f-]+)"', client.get(page).content.decode())
    assert found
    return {"uid": found[1], **more}


def step(site: Site, slug: str) -> str:
    return reverse("facilities:step", args=[site.pk, slug])


def test_a_site_goes_from_plan_to_use_through_its_pages(town: Town, client: Client) -> None:
    client.force_login(town.secretary)
    plan = reverse("facilities:plan")
    said = {"unit": town.villages["上河村"].pk, "kind": "video", "name": "村口老樟树旁"}
    client.post(plan, sending(client, plan, **said))
    site = Site.objects.get()
    client.post(
        step(site, "build"), sending(client, step(site, "build"), built_on=TODAY.isoformat(), hand_in="on")
    )
    site.refresh_from_db()
    assert site.state == SiteState.HANDED_IN

    client.force_login(town.officer)
    assert "待验收" in client.get(reverse("facilities:list")).content.decode()
    accept = step(site, "accept")
    some = client.post(accept, sending(client, accept, on=TODAY.isoformat(), checks=["sign"]))
    assert some.status_code == 422
    everything = [c.code for c in CHECK_LISTS["video"]]
    client.post(accept, sending(client, accept, on=TODAY.isoformat(), checks=everything))
    site.refresh_from_db()
    assert site.state == SiteState.ACCEPTED
    detail = client.get(reverse("facilities:detail", args=[site.pk])).content.decode()
    for word in ("列入计划", "登记建成", "报验", "验收", "公共安全视频图像信息系统管理条例第十三条"):
        assert word in detail

    client.force_login(town.clerk)
    client.post(
        step(site, "use"), sending(client, step(site, "use"), in_use_on=TODAY.isoformat(), filed_on="")
    )
    with clock.standing_on(TODAY + dt.timedelta(days=31)):
        assert "已超过 1 天" in client.get(reverse("facilities:detail", args=[site.pk])).content.decode()
    assert verify(town.unit.code)[1] == []


def test_a_second_click_plans_one_site_and_accepts_it_once(town: Town, client: Client) -> None:
    client.force_login(town.secretary)
    plan = reverse("facilities:plan")
    sent = sending(client, plan, unit=town.villages["上河村"].pk, kind="video", name="桥头")
    answers = {client.post(plan, sent)["Location"] for _ in range(2)}
    assert len(answers) == 1 and Site.objects.count() == 1
    site = Site.objects.get()
    build = sending(client, step(site, "build"), built_on=TODAY.isoformat(), hand_in="on")
    assert [client.post(step(site, "build"), build).status_code for _ in range(2)] == [302, 302]


def test_other_words_under_a_used_form_wait_as_a_draft_above_the_form(town: Town, client: Client) -> None:
    client.force_login(town.secretary)
    plan = reverse("facilities:plan")
    sent = sending(client, plan, unit=town.villages["上河村"].pk, kind="video", name="桥头")
    client.post(plan, sent)
    assert client.post(plan, sent | {"name": "小学路口"}).status_code == 422
    assert Site.objects.get().name == "桥头"
    (draft,) = Draft.objects.all()
    page = client.get(f"{plan}?draft={draft.pk}").content.decode()
    assert "小学路口" in page


BAD = [
    {}, {"name": ""}, {"name": "长" * 500}, {"kind": "drone"}, {"unit": "x"}, {"unit": "999999"},
    {"expected_on": "2022-13-01"}, {"place": "31.20451,118.89212"}, {"uid": "x"},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_plan_is_shown_again_and_nothing_is_kept(bad: dict, town: Town, client: Client) -> None:
    client.force_login(town.secretary)
    plan = reverse("facilities:plan")
    good = sending(client, plan, unit=town.villages["上河村"].pk, kind="video", name="桥头")
    answer = client.post(plan, good | bad if bad else {"uid": good["uid"]})
    assert answer.status_code == 422 and "error-summary" in answer.content.decode()
    assert not Site.objects.exists()


def test_a_village_cannot_plan_in_another_village(town: Town, client: Client) -> None:
    client.force_login(town.secretary)
    plan = reverse("facilities:plan")
    sent = sending(client, plan, unit=town.villages["下河村"].pk, kind="video", name="桥头")
    assert client.post(plan, sent).status_code == 422
    assert not Site.objects.exists()


def test_a_form_that_lay_open_too_long_says_where_the_site_is_now(town: Town, client: Client) -> None:
    site = sites.handed_in(town)
    client.force_login(town.officer)
    sent = sending(client, step(site, "return"), reason="缺提示标识")
    actions.return_site(by=town.officer, site=site, reason="别人先退了")
    assert client.post(step(site, "return"), sent).status_code == 422
    assert 'name="reason"' not in client.get(step(site, "return")).content.decode()


def test_an_unknown_step_and_an_unknown_site_are_not_found(town: Town, client: Client) -> None:
    client.force_login(town.officer)
    assert client.get(step(sites.planned(town), "fly")).status_code == 404
    assert client.get(reverse("facilities:detail", args=[999_999])).status_code == 404


def test_the_merged_villages_people_see_and_go_on_with_the_old_villages_sites(
    town: Town, client: Client
) -> None:
    site = sites.built(town, town.villages["上河村"])
    new = merged(town, "上河村", "下河村")
    later = dt.date(2022, 7, 15)
    with clock.standing_on(later):
        heir = user(town, "heir", "林双河", "secretary", new)
        assert list(queries.visible_to(heir)) == [site]
        client.force_login(heir)
        assert client.get(step(site, "hand-in")).status_code == 200
        assert site not in queries.visible_to(user(town, "far", "王远", "secretary", town.villages["石桥村"]))


def test_the_demonstration_stands_as_the_brief_of_the_town_says(town: Town) -> None:
    users = {f"sec{n}": town.secretary for n in range(1, 10)} | {
        "off_zzb": town.officer,
        "off_sfs": town.justice,
        "off_djb": town.party,
    }
    demo.build(town=town.unit, day=TODAY, users=users)
    video = list(
        Site.objects.filter(kind=SiteKind.VIDEO).order_by("unit__position").values_list("state", flat=True)
    )
    assert video == ["accepted"] * 4 + ["handed_in"] + ["planned"] * 2
    studios = Site.objects.filter(kind=SiteKind.MEDIATION_STUDIO).order_by("unit__position")
    assert [s.state for s in studios] == ["accepted", "built"]
    assert not Site.objects.filter(accepted_on__gt=TODAY).exists()
    assert (SiteUse.objects.count(), SiteCondition.objects.count(), AccessAudit.objects.count()) == (9, 3, 1)
    assert Site.objects.get(condition="out_of_use").name == "祠堂前广场"
    assert not SiteUse.objects.exclude(late_reason="").exists()


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_asks_the_same_number_of_questions_however_many_sites_there_are(
    number: int, town: Town, client: Client, django_assert_max_num_queries
) -> None:
    for _ in range(number):
        sites.planned(town)
    client.force_login(town.officer)
    client.get(reverse("facilities:list"))
    with django_assert_max_num_queries(10):
        client.get(reverse("facilities:list"))
