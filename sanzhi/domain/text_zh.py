"""Chinese official text: characters that are written in two ways, numerals, quantities.

`shadow` gives a twin of a text in which every character that can be written in two ways has one form. The twin has
the same length, so a place found in it is a place in the text itself, which stays as printed.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

_OPEN = "（(〔[［【〖{｛"
_CLOSE = "）)〕]］】〗}｝"
_DIGITS = {chr(0xFF10 + i): str(i) for i in range(10)}
_LETTERS = {chr(0xFF21 + i): chr(0x41 + i) for i in range(26)} | {
    chr(0xFF41 + i): chr(0x61 + i) for i in range(26)
}
_MARKS = {
    ":": "：", "﹕": "：", "∶": "：", "︰": "：", ";": "；", "﹔": "；", ",": "，", "﹐": "，", "．": ".", "﹒": ".",
    "%": "％", "﹪": "％", "﹣": "-", "－": "-", "–": "-", "—": "-", "─": "-", "~": "-", "～": "-", "〜": "-",
    "/": "／", "!": "！", "?": "？", "○": "〇", "Ｏ": "〇", "﹙": "（", "﹚": "）", "+": "＋", "｡": "。", "､": "、",
}  # fmt: skip
_SHADOW = str.maketrans(
    dict.fromkeys(_OPEN, "（") | dict.fromkeys(_CLOSE, "）") | _DIGITS | _LETTERS | _MARKS | {"\n": "\n"}
)

_DOUBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
#: The radicals U+2E80 to U+2EF3, which Unicode does not fold, as the characters they stand for.
_RADICALS = dict(
    zip(
        (chr(c) for c in range(0x2E80, 0x2EF4) if c != 0x2E9A),
        "冫厂乛乚乙亻冂几刀刂卜㔾小小兀尣尢尢巳幺彑彐忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒㓁㓁罒羊羊羊耂肀聿肉臼艹艹艹"
        "虎衤覀西见角角讠贝足车辶辶辶邑钅長镸长门阜阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
NUMERAL = "[零〇一二三四五六七八九十百千两]"
#: A written amount in a shadow text: Arabic with decimals and 万/亿, or Chinese.
AMOUNT = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千两]{1,6})(?:万亿|[万亿])?"


def shadow(text: str) -> str:
    """The twin of `text`, same length: brackets as （）, full-width digits and letters narrow, marks full-width."""
    return text.translate(_SHADOW)


def whole_number(word: str) -> int | None:
    """The number a word of Arabic or Chinese numerals says ("十二" = 12, "两" = 2, "37" = 37), None when it says none."""
    if not word:
        return None
    if word.isascii() and word.isdigit():
        return int(word)
    if not any(c in _UNITS for c in word):
        if len(word) > 1 and not all(c in _NUMERALS for c in word):
            return None
        total = 0
        for c in word:
            if c not in _NUMERALS:
                return None
            total = total * 10 + _NUMERALS[c]
        return total
    total, digit = 0, 0
    for i, c in enumerate(word):
        if c in _NUMERALS:
            digit = _NUMERALS[c]
        elif c in _UNITS:
            total += (digit or (1 if i == 0 or c == "十" else 0)) * _UNITS[c]
            digit = 0
        else:
            return None
    return total + digit


def amount(word: str) -> Fraction | None:
    """The exact amount of a word of the shape AMOUNT ("1.5万" = 15000), None when it is none."""
    factor = 1
    while word and word[-1] in "万亿":
        factor *= 10_000 if word[-1] == "万" else 100_000_000
        word = word[:-1]
    if re.fullmatch(r"\d+(\.\d+)?", word):
        return Fraction(word) * factor
    number = whole_number(word)
    return None if number is None else Fraction(number) * factor


def fraction_text(value: Fraction) -> str:
    """A share as it is stored and shown to machines: always with its denominator ("1/2", "1/1")."""
    return f"{value.numerator}/{value.denominator}"


def amount_text(value: Fraction) -> str:
    """An amount as it is stored: a whole number without a denominator, else a fraction."""
    return str(value.numerator) if value.denominator == 1 else fraction_text(value)


def whole_characters(text: str) -> str:
    """The text with characters in place of the radicals and doubles that PDF files write for them (⼀ → 一, ⺠ → 民)."""
    return _DOUBLE.sub(_whole, text) if _DOUBLE.search(text) else text


def _whole(m: re.Match[str]) -> str:
    char = m.group()
    if char in _RADICALS:
        return _RADICALS[char]
    return unicodedata.normalize("NFKC", char)[:1] or char


def is_han(char: str) -> bool:
    """Whether a character is a Chinese ideograph."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇"
