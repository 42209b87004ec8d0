"""What an address of an indicator page asks for: unit, period, room; what is out of reach is not found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, Period, Span, period_of, periods_of_year
from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link
from sanzhi.kit import registry
from sanzhi.kit.access import can, within
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.serving import period_words
from sanzhi.kit.measures.declarations import Duty, Source
from sanzhi.steering.indicators.figures import counted_by_itself, span_of
from sanzhi.steering.plans.ledger.viewer import Viewer, viewer

FIGURES = "indicators:figures"
FIRST_YEAR, LAST_YEAR = 2000, 2100
Choice = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """Who looks at which unit's figures of which period; `room` narrows to one room, `refused` says what was not understood."""

    who: Viewer
    unit: Unit
    span: Span
    room: str
    refused: str

    @property
    def of_town(self) -> bool:
        """Whether it is the whole town that is asked for."""
        return self.unit.pk == self.who.town.pk

    @property
    def period(self) -> str:
        """The period's code."""
        return self.span.code

    @property
    def words(self) -> str:
        """The period in words."""
        return words_of(self.span, self.who.today)


def words_of(span: Span, today: dt.date) -> str:
    """A period or stage as it is said."""
    return period_words(span.code, span.last, today)


def asked(request: HttpRequest) -> Asked:
    """What the address asks for; without a unit the town where it is in reach, else one's own; without a period this month."""
    who = viewer(request, FIGURES)
    span, refused = _span(request.GET.get("period", "").strip(), who.today)
    room = request.GET.get("room", "")
    known = {r.slug for r in registry.rooms()}
    return Asked(
        who, _unit(who, request.GET.get("unit", "").strip()), span, room if room in known else "", refused
    )


def _unit(who: Viewer, code: str) -> Unit:
    if not code:
        units = [who.town, *who.own_units]
        found = next((u for u in units if can(who.user, FIGURES, u) and u.kind != UnitKind.COUNTY), None)
    else:
        found = Unit.objects.filter(code=code).first()
        if found is not None and who.town.pk not in (found.pk, found.town_id):
            found = None
    if found is None or not can(who.user, FIGURES, found):
        raise Http404
    return found


def _span(code: str, today: dt.date) -> tuple[Span, str]:
    this_month = period_of(Every.MONTH, today)
    if not code:
        return this_month, ""
    try:
        span = span_of(code)
        if not FIRST_YEAR <= span.last.year <= LAST_YEAR or span.first.year < FIRST_YEAR - 1:
            raise Problem("periods.code", text=code)
    except Problem as problem:
        return this_month, str(problem)
    return span, ""


def source_of_code(code: str) -> tuple[Source, str]:
    """The source behind an indicator's code and what kind of indicator it is ("duty" or "counted"); 404 for another."""
    for source in registry.duties().values():
        if isinstance(source, Duty) and source.code == code:
            return source, "duty"
        if counted_by_itself(source) and source.of.code == code:
            return source, "counted"
    raise Http404


# --- what may be chosen -----------------------------------------------------------------------------------------------


def units_to_choose(asked: Asked) -> list[Choice]:
    """Town, villages and offices in reach, in register order."""
    who = asked.who
    kinds = (UnitKind.VILLAGE, UnitKind.OFFICE)
    rows = within(who.user, FIGURES, units_on(who.today, town=who.town, kinds=kinds), unit="pk")
    found = [
        (u.code, u.short_name)
        for u in sorted(rows, key=lambda u: (u.kind != UnitKind.VILLAGE, u.position, u.code))
    ]
    if can(who.user, FIGURES, who.town):
        found.insert(0, (who.town.code, _("全镇")))
    if asked.unit.code not in dict(found):
        found.insert(0, (asked.unit.code, asked.unit.short_name))
    return found


def periods_to_choose(asked: Asked) -> list[tuple[str, list[Choice]]]:
    """Periods of the year that is looked at, up to today's, by rhythm; and the stage days that its plans name."""
    today, year = asked.who.today, asked.span.last.year
    rhythms = (
        (Every.MONTH, _("月")),
        (Every.WEEK, _("周")),
        (Every.QUARTER, _("季度")),
        (Every.HALF_YEAR, _("半年")),
        (Every.YEAR, _("年")),
    )
    groups = []
    for every, word in rhythms:
        found = [p for p in periods_of_year(every, year) if p.first <= today]
        found = found[-MOST_WEEKS:] if every is Every.WEEK else found
        if isinstance(asked.span, Period) and asked.span.every is every and asked.span not in found:
            found.append(asked.span)
        groups.append((word, [(p.code, formats.period(p, today)) for p in reversed(found)]))
    days = Obligation.objects.filter(
        town=asked.who.town, period__startswith="by:", due_on__year=year, dropped_on__isnull=True
    )
    stages = {
        f"by:{day.isoformat()}": day
        for day in days.order_by("due_on").values_list("due_on", flat=True).distinct()
        if day
    }
    if not isinstance(asked.span, Period):
        stages[asked.period] = asked.span.last
    words = [(code, period_words(code, day, today)) for code, day in sorted(stages.items())]
    return [*groups, (_("节点"), words)] if words else groups


MOST_WEEKS = 9
"""So many weeks are offered: the rest is opened from a month."""


def rooms_to_choose() -> list[Choice]:
    """Rooms that declare an indicator."""
    return [(room.slug, room.name) for room in registry.rooms() if room.duties]


def tabs_of(user: User, here: str) -> list[Link]:
    """指标 and 月度锁定, where this person may look at both."""
    if not (can(user, FIGURES) and can(user, "indicators:read")):
        return []
    return [
        Link(_("指标"), reverse("indicators:figures"), here == "figures"),
        Link(_("月度锁定"), reverse("indicators:list"), here == "closed"),
    ]
