"""How a figure is said: the fraction before its share, – where nobody owes, 登记未完成 where nothing is registered."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from sanzhi.foundation.ui import formats
from sanzhi.steering.indicators.figures import Figure

SMALL = 5
"""Numbers of households below it are told to the village's own people alone (R-04)."""


def value(figure: Figure | None) -> str:
    """8/9（88.9%）, 12, –, 登记未完成."""
    if figure is None:
        return formats.NOTHING
    if figure.kind == "sum":
        return formats.number(figure.numerator)
    if figure.denominator is None:
        return formats.NOTHING
    if figure.denominator == 0:
        return formats.NOTHING if figure.exempt else _("登记未完成")
    return formats.fraction(figure.numerator, figure.denominator)


def cell(figure: Figure | None) -> str:
    """The same in a cell of a table: without the share."""
    if figure is not None and figure.kind != "sum" and figure.denominator:
        return f"{figure.numerator}/{figure.denominator}"
    return value(figure)


def sample(figure: Figure) -> str:
    """n: how many the share is of, how many records make a sum."""
    if figure.kind == "sum":
        return formats.number(figure.numerator)
    return formats.number(figure.denominator or None)


def beside_words(pairs: Iterable[tuple[str, int]], *, hide_small: bool) -> list[tuple[str, str]]:
    """What is printed beside a share; above the village small numbers of households are hidden."""
    return [
        (words, f"<{SMALL}" if hide_small and 0 < number < SMALL else formats.number(number))
        for words, number in pairs
    ]


def copied(unit: str, period: str, figures: Iterable[Figure]) -> str:
    """The figures that say something, for a chat group (at most 200 characters)."""
    said = [f"{f.label}{value(f)}" for f in figures if f.denominator or (f.kind == "sum" and f.numerator)]
    body = "；".join(said) if said else _("还没有可算的指标")
    return formats.short(_("【{unit}】{period}：{body}。").format(unit=unit, period=period, body=body))
