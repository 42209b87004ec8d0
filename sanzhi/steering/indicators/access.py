"""Who sees closed months and takes their bundles along."""

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

CAPABILITIES = register(
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
