"""Figures that are always true: a tally is used only while no touch covers it, else the slot is counted live.

Reading never writes. The worker (`fold`) counts touched slots again, keeps the tallies and takes the touches away, in
one transaction that sees one state of the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, QuerySet, Value
from django.db.models.functions import Cast, Concat

from sanzhi.domain.amounts import Amount
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import RegisterChange, Succession, Unit
from sanzhi.kit import registry
from sanzhi.kit.measures.declarations import Source
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.measures.models import Tally, Touch


def changed(row: Any) -> None:
    """Tell the figures that a record changed: one touch per source, unit and day it declares (inside an action)."""
    touches = []
    for source in registry.duties().values():
        finder = source.touched_by.get(type(row))
        if finder is not None:
            touches += [
                Touch(town_id=row.town_id, source=source.code, unit_id=unit, since=since)
                for unit, since in finder(row)
            ]
    Touch.objects.bulk_create(touches)


def figures(
    town: Unit, asked: Mapping[Source, Sequence[Slot]], today: dt.date
) -> dict[tuple[str, Slot], Amount]:
    """Amounts for every asked slot: kept tallies where they are fresh, counted live where not. Writes nothing."""
    tallies = _of_few(fresh_tallies(town, [s.code for s in asked]), asked)
    kept = {row[:5]: row[5:] for row in tallies.values_list(*_READ)}
    if not kept:
        return amounts_of(town, asked, today)
    result: dict[tuple[str, Slot], Amount] = {}
    stale: dict[Source, list[Slot]] = {}
    for source, slots in asked.items():
        code = source.code
        for slot in slots:
            tally = kept.get((code, slot.requirement, slot.unit, slot.period, slot.asks))
            if tally is None or tally[0] != (slot.last if slot.last < today else today):
                stale.setdefault(source, []).append(slot)
            else:
                result[code, slot] = Amount(*tally[1:])
    return result | amounts_of(town, stale, today) if stale else result


FEW = 60
"""So many units or requirements are named in a statement; beyond, the whole town's figures are read."""


def _of_few(tallies: QuerySet[Tally], asked: Mapping[Source, Sequence[Slot]]) -> QuerySet[Tally]:
    """Only the figures of the units and requirements asked for, where these are few: a page of one obligation reads one."""
    units = {slot.unit for slots in asked.values() for slot in slots}
    requirements = {slot.requirement for slots in asked.values() for slot in slots}
    if len(units) <= FEW:
        tallies = tallies.filter(unit__in=units)
    if len(requirements) <= FEW:
        tallies = tallies.filter(requirement__in=requirements)
    return tallies


_READ = (
    *("source", "requirement", "unit_id", "period", "asks"),
    *("read_on", "numerator", "denominator", "needed", "on_time", "met_on", "pending_on"),
)


def fresh_tallies(town: Unit, sources: Sequence[str]) -> QuerySet[Tally]:
    """Tallies that no touch covers, in one query: not of a touched unit and source, no town's share of a touched source,
    none of a successor while one of its predecessors may be touched, none at all while a register changed."""
    touches = Touch.objects.filter(town=town)
    successions = Succession.objects.filter(successor__town=town)
    key = Concat("source", Value(":"), Cast("unit_id", CharField()))
    return (
        Tally.objects.filter(~Exists(RegisterChange.objects.filter(town=town)), town=town, source__in=sources)
        .annotate(key=key)
        .exclude(key__in=touches.annotate(key=key).values("key"))
        .exclude(asks__startswith="whole", source__in=touches.values("source"))
        .exclude(
            Exists(touches.filter(unit__in=successions.values("predecessor"))),
            unit__in=successions.values("successor"),
        )
    )


@action("measures.fold")
def fold(*, by: Actor, town: Unit, asked: Mapping[Source, Sequence[Slot]], today: dt.date) -> int:
    """Count every asked slot again, keep it as a tally and take away the touches seen. Returns how many it kept."""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        # Touches and records must be seen as of one moment; it must be the transaction's first statement.
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
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
