"""What the review of a reading shows: what is still open, names of units, tasks with all that is known of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import names_of, units_on
from sanzhi.kit.access import require
from sanzhi.kit.ledger.models import Doubt, Plan, PlanVersion, Requirement, Task, TaskUnit
from sanzhi.kit.ledger.naming import suggestion
from sanzhi.kit.ledger.owers import BLANK


def get_version(user: User, town: Unit, pk: int, capability: str = "plans:confirm") -> PlanVersion:
    """A version of the town's plans, for who may review it; 404 for another town's."""
    version = get_object_or_404(PlanVersion.objects.select_related("plan__town"), pk=pk, plan__town=town)
    require(user, capability, town)
    return version


def get_task(user: User, town: Unit, version_pk: int, pk: int) -> Task:
    """A task under review, with its units, requirements and doubts."""
    version = get_version(user, town, version_pk)
    task = get_object_or_404(full(version.tasks.all()), pk=pk)
    task.version = version
    return task


def get_requirement(user: User, town: Unit, pk: int, capability: str = "plans:read") -> Requirement:
    """A requirement of the town's plans, for who may read them; 404 for another town's."""
    rows = Requirement.objects.select_related("task__version__plan__town", "ower")
    requirement = get_object_or_404(rows, pk=pk, task__version__plan__town=town)
    require(user, capability, town)
    return requirement


def full(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with everything a page or a forecast asks of them, in a fixed number of queries."""
    return tasks.select_related("predecessor").prefetch_related("units__unit", "requirements__ower", "doubts")


def plans_open_to_a_version(town: Unit) -> QuerySet[Plan]:
    """Plans of the town of which a version was confirmed and none waits: they may get a new one."""
    of_plan = PlanVersion.objects.filter(plan=OuterRef("pk"))
    return (
        Plan.objects.filter(town=town)
        .filter(Exists(of_plan.filter(state=PlanVersion.State.CONFIRMED)))
        .exclude(Exists(of_plan.filter(state=PlanVersion.State.READ)))
        .order_by("-year", "pk")
    )


def waiting_versions(town: Unit) -> QuerySet[PlanVersion]:
    """Readings that wait to be confirmed, and confirmed ones with tasks still open."""
    return (
        PlanVersion.objects.filter(plan__town=town)
        .exclude(state=PlanVersion.State.DISCARDED)
        .annotate(open=Count("tasks", filter=Q(tasks__confirmed_on__isnull=True)))
        .filter(open__gt=0)
        .select_related("plan")
        .defer("text", "reading")
        .order_by("-pk")
    )


@dataclass(frozen=True)
class Progress:
    """What a review still lacks."""

    first_day: bool
    open_names: int
    open_doubts: int
    open_tasks: int
    tasks: int
    demands: int
    open_pairs: int

    @property
    def own_tasks(self) -> int:
        """Tasks without the demands that stand outside them."""
        return self.tasks - self.demands


def progress(version: PlanVersion, *, new: bool) -> Progress:
    """Count what is open; `new`: a version before it is confirmed, so its tasks are paired."""
    tasks = version.tasks.aggregate(
        all=Count("pk"),
        demands=Count("pk", filter=Q(kind=Task.Kind.DEMAND)),
        open=Count("pk", filter=Q(confirmed_on__isnull=True)),
        unpaired=Count("pk", filter=Q(paired=False)),
    )
    names = (
        TaskUnit.objects.filter(task__version=version, task__confirmed_on__isnull=True)
        .filter(meaning=TaskUnit.Meaning.UNMATCHED)
        .values("printed_name")
        .distinct()
        .count()
    )
    doubts = version.doubts.filter(settled_on__isnull=True).count()
    return Progress(
        version.first_day is not None,
        names,
        doubts,
        tasks["open"],
        tasks["all"],
        tasks["demands"],
        tasks["unpaired"] if new else 0,
    )


@dataclass
class Name:
    """One printed name of a version: what it means, where it stands first, how many tasks bear it, what it may mean."""

    printed: str
    meaning: str
    unit: Unit | None
    tasks: int = 0
    roles: set[str] = field(default_factory=set)
    first: Task | None = None
    confirmed: bool = True
    suggested: tuple[str, Unit | None] | None = None

    @property
    def choice(self) -> str:
        """The value of its selection: "unit:12", or the meaning."""
        return _choice(self.meaning, self.unit)

    @property
    def suggested_choice(self) -> str:
        """The suggestion's value, "" where there is none."""
        return _choice(*self.suggested) if self.suggested else ""


def _choice(meaning: str, unit: Unit | None) -> str:
    if meaning == TaskUnit.Meaning.UNIT and unit is not None:
        return f"unit:{unit.pk}"
    return "" if meaning == TaskUnit.Meaning.UNMATCHED else meaning


def names_in(version: PlanVersion, today: dt.date) -> list[Name]:
    """Every distinct printed name of a version, the unmatched first, then in the order of the document."""
    found: dict[str, Name] = {}
    rows = (
        TaskUnit.objects.filter(task__version=version)
        .select_related("unit", "task")
        .only(
            "printed_name",
            "meaning",
            "role",
            "unit__name",
            "unit__short_name",
            "unit__kind",
            "task__heading",
            "task__code",
            "task__confirmed_on",
            "task__position",
            "task__version_id",
        )
        .order_by("task__position", "position")
    )
    for row in rows:
        name = found.setdefault(
            row.printed_name, Name(row.printed_name, row.meaning, row.unit, first=row.task)
        )
        name.tasks += 1
        name.roles.add(row.role)
        if row.task.confirmed_on is None:
            # What is still open decides: tasks that were confirmed keep the meaning they had.
            name.confirmed, name.meaning, name.unit = False, row.meaning, row.unit
    names = names_of(version.plan.town, today)
    for name in found.values():
        if name.meaning == TaskUnit.Meaning.UNMATCHED:
            name.suggested = suggestion(name.printed, names)
    return sorted(found.values(), key=lambda n: n.meaning != TaskUnit.Meaning.UNMATCHED)


def units_to_choose(town: Unit, day: dt.date) -> list[Unit]:
    """Offices and villages of the town, and the town itself, as a selection offers them."""
    kinds = (UnitKind.TOWN, UnitKind.OFFICE, UnitKind.VILLAGE)
    return list(units_on(day, town=town, kinds=kinds))


def open_doubts(version: PlanVersion) -> QuerySet[Doubt]:
    """Doubts in the order of the document, unsettled first."""
    return version.doubts.select_related("task").order_by(
        F("settled_on").asc(nulls_first=True), F("task__position").asc(nulls_first=True), "pk"
    )


def doubts_by_key(version: PlanVersion, keys: Iterable[int]) -> list[Doubt]:
    """The unsettled doubts of a version with these keys."""
    return list(version.doubts.filter(pk__in=list(keys), settled_on__isnull=True))


def get_confirmed_task(user: User, town: Unit, pk: int, capability: str = "plans:read") -> Task:
    """A confirmed task of the town; 404 for another town's or one still under review."""
    rows = full(Task.objects.filter(version__plan__town=town, confirmed_on__isnull=False))
    task = get_object_or_404(rows.select_related("predecessor", "version__plan__town"), pk=pk)
    require(user, capability, town)
    return task


def first_due(requirement: Requirement) -> dt.date | None:
    """The first due day of what is owed of a requirement: until then its number and its share may change."""
    live = requirement.obligations.filter(dropped_on__isnull=True, due_on__isnull=False)
    return live.order_by("due_on").values_list("due_on", flat=True).first()


def units_with_blank_share(task: Task) -> list[Unit]:
    """Offices that owe notes per deadline because nobody wrote their share, and that have none by now."""
    rows = [r for r in task.requirements.all() if r.owers == Requirement.Owers.ONE and r.ower is not None]
    written = {r.ower_id for r in rows if BLANK not in r.what}
    found = {r.ower_id: r.ower for r in rows if BLANK in r.what and r.ower_id not in written}
    return [u for u in found.values() if u is not None]
