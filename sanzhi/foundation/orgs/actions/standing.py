"""What the acts of the register ask of the rows in force, with these rows locked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.orgs.models import (
    PARENT_KINDS,
    Placement,
    RegisterChange,
    Unit,
    UnitAlias,
    UnitKind,
    on_day,
)
from sanzhi.foundation.orgs.queries import standing_in

declare(
    "orgs",
    {
        "code_taken": "编码{code}已经登记过（{name}），请换一个编码，或检查是否重复登记。",
        "name_taken": "{parent}下面已经有叫“{name}”的单位。请核对是否重复；确是两个单位，请在名称里加以区别。",
        "name_needed": "单位要有名称。请填写全称。",
        "too_long": "“{name}…”太长，最多 {most} 个字。请缩短；全称很长的，另填一个简称。",
        "code_shape": "编码“{code}”不能用。请用字母、数字和“-”，不超过 24 个，如 YLQH-01。",
        "alias_taken": "“{name}”已经是{unit}的名称，不能再用。请先核对是哪一个单位。",
        "wrong_parent": "{kind}不能直接设在{parent}下面。请选它的上一级单位。",
        "loop": "不能把{unit}移到它自己或它的下级单位里面。请另选上级单位。",
        "same_parent": "{unit}在{day}已经属于{parent}，没有需要调整的。请核对要移到哪里。",
        "not_standing": "{unit}在{day}还没有设立或已经撤销，这一天不能这样登记。请核对日期。",
        "unknown_parent": "{unit}的上级“{parent}”没有登记过。请先登记上级单位，或检查编码、名称有没有写错。",
        "has_members": "{unit}下面还有{count}个单位，不能撤销。请先把它们移走或撤销。",
        "before_opening": "日期{day}不晚于{unit}本次登记的起始日{opened}。请改为之后的日期。",
        "later_change": "{unit}（或它的下级）在{later}已有登记变动，不能再从更早的{day}起调整。请改用{later}以后的日期。",
        "ground_needed": "撤销或合并单位要写明依据（文件号或会议），并由牵头单位确认。",
        "other_town": "{unit}不属于{town}，不能放在一起登记。",
        "not_in_town": "{unit}不属于任何乡镇，不能这样登记。请选乡镇里的单位。",
        "merge_two": "合并至少要选两个单位，而且要是同一乡镇、同一类别的。请重新选择。",
        "not_office": "只有镇直单位才能列入镇直单位名单，{unit}是{kind}。请另选单位。",
    },
)

_CODE = re.compile(r"\w[\w.\-]{0,23}")
NAMED_BY_PLANS = (UnitKind.TOWN, UnitKind.OFFICE, UnitKind.VILLAGE)
"""Kinds that a plan may name: their names and aliases must mean one unit of the town."""


def note_change(town: Unit | None, register: str, since: dt.date, units: Iterable[int] | None = None) -> None:
    """Tell the tallies that a register changed from `since` on (inside an action only).

    `units` (ids of groups, villages, offices) where it can only change the figures of the villages in which these stand.
    """
    if town is None:
        return
    villages: set[int | None] = {None} if units is None else set(standing_in(units, since))
    RegisterChange.objects.bulk_create(
        RegisterChange(town=town, register=register, since=since, unit_id=unit) for unit in villages
    )


def placement(unit: Unit, day: dt.date) -> Placement:
    """The unit's placement in force on `day`, locked; refuses a unit that does not stand then."""
    row = Placement.objects.select_for_update().filter(on_day(day), unit=unit).first()
    if row is None:
        raise Problem("orgs.not_standing", unit=unit.short_name, day=day.isoformat())
    return row


def checked_names(name: str, short_name: str) -> tuple[str, str]:
    """Full and short name without blanks at their ends; refuses none and those longer than the register takes."""
    name = name.strip()
    if not name:
        raise Problem("orgs.name_needed", field="name")
    short = short_name.strip() or name
    for field, word in (("name", name), ("short_name", short)):
        most = getattr(Unit._meta.get_field(field), "max_length", None) or 0
        if len(word) > most:
            raise Problem("orgs.too_long", field=field, name=word[:12], most=most)
    return name, short


def check_code(code: str) -> None:
    """Refuse a code that could not stand in an address or in the name of a file."""
    if not _CODE.fullmatch(code):
        raise Problem("orgs.code_shape", field="code", code=code[:30])


def check_parent(kind: str, parent: Unit | None) -> None:
    """Refuse a parent of the wrong kind."""
    allowed = PARENT_KINDS[kind]
    if (parent is None) != (not allowed) or (parent is not None and parent.kind not in allowed):
        above = parent.short_name if parent else "最上级"
        raise Problem("orgs.wrong_parent", field="parent", kind=UnitKind(kind).label, parent=above)


def check_name(parent: Unit, name: str, since: dt.date, *, but: Unit | None = None) -> None:
    """Refuse a name that a sibling under `parent` bears on `since` or later."""
    siblings = Placement.objects.filter(parent=parent, unit__name=name).exclude(closed_on__lte=since)
    if but is not None:
        siblings = siblings.exclude(unit=but)
    if siblings.exists():
        raise Problem("orgs.name_taken", field="name", parent=parent.short_name, name=name)


def check_meaning(town: Unit | None, kind: str, name: str, *, but: Unit | None = None) -> None:
    """Refuse a name that is another unit's alias in the town."""
    if town is None or kind not in NAMED_BY_PLANS:
        return
    alias = UnitAlias.objects.select_related("unit").filter(town=town, name=name).first()
    if alias is not None and (but is None or alias.unit_id != but.pk):
        raise Problem("orgs.alias_taken", field="name", name=name, unit=alias.unit.short_name)


def ground_of(text: str) -> str:
    """A ground that says something; refuses an empty one."""
    if not text.strip():
        raise Problem("orgs.ground_needed", field="ground")
    return text.strip()
