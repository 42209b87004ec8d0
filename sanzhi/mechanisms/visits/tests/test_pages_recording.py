"""Writing outings down through the pages: one tap a door, wrong forms that lose nothing, sheets, corrections, steps."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sanzhi.foundation.accounts.models import Grant
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.kit.receipts.models import Draft
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.forms.outings import read, written
from sanzhi.mechanisms.visits.models import Outing, Visit
from sanzhi.mechanisms.visits.states import OutingState
from sanzhi.mechanisms.visits.tests.walks import MONDAY, Village, at, sending, ticks, village, walk
from sanzhi.mechanisms.visits.views.paper import group_of_sheet, new_number
from tests.people import FOUNDED, SYSTEM, TODAY

__all__ = ["village"]


def outing(client: Client, village: Village, *doors: Tick, **more: Any) -> dict[str, Any]:
    """A walk of 陈立 in the first group as its form sends it."""
    said: dict[str, Any] = {
        "on": MONDAY.isoformat(),
        "half_day": "morning",
        "went": [village.posts["chen"].pk],
    }
    for tick in doors or ticks(village.households[0][:3]):
        said[f"door-{tick.household}"] = tick.outcome
        if tick.topics:
            said[f"topics-{tick.household}"] = list(tick.topics)
        if tick.follow_up:
            said[f"follow-{tick.household}"] = "on"
    return sending(client, at("record", village.groups[0].pk), **said | more)


def test_one_tap_for_each_door_makes_an_outing(village: Village, client: Client) -> None:
    homes = village.households[0]
    client.force_login(village.town.cadre)
    doors = [
        Tick(homes[0].pk, "reached"),
        Tick(homes[1].pk, "slip_left"),
        Tick(homes[2].pk, "declined", ("policy",)),
    ]
    answer = client.post(at("record", village.groups[0].pk), outing(client, village, *doors))
    made = Outing.objects.get()
    assert answer["Location"] == at("detail", made.pk)
    assert (made.author, made.happened_on, made.half_day) == (village.town.cadre, MONDAY, "morning")
    assert {v.household_id: v.outcome for v in made.visits.all()} == {t.household: t.outcome for t in doors}
    detail = client.get(at("detail", made.pk)).content.decode()
    for word in ("陈立", homes[0].number, "已上门、群众不便", "政策宣传", "无人、已留条"):
        assert word in detail


def test_the_person_is_named_and_the_day_filled_in_before_anything_is_typed(
    village: Village, client: Client
) -> None:
    with writes_allowed():
        village.town.cadre.person = village.posts["chen"].person
        village.town.cadre.save()
    client.force_login(village.town.cadre)
    page = client.get(at("record", village.groups[0].pk))
    assert page.context["near"][0] == (village.posts["chen"].pk, "陈立", True)
    assert page.context["form"].day == TODAY
    assert "补录说明" not in page.content.decode()


def test_the_same_form_sent_twice_makes_one_outing_and_other_doors_wait_as_a_draft(
    village: Village, client: Client
) -> None:
    client.force_login(village.town.cadre)
    address, said = at("record", village.groups[0].pk), outing(client, village)
    assert client.post(address, said)["Location"] == client.post(address, said)["Location"]
    other = said | {f"door-{village.households[0][4].pk}": "reached"}
    assert client.post(address, other).status_code == 422
    assert Outing.objects.count() == 1
    draft = Draft.objects.get()
    opened = client.get(address, {"draft": draft.pk})
    assert set(opened.context["form"].chosen()) == {
        h.pk for h in [*village.households[0][:3], village.households[0][4]]
    }


def test_a_number_somebody_else_used_is_refused_and_the_next_try_goes_through(
    village: Village, client: Client
) -> None:
    address = at("record", village.groups[0].pk)
    client.force_login(village.town.cadre)
    said = outing(client, village)
    client.post(address, said)
    client.force_login(village.town.secretary)
    refused = client.post(address, said)
    assert refused.status_code == 422
    again = said | {"uid": str(refused.context["form"]["uid"].value())}
    assert client.post(address, again).status_code == 302
    assert Outing.objects.count() == 2


BAD: list[tuple[dict[str, Any], str]] = [
    ({"on": "2022-05-26"}, "visits.future"),
    ({"on": "2022-02-31"}, "invalid"),
    ({"on": ""}, "required"),
    ({"half_day": "night"}, "invalid_choice"),
    ({"went": []}, "visits.nobody_went"),
    ({"went": ["999999"]}, "invalid_choice"),
    ({"went": ["x"]}, "invalid_choice"),
    ({"note": "长" * 61}, "visits.too_long"),
    ({"note": "电话13800138000"}, "visits.personal_number"),
    ({"on": "2022-05-10"}, "visits.late_reason_needed"),
    ({"uid": "x"}, "invalid"),
    ({"door-999999": "reached"}, "visits.no_household"),
    ({"door-999999": "flown"}, "visits.unknown_outcome"),
]


@pytest.mark.parametrize(("bad", "code"), BAD)
def test_a_refused_outing_keeps_everything_that_was_typed(
    bad: dict[str, Any], code: str, village: Village, client: Client
) -> None:
    client.force_login(village.town.cadre)
    said = outing(
        client, village, Tick(village.households[0][0].pk, "declined", ("hazard",), True), note="路灯坏了"
    )
    answer = client.post(at("record", village.groups[0].pk), said | bad)
    assert answer.status_code == 422 and not Outing.objects.exists()
    form = answer.context["form"]
    assert code in {e.code for errors in form.errors.as_data().values() for e in errors}
    page = answer.content.decode()
    assert f'id="door-{village.households[0][0].pk}-declined" value="declined" checked' in page
    assert f'id="topics-{village.households[0][0].pk}-hazard" value="hazard" checked' in page
    assert f'id="follow-{village.households[0][0].pk}" value="on" checked' in page
    assert form["note"].value() == said["note"] or "note" in bad


def test_no_door_ticked_is_refused_and_says_so(village: Village, client: Client) -> None:
    client.force_login(village.town.cadre)
    said = sending(client, at("record", village.groups[0].pk), on=MONDAY.isoformat(), half_day="morning")
    answer = client.post(at("record", village.groups[0].pk), said | {"went": [village.posts["chen"].pk]})
    codes = {e.code for errors in answer.context["form"].errors.as_data().values() for e in errors}
    assert codes == {"visits.nothing_ticked"}


def test_a_household_of_another_village_or_group_is_refused(village: Village, client: Client) -> None:
    client.force_login(village.town.cadre)
    assert village.elsewhere is not None
    for home, code in (
        (village.elsewhere, "visits.other_village"),
        (village.households[1][0], "visits.not_of_this_group"),
    ):
        answer = client.post(
            at("record", village.groups[0].pk), outing(client, village, Tick(home.pk, "reached"))
        )
        codes = {e.code for errors in answer.context["form"].errors.as_data().values() for e in errors}
        assert codes == {code}
    # What stands elsewhere in the village is shown to be cleared; another village's household is not.
    assert "这一天不在本组" in answer.content.decode()
    assert client.get(at("record", village.far_group.pk)).status_code == 404
    assert client.post(at("record", village.town.villages["上河村"].pk), {}).status_code == 404


def test_a_late_day_asks_why_and_takes_the_answer(village: Village, client: Client) -> None:
    client.force_login(village.town.cadre)
    address, said = at("record", village.groups[0].pk), outing(client, village, on="2022-05-10")
    refused = client.post(address, said)
    assert 'name="late_reason"' in refused.content.decode()
    assert client.post(address, said | {"late_reason": "下乡防汛，回来补记"}).status_code == 302
    assert Outing.objects.get().late_reason == "下乡防汛，回来补记"
    assert 'name="late_reason"' in client.get(address, {"day": "2022-05-10"}).content.decode()


def test_a_group_of_two_hundred_doors_opens_and_is_taken_in_parts(village: Village, client: Client) -> None:
    homes = people.open_households(
        by=SYSTEM,
        households=[NewHousehold(f"08{n:03d}", village.groups[0], walk_order=10 + n) for n in range(200)],
        on=FOUNDED,
    )
    client.force_login(village.town.cadre)
    address = at("record", village.groups[0].pk)
    assert client.get(address).content.decode().count('class="v-door"') == 205
    answer = client.post(address, outing(client, village, *ticks(homes)))
    codes = {e.code for errors in answer.context["form"].errors.as_data().values() for e in errors}
    assert (
        codes == {"visits.too_many_doors"} and answer.content.decode().count('value="reached" checked') == 200
    )
    assert client.post(address, outing(client, village, *ticks(homes[:60]))).status_code == 302
    assert Visit.objects.count() == 60


def test_everybody_met_fills_the_doors_in_without_saving(village: Village, client: Client) -> None:
    client.force_login(village.town.cadre)
    homes, address = village.households[0], at("record", village.groups[0].pk)
    said = outing(client, village, Tick(homes[1].pk, "declined"), fill="reached")
    answer = client.post(address, said)
    assert answer.status_code == 200 and not Outing.objects.exists()
    chosen = answer.context["form"].chosen()
    assert chosen[homes[1].pk].outcome == "declined" and len(chosen) == 5


def test_somebody_whose_term_ended_is_received_and_waits_for_the_secretary(
    village: Village, client: Client
) -> None:
    client.force_login(village.town.cadre)
    address, said = at("record", village.groups[0].pk), outing(client, village)
    with writes_allowed():
        Grant.objects.filter(user=village.town.cadre).update(closed_on=TODAY)
    client.force_login(village.town.cadre)
    assert client.get(address).status_code == 404
    wrong = client.post(address, said | {"note": "长" * 61})
    assert wrong.status_code == 422 and "010101" not in wrong.content.decode()
    received = client.post(address, said)
    assert received.status_code == 200 and "已收到" in received.content.decode()
    made = Outing.objects.get()
    assert made.state == OutingState.TO_CONFIRM
    client.force_login(village.town.secretary)
    assert "待确认" in client.get(at("groups")).content.decode()
    client.post(at("confirm", made.pk), sending(client, at("confirm", made.pk)))
    made.refresh_from_db()
    assert made.state == OutingState.RECORDED


def test_a_correction_keeps_what_was_said_and_a_void_its_reason(village: Village, client: Client) -> None:
    homes, made = village.households[0], walk(village)
    client.force_login(village.town.cadre)
    address = at("correct", made.pk)
    same = outing(client, village, *ticks(homes)) | sending(client, address)
    codes = client.post(address, same).context["form"].errors.as_data()
    assert {e.code for errors in codes.values() for e in errors} == {"visits.nothing_changed"}
    client.post(
        address, same | sending(client, address, reason="看错了门牌") | {f"door-{homes[0].pk}": "declined"}
    )
    made.refresh_from_db()
    assert made.version == 2
    stale = same | {"version": "1", "note": "再改", "uid": sending(client, address)["uid"]}
    assert client.post(address, stale).status_code == 422
    said = client.get(at("detail", made.pk)).content.decode()
    assert "看错了门牌" in said and f"{homes[0].number} 见面" in said
    client.post(at("void", made.pk), sending(client, at("void", made.pk), reason="重复登记了一次"))
    made.refresh_from_db()
    assert made.state == OutingState.VOID
    assert "重复登记了一次" in client.get(at("detail", made.pk)).content.decode()
    assert 'id="outing-form"' not in client.get(address).content.decode()


def test_the_clerk_copies_a_sheet_in_for_who_walked_with_its_scan(village: Village, client: Client) -> None:
    town, group = village.town, village.groups[0]
    with writes_allowed():
        town.cadre.person = village.posts["chen"].person
        town.cadre.save()
    number = new_number(group.pk, TODAY)
    client.force_login(town.clerk)
    assert client.get(at("type_in"), {"sheet": number.lower()})["Location"] == at("copy_sheet", number)
    address = at("copy_sheet", number)
    said = sending(
        client, address, on=MONDAY.isoformat(), half_day="afternoon", author=town.cadre.pk,
        **{f"door-{village.households[0][0].pk}": "reached"},
    )  # fmt: skip
    scan = SimpleUploadedFile("表.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
    answer = client.post(address, said | {"files": scan})
    assert answer.status_code == 302, answer.context["form"].errors
    made = Outing.objects.get()
    assert (made.author, made.typist, made.sheet_number, made.on_paper) == (
        town.cadre,
        town.clerk,
        number,
        True,
    )
    assert [w.post for w in made.went.all()] == [village.posts["chen"]]
    detail = client.get(at("detail", made.pk)).content.decode()
    assert "许文书" in detail and number in detail and "表.pdf" in detail
    assert client.get(at("scan", made.pk, made.scans.get().pk)).status_code == 200
    assert "已经录入过一次" in client.get(address).content.decode()
    client.force_login(town.officer)
    assert client.get(at("scan", made.pk, made.scans.get().pk)).status_code == 404


@pytest.mark.parametrize(
    "number", ["", "x", "1-220525-AAA", "999999-220525-", "１-220525-AAA", "9" * 24, "../.."]
)
def test_a_number_that_no_sheet_bears_is_not_found(number: str, village: Village, client: Client) -> None:
    client.force_login(village.town.clerk)
    assert client.get(at("type_in"), {"sheet": number}).status_code == 422
    if number and "/" not in number:
        assert client.get(at("copy_sheet", number)).status_code == 404


def test_one_letter_wrong_in_a_sheets_number_is_told() -> None:
    number = new_number(57, TODAY)
    assert group_of_sheet(number) == 57 and group_of_sheet(f" {number.lower()} ") == 57
    wrong = number.replace("57-", "58-")
    assert group_of_sheet(wrong) is None


def test_doors_come_back_from_a_draft_as_they_were() -> None:
    doors = [Tick(5, "reached"), Tick(7, "declined", ("policy", "hazard"), True)]
    assert read(written(doors)) == doors
    assert read("x;;9;12:;:reached::") == []
