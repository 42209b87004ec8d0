"""Amounts that can be checked: shares (不少于10%的村, 全覆盖) and counts (至少打造1个…), apart from money and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from sanzhi.domain.plan_text.model import DeadlineNote, Doubt, Span, TargetNote
from sanzhi.domain.plan_text.target_words import (
    BEFORE_DAY,
    BEFORE_OF,
    CHANGE,
    CLAUSE,
    CONDITION_AFTER,
    COUNT,
    COVER,
    ENCLOSED,
    ENDS,
    EVERY,
    GOAL,
    GOAL_BEFORE,
    LOW,
    MONEY,
    MULTIPLE,
    NO_COUNT_BEFORE,
    NUMBER,
    NUMBER_OR_COLON,
    OBJECT,
    OFTEN,
    PER,
    PERCENT,
    PERIODS,
    REACH,
    STRONG_BEFORE,
    TIME_BEHIND,
    UPPER,
)
from sanzhi.domain.text_zh import amount, amount_text, fraction_text, whole_number


def targets(
    text: str, shadow: str, start: int, end: int, dated: Sequence[DeadlineNote], *, owers_many: bool
) -> tuple[list[TargetNote], list[Doubt]]:
    """The amounts a stretch asks for. `dated` are its dated demands: a target takes the last one before it in its sentence.

    What stands in brackets or quotes is a name or a slogan and is left out. `owers_many` says that whole classes of
    units owe the task, so that a bare yearly number may be a total or a number for each: a doubt.
    """
    masked = _masked(shadow, start, end)
    notes: list[TargetNote] = []
    doubts: list[Doubt] = []
    if not NUMBER.search(masked):
        return notes, doubts
    every: str | None = None
    every_clause, k = -1, 0
    by: str | None = None
    of = ""
    for number, (s, e, first) in enumerate(_clauses(shadow, start, end)):
        if first:
            every, every_clause, by, of = None, -1, None, ""
        m = EVERY.search(shadow, s, e) if "每" in shadow[s:e] or "全年" in shadow[s:e] else None
        if m and not re.match(r"\d+(?:天|日|元)", shadow[m.end() : m.end() + 5]):
            every, every_clause = PERIODS[m.group(1)], number
        while k < len(dated) and dated[k].span[0] < e:
            if dated[k].span[0] >= s:
                by = dated[k].date
            k += 1
        clause = _Clause(text, shadow, masked, start, s, e, by, every, every_clause == number, of)
        found = False
        for note, about in clause.read():
            notes.append(note)
            doubts += about
            of = note.of
            found = True
            if note.kind == "share" and "分别" in shadow[s : note.span[0]]:
                why = "这里写的是“分别”，每个数对应哪一年、哪一项，请逐个核对。"
                doubts.append(Doubt("targets", why, note.span))
            bare = note.kind == "count" and note.every and not note.per
            if (
                bare
                and owers_many
                and not re.search(r"每个|每村|各村|全镇|全县|全市|全乡|全区|镇级", shadow[s:e])
            ):
                why = "这个数量是全镇（全域）合计，还是每个责任单位各自完成，方案没有写明，请选定。"
                doubts.append(Doubt("targets", why, note.span))
        if not found and not of:
            m = OBJECT.fullmatch(masked, s - start, e - start)
            of = text[start + m.start("what") : start + m.end("what")] if m else ""
    return notes, doubts


class _Clause:
    def __init__(
        self,
        text: str,
        shadow: str,
        masked: str,
        base: int,
        start: int,
        end: int,
        by: str | None,
        every: str | None,
        own: bool,
        of: str,
    ) -> None:
        self.text, self.shadow, self.start, self.end = text, shadow, start, end
        self.masked = masked[start - base : end - base]
        # A rhythm shorter than a year says how often something is done, not what the next clause amounts to.
        self.by, self.every = by, every if own or every == "year" else None
        self.own_every, self.of = own, of
        self.listed = self.money = self.grants = False

    def read(self) -> Iterator[tuple[TargetNote, list[Doubt]]]:
        if not NUMBER.search(self.masked):
            return
        self.money = bool(MONEY.search(self.masked))
        self.grants = "给予" in self.masked or "奖励" in self.masked
        taken = -1
        for m in PERCENT.finditer(self.masked):
            found = self._share(m, max(taken, 0, m.start() - REACH))
            if found:
                yield found
                taken = m.end()
        for m in COVER.finditer(self.masked):
            if m.start() >= taken and self.every in (None, "week", "month", "quarter", "half_year", "year"):
                yield self._coverage(m, max(taken, 0, m.start() - REACH))
                taken = m.end()
        for m in MULTIPLE.finditer(self.masked):
            if m.start() >= taken:
                yield self._multiple(m, max(taken, 0, m.start() - REACH))
                taken = m.end()
        if taken < 0:
            for m in COUNT.finditer(self.masked):
                found = self._count(m, max(taken, 0, m.start() - REACH))
                if found:
                    yield found
                    taken, self.listed = m.end(), True

    def _span(self, low: int, high: int) -> tuple[str, Span]:
        s, e = self.start + low, self.start + high
        return self.text[s:e], (s, e)

    def _share(self, m: re.Match[str], taken: int) -> tuple[TargetNote, list[Doubt]] | None:
        value_at = (
            m.start("n")
            if m.group("n")
            else m.start("cn") - 3
            if m.group("cn")
            else max(m.start("den"), m.start("half"), m.start("tenths"))
        )
        before, after = self.masked[taken:value_at], self.masked[m.end() : m.end() + REACH]
        if (
            self.money
            or before.endswith(("未达到", "由", "从", "不足", "占"))
            or re.match(r"(?:的?资金|的补|的奖|左右的)", after)
        ):
            return None
        low = bool(re.search(rf"{LOW}(?:到|为|[^，、]{{1,16}}的)?$", before))
        if CONDITION_AFTER.match(after) and not (low and not re.search(r"(?:^|，)(?:对|凡|未)", before)):
            return None
        if re.match(r"(?:的|及)", after) and before.rstrip().startswith("对"):
            return None
        value = self._fraction(m)
        if value is None:
            return None
        head = taken
        if CHANGE.search(before):
            quote, span = self._span(self._quote_start(head, value_at), m.end())
            note = TargetNote(
                "count",
                amount_text(value * 100),
                self._before(head, value_at),
                "％",
                None,
                self._yearly(),
                self.by,
                quote,
                span,
            )
            return note, []
        of = (
            re.match(r"的?([一-龥“”（）]{1,16}?)(?=$|[，。、；]|进行|开展|完成|达|“)", after)
            if not m.group("up")
            else None
        )
        follows = re.match(
            r"的((?:行政|自然)?村|社区|网格|农户|党员|[一-龥]{1,8}?(?=$|进行|开展|完成|达|、|建))", after
        )
        stop = m.end() + (follows.end() if follows else self._tail_length(after))
        beyond = re.search(rf"{LOW}(?:所有|全部|全镇|全县|全市)?([^，、]{{1,16}}?)的$", before)
        name = (
            beyond.group(1)
            if beyond
            else follows.group(1)
            if follows
            else self._before(head, m.start()) or (of.group(1) if of else "") or self.of
        )
        quote, span = self._span(self._quote_start(head, m.start()), stop)
        note = TargetNote("share", fraction_text(value), name, "%", None, self.every, self.by, quote, span)
        if UPPER.search(before):
            return note, [Doubt("targets", "这是不得超过的上限，不是要达到的数，请核对。", span)]
        return note, []

    def _tail_length(self, after: str) -> int:
        """How many characters behind a share still say what it is a share of (100％按期整改)."""
        n = next((i for i, c in enumerate(after) if c in "、，；。"), len(after))
        return n if n <= 14 and not after.startswith("的") else 0

    def _fraction(self, m: re.Match[str]) -> Fraction | None:
        if m.group("n"):
            return Fraction(m.group("n")) / 100
        if m.group("cn"):
            number = whole_number(m.group("cn"))
            return Fraction(number, 100) if number else None
        if m.group("tenths"):
            whole = Fraction(whole_number(m.group("tenths")) or 0, 10)
            return whole + Fraction(1, 20) if m.group("half_tenth") else whole
        if m.group("half"):
            return Fraction(1, 2) if m.group("up") or m.group("low") else None
        return Fraction(whole_number(m.group("num")) or 0, whole_number(m.group("den")) or 1)

    def _coverage(self, m: re.Match[str], head: int) -> tuple[TargetNote, list[Doubt]]:
        quote, span = self._span(self._quote_start(head, m.start()), m.end())
        of = self._before(head, m.start()) or self.of
        if re.search(r"\d(?:次|场|期)$", of):
            of = "".join(re.findall(r"^[一-龥]{1,12}", self.masked[m.end() :]))
        return TargetNote(
            "share", "1/1", of, "%", None, self.every if self.own_every else None, self.by, quote, span
        ), []

    def _multiple(self, m: re.Match[str], head: int) -> tuple[TargetNote, list[Doubt]]:
        """Growth told as a multiple (翻一番): a count of % like other growth."""
        growth = (2 ** (whole_number(m.group("n")) or 1) - 1) * 100
        quote, span = self._span(self._quote_start(head, m.start()), m.end())
        of = re.sub(r"(?:比|较)(?:上年|去年|20\d\d年)$", "", self._before(head, m.start())) or self.of
        return TargetNote("count", str(growth), of, "％", None, self.every, self.by, quote, span), []

    def _count(self, m: re.Match[str], head: int) -> tuple[TargetNote, list[Doubt]] | None:
        before, after = self.masked[head : m.start()], self.masked[m.end() : m.end() + REACH]
        strong = bool(STRONG_BEFORE.search(before))
        per = PER.search(self.shadow[self.start + head : self.start + m.start()])
        near = (
            len(before) - _last_goal(before) <= 4
            or bool(m.group("up"))
            or not after
            or after.startswith("、")
        )
        floor = (
            bool(m.group("up")) and not after and not re.match(r"对|凡|单|每", before) and len(before) >= 3
        )
        goal = (
            floor or (bool(GOAL_BEFORE.search(before)) and near) or (self.listed and before.startswith("、"))
        )
        word = not m.group("n")[0].isdigit()
        if word and not strong and not per and (m.group("n") == "一" or len(before) - _last_goal(before) > 1):
            return None
        if word and not strong and m.group("unit") in ("次", "项", "类", "种", "面", "节", "对", "位", "期"):
            return None
        if self.money and (self.grants or m.group("unit") in ("元", "美元")):
            return None
        given = per is not None and self.start + head + per.end() == self.start + m.start()
        if not (strong or goal or given) or (NO_COUNT_BEFORE.search(before) and not strong):
            return None
        if UPPER.search(before) or re.match(r"以下|以内|内", after):
            return None
        often = self.own_every or before.endswith(("每天", "每日", "每天不少于", "每日不少于", "每天至少"))
        if often and m.group("unit") in OFTEN and not per:
            return None
        if not strong and CONDITION_AFTER.match(after) and m.group("up"):
            return None
        value = amount(m.group("n"))
        if (
            value is None
            or value == 0
            or (
                m.group("n") in "一两"
                and m.group("unit") in ("批", "种", "类", "个")
                and not strong
                and not per
            )
        ):
            return None
        stop = m.end() + _object_length(
            self.shadow[self.start + m.end() : min(self.end, self.start + m.end() + 24)]
        )
        of = _unquoted(self.text[self.start + m.end() : self.start + stop]) or self._before(head, m.start())
        low = self._quote_start(head, m.start())
        quote, span = self._span(low, stop)
        if per and per.group("per") in of:
            of = of.partition(per.group("per"))[2]
        unit = m.group("unit").removesuffix("以上")
        whose = per.group("per") if per else None
        if whose and re.match(r"(?:年|月|周|季|半年|类|项|级)", whose):
            whose = None
        return TargetNote("count", amount_text(value), of, unit, whose, self.every, self.by, quote, span), []

    def _yearly(self) -> str | None:
        return self.every

    def _quote_start(self, head: int, at: int) -> int:
        """Where the quote begins: behind a leading date or mark of the clause, at most 40 characters before the number."""
        m = BEFORE_OF.match(self.masked[head:at])
        low = head
        dated = re.match(r"[^，]{0,8}?(?:年|月|日|年底|月底)(?:底|末)?(?:之?前|以内)", self.masked[head:at])
        if dated and m:
            low = head + dated.end()
        marks = [x.end() for x in NUMBER_OR_COLON.finditer(self.shadow, self.start + low, self.start + at)]
        low = marks[-1] - self.start if marks else low
        while low < at and self.shadow[self.start + low] in "、，及和①②③④⑤⑥⑦⑧⑨⑩":
            low += 1
        return max(low, at - 40)

    def _before(self, head: int, at: int) -> str:
        """What is measured, taken from the words before the number."""
        low = self._quote_start(head, at)
        raw = self.text[self.start + low : self.start + at]
        raw = re.sub(rf"(?:{LOW}|为|的|到|率?提升|实现|完成|均|都|分别|走访|进村入户|入户)+$", "", raw)
        ahead = None if _without_lead(raw) else BEFORE_DAY.match(self.masked, head, at)
        if ahead:
            raw = self.text[self.start + head : self.start + ahead.end("what")]
        return _without_lead(raw)


def _without_lead(words: str) -> str:
    """Words without a date, verbs and 所有 before them."""
    m = BEFORE_OF.match(words)
    return TIME_BEHIND.sub("", words[m.end() if m else 0 :].strip("，、 的"))[-30:]


def _unquoted(words: str) -> str:
    """Words without one pair of quotes around them."""
    words = words.strip("的")
    return words[1:-1] if re.fullmatch("“[^“”]*”", words) else words


def _last_goal(before: str) -> int:
    last = 0
    for m in re.finditer(GOAL, before):
        last = m.end()
    return last


def _object_length(after: str) -> int:
    """How far the thing counted reaches behind its classifier."""
    n = 0
    for c in after:
        if c in "，。；！？、（）\n：":
            break
        n += 1
    m = re.search(r"(?:左右|进行|，|并|以及|和(?!谐)|及)", after[:n])
    return m.start() if m and m.start() > 0 else n


def _clauses(shadow: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The clauses of a stretch of three characters or more, and whether each is the first of its sentence."""
    behind = start
    for m in CLAUSE.finditer(shadow, start, end):
        s, e = m.span()
        yield s, e, behind == start or any(c in ENDS for c in shadow[behind:s])
        behind = e


def _masked(shadow: str, start: int, end: int) -> str:
    """The stretch with everything inside brackets and quotes blanked out, same length."""
    text = shadow[start:end]
    text = ENCLOSED.sub(_blanked, text)
    return ENCLOSED.sub(_blanked, text) if "（" in text or "“" in text else text


def _blanked(m: re.Match[str]) -> str:
    return "\u3000" * len(m.group())
