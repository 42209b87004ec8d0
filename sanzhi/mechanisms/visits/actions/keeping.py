"""Writing the rows of outings, and keeping true what they repeat: links, whether a row counts, what settles a month."""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sanzhi.domain.periods import month_end
from sanzhi.foundation.accounts.models import User
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.actions.checking import Walker
from sanzhi.mechanisms.visits.actions.sent import Tick
from sanzhi.mechanisms.visits.models import FollowUp, Outing, OutingVersion, Visit, VisitTopic, Went

BATCH = 500
Month = tuple[int, int, int]
"""A household in a month: its key, year and month."""


def went_rows(outing: Outing, walkers: Iterable[Walker], received_on: dt.date) -> list[Went]:
    """Rows, not yet written, of for whom an outing counts."""
    return [
        Went(
            outing=outing,
            town_id=outing.town_id,
            unit_id=outing.unit_id,
            post_id=w.post,
            link_id=w.link,
            stand_in_id=w.stand_in,
            happened_on=outing.happened_on,
            received_on=received_on,
            counts=outing.counts,
        )
        for w in walkers
    ]


def visit_rows(outing: Outing, ticks: Iterable[Tick], received_on: dt.date) -> list[Visit]:
    """Rows, not yet written, of the doors of an outing."""
    return [
        Visit(
            outing=outing,
            town_id=outing.town_id,
            household_id=t.household,
            group_id=outing.unit_id,
            happened_on=outing.happened_on,
            received_on=received_on,
            half_day=outing.half_day,
            outcome=t.outcome,
            counts=outing.counts,
            follow_up=t.follow_up,
        )
        for t in ticks
    ]


def write_topics(visits: Iterable[Visit], ticks: Iterable[Tick]) -> None:
    """Name what came up behind these doors, in place of what was named before."""
    topics = {t.household: t.topics for t in ticks}
    rows = [VisitTopic(visit=v, code=code) for v in visits for code in dict.fromkeys(topics[v.household_id])]
    VisitTopic.objects.bulk_create(rows, batch_size=BATCH)


def open_matters(visits: Sequence[Visit], ticks: Iterable[Tick], village: int, today: dt.date) -> None:
    """Enter what is to be followed up: owed by the village, due in fifteen days (its own), kept for ninety at most."""
    topics = {t.household: t.topics for t in ticks if t.follow_up}
    FollowUp.objects.bulk_create(
        (
            FollowUp(
                town_id=v.town_id,
                unit_id=village,
                group_id=v.group_id,
                outing_id=v.outing_id,
                visit=v,
                topic=topics[v.household_id][0],
                opened_on=today,
                due_on=today + rules.DAYS_TO_SETTLE,
                expires_on=today + rules.LONGEST_MATTER,
            )
            for v in visits
            if v.follow_up
        ),
        batch_size=BATCH,
    )


def drop_matters(visits: Iterable[int], today: dt.date) -> int:
    """End what was to follow from doors that no longer say so; what was settled stays."""
    open_ones = FollowUp.objects.filter(
        visit__in=list(visits), settled_on__isnull=True, dropped_on__isnull=True
    )
    return open_ones.update(dropped_on=today)


def months_of(visits: Iterable[Visit]) -> set[Month]:
    """The months of households that these rows touch."""
    return {(v.household_id, v.happened_on.year, v.happened_on.month) for v in visits}


def resettle(months: set[Month]) -> list[Visit]:
    """Say anew which rows close these households for these months; returns the rows that now say something else.

    The households are locked by whoever calls.
    """
    if not months:
        return []
    first = min(dt.date(year, month, 1) for _, year, month in months)
    last = max(month_end(year, month) for _, year, month in months)
    households = {household for household, _, _ in months}
    by_month: dict[Month, list[Visit]] = defaultdict(list)
    for row in Visit.objects.filter(household__in=households, happened_on__range=(first, last)):
        by_month[row.household_id, row.happened_on.year, row.happened_on.month].append(row)
    other: dict[bool, list[Visit]] = {True: [], False: []}
    for month in sorted(months):
        rows = by_month[month]
        closing = rules.settling(
            rules.Attempt(r.pk, r.happened_on, r.half_day, r.outcome, r.received_on) for r in rows if r.counts
        )
        for row in rows:
            if row.settles != (row.pk in closing):
                row.settles = not row.settles
                other[row.settles].append(row)
    for settles, rows in other.items():
        for start in range(0, len(rows), BATCH):
            keys = [r.pk for r in rows[start : start + BATCH]]
            Visit.objects.filter(pk__in=keys).update(settles=settles)
    return other[True] + other[False]


def content_of(outing: Outing, went: Iterable[Went], visits: Iterable[Visit]) -> dict[str, Any]:
    """What an outing says, in full, as its old version is kept."""
    return {
        "on": outing.happened_on.isoformat(),
        "half_day": outing.half_day,
        "note": outing.note,
        "went": sorted([w.post_id, w.stand_in_id or 0, w.received_on.isoformat()] for w in went),
        "doors": sorted(
            [
                v.household_id,
                v.outcome,
                sorted(t.code for t in v.topics.all()),
                v.follow_up,
                v.received_on.isoformat(),
            ]
            for v in visits
        ),
    }


def keep_version(
    outing: Outing, went: Sequence[Went], visits: Sequence[Visit], by: User, reason: str, at: dt.datetime
) -> None:
    """Keep what an outing said so far, under its number."""
    OutingVersion.objects.create(
        outing=outing,
        number=outing.version,
        content=content_of(outing, went, visits),
        made_at=at,
        by=by,
        reason=reason,
    )


def rewrite_went(
    outing: Outing, old: Sequence[Went], walkers: Sequence[Walker], today: dt.date
) -> list[Went]:
    """Put who went right; a row that says the same keeps its day of receipt. Returns all rows that changed, old and new."""
    wanted = {w.post: w for w in walkers}
    same = {
        w.post_id
        for w in old
        if w.happened_on == outing.happened_on
        and w.post_id in wanted
        and (w.stand_in_id, w.link_id) == (wanted[w.post_id].stand_in, wanted[w.post_id].link)
    }
    gone = [w for w in old if w.post_id not in same]
    Went.objects.filter(pk__in=[w.pk for w in gone]).delete()
    new = went_rows(outing, (w for w in walkers if w.post not in same), today)
    Went.objects.bulk_create(new)
    return gone + new


def rewrite_visits(
    outing: Outing, old: Sequence[Visit], ticks: Sequence[Tick], village: int, today: dt.date
) -> list[Visit]:
    """Put the doors right. A door that says the same keeps its day of receipt, a changed or new one gets today's (case 2).

    Returns the rows that changed, as they were and as they are; topics alone are no change that counts.
    """
    before = {v.household_id: v for v in old}
    wanted = {t.household: t for t in ticks}
    gone = [v for v in old if v.household_id not in wanted]
    drop_matters([v.pk for v in gone], today)
    kept: list[Visit] = []
    told: list[Visit] = list(gone)
    dirty: list[Visit] = []
    for household, visit in before.items():
        tick = wanted.get(household)
        if tick is None:
            continue
        if (visit.outcome, visit.happened_on, visit.half_day) != (
            tick.outcome,
            outing.happened_on,
            outing.half_day,
        ):
            told.append(copy.copy(visit))
            visit.outcome, visit.received_on = tick.outcome, today
            visit.happened_on, visit.half_day = outing.happened_on, outing.half_day
            told.append(visit)
            dirty.append(visit)
        elif visit.follow_up != tick.follow_up:
            dirty.append(visit)
        visit.follow_up = tick.follow_up
        kept.append(visit)
    VisitTopic.objects.filter(visit__in=[v.pk for v in old]).delete()
    Visit.objects.filter(pk__in=[v.pk for v in gone]).delete()
    Visit.objects.bulk_update(dirty, ["outcome", "received_on", "happened_on", "half_day", "follow_up"])
    new = visit_rows(outing, (t for t in ticks if t.household not in before), today)
    Visit.objects.bulk_create(new)
    write_topics([*kept, *new], ticks)
    _follow(kept, ticks, village, today)
    open_matters(new, ticks, village, today)
    return told + new


def _follow(kept: Sequence[Visit], ticks: Iterable[Tick], village: int, today: dt.date) -> None:
    """What is to follow from doors that stay: end it where the mark went, open it where it came, keep its topic true."""
    drop_matters([v.pk for v in kept if not v.follow_up], today)
    topics = {t.household: t.topics for t in ticks}
    known = {m.visit_id: m for m in FollowUp.objects.filter(visit__in=[v.pk for v in kept if v.follow_up])}
    for visit in kept:
        matter = known.get(visit.pk)
        if matter is None or matter.settled_on is not None:
            continue
        if matter.dropped_on is not None:
            matter.dropped_on, matter.opened_on = None, today
            matter.due_on, matter.expires_on = today + rules.DAYS_TO_SETTLE, today + rules.LONGEST_MATTER
        if matter.topic not in topics[visit.household_id]:
            matter.topic = topics[visit.household_id][0]
        matter.save()
    open_matters([v for v in kept if v.follow_up and v.pk not in known], ticks, village, today)
