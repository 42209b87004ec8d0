"""Who owes a requirement: from the units a task names to the units of the register, on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import town_units_on, units_on
from sanzhi.kit.ledger.models import Requirement, Task, TaskUnit, VillagePick


@dataclass(frozen=True)
class Ower:
    """A unit that owes; `whole`: the town's share; `contributes`: gives its part and is never late."""

    unit: Unit
    whole: bool = False
    contributes: bool = False


@dataclass(frozen=True)
class Responsible:
    """The units a task makes responsible, resolved. `to_pick`: villages that the lead unit has not picked yet."""

    leads: tuple[Unit, ...]
    villages: tuple[Unit, ...]
    offices: tuple[Unit, ...]
    to_pick: bool


def responsible(task: Task, town: Unit, day: dt.date) -> Responsible:
    """Leads, villages and offices of a task on `day`: 各村 from the register, 镇直各单位 from the dated list, 相关村 as picked."""
    leads: list[Unit] = []
    villages: dict[int, Unit] = {}
    offices: dict[int, Unit] = {}
    to_pick = False
    for named in task.units.all():
        if named.role == TaskUnit.Role.COOPERATING:
            continue
        if named.role == TaskUnit.Role.LEAD:
            leads += [named.unit] if named.unit is not None else []
        elif named.meaning == TaskUnit.Meaning.ALL_VILLAGES:
            villages |= {u.pk: u for u in units_on(day, town=town, kinds=[UnitKind.VILLAGE])}
        elif named.meaning == TaskUnit.Meaning.TOWN_UNITS:
            offices |= {u.pk: u for u in town_units_on(town, day)}
        elif named.meaning == TaskUnit.Meaning.SOME_VILLAGES:
            picks = VillagePick.objects.filter(
                plan=task.version.plan, task_code=task.code, dropped_on__isnull=True
            ).select_related("unit")
            found = {p.unit_id: p.unit for p in picks}
            villages |= found
            to_pick = to_pick or not found
        elif named.unit is not None:
            (villages if named.unit.kind == UnitKind.VILLAGE else offices)[named.unit.pk] = named.unit
    return Responsible(tuple(leads), tuple(villages.values()), tuple(offices.values()), to_pick)


def owers(requirement: Requirement, found: Responsible) -> list[Ower]:
    """The owers of a requirement among the task's responsible units; the lead alone where no other is named."""
    kinds = Requirement.Owers
    match requirement.owers:
        case kinds.NOBODY:
            return []
        case kinds.ONE:
            return [Ower(requirement.ower)]  # type: ignore[arg-type]
        case kinds.LEAD:
            return [Ower(u, whole=True) for u in found.leads]
        case kinds.VILLAGES:
            return [Ower(u) for u in found.villages]
        case kinds.LEAD_AND_VILLAGES:
            part = requirement.fraction is None or requirement.fraction < 1
            return [Ower(u, whole=True) for u in found.leads] + [Ower(u, contributes=part) for u in found.villages]
    units = [*found.villages, *found.offices]
    if not units and not found.to_pick:
        units = list(found.leads)
    return [Ower(u) for u in units]
