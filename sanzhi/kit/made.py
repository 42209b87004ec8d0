"""What an author finds again: their own latest records of a room, as its manifest offers them (`Mechanism.made`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sanzhi.foundation.accounts.models import User
from sanzhi.kit.models import Record


@dataclass(frozen=True)
class Made:
    """One record of one's own: what it is, its unit, the day it happened, when it was received, who typed it in where
    that was somebody else, and its page. Nothing of what it says."""

    label: str
    unit: str
    happened_on: dt.date
    received_at: dt.datetime
    typist: str
    url: str


MadeBy = Callable[[User, int], Sequence[Made]]


def made_by(model: type[Record], label: str, page: Callable[[Any], str]) -> MadeBy:
    """The latest records of a kind by an author, in one statement; `page` gives the address of each."""

    def latest(author: User, most: int) -> Sequence[Made]:
        rows: Any = model._default_manager.filter(author=author).select_related("unit", "typist")
        return [_made(row, label, page) for row in rows.order_by("-received_at", "-pk")[:most]]

    return latest


def _made(row: Any, label: str, page: Callable[[Any], str]) -> Made:
    copied_in = row.typist is not None and row.typist_id != row.author_id
    return Made(
        label=label,
        unit=row.unit.short_name,
        happened_on=row.happened_on,
        received_at=row.received_at,
        typist=row.typist.display_name if copied_in else "",
        url=page(row),
    )
