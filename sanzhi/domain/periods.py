"""Periods: weeks, months, quarters, half-years and years as the plan's rhythms mean them, and when they close.

The rules in prose, with the worked cases, stand in docs/rules/periods.md and docs/rules/close.md.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering

from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.workdays import WorkCalendar, statutory_calendar

__all__ = [
    "DEFAULT_GRACE",
    "DaySpan",
    "Every",
    "Period",
    "Span",
    "WorkCalendar",
    "closes_on",
    "days_in_force",
    "day_in_month",
    "grace_of",
    "in_force_for_half",
    "is_closed",
    "is_late",
    "is_owed",
    "month_end",
    "month_of_bundle",
    "owed_periods",
    "parse",
    "parse_month_end",
    "parse_span",
    "period_of",
    "periods_between",
    "periods_of_year",
    "revised_on",
    "statutory_calendar",
]

declare(
    "periods",
    {
        "code": "“{text}”不是期间代码。请用 2022-06、2022-W23、2022-Q2、2022-H1 或 2022 这样的写法。",
        "far": "“{text}”离现在太远，系统里不会有记录。请核对年份（{first} 到 {last} 之间）。",
        "span": "{first} 至 {last} 不是一个完整的{every}。请改用这个期间的第一天和最后一天。",
        "backwards": "起止日期颠倒：{first} 晚于 {last}。请检查两个日期。",
        "month_end": "“{text}”读不出是哪个月底。请写成“6月底前”或“2022年6月底前”。",
        "day_of_month": "每月的日子应在 1 到 31 之间，收到的是“{day}”。请改正。",
        "grace": "核对期天数不能小于 0，收到的是“{grace}”。请改正。",
    },
)

FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond them nobody records, and the day beside a period may not exist
DEFAULT_GRACE = 7
"""Days after a period's end during which what is received still counts as on time; a town's own setting."""

FEWEST_WORKING_DAYS = 3
"""A week with fewer working days owes no weekly duty."""


class Every(StrEnum):
    """A rhythm: how often a duty comes round."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return {"week": "周", "month": "月", "quarter": "季度", "half_year": "半年", "year": "年"}[self]


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


def month_end(year: int, month: int) -> date:
    """The last day of a month; "X月底前" ends with its last second."""
    return date(year, month, monthrange(year, month)[1])


def _edges(every: Every, day: date) -> tuple[date, date]:
    if every is Every.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    length = _MONTHS[every]
    first_month = (day.month - 1) // length * length + 1
    return date(day.year, first_month, 1), month_end(day.year, first_month + length - 1)


@total_ordering
@dataclass(frozen=True)
class Period:
    """One turn of a rhythm, from its first to its last day, both included; ordered by time.

    A week is Monday to Sunday and belongs to the month and year in which its Sunday lies. Refuses edges that are
    not those of a whole period (`periods.span`).
    """

    every: Every
    first: date
    last: date

    def __post_init__(self) -> None:
        if (self.first, self.last) != _edges(self.every, self.first):
            raise Problem("periods.span", first=self.first, last=self.last, every=self.every.label)

    def __lt__(self, other: Period) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.first, self.last) < (other.first, other.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.code

    @property
    def year(self) -> int:
        """The year to which it belongs: for a week that of its Sunday."""
        return self.last.year

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def number(self) -> int:
        """Its place in its year, from 1. The n-th week is the week of the year's n-th Sunday (not the ISO week)."""
        if self.every is Every.WEEK:
            return (self.last.timetuple().tm_yday - 1) // 7 + 1
        return (self.last.month - 1) // _MONTHS[self.every] + 1

    @property
    def code(self) -> str:
        """How it is written in addresses, exports and bundles: 2022-06, 2022-W23, 2022-Q2, 2022-H1, 2022."""
        match self.every:
            case Every.WEEK:
                return f"{self.year:04d}-W{self.number:02d}"
            case Every.MONTH:
                return f"{self.year:04d}-{self.number:02d}"
            case Every.QUARTER:
                return f"{self.year:04d}-Q{self.number}"
            case Every.HALF_YEAR:
                return f"{self.year:04d}-H{self.number}"
            case _:
                return f"{self.year:04d}"

    @property
    def label(self) -> str:
        """How it is said: 2022年6月, 2022年第24周（6月6日—6月12日）, 2022年第2季度, 2022年上半年, 2022年."""
        match self.every:
            case Every.WEEK:
                days = f"{self.first.month}月{self.first.day}日—{self.last.month}月{self.last.day}日"
                return f"{self.year}年第{self.number}周（{days}）"
            case Every.MONTH:
                return f"{self.year}年{self.number}月"
            case Every.QUARTER:
                return f"{self.year}年第{self.number}季度"
            case Every.HALF_YEAR:
                return f"{self.year}年{'上' if self.number == 1 else '下'}半年"
            case _:
                return f"{self.year}年"

    @property
    def next(self) -> Period:
        """The period that follows."""
        return period_of(self.every, self.last + timedelta(days=1))

    @property
    def previous(self) -> Period:
        """The period before."""
        return period_of(self.every, self.first - timedelta(days=1))


@dataclass(frozen=True, order=True)
class DaySpan:
    """The span of a stage with a deadline: from the day it begins (the plan's first day) to the day it is due."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Problem("periods.backwards", first=self.first, last=self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.code

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def code(self) -> str:
        """How it is written: by:2022-05-31."""
        return f"by:{self.last.isoformat()}"

    @property
    def label(self) -> str:
        """How it is said: 2022年5月31日前."""
        return f"{self.last.year}年{self.last.month}月{self.last.day}日前"


Span = Period | DaySpan
"""What an obligation is owed for: a period of a rhythm or a stage with a deadline."""

_CODE = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|W(?P<week>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])))?"
)


def period_of(every: Every, day: date) -> Period:
    """The period of that rhythm in which the day lies."""
    return Period(every, *_edges(every, day))


def _near(year: int, code: str) -> int:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return year
    raise Problem("periods.far", text=code, first=FIRST_YEAR, last=LAST_YEAR)


def parse(code: str) -> Period:
    """The period that a code names; refuses what no code names (`periods.code`), such as 2022-13 or 2022-W53, and
    years in which nobody records (`periods.far`)."""
    found = _CODE.fullmatch(code)
    if not found or found["year"] == "0000":
        raise Problem("periods.code", text=code)
    year = _near(int(found["year"]), code)
    if found["week"]:
        first_sunday = 7 - date(year, 1, 1).weekday()
        period = period_of(Every.WEEK, date(year, 1, first_sunday) + timedelta(weeks=int(found["week"]) - 1))
    elif found["month"]:
        if not 1 <= int(found["month"]) <= 12:
            raise Problem("periods.code", text=code)
        period = period_of(Every.MONTH, date(year, int(found["month"]), 1))
    elif found["quarter"]:
        period = period_of(Every.QUARTER, date(year, int(found["quarter"]) * 3, 1))
    elif found["half"]:
        period = period_of(Every.HALF_YEAR, date(year, int(found["half"]) * 6, 1))
    else:
        period = period_of(Every.YEAR, date(year, 1, 1))
    if period.code != code:
        raise Problem("periods.code", text=code)
    return period


def parse_span(code: str, first_day: date) -> Span:
    """A period's or a stage's span from its code; a stage begins on the plan's first day."""
    if not code.startswith("by:"):
        return parse(code)
    try:
        due = date.fromisoformat(code.removeprefix("by:"))
    except ValueError:
        raise Problem("periods.code", text=code) from None
    _near(due.year, code)
    return DaySpan(min(first_day, due), due)


def periods_between(every: Every, first: date, last: date) -> list[Period]:
    """Every period of the rhythm that shares a day with first … last, in order; refuses days the wrong way round."""
    if last < first:
        raise Problem("periods.backwards", first=first, last=last)
    period = period_of(every, first)
    found = [period]
    while period.last < last:
        period = period.next
        found.append(period)
    return found


def periods_of_year(every: Every, year: int) -> list[Period]:
    """The periods that belong to a year; weeks by their Sunday, so that 2022 has 52 (01-02 … 12-25)."""
    return [p for p in periods_between(every, date(year, 1, 1), date(year, 12, 31)) if p.year == year]


_MONTH_WORDS = {word: n for n, word in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), start=1)}
_MONTH_END = re.compile(
    r"(?:(?P<year>\d{4}|今|本)年年?|(?P<alone>年))?"
    r"(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月份?)?(?:底|末)(?:之?前|以前)?"
)


def parse_month_end(text: str, year: int) -> date:
    """The last day of "6月底前", "2022年6月底前", "六月底" or "年底前".

    `year` is the plan's, taken where the text names none. Refuses other words (`periods.month_end`).
    """
    found = _MONTH_END.fullmatch(re.sub(r"\s", "", text))
    if found is None or not (found["year"] or found["alone"] or found["month"]):
        raise Problem("periods.month_end", text=text)
    word = found["month"] or "12"
    month = int(word) if word.isdigit() else _MONTH_WORDS.get(word, 0)
    if not 1 <= month <= 12:
        raise Problem("periods.month_end", text=text)
    return month_end(int(found["year"]) if (found["year"] or "").isdigit() else year, month)


def day_in_month(month: Period, day: int) -> date:
    """The town's own day of a month (disclosure day 15, fixed meeting day), the month's last day where it is shorter."""
    if not 1 <= day <= 31:
        raise Problem("periods.day_of_month", day=day)
    return min(date(month.last.year, month.last.month, 1) + timedelta(days=day - 1), month.last)


# --- what a plan owes -------------------------------------------------------------------------------------------------


def is_owed(period: Period, first_day: date, working_days: WorkCalendar) -> bool:
    """Whether a plan with that first day owes this period of a rhythm.

    A week or month that began before the first day is not owed; the quarter, half-year or year in which it lies is.
    A week with fewer than three working days owes nothing.
    """
    if period.every in (Every.WEEK, Every.MONTH):
        if period.first < first_day:
            return False
    elif period.last < first_day:
        return False
    if period.every is Every.WEEK:
        return working_days.working_days_in(period.first, period.last) >= FEWEST_WORKING_DAYS
    return True


def owed_periods(every: Every, first_day: date, year: int, working_days: WorkCalendar) -> list[Period]:
    """The periods of a year that a plan owes, in order (cases 5 and 7); `first_day` is the plan's, confirmed at import."""
    return [p for p in periods_of_year(every, year) if is_owed(p, first_day, working_days)]


def days_in_force(span: Span, spells: Iterable[tuple[date, date | None]]) -> int:
    """On how many days of the span one of the spells (first, last included; None = still) was in force."""
    days: set[int] = set()
    for first, last in spells:
        start = max(first, span.first).toordinal()
        stop = min(last or span.last, span.last).toordinal()
        days.update(range(start, stop + 1))
    return len(days)


def in_force_for_half(span: Span, spells: Iterable[tuple[date, date | None]]) -> bool:
    """Whether the spells cover at least half of the span's days: four days of a week (case 4)."""
    return 2 * days_in_force(span, spells) >= span.days


# --- closing ----------------------------------------------------------------------------------------------------------


def grace_of(town: int, kind: int | None = None) -> int:
    """The days of grace that bind: the town's, which a kind of duty may only shorten."""
    grace = town if kind is None else min(town, kind)
    if grace < 0:
        raise Problem("periods.grace", grace=grace)
    return grace


def month_of_bundle(span: Span) -> Period:
    """The month in whose bundle it stands: the one in which it ends, so a week goes by its Sunday."""
    return period_of(Every.MONTH, span.last)


def closes_on(span: Span, grace: int = DEFAULT_GRACE) -> date:
    """The last day of grace: at its end the period closes (June 2022 on 07-07)."""
    return span.last + timedelta(days=grace)


def is_closed(span: Span, today: date, grace: int = DEFAULT_GRACE) -> bool:
    """Whether the period is closed on that day; the last day of grace is still open."""
    return today > closes_on(span, grace)


def is_late(span: Span, received_on: date, grace: int = DEFAULT_GRACE) -> bool:
    """Whether what the server received on that day came after the close of the period it counts for."""
    return received_on > closes_on(span, grace)


def revised_on(received_on: date, grace: int = DEFAULT_GRACE) -> date:
    """The close at whose end a late record enters a numbered revision: the first month's close not before its receipt.

    A record received on 07-20 enters when July closes, at the end of 08-07 (case 2).
    """
    month = period_of(Every.MONTH, received_on - timedelta(days=grace))
    while closes_on(month, grace) < received_on:
        month = month.next
    return closes_on(month, grace)
