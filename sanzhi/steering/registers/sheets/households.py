"""The sheet of households. Members, birth days and identity numbers have no place in it; what goes out is number and group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import Household, PresenceKind, Stay
from sanzhi.foundation.people.queries import numbers_known, stays_on
from sanzhi.foundation.privacy.masking import holds_number
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
from sanzhi.steering.registers.sheets.units_named import UnitNames

_PRESENCE = {str(kind.label): kind.value for kind in PresenceKind} | {
    "在家": "present",
    "常住户": "present",
    "季节性": "seasonal",
    "农忙在家": "seasonal",
    "外出": "away",
    "全家外出": "away",
    "举家外出户": "away",
    "空置": "empty",
    "无人居住": "empty",
    "空户": "empty",
}


@dataclass(frozen=True)
class _Edit:
    """What is done to a household that is registered already."""

    household: Household
    on: dt.date
    group: Unit | None
    door: str | None
    walk_order: int | None
    surname: str | None
    phone: str | None
    presence: str | None
    stay: Stay


@dataclass(frozen=True)
class _Read:
    """A row, understood; None where the cell is empty."""

    number: str
    group: Unit
    door: str | None
    walk_order: int | None
    surname: str | None
    phone: str | None
    presence: str | None
    on: dt.date | None


class _Planner:
    def __init__(self, ground: Ground, rows: Sequence[Row]) -> None:
        self.ground = ground
        groups = [u.pk for u in ground.names.units.values() if u.kind == UnitKind.GROUP]
        self.stays = {s.household.number: s for s in stays_on(ground.day, groups)}
        self.known = numbers_known(ground.town, [r["number"] for r in rows])
        self.seen: dict[str, int] = {}

    def plan(self, row: Row) -> Change:
        subject = f"户号 {row['number'] or '（空）'}"
        read = self._read(row)
        if isinstance(read, str):
            return problem(row, subject, read)
        if read.number in self.seen:
            return problem(
                row, subject, f"和第 {self.seen[read.number]} 行的户号相同。请删去重复，或改户号。"
            )
        self.seen[read.number] = row.number
        stay = self.stays.get(read.number)
        if stay is not None:
            return self._edit(row, read, stay)
        if read.number in self.known:
            return problem(
                row,
                subject,
                f"这个户号在{self.ground.day.isoformat()}没有登记在册（已销户或还没到起始日）。请换户号。",
            )
        return self._open(row, read)

    def _read(self, row: Row) -> _Read | str:
        number = row["number"].replace(" ", "")
        if not number or len(number) > 24 or holds_number(number):
            return "户号是空的、超过 24 个字，或像身份证号、手机号。请填村里编的户号。"
        group = self.ground.names.find(row["group"], (UnitKind.GROUP,))
        if isinstance(group, str):
            return group
        if not self.ground.may(group.pk):
            return f"{self.ground.names.full_name(group)}不在您可以登记的范围内。请只保留本村的行。"
        if holds_number(row["door"]) or len(row["door"]) > 40:
            return "门牌超过 40 个字，或里面像是有身份证号、手机号。请只填门牌。"
        surname = cells.name(row["surname"])
        if len(surname) > 2 or any(c.isdigit() for c in surname):
            return "联系人姓氏只填姓，不填全名和号码。请改正。"
        order = cells.whole(row["walk_order"]) if row["walk_order"] else None
        if row["walk_order"] and order is None:
            return f"走访顺序“{row['walk_order']}”不是数字。请填数字，或留空。"
        presence = _PRESENCE.get(row["presence"].replace(" ", "")) if row["presence"] else None
        if row["presence"] and presence is None:
            return f"在家情况“{row['presence']}”不认识。请填常住、季节性在家、举家外出、空房之一。"
        phone = row["phone"].replace(" ", "")
        if phone and not phone.lstrip("+").replace("-", "").isdigit():
            return "联系电话里有不是数字的内容。请只填号码，或留空。"
        on = day_in(row, "on", "起始日期", None)
        if isinstance(on, str):
            return on
        return _Read(number, group, row["door"] or None, order, surname or None, phone or None, presence, on)

    def _edit(self, row: Row, read: _Read, stay: Stay) -> Change:
        subject = f"户号 {read.number}"
        if not self.ground.may(stay.group_id):
            return problem(row, subject, "这一户现在登记在别的村，您不能改。请联系管理员。")
        on = read.on or self.ground.day
        household = stay.household
        group = read.group if read.group.pk != stay.group_id else None
        door = read.door if read.door is not None and read.door != stay.door else None
        order = read.walk_order if read.walk_order not in (None, stay.walk_order) else None
        surname = read.surname if read.surname not in (None, household.contact_surname) else None
        phone = read.phone if read.phone not in (None, household.phone.replace(" ", "")) else None
        presence = read.presence if read.presence not in (None, stay.presence) else None  # type: ignore[attr-defined]
        said = []
        if group is not None:
            said.append(f"从 {on.isoformat()} 起迁到{self.ground.names.full_name(group)}")
        if presence is not None:
            said.append(f"从 {on.isoformat()} 起在家情况改为“{PresenceKind(presence).label}”")
        said += [
            word
            for word, value in (
                ("更正门牌", door),
                ("更正走访顺序", order),
                ("更正姓氏", surname),
                ("更新电话", phone),
            )
            if value is not None
        ]
        if not said:
            return Change(row.number, "unchanged", subject, "")
        if (group is not None or presence is not None) and on < stay.opened_on:
            return problem(
                row, subject, f"起始日期早于这一户登记的 {stay.opened_on.isoformat()}。请改为之后的日期。"
            )
        edit = _Edit(household, on, group, door, order, surname, phone, presence, stay)
        return Change(row.number, "changed", subject, "；".join(said), edit)

    def _open(self, row: Row, read: _Read) -> Change:
        subject = f"户号 {read.number}"
        on = read.on or self.ground.day
        if on < self.ground.names.first_day(read.group):
            return problem(row, subject, f"起始日期早于{read.group.name}的设立日期。请核对。")
        presence = read.presence or PresenceKind.PRESENT
        new = NewHousehold(
            number=read.number,
            group=read.group,
            door=read.door or "",
            walk_order=read.walk_order if read.walk_order is not None else row.number,
            surname=read.surname or "",
            phone=read.phone or "",
            presence=presence,
            opened_on=on,
        )
        note = "" if read.presence else "（没填在家情况，按常住）"
        where = self.ground.names.full_name(read.group)
        return Change(row.number, "new", subject, f"新登记在{where}，自 {on.isoformat()}{note}", new)


def plan(ground: Ground, rows: Sequence[Row]) -> list[Change]:
    """What the rows would do to the register of households."""
    planner = _Planner(ground, rows)
    return [planner.plan(row) for row in rows]


def apply(*, by: Actor, town: Unit, day: dt.date, changes: Sequence[Change], ground: str) -> None:
    """Do it, inside the one act of the import."""
    new = [c.act for c in changes if isinstance(c.act, NewHousehold)]
    if new:
        people.open_households(by=by, households=new, on=day)
    for edit in (c.act for c in changes if isinstance(c.act, _Edit)):
        if edit.group is not None:
            people.move_household(
                by=by,
                household=edit.household,
                group=edit.group,
                on=edit.on,
                door=edit.door if edit.door is not None else edit.stay.door,
                walk_order=edit.stay.walk_order if edit.walk_order is None else edit.walk_order,
                ground=ground,
            )
        if edit.presence is not None:
            people.change_presence(by=by, household=edit.household, kind=edit.presence, on=edit.on)
        here = {} if edit.group is not None else {"door": edit.door, "walk_order": edit.walk_order}
        if any(v is not None for v in (edit.surname, edit.phone, *here.values())):
            people.correct_household(
                by=by, household=edit.household, on=edit.on, surname=edit.surname, phone=edit.phone, **here
            )


def rows(town: Unit, day: dt.date, within: frozenset[int] | None) -> Iterable[Sequence[object]]:
    """Number and group of each household on `day`, and nothing else."""
    names = UnitNames(town, day)
    groups = [
        u.pk for u in names.units.values() if u.kind == UnitKind.GROUP and (within is None or u.pk in within)
    ]
    for stay in stays_on(day, groups):
        yield (stay.household.number, stay.group.code, *([""] * 6))


HOUSEHOLDS = SheetKind(
    code="households",
    label="户册",
    columns=(
        SheetColumn(
            "number", "户号", ("户编号", "住户编号", "户编码"), needed=True, hint="村里编的号，不是身份证号"
        ),
        SheetColumn(
            "group",
            "村民小组",
            ("组", "小组", "所在组", "组别"),
            needed=True,
            hint="编码，或写成 上河村/第1村民小组；只管一个村的，写 1组 就行",
        ),
        SheetColumn("door", "门牌", ("门牌号", "地址", "住址")),
        SheetColumn("walk_order", "走访顺序", ("顺序", "序号")),
        SheetColumn("surname", "联系人姓氏", ("姓氏", "姓"), hint="只填姓"),
        SheetColumn("phone", "联系电话", ("电话",), hint="本人同意才填；加密保存"),
        SheetColumn(
            "presence",
            "在家情况",
            ("居住情况", "居住状况", "是否在家"),
            hint="常住、季节性在家、举家外出、空房",
        ),
        SheetColumn("on", "起始日期", ("日期", "变动日期"), hint="从哪一天起；留空按导入日"),
    ),
    plan=plan,
    apply=apply,
    rows=rows,
    capability="households:edit",
    export_capability="households:read",
    forbidden=(
        "身份证",
        "证件",
        "公民身份",
        "出生",
        "生日",
        "年龄",
        "性别",
        "民族",
        "宗教",
        "成员",
        "家庭人口",
        "户主",
        "姓名",
        "银行",
        "微信",
        "QQ",
        "健康",
        "病",
        "残疾",
        "贫困",
        "低保",
        "收入",
        "政治面貌",
    ),
    example=("0101001", "上河村/第1村民小组", "1组1号", "1", "陈", "", "常住", "2022-01-01"),
)
