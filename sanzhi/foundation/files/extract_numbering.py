"""The numbers that Word puts in front of paragraphs by itself, written out as a reader sees them."""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn

_DIGITS = "零一二三四五六七八九"
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseDigitalTenThousand",
    }
)
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})


class Numbering:
    """Counts the lists of one document, level by level, as Word does."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.overrides: dict[tuple[str, int], int] = {}
        self.abstract_of: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.styles = document.styles.element
        self.style_numbers: dict[str, tuple[str, int] | None] = {}
        self.started: set[tuple[str, int]] = set()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.iterchildren(qn("w:abstractNum")):
            levels = {}
            for level in abstract.iterchildren(qn("w:lvl")):
                levels[int(level.get(qn("w:ilvl"), 0))] = (
                    _value(level, "w:numFmt", "decimal"),
                    _value(level, "w:lvlText", ""),
                    int(_value(level, "w:start", "1")),
                )
            self.levels[abstract.get(qn("w:abstractNumId"))] = levels
        for num in root.iterchildren(qn("w:num")):
            number_id = num.get(qn("w:numId"))
            self.abstract_of[number_id] = _value(num, "w:abstractNumId", "")
            for override in num.iterchildren(qn("w:lvlOverride")):
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    self.overrides[number_id, int(override.get(qn("w:ilvl"), 0))] = int(
                        start.get(qn("w:val"), 1)
                    )

    def number(self, paragraph: Any) -> str:
        """The number in front of a paragraph ("（三）"), empty where it has none or only a bullet; counts on."""
        place = self._place(paragraph)
        if place is None:
            return ""
        number_id, level = place
        abstract = self.abstract_of.get(number_id, "")
        levels = self.levels.get(abstract, {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(abstract, {})
        if (number_id, level) in self.overrides and (number_id, level) not in self.started:
            counts[level] = self.overrides[number_id, level] - 1
            self.started.add((number_id, level))
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        form, pattern, _ = levels[level]
        if form in ("bullet", "none") or not pattern:
            return ""

        def written(m: re.Match[str]) -> str:
            at = int(m.group(1)) - 1
            kind, _, start = levels.get(at, ("decimal", "", 1))
            return _written(counts.get(at, start), kind)

        return re.sub(r"%(\d)", written, pattern)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None
        own = _num_pr(properties)
        style = properties.find(qn("w:pStyle"))
        inherited = self._of_style(style.get(qn("w:val")), 0) if style is not None else None
        if own is None:
            return inherited
        number_id, level = own
        if number_id == "0":
            return None
        if number_id is None:
            return (inherited[0], level) if inherited else None
        return number_id, level

    def _of_style(self, style_id: str, depth: int) -> tuple[str, int] | None:
        if style_id in self.style_numbers or depth > 12:
            return self.style_numbers.get(style_id)
        found = None
        for style in self.styles.iterchildren(qn("w:style")):
            if style.get(qn("w:styleId")) == style_id:
                properties = style.find(qn("w:pPr"))
                own = _num_pr(properties) if properties is not None else None
                based = style.find(qn("w:basedOn"))
                if own and own[0] not in (None, "0"):
                    found = (own[0], own[1])
                elif own is None and based is not None:
                    found = self._of_style(based.get(qn("w:val")), depth + 1)
                break
        self.style_numbers[style_id] = found
        return found


def _num_pr(properties: Any) -> tuple[str | None, int] | None:
    found = properties.find(qn("w:numPr"))
    if found is None:
        return None
    number = found.find(qn("w:numId"))
    level = found.find(qn("w:ilvl"))
    return (
        number.get(qn("w:val")) if number is not None else None,
        int(level.get(qn("w:val"), 0)) if level is not None else 0,
    )


def _value(element: Any, tag: str, missing: str) -> str:
    found = element.find(qn(tag))
    return found.get(qn("w:val"), missing) if found is not None else missing


def _written(number: int, form: str) -> str:
    if form in _CHINESE:
        return _chinese(number)
    if form in _CIRCLED and 1 <= number <= 20:
        return chr(0x245F + number)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.lower() if form == "lowerRoman" else roman
    return str(number)


def _chinese(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + (_DIGITS[number - 10] if number > 10 else "")
    if number < 100:
        return _DIGITS[number // 10] + "十" + (_DIGITS[number % 10] if number % 10 else "")
    if number < 1000:
        rest = number % 100
        zero = "零" if 0 < rest < 10 else ""
        one = "一" if 10 <= rest < 20 else ""
        return _DIGITS[number // 100] + "百" + (zero + one + _chinese(rest) if rest else "")
    return str(number)


def _roman(number: int) -> str:
    out = ""
    for value, mark in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while number >= value:
            out += mark
            number -= value
    return out
