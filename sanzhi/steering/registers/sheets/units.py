"""The sheet of units: offices with aliases and mark, villages, grids, groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.actions import NewUnit
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import first_days, town_units_on
from sanzhi.steering.registers.sheets.kinds import Change, Ground, Row, SheetColumn, SheetKind
from sanzhi.steering.registers.sheets.units_compared import Planner, UnitEdit
from sanzhi.steering.registers.sheets.units_named import UnitNames


def plan(ground: Ground, rows: Sequence[Row]) -> list[Change]:
    """What the rows would do to the register of units."""
    return Planner(ground).plan(rows)


def apply(*, by: Actor, town: Unit, day: dt.date, changes: Sequence[Change], ground: str) -> None:
    """Do it, inside the one act of the import: new units in a batch, then each change to a standing one."""
    new = [c.act for c in changes if isinstance(c.act, NewUnit)]
    if new:
        orgs.open_units(by=by, units=new, on=day, ground=ground)
    for edit in (c.act for c in changes if isinstance(c.act, UnitEdit)):
        if edit.parent is not None:
            orgs.move_unit(by=by, unit=edit.unit, parent=edit.parent, on=day, ground=ground)
        if edit.name is not None or edit.short_name is not None or edit.position is not None:
            name = edit.name or edit.unit.name
            short = edit.short_name or (
                edit.unit.short_name if edit.unit.short_name != edit.unit.name else name
            )
            orgs.rename_unit(by=by, unit=edit.unit, name=name, short_name=short, position=edit.position)
        for alias in edit.aliases:
            orgs.add_alias(by=by, unit=edit.unit, name=alias)
        if edit.town_unit is not None:
            orgs.mark_town_unit(by=by, unit=edit.unit, on=day, counts=edit.town_unit)
        if edit.answers_to_county is not None:
            orgs.note_answers_to_county(by=by, unit=edit.unit, answers=edit.answers_to_county)


def rows(town: Unit, day: dt.date, within: frozenset[int] | None) -> Iterable[Sequence[object]]:
    """The register of units as the template has it, parents before children."""
    names = UnitNames(town, day)
    marked = set(town_units_on(town, day).values_list("pk", flat=True))
    first = first_days(list(names.units))
    aliases: dict[int, list[str]] = {}
    for owner, alias in names.aliases():
        aliases.setdefault(owner, []).append(alias)
    for unit in names.units.values():
        if unit.pk == town.pk or (within is not None and unit.pk not in within):
            continue
        above = names.units[names.parents[unit.pk]]
        office = unit.kind == UnitKind.OFFICE
        yield (
            unit.code,
            str(UnitKind(unit.kind).label),
            unit.name,
            unit.short_name,
            above.code,
            unit.position,
            "、".join(sorted(aliases.get(unit.pk, ()))),
            ("是" if unit.pk in marked else "否") if office else "",
            ("是" if unit.answers_to_county else "否") if office else "",
            first[unit.pk],
        )


UNITS = SheetKind(
    code="units",
    label="机构名册",
    columns=(
        SheetColumn("code", "编码", ("单位编码", "代码"), hint="可以留空，由系统编"),
        SheetColumn("kind", "类别", ("单位类别", "类型"), needed=True, hint="镇直单位、村、网格、村民小组"),
        SheetColumn("name", "全称", ("名称", "单位名称", "单位全称", "单位"), needed=True),
        SheetColumn("short_name", "简称", ("单位简称",)),
        SheetColumn(
            "parent",
            "上级单位",
            ("上级", "所属单位", "隶属", "所属"),
            hint="编码或名称；村和镇直单位可以留空",
        ),
        SheetColumn("position", "排序", ("序号", "顺序")),
        SheetColumn("aliases", "别名", ("其他名称", "曾用名"), hint="几个之间用顿号隔开"),
        SheetColumn("town_unit", "列入镇直单位", ("镇直单位",), hint="是或否"),
        SheetColumn("answers", "由县级部门管理", ("县管", "垂管"), hint="是或否"),
        SheetColumn("opened_on", "设立日期", ("成立日期", "起始日期"), hint="2022-03-05"),
    ),
    plan=plan,
    apply=apply,
    rows=rows,
    capability="registers:edit",
    export_capability="registers:read",
    example=("", "网格", "第1网格", "", "上河村", "1", "", "", "", "2022-01-01"),
)
