"""Who reads events, and who enters them."""

from __future__ import annotations

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

_WHOLE_TOWN = dict.fromkeys(
    (Role.TOWN_LEADER, Role.OFFICER, Role.DISCIPLINE, Role.AUDITOR, Role.ADMINISTRATOR), Reach.TOWN
)
_VILLAGE = dict.fromkeys((Role.SECRETARY, Role.CLERK, Role.CADRE, Role.VILLAGE_CARE), Reach.SUBTREE)

CAPABILITIES = register(
    Capability("events:read", "查看免除事件", {**_WHOLE_TOWN, **_VILLAGE}),
    Capability("events:enter", "登记、撤销免除事件", {Role.OFFICER: Reach.TOWN}),
)
