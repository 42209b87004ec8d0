"""Who writes notes, and who of the lead unit accepts or returns them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import on_day
from sanzhi.kit.access import Capability, Reach, can, register
from sanzhi.kit.ledger.models import TaskUnit
from sanzhi.mechanisms.progress_notes.models import Note

CAPABILITIES = register(
    Capability(
        "progress_notes:read",
        "查看进展说明",
        {
            Role.TOWN_LEADER: Reach.TOWN,
            Role.OFFICER: Reach.TOWN,
            Role.AUDITOR: Reach.TOWN,
            Role.DISCIPLINE: Reach.TOWN,
            Role.VILLAGE_CARE: Reach.SUBTREE,
            Role.SECRETARY: Reach.SUBTREE,
            Role.CLERK: Reach.SUBTREE,
            Role.CADRE: Reach.SUBTREE,
        },
    ),
    Capability(
        "progress_notes:write",
        "提交进展说明",
        {
            Role.OFFICER: Reach.SUBTREE,
            Role.SECRETARY: Reach.SUBTREE,
            Role.CLERK: Reach.SUBTREE,
            Role.CADRE: Reach.SUBTREE,
        },
    ),
    Capability("progress_notes:accept", "认定或退回进展说明", {Role.OFFICER: Reach.TOWN}),
)


def deciders(note: Note, day: dt.date) -> dict[int, set[int]]:
    """Account → units, of those who may decide on `day`: officers of the units that lead the note's task.

    Where none of these units has an officer: the officers of the town's other offices, so that nothing waits for ever.
    """
    leading = TaskUnit.objects.filter(
        task=note.requirement.task_id, role=TaskUnit.Role.LEAD, unit__isnull=False
    )
    found = _officers(note, day, Q(grants__unit__in=list(leading.values_list("unit_id", flat=True))))
    return found or _officers(note, day, ~Q(grants__unit=note.unit_id))


def _officers(note: Note, day: dt.date, of_units: Q) -> dict[int, set[int]]:
    held = on_day(day, "grants__") & Q(grants__role=Role.OFFICER, grants__unit__town=note.town_id) & of_units
    found: dict[int, set[int]] = {}
    for pk, unit in User.objects.filter(held, is_active=True).values_list("pk", "grants__unit"):
        found.setdefault(pk, set()).add(unit)
    return found


def _nearness(note: Note, account: int, units: set[int]) -> int:
    """0 of another unit, 1 of the note's own unit, 2 who wrote or typed it."""
    if account in (note.author_id, note.typist_id):
        return 2
    return 1 if note.unit_id in units else 0


def is_farthest(user: User, note: Note, day: dt.date) -> bool:
    """Whether nobody who may decide stands farther from the note than this person does."""
    all_of_them = deciders(note, day)
    mine = _nearness(note, user.pk, {h.unit.pk for h in user.holdings if h.role == Role.OFFICER})
    return mine == 0 or all(mine <= _nearness(note, pk, units) for pk, units in all_of_them.items())


def decides(user: User, note: Note, day: dt.date) -> bool:
    """Whether a person may accept or return a note, leaving aside whose it is (`is_farthest`) and its state."""
    return can(user, "progress_notes:accept", note.unit) and user.pk in deciders(note, day)
