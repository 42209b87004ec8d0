"""Who writes notes, and who of the lead unit accepts them."""

from sanzhi.foundation.accounts.models import Role
from sanzhi.kit.access import Capability, Reach, register

CAPABILITIES = register(
    Capability(
        "progress_notes:read",
        "查看进展说明",
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
        "progress_notes:write",
        "提交进展说明",
        {
            Role.OFFICER: Reach.SUBTREE,
            Role.SECRETARY: Reach.SUBTREE,
            Role.CLERK: Reach.SUBTREE,
            Role.CADRE: Reach.SUBTREE,
        },
    ),
    Capability("progress_notes:accept", "认定或退回进展说明", {Role.OFFICER: Reach.TOWN}),
)
