"""Deadlines: from the words about time of an annotation, and from the dated demands of a task's own words."""

from __future__ import annotations

import re
from datetime import date

from sanzhi.domain.plan_text.dates import DayFound, days_in
from sanzhi.domain.plan_text.model import AS_SUPERIOR_SETS, BY, STANDING, DeadlineNote, Doubt
from sanzhi.domain.plan_text.words import STANDING as STANDING_WORDS
from sanzhi.domain.plan_text.words import SUPERIOR

_STOP = "，；。、（）\n"
_PAST = re.compile(r"(?:截至|截止|自|从|按照|根据|以|较|比|依据)$")
_WHAT_TRIM = "，；。、：并 且\n（）"
_NOT_WHAT = re.compile(r"^(?:(?:完成|前|底前|并|且)$|每(?:年|月|季|周|半年))")
_EVERY = re.compile(r"每(?:个)?(?:年|月|季|周|半年)(?:度)?$")
_RHYTHM = re.compile(
    r"(?:每(?:个|一)?(?:周|星期|旬|月|季度?|半年|年)|按(?:周|旬|月|季|年))(?P<day>[^，。；]{0,4}\d{1,2}(?:日|号))?"
)
#: Days that a calendar does not fix, in a task's own words.
_EVENT = re.compile(
    r"(?:农历[一-龥]{2,6}|春节|元宵节?|清明节?|端午节?|中秋节?|国庆节?|元旦|“?五一”?|主?汛期?|汛期到来|入冬|秋收|春耕|(?:春季|秋季)?开学|高考|供暖季?|采暖季?)(?:到来|来临)?之?前(?!后)"
)
_OTHER_TIME = re.compile(
    r"(?:[0-9一二三四五六七八九十]+个?(?:工作日|日|天|周|月)(?:以?内|之内)|即日起|立即|即时|适时|及时|尽快|近期|随时|另行通知)"
)


def of_annotation(
    text: str,
    shadow: str,
    start: int,
    end: int,
    year: int | None,
    begins: date | None,
    *,
    several_years: bool = False,
) -> tuple[list[DeadlineNote], list[Doubt]]:
    """The deadlines in the words about time of an annotation, stages apart, and what is doubtful in them."""
    notes: list[DeadlineNote] = []
    doubts: list[Doubt] = []
    found = [
        d
        for d in days_in(shadow, start, end, year)
        if not _EVERY.search(shadow[max(start, d.start - 4) : d.start])
    ]
    for i, day in enumerate(found):
        stop = found[i + 1].start if i + 1 < len(found) else end
        what = _what(text, shadow, day.end, stop)
        if not what and i == 0 and not re.search(r"[0-9月年]|[至到起于在]$", shadow[start : day.start]):
            what = _what(text, shadow, start, day.start)
        notes.append(_by(text, day, what, in_body=False))
        doubts += _doubts(text, day, year, begins, several_years)
    dated = {x for d in found for x in range(d.start, d.end)}
    superior = SUPERIOR.search(shadow, start, end)
    if superior and not (found and superior.start() in dated):
        s, e = superior.span()
        notes.append(DeadlineNote(AS_SUPERIOR_SETS, None, "", text[s:e], (s, e)))
    standing = next((m for m in STANDING_WORDS.finditer(shadow, start, end) if m.start() not in dated), None)
    if standing:
        s, e = start + len(text[start : standing.start()].rstrip("并且，")), standing.end()
        s = standing.start() + len(standing.group()) - len(standing.group().lstrip("并且，"))
        rest = _what(text, shadow, e, _next_stop(shadow, e, end))
        notes.append(DeadlineNote(STANDING, None, rest, text[s:e], (s, e)))
    if not notes and (rhythm := _RHYTHM.match(shadow, start, end)):
        if rhythm.group("day"):
            why = f"“{text[start:end]}”已读作周期，其中具体的日子没有读成时限，请在确认时核对。"
            doubts.append(Doubt("cadences", why, (start, end)))
    elif not notes and end > start:
        why = "完成时限没有写成某一天，也不是长期坚持，请填写截止日期。"
        if _OTHER_TIME.search(shadow, start, end):
            why = "完成时限是从某件事起算的，方案里没有写明是哪一天，请填写截止日期。"
        notes.append(DeadlineNote(BY, None, "", text[start:end], (start, end)))
        doubts.append(Doubt("deadlines", why, (start, end)))
    return notes, doubts


def of_body(
    text: str,
    shadow: str,
    start: int,
    end: int,
    year: int | None,
    begins: date | None,
    *,
    several_years: bool = False,
) -> tuple[list[DeadlineNote], list[Doubt]]:
    """The dated demands in a task's own words (2022年5月底前完成50%的村)."""
    notes: list[DeadlineNote] = []
    doubts: list[Doubt] = []
    for day in days_in(shadow, start, end, year):
        if not day.limit or _in_quotes(shadow, start, day.start):
            continue
        before = shadow[max(start, day.start - 4) : day.start]
        if _PAST.search(before) or _EVERY.search(before) or (day.day and year and day.day.year < year):
            continue
        stop = _next_stop(shadow, day.end + (1 if shadow[day.end : day.end + 1] == "，" else 0), end)
        notes.append(_by(text, day, _what(text, shadow, day.end, stop), in_body=True))
        doubts += _doubts(text, day, year, begins, several_years)
    for m in _EVENT.finditer(shadow, start, end):
        if not _in_quotes(shadow, start, m.start()):
            stop = _next_stop(shadow, m.end(), end)
            what = _what(text, shadow, m.end(), stop)
            notes.append(DeadlineNote(BY, None, what, m.group(), m.span(), in_body=True))
            doubts.append(Doubt("deadlines", f"“{m.group()}”不是确定的一天，请填写截止日期。", m.span()))
    return sorted(notes, key=lambda n: n.span), doubts


def _by(text: str, day: DayFound, what: str, *, in_body: bool) -> DeadlineNote:
    iso = day.day.isoformat() if day.day else None
    return DeadlineNote(
        BY,
        iso,
        what,
        text[day.start : day.end],
        (day.start, day.end),
        not day.year_printed and bool(iso),
        in_body,
    )


def _doubts(
    text: str, day: DayFound, year: int | None, begins: date | None, several_years: bool
) -> list[Doubt]:
    span = (day.start, day.end)
    quote = text[day.start : day.end]
    if day.day is None:
        if day.vague:
            return [Doubt("deadlines", f"“{quote}”不是确定的一天，请填写截止日期。", span)]
        if year is None and not day.year_printed:
            return [Doubt("deadlines", f"“{quote}”没有写年份，方案也看不出是哪一年，请填写。", span)]
        return [Doubt("deadlines", f"日历上没有“{quote}”这一天，请核对原文后填写截止日期。", span)]
    if several_years and day.year_guessed:
        why = f"方案跨几个年度，“{quote}”没有写明是哪一年（暂按{day.day.year}年），请核对。"
        return [Doubt("deadlines", why, span)]
    if begins and day.day < begins:
        return [Doubt("deadlines", f"“{quote}”早于方案本身的时间，可能写错，请核对。", span)]
    return []


def _what(text: str, shadow: str, start: int, end: int) -> str:
    """The words that say what is due: up to the next mark, without joining words."""
    while start < end and shadow[start] in _STOP:
        start += 1
    stop = start
    while stop < end and shadow[stop] not in "，；。\n":
        stop += 1
    m = STANDING_WORDS.search(shadow, start, stop)
    if m:
        stop = m.start()
    word = text[start:stop].strip(_WHAT_TRIM)
    return "" if _NOT_WHAT.match(word) else word


def _next_stop(shadow: str, start: int, end: int) -> int:
    while start < end and shadow[start] not in "，；。\n":
        start += 1
    return start


def _in_quotes(shadow: str, low: int, at: int) -> bool:
    """Whether a place stands inside the title of a document or a quotation, where a date is part of a name."""
    window = shadow[max(low, at - 60) : at]
    return window.rfind("《") > window.rfind("》") or window.rfind("“") > window.rfind("”")
