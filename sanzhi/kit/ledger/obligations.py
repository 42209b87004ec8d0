"""Making the obligations of a confirmed task: requirement × ower × period, within what its version rules (case 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sanzhi.domain.periods import DaySpan, Every, Period, Span, closes_on, owed_periods
from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.versions import Version, version_for_period, version_in_force
from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Requirement, Task
from sanzhi.kit.ledger.owers import Ower, Register, owers, responsible
from sanzhi.kit.measures.declarations import Duty, Source
from sanzhi.kit.measures.slots import by_half

BY_DAY_KINDS = (Requirement.Kind.BY_DAY, Requirement.Kind.SHARE_BY_DAY, Requirement.Kind.COUNT_BY_DAY)
OPEN_PERIOD = "open"
Ruling = tuple[Version, list[Version]]


def ruling_of(version: PlanVersion, today: dt.date) -> Ruling | None:
    """A version as the rule of case 13 knows it, and all versions of its plan; None without a first day.

    This one is taken as confirmed on its day or today. Readings that were given up do not count: the first that was
    kept is the plan's first.
    """
    if version.first_day is None:
        return None
    known: dict[int, Version] = {}
    kept = version.plan.versions.exclude(state=PlanVersion.State.DISCARDED).order_by("number")
    for rank, row in enumerate(kept.only("first_day", "confirmed_on", "number"), 1):
        mine = row.pk == version.pk
        first_day = version.first_day if mine else row.first_day
        confirmed = row.confirmed_on or (today if mine else None)
        if first_day is not None and confirmed is not None:
            known[row.pk] = Version(rank, first_day, confirmed)
    return (known[version.pk], list(known.values())) if version.pk in known else None


def spans_of(requirement: Requirement, year: int, ruling: Ruling) -> list[tuple[str, Span | None]]:
    """The periods or the stage a requirement is owed for under its version: (code, span); span None = no due day."""
    mine, versions = ruling
    first = min(v.first_day for v in versions)
    if requirement.kind in BY_DAY_KINDS and requirement.due_on is not None:
        ruled_by = version_in_force(versions, requirement.due_on)
        # A deadline before the plan's first day was read with a doubt; it is owed by the first version all the same.
        if (ruled_by.number if ruled_by is not None else 1) != mine.number:
            return []
        span = DaySpan(min(first, requirement.due_on), requirement.due_on)
        return [(span.code, span)]
    if requirement.kind == Requirement.Kind.EVERY:
        periods: Iterable[Period] = owed_periods(Every(requirement.every), first, year, statutory_calendar())
        found = [(p, version_for_period(versions, p)) for p in periods]
        return [
            (p.code, p) for p, ruled_by in found if ruled_by is not None and ruled_by.number == mine.number
        ]
    if requirement.kind == Requirement.Kind.UNSET:
        return [(OPEN_PERIOD, None)]
    return []


def ruled_by(obligation: Obligation, versions: Iterable[Version], today: dt.date) -> Version | None:
    """The version that rules what an obligation is owed for: its period's first day, its due day, today for an open one."""
    if obligation.requirement.kind == Requirement.Kind.EVERY:
        return version_for_period(versions, parse_period(obligation.period))
    return version_in_force(versions, obligation.due_on or today)


def wanted(
    task: Task, town: Unit, today: dt.date, *, register: Register | None = None, ruling: Ruling | None = None
) -> list[Obligation]:
    """The obligations a task asks for, unsaved; `today` is the day of confirmation.

    `register` and `ruling` spare the reads that all tasks of a version share.
    """
    version = task.version
    ruling = ruling or ruling_of(version, today)
    if ruling is None:
        return []
    day = max(today, ruling[0].first_day)
    register = register or Register(town, day)
    found = responsible(task, town, day, register)
    first = min(v.first_day for v in ruling[1])
    rows = []
    for requirement in task.requirements.all():
        spans = spans_of(requirement, version.plan.year, ruling)
        if not spans:
            continue
        duty = registry.duties().get(requirement.proves)
        due = duty.due_on if isinstance(duty, Duty) else None
        who = owers(requirement, found)
        by_post = isinstance(duty, Duty) and duty.by_post and requirement.kind == Requirement.Kind.EVERY
        for code, span in spans:
            due_on = span.last if span is not None else None
            if due is not None and isinstance(span, Period):
                due_on = due(span)
            owing = (
                [(o, p) for o, p in _posts(duty, who, span, today, register)]
                if by_post
                else [(o, None) for o in who]
            )
            for ower, post in owing:
                rows.append(
                    Obligation(
                        requirement=requirement,
                        town=town,
                        unit=ower.unit,
                        post_id=post,
                        period=code,
                        begins_on=span.first if span else first,
                        due_on=due_on,
                        closes_on=closes_on(span) if span else None,
                        contributes=ower.contributes,
                        town_share=ower.whole,
                    )
                )
    return rows


AHEAD = dt.timedelta(days=7)
"""What posts owe is made so far ahead: it hangs on links and leave that change."""


def _posts(
    duty: Source | None, who: Iterable[Ower], span: Span | None, today: dt.date, register: Register
) -> list[tuple[Ower, int]]:
    """The posts that owe a period, each with the village under which it is shown; none of a period far ahead."""
    if not isinstance(duty, Duty) or duty.owed_by is None or span is None or span.first > today + AHEAD:
        return []
    by_unit = {o.unit.pk: o for o in who if not o.whole}
    standing = by_half(register.spells(duty.owed_by), span.first, span.last)
    posts = {s.owner for s in standing if s.owner}
    placed = sorted((register.unit_of_post.get(post, 0), post) for post in posts)
    return [(by_unit[unit], post) for unit, post in placed if unit in by_unit]
