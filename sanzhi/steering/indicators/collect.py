"""Collecting the lines of a bundle: formulas, registers, facts, and the results computed from just these facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from sanzhi.domain.bundles import Line, Recount, canonical, outcome
from sanzhi.domain.periods import Period
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Placement, Succession, Unit
from sanzhi.foundation.orgs.queries import successors
from sanzhi.kit.access import units_within
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import slot_of, source_of
from sanzhi.kit.measures.declarations import Duty, Population, Source, Target
from sanzhi.kit.measures.engine import Slot, deeds_asked, parts_of_town


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
        if isinstance(source, Target):
            populations[source.of.population.code] = source.of.population
            lines += _parts(source, town, codes, as_of)
        else:
            lines += _deeds(source, town, codes, [s for _, s in slots], as_of)
    for population in populations.values():
        lines += _subjects(population, town, codes)
    recount = Recount(lines)
    for source, slots in asked.items():
        lines += _results(source, slots, codes, recount, as_of)
    return sorted({canonical(line) for line in lines})


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
    if isinstance(source, Target):
        return line | {"rule": "population", "population": source.of.population.code}
    return line | {"rule": "deeds", "measure": source.of.code}


def _successions(town: Unit, codes: dict[int, str]) -> Iterable[Line]:
    for row in Succession.objects.filter(successor__town=town):
        yield {
            "kind": "succession",
            "old": codes.get(row.predecessor_id, ""),
            "new": codes.get(row.successor_id, ""),
            "on": row.on.isoformat(),
        }


def _subjects(population: Population, town: Unit, codes: dict[int, str]) -> Iterable[Line]:
    for subject, unit, first, until in population.spells(town):
        yield {
            "kind": "subject",
            "population": population.code,
            "subject": codes[subject],
            "unit": codes[unit],
            "first": first.isoformat(),
            "until": until.isoformat() if until else None,
        }


def _iso(value: dt.date | dt.datetime | None) -> str | None:
    if isinstance(value, dt.datetime):
        value = value.astimezone(SHANGHAI).date()
    return value.isoformat() if value else None


def _parts(source: Target, town: Unit, codes: dict[int, str], as_of: dt.date) -> Iterable[Line]:
    """One line per part; what became known after `as_of` was still open then."""
    reached = source.of.holds_on
    rows = parts_of_town(reached, town, source.of.population.subjects_on(town, as_of))
    open_ids = set(rows.filter(reached.open).values_list("pk", flat=True))
    waiting: dict[int, dt.date] = {}
    if reached.waits is not None and reached.handed_on is not None:
        waiting = dict(rows.filter(reached.waits).values_list("pk", reached.handed_on))
    fields = ("pk", "uid", reached.subject, reached.reached_on, reached.known_on)
    for pk, uid, subject, day, known in rows.values_list(*fields).order_by("pk"):
        later = known is not None and known > as_of
        yield {
            "kind": "part",
            "source": source.code,
            "part": str(uid),
            "subject": codes[subject],
            "reached_on": _iso(day),
            "known_on": None if later else _iso(known),
            "open": later or pk in open_ids,
            "waiting_on": _iso(waiting.get(pk)),
        }


def _deeds(
    source: Duty, town: Unit, codes: dict[int, str], slots: list[Slot], as_of: dt.date
) -> Iterable[Line]:
    measure = source.of
    asked = deeds_asked(measure, town, slots, successors(town, max(s.last for s in slots)))
    rows = asked.filter(**{f"{measure.received}__lte": as_of})
    waiting = (
        set(rows.filter(measure.waits).values_list("pk", flat=True)) if measure.waits is not None else set()
    )
    fields = ["pk", "uid", measure.unit, measure.counts_for, measure.done_on, measure.received]
    fields.append(measure.amount or "pk")
    fields.append(measure.requirement or "pk")
    for pk, uid, unit, counts_for, done_on, received, amount, requirement in rows.values_list(*fields):
        yield {
            "kind": "deed",
            "source": source.code,
            "deed": str(uid),
            "unit": codes[unit],
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
            "period": slot.period,
            "first": slot.first.isoformat(),
            "last": slot.last.isoformat(),
            "closes_on": _iso(slot.closes_on),
            "whole": slot.whole,
            "share": str(slot.share) if slot.share is not None else None,
            "count": slot.at_least,
            "asks": slot.asks,
            "contributes": obligation.contributes,
        }
        yield line | outcome(recount.amount(line, as_of))
