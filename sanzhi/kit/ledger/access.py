"""Who sees and does what in the ledger; the lead unit's own rights over its tasks are asked with `leads`."""

from __future__ import annotations

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.kit.access import Capability, Reach, register
from sanzhi.kit.ledger.models import Task, TaskUnit

_WHOLE_TOWN = {
    Role.TOWN_LEADER: Reach.TOWN,
    Role.OFFICER: Reach.TOWN,
    Role.DISCIPLINE: Reach.TOWN,
    Role.AUDITOR: Reach.TOWN,
}
_VILLAGE = {Role.SECRETARY: Reach.SUBTREE, Role.CLERK: Reach.SUBTREE, Role.CADRE: Reach.SUBTREE}

CAPABILITIES = register(
    Capability("ledger:read", "查看台账", {**_WHOLE_TOWN, **_VILLAGE, Role.VILLAGE_CARE: Reach.SUBTREE}),
    Capability(
        "ledger:mine",
        "查看本单位所欠",
        {
            **dict.fromkeys((*_WHOLE_TOWN, *_VILLAGE), Reach.SUBTREE),
            Role.VILLAGE_CARE: Reach.SUBTREE,
            Role.ADMINISTRATOR: Reach.SUBTREE,
        },
    ),
    Capability(
        "ledger:own",
        "打开本单位清单",
        {Role.OFFICER: Reach.SUBTREE, **_VILLAGE, Role.VILLAGE_CARE: Reach.SUBTREE},
    ),
    Capability("ledger:record", "记一条", {Role.OFFICER: Reach.SUBTREE, **_VILLAGE}),
    Capability("ledger:board", "查看全镇看板", _WHOLE_TOWN),
    Capability("ledger:lead", "管理牵头任务（豁免、选相关村、每月看一次）", {Role.OFFICER: Reach.TOWN}),
    Capability(
        "plans:read",
        "查看方案",
        {**_WHOLE_TOWN, **_VILLAGE, Role.VILLAGE_CARE: Reach.SUBTREE, Role.ADMINISTRATOR: Reach.TOWN},
    ),
    Capability("plans:import", "导入方案", {Role.OFFICER: Reach.TOWN, Role.ADMINISTRATOR: Reach.TOWN}),
    Capability("plans:confirm", "确认任务分解", {Role.OFFICER: Reach.TOWN, Role.ADMINISTRATOR: Reach.TOWN}),
)


def leads(user: User, task: Task) -> bool:
    """Whether `user` works today in a unit that leads the task."""
    mine = {h.unit.pk for h in user.holdings if h.role == Role.OFFICER}
    return bool(mine) and any(u.role == TaskUnit.Role.LEAD and u.unit_id in mine for u in task.units.all())
