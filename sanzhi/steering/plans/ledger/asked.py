"""What the town's plans ask, read once for a page: every task, version and plan made once, not anew for each requirement.

Written out: nearly every page of the ledger reads it, and to put the statements together costs more than to answer them.
"""

from __future__ import annotations

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.models import Plan, PlanVersion, Requirement, Task
from sanzhi.kit.ledger.queries import by_key

_PLAN, _VERSION, _TASK, _REQUIREMENT = (m._meta.db_table for m in (Plan, PlanVersion, Task, Requirement))
_VERSIONS = f"FROM {_PLAN} p JOIN {_VERSION} v ON v.plan_id = p.id AND v.state = 'confirmed'"
_TASKS = f"{_VERSIONS} JOIN {_TASK} t ON t.version_id = v.id AND t.confirmed_on IS NOT NULL"
_REQUIREMENTS = f"{_TASKS} JOIN {_REQUIREMENT} r ON r.task_id = t.id"
# The long texts of a version stay behind.
_SHORT = "v.id, v.plan_id, v.number, v.first_day, v.state, v.confirmed_on, v.source_digest"
_OF_TOWN = "WHERE p.town_id = %s"


def read_requirements(town: Unit) -> dict[int, Requirement]:
    """The requirements of the town's confirmed tasks by key, in the order of plans, versions and tasks; four statements."""
    asked = [town.pk]
    plans = {p.pk: p for p in Plan.objects.raw(f"SELECT p.* FROM {_PLAN} p {_OF_TOWN}", asked)}
    versions = {v.pk: v for v in PlanVersion.objects.raw(f"SELECT {_SHORT} {_VERSIONS} {_OF_TOWN}", asked)}
    for version in versions.values():
        version.plan = plans[version.plan_id]
    tasks = {t.pk: t for t in Task.objects.raw(f"SELECT t.* {_TASKS} {_OF_TOWN}", asked)}
    for task in tasks.values():
        task.version = versions[task.version_id]
    order = "ORDER BY p.id, v.id, t.position, r.position"
    found = by_key(Requirement.objects.raw(f"SELECT r.* {_REQUIREMENTS} {_OF_TOWN} {order}", asked))
    for requirement in found.values():
        requirement.task = tasks[requirement.task_id]
    return found
