"""What is sent in of an outing: who went, and each door that was ticked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Post


class Tick(NamedTuple):
    """One door: the key of its household, what came of it (`Outcome`), topic codes, and whether something is to follow."""

    household: int
    outcome: str
    topics: tuple[str, ...] = ()
    follow_up: bool = False


@dataclass(frozen=True)
class NewOuting:
    """An outing as it comes in. `typist`: who copied a sheet in for the author, None where they wrote it themselves."""

    author: User
    group: Unit
    on: dt.date
    half_day: str
    went: Sequence[Post]
    ticks: Sequence[Tick]
    note: str = ""
    late_reason: str = ""
    typist: User | None = None
    on_paper: bool = False
    sheet_number: str = ""
    uid: uuid.UUID | None = None
