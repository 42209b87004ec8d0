"""Reads of sites that pages and actions share."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import successors, units_on
from sanzhi.kit.access import within
from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.registry import duties
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.facilities.states import SiteState


def duty_code(kind: str) -> str:
    """The code of the target that sites of a kind prove."""
    return f"facilities.{kind}"


def visible_to(user: User) -> QuerySet[Site]:
    """The sites a person may see: those of the villages within reach (a stranger sees none)."""
    return within(user, "facilities:read", Site.objects.select_related("unit"))


def get_site(user: User, pk: int, capability: str = "facilities:read") -> Site:
    """One site of a village in which the person holds the capability; anything else is a 404."""
    rows = within(user, capability, Site.objects.select_related("unit", "town", "author"))
    return get_object_or_404(rows, pk=pk)


def villages_within(user: User, capability: str, day: dt.date) -> list[Unit]:
    """The villages standing on `day` in which a person holds a capability, in register order."""
    if user.town is None:
        return []
    return list(within(user, capability, units_on(day, town=user.town, kinds=["village"]), unit="pk"))


def closed_stage(site: Site, today: dt.date) -> dt.date | None:
    """The last due day of a town's share that the site's day of building reaches and that is closed; None where none is."""
    if site.built_on is None:
        return None
    stages = Obligation.objects.filter(
        town=site.town,
        requirement__proves=duty_code(site.kind),
        town_share=True,
        dropped_on__isnull=True,
        due_on__gte=site.built_on,
        closes_on__lt=today,
    )
    return stages.order_by("-due_on").values_list("due_on", flat=True).first()


def asked_kinds(town: Unit) -> set[str]:
    """The kinds of sites that a confirmed task of the town asks for."""
    proves = Requirement.objects.filter(
        task__version__plan__town=town, task__confirmed_on__isnull=False, proves__startswith="facilities."
    )
    return {code.removeprefix("facilities.") for code in proves.values_list("proves", flat=True).distinct()}


@dataclass(frozen=True)
class Cell:
    """One kind of site in one village: how many are planned, built, waiting and accepted, and whether it is covered."""

    planned: int
    built: int
    waiting: int
    accepted: int
    covered_on: dt.date | None

    @property
    def total(self) -> int:
        return self.planned + self.built + self.waiting + self.accepted


def _cell(number: Counter[str], covered_on: dt.date | None) -> Cell:
    return Cell(
        planned=number[SiteState.PLANNED],
        built=number[SiteState.BUILT],
        waiting=number[SiteState.HANDED_IN],
        accepted=number[SiteState.ACCEPTED],
        covered_on=covered_on,
    )


def coverage(
    town: Unit, villages: list[Unit], kinds: list[str], today: dt.date
) -> dict[tuple[int, str], Cell]:
    """How each village stands with each kind. Covered is what the target of the kind says, never a second rule."""
    stand_for = successors(town, today)
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    rows = Site.objects.filter(town=town, kind__in=kinds).values_list("unit_id", "kind", "state")
    for unit, kind, state, number in rows.annotate(number=Count("pk")).order_by():
        counts[stand_for.get(unit, unit), kind][state] += number
    slots = {v.pk: Slot(v.pk, "today", today, today, None, share=Fraction(1)) for v in villages}
    targets = {duties()[duty_code(k)]: list(slots.values()) for k in kinds}
    amounts = amounts_of(town, targets, today)
    return {
        (pk, kind): _cell(counts[pk, kind], amounts[duty_code(kind), slot].met_on)
        for pk, slot in slots.items()
        for kind in kinds
    }
