"""Collecting the lines of a bundle: formulas, registers, facts, and the results computed from just these facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from sanzhi.domain.bundles import Line, Recount, canonical, outcome
from sanzhi.domain.periods import Period
from sanzhi.domain.tree import keys
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Placement, Succession, Unit
from sanzhi.foundation.orgs.queries import OF_A_TOWN, successors
from sanzhi.foundation.privacy.encryption import pseudonym
from sanzhi.kit.access import units_within
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import slot_of, source_of
from sanzhi.kit.measures.declarations import Coverage, Holds, Measure, Population, Reached, Share, Source
from sanzhi.kit.measures.deeds import day_of, deeds_asked, reached_asked
from sanzhi.kit.measures.parts import in_force, parts_of_town
from sanzhi.kit.measures.slots import Registers, Slot


def obligations_of(town: Unit, month: Period) -> list[Obligation]:
    """What is judged in a month's bundle: every period and stage that ends in it and was not dropped."""
    return list(
        Obligation.objects.filter(
            town=town,
            due_on__gte=month.first,
            due_on__lte=month.last,
            dropped_on__isnull=True,
            handed_to__isnull=True,
        )
        .select_related("requirement__task__version__plan", "unit")
        .defer("requirement__task__version__text", "requirement__task__version__reading")
        .order_by("pk")
    )


def lines_of(town: Unit, month: Period, as_of: dt.date) -> list[str]:
    """All lines of a town's month as they were known on `as_of`, canonical and sorted."""
    asked: dict[Source, list[tuple[Obligation, Slot]]] = {}
    for obligation in obligations_of(town, month):
        asked.setdefault(source_of(obligation.requirement), []).append((obligation, slot_of(obligation)))
    codes = _codes(town)
    lines: list[Line] = list(_successions(town, codes))
    populations: dict[str, Population] = {}
    for source, slots in asked.items():
        lines.append(_source_line(source))
        if isinstance(source.of, Coverage):
            populations[source.of.population.code] = source.of.population
        lines += _facts(source, town, codes, [s for _, s in slots], as_of)
    standing: set[int] = set()
    for population in populations.values():
        lines += _subjects(population, town, codes, standing)
    lines += _placed(town, standing, codes)
    recount = Recount(lines)
    for source, slots in asked.items():
        lines += _results(source, slots, codes, recount, as_of)
    return sorted({canonical(line) for line in lines})


def _facts(
    source: Source, town: Unit, codes: dict[int, str], slots: list[Slot], as_of: dt.date
) -> Iterable[Line]:
    of = source.of
    if isinstance(of, Coverage) and isinstance(of.holds_on, Reached):
        return _parts(source.code, of, of.holds_on, town, codes, as_of)
    if isinstance(of, Coverage) and isinstance(of.holds_on, Holds):
        return _forces(source.code, of, of.holds_on, town, codes, as_of)
    if isinstance(of, Coverage):
        measure = of.reached_by
        assert measure is not None
        rows = reached_asked(of, Registers(town), slots, as_of)
        return _deeds(source.code, measure, rows, codes, as_of, of.population.kind)
    stand_for = successors(town, max(s.last for s in slots))
    measures = (
        {source.code: of}
        if isinstance(of, Measure)
        else {source.code: of.part, f"{source.code}#whole": of.whole}
    )
    return [
        line
        for code, measure in measures.items()
        for line in _deeds(code, measure, deeds_asked(measure, town, slots, stand_for), codes, as_of)
    ]


def stand_in(kind: str, key: int, codes: dict[int, str]) -> str:
    """How a subject is named outside the house: a unit by its code, anybody else by a keyed pseudonym."""
    return codes.get(key, "") if kind == "unit" else pseudonym(kind, str(key))


def _codes(town: Unit) -> dict[int, str]:
    """Codes of the town, its units, and those that moved to another town since: its closed months still name them."""
    paths = Placement.objects.filter(unit=town).values_list("path", flat=True)
    here = Q(town=town) | Q(pk=town.pk) | Q(pk__in=units_within(list(paths)))
    return dict(Unit.objects.filter(here).values_list("pk", "code"))


def _source_line(source: Source) -> Line:
    line: Line = {
        "kind": "source",
        "source": source.code,
        "label": str(source.label),
        "words": str(source.words),
    }
    of = source.of
    if isinstance(of, Measure):
        return line | {"rule": "deeds", "measure": of.code}
    if isinstance(of, Share):
        return line | {"rule": "share", "measure": of.part.code, "over": of.whole.code}
    population = of.population
    line |= {"population": population.code, "read": population.read, "of_units": population.kind == "unit"}
    if isinstance(of.holds_on, Reached):
        return line | {"rule": "population"}
    if isinstance(of.holds_on, Holds):
        return line | {"rule": "force", "any_day": of.holds_on.any_day}
    return line | {"rule": "coverage", "measure": of.rows.code, "each": of.each}


def _successions(town: Unit, codes: dict[int, str]) -> Iterable[Line]:
    for row in Succession.objects.filter(successor__town=town):
        yield {
            "kind": "succession",
            "old": codes.get(row.predecessor_id, ""),
            "new": codes.get(row.successor_id, ""),
            "on": row.on.isoformat(),
        }


def _subjects(
    population: Population, town: Unit, codes: dict[int, str], standing: set[int]
) -> Iterable[Line]:
    """The register as lines; the units in which its subjects stand are added to `standing`."""
    for s in population.spells(town):
        standing.add(s.unit)
        line = {
            "kind": "subject",
            "population": population.code,
            "subject": stand_in(population.kind, s.subject, codes),
            "unit": codes[s.unit],
            "first": s.first.isoformat(),
            "until": s.until.isoformat() if s.until else None,
        }
        yield line | {"owner": stand_in("post", s.owner, codes)} if s.owner else line


def _placed(town: Unit, standing: set[int], codes: dict[int, str]) -> Iterable[Line]:
    """Under which village each unit hung in which subjects stand, from when to when."""
    rows = Placement.objects.filter(unit__in=standing) if len(standing) <= _FEW else Placement.objects.all()
    for unit, path, first, until in rows.values_list("unit_id", "path", "opened_on", "closed_on"):
        way = keys(path)
        if unit in standing and len(way) > OF_A_TOWN + 1 and way[OF_A_TOWN - 1] == town.pk:
            yield {
                "kind": "placed",
                "unit": codes.get(unit, ""),
                "under": codes.get(way[OF_A_TOWN], ""),
                "first": first.isoformat(),
                "until": until.isoformat() if until else None,
            }


_FEW = 900


def _iso(value: dt.date | dt.datetime | None) -> str | None:
    if isinstance(value, dt.datetime):
        value = value.astimezone(SHANGHAI).date()
    return value.isoformat() if value else None


def _parts(
    source: str, of: Coverage, reached: Reached, town: Unit, codes: dict[int, str], as_of: dt.date
) -> Iterable[Line]:
    """One line per part; what became known after `as_of` was still open then."""
    rows = parts_of_town(reached, town, of.population.subjects_on(town, as_of))
    open_ids = set(rows.filter(reached.open).values_list("pk", flat=True))
    waiting: dict[int, dt.date] = {}
    if reached.waits is not None and reached.handed_on is not None:
        waiting = dict(rows.filter(reached.waits).values_list("pk", reached.handed_on))
    fields = ("pk", "uid", reached.subject, reached.reached_on, reached.known_on)
    for pk, uid, subject, day, known in rows.values_list(*fields).order_by("pk"):
        later = known is not None and known > as_of
        yield {
            "kind": "part",
            "source": source,
            "part": str(uid),
            "subject": stand_in(of.population.kind, subject, codes),
            "reached_on": _iso(day),
            "known_on": None if later else _iso(known),
            "open": later or pk in open_ids,
            "waiting_on": _iso(waiting.get(pk)),
        }


def _forces(
    source: str, of: Coverage, holds: Holds, town: Unit, codes: dict[int, str], as_of: dt.date
) -> Iterable[Line]:
    """One line per thing in force for a time, of those known on `as_of`."""
    for subject, opened, closed, known in in_force(holds, town, of.population.subjects_on(town, as_of)):
        if known is None or known <= as_of:
            yield {
                "kind": "force",
                "source": source,
                "subject": stand_in(of.population.kind, subject, codes),
                "first": _iso(opened),
                "until": _iso(closed),
                "known_on": _iso(known),
            }


def _deeds(
    source: str, measure: Measure, asked: Any, codes: dict[int, str], as_of: dt.date, kind: str = ""
) -> Iterable[Line]:
    """One line per deed known on `as_of`, by its unit or, where it reaches a subject of that `kind`, by its subject."""
    # By the day it came: what came in the last hours of the last day was known then.
    rows = asked.annotate(k_day=day_of(measure.received, asked)).filter(k_day__lte=as_of)
    waiting = (
        set(rows.filter(measure.waits).values_list("pk", flat=True)) if measure.waits is not None else set()
    )
    name = "uid" if any(f.name == "uid" for f in rows.model._meta.concrete_fields) else "pk"
    fields = [name, measure.subject or measure.unit, measure.counts_for, measure.done_on, measure.received]
    fields += [measure.amount or "pk", measure.requirement or "pk", "pk"]
    counted: set[tuple[Any, Any]] = set()
    ordered = rows.order_by(measure.received, "pk")
    for deed, key, counts_for, done_on, received, amount, requirement, pk in ordered.values_list(*fields):
        if measure.by_days:
            # A day counts once, by the record of it that came first.
            if (key, counts_for) in counted:
                continue
            counted.add((key, counts_for))
        yield {
            "kind": "deed",
            "source": source,
            "deed": str(deed),
            **({"subject": stand_in(kind, key, codes)} if kind else {"unit": codes[key]}),
            "counts_for": _iso(counts_for),
            "day": _iso(done_on),
            "known_on": _iso(received),
            "amount": amount if measure.amount else 1,
            "requirement": requirement if measure.requirement else 0,
            "waits": pk in waiting,
        }


def _results(
    source: Source,
    slots: list[tuple[Obligation, Slot]],
    codes: dict[int, str],
    recount: Recount,
    as_of: dt.date,
) -> Iterable[Line]:
    for obligation, slot in slots:
        line: Line = {
            "kind": "result",
            "source": source.code,
            "task": obligation.requirement.task.code,
            "plan": obligation.requirement.task.version.plan.code,
            "what": obligation.requirement.what,
            "requirement": slot.requirement,
            "unit": codes[slot.unit],
            "post": stand_in("post", slot.post, codes) if slot.post else "",
            "period": slot.period,
            "first": slot.first.isoformat(),
            "last": slot.last.isoformat(),
            "due_on": _iso(slot.due_on),
            "closes_on": _iso(slot.closes_on),
            "whole": slot.whole,
            "share": str(slot.share) if slot.share is not None else None,
            "count": slot.at_least,
            "asks": slot.asks,
            "contributes": obligation.contributes,
        }
        yield line | outcome(recount.amount(line, as_of))
