"""Registering units, one by one or a whole tree at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sanzhi.domain.problems import Problem
from sanzhi.domain.tree import child_path
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import (
    NAMED_BY_PLANS,
    check_code,
    check_meaning,
    check_name,
    check_parent,
    checked_names,
    note_change,
    placement,
)
from sanzhi.foundation.orgs.models import Placement, TownUnitMark, Unit, UnitAlias, UnitKind

BATCH = 500


@dataclass(frozen=True)
class NewUnit:
    """A unit to be opened together with others; `parent` is the code of a standing unit or of one of the same batch."""

    code: str
    kind: str
    name: str
    parent: str
    short_name: str = ""
    position: int = 0
    opened_on: dt.date | None = None
    answers_to_county: bool = False
    town_unit: bool = False
    aliases: tuple[str, ...] = ()


def _places(unit: Unit, above: list[Placement], on: dt.date, ground: str) -> list[Placement]:
    """The unit's placements from `on`: one, or one per later place of a parent that has been moved meanwhile."""
    if not above:
        return [Placement(unit=unit, path=child_path("", unit.pk), opened_on=on, ground=ground)]
    found = [p for p in above if p.closed_on is None or p.closed_on > on]
    if not found or found[0].opened_on > on or found[-1].closed_on is not None:
        parent = above[0].unit
        raise Problem("orgs.not_standing", field="parent", unit=parent.short_name, day=on.isoformat())
    return [
        Placement(
            unit=unit,
            parent_id=p.unit_id,
            path=child_path(p.path, unit.pk),
            opened_on=max(on, p.opened_on),
            closed_on=p.closed_on,
            ground=ground,
        )
        for p in found
    ]


@action("orgs.open_unit", "设立单位")
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
    name, short = checked_names(name, short_name)
    check_code(code)
    check_parent(kind, parent)
    if (taken := Unit.objects.filter(code=code).first()) is not None:
        raise Problem("orgs.code_taken", field="code", code=code, name=taken.short_name)
    above: list[Placement] = []
    if parent is not None:
        placement(parent, on)
        above = list(Placement.objects.filter(unit=parent).select_related("unit").order_by("opened_on"))
        check_name(parent, name, on)
        check_meaning(parent.town_or_self, kind, name)
    unit = Unit.objects.create(
        code=code,
        kind=kind,
        name=name,
        short_name=short,
        town=parent.town_or_self if parent is not None else None,
        position=position,
        answers_to_county=answers_to_county,
    )
    Placement.objects.bulk_create(_places(unit, above, on, ground))
    note_change(unit.town_or_self, kind, on)
    about(unit, code=code, kind=kind, name=name, parent=parent and parent.code, on=on, ground=ground)
    return unit


@dataclass
class _Batch:
    """What a batch knows while it goes down level by level."""

    units: dict[str, Unit]
    places: dict[int, list[Placement]]
    names: set[tuple[int, str]]


@action("orgs.open_units", "设立多个单位")
def open_units(*, by: Actor, units: Sequence[NewUnit], on: dt.date, ground: str = "") -> dict[str, Unit]:
    """Register many units in few statements, parents before children whatever their order here; code → unit.

    `on` holds for those without a day of their own. Refuses all for one: codes or sibling names used twice, parents
    unknown, of the wrong kind, not standing or in a loop.
    """
    known = _known(units)
    waiting = list(units)
    made: dict[str, Unit] = {}
    while waiting:
        level = [u for u in waiting if u.parent in known.units]
        if not level:
            raise _nowhere(waiting)
        made |= _open_level(level, known, on, ground)
        waiting = [u for u in waiting if u.code not in made]
    _names_and_marks(units, made, on)
    for new in units:
        note = {"code": new.code, "kind": new.kind, "name": new.name, "parent": new.parent}
        about(made[new.code], **note, on=new.opened_on or on, ground=ground)
    for town in {u.town_or_self for u in made.values()}:
        first = min((n.opened_on or on for n in units), default=on)
        note_change(town, "units", first)
    return made


def _known(units: Sequence[NewUnit]) -> _Batch:
    """The standing parents that the batch names, with their places and their children's names; refuses used codes."""
    twice = [code for code, n in Counter(u.code for u in units).items() if n > 1]
    taken = {u.code: u for u in _in_batches("code", [u.code for u in units])}
    for code in [*twice, *taken]:
        name = taken[code].short_name if code in taken else next(u.name for u in units if u.code == code)
        raise Problem("orgs.code_taken", field="code", code=code, name=name)
    inside = {u.code for u in units}
    parents = {u.code: u for u in _in_batches("code", sorted({u.parent for u in units} - inside))}
    places: dict[int, list[Placement]] = {u.pk: [] for u in parents.values()}
    names: set[tuple[int, str]] = set()
    ids = sorted(places)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        rows = Placement.objects.select_for_update(of=("self",)).select_related("unit").filter(unit__in=some)
        for row in rows.order_by("unit_id", "opened_on"):
            places[row.unit_id].append(row)
        open_ones = Placement.objects.filter(parent__in=some, closed_on__isnull=True)
        names |= set(open_ones.values_list("parent_id", "unit__name"))
    return _Batch(dict(parents), places, names)


def _in_batches(field: str, values: list[str]) -> list[Unit]:
    found: list[Unit] = []
    for start in range(0, len(values), BATCH):
        some = Unit.objects.select_related("town").filter(**{f"{field}__in": values[start : start + BATCH]})
        found += list(some)
    return found


def _nowhere(waiting: list[NewUnit]) -> Problem:
    """Why none of these can be opened: a parent that nobody knows, or parents that wait for each other."""
    codes = {u.code for u in waiting}
    for unit in waiting:
        if unit.parent not in codes:
            return Problem(
                "orgs.unknown_parent", field="parent", unit=unit.name, parent=unit.parent or "（空）"
            )
    return Problem("orgs.loop", field="parent", unit=waiting[0].name)


def _open_level(level: list[NewUnit], known: _Batch, on: dt.date, ground: str) -> dict[str, Unit]:
    rows = []
    for new in level:
        parent = known.units[new.parent]
        name, short = checked_names(new.name, new.short_name)
        check_code(new.code)
        check_parent(new.kind, parent)
        if (parent.pk, name) in known.names:
            raise Problem("orgs.name_taken", field="name", parent=parent.short_name, name=name)
        known.names.add((parent.pk, name))
        rows.append(
            Unit(
                code=new.code,
                kind=new.kind,
                name=name,
                short_name=short,
                town=parent.town_or_self,
                position=new.position,
                answers_to_county=new.answers_to_county,
            )
        )
    Unit.objects.bulk_create(rows, batch_size=BATCH)
    placed = []
    for new, unit in zip(level, rows, strict=True):
        above = known.places[known.units[new.parent].pk]
        known.places[unit.pk] = _places(unit, above, new.opened_on or on, ground)
        placed += known.places[unit.pk]
        known.units[new.code] = unit
    Placement.objects.bulk_create(placed, batch_size=BATCH)
    return {u.code: u for u in rows}


def _names_and_marks(units: Sequence[NewUnit], made: dict[str, Unit], on: dt.date) -> None:
    """Aliases and the list of 镇直单位; refuses a name that would mean two units of a town."""
    aliases, marks = [], []
    named: dict[int, dict[str, Unit]] = {}
    for town in {
        u.town_or_self for u in made.values() if u.kind in NAMED_BY_PLANS and u.town_or_self is not None
    }:
        named[town.pk] = {a.name: a.unit for a in UnitAlias.objects.filter(town=town).select_related("unit")}
    for new in units:
        unit = made[new.code]
        own = unit.town_or_self
        if own is None:
            continue
        meant = named.get(own.pk, {})
        if unit.kind in NAMED_BY_PLANS and (other := meant.get(unit.name)) is not None:
            raise Problem("orgs.alias_taken", field="name", name=unit.name, unit=other.short_name)
        for alias in dict.fromkeys(a.strip() for a in new.aliases):
            if not alias or alias in (unit.name, unit.short_name):
                continue
            other = (
                meant.get(alias) or Unit.objects.filter(town=own, kind__in=NAMED_BY_PLANS, name=alias).first()
            )
            if other is not None:
                raise Problem("orgs.alias_taken", field="aliases", name=alias, unit=other.short_name)
            meant[alias] = unit
            aliases.append(UnitAlias(unit=unit, town=own, name=alias))
        if new.town_unit:
            if unit.kind != UnitKind.OFFICE:
                raise Problem("orgs.not_office", unit=unit.short_name, kind=UnitKind(unit.kind).label)
            marks.append(TownUnitMark(unit=unit, opened_on=new.opened_on or on))
    UnitAlias.objects.bulk_create(aliases, batch_size=BATCH)
    TownUnitMark.objects.bulk_create(marks, batch_size=BATCH)
