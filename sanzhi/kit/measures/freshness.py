"""Figures that are always true: a tally is used only while no touch covers it, else the slot is counted live.

Reading never writes. The worker (`fold`) counts what was touched again, keeps the tallies and takes the touches away that
it saw before it began to count (decision 0010).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from sanzhi.domain.amounts import Amount
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import note_change
from sanzhi.foundation.orgs.models import RegisterChange, Unit
from sanzhi.kit import registry
from sanzhi.kit.measures.declarations import Coverage, Measure, Reached, Share, Source
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.measures.models import Tally, Touch
from sanzhi.kit.measures.populations import UNITS, above

register_changed = note_change
"""Tell the figures that a room's own register (links, mutual groups) changed: town, register, since, units."""


def changed(*rows: Any) -> None:
    """Tell the figures that records changed (inside an action): one touch per source, unit and day.

    Told to the towns the records bear, and to those where their units, and whoever took these over, stand by now: after a
    move their figures count what was recorded before it.
    """
    keys: dict[tuple[Source, dt.date], set[int]] = defaultdict(set)
    for row in rows:
        for source in registry.duties().values():
            finder = source.touched_by.get(type(row))
            if finder is not None:
                for key, day in finder(row):
                    keys[source, dt.date.min if _of_every_day(source) else day].add(key)
    if not keys:
        return
    found: dict[tuple[Any, dt.date, frozenset[int]], set[int]] = {}
    touched: list[tuple[Source, int, dt.date]] = []
    for (source, day), mine in keys.items():
        homes = _homes_of(source)
        known = (homes, day, frozenset(mine))
        if known not in found:
            found[known] = homes(mine, day)
        touched += [(source, unit, day) for unit in found[known]]
    towns = dict(Unit.objects.filter(pk__in={u for _, u, _ in touched}).values_list("pk", "town_id"))
    bears = {row.town_id for row in rows}
    Touch.objects.bulk_create(
        Touch(
            town_id=town,
            source=source.code,
            unit_id=unit,
            since=day,
            until=day if _of_one_day(source) else None,
        )
        for source, unit, day in touched
        if unit in towns
        for town in sorted(bears | ({towns[unit]} - {None}))
    )


def _homes_of(source: Source) -> Callable[[Iterable[int], dt.date], set[int]]:
    """From what a source's touches name to the units whose figures they change."""
    return source.of.population.homes if isinstance(source.of, Coverage) else above


def _of_every_day(source: Source) -> bool:
    """Whether a change counts for every stage: of a thing made of parts an open or waiting one is seen on any day."""
    return isinstance(source.of, Coverage) and isinstance(source.of.holds_on, Reached)


def _of_one_day(source: Source) -> bool:
    """Whether a change counts in the periods of its day alone: what was done; what holds does so from then on."""
    of = source.of
    return isinstance(of, Measure | Share) or of.reached_by is not None


def figures(
    town: Unit, asked: Mapping[Source, Sequence[Slot]], today: dt.date
) -> dict[tuple[str, Slot], Amount]:
    """Amounts for every asked slot: kept tallies where they are fresh, counted live where not. Writes nothing."""
    kept = {row[:6]: row[6:] for row in _kept(town, asked)}
    if not kept:
        return amounts_of(town, asked, today)
    result: dict[tuple[str, Slot], Amount] = {}
    stale: dict[Source, list[Slot]] = {}
    # Most cells of a year say the same; they share one amount.
    alike: dict[tuple[Any, ...], Amount] = {}
    for source, slots in asked.items():
        code = source.code
        for slot in slots:
            if slot.first > today:
                result[code, slot] = slot.not_begun()
                continue
            tally = kept.get((code, slot.requirement, slot.unit, slot.post, slot.period, slot.asks))
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
    sql, values = _fresh(town, list(asked))
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
    "t.source, t.requirement, t.unit_id, t.post, t.period, t.asks,"
    " t.read_on, t.numerator, t.denominator, t.needed, t.on_time, t.met_on, t.pending_on"
)
_TALLY, _TOUCH, _CHANGE = (m._meta.db_table for m in (Tally, Touch, RegisterChange))


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def registers_of(source: Source) -> frozenset[str]:
    """The registers whose changes change what a source counts, beside those of the units themselves."""
    return source.of.population.registers if isinstance(source.of, Coverage) else frozenset()


def fresh_tallies(town: Unit, sources: Sequence[Source]) -> QuerySet[Tally]:
    """Tallies that no touch covers, in one query: not of a touched unit and source in the touched days, no town's share of
    a touched source, none of units whose registers changed before their period's end."""
    sql, values = _fresh(town, sources)
    return Tally.objects.filter(pk__in=RawSQL(f"SELECT t.id FROM {_TALLY} t WHERE {sql}", values))


def _fresh(town: Unit, sources: Sequence[Source]) -> tuple[str, list[Any]]:
    """The condition for that, on a tally `t`. Written out: every page of obligations asks it, and to put it together
    costs more than to answer it."""
    by_registers: dict[frozenset[str], list[str]] = defaultdict(list)
    for source in sources:
        by_registers[registers_of(source)].append(source.code)
    read, read_values = f"c.register IN ({_marks(UNITS)})", [*UNITS]
    for registers, codes in by_registers.items():
        if registers:
            read += f" OR (c.register IN ({_marks(registers)}) AND t.source IN ({_marks(codes)}))"
            read_values += [*registers, *codes]
    sql = f"""t.town_id = %s AND t.source IN ({_marks(sources) or "NULL"})
        AND NOT EXISTS (SELECT 1 FROM {_CHANGE} c WHERE c.town_id = t.town_id AND c.since <= t.ends_on
            AND (c.unit_id IS NULL OR c.unit_id = t.unit_id OR t.asks LIKE 'whole%%') AND ({read}))
        AND NOT EXISTS (SELECT 1 FROM {_TOUCH} h WHERE h.town_id = t.town_id AND h.source = t.source
            AND (h.unit_id = t.unit_id OR t.asks LIKE 'whole%%')
            AND h.since <= t.ends_on AND (h.until IS NULL OR h.until >= t.begins_on))"""
    return sql, [town.pk, *(s.code for s in sources), *read_values]


@action("measures.fold", "汇总数字")
def fold(
    *,
    by: Actor,
    town: Unit,
    today: dt.date,
    asked: Mapping[Source, Sequence[Slot]] | Callable[[], Mapping[Source, Sequence[Slot]]],
) -> int:
    """Count again what was touched of the asked slots, keep it and take away the touches seen. Returns how many it counted.

    `asked` may be a function, called once the touches are known: it need only name what they cover (`touched_slots`).
    Slots whose tally is fresh are left alone.
    """
    # The touches are read first: what is written meanwhile brings its own, which stays and keeps its figure from use.
    touches = list(Touch.objects.filter(town=town).values_list("pk", "source", "unit_id", "since", "until"))
    changes = list(RegisterChange.objects.filter(town=town).values_list("pk", "unit_id", "since"))
    seen, registers = [t[0] for t in touches], [c[0] for c in changes]
    wanted = asked() if callable(asked) else asked
    _forget(town, {t[1:] for t in touches}, {c[1:] for c in changes})
    known = _known(town, wanted)
    missing: dict[Source, list[Slot]] = {}
    for source, slots in wanted.items():
        for slot in dict.fromkeys(slots):
            key = (source.code, slot.requirement, slot.unit, slot.post, slot.period, slot.asks)
            if slot.first <= today and known.get(key) != slot.read_on(today):
                missing.setdefault(source, []).append(slot)
    rows = [
        _tally(town, code, slot, amount, today)
        for (code, slot), amount in amounts_of(town, missing, today).items()
    ]
    Tally.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=_KEY, update_fields=_SAYS
    )
    for ids in _batches(seen):
        Touch.objects.filter(pk__in=ids).delete()
    for ids in _batches(registers):
        RegisterChange.objects.filter(pk__in=ids).delete()
    about(town, kept=len(rows), touches=len(seen), registers=len(registers))
    return len(rows)


def _forget(
    town: Unit,
    touches: Collection[tuple[str, int, dt.date, dt.date | None]],
    changes: Collection[tuple[int | None, dt.date]],
) -> None:
    """Take the tallies away that touches or changes of registers cover; very many of these mean all that are not fresh."""
    rows = Tally.objects.filter(town=town)
    if len(touches) + len(changes) > FEW or any(unit is None for unit, _ in changes):
        fresh = fresh_tallies(town, list(registry.duties().values()))
        rows.exclude(pk__in=fresh.values("pk")).delete()
        return
    for source, unit, since, until in touches:
        mine = rows.filter(Q(unit=unit) | Q(asks__startswith="whole"), source=source, ends_on__gte=since)
        (mine.filter(begins_on__lte=until) if until is not None else mine).delete()
    for place, since in changes:
        rows.filter(Q(unit=place) | Q(asks__startswith="whole"), ends_on__gte=since).delete()


_KEY = ["town", "source", "requirement", "unit", "post", "period", "asks"]
_SAYS = [
    "begins_on",
    "ends_on",
    "numerator",
    "denominator",
    "needed",
    "on_time",
    "met_on",
    "pending_on",
    "read_on",
]


def _known(town: Unit, asked: Mapping[Source, Sequence[Slot]]) -> dict[tuple[Any, ...], dt.date]:
    """What is kept of the asked units: key → the day on which its registers were read."""
    units = {slot.unit for slots in asked.values() for slot in slots}
    rows = Tally.objects.filter(town=town, source__in=[s.code for s in asked])
    if len(units) <= FEW:
        rows = rows.filter(unit__in=units)
    found = rows.values_list("source", "requirement", "unit_id", "post", "period", "asks", "read_on")
    return {row[:6]: row[6] for row in found}


def _batches(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[i : i + size] for i in range(0, len(ids), size))


def _tally(town: Unit, source: str, slot: Slot, amount: Amount, today: dt.date) -> Tally:
    return Tally(
        town=town,
        source=source,
        requirement=slot.requirement,
        unit_id=slot.unit,
        post=slot.post,
        period=slot.period,
        begins_on=slot.first,
        ends_on=slot.last,
        asks=slot.asks,
        numerator=amount.numerator,
        denominator=amount.denominator,
        needed=amount.needed,
        on_time=amount.on_time,
        met_on=amount.met_on,
        pending_on=amount.pending_on,
        read_on=slot.read_on(today),
    )
