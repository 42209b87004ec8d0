"""Slips of the pen that plans carry: kept word for word, pointed out to a person."""

from __future__ import annotations

import re

from sanzhi.domain.plan_text.model import Doubt, UnitNote

#: What is printed → what is most likely meant.
LIKELY = {
    "小微权利": "小微权力",
    "全覆盖率": "全覆盖",
    "村事务监督委员会": "村务监督委员会",
    "村务监督委会": "村务监督委员会",
    "四议二公开": "四议两公开",
    "截止目前": "截至目前",
    "法律名白人": "法律明白人",
    "人名调解": "人民调解",
    "村名小组": "村民小组",
    "做为": "作为",
}
_SLIP = re.compile("|".join(LIKELY))
_TOWNSFOLK = re.compile(
    "(?<!村)(?<!城乡)(?<!城镇)居民(?!小组|点|区|医保|养老|基本|收入|消费|用电|健康)|社区(?!矫正|康复|戒毒|团购)"
)
_VILLAGE = re.compile(r"^(?:各|相关|有关|各有关|试点)?(?:行政)?村(?:（.*）)?$|各村|村委会|村党组织|村“两委”")


def slips(text: str, start: int, end: int) -> list[Doubt]:
    """The words in a stretch that are probably slips."""
    out = []
    for m in _SLIP.finditer(text, start, end):
        why = f"原文写作“{m.group()}”，可能应为“{LIKELY[m.group()]}”；已照原文保留，请核对。"
        out.append(Doubt("text", why, m.span()))
    return out


def townsfolk(text: str, start: int, end: int, units: list[UnitNote]) -> list[Doubt]:
    """居民 or 社区 where only villages are responsible: probably 村民 or 村."""
    if "居民" not in text[start:end] and "社区" not in text[start:end]:
        return []
    if not any(_VILLAGE.search(u.name) for u in units) or any("社区" in u.name for u in units):
        return []
    m = _TOWNSFOLK.search(text, start, end)
    if not m:
        return []
    meant = "村民" if m.group() == "居民" else "村"
    why = f"责任单位只有村，原文却写“{m.group()}”，可能应为“{meant}”；已照原文保留，请核对。"
    return [Doubt("text", why, m.span())]
