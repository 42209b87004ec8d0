"""What a note must be, told from its words and days alone."""

from __future__ import annotations

import datetime as dt

from sanzhi.domain.problems import Problem
from sanzhi.foundation.privacy.masking import holds_number

SHORTEST_TEXT, LONGEST_TEXT = 10, 2000
SHORTEST_REASON, LONGEST_REASON = 4, 200
LARGEST_AMOUNT = 10_000
MOST_FILES = 10
COUNTED_KINDS = frozenset({"count_by_day", "every"})
"""Kinds of requirements of which a note says how many; of all others a note is one."""

_LABELS = {"text": "进展", "reason": "原因", "late_reason": "补录说明"}


def _bare(text: str, field: str, longest: int) -> str:
    bare = text.replace("\x00", "").replace("\r\n", "\n").strip()
    label = _LABELS[field]
    if len(bare) > longest:
        raise Problem(
            "progress_notes.text_too_long", field=field, label=label, longest=longest, length=len(bare)
        )
    if holds_number(bare):
        raise Problem("progress_notes.personal_number", field=field, label=label)
    return bare


def checked_text(text: str) -> str:
    """The words of a note as they are kept. Refuses fewer than 10 or more than 2000 characters, and numbers of persons."""
    bare = _bare(text, "text", LONGEST_TEXT)
    if len(bare) < SHORTEST_TEXT:
        raise Problem("progress_notes.text_needed", field="text")
    return bare


def checked_reason(text: str, field: str = "reason") -> str:
    """A reason as it is kept, of 4 to 200 characters."""
    bare = _bare(text, field, LONGEST_REASON)
    if len(bare) < SHORTEST_REASON:
        raise Problem("progress_notes.reason_needed", field=field)
    return bare


def checked_amount(amount: int | None, kind: str) -> int:
    """How many a note counts: 1 unless the requirement counts. Refuses what is no whole number from 1 to 10,000."""
    if kind not in COUNTED_KINDS:
        return 1
    if amount is None or not 1 <= amount <= LARGEST_AMOUNT:
        raise Problem("progress_notes.amount", field="amount", largest=LARGEST_AMOUNT)
    return amount


def likely_day(first: dt.date, last: dt.date, kind: str, today: dt.date) -> dt.date:
    """The day a form begins with: today, or the last day of a rhythm's period that is over."""
    return min(today, last) if kind == "every" and first <= today else today


def check_day(happened_on: dt.date, first: dt.date, last: dt.date, kind: str, today: dt.date) -> None:
    """Refuse a day that has not come, and for a rhythm a day outside its period (each deed belongs to its own)."""
    if happened_on > today:
        raise Problem("progress_notes.in_future", field="happened_on", day=happened_on.isoformat())
    if kind == "every" and not first <= happened_on <= last:
        raise Problem(
            "progress_notes.not_in_period",
            field="happened_on",
            day=happened_on.isoformat(),
            first=first.isoformat(),
            last=last.isoformat(),
        )


def check_late(due_on: dt.date | None, closes_on: dt.date | None, reason: str, today: dt.date) -> str:
    """The reason of what comes after the close, empty before it. Refuses lateness without a reason."""
    if closes_on is None or due_on is None or today <= closes_on:
        return ""
    bare = _bare(reason, "late_reason", LONGEST_REASON)
    if len(bare) < SHORTEST_REASON:
        raise Problem("progress_notes.late_reason_needed", field="late_reason", due=due_on.isoformat())
    return bare
