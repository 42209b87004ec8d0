"""The sheet of head counts: how many, on which day, from which source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import HeadCountEntry
from sanzhi.foundation.people.queries import head_counts_of_town
from sanzhi.steering.registers.sheets import cells
from sanzhi.steering.registers.sheets.kinds import (
    Change,
    Ground,
    Row,
    SheetColumn,
    SheetKind,
    day_in,
    problem,
)


def plan(ground: Ground, rows: Sequence[Row]) -> list[Change]:
    """What the rows would do to the register of head counts."""
    known = {(c.unit_id, c.what, c.counted_on): c for c in head_counts_of_town(ground.town)}
    seen: dict[tuple[int, str, dt.date], int] = {}
    changes = []
    for row in rows:
        subject = f"{row['unit'] or '（没有单位）'} {row['what']}"
        read = _read(ground, row)
        if isinstance(read, str):
            changes.append(problem(row, subject, read))
            continue
        key = (read.unit.pk, read.what, read.counted_on)
        if key in seen:
            changes.append(problem(row, subject, f"和第 {seen[key]} 行重复。请删去其中一行。"))
            continue
        seen[key] = row.number
        changes.append(_compare(row, read, known.get(key)))
    return changes


def _read(ground: Ground, row: Row) -> HeadCountEntry | str:
    unit = ground.names.find(row["unit"])
    if isinstance(unit, str):
        return unit
    if not ground.may(unit.pk):
        return f"{unit.name}不在您可以登记的范围内。请只保留本单位的行。"
    if not row["what"] or len(row["what"]) > 40:
        return "没有填口径（如户籍人口、18周岁以上村民），或超过 40 个字。请填写。"
    count = cells.whole(row["count"])
    if count is None:
        return f"人数“{row['count']}”不是数字。请填整数。"
    day = day_in(row, "counted_on", "统计日", None)
    if isinstance(day, str):
        return day
    if day is None:
        return "没有填统计日。请写明是哪一天的数。"
    if day > ground.day:
        return f"统计日{day.isoformat()}还没有到。请核对。"
    if not row["source"] or len(row["source"]) > 100:
        return "没有填来源（如派出所户籍数、年报），或超过 100 个字。请填写。"
    return HeadCountEntry(unit, row["what"], count, day, row["source"])


def _compare(row: Row, read: HeadCountEntry, known: object) -> Change:
    subject = f"{read.unit.name} {read.what}"
    if known is None:
        said = f"{read.counted_on.isoformat()} 为 {read.count}，来源：{read.source}"
        return Change(row.number, "new", subject, said, read)
    changed: list[str] = []
    if known.count != read.count:  # type: ignore[attr-defined]
        changed.append(f"{known.count} 改为 {read.count}")  # type: ignore[attr-defined]
    if known.source != read.source:  # type: ignore[attr-defined]
        changed.append(f"来源改为“{read.source}”")
    state = "changed" if changed else "unchanged"
    return Change(row.number, state, subject, "；".join(changed), read if changed else None)  # type: ignore[arg-type]


def apply(*, by: Actor, town: Unit, day: dt.date, changes: Sequence[Change], ground: str) -> None:
    """Do it, inside the one act of the import."""
    entries = [c.act for c in changes if c.act is not None]
    if entries:
        people.record_head_counts(by=by, counts=entries)


def rows(town: Unit, day: dt.date, within: frozenset[int] | None) -> Iterable[Sequence[object]]:
    """All head counts of the town's units."""
    for count in head_counts_of_town(town):
        if within is None or count.unit_id in within:
            yield (count.unit.code, count.what, count.count, count.counted_on, count.source)


HEAD_COUNTS = SheetKind(
    code="head_counts",
    label="人数登记",
    columns=(
        SheetColumn("unit", "单位", ("单位名称", "村", "村名"), needed=True, hint="编码或名称"),
        SheetColumn(
            "what",
            "口径",
            ("统计口径", "项目", "指标"),
            needed=True,
            hint="户籍人口、常住人口、18周岁以上村民……",
        ),
        SheetColumn("count", "人数", ("数量", "数", "数值"), needed=True),
        SheetColumn("counted_on", "统计日", ("统计日期", "日期", "截至日期"), needed=True, hint="2021-12-31"),
        SheetColumn("source", "来源", ("数据来源",), needed=True, hint="派出所户籍数、年报……"),
    ),
    plan=plan,
    apply=apply,
    rows=rows,
    capability="registers:edit_posts",
    export_capability="registers:read",
    forbidden=("身份证", "姓名", "出生"),
    example=("上河村", "户籍人口", "1620", "2021-12-31", "派出所户籍数"),
)
