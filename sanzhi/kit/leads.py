"""Leads: how a matter goes across from the room that noticed it to the one whose business it is; rooms never know each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.manifest import Mechanism

declare("leads", {"no_room": "现在没有机制接收这类事，仍由本村跟进办结。"})


@dataclass(frozen=True)
class Lead:
    """A matter as it is handed over: its kind ("dispute"), where and when it was noticed, what it is about, never about whom.

    `unit` is the village that answers for it, `place` the smallest unit; `origin` names the record it comes from.
    """

    kind: str
    unit: Unit
    place: Unit
    noticed_on: dt.date
    what: str
    origin: str


def takers(kind: str, rooms: Iterable[Mechanism] | None = None) -> list[Mechanism]:
    """The rooms whose manifest accepts leads of a kind; none for an empty one."""
    known = registry.rooms() if rooms is None else rooms
    return [room for room in known if kind and kind in room.accepts_leads and room.take_lead is not None]


def hand_over(*, by: Actor, lead: Lead, rooms: Iterable[Mechanism] | None = None) -> tuple[Mechanism, Any]:
    """Give a lead to the room that takes its kind, inside the action that lets go of it. Returns the room and its new record.

    Refuses where no room takes it (`leads.no_room`).
    """
    for room in takers(lead.kind, rooms):
        if room.take_lead is not None:
            return room, room.take_lead(by=by, lead=lead)
    raise Problem("leads.no_room")
