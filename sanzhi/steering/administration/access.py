"""Who keeps accounts, who reads the chain of acts, who may take a backup."""

from __future__ import annotations

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

CAPABILITIES = register(
    Capability("accounts:manage", "管理账号、授予和收回角色", {Role.ADMINISTRATOR: Reach.SUBTREE}),
    Capability(
        "accounts:matrix",
        "查看权限表",
        {Role.ADMINISTRATOR: Reach.SUBTREE, Role.AUDITOR: Reach.SUBTREE},
    ),
    Capability(
        "audit:read",
        "查看操作记录",
        {Role.ADMINISTRATOR: Reach.SUBTREE, Role.AUDITOR: Reach.SUBTREE},
    ),
    Capability("backup:run", "查看备份情况", {Role.ADMINISTRATOR: Reach.SUBTREE}),
)
