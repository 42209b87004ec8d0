"""The resident worker: folds what was touched within seconds, and does the night's work when the day changes."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from sanzhi.foundation import clock
from sanzhi.foundation.clock.installation import demo_day
from sanzhi.foundation.orgs.models import RegisterChange
from sanzhi.kit.measures.models import Touch
from sanzhi.steering.indicators import nightly

log = logging.getLogger("sanzhi.worker")


def once(last: dt.date | None, night: Callable[[dt.date], object] = nightly.run) -> dt.date:
    """One look: fold the towns that were touched; the whole night's work when `last` is not today. Returns today."""
    with clock.standing_on(demo_day()):
        today = clock.today()
        if last != today:
            night(today)
        else:
            touched = set(Touch.objects.values_list("town_id", flat=True).distinct())
            touched |= set(RegisterChange.objects.values_list("town_id", flat=True).distinct())
            for town in nightly.towns():
                if town.pk in touched:
                    nightly.refold(town, today, all_of_it=False)
        return today


def loop(
    *,
    pause: float,
    sleep: Callable[[float], object],
    night: Callable[[dt.date], object],
    after: Callable[[], object],
) -> None:
    """Look for ever, `after` each look do what else waits. A database that is away for a while is tried again; pages count live meanwhile."""
    last: dt.date | None = None
    while True:
        try:
            close_old_connections()
            last = once(last, night)
            after()
        except DatabaseError:
            log.exception("the database did not answer; trying again")
        sleep(pause)
