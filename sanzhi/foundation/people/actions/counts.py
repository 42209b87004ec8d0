"""Head counts: how many, on which day, from which source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import note_change
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import HeadCount


@dataclass(frozen=True)
class HeadCountEntry:
    """What is counted in a unit on a day (户籍人口, 常住人口, 户数, 18周岁以上村民 …), and where the number comes from."""

    unit: Unit
    what: str
    count: int
    counted_on: dt.date
    source: str


@action("people.record_head_counts", "登记人数")
def record_head_counts(*, by: Actor, counts: Sequence[HeadCountEntry]) -> list[HeadCount]:
    """Enter head counts; one already there for unit, kind and day is corrected. Refuses a number without a source."""
    rows = []
    for entry in counts:
        if not entry.source.strip():
            raise Problem("people.source_needed", field="source")
        if entry.count < 0:
            raise Problem("people.count", field="count", count=entry.count)
        row, _made = HeadCount.objects.update_or_create(
            unit=entry.unit,
            what=entry.what.strip(),
            counted_on=entry.counted_on,
            defaults={"count": entry.count, "source": entry.source.strip()},
        )
        about(entry.unit, head_count=row.what, count=row.count, on=row.counted_on, source=row.source)
        note_change(entry.unit.town_or_self, "head_counts", entry.counted_on)
        rows.append(row)
    return rows
