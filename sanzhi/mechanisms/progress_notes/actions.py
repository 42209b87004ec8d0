"""Every write of a note: from submitting to acceptance, return and voiding."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import IO, Any

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.files.actions import keep_file
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import slot_of, source_of
from sanzhi.kit.measures.freshness import changed
from sanzhi.kit.registry import room_of
from sanzhi.mechanisms.progress_notes import rules
from sanzhi.mechanisms.progress_notes.access import is_farthest
from sanzhi.mechanisms.progress_notes.measures import REPORTED
from sanzhi.mechanisms.progress_notes.models import Note, NoteFile
from sanzhi.mechanisms.progress_notes.queries import colleagues
from sanzhi.mechanisms.progress_notes.states import next_state

SentFile = tuple[str, IO[bytes]]
"""A file as it comes in: its name and its bytes."""


def _locked(note: Note) -> Note:
    rows = Note.objects.select_for_update(of=("self",))
    return rows.select_related(
        "unit", "town", "requirement", "obligation__requirement__task__version__plan"
    ).get(pk=note.pk)


def _owed(obligation: Obligation) -> None:
    """Refuse what another room proves, and what is no longer owed."""
    source = source_of(obligation.requirement)
    if source is not REPORTED:
        room = room_of(source.code)
        raise Problem(
            "progress_notes.not_generic", what=obligation.requirement.what, room=room.name if room else ""
        )
    if obligation.dropped_on is not None:
        raise Problem("progress_notes.not_owed", state="撤销")
    if obligation.handed_to_id is not None:
        raise Problem("progress_notes.not_owed", state="移交")


def _attach(note: Note, by: User, files: Iterable[SentFile], today: dt.date) -> list[str]:
    """Keep files and hang them on the note; gives their names. The same content twice is attached once."""
    names = []
    for name, source in files:
        stored = keep_file(by=by, town=note.town, name=name, source=source)
        same = note.attached.filter(stored__sha256=stored.sha256, removed_on__isnull=True).exists()
        if not same:
            NoteFile.objects.create(note=note, stored=stored, added_on=today)
            names.append(stored.name)
    if note.attached.filter(removed_on__isnull=True).count() > rules.MOST_FILES:
        raise Problem("progress_notes.too_many_files", field="files", most=rules.MOST_FILES)
    return names


def _words(
    obligation: Obligation, text: str, happened_on: dt.date, amount: int | None, today: dt.date
) -> dict[str, Any]:
    kind = obligation.requirement.kind
    slot = slot_of(obligation)
    rules.check_day(happened_on, slot.first, slot.last, kind, today)
    return {
        "text": rules.checked_text(text),
        "happened_on": happened_on,
        "amount": rules.checked_amount(amount, kind),
    }


@action("progress_notes.write_note", "提交进展说明")
def write_note(
    *,
    by: User,
    obligation: Obligation,
    text: str,
    happened_on: dt.date,
    today: dt.date,
    amount: int | None = 1,
    author: User | None = None,
    files: Sequence[SentFile] = (),
    late_reason: str = "",
    uid: uuid.UUID | None = None,
) -> Note:
    """A unit reports on what it owes. Judged by `today`, the day of submission (case 9).

    `author`: for whom a sheet is copied in; `by` is then the typist. Refuses what another room proves or nobody owes any
    more, days outside the period, empty words, numbers of persons, and after the close what bears no reason.
    """
    _owed(obligation)
    if author is not None and author.pk != by.pk and author not in colleagues(obligation.unit, today):
        raise Problem(
            "progress_notes.other_unit",
            field="author",
            name=author.display_name,
            unit=obligation.unit.short_name,
        )
    words = _words(obligation, text, happened_on, amount, today)
    late = rules.check_late(obligation.due_on, obligation.closes_on, late_reason, today)
    note = Note.objects.create(
        uid=uid or uuid.uuid4(),
        town=obligation.town,
        unit=obligation.unit,
        obligation=obligation,
        requirement=obligation.requirement,
        counts_on=slot_of(obligation).last,
        submitted_on=today,
        late_reason=late,
        received_at=clock.now(),
        author=author or by,
        typist=by if author is not None and author.pk != by.pk else None,
        **words,
    )
    names = _attach(note, by, files, today)
    changed(note)
    about(
        note,
        obligation=obligation.pk,
        submitted_on=today,
        late_reason=late,
        files=names,
        author=note.author.audit_name,
        **words,
    )
    return note


def _rewrite(
    row: Note,
    by: User,
    words: dict[str, Any],
    add: Sequence[SentFile],
    remove: Iterable[int],
    today: dt.date,
    **more: Any,
) -> Note:
    """Write new words over a locked note; the old ones stay in the audit entry."""
    before = {k: getattr(row, k) for k in words if getattr(row, k) != words[k]}
    for field, value in {**words, **more}.items():
        setattr(row, field, value)
    row.save()
    gone = list(row.attached.filter(pk__in=list(remove), removed_on__isnull=True).select_related("stored"))
    row.attached.filter(pk__in=[f.pk for f in gone]).update(removed_on=today)
    names = _attach(row, by, add, today)
    changed(row)
    about(row, before=before, files=names, files_removed=[f.stored.name for f in gone], **words, **more)
    return row


@action("progress_notes.edit_note", "修改进展说明")
def edit_note(
    *,
    by: User,
    note: Note,
    text: str,
    happened_on: dt.date,
    today: dt.date,
    amount: int | None = 1,
    add: Sequence[SentFile] = (),
    remove: Iterable[int] = (),
) -> Note:
    """Mend a note before it is decided. It keeps its day of submission; who decides sees that it was changed, and when."""
    row = _locked(note)
    next_state(row.state, "edit")
    words = _words(row.obligation, text, happened_on, amount, today)
    return _rewrite(row, by, words, add, remove, today, edited_on=today)


@action("progress_notes.resubmit_note", "重新提交进展说明")
def resubmit_note(
    *,
    by: User,
    note: Note,
    text: str,
    happened_on: dt.date,
    today: dt.date,
    amount: int | None = 1,
    add: Sequence[SentFile] = (),
    remove: Iterable[int] = (),
    late_reason: str = "",
) -> Note:
    """Submit a returned note again: it is judged by this day, the earlier one is gone (case 9)."""
    row = _locked(note)
    state = next_state(row.state, "resubmit")
    _owed(row.obligation)
    words = _words(row.obligation, text, happened_on, amount, today)
    late = rules.check_late(row.obligation.due_on, row.obligation.closes_on, late_reason, today)
    return _rewrite(
        row, by, words, add, remove, today,
        state=state, submitted_on=today, edited_on=None, decided_on=None, decided_by="", late_reason=late,
    )  # fmt: skip


def _decide(note: Note, verb: str, by: User, today: dt.date, **said: Any) -> Note:
    row = _locked(note)
    row.state = next_state(row.state, verb)
    if not is_farthest(by, row, today):
        raise Problem("progress_notes.own_note")
    row.decided_on, row.decided_by = today, by.audit_name
    for field, value in said.items():
        setattr(row, field, value)
    row.save()
    changed(row)
    about(row, state=row.state, decided_on=today, **said)
    return row


@action("progress_notes.accept_note", "认定进展说明")
def accept_note(*, by: User, note: Note, today: dt.date) -> Note:
    """The lead unit accepts a note: it counts, by the day it was submitted. Refuses one's own while another could decide."""
    return _decide(note, "accept", by, today, returned_reason="")


@action("progress_notes.return_note", "退回进展说明")
def return_note(*, by: User, note: Note, reason: str, today: dt.date) -> Note:
    """The lead unit returns a note, or takes an acceptance back, with what lacks: the day of submission is cancelled."""
    return _decide(note, "return", by, today, returned_reason=rules.checked_reason(reason))


@action("progress_notes.void_note", "作废进展说明")
def void_note(*, by: User, note: Note, reason: str) -> Note:
    """Take a note out that should not have been written; it counts nowhere and stays readable."""
    row = _locked(note)
    row.state = next_state(row.state, "void")
    row.void_reason = rules.checked_reason(reason)
    row.save()
    changed(row)
    about(row, state=row.state, void_reason=row.void_reason)
    return row
