"""Which version of a plan rules a period or a due day (case 13).

The first version is in force from its first day, however late it is confirmed, and rules the quarter, half-year and
year that hold that day. A later one is in force from the later of its first day and its confirmation, so that what
was due before the confirmation never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sanzhi.domain.periods import Every, Period


@dataclass(frozen=True, order=True)
class Version:
    """One version of a plan: its number (1 is the first), its own first day, the day it was confirmed (None: not yet)."""

    number: int
    first_day: date
    confirmed_on: date | None

    @property
    def in_force_from(self) -> date | None:
        """The first day on which it rules; None while it is not confirmed."""
        if self.confirmed_on is None:
            return None
        return self.first_day if self.number == 1 else max(self.first_day, self.confirmed_on)


def version_in_force(versions: Iterable[Version], day: date) -> Version | None:
    """The version that rules on a day: the newest in force by then; None before the first version's first day.

    Dated things ask with their due day.
    """
    ruling = [v for v in versions if v.in_force_from is not None and v.in_force_from <= day]
    return max(ruling, key=lambda v: v.number, default=None)


def version_for_period(versions: Iterable[Version], period: Period) -> Version | None:
    """The version that rules a period of a rhythm: the one in force on its first day.

    A quarter, half-year or year that began before the first version's first day and holds it is ruled by that
    version; a week or month that did is owed by none (None).
    """
    known = list(versions)
    ruling = version_in_force(known, period.first)
    if ruling is not None or period.every in (Every.WEEK, Every.MONTH):
        return ruling
    return min(
        (v for v in known if v.in_force_from is not None and v.in_force_from in period),
        key=lambda v: v.number,
        default=None,
    )
