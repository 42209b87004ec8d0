"""Founding an installation and moving a demonstration's day. (`audit` stands right of the clock, so the command line
wraps these two writes in an audited action.)"""

from __future__ import annotations

import datetime as dt

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.clock.models import Installation

declare(
    "clock",
    {
        "real": "这是正式使用的系统，日期跟着真实时间走，不能调整。演示库才可以用 sanzhi clock set。",
        "not_founded": "这个数据库还没有建立。请先运行 sanzhi init（正式使用）或 sanzhi start（演示）。",
        "founded": "这个数据库已经建立过了（{county}），没有改动任何内容。",
        "backwards": "演示日只能往后走：现在是{today}，不能回到{day}。想从头开始，请用新的 SANZHI_HOME 再运行一次。",
        "too_far": "演示日最远到 {last}。请给一个更近的日期，如演示年度里的一天。",
        "county_long": "县的名称太长，最多 {most} 个字。请写简短些。",
        "level_long": "等级保护太长，最多 {most} 个字，如 二级。",
    },
)
LAST_DAY = dt.date(2099, 12, 31)
"""The last day a demonstration can stand on; plans end with that year too."""


def found(
    *, kind: str, county: str, demo_day: dt.date | None = None, protection_level: str = ""
) -> Installation:
    """Write the installation's row. Refuses a second time (`clock.founded`)."""
    if (row := Installation.objects.filter(pk=1).first()) is not None:
        raise Problem("clock.founded", county=row.county)
    for field, word, code in (
        ("county", county, "county_long"),
        ("protection_level", protection_level, "level_long"),
    ):
        most = getattr(Installation._meta.get_field(field), "max_length", None) or 0
        if len(word) > most:
            raise Problem(f"clock.{code}", most=most)
    return Installation.objects.create(
        pk=1, kind=kind, county=county, demo_day=demo_day, protection_level=protection_level
    )


def set_day(*, day: dt.date) -> Installation:
    """Move the demonstration to `day`. Refuses in a real installation and refuses to go back."""
    row = Installation.objects.select_for_update().filter(pk=1).first()
    if row is None:
        raise Problem("clock.not_founded")
    if row.kind != Installation.Kind.DEMO or row.demo_day is None:
        raise Problem("clock.real")
    if day < row.demo_day:
        raise Problem("clock.backwards", today=row.demo_day.isoformat(), day=day.isoformat())
    if day > LAST_DAY:
        raise Problem("clock.too_far", last=LAST_DAY.isoformat())
    row.demo_day = day
    row.save(update_fields=["demo_day"])
    return row
