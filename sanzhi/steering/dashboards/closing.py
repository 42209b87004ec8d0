"""What closes next: the days on which periods close, what is still open in them, and which periods are in grace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sanzhi.domain.states import State
from sanzhi.kit.ledger.standing import Stand
from sanzhi.steering.plans.ledger.words import period_label

MOST = 4
OPEN = frozenset({State.OVERDUE, State.CHECKING, State.NOT_STARTED, State.UNDER_WAY})


@dataclass
class Closing:
    """A period or stage before its close: when it is due and closes, how many obligations it has and how many are open."""

    label: str
    period: str
    due_on: dt.date
    closes_on: dt.date
    owed: int = 0
    open: int = 0

    @property
    def month(self) -> str:
        """The month in which it ends, as boards filter by it."""
        return f"{self.due_on.year:04d}-{self.due_on.month:02d}"


@dataclass(frozen=True)
class Closings:
    """Periods in their days of grace, and those that are due next."""

    in_grace: list[Closing]
    ahead: list[Closing]

    @property
    def next_day(self) -> dt.date | None:
        """The next day on which something closes."""
        days = [c.closes_on for c in (*self.in_grace, *self.ahead)]
        return min(days, default=None)


def read_closings(stands: Iterable[Stand], today: dt.date) -> Closings:
    """The periods that somebody owes and that are not closed yet, the nearest close first."""
    found: dict[tuple[str, dt.date], Closing] = {}
    for stand in stands:
        owed = stand.obligation
        if owed.due_on is None or owed.closes_on is None or owed.closes_on < today or not counts(stand):
            continue
        if stand.state is State.NOT_DUE:
            continue
        one = found.get((owed.period, owed.closes_on))
        if one is None:
            label = period_label(owed, today)
            one = found[owed.period, owed.closes_on] = Closing(
                label, owed.period, owed.due_on, owed.closes_on
            )
        one.owed += 1
        one.open += stand.state in OPEN
    order = sorted(found.values(), key=lambda c: (c.closes_on, c.due_on, c.period))
    in_grace = [c for c in order if c.due_on < today]
    ahead = [c for c in order if c.due_on >= today]
    return Closings(in_grace[:MOST], ahead[:MOST])


def counts(stand: Stand) -> bool:
    """Whether an obligation is one of the year: due on a day, not withdrawn, handed over, exempt, or a mere part of another's
    share."""
    owed = stand.obligation
    return (
        owed.due_on is not None
        and not owed.contributes
        and stand.state
        not in (
            State.DROPPED,
            State.HANDED_OVER,
            State.NOT_APPLICABLE,
            State.UNDETERMINED,
        )
    )
