"""Who looks at the ledger: the town they belong to, the day, and whether they stand above the village."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.access import can, require

OF_THE_VILLAGE = frozenset({Role.SECRETARY, Role.CLERK, Role.CADRE, Role.RESIDENT})
"""Who holds only these sees days of grace as late at once: it is their own village."""


@dataclass(frozen=True)
class Viewer:
    """A person before a page of the ledger."""

    user: User
    town: Unit
    today: dt.date
    above_village: bool

    def can(self, capability: str, unit: Unit | None = None) -> bool:
        """Whether the person may, on the unit where one is named."""
        return can(self.user, capability, unit)

    @property
    def own_units(self) -> list[Unit]:
        """The units the person works in today."""
        return list({h.unit.pk: h.unit for h in self.user.holdings}.values())

    @property
    def led_from(self) -> set[int]:
        """The offices the person works in: they may lead tasks."""
        return {
            h.unit.pk for h in self.user.holdings if h.role == Role.OFFICER and h.unit.kind == UnitKind.OFFICE
        }


def viewer(request: HttpRequest, capability: str) -> Viewer:
    """Who looks, with the capability at all (403 without it). 404 where the account belongs to no town."""
    user = cast(User, request.user)
    require(user, capability)
    holdings = user.holdings
    town = next((t for h in holdings if (t := h.unit.town_or_self) is not None), None)
    if town is None:
        town = user.town
    elif user.town_id == town.pk:
        # The roles brought the town along; the frame of the page need not ask for it again.
        user.town = town
    if town is None:
        raise Http404
    above = any(h.role not in OF_THE_VILLAGE for h in holdings)
    return Viewer(user, town, clock.today(), above)
