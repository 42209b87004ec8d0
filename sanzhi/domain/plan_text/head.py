"""The frame of a plan document: number, issuer, title, year, day of issue, addressees — only what is printed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from sanzhi.domain.plan_text.annotations import names_in
from sanzhi.domain.plan_text.model import Doubt, Span
from sanzhi.domain.plan_text.normalise import Source
from sanzhi.domain.plan_text.words import UNIT_TAIL
from sanzhi.domain.text_zh import shadow, whole_number

_NUMBER = re.compile(r"[一-龥]{1,14}（(?P<y>20\d\d|19\d\d)）第?\d{1,5}号")
_NAMED = re.compile(
    r"(?:(?:印发|下发|转发|现将)(?:了)?《|(?:^|：)《)(?P<name>(?:[^《》\n]|《[^《》\n]{1,40}》){4,90})》(?=的?通知|印发|已经|已|予以|下发|$)"
)
_ABOUT = re.compile(r"(?:关于)?(?:印发|下发|转发)(?P<name>[^《》\n]{4,90}?)的?通知")
_TITLE_END = re.compile(
    r"(?:方案|要点|意见|措施|清单|计划|办法|细则|规划|安排|台账|任务书|分工|规定|举措|责任书|[一-龥]表|指引|行动|决定)(?:（(?:试行|修订版?|暂行|草案|送审稿|征求意见稿|第[一二三四五六七八九十]+批|20\d\d(?:年?[-至]20\d\d)?年?(?:版|度)?)）)?$"
)
_DAY = re.compile(
    r"(?P<y>20\d\d|二[〇零][〇零一二三四五六七八九]{2})年(?P<m>\d{1,2}|十[一二]?|[一二三四五六七八九])月(?P<d>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
_YEAR = re.compile(r"(20\d\d)年")
_YEARS = re.compile(r"(20\d\d)年?(?:-{1,2}|至|到)(20\d\d)年?")
_FROM = re.compile(
    r"(?:自|从)(20\d\d)年(\d{1,2})月(\d{1,2})日(?:开始|起)(?:施行|实施|执行|启动|开展|生效|正式)?"
)
_LETTERHEAD = re.compile(r"(?P<who>[^，。；：（）《》\s]{4,40}?)文件")
#: The head is looked for in so many paragraphs before the first numbered item, and the signature also at the end.
HEAD_PARAGRAPHS, TAIL_PARAGRAPHS = 40, 12
#: Offices that sign together, one a line.
MOST_SIGNERS = 4
_OFFICE = re.compile(r"(?:政府|委员会|委|办公室|办公厅|党委|局|指挥部|领导小组)(?:（代章）)?$")


@dataclass(frozen=True)
class Head:
    """What the frame of the document says, and what is missing in it."""

    number: str | None
    title: str | None
    issuer: str | None
    year: int | None
    issued_on: str | None
    first_day: str | None
    addressees: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    begins: date | None
    several_years: bool = False


def read_head(source: Source, head_end: int) -> Head:
    """Read the frame of a document; `head_end` is where its first numbered item begins. Nothing is guessed.

    The year of the plan is the one of its title, else of its number, else of its day of issue, else the only year
    that its text names; two that differ are a doubt.
    """
    head = [
        (p.start, min(p.end, head_end)) for p in source.paragraphs if p.start < head_end and not p.is_row
    ][:HEAD_PARAGRAPHS]
    tail = [
        (p.start, p.end) for p in source.paragraphs[-TAIL_PARAGRAPHS:] if p.start >= head_end and not p.is_row
    ]
    number, number_year = _number(source, head)
    title, title_span = _title(source, head)
    issued, signer = _signature(source, head, tail)
    issuer = _issuer(source, head, signer, title_span)
    title_year = _year_of(title)
    year = title_year or number_year or (issued.year if issued else None) or _only_year(source)
    doubts = []
    if title_year and number_year and title_year != number_year:
        doubts.append(
            Doubt(
                "year",
                f"标题是{title_year}年，文号是{number_year}年；按标题的年份读日期，请核对。",
                title_span,
            )
        )
    if year is None:
        doubts.append(Doubt("year", "方案看不出是哪一年，没有写年份的日期都需要填写。", None))
    if title is None:
        doubts.append(Doubt("title", "没有找到标题，请填写。", None))
    if issued is None:
        doubts.append(Doubt("issued_on", "文件没有写印发日期，请填写。", None))
    first = _first_day(source)
    if first is None:
        doubts.append(Doubt("first_day", "方案没有写从哪一天开始执行，请填写第一天。", None))
    begins = issued or (date(year, 1, 1) if year else None)
    if issued and year and issued.year < year:
        begins = date(year, 1, 1)
    return Head(
        number,
        title,
        issuer,
        year,
        issued.isoformat() if issued else None,
        first,
        _addressees(source, head),
        tuple(doubts),
        begins,
        bool(title_year and _YEARS.search(shadow(title or ""))),
    )


def _number(source: Source, head: list[Span]) -> tuple[str | None, int | None]:
    for s, e in head:
        m = _NUMBER.search(source.shadow, s, min(e, s + 200))
        if (
            m
            and (m.end() == e or m.start() == s or e - s < 40)
            and source.shadow[max(0, m.start() - 1)] not in "（《"
        ):
            return source.text[m.start() : m.end()], int(m.group("y"))
    return None, None


def _title(source: Source, head: list[Span]) -> tuple[str | None, Span | None]:
    """The name of the plan: in 《》 of the notice, else the line that stands over the plan, else the notice's own title."""
    notice: Span | None = None
    for s, e in head:
        line = source.shadow[s : min(e, s + 260)]
        m = _NAMED.search(line)
        if m and _TITLE_END.search(m.group("name")):
            return source.text[s + m.start("name") : s + m.end("name")], (
                s + m.start("name"),
                s + m.end("name"),
            )
        m = _ABOUT.search(line)
        if m and notice is None:
            notice = (s + m.start("name"), s + m.end("name"))
    if notice and _TITLE_END.search(source.shadow[notice[0] : notice[1]]):
        return source.text[notice[0] : notice[1]], notice
    own = _own_title(source, head)
    if own and (notice is None or _TITLE_END.search(source.shadow[own[0] : own[1]])):
        return source.text[own[0] : own[1]], own
    if notice:
        return source.text[notice[0] : notice[1]], notice
    return None, None


def _own_title(source: Source, head: list[Span]) -> Span | None:
    best: Span | None = None
    for s, e in head:
        bare = re.sub(r"(?:（20\d\d年\d{1,2}月\d{1,2}日）?|：)$", "", source.shadow[s:e])
        if (
            6 <= len(bare) <= 80
            and not re.search(r"[。，；：]", bare)
            and (_TITLE_END.search(bare) or bare.endswith("通知"))
        ):
            if not bare.endswith("通知") or best is None:
                best = (s, s + len(bare))
    return best


def _signature(source: Source, head: list[Span], tail: list[Span]) -> tuple[date | None, Span | None]:
    """The day of issue: a line of its own under a signature, or in brackets behind the title."""
    places = head + tail
    for i, (s, e) in enumerate(places):
        line = source.shadow[s:e]
        m = _DAY.search(line)
        if not m or len(line) > 260:
            continue
        alone = len(line.strip("（）印发公布")) - len(m.group()) <= 2
        printed = bool(re.search(r"20\d\d年\d{1,2}月\d{1,2}日印发$", line))
        behind_title = (
            line.endswith((m.group() + "）", m.group() + "）的通知"))
            and "通知" in line
            and line[m.start() - 1] == "（"
        )
        signed = m.end() == len(line) and m.start() and len(line) < 60 and UNIT_TAIL.search(line[: m.start()])
        if alone or behind_title or printed or signed:
            day = _to_date(m)
            if day:
                signer = places[i - 1] if alone and i else (s, s + m.start()) if signed or printed else None
                return day, signer if signer and _is_signer(source.shadow[signer[0] : signer[1]]) else None
    return None, None


def _is_signer(line: str) -> bool:
    return (
        3 <= len(line) <= 60
        and not re.search(r"[。，；：《》]", line)
        and bool(UNIT_TAIL.search(re.sub(r"（代章）", "", line)))
    )


def _issuer(source: Source, head: list[Span], signer: Span | None, title_span: Span | None) -> str | None:
    for s, e in head[:6]:
        m = _LETTERHEAD.fullmatch(source.shadow[s:e])
        if m:
            return source.text[s : s + m.end("who")]
    if signer:
        names = [source.text[signer[0] : signer[1]].replace("（代章）", "")]
        ends = {p.end: p for p in source.paragraphs}
        while (above := ends.get(signer[0] - 1)) and len(names) < MOST_SIGNERS:
            signer = (above.start, above.end)
            line = source.shadow[signer[0] : signer[1]]
            if above.is_row or not _is_signer(line) or not _OFFICE.search(line) or _TITLE_END.search(line):
                break
            names.insert(0, source.text[signer[0] : signer[1]].replace("（代章）", ""))
        return " ".join(names)
    for i, (s, e) in enumerate(head[:6]):
        line = source.shadow[s : min(e, s + 120)]
        m = re.match(r"(?P<who>[^，。；：《》]{4,40}?)关于", line)
        if m and (UNIT_TAIL.search(m.group("who")) or _OFFICE.search(m.group("who"))):
            return source.text[s : s + m.end("who")]
        if i and line.startswith("关于") and all(_is_signer(source.shadow[a:b]) for a, b in head[:i]):
            return " ".join(source.text[a:b] for a, b in head[:i])
    return None


def _addressees(source: Source, head: list[Span]) -> tuple[str, ...]:
    for s, e in head:
        stop = source.shadow.find("：", s, min(e, s + 300))
        if stop < 0 or re.match(r"附件|抄送|密级|文号|签发", source.shadow[s:e]):
            continue
        line = source.shadow[s:stop]
        if "。" in line or "《" in line or not re.search(r"各|单位|部门|村|政府|委|局|办|所|站", line):
            continue
        return tuple(names_in(source.text, source.shadow, s, stop))
    return ()


def _first_day(source: Source) -> str | None:
    m = _FROM.search(source.shadow)
    while m:
        context = source.shadow[max(0, m.start() - 30) : m.end() + 8]
        if (
            re.search(r"本(?:方案|通知|意见|办法|措施|计划|要点|清单)|方案|活动", context)
            and "《" not in context
        ):
            try:
                return date(int(m.group(1)), int(m.group(2)), int(m.group(3))).isoformat()
            except ValueError:
                return None
        m = _FROM.search(source.shadow, m.end())
    return None


def _year_of(title: str | None) -> int | None:
    years = _YEARS.search(shadow(title or ""))
    if years and int(years.group(1)) < int(years.group(2)):
        return int(years.group(1))
    m = re.search(r"(20\d\d)\s?年", title or "")
    return int(m.group(1)) if m and not re.match(r"[-—至到]", (title or "")[m.end() :]) else None


def _only_year(source: Source) -> int | None:
    years = Counter(_YEAR.findall(source.shadow, 0, 200_000))
    return int(next(iter(years))) if len(years) == 1 else None


def _to_date(m: re.Match[str]) -> date | None:
    from_words = _numbers(m)
    try:
        return date(*from_words)
    except (ValueError, TypeError):
        return None


def _numbers(m: re.Match[str]) -> tuple[int, int, int]:
    year, month, day = (whole_number(m.group(k).replace("零", "〇")) or 0 for k in ("y", "m", "d"))
    return year, month, day
