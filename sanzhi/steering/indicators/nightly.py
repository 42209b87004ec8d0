"""What happens at night: tallies are folded, months that closed get their bundle, changed ones their revision."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

from sanzhi.domain.periods import DEFAULT_GRACE, Every, Period, closes_on, is_closed, period_of
from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, System
from sanzhi.foundation.orgs.models import RegisterChange, Unit, UnitKind
from sanzhi.kit.ledger.actions import follow_registers
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import by_key, light, requirements_of, touched
from sanzhi.kit.ledger.standing import asked_by
from sanzhi.kit.measures.declarations import Source
from sanzhi.kit.measures.freshness import fold
from sanzhi.kit.measures.slots import Slot
from sanzhi.steering.indicators.actions import freeze_month
from sanzhi.steering.indicators.models import Bundle

NIGHT = System("夜间作业")


def towns() -> list[Unit]:
    """All towns of the installation."""
    return list(Unit.objects.filter(kind=UnitKind.TOWN).order_by("code"))


WHO_OWES = ("village", "office", "town_units", "units", "posts", "links", "leaves")
"""Changes of these registers may change who owes."""


def follow(town: Unit, today: dt.date, by: Actor = NIGHT, *, every_night: bool = False) -> None:
    """Let the ledger follow what changed among units, posts and links since figures were folded last.

    `every_night`: look back over the grace in any case, for a merge or a closing entered ahead of its day, and for the
    periods of posts that begin.
    """
    changes = RegisterChange.objects.filter(town=town, register__in=WHO_OWES)
    since = changes.aggregate(day=Min("since"))["day"]
    if every_night:
        since = min(since or today, today - dt.timedelta(days=DEFAULT_GRACE + 1))
    if since is not None and Obligation.objects.filter(town=town).exists():
        follow_registers(by=by, town=town, since=since, today=today)


def refold(town: Unit, today: dt.date, by: Actor = NIGHT, *, all_of_it: bool = True) -> int:
    """Follow the registers, count again what is not fresh of a town and keep it. Returns how many figures were counted.

    Not `all_of_it`: only what touches and changes of registers cover, as the worker does within seconds.
    """
    follow(town, today, by)
    every = Obligation.objects.filter(town=town, dropped_on__isnull=True)

    def asked() -> dict[Source, list[Slot]]:
        rows = every if all_of_it else touched(town)
        # Each requirement once, not with every obligation: a version bears its whole document.
        return asked_by(light(rows, by_key(requirements_of(town))))

    return fold(by=by, town=town, asked=asked, today=today)


def closed_months(town: Unit, today: dt.date) -> list[Period]:
    """Months that have closed by `today` (their grace is over) since the first in which something was owed, oldest first.

    One in which nothing was owed closes too: its close brings the revisions of those before it.
    """
    owed = Obligation.objects.filter(town=town, due_on__lt=today)
    first = owed.aggregate(day=Min("due_on"))["day"]
    if first is None:
        return []
    month, found = period_of(Every.MONTH, first), []
    while is_closed(month, today):
        found.append(month)
        month = month.next
    return found


def close_months(town: Unit, today: dt.date, by: Actor = NIGHT) -> list[Bundle]:
    """Make every bundle that is due: each close brings its month's r0, and revisions of the months before it."""
    made = []
    closed = closed_months(town, today)
    known = set(Bundle.objects.filter(town=town, revision=0).values_list("month", flat=True))
    for index, month in enumerate(closed):
        if month.code in known:
            continue
        as_of = closes_on(month)
        made.append(freeze_month(by=by, town=town, month=month, as_of=as_of, today=today))
        for earlier in closed[:index]:
            try:
                made.append(freeze_month(by=by, town=town, month=earlier, as_of=as_of, today=today))
            except Problem as unchanged:
                if unchanged.code != "indicators.nothing_changed":
                    raise
    return made


def run(today: dt.date) -> dict[str, tuple[int, list[str]]]:
    """The night's work on figures for every town: town code → (figures kept, names of bundles made)."""
    done = {}
    for town in towns():
        follow(town, today, every_night=True)
        kept = refold(town, today)
        done[town.code] = kept, [b.name for b in close_months(town, today)]
    return done
