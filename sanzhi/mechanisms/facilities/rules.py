"""Pure rules of sites: what a text may hold, when a filing and an audit are due, which month a note counts for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sanzhi.domain.periods import Every, Period, closes_on, is_closed, period_of
from sanzhi.domain.problems import Problem
from sanzhi.foundation.privacy.masking import holds_number
from sanzhi.mechanisms.facilities.kinds import AUDIT_LIST, CHECK_LISTS, KINDS, LEAST_RETENTION

__all__ = ["CHECK_LISTS"]


FILING_LIMIT = dt.timedelta(days=30)
"""Within so many days of use a video site is filed with the police (公共安全视频图像信息系统管理条例)."""
FILED_KINDS = frozenset(code for code, kind in KINDS.items() if kind.filed)
AUDITED_KINDS = frozenset(code for code, kind in KINDS.items() if kind.audited)
OPEN_KINDS = frozenset(code for code, kind in KINDS.items() if kind.opens)
LONGEST = {
    "name": 60, "place": 80, "purpose": 120, "reason": 200, "late_reason": 200, "hours": 300, "what": 120, "lacks": 200,
}  # fmt: skip
LABELS = {
    "name": "名称",
    "place": "位置说明",
    "purpose": "用途",
    "reason": "原因",
    "late_reason": "补录说明",
    "hours": "开放时间",
    "what": "开展了什么",
    "lacks": "缺什么",
}
MOST_LINES, MOST_PEOPLE, MOST_TIMES, MOST_DAYS = 8, 100_000, 500, 3650
AUDITED_EVERY = Every.HALF_YEAR
"""How often the accesses to a video site's pictures are audited (the town's own)."""

_COORDINATES = re.compile(r"\d{2,3}\.\d{3,}|\d{1,3}°\s*\d{1,2}[′']|\d{1,3}°\d")
_DEVICE = re.compile(
    r"(?:rtsp|https?|rtmp)://|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)|密码\s*[:：]|口令\s*[:：]", re.IGNORECASE
)


def checked(field: str, text: str) -> str:
    """A text as it is kept, without outer blanks.

    Refuses one that is too long, and what a site never holds (R-40): numbers of persons, coordinates, device addresses.
    """
    bare = text.replace("\x00", "").strip()
    label = LABELS[field]
    if len(bare) > LONGEST[field]:
        raise Problem(
            "facilities.too_long", field=field, label=label, longest=LONGEST[field], length=len(bare)
        )
    if holds_number(bare):
        raise Problem("facilities.personal_number", field=field, label=label)
    if _DEVICE.search(bare):
        raise Problem("facilities.device", field=field, label=label)
    if _COORDINATES.search(bare):
        raise Problem("facilities.coordinates", field=field, label=label)
    return bare


@dataclass(frozen=True)
class Filing:
    """How the police filing of a video site stands: until when it is due, and whether that day has passed without it."""

    due_on: dt.date
    filed_on: dt.date | None
    overdue: bool


def filing(kind: str, in_use_on: dt.date | None, filed_on: dt.date | None, today: dt.date) -> Filing | None:
    """The filing that a site in use owes; None where none is owed (another kind, not yet in use)."""
    if kind not in FILED_KINDS or in_use_on is None:
        return None
    due_on = in_use_on + FILING_LIMIT
    return Filing(due_on, filed_on, (filed_on or today) > due_on)


def checked_hours(text: str) -> str:
    """Opening hours as they hang on the door: one rule a line, no empty ones. Refuses none, too many, and what sites never
    hold."""
    lines = [" ".join(line.split()) for line in checked("hours", text.replace("\r", "")).split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        raise Problem("facilities.hours_empty", field="hours")
    if len(lines) > MOST_LINES:
        raise Problem("facilities.hours_lines", field="hours", most=MOST_LINES, lines=len(lines))
    return "\n".join(lines)


def checked_reason(text: str, field: str = "reason", code: str = "reason_needed") -> str:
    """A reason of at least four characters."""
    bare = checked(field, text)
    if len(bare) < 4:
        raise Problem(f"facilities.{code}", field=field)
    return bare


def late_reason(day: dt.date, today: dt.date, text: str) -> str:
    """The reason kept with a note of `day` written on `today`: needed once that day's month is closed, else left out."""
    month = period_of(Every.MONTH, day)
    if not is_closed(month, today):
        return ""
    bare = checked("late_reason", text)
    if len(bare) < 4:
        raise Problem(
            "facilities.note_late_reason",
            field="late_reason",
            month=month.label,
            closed=closes_on(month).isoformat(),
        )
    return bare


def checked_number(field: str, value: int | None, least: int, most: int) -> int:
    """A head count, a number of times or of days within its bounds."""
    if value is None or not least <= value <= most:
        raise Problem(f"facilities.{field}_range", field=field, most=most)
    return value


def checked_audit(passed: list[str], retention_days: int, lacks: str) -> str:
    """What an audit found, in words: needed where a line of the list did not pass or pictures are kept too short."""
    known = [c.code for c in AUDIT_LIST]
    for code in passed:
        if code not in known:
            raise Problem("facilities.unknown_audit_item", item=str(code)[:20])
    words = checked("lacks", lacks)
    if (set(known) - set(passed) or retention_days < LEAST_RETENTION) and len(words) < 4:
        raise Problem("facilities.audit_finding_needed", field="lacks", least=LEAST_RETENTION)
    return words


@dataclass(frozen=True)
class AuditDue:
    """The half-year whose accesses are to be audited, by which day, and whether that day has passed."""

    period: Period
    due_on: dt.date
    overdue: bool


def audit_due(kind: str, in_use_on: dt.date | None, audited: set[Period], today: dt.date) -> AuditDue | None:
    """The oldest half-year still without its audit: that before this one where the site was in use for all of it, else
    this one. None where none is owed (another kind, not in use, both audited)."""
    if kind not in AUDITED_KINDS or in_use_on is None or in_use_on > today:
        return None
    now = period_of(AUDITED_EVERY, today)
    before = now.previous
    if in_use_on <= before.first and before not in audited:
        return AuditDue(before, before.last, True)
    return None if now in audited else AuditDue(now, now.last, False)
