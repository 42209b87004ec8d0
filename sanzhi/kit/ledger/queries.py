"""Reads of the ledger that pages, figures and reminders share. Whoever looks is narrowed by `sanzhi.kit.access`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import FilteredRelation, Q, QuerySet

from sanzhi.domain.tree import keys
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import RegisterChange, Unit
from sanzhi.kit.access import paths, units_within
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Requirement
from sanzhi.kit.measures.models import Touch


@dataclass(slots=True)
class Owed:
    """An obligation as boards read it: its own columns and the shared requirement, no model behind each of its keys.

    `exempt_reason` None: not exempt. Whatever asks how it stands takes it like an `Obligation`.
    """

    pk: int
    requirement_id: int
    unit_id: int
    post_id: int | None
    period: str
    begins_on: dt.date
    due_on: dt.date | None
    closes_on: dt.date | None
    contributes: bool
    town_share: bool
    dropped_on: dt.date | None
    handed_to_id: int | None
    anew_on: dt.date | None
    exempt_reason: str | None
    requirement: Requirement


_OWN = (
    "pk",
    "requirement_id",
    "unit_id",
    "post_id",
    "period",
    "begins_on",
    "due_on",
    "closes_on",
    "contributes",
    "town_share",
    "dropped_on",
    "handed_to_id",
    "anew_on",
)


def requirements_of(town: Unit) -> QuerySet[Requirement]:
    """Requirements of the confirmed tasks of a town, each with task, version and plan; the long texts stay behind."""
    return (
        Requirement.objects.filter(
            task__version__plan__town=town,
            task__version__state=PlanVersion.State.CONFIRMED,
            task__confirmed_on__isnull=False,
        )
        .select_related("task__version__plan")
        .defer("task__version__text", "task__version__reading")
        .order_by("task__version__plan", "task__version", "task__position", "position")
    )


def obligations_of(town: Unit) -> QuerySet[Obligation]:
    """Every obligation of a town, withdrawn ones included: they say so."""
    return Obligation.objects.filter(town=town)


def visible_to(user: User, town: Unit, capability: str = "ledger:read") -> QuerySet[Obligation]:
    """The obligations of a town that a person may read about: the whole town's, or those of the units in reach.

    They bear the town already, so nothing else is asked of the register where the reach is the town itself.
    """
    reach = paths(user, capability)
    if not reach:
        return Obligation.objects.none()
    rows = obligations_of(town)
    if any(keys(path)[-1] == town.pk for path in reach):
        return rows
    return rows.filter(unit__in=units_within(reach))


def light(rows: QuerySet[Obligation], requirements: Mapping[int, Requirement]) -> list[Owed]:
    """The rows without a model for each: one query, exemptions in force included; other requirements are left out."""
    read = (
        rows.annotate(
            exemption=FilteredRelation("exemptions", condition=Q(exemptions__revoked_on__isnull=True))
        )
        .order_by("due_on", "pk")
        .values_list(*_OWN, "exemption__reason")
    )
    try:
        sql, values = read.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        # The driver gives days and truths as they are; to pass each through its field again would take as long as all else.
        cursor.execute(sql, values)
        return [Owed(*(*row, requirements[row[1]])) for row in cursor.fetchall() if row[1] in requirements]


def by_key(requirements: Iterable[Requirement]) -> dict[int, Requirement]:
    """Requirements by their key, in their order."""
    return {r.pk: r for r in requirements}


def touched(town: Unit) -> QuerySet[Obligation]:
    """The obligations whose figures a touch or a change of a register may have changed: of the touched units in the
    touched days, and the town's shares. A change that names no unit, and very many touches, mean the whole town's."""
    rows = Obligation.objects.filter(town=town, dropped_on__isnull=True)
    touches = Touch.objects.filter(town=town).values_list("unit_id", "since", "until").distinct()
    changes = RegisterChange.objects.filter(town=town).values_list("unit_id", "since").distinct()
    found: list[tuple[int | None, dt.date, dt.date | None]] = list(touches[: AT_MOST + 1])
    found += [(unit, since, None) for unit, since in changes[: AT_MOST + 1]]
    if not found or len(found) > AT_MOST or any(unit is None for unit, _, _ in found):
        return rows if found else rows.none()
    first = min(since for _, since, _ in found)
    # Named, so that the town's other obligations are not looked through for its few shares.
    leads = Obligation.objects.filter(town=town, town_share=True).values_list("unit_id", flat=True).distinct()
    units = {unit for unit, _, _ in found} | set(leads)
    asked = Q(town_share=True) & (Q(closes_on__isnull=True) | Q(closes_on__gte=first))
    for unit, since, until in found:
        mine = Q(unit=unit) & (Q(closes_on__isnull=True) | Q(closes_on__gte=since))
        asked |= mine & Q(begins_on__lte=until) if until is not None else mine
    return rows.filter(asked, unit__in=units)


AT_MOST = 100
"""So many touches are looked up one by one."""
