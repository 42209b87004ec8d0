"""What a phone is given of one's own groups, and the door where it sends later: the rights and rules of the form."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Grant, User
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.privacy.models import ReadEntry
from sanzhi.kit.receipts.models import Draft, Receipt
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.models import Outing, Visit
from sanzhi.mechanisms.visits.tests.walks import MONDAY, Village, village, walk
from tests.people import TODAY, Town

__all__ = ["village"]
SEND, MINE = "/rooms/visits/send/", "/rooms/visits/offline/mine.json"


@pytest.fixture
def cadre(village: Village) -> Client:
    """陈立 with an account of his own, signed in."""
    cache.clear()
    with writes_allowed():
        village.town.cadre.person = village.posts["chen"].person
        village.town.cadre.save()
    return signed_in(village.town.cadre)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(village: Village, /, **changed: Any) -> dict[str, Any]:
    """What the form of the page would have sent: three doors of the first group."""
    doors = {f"door-{h.pk}": "reached" for h in village.households[0][:3]}
    said = {
        "uid": str(uuid.uuid4()),
        "group": village.groups[0].pk,
        "on": MONDAY.isoformat(),
        "half_day": "morning",
        "went": [village.posts["chen"].pk],
    }
    return {**said, **doors, **changed}


def send(client: Client, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """One sending as a phone does it: the code, and what was said."""
    body = "&".join(f"{k}={v}" for k, vs in said.items() for v in (vs if isinstance(vs, list) else [vs]))
    answer = client.post(SEND, body, content_type="application/x-www-form-urlencoded")
    return answer.status_code, answer.json()


def test_a_phone_is_given_numbers_and_surnames_of_the_own_groups_and_nothing_else(
    cadre: Client, village: Village
) -> None:
    told = cadre.get(MINE).json()
    assert set(told) == {"account", "key", "today", "until", "groups"}
    (group,) = told["groups"]
    assert group["households"] == [[h.pk, h.number, "陈"] for h in village.households[0]]
    assert set(group) == {"id", "name", "went", "households"}
    assert group["went"][0] == {"post": village.posts["chen"].pk, "label": "本人", "own": True}
    text = json.dumps(told, ensure_ascii=False)
    assert "组1号" not in text and "林秀兰" not in text and "许文书" not in text and "present" not in text
    assert told["until"] == "2022-06-08"


def test_each_time_a_phone_is_given_names_the_look_is_logged(cadre: Client, village: Village) -> None:
    cadre.get(MINE)
    entry = ReadEntry.objects.latest("pk")
    assert entry.subjects == sorted(h.pk for h in village.households[0])
    assert entry.fields == ["contact_surname", "number"] and "陈立" in entry.by


def test_who_looks_after_no_group_or_does_not_record_is_given_nobody(
    cadre: Client, village: Village, town: Town
) -> None:
    assert signed_in(town.secretary).get(MINE).json()["groups"] == []
    assert not ReadEntry.objects.exists()
    for user in (town.leader, town.officer, town.care, town.stranger, town.auditor):
        assert signed_in(user).get(MINE).status_code == 403


def test_the_list_ends_with_the_link(cadre: Client, village: Village, town: Town) -> None:
    actions.end_link(by=town.secretary, link=village.links["chen"], on=TODAY, ground="分工调整")
    assert cadre.get(MINE).json()["groups"] == []


def test_key_and_mark_are_of_one_account_alone_and_the_same_each_time(
    cadre: Client, village: Village, town: Town
) -> None:
    first, again, other = (
        cadre.get(MINE).json(),
        cadre.get(MINE).json(),
        signed_in(town.secretary).get(MINE).json(),
    )
    assert first["key"] == again["key"] != other["key"] and first["account"] != other["account"]


def test_an_outing_sent_later_counts_on_the_day_of_the_deed(cadre: Client, village: Village) -> None:
    said = fields(village)
    with clock.standing_on(TODAY + dt.timedelta(days=1)):
        code, told = send(cadre, said)
    assert code == 200 and told["state"] == "received" and told["uid"] == said["uid"]
    outing = Outing.objects.get()
    assert str(outing.uid) == said["uid"] and outing.happened_on == MONDAY
    assert outing.received_on == TODAY + dt.timedelta(days=1)
    assert Visit.objects.filter(settles=True).count() == 3
    assert told["url"] == f"/rooms/visits/outings/{outing.pk}/"


def test_sent_twice_it_is_there_once_and_the_answer_is_the_same(cadre: Client, village: Village) -> None:
    said = fields(village)
    assert send(cadre, said) == send(cadre, said)
    assert Outing.objects.count() == Receipt.objects.count() == 1


def test_the_page_and_the_door_know_each_other_s_sendings(cadre: Client, village: Village) -> None:
    said = fields(village)
    page = f"/rooms/visits/groups/{said['group']}/record/"
    by_page = cadre.post(page, {k: v for k, v in said.items() if k != "group"})
    assert by_page.status_code == 302, by_page.content.decode()
    code, _told = send(cadre, said)
    assert code == 200 and Outing.objects.count() == 1


def test_other_content_under_a_used_uid_is_refused_and_kept_as_a_draft(
    cadre: Client, village: Village
) -> None:
    said = fields(village)
    send(cadre, said)
    code, told = send(cadre, {**said, "half_day": "evening"})
    assert (code, told["code"]) == (409, "receipts.other_content") and told["sentence"]
    assert Outing.objects.get().half_day == "morning"
    assert Draft.objects.get().content["half_day"] == "evening"


def test_the_uid_of_somebody_else_s_outing_is_refused(cadre: Client, village: Village) -> None:
    outing = walk(village, by=village.town.secretary)
    code, told = send(cadre, fields(village, uid=str(outing.uid)))
    assert (code, told["code"]) == (409, "receipts.uid_used") and Outing.objects.count() == 1


def test_a_term_that_ended_meanwhile_lets_it_wait_for_the_secretary(cadre: Client, village: Village) -> None:
    with writes_allowed():
        Grant.objects.filter(user=village.town.cadre).update(closed_on=TODAY)
    code, told = send(cadre, fields(village))
    assert code == 200 and told["url"] == "" and "书记" in told["sentence"]
    assert Outing.objects.get().state == "to_confirm"
    assert cadre.get("/rooms/visits/offline/").status_code == 200


def test_a_closed_month_asks_for_a_reason_and_takes_it_under_the_same_uid(
    cadre: Client, village: Village
) -> None:
    said = fields(village, on="2022-04-05")
    code, told = send(cadre, said)
    assert (code, told["code"], told["field"]) == (422, "visits.late_reason_needed", "late_reason")
    code, _told = send(cadre, {**said, "late_reason": "山里没有信号，回来才补"})
    assert code == 200 and Outing.objects.get().late_reason


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"on": "2022-05-26"}, "visits.future"),
        ({"on": "昨天"}, "invalid"),
        ({"on": "0001-01-01"}, "far"),
        ({"half_day": "night"}, "invalid_choice"),
        ({"uid": "not-a-uid"}, "invalid"),
        ({"uid": ""}, "required"),
        ({"went": ["999"]}, "invalid_choice"),
        ({"went": []}, "visits.nobody_went"),
        ({"note": "电话13800138000"}, "visits.personal_number"),
        ({"door-999999": "reached"}, "visits.no_household"),
        ({"group": "x"}, "receipts.nothing_there"),
        ({"group": "9" * 40}, "receipts.nothing_there"),
        ({"group": "٣"}, "receipts.nothing_there"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence_and_never_breaks(
    cadre: Client, village: Village, changed: dict[str, Any], code: str
) -> None:
    answer, told = send(cadre, fields(village, **changed))
    assert (answer, told["code"]) == (422, code) and told["sentence"]
    assert not Outing.objects.exists() and not Receipt.objects.exists()


def test_a_household_of_another_village_is_refused(cadre: Client, village: Village) -> None:
    assert village.elsewhere is not None
    answer, told = send(cadre, fields(village, **{f"door-{village.elsewhere.pk}": "reached"}))
    assert (answer, told["code"]) == (422, "visits.other_village")


def test_what_is_no_form_is_refused(cadre: Client, village: Village) -> None:
    for body, kind in (("{}", "application/json"), ("\x00\xff", "text/plain"), ("", "")):
        answer = cadre.post(SEND, body, content_type=kind)
        assert answer.status_code == 400 and answer.json()["code"] == "receipts.no_form"
    assert cadre.get(SEND).status_code == 405


def test_what_is_too_long_or_too_fast_is_refused(cadre: Client, village: Village) -> None:
    answer, told = send(cadre, fields(village, note="x" * 70_000))
    assert (answer, told["code"]) == (413, "receipts.too_large")
    with override_settings(SENDS_PER_MINUTE=3):
        answers = [send(cadre, fields(village))[0] for _ in range(4)]
    assert answers[-1] == 429 and 200 in answers


def test_nobody_sends_for_a_group_that_is_not_theirs(cadre: Client, village: Village, town: Town) -> None:
    for user in (town.other_secretary, town.leader, town.officer, town.stranger, town.care):
        answer, told = send(signed_in(user), fields(village))
        assert (answer, told["code"]) == (422, "receipts.nothing_there"), user
    assert Client().post(SEND, {}).status_code == 302
    assert not Outing.objects.exists()


def test_a_form_without_the_token_of_its_session_is_refused(cadre: Client, village: Village) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(village.town.cadre)
    body = f"uid={uuid.uuid4()}"
    kind = "application/x-www-form-urlencoded"
    assert client.post(SEND, body, content_type=kind).status_code == 403
    token = client.get("/screen/token").json()["token"]
    assert client.post(SEND, body, content_type=kind, headers={"X-CSRFToken": token}).status_code == 422
