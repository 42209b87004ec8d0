"""Days as plans write them: 2022年6月底前, 年底前, 第一季度, 上半年, 2023-06-30 — and what is no deadline among them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sanzhi.domain.plan_text.model import Span
from sanzhi.domain.text_zh import whole_number

_MONTH = r"(?:1[0-2]|0?[1-9]|1[3-9]|十[一二]?|[一二三四五六七八九])"
_BEFORE = r"(?:之?前|以前|之前)"
_DATE = re.compile(
    r"(?:(?P<five>“?十(?P<five_n>[三四五六])五”?(?:规划)?(?:时期|期)?(?:末|期间|内))"
    r"|(?P<iso>(?P<iy>20\d\d)(?P<sep>[-.／])(?P<im>\d{1,2})(?:(?P=sep)(?P<id>\d{1,2}))(?!\d))"
    r"|(?:(?P<y>(?:20|19)\d\d|二[〇零][〇零一二三四五六七八九]{2})(?:年度?|(?=[-至到]20\d\d年))|(?P<this>今年|本年度?|当年)|(?P<next>明年|次年|翌年))?"
    rf"(?:(?:的)?(?P<m>{_MONTH})(?:月份|月)(?:(?P<d>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:日|号))?(?P<part>上旬|中旬|下旬|初|中|底|末)?"
    r"|第?(?P<q>[一二三四1-4])季度(?P<qend>末|底)?|(?P<half>上半年|下半年|年中)|(?(y)年?|(?(this)年?|(?(next)年?|(?<![0-9一二三四五六七八九十两几多百])年)))(?P<yend>底|末|终|内)|(?P<whole>(?<=年)|(?<=度)))"
    rf"(?P<before>{_BEFORE})?(?P<within>以?内(?!容))?)"
)
#: Without one of these no day is named.
_HINT = re.compile("[年月季半五度]|20\\d\\d")
_NOT_AHEAD = re.compile(
    r"(?:起|开始|以来|后|以后|之后|前后|发布|印发|施行|实施(?:的|以来)|修订|颁布|版|度?(?:报告|总结|第)|、)"
)
#: What makes a quarter or half-year the time until when: 上半年完成, 一季度开工率达到.
_STAGE = re.compile(
    r"(?:，|要|应|须|需|力争|确保|争取)?(?:全部|基本|全面)?(?:完成|实现|建成|出台|制定|印发|启动|办结|(?:[一-龥]{1,8}(?:率|比例|进度))?达到)"
)
#: A day of a year that only an event fixes (2023年秋季开学前).
_EVENT = re.compile(r"(?:[一-龥]{2,6}|“[一-龥]{2,4}”)(?<!提)之?前(?![后期])")
_RANGE = re.compile(r"\s?(?:-{1,2}|至|到)\s?")
_UNTIL = re.compile(
    r"(?:到|至|截至|截止|截止到|截至到|于|在|不迟于|不晚于|最迟|延长?至|延至|力争|争取|确保)$"
)


@dataclass(frozen=True)
class DayFound:
    """A day in a text: its place, the day (None when there is no such day), and how firmly it is said to be a limit."""

    start: int
    end: int
    day: date | None
    year_printed: bool
    limit: bool
    whole_year: bool = False
    vague: bool = False
    year_guessed: bool = False


def days_in(shadow: str, start: int, end: int, year: int | None) -> Iterator[DayFound]:
    """The days named in a stretch, in order; a missing year is carried from the day before it, else `year`.

    `year_guessed` marks days whose year is the plan's. `limit` is set where the words say until when (…底前, 年内, 到…). Ranges give their last day. `vague` marks words
    that name no single day (月初).
    """
    carried, guessed = year, True
    if not _HINT.search(shadow, start, end):
        return
    hits = [m for m in _DATE.finditer(shadow, start, end) if m.end() > m.start()]
    for i, m in enumerate(hits):
        if m.group("whole") is not None and not m.group("y"):
            continue
        printed = m.group("y") or m.group("iy") or m.group("five")
        number = whole_number(printed.replace("零", "〇")) if printed else None
        if number:
            carried, guessed = number, False
        event = m.group("whole") is not None and _EVENT.match(shadow, m.end(), end)
        if i + 1 < len(hits) and _RANGE.fullmatch(shadow, m.end(), hits[i + 1].start()):
            continue
        used = carried
        if m.group("next"):
            used = carried + 1 if carried and not printed else carried
        day, vague = (None, True) if event else _day(m, used)
        yield DayFound(
            m.start(),
            event.end() if event else m.end(),
            day,
            bool(printed),
            _is_limit(shadow, m, start),
            m.group("whole") is not None,
            vague,
            guessed and not printed and not m.group("this") and not m.group("next"),
        )


def _day(m: re.Match[str], year: int | None) -> tuple[date | None, bool]:
    if m.group("iso"):
        return _checked(int(m.group("iy")), int(m.group("im")), int(m.group("id"))), False
    if m.group("five"):
        return date(2005 + 5 * (whole_number(m.group("five_n")) or 0), 12, 31), False
    if year is None:
        return None, False
    if m.group("m"):
        month = whole_number(m.group("m")) or 0
        if m.group("d"):
            return _checked(year, month, whole_number(m.group("d")) or 0), False
        if not 1 <= month <= 12:
            return None, False
        part = m.group("part")
        if part in ("初", "中"):
            return None, True
        if part in ("上旬", "中旬"):
            return date(year, month, 10 if part == "上旬" else 20), False
        return _month_end(year, month), False
    if m.group("q"):
        return _month_end(year, 3 * (whole_number(m.group("q")) or 4)), False
    if m.group("half"):
        return (date(year, 12, 31), False) if m.group("half") == "下半年" else (date(year, 6, 30), False)
    return date(year, 12, 31), False


def _checked(year: int, month: int, day: int) -> date | None:
    if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _is_limit(shadow: str, m: re.Match[str], low: int) -> bool:
    after = shadow[m.end() : m.end() + 6]
    if _NOT_AHEAD.match(after):
        return False
    if m.group("before") or m.group("within"):
        return True
    if m.group("five"):
        return m.group("five").endswith("末")
    if (m.group("q") or m.group("half")) and _STAGE.match(shadow, m.end()):
        return True
    if m.group("yend") or m.group("qend") or m.group("part") in ("底", "末"):
        return True
    before = shadow[max(low, m.start() - 4) : m.start()]
    return bool(_UNTIL.search(before) and (m.group("d") or m.group("iso")))


def span_of(found: DayFound) -> Span:
    """The place of a day in the text."""
    return found.start, found.end
