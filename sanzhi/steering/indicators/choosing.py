"""Which town a command is about."""

from __future__ import annotations

from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs.models import Unit
from sanzhi.steering.indicators.nightly import towns


def town_of(code: str | None) -> Unit:
    """The town of that code; without one the only town there is. Refuses otherwise."""
    known = towns()
    codes = "、".join(t.code for t in known)
    if code is None:
        if len(known) != 1:
            raise Problem("indicators.which_town", count=len(known), codes=codes)
        return known[0]
    for town in known:
        if town.code == code:
            return town
    raise Problem("indicators.no_town", code=code, codes=codes)
