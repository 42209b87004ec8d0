"""From a record to all that it counts for: which obligations of which plans one record fed (one record, many duties)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, is_late, parse, period_of, revised_on
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui import formats
from sanzhi.kit import registry
from sanzhi.kit.access import within
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import slot_of, source_of
from sanzhi.kit.measures.declarations import Coverage, Duty, Holds, Measure, Reached, Share, Source, rows_of
from sanzhi.kit.measures.deeds import day_of
from sanzhi.kit.measures.engine import Slot, rows_behind
from sanzhi.kit.measures.populations import above

MOST = 40
"""So many obligations of one source are looked at for one record: a contract of many years stops there."""


@dataclass(frozen=True)
class Served:
    """An obligation that a record counts for: how many of the record's rows do, how many wait for acceptance, and the
    latest day on which they became known to the town."""

    source: Source
    obligation: Obligation
    slot: Slot
    rows: int
    waiting: int
    known_on: dt.date | None

    @property
    def unit(self) -> Unit:
        """Who owes it."""
        return self.obligation.unit

    @property
    def counts(self) -> bool:
        """Whether something of it counts already: not everything waits for acceptance."""
        return self.rows > self.waiting

    @property
    def late(self) -> bool:
        """Whether it became known after the close of what it counts for."""
        closes = self.slot.closes_on
        return closes is not None and self.known_on is not None and self.known_on > closes


def duties_served(rows: Iterable[Any]) -> list[Served]:
    """Every obligation that these rows of one record (an outing with its doors and who went) count for, by due day.

    Two questions per source and one per obligation; independent of how many records and units there are.
    """
    touched: dict[Source, list[tuple[Any, int, dt.date]]] = defaultdict(list)
    for row in rows:
        for source in registry.duties().values():
            finder = source.touched_by.get(type(row))
            if finder is not None:
                touched[source] += [(row, key, day) for key, day in finder(row)]
    found = [served for source, mine in touched.items() for served in _served(source, mine)]
    return sorted(found, key=lambda s: (s.obligation.due_on or dt.date.max, s.obligation.pk))


def _served(source: Source, touched: Sequence[tuple[Any, int, dt.date]]) -> list[Served]:
    parts, asked = rows_of(source), source
    models = {type(row) for row, _key, _day in touched}
    if parts.rows().model not in models and isinstance(source, Duty) and isinstance(source.of, Share):
        # It is the whole that the record belongs to.
        parts = source.of.whole
        asked = replace(source, of=parts)
    mine = [row.pk for row, _key, _day in touched if isinstance(row, parts.rows().model)]
    counted = parts.rows().filter(pk__in=mine)
    known = _known(parts, counted)
    if not known:
        return []
    open_rows = (
        parts.open if isinstance(parts, Reached) else parts.waits if isinstance(parts, Measure) else None
    )
    waiting = set(counted.filter(open_rows).values_list("pk", flat=True)) if open_rows is not None else set()
    found = []
    for obligation in _asked(source, parts, counted, touched):
        slot = slot_of(obligation)
        keys = set(
            rows_behind(asked, obligation.town, slot).filter(pk__in=known).values_list("pk", flat=True)
        )
        if keys:
            days = [day for pk, day in known.items() if pk in keys and day is not None]
            found.append(
                Served(source, obligation, slot, len(keys), len(keys & waiting), max(days, default=None))
            )
    return found


def _known(parts: Measure | Reached | Holds, rows: QuerySet[Any]) -> dict[int, dt.date | None]:
    """Row → the day on which it became known."""
    field = parts.known_on if isinstance(parts, Reached) else parts.received
    return dict(rows.annotate(day_known=day_of(field, rows)).values_list("pk", "day_known"))


def _asked(
    source: Source,
    parts: Measure | Reached | Holds,
    counted: QuerySet[Any],
    touched: Sequence[tuple[Any, int, dt.date]],
) -> list[Obligation]:
    """The obligations proved by a source that these rows may count for: of the units they touch, in the days they touch."""
    of = source.of
    homes = of.population.homes if isinstance(of, Coverage) else above
    days = [day for _row, _key, day in touched]
    units = homes({key for _row, key, _day in touched}, min(days))
    towns = {row.town_id for row, _key, _day in touched}
    rows = Obligation.objects.filter(
        Q(unit__in=units) | Q(town__in=towns, town_share=True),
        dropped_on__isnull=True,
        handed_to__isnull=True,
    )
    if isinstance(parts, Measure) and parts.requirement:
        lines = counted.values_list(parts.requirement, flat=True)
        rows = rows.filter(requirement__lineage__in=list(lines))
    else:
        rows = rows.filter(requirement__proves=source.code)
    if isinstance(parts, Measure):
        rows = rows.filter(begins_on__lte=max(days)).exclude(closes_on__lt=min(days))
    rows = rows.select_related("requirement__task__version__plan", "unit", "town", "post__person")
    rows = rows.defer("requirement__task__version__text", "requirement__task__version__reading")
    return [o for o in rows.order_by("due_on", "pk")[:MOST] if source_of(o.requirement) is source]


# --- in words ---------------------------------------------------------------------------------------------------------


def period_words(code: str, due_on: dt.date | None, today: dt.date) -> str:
    """What an obligation is owed for, in words: 6月, 第24周…, 5月31日前, 时限待定."""
    if code.startswith("by:") and due_on is not None:
        return _("{day}前").format(day=formats.day(due_on, today, with_weekday=False))
    return _("时限待定") if code == "open" else formats.period(parse(code), today)


def late_words(served: Served, today: dt.date) -> str:
    """What becomes of a late record: it enters a numbered revision, or counts without being in time. Empty where not late."""
    if not served.late or served.known_on is None:
        return ""
    return late_sentence(served.slot.last, served.known_on, today)


def late_sentence(last: dt.date, known_on: dt.date, today: dt.date) -> str:
    """The same for what became known on a day and counts for a span that ended on `last`, after its close."""
    month = period_of(Every.MONTH, last)
    if is_late(month, known_on):
        revised = revised_on(known_on)
        return _("{month}已锁定；数字因此变了的，{day}出修订").format(
            month=formats.period(month, today), day=formats.day(revised, today, with_weekday=False)
        )
    return _("核对期已过，这条计入数量，不算按期")


def opened_by(user: User, served: Iterable[Served]) -> set[int]:
    """Keys of the obligations among these whose page the person may open."""
    keys = [s.obligation.pk for s in served]
    return set(
        within(user, "ledger:read", Obligation.objects.filter(pk__in=keys)).values_list("pk", flat=True)
    )


_PAGES: list[Callable[[Obligation], str]] = []


def pages_are_at(address: Callable[[Obligation], str]) -> None:
    """Tell where obligations have their page. The floor that has the page says so once, at start: no room knows it."""
    _PAGES[:] = [address]


def page_of(obligation: Obligation) -> str:
    """The address of an obligation's page; empty where no floor shows one."""
    return _PAGES[0](obligation) if _PAGES else ""
