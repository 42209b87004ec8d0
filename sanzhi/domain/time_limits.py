"""Time limits: the last day of "15 working days" or "one month", by the rules of domain T-24.

A limit starts on the day after the event. Days are counted in calendar days, working days or months; days of a pause
(a hearing, an expert opinion) do not count. The last day of a procedural limit that falls on a day off moves to the
next working day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from sanzhi.domain.periods import month_end
from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.workdays import WorkCalendar

declare(
    "time_limits",
    {
        "length": "期限必须是大于 0 的整数，收到的是“{n}”。请改正。",
        "extension": "延长的期限不能小于 0，收到的是“{extension}”。请改正。",
        "pause": "暂停的起止日期颠倒：{first} 晚于 {last}。请检查两个日期。",
        "unit": "“{unit}”不是期限单位。请选工作日、日或月。",
    },
)

ONE_DAY = timedelta(days=1)


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {"working_day": "个工作日", "calendar_day": "日", "month": "个月"}[self]


Pause = tuple[date, date]
"""The first and the last day of a pause, both included."""


def add_limit(
    start: date,
    n: int,
    unit: LimitUnit | str = LimitUnit.WORKING_DAY,
    *,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    extension: int = 0,
    procedural: bool = True,
) -> date:
    """The last day of a limit of `n` units (plus `extension` more of the same) that an event on `start` sets going.

    A month ends on the day of the same number, on the month's last day where there is none (Civil Code art. 202).
    `pauses` are days that do not count. `procedural`: a last day off moves to the next working day (art. 203; a
    limit on a person's own act that must not move sets it False). Refuses lengths below 1, pauses the wrong way
    round, and years whose working days are not entered.
    """
    if n < 1:
        raise Problem("time_limits.length", n=n)
    if extension < 0:
        raise Problem("time_limits.extension", extension=extension)
    for first, last in pauses:
        if last < first:
            raise Problem("time_limits.pause", first=first, last=last)
    if unit not in tuple(LimitUnit):
        raise Problem("time_limits.unit", unit=unit)
    match LimitUnit(unit):
        case LimitUnit.WORKING_DAY:
            return _count(start, n + extension, pauses, calendar)
        case LimitUnit.CALENDAR_DAY:
            last = _count(start, n + extension, pauses, None)
        case _:
            length = (add_months(start, n + extension) - start).days
            last = _count(start, length, pauses, None)
    if procedural:
        while _is_paused(last, pauses) or not calendar.is_working_day(last):
            last += ONE_DAY
    return last


def add_months(day: date, n: int) -> date:
    """The day of the same number n months on, the month's last day where there is none (01-31 + 1 = 02-28)."""
    years, month = divmod(day.month - 1 + n, 12)
    end = month_end(day.year + years, month + 1)
    return end if day.day > end.day else end.replace(day=day.day)


def _count(start: date, n: int, pauses: Sequence[Pause], calendar: WorkCalendar | None) -> date:
    day, left = start, n
    while left:
        day += ONE_DAY
        if not _is_paused(day, pauses) and (calendar is None or calendar.is_working_day(day)):
            left -= 1
    return day


def _is_paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(first <= day <= last for first, last in pauses)
