"""The state of an obligation: never stored, computed from facts and the day by the first rule that fits.

The rules in prose stand in docs/rules/states.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class State(StrEnum):
    """How an obligation stands on a day, in the order in which the rules are tried."""

    DROPPED = "dropped"
    HANDED_OVER = "handed_over"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"
    DONE = "done"
    DONE_LATE = "done_late"
    CHECKING = "checking"
    OVERDUE = "overdue"
    NOT_DUE = "not_due"
    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"

    @property
    def label(self) -> str:
        """The Chinese word on screens and paper."""
        return LOOKS[self].label

    @property
    def mark(self) -> str:
        """The sign that tells the state without colour."""
        return LOOKS[self].mark

    @property
    def tone(self) -> str:
        """The name of the colour: outline, blue, green, red, amber or grey."""
        return LOOKS[self].tone


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is told: a word, a sign for black and white, the name of a colour."""

    label: str
    mark: str
    tone: str


LOOKS: Mapping[State, Look] = MappingProxyType(
    {
        State.DROPPED: Look("已撤销", "×", "grey"),
        State.HANDED_OVER: Look("已移交", "→", "grey"),
        State.NOT_APPLICABLE: Look("不适用", "–", "grey"),
        State.UNDETERMINED: Look("待确定", "?", "grey"),
        State.DONE: Look("已完成", "✓", "green"),
        State.DONE_LATE: Look("逾期完成", "✓", "amber"),
        State.CHECKING: Look("核对期", "◌", "grey"),
        State.OVERDUE: Look("逾期未完成", "!", "red"),
        State.NOT_DUE: Look("未到", "·", "grey"),
        State.NOT_STARTED: Look("未启动", "○", "outline"),
        State.UNDER_WAY: Look("序时推进", "◐", "blue"),
    }
)

PENDING = Look("待认定", "…", "grey")
"""The mark beside a state when what was handed in still waits for acceptance."""

SETTLED = frozenset({State.DROPPED, State.HANDED_OVER, State.NOT_APPLICABLE, State.DONE, State.DONE_LATE})
"""Nothing more is to be done in these states."""

BEHIND = frozenset({State.OVERDUE})
"""These count as behind on boards, in lists of who is late and at the monthly progress meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one obligation when its state is asked for.

    Days: `begins_on` the first day of its period (the plan's first day for a stage), `due_on` the last day in time
    (None: never due, as standing duties without a rhythm), `closes_on` the last day of grace (None: no grace).
    `amount` is what records give so far (None: nothing counts yet), `needed` what the target asks.
    `met_on` is the day of the deed that reached the target: the k-th village's day, the day a site was built once it
    is accepted, the day a progress note was handed in. `met_received_on` is the day the server received the record
    that reached it (None: in time); after the close the obligation is done late, whatever the day of the deed.
    `pending_on` is the day something was handed in that still waits for acceptance; a return sets it back to None.
    `contributes`: the ower gives its part to a share the lead unit owes, and is itself never late.
    `viewer_above_village`: who looks belongs to the town or higher, so that the days of grace read 核对期.
    """

    due_on: date | None = None
    begins_on: date | None = None
    closes_on: date | None = None
    amount: Fraction | int | None = None
    needed: Fraction | int | None = None
    met_on: date | None = None
    met_received_on: date | None = None
    pending_on: date | None = None
    exempt: bool = False
    exempt_reason: str = ""
    dropped: bool = False
    handed_over: bool = False
    villages_to_pick: bool = False
    contributes: bool = False
    viewer_above_village: bool = True

    @property
    def remaining(self) -> Fraction | None:
        """How much is still to be done to reach the target; None where the target is not a number."""
        if self.needed is None:
            return None
        return max(Fraction(self.needed) - Fraction(self.amount or 0), Fraction(0))


def met_in_time(facts: Facts) -> bool:
    """Whether the target was reached by a deed on or before the due day whose record came before the close."""
    if facts.met_on is None:
        return False
    if facts.due_on is None or facts.contributes:
        return True
    closes_on = facts.closes_on or facts.due_on
    return facts.met_on <= facts.due_on and (
        facts.met_received_on is None or facts.met_received_on <= closes_on
    )


def state(facts: Facts, today: date) -> State:
    """The state of an obligation on a day: the first rule of docs/rules/states.md that fits.

    What was met in time in spite of an exemption reads done, since it stands in numerator and denominator (case 12).
    What was handed in by the due day and waits for acceptance is not late (case 8).
    """
    if facts.dropped:
        return State.DROPPED
    if facts.handed_over:
        return State.HANDED_OVER
    if facts.exempt and not met_in_time(facts):
        return State.NOT_APPLICABLE
    if facts.villages_to_pick:
        return State.UNDETERMINED
    if facts.met_on is not None:
        return State.DONE if met_in_time(facts) else State.DONE_LATE
    if _is_past_due(facts, today):
        in_grace = facts.closes_on is not None and today <= facts.closes_on
        return State.CHECKING if in_grace and facts.viewer_above_village else State.OVERDUE
    if facts.begins_on is not None and today < facts.begins_on:
        return State.NOT_DUE
    if not facts.amount and not pending(facts):
        return State.NOT_STARTED
    return State.UNDER_WAY


def _is_past_due(facts: Facts, today: date) -> bool:
    if facts.due_on is None or today <= facts.due_on or facts.contributes:
        return False
    return facts.pending_on is None or facts.pending_on > facts.due_on


def pending(facts: Facts) -> bool:
    """Whether the mark 待认定 stands beside the state: handed in, not yet accepted, not returned."""
    return facts.pending_on is not None and facts.met_on is None and not (facts.dropped or facts.handed_over)
