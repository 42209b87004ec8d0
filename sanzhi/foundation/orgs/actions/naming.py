"""Names, aliases and marks of units."""

from __future__ import annotations

import datetime as dt

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import (
    NAMED_BY_PLANS,
    check_meaning,
    check_name,
    checked_names,
    note_change,
    placement,
)
from sanzhi.foundation.orgs.models import Placement, TownUnitMark, Unit, UnitAlias, UnitKind, on_day


@action("orgs.rename_unit", "修改单位名称")
def rename_unit(*, by: Actor, unit: Unit, name: str, short_name: str, position: int | None = None) -> Unit:
    """Correct a unit's names or its place in lists. Refuses a name that a standing sibling bears."""
    name, short_name = checked_names(name, short_name)
    place = Placement.objects.filter(unit=unit).select_related("parent").order_by("-opened_on").first()
    if place is not None and place.parent is not None and name != unit.name:
        check_name(place.parent, name, place.opened_on, but=unit)
        check_meaning(unit.town_or_self, unit.kind, name, but=unit)
    before = {"name": unit.name, "short_name": unit.short_name, "position": unit.position}
    unit.name, unit.short_name = name, short_name
    unit.position = unit.position if position is None else position
    unit.save(update_fields=["name", "short_name", "position"])
    about(unit, before=before, name=unit.name, short_name=unit.short_name, position=unit.position)
    return unit


@action("orgs.add_alias", "加别名")
def add_alias(*, by: Actor, unit: Unit, name: str) -> UnitAlias:
    """Remember another printed name of a unit. Refuses a name that already means another unit of the town."""
    name, _short = checked_names(name, short_name=name[:1])
    town = unit.town_or_self
    if town is None:
        raise Problem("orgs.not_in_town", unit=unit.short_name)
    taken = Unit.objects.filter(town=town, kind__in=NAMED_BY_PLANS, name=name).exclude(pk=unit.pk).first()
    if taken is not None:
        raise Problem("orgs.alias_taken", field="name", name=name, unit=taken.short_name)
    check_meaning(town, UnitKind.OFFICE, name, but=unit)
    alias = UnitAlias.objects.filter(town=town, name=name).first()
    if alias is None:
        alias = UnitAlias.objects.create(unit=unit, town=town, name=name)
    about(unit, alias=name)
    return alias


@action("orgs.drop_alias", "去掉别名")
def drop_alias(*, by: Actor, alias: UnitAlias) -> None:
    """Take away a name that was entered by mistake; what plans matched by it stays matched."""
    about(alias.unit, dropped_alias=alias.name)
    alias.delete()


@action("orgs.note_answers_to_county", "注明由县级部门管理")
def note_answers_to_county(*, by: Actor, unit: Unit, answers: bool) -> Unit:
    """Say whether an office answers to a county bureau, so that the town's judgement of it is advisory."""
    unit.answers_to_county = answers
    unit.save(update_fields=["answers_to_county"])
    about(unit, answers_to_county=answers)
    return unit


@action("orgs.mark_town_unit", "列入或移出镇直单位")
def mark_town_unit(*, by: Actor, unit: Unit, on: dt.date, counts: bool = True) -> None:
    """Put an office on the list of 镇直单位 from `on`, or take it off. Refuses a day before a later mark."""
    if unit.kind != UnitKind.OFFICE:
        raise Problem("orgs.not_office", unit=unit.short_name, kind=UnitKind(unit.kind).label)
    placement(unit, on)
    later = TownUnitMark.objects.filter(unit=unit, opened_on__gt=on).order_by("opened_on").first()
    if later is not None:
        raise Problem(
            "orgs.later_change",
            field="on",
            unit=unit.short_name,
            later=later.opened_on.isoformat(),
            day=on.isoformat(),
        )
    current = TownUnitMark.objects.filter(on_day(on), unit=unit).first()
    if counts and current is None:
        TownUnitMark.objects.create(unit=unit, opened_on=on)
    elif not counts and current is not None and current.opened_on == on:
        current.delete()
    elif not counts and current is not None:
        current.closed_on = on
        current.save(update_fields=["closed_on"])
    note_change(unit.town, "town_units", on)
    about(unit, town_unit=counts, on=on)
