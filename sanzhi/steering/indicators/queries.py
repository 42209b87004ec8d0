"""Reads of closed months, narrowed to the towns a person may see; and the obligations whose results they hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from sanzhi.domain.bundles import Line
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.access import can, within
from sanzhi.kit.ledger.models import Obligation
from sanzhi.steering.indicators.models import Bundle


def bundles_of(user: User) -> QuerySet[Bundle]:
    """Bundles of the towns in reach, newest month first, without their text."""
    rows = within(user, "indicators:read", Bundle.objects.select_related("town"), unit="town")
    return rows.defer("text").order_by("-month", "-revision")


def bundle_of(user: User, month: str, revision: int, town: str = "") -> Bundle:
    """One bundle, of the town with that code where several are in reach; a stranger gets 404."""
    rows = within(user, "indicators:read", Bundle.objects.select_related("town"), unit="town")
    rows = rows.filter(month=month, revision=revision).order_by("town__code")
    found = (rows.filter(town__code=town) if town else rows).first()
    if found is None:
        raise Http404
    return found


def names_in(town: Unit) -> dict[str, str]:
    """Code → short name of every unit of a town, those that no longer stand included."""
    return dict(Unit.objects.filter(town=town).values_list("code", "short_name"))


Key = tuple[str, str, str, str, str, bool]


def result_key(line: Line) -> Key:
    """What a result is of: plan, task, what is asked, unit, period, whether of the whole town."""
    return (line["plan"], line["task"], line["what"], line["unit"], line["period"], bool(line["whole"]))


def obligation_page(user: User, pk: int) -> str:
    """The page of an obligation, for who may open it; else nothing, so that no link leads to a refusal."""
    return reverse("plans:obligation", args=[pk]) if can(user, "ledger:read") else ""


def obligations_behind(user: User, town: Unit, results: Iterable[Line]) -> dict[Key, str]:
    """Result → the page of its obligation, where its very rows stand, for who may open it. What posts owe is not told apart: bundles name no
    person, so of these none is named."""
    asked = [r for r in results if not r.get("post")]
    rows = Obligation.objects.filter(
        town=town, post__isnull=True, period__in={r["period"] for r in asked}
    ).values_list(
        "requirement__task__version__plan__code",
        "requirement__task__code",
        "requirement__what",
        "unit__code",
        "period",
        "town_share",
        "pk",
    )
    known = {tuple(row[:-1]): row[-1] for row in rows}
    found: dict[Key, str] = {}
    for line in asked:
        key = result_key(line)
        # A generic duty is asked of a unit itself, though it is the town's share.
        pk = known.get(key) or known.get((*key[:-1], not key[-1]))
        if pk is not None:
            found[key] = obligation_page(user, pk)
    return found
