"""Reads of notes that pages and actions share."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Unit, on_day
from sanzhi.kit.access import capability, within
from sanzhi.kit.ledger.models import Obligation, TaskUnit
from sanzhi.mechanisms.progress_notes.models import Note, NoteFile
from sanzhi.mechanisms.progress_notes.states import NoteState

# A version bears its whole document, which no page of a note needs.
_DOCUMENT = ("requirement__task__version__text", "requirement__task__version__reading")
_SHOWN = ("unit", "author", "typist", "requirement__task")
_JUDGED = ("requirement__task__version__plan", "obligation__unit")


def visible_to(user: User) -> QuerySet[Note]:
    """The notes a person may see: those of the units within reach (a stranger sees none)."""
    return within(user, "progress_notes:read", Note.objects.select_related(*_SHOWN))


def get_note(user: User, pk: int, capability: str = "progress_notes:read") -> Note:
    """One note of a unit in which the person holds the capability; anything else is a 404."""
    rows = Note.objects.select_related(*_SHOWN, *_JUDGED, "town").defer(*_DOCUMENT)
    note = get_object_or_404(within(user, capability, rows), pk=pk)
    # What an obligation shares with its note is read once.
    note.obligation.town = note.town
    if note.obligation.requirement_id == note.requirement_id:
        note.obligation.requirement = note.requirement
    return note


def get_obligation(user: User, pk: int) -> Obligation:
    """One obligation of a unit for which the person may write; anything else is a 404."""
    rows = Obligation.objects.select_related("requirement__task__version__plan", "unit", "town").defer(
        *_DOCUMENT
    )
    return get_object_or_404(within(user, "progress_notes:write", rows), pk=pk)


def get_file(note: Note, pk: int) -> NoteFile:
    """A file attached to a note that the person was already let see; one taken off is gone."""
    return get_object_or_404(
        NoteFile.objects.select_related("stored"), note=note, removed_on__isnull=True, pk=pk
    )


def files_of(note: Note) -> list[NoteFile]:
    """The files attached to a note now."""
    return list(note.attached.filter(removed_on__isnull=True).select_related("stored"))


def notes_for(obligation: Obligation) -> list[Note]:
    """What was already written for an obligation, the newest first (void ones left out)."""
    rows = Note.objects.filter(obligation=obligation).exclude(state=NoteState.VOID).select_related("author")
    return list(rows.order_by("-submitted_on", "-pk")[:10])


def led_by(user: User) -> list[int]:
    """Ids of the units in which a person is officer today."""
    return [h.unit.pk for h in user.holdings if h.role == Role.OFFICER]


def waiting_for(user: User) -> QuerySet[Note]:
    """Submitted notes on tasks that the person's unit leads."""
    mine = led_by(user)
    if not mine:
        return Note.objects.none()
    led = TaskUnit.objects.filter(role=TaskUnit.Role.LEAD, unit__in=mine).values("task")
    return visible_to(user).filter(state=NoteState.SUBMITTED, requirement__task__in=led)


def colleagues(unit: Unit, day: dt.date) -> list[User]:
    """Those for whom a sheet may be copied in: accounts that may write for the unit on `day`, by name."""
    roles = [str(r) for r in capability("progress_notes:write").roles]
    held = on_day(day, "grants__") & Q(grants__unit=unit, grants__role__in=roles)
    return list(User.objects.filter(held, is_active=True).distinct().order_by("display_name", "pk"))
