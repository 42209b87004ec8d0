"""记一条: which records a person can make now, from what their unit owes and from the rooms they may enter."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from sanzhi.kit import registry
from sanzhi.kit.ledger.standing import Stand, source_of
from sanzhi.steering.plans.ledger.owing import Item, Owing, grouped, items
from sanzhi.steering.plans.ledger.viewer import Viewer

MOST = 40


@dataclass(frozen=True)
class Room:
    """A room with what is owed in it."""

    name: str
    summary: str
    minutes: int
    owed: list[Item]
    url: str


def read_rooms(viewer: Viewer, owing: Owing) -> list[Room]:
    """The rooms in which something is owed now, the most pressing first, then those the person may enter besides."""
    by_room: dict[str, list[Stand]] = {}
    for stand in owing.open:
        room = registry.room_of(source_of(stand.obligation.requirement).code)
        if room is not None:
            by_room.setdefault(room.slug, []).append(stand)
    order = [*by_room, *(r.slug for r in registry.rooms() if r.slug not in by_room)]
    known = {r.slug: r for r in registry.rooms()}
    found = []
    for slug in order:
        room = known[slug]
        place = next((p for p in room.places if viewer.can(p.capability)), None)
        owed = [
            i for i in items(grouped(by_room.get(slug, []))[:MOST], owing, recording=True) if i.record_url
        ]
        if owed or place is not None:
            found.append(
                Room(
                    room.name,
                    room.summary,
                    min(room.minutes.values(), default=0),
                    owed,
                    reverse(place.url_name) if place is not None else "",
                )
            )
    return found
