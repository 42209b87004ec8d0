"""Working days of the People's Republic: the weeks, the statutory holidays and the make-up days (调休).

The State Council's office announces holidays and make-up days year by year; the table in `data/workdays_cn.csv` holds
the announced years. A day of a year that was never entered is refused, not guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from sanzhi.domain.problems import Problem, declare

declare(
    "workdays",
    {
        "year_missing": "还没有{year}年的工作日安排。请管理员按国务院办公厅的放假通知录入{year}年的放假日和调休上班日。",
        "length": "工作日数必须是大于 0 的整数，收到的是“{n}”。请改为 1 或更大的数。",
        "span": "起止日期颠倒：{first} 晚于 {last}。请检查两个日期。",
    },
)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: Monday to Friday, less `holidays`, plus `makeup` days.

    `holidays` may hold weekends that lie inside a holiday. `years` are the years whose arrangement is entered; left
    out, it is every year whose New Year's Day stands among the holidays. Asked about another year it refuses with
    `workdays.year_missing`.
    """

    holidays: frozenset[date]
    makeup: frozenset[date]
    years: frozenset[int] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self.years:
            entered = frozenset(day.year for day in self.holidays if (day.month, day.day) == (1, 1))
            object.__setattr__(self, "years", entered)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day; refuses a year that is not entered."""
        if day.year not in self.years:
            raise Problem("workdays.year_missing", year=day.year)
        if day in self.makeup:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def working_days_in(self, first: date, last: date) -> int:
        """The number of working days from `first` to `last`, both included."""
        if last < first:
            raise Problem("workdays.span", first=first, last=last)
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; the day itself does not count (domain T-24)."""
        if n < 1:
            raise Problem("workdays.length", n=n)
        left = n
        while left:
            day += ONE_DAY
            left -= self.is_working_day(day)
        return day

    def next_working_day(self, day: date) -> date:
        """That day itself when it is worked, else the first worked day after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def extended(
        self, *, holidays: Iterable[date] = (), makeup: Iterable[date] = (), years: Iterable[int] = ()
    ) -> WorkCalendar:
        """The same calendar with a newly announced year, or a region's own holidays, entered.

        A day entered again takes the new meaning: a former make-up day can become a holiday and the other way round.
        """
        more_holidays, more_makeup = frozenset(holidays), frozenset(makeup)
        return WorkCalendar(
            holidays=(self.holidays - more_makeup) | more_holidays,
            makeup=(self.makeup - more_holidays) | more_makeup,
            years=self.years | frozenset(years),
        )


@cache
def statutory_calendar() -> WorkCalendar:
    """The calendar of the announced years, as in `data/workdays_cn.csv` (its head names source and version)."""
    text = files("sanzhi.domain").joinpath("data/workdays_cn.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return WorkCalendar(
        holidays=frozenset(date.fromisoformat(row["day"]) for row in rows if row["kind"] == "holiday"),
        makeup=frozenset(date.fromisoformat(row["day"]) for row in rows if row["kind"] == "makeup"),
    )
