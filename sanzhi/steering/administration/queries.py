"""What an administrator or auditor may see: accounts, terms, units to grant on, chains, entries; and in which words."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from sanzhi.domain.tree import ancestors
from sanzhi.foundation import clock
from sanzhi.foundation.accounts import queries as accounts
from sanzhi.foundation.accounts.models import Grant, Role, User
from sanzhi.foundation.accounts.rules import ROLE_UNITS
from sanzhi.foundation.audit.action import COUNTY_CHAIN
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.foundation.privacy.declarations import declared
from sanzhi.foundation.privacy.masking import mask, scrub
from sanzhi.kit.access import can, paths, units_within

_ALWAYS_MASKED = {
    "phone": "phone",
    "display_name": "name",
    "contact_surname": "surname",
    "surname": "surname",
    "door": "address",
    "username": "name",
}


def reaches_county(user: User, capability: str) -> bool:
    """Whether the capability is held on the county itself."""
    return any(not ancestors(path) for path in paths(user, capability))


def accounts_visible_to(user: User) -> QuerySet[User]:
    """The accounts that `user` keeps."""
    reach = units_within(paths(user, "accounts:manage"))
    return accounts.accounts_within(clock.today(), reach, reaches_county(user, "accounts:manage"))


def accounts_listed(user: User) -> QuerySet[User]:
    """The same, each with its first role and the end of its last."""
    reach = units_within(paths(user, "accounts:manage"))
    return accounts.with_roles(accounts_visible_to(user), clock.today(), reach)


def get_account(user: User, pk: int) -> User:
    """One of them; 404 for any other."""
    found = accounts_visible_to(user).select_related("town", "person").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_grant(user: User, pk: int) -> Grant:
    """A role of an account that `user` keeps, not over yet; 404 for any other."""
    rows = Grant.objects.select_related("user", "unit", "unit__town")
    found = rows.filter(
        pk=pk, user__in=accounts_visible_to(user).values("pk"), closed_on__gt=clock.today()
    ).first()
    if found is None or not can(user, "accounts:manage", found.unit):
        raise Http404
    return found


def towns_kept_by(user: User) -> list[Unit]:
    """The towns in which `user` may open accounts."""
    reach = units_within(paths(user, "accounts:manage"))
    return list(units_on(clock.today(), kinds=[UnitKind.TOWN]).filter(pk__in=reach))


def grantable_units(user: User, account: User) -> list[Unit]:
    """Units on which `user` may give the account a role: in reach, of a kind that some role is given on."""
    kinds = {k for allowed in ROLE_UNITS.values() for k in allowed} - {UnitKind.GROUP}
    reach = units_within(paths(user, "accounts:manage"))
    rows = units_on(clock.today(), kinds=kinds).filter(pk__in=reach).select_related("town")
    return [
        u
        for u in rows
        if account.town_id is None or u.town_or_self is None or u.town_or_self.pk == account.town_id
    ]


def chains_visible_to(user: User) -> list[tuple[str, str]]:
    """The chains of acts that `user` may read: (chain, name), the county's last."""
    reach = units_within(paths(user, "audit:read"))
    towns = Unit.objects.filter(kind=UnitKind.TOWN, pk__in=reach).order_by("position", "code")
    found = [(town.code, town.name) for town in towns]
    if reaches_county(user, "audit:read"):
        found.append((COUNTY_CHAIN, "县（系统本身）"))
    return found


def acts_of(chains: list[str]) -> QuerySet[AuditEntry]:
    """The acts of these chains; whether they may be read is asked with `chains_visible_to`."""
    return (
        AuditEntry.objects.filter(chain=chains[0])
        if len(chains) == 1
        else AuditEntry.objects.filter(chain__in=chains)
    )


def get_act(user: User, pk: int) -> AuditEntry:
    """An entry of a chain that `user` may read; 404 for any other."""
    chains = [chain for chain, _name in chains_visible_to(user)]
    found = AuditEntry.objects.select_related("payload").filter(pk=pk, chain__in=chains).first()
    if found is None:
        raise Http404
    return found


def names_like(text: str) -> list[str]:
    """How accounts whose login or name holds the text are written in the chain (fifty at most)."""
    rows = User.objects.filter(username__icontains=text) | User.objects.filter(display_name__icontains=text)
    return [user.audit_name for user in rows.order_by("pk")[:50]] + [text]


def shown_payload(entry: AuditEntry) -> list[tuple[str, str]] | None:
    """What an entry says was changed, personal data masked; None where it was erased."""
    payload = getattr(entry, "payload", None)
    if payload is None or payload.erased_on is not None:
        return None
    model = entry.subject.partition(":")[0]
    return [(str(key), _shown(model, str(key), value)) for key, value in sorted(payload.body.items())]


def _shown(model: str, key: str, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_shown(model, key, one) for one in value)
    if isinstance(value, dict):
        return "；".join(f"{k}：{_shown(model, str(k), v)}" for k, v in value.items())
    if value is None or isinstance(value, bool):
        return "–" if value is None else "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    field = declared().get((model, key))
    mask_class = field.mask_class if field is not None else _ALWAYS_MASKED.get(key)
    return mask(str(value), mask_class) if mask_class else scrub(str(value))


def role_choices() -> list[tuple[str, str]]:
    """The roles as a form offers them."""
    return [(str(role.value), str(role.label)) for role in Role]
