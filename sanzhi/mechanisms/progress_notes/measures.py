"""What a note proves: that a unit reported on a requirement for a period, once the lead unit accepted it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from sanzhi.kit.ledger.models import Requirement
from sanzhi.kit.measures.declarations import Duty, Measure
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.progress_notes.states import NoteState


def _touches(note: Note) -> Iterable[tuple[int, dt.date]]:
    return [(note.unit_id, note.counts_on)]


NOTES = Measure(
    code="progress_notes.notes_accepted",
    label="已认定的进展说明",
    rows=lambda: Note.objects.filter(state__in=(NoteState.SUBMITTED, NoteState.ACCEPTED)),
    counts_for="counts_on",
    done_on="submitted_on",
    received="submitted_on",
    amount="amount",
    # Through all versions of the plan: what was reported on an undertaking stays reported.
    requirement="requirement__lineage",
    waits=Q(state=NoteState.SUBMITTED),
    touched_by={Note: _touches},
    # The lineage is written with the requirement and stays.
    steady=(Requirement,),
)
REPORTED = Duty(
    "progress_notes.reported",
    "进展说明",
    NOTES,
    words="牵头单位认定的进展说明（按提交日判断是否按期；待认定的先不计数）",
)
