"""Who sees and does what with sites. Whether a step is possible now stands in `states.py`."""

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

CAPABILITIES = register(
    Capability(
        "facilities:read",
        "查看设施",
        {
            Role.TOWN_LEADER: Reach.TOWN,
            Role.OFFICER: Reach.TOWN,
            Role.AUDITOR: Reach.TOWN,
            Role.DISCIPLINE: Reach.TOWN,
            Role.VILLAGE_CARE: Reach.SUBTREE,
            Role.SECRETARY: Reach.SUBTREE,
            Role.CLERK: Reach.SUBTREE,
            Role.CADRE: Reach.SUBTREE,
        },
    ),
    Capability(
        "facilities:record",
        "登记设施、建成与报验",
        {Role.SECRETARY: Reach.SUBTREE, Role.CLERK: Reach.SUBTREE, Role.CADRE: Reach.SUBTREE},
    ),
    Capability("facilities:accept", "验收设施", {Role.OFFICER: Reach.TOWN}),
)
