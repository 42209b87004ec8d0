"""Reading the installation's row, cheaply: a real installation never changes its kind, so it is read once."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.clock.models import Installation

_real: list[bool] = []


def installation() -> Installation | None:
    """The installation's row, or None before `sanzhi init`."""
    return Installation.objects.filter(pk=1).first()


def demo_day() -> dt.date | None:
    """The day a demonstration stands on; None in a real installation (then no query after the first)."""
    if _real:
        return None
    row = installation()
    if row is None:
        return None
    if row.kind == Installation.Kind.REAL:
        _real.append(True)
        return None
    return row.demo_day


def forget() -> None:
    """For tests: a process that saw a real installation may meet another database."""
    _real.clear()
