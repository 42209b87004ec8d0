"""The one clock: nothing else in the house asks what time it is.

`today()` and `now()` are Shanghai time. A demonstration stands on a day kept in the database (`sanzhi clock set`); a
real installation follows the machine. Tests and computations over the past use `standing_on(day)`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# The day this request or computation stands on; None = ask the machine.
_standing: ContextVar[dt.date | None] = ContextVar("standing_day", default=None)


def now() -> dt.datetime:
    """This moment, aware, in Shanghai; on a demonstration day the day is the demonstration's, the hour the machine's."""
    moment = dt.datetime.now(SHANGHAI)
    day = _standing.get()
    return moment if day is None else dt.datetime.combine(day, moment.timetz())


def today() -> dt.date:
    """The day in Shanghai."""
    return _standing.get() or dt.datetime.now(SHANGHAI).date()


@contextmanager
def standing_on(day: dt.date | None) -> Iterator[None]:
    """Within the block it is `day`; None leaves the machine's time."""
    token = _standing.set(day)
    try:
        yield
    finally:
        _standing.reset(token)


def stands() -> bool:
    """Whether a day was set (a demonstration, a test, a look into the past)."""
    return _standing.get() is not None
