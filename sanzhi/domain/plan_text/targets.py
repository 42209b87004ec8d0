"""Amounts that can be checked: shares (不少于10%的村, 全覆盖) and counts (至少打造1个…), apart from money and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from sanzhi.domain.plan_text.model import DeadlineNote, Doubt, Span, TargetNote
from sanzhi.domain.text_zh import AMOUNT, amount, amount_text, fraction_text, whole_number

_LOW = r"(?:不少于|不低于|不得少于|不得低于|至少|最少|达到|达|超过|突破|增至|增加到|提高到|提高至|提升到|提升至|增长到|扩大到|保持在|稳定在|力争|确保|不超过|不高于|不大于|低于|控制在)"
_PERCENT = re.compile(
    rf"(?P<low>{_LOW})?(?:(?P<n>\d+(?:\.\d+)?)％|百分之(?P<cn>[一二三四五六七八九十百]{{1,4}}|\d+)"
    r"|(?P<den>[二三四五六七八九十])分之(?P<num>[一二三四五六七八九])|(?P<half>半数|一半))(?P<up>及?以上)?"
)
_COVER = re.compile(r"(?<!、)(?:全覆盖率?|全面覆盖)(?!的?基础|的?要求|、全)")
_GOAL = (
    r"(?:新增|新建|新修|办好|办成|办理|新培育|新打造|新培养|打造|建成|建设|建立|建好|培养|培育|创建|举办|组织|开展|完成|推出|推动|评选|选树|选出|挖掘|发展|改造|整治|引进|化解|培训|配备"
    r"|实现|召开|落实|编制|制定|达到|增至|超过|选派|招引|出台|形成|树立|选聘|设立|安装|实施|争创|创成|力争|确保|举行|种植|修建|修复|维修|硬化|铺设|栽植|拆除|排查|发放|救助|走访|设置|购置|聘请|聘用|新设|调解|招聘|吸纳|清理)"
)
_CLASSIFIER = r"(?:个百分点|个以上|个|项|家|名|场次|场|人次|次|处|所|件|户|条|公里|千米|支|座|套|宗|亩|期|篇|部|节|台|辆|盏|份|吨|元|美元|平方米|人|株|栋|位|幅|面|对|间|例|种|类|课时|小时|班|块|盆|根|本|册|张|枚|只|头|口|眼|公顷|平米)"
_COUNT = re.compile(
    rf"(?P<n>{AMOUNT})(?P<range>[-至到]{AMOUNT})?(?P<unit>{_CLASSIFIER})(?!工作日|月|自然日|小时|年|季度|星期|周|地址)(?P<up>及?以上|左右)?"
)
_STRONG_BEFORE = re.compile(
    rf"(?:不少于|不低于|不得少于|不得低于|至少|最少)[一-龥“”]{{0,8}}$|{_LOW}(?:为|到)?$"
)
_GOAL_BEFORE = re.compile(
    rf"{_GOAL}(?:了|不少于|至少|各类|各|出|好|省级|市级|县级|国家级|[、省市县镇区级]{{2,6}})?(?:[一-龥“”]{{0,12}})?$"
)
_NO_COUNT_BEFORE = re.compile(
    r"(?:第|等|这|上述|以下|全部|现有|已有|对|前|按照|其中|聚焦|围绕|划分为?|分为|涉及|原有|共有|辖区|全镇|全县|全市|全区|全乡|之|的)$"
)
_MONEY = re.compile(
    r"补助|补贴|奖励|奖补|贴息|资助|给予|担保费|租金|加收|罚款|税率|利率|保费|处以|减免|补偿标准|单户|投资额|总投资|注册资本|收费"
)
_CONDITION_AFTER = re.compile(
    r"(?:以上|以下|以内)?\u3000*(?:以上|以下)?的(?!村|社区|镇|乡|街道|行政村|自然村|网格|小区|居民小组|村民小组|学校|要求|目标|标准|比例|单位|户|农户|组)|以下|以内"
)
_CHANGE = re.compile(
    r"(?:提升|提高|增长|增加|下降|压减|减少|降低|压缩|缩短|节约|精简)(?:了|幅度|比例|率)?(?:不少于|不低于|至少|达到|达|超过)?$"
)
_UPPER = re.compile(r"(?:不超过|不高于|不大于|(?<!不)低于|控制在|以内)$")
_EVERY = re.compile(r"每(?:个|一)?(周|月|季度?|半年|年)(?!龄)")
_PER = re.compile(
    r"(?:每一?个|每|各)(?P<per>(?!个|名|位|人|年|月|周|季|半年|天|日|类|项|级|地|有关|相关)[一-龥]{0,7}?"
    r"(?:村(?!民|委|级)|村民组|社区(?!工)|小组|网格(?!员)|户|镇(?!级)|乡(?!级)|街道|区(?!级|域)|县(?!级)|市(?!级|直)|学校|单位|支部|小区|园区|企业|部门|站|所)"
    r"(?:（[^（）]{1,12}）)?)(?=[^，。；]{0,20}$)"
)
_NUMBER = re.compile(r"[0-9]|覆盖|[一二三四五六七八九十百两半]")
_OFTEN = frozenset({"次", "场", "场次", "期", "天", "课时", "小时", "节"})
_PERIODS = {
    "周": "week",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half_year",
    "年": "year",
}
_CLAUSE = re.compile(r"(?P<words>[^，。；！？\n]*)(?P<mark>[，。；！？\n]|$)")
_ENDS = ("。", "！", "？", "\n", "；")
_ENCLOSED = re.compile(
    "（[^（）。\\n]*）|(?<=“)[^“”。\\n]+(?=”)|(?<=《)[^《》。\\n]+(?=》)|(?<=‘)[^‘’。\\n]+(?=’)"
)
#: How many characters on either side of a number are looked at.
REACH = 80
_BEFORE_DAY = re.compile(r"(?P<what>[^，]{2,30}?)(?:在|于|到)?(?:20\d\d年|\d{1,2}月|年(?=底|内|末))")
_BEFORE_OF = re.compile(
    r"^(?:.*(?:年|月|日)(?:底|末)?(?:之?前|以?内)?，?)?(?:并|且|要|应|推动|力争|争取|确保|做到|实现|逐步|基本|全面|加快|推进|完成|选取|落实|达到|每(?:个|一)?(?:周|月|季度?|半年|年)|对)*(?:所有|全部|各(?!地|级|类)|全镇(?:\d+个)?|全县(?:\d+个)?|全市(?:\d+个)?|辖区内?)?"
)

#: A clause that only names what the next one measures (推进…建设，12月底前实现全覆盖).
_OBJECT = re.compile(
    r"(?:推进|加强|开展|做好|深化|推动|加快|实施|抓好|完善|全面|落实)+(?P<what>[^，]{2,40}?)(?:建设|工作|创建|打造|改造|安装)?"
)


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
    every: str | None = None
    every_clause, k = -1, 0
    by: str | None = None
    of = ""
    for number, (s, e, first) in enumerate(_clauses(shadow, start, end)):
        if first:
            every, every_clause, by, of = None, -1, None, ""
        m = _EVERY.search(shadow, s, e) if "每" in shadow[s:e] else None
        if m and not re.match(r"\d+(?:天|日|元)", shadow[m.end() : m.end() + 5]):
            every, every_clause = _PERIODS[m.group(1)], number
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
            bare = note.kind == "count" and note.every and not note.per
            if (
                bare
                and owers_many
                and not re.search(r"每个|每村|各村|全镇|全县|全市|全乡|全区|镇级", shadow[s:e])
            ):
                why = "这个数量是全镇（全域）合计，还是每个责任单位各自完成，方案没有写明，请选定。"
                doubts.append(Doubt("targets", why, note.span))
        if not found and not of:
            m = _OBJECT.fullmatch(masked, s - start, e - start)
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
        self.by, self.every, self.own_every, self.of = by, every, own, of
        self.listed = self.money = self.grants = False

    def read(self) -> Iterator[tuple[TargetNote, list[Doubt]]]:
        if not _NUMBER.search(self.masked):
            return
        self.money = bool(_MONEY.search(self.masked))
        self.grants = "给予" in self.masked or "奖励" in self.masked
        taken = -1
        for m in _PERCENT.finditer(self.masked):
            found = self._share(m, max(taken, 0, m.start() - REACH))
            if found:
                yield found
                taken = m.end()
        for m in _COVER.finditer(self.masked):
            if m.start() >= taken and self.every in (None, "week", "month", "quarter", "half_year", "year"):
                yield self._coverage(m, max(taken, 0, m.start() - REACH))
                taken = m.end()
        if taken < 0:
            for m in _COUNT.finditer(self.masked):
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
            else max(m.start("den"), m.start("half"))
        )
        before, after = self.masked[taken:value_at], self.masked[m.end() : m.end() + REACH]
        if (
            self.money
            or before.endswith(("未达到", "由", "从", "不足", "占"))
            or re.match(r"(?:的?资金|的补|的奖|左右的)", after)
        ):
            return None
        low = bool(re.search(rf"{_LOW}(?:到|为|[^，、]{{1,16}}的)?$", before))
        if _CONDITION_AFTER.match(after) and not (low and not re.search(r"(?:^|，)(?:对|凡|未)", before)):
            return None
        if re.match(r"(?:的|及)", after) and before.rstrip().startswith("对"):
            return None
        value = self._fraction(m)
        if value is None:
            return None
        head = taken
        if _CHANGE.search(before):
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
        beyond = re.search(rf"{_LOW}(?:所有|全部|全镇|全县|全市)?([^，、]{{1,16}}?)的$", before)
        name = (
            beyond.group(1)
            if beyond
            else follows.group(1)
            if follows
            else self._before(head, m.start()) or (of.group(1) if of else "") or self.of
        )
        quote, span = self._span(self._quote_start(head, m.start()), stop)
        note = TargetNote("share", fraction_text(value), name, "%", None, self.every, self.by, quote, span)
        if _UPPER.search(before):
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
        if m.group("half"):
            return Fraction(1, 2) if m.group("up") or m.group("low") else None
        return Fraction(whole_number(m.group("num")) or 0, whole_number(m.group("den")) or 1)

    def _coverage(self, m: re.Match[str], head: int) -> tuple[TargetNote, list[Doubt]]:
        quote, span = self._span(self._quote_start(head, m.start()), m.end())
        of = self._before(head, m.start()) or self.of
        return TargetNote(
            "share", "1/1", of, "%", None, self.every if self.own_every else None, self.by, quote, span
        ), []

    def _count(self, m: re.Match[str], head: int) -> tuple[TargetNote, list[Doubt]] | None:
        before, after = self.masked[head : m.start()], self.masked[m.end() : m.end() + REACH]
        strong = bool(_STRONG_BEFORE.search(before))
        per = _PER.search(self.shadow[self.start + head : self.start + m.start()])
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
            floor or (bool(_GOAL_BEFORE.search(before)) and near) or (self.listed and before.startswith("、"))
        )
        word = not m.group("n")[0].isdigit()
        if word and not strong and not per and (m.group("n") == "一" or len(before) - _last_goal(before) > 1):
            return None
        if word and not strong and m.group("unit") in ("次", "项", "类", "种", "面", "节", "对", "位", "期"):
            return None
        if self.money and (self.grants or m.group("unit") in ("元", "美元")):
            return None
        if not (strong or goal) or (_NO_COUNT_BEFORE.search(before) and not strong):
            return None
        if _UPPER.search(before) or re.match(r"以下|以内|内", after):
            return None
        if self.own_every and m.group("unit") in _OFTEN and not per:
            return None
        if not strong and _CONDITION_AFTER.match(after) and m.group("up"):
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
        m = _BEFORE_OF.match(self.masked[head:at])
        low = head
        dated = re.match(r"[^，]{0,8}?(?:年|月|日|年底|月底)(?:底|末)?(?:之?前|以内)", self.masked[head:at])
        if dated and m:
            low = head + dated.end()
        while low < at and self.shadow[self.start + low] in "、，及和":
            low += 1
        return max(low, at - 40)

    def _before(self, head: int, at: int) -> str:
        """What is measured, taken from the words before the number."""
        low = self._quote_start(head, at)
        raw = self.text[self.start + low : self.start + at]
        raw = re.sub(rf"(?:{_LOW}|为|的|到|率?提升|实现|完成|均|都|分别|走访|进村入户|入户)+$", "", raw)
        ahead = None if _without_lead(raw) else _BEFORE_DAY.match(self.masked, head, at)
        if ahead:
            raw = self.text[self.start + head : self.start + ahead.end("what")]
        return _without_lead(raw)


def _without_lead(words: str) -> str:
    """Words without a date, verbs and 所有 before them."""
    m = _BEFORE_OF.match(words)
    return words[m.end() if m else 0 :].strip("，、 的")[-30:]


def _unquoted(words: str) -> str:
    """Words without one pair of quotes around them."""
    words = words.strip("的")
    return words[1:-1] if re.fullmatch("“[^“”]*”", words) else words


def _last_goal(before: str) -> int:
    last = 0
    for m in re.finditer(_GOAL, before):
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
    first = True
    for m in _CLAUSE.finditer(shadow, start, end):
        if m.end("words") - m.start() >= 3:
            yield m.start(), m.end("words"), first
            first = False
        first = first or m.group("mark") in _ENDS


def _masked(shadow: str, start: int, end: int) -> str:
    """The stretch with everything inside brackets and quotes blanked out, same length."""
    text = shadow[start:end]
    text = _ENCLOSED.sub(_blanked, text)
    return _ENCLOSED.sub(_blanked, text) if "（" in text or "“" in text else text


def _blanked(m: re.Match[str]) -> str:
    return "\u3000" * len(m.group())
