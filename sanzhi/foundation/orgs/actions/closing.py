"""Ending units, and merging several into one that goes on for them (case 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.moving import move_unit
from sanzhi.foundation.orgs.actions.naming import rename_unit
from sanzhi.foundation.orgs.actions.opening import open_unit
from sanzhi.foundation.orgs.actions.standing import ground_of, note_change, placement
from sanzhi.foundation.orgs.models import Placement, Succession, TownUnitMark, Unit, on_day


@dataclass
class HandedOn:
    """What a merge did: the unit that goes on, who it stands for, and the units that were hung under it."""

    successor: Unit
    predecessors: list[Unit]
    rehung: list[Unit] = field(default_factory=list)


@action("orgs.close_unit", "撤销单位")
def close_unit(*, by: Actor, unit: Unit, on: dt.date, ground: str, successor: Unit | None = None) -> None:
    """End a unit: `on` is the first day it no longer stands. Needs a ground; a successor takes over what it owes.

    Refuses while other units hang under it, without a ground, and before a later change.
    """
    _close(unit, on, ground_of(ground), successor)


def _close(unit: Unit, on: dt.date, ground: str, successor: Unit | None) -> None:
    row = placement(unit, on - dt.timedelta(days=1))
    if row.closed_on is not None and row.closed_on != on:
        raise Problem(
            "orgs.later_change",
            field="on",
            unit=unit.short_name,
            later=row.closed_on.isoformat(),
            day=on.isoformat(),
        )
    if row.closed_on == on:
        raise Problem("orgs.before_opening", field="on", unit=unit.short_name, day=on, opened=on)
    members = Placement.objects.filter(parent=unit).exclude(closed_on__lte=on).count()
    if members:
        raise Problem("orgs.has_members", unit=unit.short_name, count=members)
    row.closed_on, row.ground = on, ground
    row.save(update_fields=["closed_on", "ground"])
    TownUnitMark.objects.filter(on_day(on), unit=unit, opened_on__lt=on).update(closed_on=on)
    if successor is not None:
        if successor.town_id != unit.town_id:
            raise Problem("orgs.other_town", unit=successor.short_name, town=unit.town)
        placement(successor, on)
        Succession.objects.create(predecessor=unit, successor=successor, on=on, ground=ground)
    note_change(unit.town_or_self, unit.kind, on)
    about(unit, closed_on=on, ground=ground, successor=successor and successor.code)


def standing_below(units: Sequence[Unit], on: dt.date) -> list[Placement]:
    """The placements of what hangs directly under the units on `on`, in the units' order."""
    order: dict[int | None, int] = {u.pk: i for i, u in enumerate(units)}
    rows = Placement.objects.filter(on_day(on), parent__in=list(order)).select_related("unit", "parent")
    return sorted(rows, key=lambda r: (order[r.parent_id], r.unit.position, r.unit.code))


def proposed_names(units: Sequence[Unit], on: dt.date) -> dict[int, str]:
    """Unit id → name for what stands below the units that are to be merged: names that would clash bear the old village's.

    第1网格 of 上河村 and 第1网格 of 下河村 become 上河村第1网格 and 下河村第1网格; who clashes with nobody keeps its name.
    """
    rows = standing_below(units, on)
    names = [r.unit.name for r in rows]
    return {
        r.unit_id: f"{r.parent.short_name}{r.unit.name}" if names.count(r.unit.name) > 1 else r.unit.name  # type: ignore[union-attr]
        for r in rows
    }


@action("orgs.merge_units", "合并单位")
def merge_units(
    *,
    by: Actor,
    units: Sequence[Unit],
    on: dt.date,
    ground: str,
    code: str = "",
    name: str = "",
    short_name: str = "",
    into: Unit | None = None,
    names: Mapping[int, str] | None = None,
) -> HandedOn:
    """Merge units into a new one (`code`, `name`) or into one of them (`into`) from `on`.

    What stands below is hung under the unit that goes on, with `names` (id → name; default `proposed_names`); the
    others are closed and succeeded. Refuses fewer than two, several towns or kinds, and no ground.
    """
    ground = ground_of(ground)
    if len({u.pk for u in units}) < 2 or len({(u.kind, u.town_id) for u in units}) != 1:
        raise Problem("orgs.merge_two", field="units")
    for unit in sorted(units, key=lambda u: u.pk):
        placement(unit, on)
    wanted = proposed_names(units, on) | dict(names or {})
    below = standing_below(units, on)
    if into is None:
        above = Placement.objects.select_related("parent").get(on_day(on), unit=units[0]).parent
        into = open_unit(
            by=by,
            code=code or f"{units[0].code}-{on:%y%m}",
            kind=units[0].kind,
            name=name,
            short_name=short_name,
            parent=above,
            on=on,
            position=min(u.position for u in units),
            ground=ground,
        )
    done = HandedOn(into, [u for u in units if u.pk != into.pk])
    for row in below:
        child = row.unit
        if wanted[child.pk] != child.name:
            rename_unit(by=by, unit=child, name=wanted[child.pk], short_name=wanted[child.pk])
        if row.parent_id != into.pk:
            move_unit(by=by, unit=child, parent=into, on=on, ground=ground)
            done.rehung.append(child)
    for unit in done.predecessors:
        _close(unit, on, ground, into)
    about(into, merged=[u.code for u in units], on=on, ground=ground, rehung=[u.code for u in done.rehung])
    return done
