"""Hanging units elsewhere in the tree from a day on; what was before that day stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from sanzhi.domain.problems import Problem
from sanzhi.domain.tree import child_path, is_under, range_end
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import check_name, check_parent, note_change, placement
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind, on_day


@action("orgs.move_unit", "移动单位")
def move_unit(*, by: Actor, unit: Unit, parent: Unit, on: dt.date, ground: str = "") -> Placement:
    """Hang `unit`, with all that stands below it, under `parent` from day `on`; what was before `on` stays as it was.

    Refuses a loop, a parent of the wrong kind or where a sibling bears the name, and a day before a later change.
    """
    row, moved = _move(unit, parent, on, ground)
    about(unit, parent=parent.code, on=on, ground=ground, moved=moved)
    return row


@action("orgs.move_units", "移动多个单位")
def move_units(*, by: Actor, moves: Sequence[tuple[Unit, Unit]], on: dt.date, ground: str = "") -> int:
    """Move many units, each (unit, new parent), in one act; all or none. Returns how many placements were made."""
    total = 0
    for unit, parent in sorted(moves, key=lambda pair: pair[0].pk):
        _row, moved = _move(unit, parent, on, ground)
        about(unit, parent=parent.code, on=on, ground=ground, moved=moved)
        total += moved
    return total


def _move(unit: Unit, parent: Unit, on: dt.date, ground: str) -> tuple[Placement, int]:
    check_parent(unit.kind, parent)
    target = placement(parent, on)
    here = placement(unit, on)
    if is_under(target.path, here.path):
        raise Problem("orgs.loop", field="parent", unit=unit.short_name)
    if here.parent_id == parent.pk:
        raise Problem(
            "orgs.same_parent",
            field="parent",
            unit=unit.short_name,
            parent=parent.short_name,
            day=on.isoformat(),
        )
    check_name(parent, unit.name, on, but=unit)
    old, new = here.path, child_path(target.path, unit.pk)
    below = Placement.objects.filter(on_day(on), path__gte=old, path__lt=range_end(old))
    rows = list(below)
    if target.closed_on is not None:
        raise _later(parent, target.closed_on, on)
    if ends := [r.closed_on for r in rows if r.closed_on is not None]:
        raise _later(unit, min(ends), on)
    # A unit opened below only later, under the present path, would be left behind.
    coming = Placement.objects.filter(opened_on__gt=on, path__gte=old, path__lt=range_end(old)).order_by(
        "opened_on"
    )
    if (first := coming.values_list("opened_on", flat=True).first()) is not None:
        raise _later(unit, first, on)
    followers = _rewrite(unit, parent, rows, old, new, on, ground)
    town = parent.town_or_self
    if unit.kind not in (UnitKind.COUNTY, UnitKind.TOWN) and town is not None and unit.town_id != town.pk:
        note_change(unit.town, unit.kind, on)
        Unit.objects.filter(pk__in=[r.unit_id for r in rows]).update(town=town)
        unit.town = town
    note_change(unit.town_or_self, unit.kind, on)
    return Placement.objects.get(on_day(on), unit=unit), followers


def _rewrite(
    unit: Unit, parent: Unit, rows: list[Placement], old: str, new: str, on: dt.date, ground: str
) -> int:
    """End the subtree's placements on `on` and let followers begin; one that begins on this very day is rewritten."""
    followers = [
        Placement(
            unit_id=row.unit_id,
            parent_id=parent.pk if row.unit_id == unit.pk else row.parent_id,
            path=new + row.path[len(old) :],
            opened_on=on,
            ground=ground or row.ground,
        )
        for row in rows
        if row.opened_on != on
    ]
    ended = [row.pk for row in rows if row.opened_on != on]
    begun = [row.pk for row in rows if row.opened_on == on]
    for start in range(0, len(ended), 500):
        Placement.objects.filter(pk__in=ended[start : start + 500]).update(closed_on=on)
    for start in range(0, len(begun), 500):
        path = Concat(Value(new), Substr(F("path"), len(old) + 1))
        Placement.objects.filter(pk__in=begun[start : start + 500]).update(path=path)
    Placement.objects.filter(unit=unit, opened_on=on).update(parent=parent)
    Placement.objects.bulk_create(followers, batch_size=500)
    return len(rows)


def _later(unit: Unit, later: dt.date, on: dt.date) -> Problem:
    return Problem(
        "orgs.later_change", field="on", unit=unit.short_name, later=later.isoformat(), day=on.isoformat()
    )
