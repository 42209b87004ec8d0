"""Reviewing a reading in the browser: from the first day to the confirmed ledger, and who may."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Requirement, Task
from sanzhi.steering.plans.tests.papers import HEAD, PLAN, UNKNOWN, VIDEO, reading, signed_in
from tests.people import FOUNDED, SYSTEM, TODAY, Town, user


@pytest.fixture
def version(town: Town) -> PlanVersion:
    return store_reading(
        by=town.party, town=town.unit, reading=reading(PLAN + UNKNOWN), file_name="a.txt", today=TODAY
    )


@pytest.fixture
def officer(town: Town) -> Client:
    return signed_in(town.party)


def page(name: str, version: PlanVersion, *more: object) -> str:
    return reverse(f"plans:{name}", args=[version.pk, *more])


def task_of(version: PlanVersion, words: str) -> Task:
    return version.tasks.get(text__contains=words)


PAGES = ("review", "review_first_day", "review_names", "review_doubts", "confirm")


@pytest.mark.parametrize("name", PAGES)
def test_each_step_shows_before_anything_is_filled_in(
    officer: Client, version: PlanVersion, name: str
) -> None:
    response = officer.get(page(name, version))
    assert response.status_code == 200
    assert "style=" not in response.content.decode() and "onclick" not in response.content.decode()


def test_a_person_walks_from_the_reading_to_the_ledger(officer: Client, version: PlanVersion) -> None:
    assert officer.post(page("review_first_day", version), {"first_day": "2022-03-15"})["Location"].endswith(
        "/names"
    )
    names = officer.get(page("review_names", version)).context["rows"]
    choice = {f"n{i}": value for i, _name, value in names} | {f"n{i}-name": n.printed for i, n, _ in names}
    unmatched = next(i for i, n, _ in names if n.meaning == "unmatched")
    choice[f"n{unmatched}"] = "outside"
    assert officer.post(page("review_names", version), choice)["Location"].endswith("/doubts")
    keys = [str(d.pk) for d in version.doubts.filter(settled_on__isnull=True)]
    officer.post(page("review_doubts", version), {"doubt": keys, "answer": "照原文"})
    assert not version.doubts.filter(settled_on__isnull=True).exists()
    asked = officer.get(page("confirm", version)).context
    refused = officer.post(page("confirm", version), {})
    assert refused.context["wrong"].code == "ledger.shares_unseen" and not Obligation.objects.exists()
    officer.post(page("confirm", version), {"shares_seen": "on"})
    version.refresh_from_db()
    assert version.state == "confirmed" and Obligation.objects.count() == asked["expected"].total > 100
    assert officer.get(page("confirm", version)).status_code == 200


def test_confirming_twice_from_two_browsers_makes_the_same_ledger(town: Town, version: PlanVersion) -> None:
    ledger.set_first_day(by=town.party, version=version, day=TODAY)
    ledger.name_units(by=town.party, version=version, meanings={"综合执法大队": ("outside", None)})
    for person in (town.party, town.officer):
        response = signed_in(person).post(page("confirm", version), {"shares_seen": "on"})
        assert response.status_code == 302
    keys = list(Obligation.objects.values_list("requirement", "unit", "period"))
    assert len(keys) == len(set(keys)) > 0
    assert {t.confirmed_by for t in version.tasks.all()} == {town.party.audit_name}


def test_what_lacks_is_said_with_a_link_to_where_it_is_mended(officer: Client, version: PlanVersion) -> None:
    text = officer.get(page("confirm", version)).content.decode()
    for name in ("review_first_day", "review_names"):
        assert page(name, version) in text
    response = officer.post(page("confirm", version), {"shares_seen": "on"})
    assert response.context["wrong"].code == "ledger.first_day_needed"
    assert "全部确认" not in response.content.decode()


@pytest.mark.parametrize("day", ["", "2022-02-30", "2021-06-01", "昨天"])
def test_a_first_day_that_cannot_be_is_told_beside_its_field(
    officer: Client, version: PlanVersion, day: str
) -> None:
    response = officer.post(page("review_first_day", version), {"first_day": day})
    assert response.status_code == 200 and response.context["form"].errors
    version.refresh_from_db()
    assert version.first_day is None


def test_every_mark_in_the_source_leads_to_something_on_the_page_and_back(
    officer: Client, version: PlanVersion
) -> None:
    video = task_of(version, "视频监控")
    for address in (page("review", version), page("review_task", version, video.pk)):
        text = officer.get(address).content.decode()
        there = set(re.findall(r'id="([^"]+)"', text))
        asked = set(re.findall(r'href="#([^"]+)"', text))
        assert asked - there == set()
    assert {f"s-r{r.pk}" for r in video.requirements.all()} <= there


def test_a_requirement_is_corrected_and_its_lacks_are_told(officer: Client, version: PlanVersion) -> None:
    row = task_of(version, "视频监控").requirements.first()
    address = page("review_requirement", version, row.task_id, row.pk)
    typed = {"what": "完成一半的村", "kind": "share_by_day", "owers": "lead_and_villages", "at_least": "1", "share": "", "due_on": "2022-05-31", "proves": "facilities.video"}  # fmt: skip
    refused = officer.post(address, typed)
    assert "完成一半的村" in refused.content.decode() and refused.context["form"].errors["share"]
    assert officer.post(address, typed | {"share": "百分之六十"}).context["form"].errors
    officer.post(address, typed | {"share": "60%"})
    row.refresh_from_db()
    assert (row.share, row.what, row.proves) == ("3/5", "完成一半的村", "facilities.video")


def test_requirements_units_and_shares_are_added_and_taken_away(
    town: Town, officer: Client, version: PlanVersion
) -> None:
    one = task_of(version, "村务公开")
    officer.post(
        page("review_units", version, one.pk), {"unit": town.offices["镇纪委"].pk, "role": "responsible"}
    )
    added = one.units.get(unit=town.offices["镇纪委"])
    officer.post(page("review_units", version, one.pk), {"remove": added.pk})
    assert not one.units.filter(unit=town.offices["镇纪委"]).exists()
    justice = town.offices["司法所"]
    share = page("review_share", version, one.pk) + f"?unit={justice.pk}"
    assert officer.get(share).status_code == 200
    assert officer.post(share, {"what": "查看公开栏", "kind": "every"}).context["form"].errors["every"]
    officer.post(share, {"what": "查看公开栏", "kind": "every", "every": "quarter"})
    own = one.requirements.get(owers="one")
    assert (own.ower, own.every) == (justice, "quarter")
    officer.post(page("review_requirement", version, one.pk, own.pk), {"remove": "1"})
    assert not one.requirements.filter(owers="one").exists()
    extra = {
        "what": "年底总结",
        "kind": "by_day",
        "owers": "lead",
        "at_least": "1",
        "due_on": "2022-12-31",
        "proves": "",
    }
    officer.post(page("add_requirement", version, one.pk), extra)
    assert one.requirements.filter(what="年底总结", owers="lead").exists()


def test_villages_are_picked_while_the_task_is_reviewed(
    town: Town, officer: Client, version: PlanVersion
) -> None:
    one = task_of(version, "示范点位")
    chosen = [town.villages[n].pk for n in ("上河村", "石桥村")]
    officer.post(page("review_villages", version, one.pk), {"village": chosen, "ground": "会议"})
    assert version.plan.picks.filter(task_code=one.code).count() == 2


def test_one_task_is_confirmed_alone_and_the_next_opens(
    town: Town, officer: Client, version: PlanVersion
) -> None:
    ledger.set_first_day(by=town.party, version=version, day=TODAY)
    ledger.name_units(by=town.party, version=version, meanings={"综合执法大队": ("outside", None)})
    one = task_of(version, "印制宣传品")
    response = officer.post(page("review_task", version, one.pk), {})
    assert response["Location"] == page("review_task", version, task_of(version, "示范点位").pk)
    one.refresh_from_db()
    assert one.confirmed_on == TODAY and not one.for_lead_unit
    assert version.tasks.filter(confirmed_on__isnull=True).count() == version.tasks.count() - 1


def test_the_lead_unit_changes_a_number_in_time_and_others_find_nothing(
    town: Town, version: PlanVersion
) -> None:
    ledger.set_first_day(by=town.party, version=version, day=TODAY)
    ledger.name_units(by=town.party, version=version, meanings={"综合执法大队": ("outside", None)})
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    row = Requirement.objects.get(share="1/2")
    address = reverse("plans:change", args=[row.pk])
    assert signed_in(town.party).get(address).status_code == 404
    assert signed_in(town.secretary).get(address).status_code == 403
    lead = signed_in(town.officer)
    amend = reverse("plans:amend", args=[f"{version.plan.code}-{row.task.code}"])
    listed = lead.get(amend).content.decode()
    assert address in listed and f"?unit={town.offices['司法所'].pk}" in listed
    assert signed_in(town.party).get(amend).status_code == 404
    share = reverse("plans:share", args=[row.task_id]) + f"?unit={town.offices['司法所'].pk}"
    lead.post(share, {"what": "抽查视频点位", "kind": "every", "every": "quarter"})
    assert row.task.requirements.filter(owers="one", every="quarter").exists()
    assert "?unit=" not in lead.get(amend).content.decode()
    assert "要5个" in lead.get(address).content.decode()
    typed = {"at_least": "4", "proves": "facilities.video"}
    assert lead.post(address, typed).context["form"].errors["counted_ground"]
    lead.post(address, typed | {"counted_ground": "党委会议纪要第3期"})
    row.refresh_from_db()
    assert (row.kind, row.at_least) == ("count_by_day", 4)


def test_another_towns_plan_is_not_found_on_any_page(town: Town, version: PlanVersion) -> None:
    from_elsewhere = _other_town(town)
    one = version.tasks.first()
    addresses = [page(n, version) for n in PAGES] + [
        page("review_task", version, one.pk),
        page("review_pairs", version),
    ]
    for address in addresses:
        assert signed_in(from_elsewhere).get(address).status_code == 404, address
    assert signed_in(from_elsewhere).post(page("discard", version)).status_code == 404
    assert signed_in(town.secretary).get(page("review", version)).status_code == 403


def _other_town(town: Town) -> User:
    other = orgs.open_unit(
        by=SYSTEM, code="YLBS", kind=UnitKind.TOWN, name="白石镇", parent=town.county, on=FOUNDED
    )
    office = orgs.open_unit(
        by=SYSTEM, code="YLBS-O1", kind=UnitKind.OFFICE, name="镇党建办", parent=other, on=FOUNDED
    )
    made = Town(town.county, other)
    return user(made, "elsewhere", "外镇干部", Role.OFFICER, office)


def test_a_reading_given_up_may_be_imported_again(town: Town, officer: Client, version: PlanVersion) -> None:
    officer.post(page("discard", version))
    version.refresh_from_db()
    assert version.state == "discarded"
    officer.post("/plans/import", {"text": PLAN + UNKNOWN})
    assert PlanVersion.objects.filter(state="read").count() == 1


def test_a_new_version_is_paired_and_confirmed_in_the_browser(
    town: Town, officer: Client, version: PlanVersion
) -> None:
    ledger.set_first_day(by=town.party, version=version, day=TODAY)
    ledger.name_units(by=town.party, version=version, meanings={"综合执法大队": ("outside", None)})
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    changed = HEAD + VIDEO.replace("9月底前", "10月底前") + UNKNOWN.replace("（七）", "（二）")
    officer.post("/plans/import", {"text": changed, "plan": version.plan_id})
    second = PlanVersion.objects.get(number=2)
    text = officer.get(page("review_pairs", second)).content.decode()
    assert "<ins>" in text and "10" in text
    ledger.set_first_day(by=town.party, version=second, day=TODAY)
    assert (
        officer.post(page("confirm", second), {"shares_seen": "on"}).context["wrong"].code == "ledger.pairing"
    )
    for one in second.tasks.all():
        officer.post(page("review_pairs", second), {"task": one.pk, "old": one.predecessor_id or "new"})
    left = officer.get(page("review_pairs", second)).context["left"]
    officer.post(page("review_pairs", second), {"left": "1", "code": [t.code for t in left]})
    assert officer.post(page("confirm", second), {"shares_seen": "on"}).status_code == 302
    second.refresh_from_db()
    assert second.state == "confirmed" and set(second.tasks.values_list("code", flat=True)) == {"T01", "T07"}


def test_pages_of_a_plan_of_three_hundred_tasks_stay_small(
    town: Town, officer: Client, django_assert_max_num_queries
) -> None:
    tasks = "".join(
        f"\n{n}. 开展第{n}项专项工作。全面落实各项措施，提升治理水平。（牵头单位：镇综治办；责任单位：各村；完成时限：2022年10月底前）\n" for n in range(1, 301)
    )  # fmt: skip
    made = store_reading(
        by=town.party, town=town.unit, reading=reading(HEAD + tasks), file_name="b.txt", today=TODAY
    )
    assert made.tasks.count() == 300
    for name in PAGES[:4]:
        with django_assert_max_num_queries(40):
            response = officer.get(page(name, made))
        assert len(response.content) < 250_000, name
    ledger.set_first_day(by=town.party, version=made, day=TODAY)
    with django_assert_max_num_queries(60):
        assert officer.get(page("confirm", made)).context["expected"].total == 2700


@pytest.mark.parametrize("odd", ["²", "９", "9" * 30, "9" * 5000])
def test_keys_of_doubts_that_are_none_settle_nothing(officer: Client, version: PlanVersion, odd: str) -> None:
    before = version.doubts.filter(settled_on__isnull=True).count()
    for sent in ({"doubt": [odd], "answer": "照原文"}, {"one": odd}):
        assert officer.post(page("review_doubts", version), sent).status_code in (200, 302)
    assert version.doubts.filter(settled_on__isnull=True).count() == before
