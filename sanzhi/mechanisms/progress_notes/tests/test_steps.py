"""Each step × state × role, whose note it is, and every wrong input of the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import Role
from sanzhi.foundation.audit.chain import verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.files.models import StoredFile
from sanzhi.kit.measures.models import Touch
from sanzhi.kit.registry import duties
from sanzhi.kit.testkit import page_matrix
from sanzhi.mechanisms.progress_notes import actions
from sanzhi.mechanisms.progress_notes.access import is_farthest
from sanzhi.mechanisms.progress_notes.measures import REPORTED
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.progress_notes.states import TRANSITIONS, NoteState
from sanzhi.mechanisms.progress_notes.tests import notes
from sanzhi.mechanisms.progress_notes.tests.notes import JUNE, WORDS, version
from tests.people import TODAY, Town, user

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path) -> None:
    settings.HOME = tmp_path


def _void(town: Town) -> Note:
    return actions.void_note(by=town.secretary, note=notes.written(town), reason="写错任务了")


IN_STATE: dict[str, Callable[[Town], Note]] = {
    NoteState.SUBMITTED: notes.written,
    NoteState.ACCEPTED: notes.accepted,
    NoteState.RETURNED: notes.returned,
    NoteState.VOID: _void,
}
_AGAIN = {"text": WORDS + "又补一句。", "happened_on": TODAY, "today": TODAY}
ACT: dict[str, Callable[[Town, Note], Note]] = {
    "edit": lambda t, n: actions.edit_note(by=t.secretary, note=n, **_AGAIN),
    "accept": lambda t, n: actions.accept_note(by=t.officer, note=n, today=TODAY),
    "return": lambda t, n: actions.return_note(by=t.officer, note=n, reason="缺到会人数", today=TODAY),
    "resubmit": lambda t, n: actions.resubmit_note(by=t.secretary, note=n, **_AGAIN),
    "void": lambda t, n: actions.void_note(by=t.secretary, note=n, reason="写错任务了"),
}


@pytest.mark.parametrize("state", IN_STATE)
@pytest.mark.parametrize("verb", ACT)
def test_a_step_is_taken_from_the_states_of_the_table_and_from_no_other(
    verb: str, state: str, town: Town
) -> None:
    note = IN_STATE[state](town)
    after = TRANSITIONS[verb].get(NoteState(state))
    if after is not None:
        assert ACT[verb](town, note).state == after
        return
    with pytest.raises(Problem) as refused:
        ACT[verb](town, note)
    assert refused.value.code == "progress_notes.not_now"
    note.refresh_from_db()
    assert note.state == state


READS = "secretary clerk cadre officer party justice leader auditor discipline care"
WRITES = "secretary clerk cadre"


def test_a_person_finds_the_pages_of_their_role_and_a_404_for_the_others(town: Town, client: Client) -> None:
    note, owed = notes.written(town), notes.owed(town)
    table = {
        reverse("progress_notes:list"): READS + " other_secretary",
        reverse("progress_notes:all"): READS + " other_secretary",
        reverse("progress_notes:detail", args=[note.pk]): READS,
        reverse("progress_notes:write", args=[owed.pk]): WRITES,
        reverse("progress_notes:edit", args=[note.pk]): WRITES,
        reverse("progress_notes:void", args=[note.pk]): WRITES,
        reverse(
            "progress_notes:write", args=[notes.owed(town, "镇综治办", dt.date(2022, 5, 31)).pk]
        ): "officer",
    }
    assert page_matrix(client, town.users, table) == []


def test_only_the_lead_units_officer_decides(town: Town, client: Client) -> None:
    note = notes.written(town)
    address = reverse("progress_notes:decide", args=[note.pk])
    for name, person in town.users.items():
        client.force_login(person)
        if name != "officer":
            assert client.post(address, {"decision": "accept"}).status_code == 404, name
    note.refresh_from_db()
    assert note.state == NoteState.SUBMITTED


def second_officer(town: Town):
    return user(town, "second", "丁同志", Role.OFFICER, town.offices["镇综治办"])


def test_an_officer_does_not_accept_the_own_note_while_another_of_the_unit_can(town: Town) -> None:
    owed = notes.owed(town, "镇综治办", dt.date(2022, 5, 31))
    note = notes.written(town, obligation=owed, by=town.officer)
    other = second_officer(town)
    with pytest.raises(Problem) as refused:
        actions.accept_note(by=town.officer, note=note, today=TODAY)
    assert refused.value.code == "progress_notes.own_note"
    assert actions.accept_note(by=other, note=note, today=TODAY).state == NoteState.ACCEPTED


def test_an_officer_alone_accepts_the_own_note_and_it_says_so(town: Town, client: Client) -> None:
    owed = notes.owed(town, "镇综治办", dt.date(2022, 5, 31))
    note = actions.accept_note(
        by=town.officer, note=notes.written(town, obligation=owed, by=town.officer), today=TODAY
    )
    client.force_login(town.leader)
    assert note.decided_by == note.author.audit_name
    assert "本人自行认定" in client.get(reverse("progress_notes:detail", args=[note.pk])).content.decode()


def test_who_typed_a_note_stands_as_near_to_it_as_its_author(town: Town) -> None:
    owed = notes.owed(town, "镇综治办", dt.date(2022, 5, 31))
    other = second_officer(town)
    note = notes.written(town, obligation=owed, by=town.officer, author=other)
    third = user(town, "third", "戊同志", Role.OFFICER, town.offices["镇综治办"])
    assert [is_farthest(p, note, TODAY) for p in (town.officer, other, third)] == [False, False, True]


def test_where_the_lead_unit_has_no_officer_another_office_decides(town: Town) -> None:
    note = notes.written(town)
    with writes_allowed():
        town.officer.grants.all().update(closed_on=TODAY)
    assert actions.accept_note(by=town.party, note=note, today=TODAY).decided_by == town.party.audit_name


def test_a_clerk_copies_a_sheet_in_for_a_named_colleague_and_both_are_shown(
    town: Town, client: Client
) -> None:
    note = notes.written(town, by=town.clerk, author=town.cadre)
    assert (note.author, note.typist, note.on_paper) == (town.cadre, town.clerk, True)
    client.force_login(town.secretary)
    page = client.get(reverse("progress_notes:detail", args=[note.pk])).content.decode()
    assert "陈立（许文书 代录）" in page


def _write(town: Town, **more: object) -> Note:
    said = {"obligation": notes.owed(town), "text": WORDS, "happened_on": TODAY, "today": TODAY}
    return actions.write_note(by=town.secretary, **(said | more))


MONTHLY = dt.date(2022, 5, 31)
WRONG: list[tuple[Callable[[Town], dict], str]] = [
    (lambda t: {"text": ""}, "progress_notes.text_needed"),
    (lambda t: {"text": "已办" + " " * 40}, "progress_notes.text_needed"),
    (lambda t: {"text": "长" * 2001}, "progress_notes.text_too_long"),
    (lambda t: {"text": "已为王某13800138000办结，材料齐全"}, "progress_notes.personal_number"),
    (lambda t: {"text": "户主330102199001011234已签字确认同意"}, "progress_notes.personal_number"),
    (lambda t: {"happened_on": TODAY + DAY}, "progress_notes.in_future"),
    (lambda t: {"author": t.other_secretary}, "progress_notes.other_unit"),
    (lambda t: {"author": t.stranger}, "progress_notes.other_unit"),
    (lambda t: {"files": [("a.exe", BytesIO(b"MZ\x90\x00"))]}, "files.kind"),
    (lambda t: {"files": [(f"{n}.txt", BytesIO(b"%d" % n)) for n in range(11)]}, "progress_notes.too_many_files"),
    (lambda t: {"obligation": notes.owed(t, "镇综治办", MONTHLY), "amount": 0}, "progress_notes.amount"),
    (lambda t: {"obligation": notes.owed(t, "镇综治办", MONTHLY), "amount": 10_001}, "progress_notes.amount"),
    (lambda t: {"obligation": notes.owed(t, "镇综治办", MONTHLY), "amount": None}, "progress_notes.amount"),
    (lambda t: {"obligation": notes.owed(t, "镇综治办", MONTHLY), "happened_on": dt.date(2022, 4, 30)}, "progress_notes.not_in_period"),
    (lambda t: {"obligation": notes.owed(t, "镇综治办", dt.date(2022, 6, 30))}, "progress_notes.not_in_period"),
    (lambda t: {"today": dt.date(2022, 7, 8)}, "progress_notes.late_reason_needed"),
    (lambda t: {"today": dt.date(2022, 7, 8), "late_reason": "忙"}, "progress_notes.late_reason_needed"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "code"), WRONG)
def test_a_note_with_wrong_input_is_refused_and_nothing_is_kept(
    wrong: Callable, code: str, town: Town
) -> None:
    with pytest.raises(Problem) as refused:
        _write(town, **wrong(town))
    assert refused.value.code == code
    assert (
        not Note.objects.exists()
        and not StoredFile.objects.exists()
        and not Touch.objects.filter(source__startswith="progress").exists()
    )


def test_what_another_room_proves_is_not_told_in_a_note(town: Town) -> None:
    owed = notes.owed(town)
    owed.requirement.proves = next(code for code in duties() if code != REPORTED.code)
    with pytest.raises(Problem) as refused:
        _write(town, obligation=owed)
    assert refused.value.code == "progress_notes.not_generic"


def test_what_a_later_version_dropped_is_not_owed_any_more(town: Town) -> None:
    owed = notes.owed(town)
    owed.dropped_on = TODAY
    with pytest.raises(Problem) as refused:
        _write(town, obligation=owed)
    assert refused.value.code == "progress_notes.not_owed"


def test_what_comes_after_the_close_is_kept_with_its_reason(town: Town) -> None:
    note = _write(town, today=dt.date(2022, 7, 8), happened_on=JUNE, late_reason="停电，第二天才补报")
    assert note.late_reason == "停电，第二天才补报"
    assert _write(town, late_reason="不迟也写了").late_reason == "", "what is not late bears no reason"


@pytest.mark.parametrize("reason", ["", " 缺 ", "缺" * 201, "请联系13800138000补"])
def test_a_return_needs_a_reason_without_numbers_of_people(reason: str, town: Town) -> None:
    note = notes.written(town)
    with pytest.raises(Problem):
        actions.return_note(by=town.officer, note=note, reason=reason, today=TODAY)
    note.refresh_from_db()
    assert note.state == NoteState.SUBMITTED


def test_a_crash_in_the_middle_of_writing_leaves_neither_note_nor_file(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(row: Note) -> None:
        raise DatabaseError("power cut")

    monkeypatch.setattr(actions, "changed", power_cut)
    with pytest.raises(DatabaseError):
        _write(town, files=[("附页.txt", BytesIO(b"one"))])
    assert not Note.objects.exists() and not StoredFile.objects.exists()


def test_files_are_added_taken_off_and_remembered(town: Town) -> None:
    note = _write(
        town, files=[("一.txt", BytesIO(b"one")), ("又一.txt", BytesIO(b"one")), ("二.txt", BytesIO(b"two"))]
    )
    shown = list(note.attached.filter(removed_on__isnull=True))
    assert [f.stored.name for f in shown] == ["一.txt", "二.txt"], "the same content hangs there once"
    actions.edit_note(
        by=town.secretary, note=note, add=[("三.txt", BytesIO(b"three"))], remove=[shown[0].pk], **_AGAIN
    )
    assert [f.stored.name for f in note.attached.filter(removed_on__isnull=True)] == ["二.txt", "三.txt"]
    assert note.attached.count() == 3
    assert verify(town.unit.code)[1] == []
