"""Outings: recorded, corrected, confirmed, void. Every write recounts what closes the households it touches."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Household, Post
from sanzhi.kit.measures.freshness import changed
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.actions import keeping
from sanzhi.mechanisms.visits.actions.checking import Ground, Walker, check, state_of, walkers
from sanzhi.mechanisms.visits.actions.sent import NewOuting, Tick
from sanzhi.mechanisms.visits.models import Outing, Visit, Went
from sanzhi.mechanisms.visits.queries.places import town_unit
from sanzhi.mechanisms.visits.states import next_state


@action("visits.record_outing", "记录走访")
def record_outing(
    *,
    by: User,
    group: Unit,
    on: dt.date,
    half_day: str,
    went: Sequence[Post],
    ticks: Sequence[Tick],
    note: str = "",
    author: User | None = None,
    late_reason: str = "",
    on_paper: bool = False,
    sheet_number: str = "",
    uid: uuid.UUID | None = None,
) -> Outing:
    """Record one walk. `author`: for whom a sheet is copied in; `by` is then the typist.

    It waits for the secretary where the author's term had ended by today. Refuses days to come, people not of the village
    or not in office, households that did not stand in the group, nothing done, and what is late without a reason.
    """
    typist = by if author is not None and author.pk != by.pk else None
    new = NewOuting(
        author or by, group, on, half_day, went, ticks, note, late_reason, typist, on_paper, sheet_number, uid
    )
    (outing,) = _record([new])
    return outing


@action("visits.record_outings", "记录多次走访")
def record_outings(*, by: Actor, outings: Sequence[NewOuting]) -> list[Outing]:
    """Record many walks at once, all or none (a demonstration, sheets of a week); each is checked as one alone is."""
    return _record(outings)


def _record(outings: Sequence[NewOuting]) -> list[Outing]:
    today, moment = clock.today(), clock.now()
    ground = Ground(outings)
    for new in outings:
        check(new, ground, today)
    rows = [
        Outing(
            uid=new.uid or uuid.uuid4(),
            town=town_unit(new.group),
            unit=new.group,
            happened_on=new.on,
            received_at=moment,
            received_on=today,
            author=new.author,
            typist=new.typist,
            half_day=new.half_day,
            state=state,
            note=rules.checked_text("note", new.note),
            late_reason=rules.checked_late(new.on, new.late_reason, today),
            on_paper=new.on_paper,
            sheet_number=new.sheet_number.strip()[:24],
        )
        for new, state in zip(outings, state_of(outings, ground, today), strict=True)
    ]
    Outing.objects.bulk_create(rows, batch_size=keeping.BATCH)
    went: list[Went] = []
    visits: list[Visit] = []
    by_outing = []
    for row, new in zip(rows, outings, strict=True):
        went += keeping.went_rows(row, walkers(new, ground), today)
        by_outing.append(keeping.visit_rows(row, new.ticks, today))
        visits += by_outing[-1]
    Went.objects.bulk_create(went, batch_size=keeping.BATCH)
    Visit.objects.bulk_create(visits, batch_size=keeping.BATCH)
    for row, new, mine in zip(rows, outings, by_outing, strict=True):
        if any(t.topics for t in new.ticks):
            keeping.write_topics(mine, new.ticks)
            village = ground.village_of(row.unit_id, row.happened_on)
            keeping.open_matters(mine, new.ticks, village or row.unit_id, today)
        about(row, **_said(row, new))
    settled = keeping.resettle(keeping.months_of(v for v in visits if v.counts))
    changed(*went, *_each(visits, settled))
    return rows


def _said(row: Outing, new: NewOuting) -> dict[str, Any]:
    """What the chain keeps of an outing: keys and numbers, no outcome of a household."""
    return {
        "unit": new.group.code,
        "on": row.happened_on,
        "half_day": row.half_day,
        "state": row.state,
        "went": [p.pk for p in new.went],
        "households": sorted(t.household for t in new.ticks),
        "outcomes": dict(Counter(t.outcome for t in new.ticks)),
        "late_reason": row.late_reason,
        "sheet": row.sheet_number,
    }


def _each(*rows: Sequence[Visit]) -> list[Visit]:
    """The rows of several lists, each once."""
    return list({v.pk or id(v): v for some in rows for v in some}.values())


def _locked(outing: Outing) -> Outing:
    """The outing as it is now, locked. Its households come after it, in the order of their keys."""
    rows = Outing.objects.select_for_update(of=("self",)).select_related("unit", "town", "author", "typist")
    return rows.get(pk=outing.pk)


def _rows(outing: Outing) -> tuple[list[Went], list[Visit]]:
    return list(outing.went.all()), list(outing.visits.prefetch_related("topics").order_by("household_id"))


@action("visits.correct_outing", "更正走访")
def correct_outing(
    *,
    by: User,
    outing: Outing,
    on: dt.date,
    half_day: str,
    went: Sequence[Post],
    ticks: Sequence[Tick],
    note: str = "",
    reason: str = "",
    version: int | None = None,
) -> Outing:
    """Put an outing right. What it said is kept as a version; doors that say the same keep their day of receipt.

    `version`: the number its editor had before them. Refuses an edit of what somebody else corrected meanwhile, one that
    changes nothing, what `record_outing` refuses, and in a closed period one without a reason.
    """
    today, moment = clock.today(), clock.now()
    row = _locked(outing)
    state = next_state(row.state, "correct")
    if version is not None and version != row.version:
        raise Problem("visits.changed_meanwhile")
    new = NewOuting(
        row.author,
        row.unit,
        on,
        half_day,
        went,
        ticks,
        note,
        reason,
        row.typist,
        row.on_paper,
        row.sheet_number,
    )
    old_went, old_visits = _rows(row)
    ground = Ground([new], also=[v.household_id for v in old_visits])
    check(new, ground, today)
    before = keeping.content_of(row, old_went, old_visits)
    walked = walkers(new, ground)
    late = rules.checked_late(min(on, row.happened_on), reason, today)
    said = rules.checked_text("reason", reason, rules.LONGEST_REASON)
    note = rules.checked_text("note", note)
    if not _differs(before, row, new, note, walked):
        raise Problem("visits.nothing_changed")
    keeping.keep_version(row, old_went, old_visits, by, said, moment)
    row.state, row.version = state, row.version + 1
    row.happened_on, row.half_day, row.note = on, half_day, note
    row.late_reason = late or row.late_reason
    row.save()
    village = ground.village_of(row.unit_id, on) or row.unit_id
    told_went = keeping.rewrite_went(row, old_went, walked, today)
    told = keeping.rewrite_visits(row, old_visits, ticks, village, today)
    settled = keeping.resettle(keeping.months_of([*told, *old_visits]))
    changed(*told_went, *told, *settled)
    about(row, version=row.version, reason=said, **_said(row, new))
    return row


def _differs(
    before: dict[str, Any], row: Outing, new: NewOuting, note: str, walked: Sequence[Walker]
) -> bool:
    """Whether a correction says anything else than the outing does."""
    doors = sorted([t.household, t.outcome, sorted(set(t.topics)), t.follow_up] for t in new.ticks)
    went = sorted((w.post, w.stand_in or 0) for w in walked)
    head = (new.on, new.half_day, note)
    return (
        doors != [door[:4] for door in before["doors"]]
        or went != [(post, stand_in) for post, stand_in, _ in before["went"]]
        or head != (row.happened_on, row.half_day, row.note)
    )


@action("visits.void_outing", "作废走访")
def void_outing(*, by: User, outing: Outing, reason: str) -> Outing:
    """Take an outing out that should not have been entered, with a reason: it counts nowhere and stays readable."""
    today = clock.today()
    row = _locked(outing)
    row.state = next_state(row.state, "void")
    row.void_on, row.void_reason = today, rules.checked_reason(reason)
    row.save(update_fields=["state", "void_on", "void_reason"])
    about(row, state=row.state, reason=row.void_reason)
    keeping.drop_matters(row.visits.values_list("pk", flat=True), today)
    _count(row)
    return row


@action("visits.confirm_outing", "确认走访")
def confirm_outing(*, by: User, outing: Outing) -> Outing:
    """The secretary confirms an outing whose author's term had ended when it arrived: from now on it counts.

    It keeps its day of receipt. Refuses the author and the typist.
    """
    row = _locked(outing)
    row.state = next_state(row.state, "confirm")
    if by.pk in (row.author_id, row.typist_id):
        raise Problem("visits.own_confirmation")
    row.confirmed_on, row.confirmed_by = clock.today(), by.audit_name
    row.save(update_fields=["state", "confirmed_on", "confirmed_by"])
    about(row, state=row.state, confirmed_on=row.confirmed_on)
    _count(row)
    return row


def _count(row: Outing) -> None:
    """Let the rows of an outing count as it now does, and say anew what closes its households."""
    list(Household.objects.select_for_update().filter(visits__outing=row).order_by("pk").values_list("pk"))
    row.went.update(counts=row.counts)
    row.visits.update(counts=row.counts, settles=False)
    went, visits = _rows(row)
    settled = keeping.resettle(keeping.months_of(visits))
    changed(*went, *_each(visits, settled))
