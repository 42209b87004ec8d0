"""What the town's plans ask, read once for a page: every task, version and plan made once, not anew for each requirement.

Written out, in one statement: nearly every page of the ledger reads it, and to put it together costs more than to answer it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.models import (
    Plan,
    PlanVersion,
    Requirement,
    StandingLook,
    Task,
    TaskUnit,
    VillagePick,
)
from sanzhi.kit.ledger.queries import by_key

_PLAN, _VERSION, _TASK, _REQUIREMENT = (m._meta.db_table for m in (Plan, PlanVersion, Task, Requirement))
_TASK_UNIT, _PICK, _LOOK = (m._meta.db_table for m in (TaskUnit, VillagePick, StandingLook))
_READ = (
    f"FROM {_PLAN} p JOIN {_VERSION} v ON v.plan_id = p.id AND v.state = 'confirmed'"
    f" JOIN {_TASK} t ON t.version_id = v.id AND t.confirmed_on IS NOT NULL"
    f" JOIN {_REQUIREMENT} r ON r.task_id = t.id WHERE p.town_id = %s"
    " ORDER BY p.id, v.id, t.position, r.position"
)
# What pages ask of what stands above a requirement, in the order of the models' fields; long texts stay behind.
_ABOVE: dict[str, tuple[str, ...]] = {
    "p": ("id", "town_id", "code", "name", "year"),
    "v": ("id", "plan_id", "number", "source_digest", "state"),
    "t": (
        "id",
        "version_id",
        "code",
        "kind",
        "position",
        "path",
        "heading",
        "text",
        "span_start",
        "span_end",
    ),
}
_COLUMNS = ", ".join(f"{alias}.{name} AS {alias}_{name}" for alias, names in _ABOVE.items() for name in names)
_LEAD = f"SELECT u.unit_id FROM {_TASK_UNIT} u WHERE u.task_id = t.id AND u.role = 'lead'"
_SOME = f"SELECT 1 FROM {_TASK_UNIT} u WHERE u.task_id = t.id AND u.meaning = 'some_villages'"
_PICKED = f"SELECT 1 FROM {_PICK} x WHERE x.plan_id = p.id AND x.task_code = t.code AND x.dropped_on IS NULL"
_LOOKS = f"FROM {_LOOK} l WHERE l.plan_id = p.id AND l.task_code = t.code AND l.month = %s"
_FACTS = (
    f"({_LEAD} ORDER BY u.position LIMIT 1) AS lead_id,"
    f" EXISTS ({_SOME}) AND NOT EXISTS ({_PICKED}) AS to_pick,"
    f" (SELECT l.kept_up {_LOOKS}) AS kept_up, (SELECT l.looked_on {_LOOKS}) AS looked_on,"
    # The document once per version, for the names of its sections.
    " CASE WHEN t.position = 1 AND r.position = 1 THEN v.text ELSE '' END AS source"
)
M = TypeVar("M", Plan, PlanVersion, Task)


@dataclass(frozen=True)
class TaskFacts:
    """What a board says of a task besides its words: who leads it first, whether its villages are still to be picked, and
    the month's look at it."""

    lead_id: int | None
    to_pick: bool
    kept_up: bool | None
    looked_on: dt.date | None


@dataclass(frozen=True)
class Plans:
    """What boards read of a town's plans: requirements by key, facts by task, the documents by digest."""

    requirements: dict[int, Requirement]
    facts: dict[int, TaskFacts]
    sources: dict[str, str]

    @property
    def year(self) -> int | None:
        """The latest year a plan is for; None without a plan."""
        return max((r.task.version.plan.year for r in self.requirements.values()), default=None)

    def led_by(self, offices: Collection[int]) -> Plans:
        """Only the tasks that one of these offices leads."""
        led = TaskUnit.objects.filter(task__in=list(self.facts), role="lead", unit__in=list(offices))
        tasks = set(led.order_by().values_list("task_id", flat=True))
        kept = {pk: r for pk, r in self.requirements.items() if r.task_id in tasks}
        return Plans(kept, self.facts, self.sources)


def read_requirements(town: Unit) -> dict[int, Requirement]:
    """The requirements of the town's confirmed tasks by key, in the order of plans, versions and tasks."""
    return _tied(list(Requirement.objects.raw(f"SELECT r.*, {_COLUMNS} {_READ}", [town.pk])))


def read_plans(town: Unit, month: str) -> Plans:
    """The same with what boards say of each task; `month` (2022-05) is that of the looks at standing tasks."""
    asked = [month, month, town.pk]
    rows: list[Any] = list(Requirement.objects.raw(f"SELECT r.*, {_COLUMNS}, {_FACTS} {_READ}", asked))
    facts: dict[int, TaskFacts] = {}
    for row in rows:
        if row.task_id not in facts:
            facts[row.task_id] = _facts(row)
    return Plans(_tied(rows), facts, {row.v_source_digest: row.source for row in rows if row.source})


def _tied(rows: list[Any]) -> dict[int, Requirement]:
    """Requirements by key, each with its task, version and plan, which are made once for all that share them."""
    plans: dict[int, Plan] = {}
    versions: dict[int, PlanVersion] = {}
    tasks: dict[int, Task] = {}
    for row in rows:
        if row.t_id not in tasks:
            if row.v_id not in versions:
                if row.p_id not in plans:
                    plans[row.p_id] = _made(Plan, "p", row)
                versions[row.v_id] = _made(PlanVersion, "v", row)
                versions[row.v_id].plan = plans[row.p_id]
            task = tasks[row.t_id] = _made(Task, "t", row)
            # A computed column comes as the database keeps it.
            task.path = json.loads(task.path) if isinstance(task.path, str) else task.path
            task.version = versions[row.v_id]
        row.task = tasks[row.t_id]
    return by_key(rows)


def _made(model: type[M], alias: str, row: Any) -> M:
    names = _ABOVE[alias]
    return model.from_db(row._state.db, names, [getattr(row, f"{alias}_{name}") for name in names])


def _facts(row: Any) -> TaskFacts:
    kept_up = None if row.kept_up is None else bool(row.kept_up)
    return TaskFacts(row.lead_id, bool(row.to_pick), kept_up, _day(row.looked_on))


def _day(value: Any) -> dt.date | None:
    """SQLite knows no days where a column is computed."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
