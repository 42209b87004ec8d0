"""Figures that are always true: a tally is used only while no touch covers it, else the slot is counted live.

Reading never writes. The worker (`fold`) counts touched slots again, keeps the tallies and takes the touches away, in
one transaction that sees one state of the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from sanzhi.domain.amounts import Amount
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import RegisterChange, Unit
from sanzhi.kit import registry
from sanzhi.kit.measures.declarations import Source
from sanzhi.kit.measures.engine import Slot, amounts
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


def _key(source: str, slot: Slot) -> tuple[str, int, int, str, str]:
    return (source, slot.requirement, slot.unit, slot.period, slot.asks)


def figures(
    town: Unit, asked: Mapping[Source, Sequence[Slot]], today: dt.date
) -> dict[tuple[str, Slot], Amount]:
    """Amounts for every asked slot: kept tallies where they are fresh, counted live where not. Writes nothing."""
    codes = [s.code for s in asked]
    kept = {
        (t.source, t.requirement, t.unit_id, t.period, t.asks): t
        for t in Tally.objects.filter(town=town, source__in=codes)
    }
    touched: dict[str, set[int]] = {}
    if kept:
        for source_code, unit in Touch.objects.filter(town=town).values_list("source", "unit_id").distinct():
            touched.setdefault(source_code, set()).add(unit)
        if RegisterChange.objects.filter(town=town).exists():
            kept = {}
    result: dict[tuple[str, Slot], Amount] = {}
    for source, slots in asked.items():
        units = touched.get(source.code, set())
        stale = []
        for slot in slots:
            tally = kept.get(_key(source.code, slot))
            if (
                tally is None
                or tally.read_on != min(slot.last, today)
                or slot.unit in units
                or (units and slot.whole)
            ):
                stale.append(slot)
            else:
                result[(source.code, slot)] = _amount(tally)
        if stale:
            result |= {(source.code, s): a for s, a in amounts(source, town, stale, today).items()}
    return result


def _amount(tally: Tally) -> Amount:
    return Amount(
        tally.numerator,
        tally.denominator,
        tally.needed,
        tally.on_time,
        tally.met_on,
        tally.pending_on,
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
    for source, slots in asked.items():
        for slot, amount in amounts(source, town, list(dict.fromkeys(slots)), today).items():
            rows.append(_tally(town, source.code, slot, amount, today))
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
