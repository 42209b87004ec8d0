"""Figures that are always true: a tally is used only while no touch covers it, else the slot is counted live.

Reading never writes. The worker (`fold`) counts touched slots again, keeps the tallies and takes the touches away that
it saw before it began to count (decision 0010).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from sanzhi.domain.amounts import Amount
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import RegisterChange, Succession, Unit
from sanzhi.kit import registry
from sanzhi.kit.measures.declarations import Source
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.measures.models import Tally, Touch


def changed(row: Any) -> None:
    """Tell the figures that a record changed: one touch per source, unit and day it declares (inside an action).

    Told to the town the record bears, and to the towns where its unit, and whoever took that over, stand by now: after
    a move their figures count what was recorded before it.
    """
    touched = [
        (source.code, unit, since)
        for source in registry.duties().values()
        if (finder := source.touched_by.get(type(row))) is not None
        for unit, since in finder(row)
    ]
    if not touched:
        return
    units = {unit for _, unit, _ in touched}
    heirs = Succession.objects.filter(predecessor__in=units).values("successor")
    standing = Unit.objects.filter(Q(pk__in=units) | Q(pk__in=heirs), town__isnull=False)
    towns = {row.town_id, *standing.values_list("town_id", flat=True)}
    Touch.objects.bulk_create(
        Touch(town_id=town, source=source, unit_id=unit, since=since)
        for town in sorted(towns)
        for source, unit, since in touched
    )


def figures(
    town: Unit, asked: Mapping[Source, Sequence[Slot]], today: dt.date
) -> dict[tuple[str, Slot], Amount]:
    """Amounts for every asked slot: kept tallies where they are fresh, counted live where not. Writes nothing."""
    kept = {row[:5]: row[5:] for row in _kept(town, asked)}
    if not kept:
        return amounts_of(town, asked, today)
    result: dict[tuple[str, Slot], Amount] = {}
    stale: dict[Source, list[Slot]] = {}
    # Most cells of a year say the same; they share one amount.
    alike: dict[tuple[Any, ...], Amount] = {}
    for source, slots in asked.items():
        code = source.code
        for slot in slots:
            tally = kept.get((code, slot.requirement, slot.unit, slot.period, slot.asks))
            if tally is None or tally[0] != (slot.last if slot.last < today else today):
                stale.setdefault(source, []).append(slot)
            else:
                amount = alike.get(tally)
                if amount is None:
                    amount = alike[tally] = Amount(*tally[1:])
                result[code, slot] = amount
    return result | amounts_of(town, stale, today) if stale else result


FEW = 60
"""So many units or requirements are named in a statement; beyond, the whole town's figures are read."""


def _kept(town: Unit, asked: Mapping[Source, Sequence[Slot]]) -> list[tuple[Any, ...]]:
    """The fresh figures of what is asked, as plain rows: what a tally is of, then what it says.

    Only those of the units and requirements asked for, where these are few: a page of one obligation reads one.
    """
    if not asked:
        return []
    sql, values = _fresh(town, [s.code for s in asked])
    units = {slot.unit for slots in asked.values() for slot in slots}
    requirements = {slot.requirement for slots in asked.values() for slot in slots}
    for column, wanted in (("t.unit_id", units), ("t.requirement", requirements)):
        if 0 < len(wanted) <= FEW:
            sql += f" AND {column} IN ({_marks(wanted)})"
            values += wanted
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_READ} FROM {_TALLY} t WHERE {sql}", values)
        return cursor.fetchall()


_READ = (
    "t.source, t.requirement, t.unit_id, t.period, t.asks,"
    " t.read_on, t.numerator, t.denominator, t.needed, t.on_time, t.met_on, t.pending_on"
)
_TALLY, _TOUCH, _CHANGE, _SUCCESSION, _UNIT = (
    m._meta.db_table for m in (Tally, Touch, RegisterChange, Succession, Unit)
)


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def fresh_tallies(town: Unit, sources: Sequence[str]) -> QuerySet[Tally]:
    """Tallies that no touch covers, in one query: not of a touched unit and source, no town's share of a touched source,
    none of a successor while one of its predecessors may be touched, none at all while a register changed."""
    sql, values = _fresh(town, sources)
    return Tally.objects.filter(pk__in=RawSQL(f"SELECT t.id FROM {_TALLY} t WHERE {sql}", values))


def _fresh(town: Unit, sources: Sequence[str]) -> tuple[str, list[Any]]:
    """The condition for that, on a tally `t`. Written out: every page of obligations asks it, and to put it together
    costs more than to answer it."""
    sql = f"""t.town_id = %s AND t.source IN ({_marks(sources) or "NULL"})
        AND NOT EXISTS (SELECT 1 FROM {_CHANGE} WHERE town_id = %s)
        AND NOT EXISTS (SELECT 1 FROM {_TOUCH} h WHERE h.town_id = t.town_id AND h.source = t.source
            AND (h.unit_id = t.unit_id OR t.asks LIKE 'whole%%'))
        AND NOT (EXISTS (SELECT 1 FROM {_TOUCH} h JOIN {_SUCCESSION} s ON s.predecessor_id = h.unit_id
                JOIN {_UNIT} n ON n.id = s.successor_id WHERE h.town_id = %s AND n.town_id = %s)
            AND t.unit_id IN (SELECT s.successor_id FROM {_SUCCESSION} s
                JOIN {_UNIT} n ON n.id = s.successor_id WHERE n.town_id = %s))"""
    return sql, [town.pk, *sources, *[town.pk] * 4]


@action("measures.fold")
def fold(*, by: Actor, town: Unit, asked: Mapping[Source, Sequence[Slot]], today: dt.date) -> int:
    """Count every asked slot again, keep it as a tally and take away the touches seen. Returns how many it kept."""
    # The touches are read first: what is written meanwhile brings its own, which stays and keeps its figure from use.
    seen = list(Touch.objects.filter(town=town).values_list("pk", flat=True))
    registers = list(RegisterChange.objects.filter(town=town).values_list("pk", flat=True))
    rows = []
    unique = {source: list(dict.fromkeys(slots)) for source, slots in asked.items()}
    for (code, slot), amount in amounts_of(town, unique, today).items():
        rows.append(_tally(town, code, slot, amount, today))
    Tally.objects.filter(town=town).delete()
    Tally.objects.bulk_create(rows, batch_size=500)
    for ids in _batches(seen):
        Touch.objects.filter(pk__in=ids).delete()
    for ids in _batches(registers):
        RegisterChange.objects.filter(pk__in=ids).delete()
    about(town, kept=len(rows), touches=len(seen), registers=len(registers))
    return len(rows)


def _batches(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[i : i + size] for i in range(0, len(ids), size))


def _tally(town: Unit, source: str, slot: Slot, amount: Amount, today: dt.date) -> Tally:
    return Tally(
        town=town,
        source=source,
        requirement=slot.requirement,
        unit_id=slot.unit,
        period=slot.period,
        asks=slot.asks,
        numerator=amount.numerator,
        denominator=amount.denominator,
        needed=amount.needed,
        on_time=amount.on_time,
        met_on=amount.met_on,
        pending_on=amount.pending_on,
        read_on=min(slot.last, today),
    )
