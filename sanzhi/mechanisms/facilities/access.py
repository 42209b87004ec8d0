"""Who sees and does what with sites. Whether a step is possible now stands in `states.py`.

Acceptance, return, withdrawal and reopening belong to officers of the unit that leads a confirmed task which asks for
the kind of site; the capability alone is not enough.
"""

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.access import Capability, Reach, can, register
from sanzhi.kit.ledger.models import TaskUnit
from sanzhi.mechanisms.facilities.models import SiteNote

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


def leading_units(kind: str, town: Unit) -> set[int]:
    """Ids of the units that lead a confirmed task of the town which asks for this kind of site."""
    rows = TaskUnit.objects.filter(
        role=TaskUnit.Role.LEAD,
        unit__isnull=False,
        task__confirmed_on__isnull=False,
        task__version__plan__town=town,
        task__requirements__proves=f"facilities.{kind}",
    )
    return set(rows.values_list("unit_id", flat=True))


def accepts(user: User, kind: str, unit: Unit) -> bool:
    """Whether a person may accept (return, withdraw, reopen) sites of this kind in the village `unit`."""
    if unit.town is None or not can(user, "facilities:accept", unit):
        return False
    mine = {h.unit.pk for h in user.holdings if h.role == Role.OFFICER}
    return bool(mine & leading_units(kind, unit.town))


def records(user: User, kind: str, unit: Unit) -> bool:
    """Whether a person may write notes about sites of this kind in a village: its own people, and who accepts them."""
    return can(user, "facilities:record", unit) or accepts(user, kind, unit)


def may_void(user: User, note: SiteNote) -> bool:
    """Whether a person may declare a note void: the lead unit any, a village only what its own people wrote."""
    if accepts(user, note.site.kind, note.site.unit):
        return True
    ours = can(user, "facilities:record", note.site.unit)
    return ours and can(note.author, "facilities:record", note.site.unit)
