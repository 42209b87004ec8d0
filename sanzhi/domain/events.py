"""Events that exempt: a flood, an epidemic or a forest fire, entered once with its days, places and duties.

The rules in prose stand in docs/rules/coverage.md (case 18).
"""

from __future__ import annotations

from datetime import date

from sanzhi.domain.periods import DaySpan, Span, days_in_force


def exempts(span: Span, event_first: date, event_last: date, due_on: date | None = None) -> bool:
    """Whether an event on these days (both included) exempts an obligation of that period or stage.

    It does when it covers at least half of the period's days, or when a due or fixed day lies inside it: `due_on`
    for a duty with a day of its own inside the period (the disclosure day), the stage's due day without asking. The
    last day of a period is no such day: a week with one day of flood is owed.
    """
    if due_on is None and isinstance(span, DaySpan):
        due_on = span.last
    if due_on is not None and event_first <= due_on <= event_last:
        return True
    return 2 * days_in_force(span, [(event_first, event_last)]) >= span.days
