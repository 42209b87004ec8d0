"""Reports by phone, and what becomes of a matter: settled by the village, or handed up to 镇综治办 and answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.leads import Lead, hand_over
from sanzhi.kit.manifest import Mechanism
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.models import FollowUp, PhoneReport, Reporter
from sanzhi.mechanisms.visits.queries.places import place_of
from sanzhi.mechanisms.visits.states import FollowUpState

_ALIVE = (FollowUpState.OPEN, FollowUpState.ESCALATED, FollowUpState.OVERDUE)


@action("visits.report_by_phone", "电话反映")
def report_by_phone(
    *,
    by: User,
    group: Unit,
    on: dt.date,
    reporter: str,
    topic: str,
    what: str = "",
    due_on: dt.date | None = None,
    late_reason: str = "",
    uid: uuid.UUID | None = None,
) -> PhoneReport:
    """Note a call about a matter in a group, and open it for the village to settle (by `due_on`, fifteen days if not said).

    No name and no number of who rang is kept. Refuses days to come, other units than groups, numbers of persons.
    """
    today = clock.today()
    place = place_of(group, min(on, today))
    if on > today:
        raise Problem("visits.future", field="on", day=on.isoformat())
    if reporter not in Reporter.values:
        raise Problem("visits.unknown_reporter", field="reporter", reporter=str(reporter)[:20])
    if topic not in rules.TOPICS:
        raise Problem("visits.unknown_topic", field="topic", topic=str(topic)[:20])
    last = today + rules.LONGEST_MATTER
    due = min(due_on or today + rules.DAYS_TO_SETTLE, last)
    if due < today:
        raise Problem("visits.before_opening", field="due_on", day=due.isoformat(), opened=today.isoformat())
    row = PhoneReport.objects.create(
        uid=uid or uuid.uuid4(),
        town_id=place.town,
        unit=group,
        happened_on=on,
        received_at=clock.now(),
        received_on=today,
        author=by,
        reporter=reporter,
        topic=topic,
        what=rules.checked_text("what", what),
        late_reason=rules.checked_late(on, late_reason, today),
    )
    FollowUp.objects.create(
        town_id=place.town,
        unit_id=place.village,
        group=group,
        report=row,
        topic=topic,
        opened_on=today,
        due_on=due,
        expires_on=last,
    )
    about(row, unit=group.code, on=on, reporter=reporter, topic=topic, due_on=due)
    return row


def _locked(matter: FollowUp, today: dt.date) -> FollowUp:
    """The matter as it is now, locked; refuses one that is no longer open."""
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("town").get(pk=matter.pk)
    if row.state_on(today) not in _ALIVE:
        raise Problem("visits.settled")
    return row


def _day(day: dt.date, row: FollowUp, today: dt.date, field: str) -> None:
    if day > today:
        raise Problem("visits.future", field=field, day=day.isoformat())
    if day < row.opened_on:
        raise Problem(
            "visits.before_opening", field=field, day=day.isoformat(), opened=row.opened_on.isoformat()
        )


@action("visits.settle_follow_up", "办结跟进事项")
def settle_follow_up(*, by: User, matter: FollowUp, on: dt.date, how: str) -> FollowUp:
    """The village says how a matter was settled, and on which day. Refuses one that is no longer open, and empty words."""
    today = clock.today()
    row = _locked(matter, today)
    _day(on, row, today, "on")
    said = rules.checked_text("how", how)
    if len(said) < rules.SHORTEST_REASON:
        raise Problem("visits.how_needed", field="how")
    row.settled_on, row.how, row.settled_by = on, said, by.audit_name
    row.save(update_fields=["settled_on", "how", "settled_by"])
    about(row, settled_on=on, how=said)
    return row


@action("visits.hand_over_follow_up", "转交跟进事项")
def hand_over_follow_up(*, by: User, matter: FollowUp, rooms: Iterable[Mechanism] | None = None) -> FollowUp:
    """Give a matter to the room whose business its kind is; here it is settled by that. Refuses where no room takes it."""
    today = clock.today()
    row = _locked(matter, today)
    lead = Lead(
        kind=row.lead,
        unit=row.unit,
        place=row.group,
        noticed_on=row.opened_on,
        what=rules.TOPICS[row.topic].label,
        origin=f"visits.follow_up:{row.pk}",
    )
    room, taken = hand_over(by=by, lead=lead, rooms=rooms)
    row.settled_on, row.how, row.settled_by = today, f"已转到{room.name}"[:60], by.audit_name
    row.save(update_fields=["settled_on", "how", "settled_by"])
    about(row, settled_on=today, handed_to=room.slug, record=taken.pk)
    return row


@action("visits.escalate_follow_up", "上报跟进事项")
def escalate_follow_up(*, by: User, matter: FollowUp) -> FollowUp:
    """The village hands a matter up to 镇综治办 today; it stays the village's to settle."""
    today = clock.today()
    row = _locked(matter, today)
    if row.escalated_on is not None:
        raise Problem("visits.escalated", day=row.escalated_on.isoformat())
    row.escalated_on = today
    row.save(update_fields=["escalated_on"])
    about(row, escalated_on=today)
    return row


@action("visits.answer_follow_up", "答复跟进事项")
def answer_follow_up(*, by: User, matter: FollowUp, answer: str) -> FollowUp:
    """镇综治办 answers what a village handed up. Refuses what was not handed up, and empty words."""
    today = clock.today()
    row = _locked(matter, today)
    if row.escalated_on is None:
        raise Problem("visits.not_escalated")
    said = rules.checked_text("answer", answer)
    if len(said) < rules.SHORTEST_REASON:
        raise Problem("visits.how_needed", field="answer")
    row.answered_on, row.answer = today, said
    row.save(update_fields=["answered_on", "answer"])
    about(row, answered_on=today, answer=said)
    return row
