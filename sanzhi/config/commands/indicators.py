"""`sanzhi indicators --unit CODE --period 2022-06 --csv`: every figure of a unit in a period, exact, for other programs."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from typing import TYPE_CHECKING, Any

from sanzhi.config.commands.installation import founded

if TYPE_CHECKING:
    from sanzhi.steering.indicators.figures import Figure

COLUMNS = (
    "period",
    "unit",
    "unit_name",
    "indicator",
    "label",
    "kind",
    "numerator",
    "denominator",
    "on_time",
    "exempt",
    "fraction",
    "formula",
)


def add(sub: argparse._SubParsersAction) -> None:
    """Add the command."""
    shown = sub.add_parser("indicators", help="一个单位在一个时段的全部指标：分子、分母、按期、免除、公式")
    shown.add_argument("--unit", required=True, help="单位编码（乡镇、村、镇直单位、网格、小组）")
    shown.add_argument(
        "--period",
        required=True,
        action="append",
        help="时段：2022-06、2022-W23、2022-Q2、2022-H1、2022 或 by:2022-05-31；可以写几次",
    )
    shown.add_argument("--below", action="store_true", help="下面的每个单位也列出来")
    shown.add_argument("--town", help="乡镇编码（只有一个乡镇时可省）")
    how = shown.add_mutually_exclusive_group()
    how.add_argument("--csv", action="store_true", help="输出 CSV（默认）")
    how.add_argument("--json", action="store_true", help="输出 JSON")
    shown.set_defaults(run=run_indicators)


def run_indicators(arguments: argparse.Namespace) -> int:
    """Print the figures; those of a past period as they are known today."""
    founded()
    from sanzhi.foundation import clock
    from sanzhi.foundation.clock.installation import demo_day
    from sanzhi.steering.indicators.choosing import town_of
    from sanzhi.steering.indicators.figures import unit_by_code
    from sanzhi.steering.indicators.telling import figures_below

    with clock.standing_on(demo_day()):
        town, today = town_of(arguments.town), clock.today()
        unit = unit_by_code(town, arguments.unit)
        found = [
            figure
            for period in arguments.period
            for figure in figures_below(town, unit, period, today, below=arguments.below)
        ]
    rows = [row_of(figure) for figure in found]
    if arguments.json:
        told: dict[str, Any] = {"town": town.code, "as_of": today.isoformat(), "figures": rows}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if row[name] is None else row[name] for name in COLUMNS] for row in rows)
    return 0


def row_of(figure: Figure) -> dict[str, Any]:
    """A figure as it is told to another program. `denominator` None: nobody owes it, or a sum that has none."""
    share = figure.fraction
    return {
        "period": figure.period,
        "unit": figure.unit.code,
        "unit_name": figure.unit.short_name,
        "indicator": figure.code,
        "label": figure.label,
        "kind": figure.kind,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "on_time": figure.on_time,
        "exempt": figure.exempt,
        "fraction": None if share is None else f"{share.numerator}/{share.denominator}",
        "formula": figure.words,
    }
