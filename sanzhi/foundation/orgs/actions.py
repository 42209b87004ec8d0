"""Every change of the register of units: opening, moving, closing, succeeding, naming."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.tree import child_path, is_under, range_end
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import (
    PARENT_KINDS,
    Placement,
    RegisterChange,
    Succession,
    TownUnitMark,
    Unit,
    UnitAlias,
    UnitKind,
    on_day,
)

declare(
    "orgs",
    {
        "code_taken": "编码{code}已经登记过（{name}），请换一个编码，或检查是否重复登记。",
        "name_taken": "{parent}下面已经有叫“{name}”的单位。请核对是否重复；确是两个单位，请在名称里加以区别。",
        "alias_taken": "“{name}”已经是{unit}的名称，不能再作别名。请先核对是哪一个单位。",
        "wrong_parent": "{kind}不能直接设在{parent}下面。请选它的上一级单位。",
        "loop": "不能把{unit}移到它自己或它的下级单位里面。请另选上级单位。",
        "not_standing": "{unit}在{day}还没有设立或已经撤销，这一天不能这样登记。请核对日期。",
        "has_members": "{unit}下面还有{count}个单位，不能撤销。请先把它们移走或撤销。",
        "before_opening": "日期{day}早于{unit}本次登记的起始日{opened}。请改为之后的日期。",
        "ground_needed": "撤销或合并单位要写明依据（文件号或会议），并由牵头单位确认。",
        "other_town": "{unit}不属于{town}，不能放在一起登记。",
    },
)


def note_change(town: Unit | None, register: str, since: dt.date) -> None:
    """Tell the tallies that a register changed from `since` on (inside an action only)."""
    if town is not None:
        RegisterChange.objects.create(town=town, register=register, since=since)


def _placement(unit: Unit, day: dt.date) -> Placement:
    row = Placement.objects.select_for_update().filter(on_day(day), unit=unit).first()
    if row is None:
        raise Problem("orgs.not_standing", unit=unit.short_name, day=day.isoformat())
    return row


def _check_parent(kind: str, parent: Unit | None) -> None:
    allowed = PARENT_KINDS[kind]
    if (parent is None) != (not allowed) or (parent is not None and parent.kind not in allowed):
        raise Problem(
            "orgs.wrong_parent", kind=UnitKind(kind).label, parent=parent.short_name if parent else "最上级"
        )


@action("orgs.open_unit")
def open_unit(
    *,
    by: Actor,
    code: str,
    kind: str,
    name: str,
    short_name: str = "",
    parent: Unit | None,
    on: dt.date,
    position: int = 0,
    ground: str = "",
    answers_to_county: bool = False,
) -> Unit:
    """Register a unit under `parent` from day `on`.

    Refuses a code already used, a name its standing siblings bear, a parent of the wrong kind or not standing.
    """
    _check_parent(kind, parent)
    if (taken := Unit.objects.filter(code=code).first()) is not None:
        raise Problem("orgs.code_taken", code=code, name=taken.short_name)
    parent_path = ""
    if parent is not None:
        parent_path = _placement(parent, on).path
        siblings = Placement.objects.filter(on_day(on), parent=parent, unit__name=name)
        if siblings.exists():
            raise Problem("orgs.name_taken", parent=parent.short_name, name=name)
    unit = Unit.objects.create(
        code=code,
        kind=kind,
        name=name,
        short_name=short_name or name,
        town=parent.town_or_self if parent is not None else None,
        position=position,
        answers_to_county=answers_to_county,
    )
    Placement.objects.create(
        unit=unit, parent=parent, path=child_path(parent_path, unit.pk), opened_on=on, ground=ground
    )
    note_change(unit.town_or_self, kind, on)
    about(unit, code=code, kind=kind, name=name, parent=parent and parent.code, on=on, ground=ground)
    return unit


@action("orgs.move_unit")
def move_unit(*, by: Actor, unit: Unit, parent: Unit, on: dt.date, ground: str = "") -> Placement:
    """Hang `unit`, with all that stands below it, under `parent` from day `on`; what was before `on` stays as it was.

    Refuses a loop, a parent of the wrong kind, and a day before the unit's present placement began.
    """
    _check_parent(unit.kind, parent)
    target = _placement(parent, on)
    here = _placement(unit, on)
    if is_under(target.path, here.path):
        raise Problem("orgs.loop", unit=unit.short_name)
    if on < here.opened_on:
        raise Problem("orgs.before_opening", unit=unit.short_name, day=on, opened=here.opened_on)
    old, new = here.path, child_path(target.path, unit.pk)
    below = Placement.objects.filter(on_day(on), path__gte=old, path__lt=range_end(old))
    # A placement that begins on this very day is rewritten in place; one that began earlier is closed and followed.
    followers = [
        Placement(
            unit_id=row.unit_id,
            parent_id=parent.pk if row.unit_id == unit.pk else row.parent_id,
            path=new + row.path[len(old) :],
            opened_on=on,
            closed_on=row.closed_on,
            ground=ground or row.ground,
        )
        for row in below.exclude(opened_on=on)
    ]
    moved_path = Concat(Value(new), Substr(F("path"), len(old) + 1))
    below.filter(opened_on=on).update(path=moved_path)
    Placement.objects.filter(unit=unit, opened_on=on).update(parent=parent)
    below.exclude(opened_on=on).update(closed_on=on)
    Placement.objects.bulk_create(followers, batch_size=500)
    if unit.town_id != parent.town_or_self.pk and unit.kind != UnitKind.TOWN:  # type: ignore[union-attr]
        subtree = Placement.objects.filter(on_day(on), path__gte=new, path__lt=range_end(new))
        Unit.objects.filter(pk__in=subtree.values("unit")).update(town=parent.town_or_self)
        note_change(unit.town, unit.kind, on)
        unit.refresh_from_db()
    note_change(unit.town_or_self, unit.kind, on)
    about(unit, parent=parent.code, on=on, ground=ground, moved=len(followers))
    return Placement.objects.get(on_day(on), unit=unit)


@action("orgs.close_unit")
def close_unit(*, by: Actor, unit: Unit, on: dt.date, ground: str, successor: Unit | None = None) -> None:
    """End a unit: `on` is the first day it no longer stands. Needs a ground; a successor takes over what it owes.

    Refuses while other units hang under it, and without a ground.
    """
    if not ground.strip():
        raise Problem("orgs.ground_needed", field="ground")
    row = _placement(unit, on - dt.timedelta(days=1))
    if on <= row.opened_on:
        raise Problem("orgs.before_opening", unit=unit.short_name, day=on, opened=row.opened_on)
    members = Placement.objects.filter(on_day(on), parent=unit).count()
    if members:
        raise Problem("orgs.has_members", unit=unit.short_name, count=members)
    row.closed_on, row.ground = on, ground
    row.save(update_fields=["closed_on", "ground"])
    if successor is not None:
        if successor.town_id != unit.town_id:
            raise Problem("orgs.other_town", unit=successor.short_name, town=unit.town)
        _placement(successor, on)
        Succession.objects.create(predecessor=unit, successor=successor, on=on, ground=ground)
    note_change(unit.town_or_self, unit.kind, on)
    about(unit, closed_on=on, ground=ground, successor=successor and successor.code)


@action("orgs.rename_unit")
def rename_unit(*, by: Actor, unit: Unit, name: str, short_name: str, position: int | None = None) -> Unit:
    """Correct a unit's names or its place in lists."""
    before = {"name": unit.name, "short_name": unit.short_name, "position": unit.position}
    unit.name, unit.short_name = name, short_name or name
    unit.position = unit.position if position is None else position
    unit.save(update_fields=["name", "short_name", "position"])
    about(unit, before=before, name=unit.name, short_name=unit.short_name, position=unit.position)
    return unit


@action("orgs.add_alias")
def add_alias(*, by: Actor, unit: Unit, name: str) -> UnitAlias:
    """Remember another printed name of a unit. Refuses a name that already means another unit of the town."""
    town = unit.town_or_self
    taken = Unit.objects.filter(town=town).filter(name=name).exclude(pk=unit.pk).first()
    if taken is not None:
        raise Problem("orgs.alias_taken", name=name, unit=taken.short_name)
    try:
        with transaction.atomic():
            alias = UnitAlias.objects.create(unit=unit, town=town, name=name)
    except IntegrityError:
        other = UnitAlias.objects.select_related("unit").get(town=town, name=name)
        if other.unit_id != unit.pk:
            raise Problem("orgs.alias_taken", name=name, unit=other.unit.short_name) from None
        alias = other
    about(unit, alias=name)
    return alias


@action("orgs.mark_town_unit")
def mark_town_unit(*, by: Actor, unit: Unit, on: dt.date, counts: bool = True) -> None:
    """Put an office on the list of 镇直单位 from `on`, or take it off."""
    current = TownUnitMark.objects.filter(on_day(on), unit=unit).first()
    if counts and current is None:
        TownUnitMark.objects.create(unit=unit, opened_on=on)
    elif not counts and current is not None:
        current.closed_on = on
        current.save(update_fields=["closed_on"])
    note_change(unit.town, "town_units", on)
    about(unit, town_unit=counts, on=on)
