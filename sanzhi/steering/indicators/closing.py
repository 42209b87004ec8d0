"""Closed months against what is counted now: r0, the latest revision, the difference; and the late records of a month."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, F, QuerySet

from sanzhi.domain.bundles import Line
from sanzhi.domain.periods import Every, Period, Span, closes_on, is_closed, month_of_bundle, period_of
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.kit import registry
from sanzhi.kit.access import within
from sanzhi.kit.ledger.models import Exemption
from sanzhi.kit.manifest import Mechanism
from sanzhi.kit.measures.declarations import Duty, Holds, Measure, Source, rows_of
from sanzhi.kit.measures.deeds import day_of
from sanzhi.kit.measures.slots import Registers
from sanzhi.kit.models import Record
from sanzhi.steering.indicators.asked import FIGURES
from sanzhi.steering.indicators.figures import Figure, spans_for
from sanzhi.steering.indicators.models import Bundle

# --- r0 and the latest revision ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frozen:
    """A figure as a revision of a closed month holds it."""

    bundle: Bundle
    numerator: int
    denominator: int | None
    on_time: int

    @property
    def same_as(self) -> tuple[int, int | None, int]:
        """What two revisions are compared by."""
        return self.numerator, self.denominator, self.on_time


def frozen(town: Unit, figure: Figure, source: Source, span: Span, today: dt.date) -> list[Frozen]:
    """r0 and the latest revision of a figure, where its month has closed and the bundle holds it; else nothing."""
    if not is_closed(span, today):
        return []
    month = month_of_bundle(span)
    periods = _periods(figure, source, span, month)
    rows = list(Bundle.objects.filter(town=town, month=month.code).defer("text").order_by("revision"))
    if not periods or not rows:
        return []
    kept = [rows[0], rows[-1]] if len(rows) > 1 else rows
    found = [_frozen(row, figure, source, periods, town) for row in kept]
    return [f for f in found if f is not None]


def _periods(figure: Figure, source: Source, span: Span, month: Period) -> set[str]:
    """The periods of which the figure is the sum, "*" for all that end in the month; none where not all stand in one bundle."""
    if figure.kind != "duty":
        parts = spans_for(source, span)
        return {p.code for p in parts} if all(month_of_bundle(p) == month for p in parts) else set()
    if not isinstance(span, Period):
        return set()
    if span.every is Every.WEEK or (isinstance(source, Duty) and source.every is span.every):
        return {span.code}
    return {"*"} if span == month else set()


def _frozen(row: Bundle, figure: Figure, source: Source, periods: set[str], town: Unit) -> Frozen | None:
    lines = [line for line in _results(row, source.code) if _asked(line["period"], periods)]
    own = [line for line in lines if not line["whole"]]
    if figure.unit.pk != town.pk:
        own = [line for line in own if line["unit"] == figure.unit.code]
    elif not own:
        own = lines
    if not own:
        return None
    exempt = _exempt_then(town, source, row.as_of)
    once: dict[tuple[str, str, str], Line] = {}
    for line in own:
        once.setdefault((line["unit"], line.get("post", ""), line["period"]), line)
    counted = [
        line for (unit, _post, period), line in once.items() if (unit, period) not in exempt or line["met_on"]
    ]
    if figure.kind == "duty":
        met = [line for line in counted if line["met_on"]]
        in_time = sum(line["met_on"] <= (line["due_on"] or line["last"]) for line in met)
        return Frozen(row, len(met), len(counted) or None, in_time)
    owed = [line["denominator"] for line in counted if line["denominator"] is not None]
    return Frozen(
        row,
        sum(line["numerator"] for line in counted),
        sum(owed) if owed else None,
        sum(line["on_time"] for line in counted),
    )


def _asked(period: str, periods: set[str]) -> bool:
    return period in periods or ("*" in periods and not period.startswith("by:"))


def _results(row: Bundle, source: str) -> Iterable[Line]:
    text = Bundle.objects.values_list("text", flat=True).get(pk=row.pk)
    named = f'"source":{json.dumps(source)}'
    for line in text.split("\n"):
        if '"kind":"result"' in line and named in line:
            yield json.loads(line)


def _exempt_then(town: Unit, source: Source, as_of: dt.date) -> set[tuple[str, str]]:
    rows = Exemption.objects.filter(
        obligation__town=town,
        obligation__requirement__proves=source.code,
        exempted_on__lte=as_of,
    ).exclude(revoked_on__lte=as_of)
    return set(rows.values_list("obligation__unit__code", "obligation__period"))


# --- late records -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LateRecord:
    """A record that came after its month had closed (or after its period's days of grace), with the reason given."""

    room: str
    day: dt.date
    received_on: dt.date
    unit: str
    reason: str
    url: str


@dataclass(frozen=True)
class Late:
    """The late records of a month: those a person may open, and by room and village how many others there are."""

    shown: list[LateRecord]
    hidden: list[tuple[str, str, int]]
    more: bool


MOST = 200
NO_REASON = {"late_reason": ""}


def _late_models() -> list[tuple[Mechanism, type[Record]]]:
    """The records of all rooms that keep a reason for being late."""
    rooms = {room.slug: room for room in registry.rooms()}
    return [
        (rooms[model._meta.app_label], model)
        for model in apps.get_models()
        if issubclass(model, Record)
        and model._meta.app_label in rooms
        and any(f.name == "late_reason" for f in model._meta.concrete_fields)
    ]


def _day_fields(model: type[Record]) -> tuple[str, str]:
    """The field of a record's day that figures count by, and the field of the day it became known (received, accepted)."""
    for source in registry.duties().values():
        parts = rows_of(source)
        if parts.rows().model is not model or isinstance(parts, Holds):
            continue
        if isinstance(parts, Measure):
            return parts.counts_for, parts.received
        return parts.reached_on, parts.known_on
    return "happened_on", "received_at"


def late_records(user: User, town: Unit, month: Period, today: dt.date) -> Late:
    """The late records of what happened in a month, by day. One look per room."""
    shown: list[LateRecord] = []
    hidden: list[tuple[str, str, int]] = []
    more = False
    for room, model in _late_models():
        day, known = _day_fields(model)
        rows: QuerySet[Any] = model._default_manager.filter(
            **{"town": town, f"{day}__gte": month.first, f"{day}__lte": month.last}
        ).exclude(**NO_REASON)
        rows = within(user, FIGURES, rows)
        mine = room.opens(user, rows) if room.opens is not None else rows.none()
        found = list(
            mine.select_related("unit")
            .annotate(day_told=F(day), day_known=day_of(known, rows))
            .order_by(day, "pk")[: MOST + 1]
        )
        more = more or len(found) > MOST
        shown += [_late(room, row) for row in found[:MOST]]
        hidden += _counted(room, town, rows.exclude(pk__in=mine.values("pk")), min(month.last, today))
    return Late(sorted(shown, key=lambda r: (r.day, r.received_on)), hidden, more)


def _late(room: Mechanism, row: Any) -> LateRecord:
    return LateRecord(
        room=room.name,
        day=row.day_told,
        received_on=row.day_known or row.received_at.astimezone(SHANGHAI).date(),
        unit=row.unit.short_name,
        reason=row.late_reason,
        url=room.detail(row) if room.detail is not None else "",
    )


def _counted(room: Mechanism, town: Unit, rows: QuerySet[Any], day: dt.date) -> list[tuple[str, str, int]]:
    counts: dict[int, int] = dict(rows.order_by().values_list("unit_id").annotate(n=Count("pk")))
    if not counts:
        return []
    villages: Sequence[Unit] = list(units_on(day, town=town, kinds=("village", "office")))
    below = Registers(town).below(day, [v.pk for v in villages])
    sums: dict[int, int] = {}
    for unit, number in counts.items():
        here: int = below.get(unit, unit)
        sums[here] = sums.get(here, 0) + number
    return [(room.name, v.short_name, sums[v.pk]) for v in villages if v.pk in sums]


def next_close(today: dt.date) -> dt.date:
    """The next day at whose end a month closes and revisions are made."""
    month = period_of(Every.MONTH, today).previous
    return closes_on(month) if today <= closes_on(month) else closes_on(month.next)
