"""Comparing rows of a sheet of units with the register: what is new, what changes, what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sanzhi.foundation.orgs.actions import NewUnit
from sanzhi.foundation.orgs.models import PARENT_KINDS, Unit, UnitKind
from sanzhi.foundation.orgs.queries import codes_taken, first_days, town_units_on
from sanzhi.steering.registers.sheets import cells
from sanzhi.steering.registers.sheets.kinds import (
    Change,
    Ground,
    Row,
    day_in,
    problem,
)
from sanzhi.steering.registers.sheets.units_named import SEPARATOR

_KINDS = {
    "镇直单位": "office",
    "单位": "office",
    "办公室": "office",
    "站所": "office",
    "村": "village",
    "行政村": "village",
    "社区": "village",
    "网格": "grid",
    "村民小组": "group",
    "组": "group",
    "小组": "group",
    "村民组": "group",
}
_LETTERS = {"office": "O", "village": "V", "grid": "G", "group": "N"}
_LONGEST = {"code": 24, "name": 60, "short_name": 30}


@dataclass(frozen=True)
class UnitEdit:
    """What is done to a unit that stands already."""

    unit: Unit
    name: str | None = None
    short_name: str | None = None
    position: int | None = None
    parent: Unit | None = None
    aliases: tuple[str, ...] = ()
    town_unit: bool | None = None
    answers_to_county: bool | None = None


class Planner:
    """Goes through the rows once; remembers what the file itself opens."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.names = ground.names
        self.codes = {u.code for u in self.names.units.values()}
        self.siblings = {(self.names.parents.get(u.pk, 0), u.name): u for u in self.names.units.values()}
        self.aliases = {(u.pk, a) for u in self.names.units.values() for a in (u.name, u.short_name)}
        self.marked = set(town_units_on(ground.town, ground.day).values_list("pk", flat=True))
        self.taken: dict[str, str] = {}
        self.first = first_days(list(self.names.units))
        self.seen: dict[str, int] = {}
        self.called: dict[str, list[NewUnit]] = {}
        self.made: dict[int, NewUnit] = {}

    def plan(self, rows: Sequence[Row]) -> list[Change]:
        for alias_owner, alias in self.names.aliases():
            self.aliases.add((alias_owner, alias))
        codes = {row["code"].replace(" ", "") for row in rows} - {""}
        self.taken = codes_taken(codes - self.codes)
        changes: dict[int, Change] = {}
        new: list[tuple[Row, dict[str, object]]] = []
        for row in rows:
            read = self._cells(row)
            if isinstance(read, str):
                changes[row.number] = problem(row, _subject(row), read)
                continue
            existing = self._existing(row, read)
            if isinstance(existing, str):
                changes[row.number] = problem(row, _subject(row), existing)
            elif existing is not None:
                changes[row.number] = self._edit(row, read, existing)
            else:
                new.append((row, read))
        for row, change in self._open(new):
            changes[row.number] = change
        return [changes[row.number] for row in rows]

    def _cells(self, row: Row) -> dict[str, object] | str:
        kind = _KINDS.get(row["kind"].replace(" ", ""))
        if kind is None:
            known = "镇直单位、村、网格、村民小组"
            return (
                f"类别“{row['kind']}”不认识。请填{known}之一。"
                if row["kind"]
                else f"没有填类别。请填{known}之一。"
            )
        name = cells.name(row["name"])
        if not name:
            return "没有填全称。请填写单位名称。"
        short = cells.name(row["short_name"])
        for key, said in (("code", row["code"]), ("name", name), ("short_name", short)):
            if len(said) > _LONGEST[key]:
                return f"“{said[:12]}…”太长，最多 {_LONGEST[key]} 个字。请缩短。"
        if not short and len(name) > _LONGEST["short_name"]:
            return f"全称超过 {_LONGEST['short_name']} 个字。请另填一个简称。"
        position = cells.whole(row["position"]) if row["position"] else None
        if row["position"] and position is None:
            return f"排序“{row['position']}”不是数字。请填数字，或留空。"
        marks = {}
        for key, label in (("town_unit", "列入镇直单位"), ("answers", "由县级部门管理")):
            marks[key] = cells.yes(row[key]) if row[key] else None
            if row[key] and marks[key] is None:
                return f"“{label}”写的是“{row[key]}”。请填“是”或“否”。"
        if marks["town_unit"] and kind != "office":
            return "只有镇直单位才能列入镇直单位名单。请改类别，或把这一格填“否”。"
        opened = day_in(row, "opened_on", "设立日期", None)
        if isinstance(opened, str):
            return opened
        aliases = tuple(
            a for a in (x.strip() for x in _split(row["aliases"])) if a and a not in (name, short)
        )
        return {
            "kind": kind,
            "name": name,
            "short": short,
            "position": position,
            "opened": opened,
            "aliases": aliases,
            **marks,
        }

    def _existing(self, row: Row, read: dict) -> Unit | str | None:
        """The unit of the register that the row speaks of; None for a new one; a sentence where it may be none."""
        code = row["code"].replace(" ", "").upper()
        key = code or f"{read['kind']}:{row['parent']}:{read['name']}"
        if key in self.seen:
            return f"和第 {self.seen[key]} 行是同一个单位。请删去重复的一行。"
        self.seen[key] = row.number
        if code:
            unit = self.names.by_code.get(code)
            if unit is None and (name := self.taken.get(row["code"].replace(" ", ""))) is not None:
                return f"编码{row['code']}已经用过（{name}，在别的乡镇或已撤销）。请换一个编码。"
        else:
            parent = self._parent(row, read)
            at = parent.pk if isinstance(parent, Unit) else None
            unit = self.siblings.get((at, read["name"])) if at is not None else None
        if unit is not None and unit.kind != read["kind"]:
            return f"{unit.name}登记的类别是“{UnitKind(unit.kind).label}”，类别不能用导入修改。请核对编码。"
        return unit

    def _parent(self, row: Row, read: dict) -> Unit | str:
        if not row["parent"]:
            if read["kind"] in ("office", "village"):
                return self.ground.town
            return "没有填上级单位。请填村或网格的编码或名称。"
        if row["parent"] in (self.ground.town.name, self.ground.town.short_name, self.ground.town.code):
            found: Unit | str = self.ground.town
        else:
            found = self.names.find(row["parent"], _below_town(PARENT_KINDS[read["kind"]]))
        if isinstance(found, Unit) and found.kind not in PARENT_KINDS[read["kind"]]:
            label = UnitKind(read["kind"]).label
            return f"{label}不能直接设在{found.name}下面。请选它的上一级单位。"
        return found

    def _edit(self, row: Row, read: dict, unit: Unit) -> Change:
        parent = self._parent(row, read) if row["parent"] else None
        if isinstance(parent, str):
            return problem(row, unit.name, parent)
        if read["opened"] is not None and read["opened"] != self.first.get(unit.pk):
            day = self.first[unit.pk].isoformat()
            return problem(row, unit.name, f"设立日期登记的是{day}，不能用导入修改。请改回，或留空。")
        above = self.names.parents.get(unit.pk, 0)
        target = parent.pk if parent is not None else above
        other = self.siblings.get((target, read["name"]))
        if other is not None and other.pk != unit.pk:
            return problem(
                row, unit.name, f"{self._name(target)}下面已经有叫“{read['name']}”的单位。请核对是否重复。"
            )
        said, edit = self._differences(read, unit, parent if target != above else None)
        clash = self._alias_clash(edit.aliases, unit.pk)
        if clash:
            return problem(row, unit.name, clash)
        if not said:
            return Change(row.number, "unchanged", unit.name, "")
        return Change(row.number, "changed", unit.name, "；".join(said), edit)

    def _differences(self, read: dict, unit: Unit, parent: Unit | None) -> tuple[list[str], UnitEdit]:
        said, edit = [], UnitEdit(unit)
        if read["name"] != unit.name:
            said.append(f"全称改为“{read['name']}”")
            edit = replace(edit, name=read["name"])
        if read["short"] and read["short"] != unit.short_name:
            said.append(f"简称改为“{read['short']}”")
            edit = replace(edit, short_name=read["short"])
        if read["position"] is not None and read["position"] != unit.position:
            said.append(f"排序 {unit.position} 改为 {read['position']}")
            edit = replace(edit, position=read["position"])
        if parent is not None:
            said.append(
                f"从 {self.ground.day.isoformat()} 起移到{parent.name}（原在{self._name(self.names.parents[unit.pk])}）"
            )
            edit = replace(edit, parent=parent)
        fresh = tuple(a for a in read["aliases"] if (unit.pk, a) not in self.aliases)
        if fresh:
            said.append(f"增加别名：{'、'.join(fresh)}")
            edit = replace(edit, aliases=fresh)
        if read["town_unit"] is not None and read["town_unit"] != (unit.pk in self.marked):
            said.append(
                f"从 {self.ground.day.isoformat()} 起{'列入' if read['town_unit'] else '不再列入'}镇直单位名单"
            )
            edit = replace(edit, town_unit=read["town_unit"])
        if read["answers"] is not None and read["answers"] != unit.answers_to_county:
            said.append("改为由县级部门管理" if read["answers"] else "改为由镇里管理")
            edit = replace(edit, answers_to_county=read["answers"])
        return said, edit

    def _name(self, unit_id: int) -> str:
        unit = self.names.units.get(unit_id)
        return unit.name if unit is not None else self.ground.town.name

    def _alias_clash(self, aliases: Iterable[str], owner: int | None) -> str:
        for alias in aliases:
            for unit_id, name in self.aliases:
                if name == alias and unit_id != owner and self.names.is_named_by_plans(unit_id):
                    return f"别名“{alias}”已经是{self._name(unit_id)}的名称。请先核对是哪一个单位。"
        return ""

    def _open(self, new: list[tuple[Row, dict]]) -> list[tuple[Row, Change]]:
        """New units: parents that stand first, then those that the file itself opens, level by level."""
        done: list[tuple[Row, Change]] = []
        waiting = list(new)
        while waiting:
            left = []
            for row, read in waiting:
                parent: Unit | NewUnit | str = self._parent(row, read)
                if isinstance(parent, str):
                    own = self._parent_in_file(row, read)
                    if own is None:
                        left.append((row, read))
                        continue
                    parent = own
                done.append((row, self._opened(row, read, parent)))
            if len(left) == len(waiting):
                return done + [
                    (row, problem(row, read["name"], self._why(row, read, left))) for row, read in left
                ]
            waiting = left
        return done

    def _why(self, row: Row, read: dict, left: list[tuple[Row, dict]]) -> str:
        for other, its in left:
            if other is not row and row["parent"] in (its["name"], other["code"]):
                back = other["parent"] in (read["name"], row["code"])
                if back:
                    return f"和第 {other.number} 行互为上级。请改正其中一行的上级单位。"
                return f"它的上级（第 {other.number} 行）有问题，先改那一行。"
        found = self._parent(row, read)
        return found if isinstance(found, str) else "上级单位有问题。请核对。"

    def _parent_in_file(self, row: Row, read: dict) -> NewUnit | None:
        found = self.called.get(row["parent"].replace(" ", ""), [])
        fitting = [n for n in found if n.kind in PARENT_KINDS[read["kind"]]]
        return fitting[0] if len(fitting) == 1 else None

    def _opened(self, row: Row, read: dict, parent: Unit | NewUnit) -> Change:
        name = read["name"]
        key = (parent.pk if isinstance(parent, Unit) else parent.code, name)
        if key in self.siblings:
            return problem(
                row,
                name,
                f"{parent.name}下面已经有叫“{name}”的单位。请核对是否重复；确是两个，请在名称里区别。",
            )
        day = read["opened"] or self.ground.day
        since = self.names.opened.get(parent.pk) if isinstance(parent, Unit) else parent.opened_on
        if since is not None and day < since and isinstance(parent, NewUnit):
            return problem(
                row, name, f"设立日期早于上级“{parent.name}”的设立日期{since.isoformat()}。请改正。"
            )
        if isinstance(parent, Unit) and day < self.first.get(parent.pk, day):
            first = self.first[parent.pk].isoformat()
            return problem(row, name, f"设立日期早于上级“{parent.name}”的设立日期{first}。请改正。")
        clash = self._alias_clash(
            (*read["aliases"], name) if read["kind"] in ("office", "village") else (), None
        )
        if clash:
            return problem(row, name, clash)
        code = row["code"].replace(" ", "") or self._code(parent.code, read["kind"])
        made = NewUnit(
            code=code,
            kind=read["kind"],
            name=name,
            parent=parent.code,
            short_name=read["short"],
            position=read["position"] or row.number,
            opened_on=day,
            answers_to_county=bool(read["answers"]),
            town_unit=bool(read["town_unit"]),
            aliases=read["aliases"],
        )
        self.siblings[key] = made  # type: ignore[assignment]
        self.codes.add(code)
        above = row["parent"].replace(" ", "")
        for called in {name, read["short"] or name, f"{above}{SEPARATOR}{name}", f"{above}{name}", code}:
            self.called.setdefault(called, []).append(made)
        label = UnitKind(read["kind"]).label
        return Change(
            row.number,
            "new",
            name,
            f"新登记{label}，上级{parent.name}，编码 {code}，自 {day.isoformat()}",
            made,
        )

    def _code(self, above: str, kind: str) -> str:
        number = 1
        while f"{above}-{_LETTERS[kind]}{number}" in self.codes:
            number += 1
        return f"{above}-{_LETTERS[kind]}{number}"


def _subject(row: Row) -> str:
    return row["name"] or row["code"] or "（没有名称）"


def _split(said: str) -> list[str]:
    for sign in ",，;；|/":
        said = said.replace(sign, "、")
    return said.split("、")


def _below_town(kinds: tuple[str, ...]) -> list[str]:
    return [k for k in kinds if k != UnitKind.TOWN] or ["office", "village", "grid", "group"]
