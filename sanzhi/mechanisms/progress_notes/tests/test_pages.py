"""Notes through their pages: written once however often it is sent, words that were not taken wait as a draft."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.kit.receipts.models import Draft, Receipt
from sanzhi.mechanisms.progress_notes import demo
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.progress_notes.rules import likely_day
from sanzhi.mechanisms.progress_notes.states import NoteState
from sanzhi.mechanisms.progress_notes.tests import notes
from sanzhi.mechanisms.progress_notes.tests.notes import WORDS, version
from tests.people import TODAY, Town

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def secretary(town: Town, client: Client) -> Client:
    client.force_login(town.secretary)
    return client


def address(town: Town) -> str:
    return reverse("progress_notes:write", args=[notes.owed(town).pk])


def sending(client: Client, page: str, **more: Any) -> dict[str, Any]:
    """What the form sends: its own hidden uid, and what a person typed."""
    found = re.search(r'name="uid" value="([0-9a-f-]+)"', client.get(page).content.decode())
    assert found
    return {"uid": found[1], "happened_on": TODAY.isoformat(), "text": WORDS, **more}


def test_a_village_writes_a_note_with_a_photo_and_finds_it_waiting(secretary: Client, town: Town) -> None:
    file = SimpleUploadedFile("签到表.txt", "到会 23 人".encode())
    answer = secretary.post(address(town), sending(secretary, address(town), files=[file]), follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and "待认定" in page and "签到表.txt" in page
    (note,) = Note.objects.all()
    (attached,) = note.attached.all()
    served = secretary.get(reverse("progress_notes:attachment", args=[note.pk, attached.pk]))
    assert b"".join(served.streaming_content).decode() == "到会 23 人"
    assert served["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    served.close()


def test_a_second_click_gets_the_same_answer_and_one_note(secretary: Client, town: Town) -> None:
    sent = sending(secretary, address(town))
    first, second = secretary.post(address(town), sent), secretary.post(address(town), sent)
    assert first["Location"] == second["Location"]
    assert Note.objects.count() == Receipt.objects.count() == 1


def test_other_words_under_a_used_form_are_refused_kept_as_a_draft_and_offered_above_the_form(
    secretary: Client, town: Town
) -> None:
    page = address(town)
    sent = sending(secretary, page)
    secretary.post(page, sent)
    other = "回去改了一遍：到会 41 人，议定三件事。"
    refused = secretary.post(page, sent | {"text": other})
    assert refused.status_code == 422 and other in refused.content.decode()
    assert Note.objects.get().text == WORDS
    (draft,) = Draft.objects.all()
    assert draft.content["text"] == other
    offered = secretary.get(page).content.decode()
    assert f"?draft={draft.pk}" in offered
    opened = secretary.get(f"{page}?draft={draft.pk}").content.decode()
    assert other in opened
    taken = secretary.post(f"{page}?draft={draft.pk}", sending(secretary, page, text=other))
    assert taken.status_code == 302 and Note.objects.count() == 2 and not Draft.objects.exists()


def test_a_draft_is_thrown_away_by_its_button(secretary: Client, town: Town) -> None:
    page = address(town)
    sent = sending(secretary, page)
    secretary.post(page, sent)
    secretary.post(page, sent | {"text": WORDS + "另写"})
    assert secretary.post(page, {"discard_draft": Draft.objects.get().pk}).status_code == 302
    assert not Draft.objects.exists()


BAD: list[dict[str, Any]] = [
    {"text": ""},
    {"text": "短"},
    {"text": "长" * 5000},
    {"happened_on": ""},
    {"happened_on": "2022-02-30"},
    {"happened_on": "下周"},
    {"happened_on": "2022-05-26"},
    {"uid": "not-a-uid"},
    {"uid": ""},
    {"files": [SimpleUploadedFile("a.exe", b"MZ\x90\x00")]},
    {"files": [SimpleUploadedFile("a.txt", b"")]},
    {"text": "电话13800138000，已经办结请认定"},
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_form_is_shown_again_with_what_was_typed_and_nothing_is_kept(
    bad: dict, secretary: Client, town: Town
) -> None:
    answer = secretary.post(address(town), sending(secretary, address(town)) | bad)
    page = answer.content.decode()
    assert answer.status_code == 422 and "error-summary" in page
    assert not Note.objects.exists()
    if isinstance(bad.get("text"), str):
        assert bad["text"][:40] in page


def test_an_empty_sending_is_answered_by_the_form(secretary: Client, town: Town) -> None:
    assert secretary.post(address(town), {}).status_code in (200, 422)
    assert not Note.objects.exists()


def test_after_the_close_the_form_asks_for_the_reason(secretary: Client, town: Town) -> None:
    with clock.standing_on(dt.date(2022, 7, 8)):
        sent = sending(secretary, address(town))
        assert secretary.post(address(town), sent).status_code == 422
        assert secretary.post(address(town), sent | {"late_reason": "停电补报"}).status_code == 302
    assert Note.objects.get().late_reason == "停电补报"


def test_a_clerk_chooses_for_whom_the_sheet_was_and_nobody_else_is_asked(town: Town, client: Client) -> None:
    client.force_login(town.clerk)
    page = address(town)
    client.post(page, sending(client, page, author=town.cadre.pk))
    note = Note.objects.get()
    assert (note.author, note.typist) == (town.cadre, town.clerk)
    assert client.post(page, sending(client, page, author=town.other_secretary.pk)).status_code == 422
    client.force_login(town.secretary)
    assert 'name="author"' not in client.get(page).content.decode()


def test_the_lead_officer_finds_waiting_notes_first_and_accepts_one_once(town: Town, client: Client) -> None:
    note = notes.written(town)
    client.force_login(town.officer)
    listed = client.get(reverse("progress_notes:list")).content.decode()
    assert reverse("progress_notes:detail", args=[note.pk]) in listed and "待我认定" in listed
    sent = {"uid": str(uuid.uuid4()), "decision": "accept"}
    decide = reverse("progress_notes:decide", args=[note.pk])
    answers = [client.post(decide, sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    note.refresh_from_db()
    assert note.state == NoteState.ACCEPTED
    assert "待我认定" in client.get(reverse("progress_notes:waiting")).content.decode()


def test_a_return_without_a_reason_is_shown_again_and_one_with_it_reaches_the_village(
    town: Town, client: Client
) -> None:
    note = notes.written(town)
    client.force_login(town.officer)
    decide = reverse("progress_notes:decide", args=[note.pk])
    sent = {"uid": str(uuid.uuid4()), "decision": "return"}
    assert client.post(decide, sent).status_code == 422
    assert client.post(decide, sent | {"reason": "缺到会人数，请补"}).status_code == 302
    client.force_login(town.secretary)
    detail = client.get(reverse("progress_notes:detail", args=[note.pk])).content.decode()
    assert "缺到会人数，请补" in detail and reverse("progress_notes:edit", args=[note.pk]) in detail
    edit = reverse("progress_notes:edit", args=[note.pk])
    client.post(edit, sending(client, edit, text=WORDS + "到会 41 人。"))
    note.refresh_from_db()
    assert (note.state, note.submitted_on) == (NoteState.SUBMITTED, TODAY)


def test_a_note_is_decided_by_nobody_while_its_page_lay_open_too_long(town: Town, client: Client) -> None:
    note = notes.accepted(town)
    client.force_login(town.secretary)
    edit = reverse("progress_notes:edit", args=[note.pk])
    page = client.post(edit, {"uid": str(uuid.uuid4()), "happened_on": TODAY.isoformat(), "text": WORDS * 2})
    assert page.status_code == 422
    note.refresh_from_db()
    assert note.text == WORDS


def test_the_demonstration_writes_nothing_on_what_the_plan_does_not_ask(town: Town) -> None:
    users = {f"sec{n}": town.secretary for n in range(1, 10)} | {"off_zzb": town.officer}
    demo.build(town=town.unit, day=TODAY, users=users)
    assert not Note.objects.exists()


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_asks_the_same_number_of_questions_however_many_notes_there_are(
    number: int, town: Town, client: Client, django_assert_max_num_queries
) -> None:
    for _ in range(number):
        notes.written(town)
    client.force_login(town.officer)
    client.get(reverse("progress_notes:all"))
    with django_assert_max_num_queries(10):
        client.get(reverse("progress_notes:all"))


def test_the_form_begins_with_a_day_of_the_period_when_that_is_over(secretary: Client, town: Town) -> None:
    first, last = dt.date(2022, 5, 16), dt.date(2022, 5, 22)
    assert likely_day(first, last, "every", TODAY) == last
    assert likely_day(first, last, "by", TODAY) == TODAY
    assert f'value="{TODAY.isoformat()}"' in secretary.get(address(town)).content.decode()
