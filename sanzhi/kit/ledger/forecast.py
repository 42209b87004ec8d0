"""What confirming would make: how many obligations for each unit, and what would be owed by nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.models import PlanVersion, Requirement, Task
from sanzhi.kit.ledger.obligations import BY_DAY_KINDS, ruling_of, spans_of, wanted
from sanzhi.kit.ledger.owers import Register, owers, responsible, without_share

DATED = "dated"


@dataclass
class Load:
    """What one unit would owe: by rhythm (or `dated`) how many, all together, and how many it only contributes to."""

    unit: Unit
    by_rhythm: Counter[str] = field(default_factory=Counter)
    contributes: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_rhythm.total()


@dataclass(frozen=True)
class Remark:
    """Something about a requirement (or a task) that a person should see before confirming; codes stand in the pages."""

    task: Task
    requirement: Requirement | None
    code: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Forecast:
    """Loads per unit in register order, villages after offices, and the remarks."""

    loads: tuple[Load, ...]
    remarks: tuple[Remark, ...]

    @property
    def total(self) -> int:
        """How many obligations would be made."""
        return sum(load.total for load in self.loads)


def forecast(version: PlanVersion, tasks: Iterable[Task], today: dt.date) -> Forecast:
    """Work out what confirming these tasks on `today` would make; writes nothing.

    Tasks need `units__unit`, `requirements__ower` and `predecessor` at hand. Without a first day nothing is owed.
    """
    town = version.plan.town
    register = Register(town, max(today, version.first_day or today))
    ruling = ruling_of(version, today)
    loads: dict[int, Load] = {}
    remarks: list[Remark] = []
    for task in tasks:
        task.version = version
        found = responsible(task, town, register.day, register)
        if found.to_pick:
            remarks.append(Remark(task, None, "to_pick"))
        days = {r.due_on for r in task.requirements.all() if r.due_on is not None}
        for unit in without_share(task, found):
            remarks.append(Remark(task, None, "no_share", unit))
            load = loads.setdefault(unit.pk, Load(unit))
            load.by_rhythm[DATED] += len(days)
        for requirement in task.requirements.all():
            if ruling is None or not spans_of(requirement, version.plan.year, ruling):
                continue
            if (
                not owers(requirement, found)
                and requirement.owers != Requirement.Owers.NOBODY
                and not found.to_pick
            ):
                remarks.append(Remark(task, requirement, "nobody"))
            if requirement.kind in BY_DAY_KINDS and version.first_day and requirement.due_on:
                if requirement.due_on < version.first_day:
                    remarks.append(Remark(task, requirement, "due_before_first_day"))
        for obligation in wanted(task, town, today, register=register, ruling=ruling):
            load = loads.setdefault(obligation.unit_id, Load(obligation.unit))
            load.by_rhythm[obligation.requirement.every or DATED] += 1
            load.contributes += obligation.contributes
    ordered = sorted((x for x in loads.values() if x.total), key=lambda x: (x.unit.position, x.unit.code))
    return Forecast(tuple(ordered), tuple(remarks))


def alike(loads: Iterable[Load]) -> list[tuple[list[Unit], Load]]:
    """Units that would owe the same, together: nine villages of one load are one line."""
    groups: dict[tuple[object, ...], list[Load]] = defaultdict(list)
    for load in loads:
        groups[load.unit.kind, load.contributes, *sorted(load.by_rhythm.items())].append(load)
    return [([x.unit for x in group], group[0]) for group in groups.values()]
