"""Who sees and does what with sites. Whether a step is possible now stands in `states.py`.

Acceptance, return, withdrawal and reopening belong to officers of the unit that leads a confirmed task which asks for
the kind of site; the capability alone is not enough.
"""

from collections.abc import Iterable

from django.db.models import Q

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.access import Capability, Reach, can, register
from sanzhi.kit.ledger.models import TaskUnit
from sanzhi.mechanisms.facilities.kinds import KINDS
from sanzhi.mechanisms.facilities.models import Site, SiteNote

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
    """Ids of the units that lead a confirmed task of the town which asks for this kind of site.

    Where no requirement is tied to the kind ("a batch", without a number yet) it is the task whose words name it.
    """
    leads = TaskUnit.objects.filter(
        role=TaskUnit.Role.LEAD,
        unit__isnull=False,
        task__confirmed_on__isnull=False,
        task__version__plan__town=town,
    )
    tied = set(
        leads.filter(task__requirements__proves=f"facilities.{kind}").values_list("unit_id", flat=True)
    )
    if tied or kind not in KINDS:
        return tied
    named = Q(pk__in=[])
    for word in KINDS[kind].keywords:
        named |= Q(task__text__contains=word)
    return set(leads.filter(named).values_list("unit_id", flat=True))


def accepts(user: User, kind: str, unit: Unit) -> bool:
    """Whether a person may accept (return, withdraw, reopen) sites of this kind in the village `unit`."""
    if unit.town is None or not can(user, "facilities:accept", unit):
        return False
    mine = {h.unit.pk for h in user.holdings if h.role == Role.OFFICER}
    return bool(mine & leading_units(kind, unit.town))


def records(user: User, kind: str, unit: Unit) -> bool:
    """Whether a person may write notes about sites of this kind in a village: its own people, and who accepts them."""
    return can(user, "facilities:record", unit) or accepts(user, kind, unit)


def voidable(user: User, site: Site, notes: Iterable[SiteNote]) -> set[int]:
    """Ids of the authors whose notes about a site a person may declare void: the lead unit anybody's, a village only
    those of its own people."""
    authors = {note.author_id: note.author for note in notes}
    if accepts(user, site.kind, site.unit):
        return set(authors)
    if not can(user, "facilities:record", site.unit):
        return set()
    return {pk for pk, author in authors.items() if can(author, "facilities:record", site.unit)}


def may_void(user: User, note: SiteNote) -> bool:
    """Whether a person may declare one note void."""
    return note.author_id in voidable(user, note.site, [note])
