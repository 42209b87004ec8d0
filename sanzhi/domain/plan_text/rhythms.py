"""Rhythms (cadences): 每周…不少于一天, 每半年…一次, 一月一议, 月月有安排 — and what only looks like one."""

from __future__ import annotations

import re

from sanzhi.domain.plan_text.model import EVERY, CadenceNote, Doubt
from sanzhi.domain.text_zh import NUMERAL, whole_number

_PERIOD = {
    "周": "week",
    "星期": "week",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half_year",
    "年": "year",
}
_EACH = re.compile(
    r"(?:每(?:个|一)?(?P<each>周|星期|月|季度?|半年|年)(?:度)?(?!龄|轻|代|月日)"
    r"|(?P<one>一(?P<one_p>周|月|季|年)一(?P<one_what>[一-龥]{1,2}))"
    r"|(?P<twice>月月|周周|季季|年年)(?=有|开|见|搞|办|都)"
    r"|全(?P<whole>年)(?=(?:累计|总共|共|应|要|需)?(?:不少于|不低于|至少|开展|组织|召开|举办|进行)[一-龥“”]{0,6}?[一两二三四五六七八九十0-9]{1,3}(?:次|场|期))"
    r"|(?P<brief>(?:(?<=[、，。；：“])|(?<=实行)|(?<=坚持)|(?<=落实)|(?<=建立)|(?<=健全)|(?<=推行)|(?<=执行)|(?<=项目)|(?<=工作))(?P<brief_p>周|月|季|半年|年)(?:调度|通报|点评|评比|总结|督查|晾晒|排名|例会|研判|会商|公示|排查|检查|考核|自查|报告|汇报)(?=[、，。；”的机制]))"
    r"|(?<![一-龥])按(?P<by_p>周|月|季|年)(?:度)?(?=调度|报送|上报|通报|推进|开展|检查|考核|$)"
    r"|(?<![0-9十第])一(?P<span>年|季度?|月|周)(?:内)?(?=(?:不少于|至少|开展|组织|召开|举办|进行)?[一两二三四五六七八九十0-9]{1,3}次))"
)
#: Without 每 or one of these no rhythm is told.
_HINT = re.compile(
    r"[周月季年][一周月季年不至开组召举进累总共应要需调通点评总督晾排例研会公检考自报汇送上推]|一[年季月周]"
)
_AT_LEAST = re.compile(
    rf"(?P<n>\d{{1,3}}|{NUMERAL}{{1,3}})(?P<unit>次|场次|场|期|天|日|回|轮|遍|批次|批|课时|小时|节|个|项|家|名|件|篇|处|户|人次|人)"
    r"(?:以上)?"
)
_LOW = re.compile(r"(?:不少于|不低于|不得少于|至少|最少)[一-龥“”]{0,8}$")
_OFTEN = frozenset(
    {"次", "场次", "场", "期", "天", "日", "回", "轮", "遍", "批次", "批", "课时", "小时", "节"}
)
_NO_RHYTHM_BEFORE = re.compile(r"(?:每人|每户|每亩|每吨|每家|每件|每个?企业|人均|户均)$")
_NO_RHYTHM_AFTER = re.compile(
    r"(?:\d+|[一二三四五六七八九十]+)(?:天|日)[、，]?(?:每天|24小时|全天)|(?:最高|不超过|补助|补贴|给予|按)?\d+(?:\.\d+)?(?:万|亿)?元"
)
_YEARLY_DOUBT = re.compile(r"年度(?=[^，。；、]{0,4}(?:述职|评议|考评|测评))")
_ODD = re.compile(
    r"每(?:隔)?(?:[两二三四五六七八九十]|[2-9]|1\d)(?:个)?(?:周|星期|月|季度|年)(?!内)|每旬|每[天日](?=[^，。；、]{0,4}(?:不少于|至少|巡|检查|排查|报送|上报|一次|[两二三2-9]次))|每双月|每双周"
)
_DISTRIBUTIVE = re.compile(r"(?:对|到|向|为|走访)?(?:所|其)?(?:联系|包保|挂钩|帮扶|结对)的")
_STOP = "，。；！？\n"
WINDOW = 48


def cadences(text: str, shadow: str, start: int, end: int) -> tuple[list[CadenceNote], list[Doubt]]:
    """The rhythms in a stretch, one for each length of period; the one that prints a number wins.

    Hours of service (每周7天), amounts of money (每月100元) and the like are none. 年度述职 is doubted, as is a weekly
    number that may be meant per person or per place.
    """
    best: dict[str, tuple[int, CadenceNote]] = {}
    doubts: list[Doubt] = []
    each = "每" in shadow[start:end]
    for m in _EACH.finditer(shadow, start, end) if each or _HINT.search(shadow, start, end) else ():
        before = shadow[max(start, m.start() - 6) : m.start()]
        after = shadow[m.end() : min(end, m.end() + WINDOW)]
        if _NO_RHYTHM_BEFORE.search(before) or _NO_RHYTHM_AFTER.match(after):
            continue
        if _in_title(shadow, start, m.start()):
            continue
        every = _every(m)
        stop = m.end()
        while stop < min(end, m.end() + WINDOW) and shadow[stop] not in _STOP:
            stop += 1
        number, unit, quote_end, printed = _number(shadow, m.end(), stop)
        if m.group("one") or m.group("brief"):
            number, unit, quote_end, printed = 1, "次", m.end(), False
        elif m.group("twice"):
            quote_end = stop
        note = CadenceNote(every, number, unit, text[m.start() : quote_end], (m.start(), quote_end))
        weight = 2 if printed else 1 if m.group("each") else 0
        if every not in best or weight > best[every][0]:
            best[every] = (weight, note)
        if printed and _DISTRIBUTIVE.search(shadow, m.end(), stop) and every in ("week", "month"):
            why = "这里的次数是每名干部合计，还是对每个联系对象分别计算，方案没有写明，请选定。"
            doubts.append(Doubt("cadences", why, (m.start(), quote_end)))
    for m in _ODD.finditer(shadow, start, end) if each else ():
        why = f"“{text[m.start() : m.end()]}”不是每周、每月、每季度、每半年或每年，请选定按哪一种周期计算。"
        doubts.append(Doubt("cadences", why, m.span()))
    if "year" not in best and "年度" in shadow[start:end]:
        for m in _YEARLY_DOUBT.finditer(shadow, start, end):
            if shadow[max(start, m.start() - 2) : m.start()].endswith(("纳入", "列入")):
                continue
            stop = min(end, m.end() + 4)
            why = "“年度”是否表示每年都要开展一次，方案没有写明，请确认。"
            doubts.append(Doubt("cadences", why, (m.start(), stop)))
            break
    ordered = sorted((note for _, note in best.values()), key=lambda n: EVERY.index(n.every))
    return ordered, doubts


def _every(m: re.Match[str]) -> str:
    word = (
        next((x for x in m.group("each", "one_p", "span", "whole", "brief_p", "by_p") if x), None)
        or (m.group("twice") or "")[:1]
    )
    return _PERIOD[word]


def _number(shadow: str, start: int, stop: int) -> tuple[int, str, int, bool]:
    """The number of times a rhythm asks for within its clause: (number, unit, end of the quote, whether it is printed)."""
    for m in _AT_LEAST.finditer(shadow, start, stop):
        number = whole_number(m.group("n"))
        fixed_day = shadow[max(0, m.start("n") - 2) : m.start("n")] in ("固定", "确定", "选定")
        if not number or fixed_day or shadow[max(0, m.start("n") - 1)] in "第“前":
            continue
        unit = m.group("unit")
        if unit == "日" or (not _LOW.search(shadow, start, m.start("n")) and unit not in _OFTEN):
            continue
        if shadow[m.end() : m.end() + 1] in ("日", "号", "月"):
            continue
        return number, unit, m.end(), True
    return 1, "次", stop, False


def _in_title(shadow: str, low: int, at: int) -> bool:
    window = shadow[max(low, at - 40) : at]
    return window.rfind("《") > window.rfind("》")
