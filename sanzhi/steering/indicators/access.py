"""Who sees the indicators of which units; who sees closed months and takes their bundles along."""

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

CAPABILITIES = register(
    Capability(
        "indicators:figures",
        "查看指标",
        {
            Role.TOWN_LEADER: Reach.TOWN,
            Role.OFFICER: Reach.TOWN,
            Role.DISCIPLINE: Reach.TOWN,
            Role.AUDITOR: Reach.TOWN,
            Role.SECRETARY: Reach.SUBTREE,
            Role.CLERK: Reach.SUBTREE,
            Role.CADRE: Reach.SUBTREE,
            Role.VILLAGE_CARE: Reach.SUBTREE,
        },
    ),
    Capability(
        "indicators:read",
        "查看月度锁定包",
        {
            Role.TOWN_LEADER: Reach.TOWN,
            Role.OFFICER: Reach.TOWN,
            Role.DISCIPLINE: Reach.TOWN,
            Role.AUDITOR: Reach.TOWN,
            Role.ADMINISTRATOR: Reach.TOWN,
        },
    ),
)
