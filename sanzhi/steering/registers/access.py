"""Who reads and changes the registers, and who may take what out of the house."""

from __future__ import annotations

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

_TOWN = dict.fromkeys(
    (Role.TOWN_LEADER, Role.OFFICER, Role.DISCIPLINE, Role.AUDITOR, Role.ADMINISTRATOR), Reach.TOWN
)
_VILLAGE = dict.fromkeys((Role.SECRETARY, Role.CLERK, Role.CADRE, Role.VILLAGE_CARE), Reach.SUBTREE)
_VILLAGE_DESK = {Role.SECRETARY: Reach.SUBTREE, Role.CLERK: Reach.SUBTREE}
_ADMINISTRATOR = {Role.ADMINISTRATOR: Reach.TOWN}

CAPABILITIES = register(
    Capability("registers:read", "查看机构与人员", {**_TOWN, **_VILLAGE}),
    Capability("registers:edit", "登记、调整、撤并单位", _ADMINISTRATOR),
    Capability("registers:edit_posts", "登记人员任职", {**_ADMINISTRATOR, **_VILLAGE_DESK}),
    Capability(
        "registers:read_phones",
        "写明事由查看电话",
        {Role.TOWN_LEADER: Reach.TOWN, Role.OFFICER: Reach.TOWN, **_ADMINISTRATOR, **_VILLAGE},
    ),
    Capability(
        "households:read", "查看户册（户号和组别）", {Role.OFFICER: Reach.TOWN, **_ADMINISTRATOR, **_VILLAGE}
    ),
    Capability(
        "households:read_doors",
        "查看门牌、姓氏和在家情况",
        {Role.SECRETARY: Reach.SUBTREE, Role.CLERK: Reach.SUBTREE, Role.CADRE: Reach.SUBTREE},
    ),
    Capability("households:edit", "登记住户和在家情况", {**_ADMINISTRATOR, **_VILLAGE_DESK}),
    Capability("households:export", "申请导出带门牌或姓氏的户册", _VILLAGE_DESK),
    Capability(
        "households:approve_export",
        "批准导出带门牌或姓氏的户册",
        {Role.TOWN_LEADER: Reach.TOWN, **_ADMINISTRATOR, Role.SECRETARY: Reach.SUBTREE},
    ),
)
