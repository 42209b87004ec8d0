"""What the pages of the ledger read: requirements with their tasks, units of the columns, obligations, in few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.http import Http404

from sanzhi.domain.periods import DEFAULT_GRACE
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.foundation.people.models import Post
from sanzhi.foundation.people.queries import leaves_on
from sanzhi.kit import registry
from sanzhi.kit.access import within
from sanzhi.kit.ledger.models import (
    Exemption,
    Obligation,
    PlanVersion,
    Requirement,
    StandingLook,
    Task,
    VillagePick,
)
from sanzhi.kit.ledger.queries import requirements_of, visible_to
from sanzhi.kit.ledger.standing import Stand, slot_of, source_of
from sanzhi.kit.measures.declarations import Holds, Reached, Source, rows_of
from sanzhi.kit.measures.engine import rows_behind
from sanzhi.steering.plans.ledger.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Column:
    """A unit that a board has a column for."""

    pk: int
    name: str
    kind: str


def month_of(day: dt.date) -> str:
    """2022-05."""
    return f"{day.year:04d}-{day.month:02d}"


def columns(viewer: Viewer) -> list[Column]:
    """Villages and offices standing today within the person's reach, in register order."""
    rows = within(
        viewer.user,
        "ledger:read",
        units_on(viewer.today, town=viewer.town, kinds=(UnitKind.VILLAGE, UnitKind.OFFICE)),
        unit="pk",
    )
    return [Column(*row) for row in rows.values_list("pk", "short_name", "kind")]


def former(viewer: Viewer, ids: Iterable[int]) -> list[Column]:
    """Units that owe but stand no longer (their last columns on a board)."""
    rows = Unit.objects.filter(pk__in=list(ids)).order_by("position", "code")
    return [Column(*row) for row in rows.values_list("pk", "short_name", "kind")]


def own_obligations(viewer: Viewer) -> QuerySet[Obligation]:
    """What the person's own units owe: the office or the village they work in, not the whole town they may read about."""
    rows = visible_to(viewer.user, viewer.town, "ledger:mine")
    small = [u.pk for u in viewer.own_units if u.kind not in (UnitKind.TOWN, UnitKind.COUNTY)]
    if len(small) == len(viewer.own_units):
        return rows
    return rows.filter(unit__in=[u.pk for u in viewer.own_units])


def own_posts(viewer: Viewer) -> set[int]:
    """The posts the person holds today or left within the days of grace, and those the person stands in for."""
    person = viewer.user.person_id
    if person is None:
        return set()
    gone = viewer.today - dt.timedelta(days=DEFAULT_GRACE)
    held = Post.objects.filter(person=person, opened_on__lte=viewer.today)
    held = held.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=gone))
    return {
        *held.values_list("pk", flat=True),
        *leaves_on(viewer.today).filter(stand_in=person).order_by().values_list("post_id", flat=True),
    }


def posts_named(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """What each post is and who holds it."""
    rows = Post.objects.filter(pk__in=list(ids)).select_related("person").only("kind", "person__name")
    return {p.pk: (p.get_kind_display(), p.person.name) for p in rows}


def plans_of(viewer: Viewer) -> QuerySet[PlanVersion]:
    """All versions of the town's plans, the long texts left behind."""
    return (
        PlanVersion.objects.filter(plan__town=viewer.town)
        .defer("text", "reading")
        .select_related("plan")
        .annotate(
            tasks_count=Count("tasks", filter=Q(tasks__kind=Task.Kind.TASK)),
            demands_count=Count("tasks", filter=Q(tasks__kind=Task.Kind.DEMAND)),
        )
        .order_by("plan__code", "-number")
    )


def find_task(viewer: Viewer, key: str) -> Task:
    """The task that an address names (P1-T07, or T07 where one plan has it), in its latest confirmed version. Else 404."""
    plan, _dash, code = key.rpartition("-")
    rows = Task.objects.filter(code=code, version__plan__town=viewer.town).exclude(
        version__state=PlanVersion.State.DISCARDED
    )
    if plan:
        rows = rows.filter(version__plan__code=plan)
    rows = rows.select_related("version__plan__town").prefetch_related("units__unit")
    found = rows.order_by(F("confirmed_on").desc(nulls_last=True), "-version__number").first()
    if found is None:
        raise Http404
    return found


def task_of(viewer: Viewer, pk: int) -> Task:
    """A task of the town by its key, with its document."""
    rows = Task.objects.filter(version__plan__town=viewer.town)
    return rows.select_related("version__plan__town").prefetch_related("units__unit").get(pk=pk)


def exemption_of(obligation: Obligation) -> Exemption | None:
    """The exemption in force."""
    return obligation.exemptions.filter(revoked_on__isnull=True).first()


def versions_with(task: Task) -> list[Task]:
    """The same undertaking in all versions of its plan, latest first."""
    return list(
        Task.objects.filter(code=task.code, version__plan=task.version.plan)
        .defer("version__text", "version__reading")
        .select_related("version__plan")
        .order_by("-version__number")
    )


def requirements_through_versions(viewer: Viewer, task: Task) -> list[Requirement]:
    """What the task asks in every confirmed version of its plan: earlier periods stay judged by theirs."""
    rows = requirements_of(viewer.town).filter(task__code=task.code, task__version__plan=task.version.plan)
    return list(rows)


def find_obligation(viewer: Viewer, pk: int) -> Obligation:
    """An obligation within the person's reach, with everything its page shows. Else 404."""
    found = (
        visible_to(viewer.user, viewer.town)
        .select_related("requirement__task__version__plan__town", "unit", "town", "handed_to")
        .defer("requirement__task__version__text", "requirement__task__version__reading")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def due_days(viewer: Viewer, first: dt.date, last: dt.date, *, whole: bool) -> list[dict[str, Any]]:
    """How many obligations of each requirement are due or close on each day of a span, no states asked."""
    rows = visible_to(viewer.user, viewer.town) if whole else own_obligations(viewer)
    rows = rows.filter(dropped_on__isnull=True, handed_to__isnull=True).order_by()
    found: list[dict[str, Any]] = []
    for kind in ("due_on", "closes_on"):
        grouped = rows.filter(**{f"{kind}__gte": first, f"{kind}__lte": last}).values(
            "requirement__what",
            "requirement__task__heading",
            "requirement__task__code",
            "requirement__task__version__plan__code",
            day=F(kind),
        )
        found += [
            row | {"kind": kind}
            for row in grouped.annotate(n=Count("pk")).order_by("day", "requirement__task__position")
        ]
    return found


def unit_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, str]:
    """Short names by unit, in register order."""
    rows = Unit.objects.filter(pk__in=list(ids)).order_by("position", "code")
    return dict(rows.values_list("pk", "short_name"))


def looks_of(task: Task) -> QuerySet[StandingLook]:
    """The monthly looks at a standing task, latest first."""
    return StandingLook.objects.filter(plan=task.version.plan, task_code=task.code).order_by("-month")


def picks_of(task: Task) -> list[Unit]:
    """The villages picked for a task, in register order."""
    picks = VillagePick.objects.filter(
        plan=task.version.plan, task_code=task.code, dropped_on__isnull=True
    ).select_related("unit")
    return sorted((p.unit for p in picks), key=lambda u: (u.position, u.code))


def villages_of(viewer: Viewer) -> list[Unit]:
    """The town's villages today."""
    return list(units_on(viewer.today, town=viewer.town, kinds=(UnitKind.VILLAGE,)))


def records_behind(obligation: Obligation) -> Any:
    """The very rows that a figure opens to."""
    return rows_behind(source_of(obligation.requirement), obligation.town, slot_of(obligation))


def waiting_records(viewer: Viewer, stands: Sequence[Stand]) -> list[tuple[Stand, Any]]:
    """What was handed in for waiting obligations and nobody has judged yet: (obligation, record), a query per source."""
    waiting: dict[Source, list[Stand]] = {}
    for stand in stands:
        if stand.waits and not (stand.obligation.town_share and stand.amount and stand.amount.denominator):
            waiting.setdefault(source_of(stand.obligation.requirement), []).append(stand)
    found = []
    for source, mine in waiting.items():
        by_slot = {(s.obligation.unit_id, slot_of(s.obligation).requirement): s for s in reversed(mine)}
        for row in _unjudged(source, viewer.town, by_slot):
            waits_for = by_slot.get((row.of_unit, row.of_requirement))
            if waits_for is not None:
                found.append((waits_for, row))
    return found


def _unjudged(source: Source, town: Unit, by_slot: Mapping[tuple[int, int], Stand]) -> list[Any]:
    parts = rows_of(source)
    if isinstance(parts, Holds) or parts.waits is None:
        return []
    unit = parts.subject if isinstance(parts, Reached) else parts.unit
    requirement = None if isinstance(parts, Reached) else parts.requirement
    rows = (
        parts.rows()
        .filter(parts.waits, town=town)
        .annotate(of_unit=F(unit), of_requirement=F(requirement) if requirement else Value(0))
    )
    if requirement:
        rows = rows.filter(**{f"{requirement}__in": {r for _unit, r in by_slot}})
    return list(rows.order_by("pk")[:200])


def history(chain: str, subjects: Mapping[str, Iterable[int]], limit: int = 50) -> list[AuditEntry]:
    """What was done to these rows, latest first: label of the model → keys."""
    named = [f"{label}:{pk}" for label, keys in subjects.items() for pk in keys]
    return list(
        AuditEntry.objects.filter(chain=chain, subject__in=named)
        .select_related("payload")
        .order_by("-seq")[:limit]
    )


def detail_url(source_code: str, row: Any) -> str:
    """The page of a record in its room; empty where the room has none."""
    room = registry.room_of(source_code)
    return room.detail(row) if room is not None and room.detail is not None else ""
