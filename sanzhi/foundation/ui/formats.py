"""How days, times, fractions, periods and lists of names are written on screen and on paper.

Pure functions; what stands in the present year is written without it, so the year of reading is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as clock_time
from fractions import Fraction
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, Period

NOTHING = "–"
"""Written where there is no number, because nobody owes one; never 0."""

_WEEKDAYS = (
    pgettext_lazy("weekday", "周一"),
    pgettext_lazy("weekday", "周二"),
    pgettext_lazy("weekday", "周三"),
    pgettext_lazy("weekday", "周四"),
    pgettext_lazy("weekday", "周五"),
    pgettext_lazy("weekday", "周六"),
    pgettext_lazy("weekday", "周日"),
)


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _year(seen_from: date | int | None) -> int | None:
    return seen_from.year if isinstance(seen_from, date) else seen_from


def weekday(value: date) -> str:
    """周一 … 周日."""
    return str(_WEEKDAYS[value.weekday()])


def day(
    value: date | datetime | None, seen_from: date | int | None = None, *, with_weekday: bool = True
) -> str:
    """3月31日（周四）, with the year in front when it is not the one it is seen from (a day or a year); – for None."""
    if value is None:
        return NOTHING
    value = _local(value)
    return _day_text(
        date(value.year, value.month, value.day),
        value.year != _year(seen_from),
        with_weekday,
        get_language(),
    )


@lru_cache(maxsize=4096)
def _day_text(value: date, with_year: bool, with_weekday: bool, language: str | None) -> str:
    """The words for a day: a list shows the same few days on every row."""
    text = _("{month}月{day}日").format(month=value.month, day=value.day)
    if with_year:
        text = _("{year}年{rest}").format(year=value.year, rest=text)
    if with_weekday:
        text = _("{text}（{note}）").format(text=text, note=weekday(value))
    return text


def time(value: clock_time | datetime | None) -> str:
    """14:05, in the town's time; – for None."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.hour:02d}:{value.minute:02d}"


def moment(value: datetime | None, seen_from: date | int | None = None) -> str:
    """3月31日 14:05, with the year when it is another one; – for None."""
    if value is None:
        return NOTHING
    return f"{day(value, seen_from, with_weekday=False)} {time(value)}"


def percent(share: Fraction) -> str:
    """88.9%, 50%, 100%: one decimal, rounded half up; never 100% or 0% by rounding alone."""
    tenths = int(share * 1000 + Fraction(1, 2))
    if share < 1:
        tenths = min(tenths, 999)
    if share > 0:
        tenths = max(tenths, 1)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def fraction(done: int | Fraction | None, owed: int | None = None) -> str:
    """8/9（88.9%）; – when nobody owes it (None, or nothing owed).

    Takes a numerator and a denominator, or one Fraction (then in lowest terms: pass both numbers where the
    count itself matters).
    """
    if done is None:
        return NOTHING
    if owed is None:
        if not isinstance(done, Fraction):
            return number(done)
        done, owed = done.numerator, done.denominator
    if owed == 0:
        return NOTHING
    return _("{fraction}（{percent}）").format(
        fraction=f"{done}/{owed}", percent=percent(Fraction(done, owed))
    )


def number(value: int | None) -> str:
    """4,200; – for None."""
    return NOTHING if value is None else f"{value:,}"


def period(value: Period, seen_from: date | int | None = None) -> str:
    """6月, 第24周（6月6日—6月12日）, 第2季度, 上半年: with the year in front when it is another one.

    Half-years and years always bear their year, a bare 上半年 is too easily misread in a print.
    """
    match value.every:
        case Every.WEEK:
            first, last = (day(d, value.year, with_weekday=False) for d in (value.first, value.last))
            text = _("第{number}周（{first}—{last}）").format(number=value.number, first=first, last=last)
        case Every.MONTH:
            text = _("{number}月").format(number=value.number)
        case Every.QUARTER:
            text = _("第{number}季度").format(number=value.number)
        case Every.HALF_YEAR:
            half = pgettext("period", "上半年") if value.number == 1 else pgettext("period", "下半年")
            return _("{year}年{rest}").format(year=value.year, rest=half)
        case _:
            return _("{year}年").format(year=value.year)
    if value.year != _year(seen_from):
        text = _("{year}年{rest}").format(year=value.year, rest=text)
    return text


def span(first: date, last: date, seen_from: date | int | None = None) -> str:
    """6月6日—6月12日, both days included; one day alone when they are the same."""
    head = day(first, seen_from, with_weekday=False)
    if first == last:
        return head
    return f"{head}—{day(last, first.year, with_weekday=False)}"


def names(values: Sequence[object], shown: int = 2) -> str:
    """张三、李四等5人: up to `shown` + 1 names in full, else the first `shown` and how many there are."""
    if not values:
        return NOTHING
    if len(values) <= shown + 1:
        return "、".join(str(v) for v in values)
    return _("{names}等{count}人").format(names="、".join(str(v) for v in values[:shown]), count=len(values))


def short(text: str, longest: int = 200) -> str:
    """A text of at most `longest` characters, cut at a line's end where that loses less than a third, with …."""
    text = text.strip()
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    line_end = cut.rfind("\n")
    if line_end >= longest * 2 // 3:
        cut = cut[:line_end]
    return cut.rstrip("，、；。 \n") + "…"


def file_size(count: int) -> str:
    """780 KB, 3.2 MB: of 1024 bytes each."""
    if count < 1024 * 1024:
        return f"{max(1, (count + 512) // 1024) if count else 0} KB"
    tenths = (count * 10 + 512 * 1024) // (1024 * 1024)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest} MB" if rest else f"{whole} MB"
