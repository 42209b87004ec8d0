"""Making the obligations of a confirmed task: requirement × ower × period, within what its version rules (case 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sanzhi.domain.periods import DaySpan, Every, Period, Span, closes_on, owed_periods
from sanzhi.domain.versions import Version, version_for_period, version_in_force
from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Requirement, Task
from sanzhi.kit.ledger.owers import owers, responsible

BY_DAY_KINDS = (Requirement.Kind.BY_DAY, Requirement.Kind.SHARE_BY_DAY, Requirement.Kind.COUNT_BY_DAY)
OPEN_PERIOD = "open"


def versions_of(version: PlanVersion, today: dt.date) -> list[Version]:
    """All versions of the plan that rule or will, this one taken as confirmed on its day or today."""
    known = []
    for v in version.plan.versions.exclude(state=PlanVersion.State.DISCARDED):
        confirmed = v.confirmed_on or (today if v.pk == version.pk else None)
        if v.first_day is not None and confirmed is not None:
            known.append(Version(v.number, v.first_day, confirmed))
    return known


def spans_of(requirement: Requirement, version: PlanVersion, versions: list[Version]) -> list[tuple[str, Span | None]]:
    """The periods or the stage a requirement is owed for under its version: (code, span); span None = no due day."""
    first_day = version.first_day
    if first_day is None:
        return []
    if requirement.kind in BY_DAY_KINDS and requirement.due_on is not None:
        ruling = version_in_force(versions, requirement.due_on)
        # A deadline before the plan's first day was read with a doubt; it is owed by the first version all the same.
        if ruling is not None and ruling.number != version.number:
            return []
        if ruling is None and version.number != 1:
            return []
        span = DaySpan(min(first_day, requirement.due_on), requirement.due_on)
        return [(span.code, span)]
    if requirement.kind == Requirement.Kind.EVERY:
        every = Every(requirement.every)
        first = min(v.first_day for v in versions)
        periods: Iterable[Period] = owed_periods(every, first, version.plan.year, statutory_calendar())
        mine = []
        for period in periods:
            ruling = version_for_period(versions, period)
            if ruling is not None and ruling.number == version.number:
                mine.append((period.code, period))
        return mine
    if requirement.kind == Requirement.Kind.UNSET:
        return [(OPEN_PERIOD, None)]
    return []


def wanted(task: Task, town: Unit, today: dt.date) -> list[Obligation]:
    """The obligations a task asks for, unsaved; `today` is the day of confirmation."""
    version = task.version
    versions = versions_of(version, today)
    found = responsible(task, town, max(today, version.first_day or today))
    rows = []
    for requirement in task.requirements.all():
        for code, span in spans_of(requirement, version, versions):
            for ower in owers(requirement, found):
                rows.append(
                    Obligation(
                        requirement=requirement,
                        town=town,
                        unit=ower.unit,
                        period=code,
                        begins_on=span.first if span else version.first_day,
                        due_on=span.last if span else None,
                        closes_on=closes_on(span) if span else None,
                        contributes=ower.contributes,
                        town_share=ower.whole,
                    )
                )
    return rows
