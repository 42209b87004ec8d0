"""The numbers in front of the items of a plan: 一、（一）1.（1）① 第一条 1.1 — how they look and what number they say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sanzhi.domain.plan_text.words import FIELD
from sanzhi.domain.text_zh import whole_number

_CN = r"[一二三四五六七八九十百零〇]{1,5}"
_LABEL = re.compile(
    rf"(?P<zhang>第(?P<zhang_n>{_CN}|\d{{1,3}})(?:章|部分|篇))[、：\s]?"
    rf"|(?P<tiao>第(?P<tiao_n>{_CN}|\d{{1,3}})条)[、：\s]?"
    rf"|(?P<cn>(?P<cn_n>{_CN}))[、.](?![、.])"
    rf"|(?P<cnp>（(?P<cnp_n>{_CN})）)[、.]?"
    r"|(?P<dec3>\d{1,2}\.\d{1,2}\.(?P<dec3_n>\d{1,2}))[、.\s]?(?=[^\d.％年月日％万亿元])"
    r"|(?P<dec2>\d{1,2}\.(?P<dec2_n>\d{1,2}))[、.\s]?(?=[一-龥“《])(?!版|％|万|亿|元|倍|个|米|公里|平方|亩|级|升级|米|年|月|日)"
    r"|(?P<num>(?P<num_n>\d{1,3}))[.、](?:(?=20\d\d年|1?\d月)|(?![\d.]))"
    r"|(?P<nump>（(?P<nump_n>\d{1,3})）)[、.]?"
    r"|(?P<numr>(?P<numr_n>\d{1,3})）)[、.]?"
    r"|(?P<circ>[①-⑳])[、.]?"
    r"|(?P<ring>[⑴-⒇])[、.]?"
    r"|(?P<let>[A-Z])(?:[、．](?=\S)|\.(?=[一-龥“《]))"
    r"|(?P<dot>[⒈-⒛])[、.]?"
    rf"|(?P<word>(?:任务|措施|行动|举措|工程)(?P<word_n>{_CN}|\d{{1,2}}))[：:、.\s]"
)
_FIRST = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ第一二三四五六七八九十百零〇（0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳任措行举工"
) | {chr(c) for c in range(0x2474, 0x249C)}
#: The order in which kinds usually stand inside each other, outermost first.
RANK = {"zhang": 0, "cn": 1, "word": 2, "cnp": 3, "tiao": 2, "num": 4, "dot": 4, "dec2": 5, "dec3": 6}
RANK |= {"nump": 7, "ring": 7, "numr": 8, "let": 8, "circ": 9}


@dataclass(frozen=True)
class Label:
    """A number in front of an item: its kind, what number it says, and where it stands (`start` to `end` as printed)."""

    kind: str
    number: int
    start: int
    printed_end: int
    end: int


def label_at(shadow: str, at: int, *, at_line_start: bool) -> Label | None:
    """The label that stands at a place of a shadow text, None when there is none."""
    if at >= len(shadow) or shadow[at] not in _FIRST:
        return None
    m = _LABEL.match(shadow, at)
    if not m:
        return None
    kind = m.lastgroup or ""
    if kind in ("dec2", "dec3", "numr", "word", "let") and not at_line_start:
        return None
    if kind in ("circ", "ring", "dot", "let"):
        base = {"circ": 0x2460, "ring": 0x2474, "dot": 0x2488, "let": 0x41}[kind]
        number: int | None = ord(m.group(kind)) - base + 1
    else:
        number = whole_number(m.group(kind + "_n"))
    if not number:
        return None
    return Label(kind, number, m.start(), m.end(kind), m.end())


def behind_note(shadow: str, start: int, end: int) -> int:
    """Where an item begins whose note stands before it on the same line (【牵头单位：…】1. …), else `start`."""
    if start >= end or shadow[start] != "（" or not FIELD.match(shadow, start + 1):
        return start
    close = shadow.find("）", start, min(end, start + 400))
    return close + 1 if close > 0 and label_at(shadow, close + 1, at_line_start=True) else start
