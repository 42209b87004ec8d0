"""Who owes a requirement: from the units a task names to the units of the register, on a day (docs/rules/ledger.md)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import town_units_on, units_on
from sanzhi.foundation.people.models import Post
from sanzhi.kit.ledger.models import Plan, Requirement, Task, TaskUnit, VillagePick
from sanzhi.kit.measures.declarations import Population, Spell

# What marks the line that stands in for a share nobody wrote.
BLANK = "份额未确认"


@dataclass(frozen=True)
class Ower:
    """A unit that owes; `whole`: the town's share; `contributes`: gives its part and is never late."""

    unit: Unit
    whole: bool = False
    contributes: bool = False


@dataclass(frozen=True)
class Responsible:
    """The units a task makes responsible, resolved. `to_pick`: villages that the lead unit has not picked yet.

    `named_offices` are those the document names one by one; `with_share` (ids) have a confirmed share of their own.
    """

    leads: tuple[Unit, ...]
    villages: tuple[Unit, ...]
    offices: tuple[Unit, ...]
    to_pick: bool
    named_offices: tuple[Unit, ...] = ()
    with_share: frozenset[int] = frozenset()


@dataclass
class Register:
    """What a town's register says on a day, read once for all tasks of a plan: villages, 镇直各单位, picked villages."""

    town: Unit
    day: dt.date
    _picks: dict[int, dict[str, list[Unit]]] = field(default_factory=dict)
    _spells: dict[Population, list[Spell]] = field(default_factory=dict)

    @cached_property
    def villages(self) -> tuple[Unit, ...]:
        """Every village standing on the day."""
        return tuple(units_on(self.day, town=self.town, kinds=[UnitKind.VILLAGE]))

    @cached_property
    def town_units(self) -> tuple[Unit, ...]:
        """The dated list that 镇直各单位 means."""
        return tuple(town_units_on(self.town, self.day))

    @cached_property
    def unit_of_post(self) -> dict[int, int]:
        """Post → the unit it is held in."""
        return dict(Post.objects.filter(unit__town=self.town).values_list("pk", "unit_id"))

    def spells(self, population: Population) -> list[Spell]:
        """All lines of a population's register."""
        if population not in self._spells:
            self._spells[population] = list(population.spells(self.town))
        return self._spells[population]

    def picked(self, plan: Plan, task_code: str) -> list[Unit]:
        """The villages picked for a task of a plan."""
        if plan.pk not in self._picks:
            found: dict[str, list[Unit]] = defaultdict(list)
            for pick in VillagePick.objects.filter(plan=plan, dropped_on__isnull=True).select_related("unit"):
                found[pick.task_code].append(pick.unit)
            self._picks[plan.pk] = found
        return self._picks[plan.pk].get(task_code, [])


def responsible(task: Task, town: Unit, day: dt.date, register: Register | None = None) -> Responsible:
    """Leads, villages and offices of a task on `day`: 各村 from the register, 镇直各单位 from the dated list, 相关村 as picked.

    A later version's task is not known by its permanent code before it is confirmed: its villages are those picked for
    the task it goes on with.
    """
    register = register or Register(town, day)
    leads: dict[int, Unit] = {}
    villages: dict[int, Unit] = {}
    offices: dict[int, Unit] = {}
    named: dict[int, Unit] = {}
    to_pick = False
    code = task.code if task.predecessor is None or task.confirmed_on else task.predecessor.code
    for one in task.units.all():
        if one.role == TaskUnit.Role.COOPERATING:
            continue
        if one.role == TaskUnit.Role.LEAD:
            leads |= {one.unit.pk: one.unit} if one.unit is not None else {}
        elif one.meaning == TaskUnit.Meaning.ALL_VILLAGES:
            villages |= {u.pk: u for u in register.villages}
        elif one.meaning == TaskUnit.Meaning.TOWN_UNITS:
            offices |= {u.pk: u for u in register.town_units}
        elif one.meaning == TaskUnit.Meaning.SOME_VILLAGES:
            found = {u.pk: u for u in register.picked(task.version.plan, code)}
            villages |= found
            to_pick = to_pick or not found
        elif one.unit is not None and one.unit.kind == UnitKind.VILLAGE:
            villages[one.unit.pk] = one.unit
        elif one.unit is not None:
            offices[one.unit.pk] = named[one.unit.pk] = one.unit
    shared = {r.ower_id for r in task.requirements.all() if r.owers == Requirement.Owers.ONE and r.ower_id}
    return Responsible(
        tuple(leads.values()),
        tuple(villages.values()),
        tuple(offices.values()),
        to_pick,
        tuple(named.values()),
        frozenset(shared),
    )


def owers(requirement: Requirement, found: Responsible) -> list[Ower]:
    """The owers of a requirement among the task's responsible units; the lead alone where no other is named.

    An office whose share was confirmed owes that line and not the whole requirement (case 16).
    """
    kinds = Requirement.Owers
    match requirement.owers:
        case kinds.NOBODY:
            return []
        case kinds.ONE:
            return [Ower(requirement.ower)] if requirement.ower is not None else []
        case kinds.LEAD:
            return [Ower(u, whole=True) for u in found.leads]
        case kinds.VILLAGES:
            return [Ower(u) for u in found.villages]
        case kinds.LEAD_AND_VILLAGES:
            # A rhythm is owed by each; only a share below the whole is merely contributed to.
            fraction = requirement.fraction
            part = requirement.kind in _BY_SHARE_OR_COUNT and (fraction is None or fraction < 1)
            lead_ids = {u.pk for u in found.leads}
            own = [u for u in found.villages if u.pk not in lead_ids]
            return [Ower(u, whole=True) for u in found.leads] + [Ower(u, contributes=part) for u in own]
    units = [*found.villages, *(u for u in found.offices if u.pk not in found.with_share)]
    if not units and not found.to_pick:
        units = list(found.leads)
    return [Ower(u) for u in units]


_BY_SHARE_OR_COUNT = (Requirement.Kind.SHARE_BY_DAY, Requirement.Kind.COUNT_BY_DAY)


def without_share(task: Task, found: Responsible) -> list[Unit]:
    """Offices the document names one by one whose share nobody has confirmed, where what is asked counts villages."""
    counted = (Requirement.Owers.VILLAGES, Requirement.Owers.LEAD_AND_VILLAGES)
    if not any(r.owers in counted for r in task.requirements.all()):
        return []
    return [u for u in found.named_offices if u.pk not in found.with_share]
