"""记一条: which records a person can make now, from what their unit owes and from the rooms they may enter."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from sanzhi.kit import registry
from sanzhi.kit.ledger.standing import source_of
from sanzhi.steering.dashboards.todo import Todo
from sanzhi.steering.plans.ledger.owing import Item, items
from sanzhi.steering.plans.ledger.things import Thing
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


def read_rooms(viewer: Viewer, todo: Todo) -> list[Room]:
    """The rooms in which something is owed now, the most pressing first, then those the person may enter besides."""
    by_room: dict[str, list[Thing]] = {}
    for found_things in todo.sections.values():
        for thing in found_things:
            room = registry.room_of(source_of(thing.first.obligation.requirement).code)
            if room is not None:
                by_room.setdefault(room.slug, []).append(thing)
    order = [*by_room, *(r.slug for r in registry.rooms() if r.slug not in by_room)]
    known = {r.slug: r for r in registry.rooms()}
    found = []
    for slug in order:
        room = known[slug]
        place = next((p for p in room.places if viewer.can(p.capability)), None)
        owed = [i for i in items(by_room.get(slug, [])[:MOST], todo.owing, recording=True) if i.record_url]
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
