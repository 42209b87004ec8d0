"""What a mechanism says of itself: the one door through which the house knows a room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from sanzhi.kit.access import Capability
from sanzhi.kit.exporting import Export
from sanzhi.kit.made import MadeBy
from sanzhi.kit.measures.declarations import Duty, Measure, Target


@dataclass(frozen=True)
class Place:
    """An entry of the menu: its label, the name of its page, and the capability that shows it."""

    label: str
    url_name: str
    capability: str
    icon: str = "list"
    phone: bool = False


@dataclass(frozen=True)
class Mechanism:
    """A room. `clauses` are the duty codes it serves (Z7, F3 …); `minutes` what one record of each kind costs its author.

    `demo(town, day, by)` builds believable data; `detail(row)` gives the address of a record's page for drill-downs.
    """

    slug: str
    name: str
    clauses: tuple[str, ...]
    summary: str
    capabilities: tuple[Capability, ...] = ()
    measures: tuple[Measure, ...] = ()
    duties: tuple[Duty | Target, ...] = ()
    places: tuple[Place, ...] = ()
    # Kinds of leads from other rooms, and the action (by=, lead=) that makes a record of one (`kit.leads`).
    accepts_leads: frozenset[str] = frozenset()
    take_lead: Callable[..., Any] | None = None
    minutes: Mapping[str, int] = field(default_factory=dict)
    demo: Callable[..., None] | None = None
    detail: Callable[[Any], str] | None = None
    # What an author recorded last, for each kind of record (`kit.made.made_by`).
    made: tuple[MadeBy, ...] = ()
    # Where somebody who owes a duty of this room records it: duty code → address (given the obligation).
    record_here: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    # Of rows of this room those that a person may open one by one; the others are counted, never named. None: nobody may.
    opens: Callable[[Any, QuerySet[Any]], QuerySet[Any]] | None = None
    # Whom a duty has not reached yet: duty code → address for (person, unit, first, last), "" where they may not see it.
    not_reached: Mapping[str, Callable[[Any, Any, dt.date, dt.date], str]] = field(default_factory=dict)
    # One file per kind of record, for `sanzhi export records`.
    exports: tuple[Export, ...] = ()
    # The room takes requirements that no declared duty proves.
    generic: bool = False
