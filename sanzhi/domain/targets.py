"""Targets: how many a share asks for, whether it is reached and on which day. Exact fractions, never floats.

The rules in prose stand in docs/rules/shares.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from sanzhi.domain.problems import Problem, declare

declare(
    "targets",
    {
        "share": "“{text}”读不出是多大比例。请写成 80% 或 4/5 这样的写法。",
        "share_range": "比例应大于 0、不超过 100%，收到的是“{text}”。请改正。",
        "denominator": "总数不能小于 0，收到的是“{denominator}”。请检查名册。",
    },
)

NOBODY = "–"
"""What stands where nobody owes it: never 0 %."""

NOTHING_REGISTERED = "登记未完成"
"""What stands where a share is asked over a register that holds nothing yet: not fulfilled, never 100 %."""


def needed(share: Fraction, denominator: int) -> int:
    """The smallest number that reaches the share exactly: of 9, 80 % needs 8 (case 11)."""
    _check(share, denominator)
    return -(-share.numerator * denominator // share.denominator)


def rounded(share: Fraction, denominator: int) -> int:
    """The number that rounding to the nearest would ask for, halves up: shown beside `needed`, never used to judge."""
    _check(share, denominator)
    return (2 * share.numerator * denominator + share.denominator) // (2 * share.denominator)


def met(numerator: int | Fraction, denominator: int | None, share: Fraction) -> bool | None:
    """Whether numerator / denominator reaches the share.

    None when nobody owes it (denominator None); over a register that holds nothing (0) it is not reached.
    """
    if denominator is None:
        return None
    if denominator < 0:
        raise Problem("targets.denominator", denominator=denominator)
    return denominator > 0 and numerator >= share * denominator


def day_reached(days: Iterable[date], needed: int) -> date | None:
    """The day on which the count was reached: that of the k-th deed in time; None while fewer are done or none needed."""
    ordered = sorted(days)
    return ordered[needed - 1] if 1 <= needed <= len(ordered) else None


_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_RATIO = re.compile(r"(\d+)\s*[/／]\s*(\d+)")


def parse_share(text: str) -> Fraction:
    """The exact share of "1/2", "80%" or "12.5 %"; refuses other words, 0 and more than the whole."""
    text = text.strip()
    if found := _PERCENT.fullmatch(text):
        share = Fraction(found[1]) / 100
    elif (found := _RATIO.fullmatch(text)) and int(found[2]):
        share = Fraction(int(found[1]), int(found[2]))
    else:
        raise Problem("targets.share", text=text)
    if not 0 < share <= 1:
        raise Problem("targets.share_range", text=text)
    return share


def share_code(share: Fraction) -> str:
    """How a share is stored: "4/5", read back by `parse_share`."""
    return f"{share.numerator}/{share.denominator}"


def format_share(share: Fraction) -> str:
    """How a target is said: 80%, 12.5%; one decimal, halves up, none where it is whole."""
    tenths = _tenths(share)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


def format_percent(numerator: int, denominator: int) -> str:
    """The percentage with one decimal, halves up, by whole numbers; what is not the whole never reads 100.0%."""
    tenths = _tenths(Fraction(numerator, denominator))
    if numerator < denominator:
        tenths = min(tenths, 999)
    return f"{tenths // 10}.{tenths % 10}%"


def format_ratio(numerator: int, denominator: int | None) -> str:
    """A figure as it is printed, the fraction before its percentage: 8/9（88.9%）; – when nobody owes it."""
    if denominator is None:
        return NOBODY
    if denominator == 0:
        return f"{numerator}/0（{NOTHING_REGISTERED}）"
    return f"{numerator}/{denominator}（{format_percent(numerator, denominator)}）"


def _tenths(share: Fraction) -> int:
    return (2000 * share.numerator + share.denominator) // (2 * share.denominator)


def _check(share: Fraction, denominator: int) -> None:
    if denominator < 0:
        raise Problem("targets.denominator", denominator=denominator)
    if not 0 < share <= 1:
        raise Problem("targets.share_range", text=share_code(share))
