"""How an outing stands, what came of a door, how a matter stands: what is not in the table does not exist."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.ui.components import Mark

declare("visits", {"not_now": "这次走访现在是“{state}”，不能{verb}。请刷新页面看最新情况。"})


class OutingState(models.TextChoices):
    """Whether an outing counts."""

    RECORDED = "recorded", _("已登记")
    TO_CONFIRM = "to_confirm", _("待书记确认")
    VOID = "void", pgettext_lazy("outing", "作废")


class FollowUpState(models.TextChoices):
    """How a matter to be followed up stands on a day; computed, never stored."""

    OPEN = "open", _("办理中")
    ESCALATED = "escalated", _("已报综治办，待回复")
    OVERDUE = "overdue", _("逾期未办")
    SETTLED = "settled", _("已办结")
    DROPPED = "dropped", _("随走访作废")
    EXPIRED = "expired", _("到期停用")


MARKS = {
    OutingState.RECORDED: Mark("✓", OutingState.RECORDED.label, "green"),
    OutingState.TO_CONFIRM: Mark("◌", OutingState.TO_CONFIRM.label, "blue"),
    OutingState.VOID: Mark("×", OutingState.VOID.label, "grey"),
}
FOLLOW_UP_MARKS = {
    FollowUpState.OPEN: Mark("◐", FollowUpState.OPEN.label, "blue"),
    FollowUpState.ESCALATED: Mark("↑", FollowUpState.ESCALATED.label, "blue"),
    FollowUpState.OVERDUE: Mark("!", FollowUpState.OVERDUE.label, "red"),
    FollowUpState.SETTLED: Mark("✓", FollowUpState.SETTLED.label, "green"),
    FollowUpState.DROPPED: Mark("×", FollowUpState.DROPPED.label, "grey"),
    FollowUpState.EXPIRED: Mark("–", FollowUpState.EXPIRED.label, "grey"),
}
"""How each state is shown: never by colour alone."""

TRANSITIONS: dict[str, dict[str, str]] = {
    # A correction may come while the secretary has not yet looked; it then still waits.
    "correct": {
        OutingState.RECORDED: OutingState.RECORDED,
        OutingState.TO_CONFIRM: OutingState.TO_CONFIRM,
    },
    "confirm": {OutingState.TO_CONFIRM: OutingState.RECORDED},
    "void": {OutingState.RECORDED: OutingState.VOID, OutingState.TO_CONFIRM: OutingState.VOID},
}
VERBS = {"correct": "更正", "confirm": "确认", "void": "作废"}


def next_state(state: str, verb: str) -> str:
    """The state of an outing after `verb`; refuses what the table does not hold (`visits.not_now`)."""
    after = TRANSITIONS[verb].get(state)
    if after is None:
        raise Problem("visits.not_now", state=OutingState(state).label, verb=VERBS[verb])
    return after


def follow_up_state(
    *,
    due_on: dt.date,
    expires_on: dt.date,
    settled_on: dt.date | None,
    dropped_on: dt.date | None,
    escalated_on: dt.date | None,
    answered_on: dt.date | None,
    today: dt.date,
) -> FollowUpState:
    """How a matter stands on `today`, the first that fits. `expires_on` is the last day on which it is kept open (R-12)."""
    if settled_on is not None:
        return FollowUpState.SETTLED
    if dropped_on is not None:
        return FollowUpState.DROPPED
    if today > expires_on:
        return FollowUpState.EXPIRED
    if today > due_on:
        return FollowUpState.OVERDUE
    if escalated_on is not None and answered_on is None:
        return FollowUpState.ESCALATED
    return FollowUpState.OPEN
