"""Reads of closed months, narrowed to the towns a person may see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.access import within
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
