"""The page of one figure: how it is counted, of what it is the sum, who is left out and why, what was frozen, the rows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, Period, closes_on, is_closed, month_of_bundle
from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.problems import Problem
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.kit import registry
from sanzhi.kit.access import can
from sanzhi.kit.ledger.serving import late_sentence
from sanzhi.kit.measures.declarations import Duty, Source
from sanzhi.steering.indicators import closing, opening, words
from sanzhi.steering.indicators.asked import (
    FIGURES,
    FIRST_YEAR,
    LAST_YEAR,
    Asked,
    asked,
    source_of_code,
    tabs_of,
    words_of,
)
from sanzhi.steering.indicators.figures import Figure, figures_of, spans_for
from sanzhi.steering.indicators.grid import columns_of, duty_stands
from sanzhi.steering.indicators.queries import obligation_page
from sanzhi.steering.indicators.views_figures import address
from sanzhi.steering.plans.ledger.viewer import viewer
from sanzhi.steering.plans.ledger.words import given


@login_required
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure, opened."""
    seen = asked(request)
    source, kind = source_of_code(code)
    duty = kind == "duty"
    who, span = seen.who, seen.span
    found = figures_of(who.town, [seen.unit], seen.period, who.today, only=code)
    figure = found[0] if found else _nothing(code, source, duty, seen)
    context: dict[str, Any] = {
        "title": figure.label,
        "asked": seen,
        "figure": figure,
        "value": words.value(figure),
        "tells": bool(found) or duty,
        "crumbs": [
            (_("指标"), reverse("indicators:figures", query={"unit": seen.unit.code, "period": seen.period}))
        ],
        "facts": _facts(figure, source, duty, seen),
        "elsewhere": _elsewhere(source, duty, seen),
        "exemptions": [_exemption(e, seen) for e in opening.exemptions(who.town, seen.unit, source, span)],
        "left_out": _left_out(source, duty, seen),
        "beside": _beside(source, duty, seen) if span.first <= who.today else [],
        "frozen": _frozen(figure, source, seen),
        "table_url": reverse("indicators:table", args=[code], query={"year": str(span.last.year)}),
        "not_reached": _not_reached(source, seen),
        "copy": words.copied(seen.unit.short_name, seen.words, [figure]),
    }
    context |= _parts(request, code, source, duty, seen)
    if not found and not duty:
        context["periods"] = [
            (formats.period(p, who.today), address(code, seen.unit.code, p.code))
            for p in columns_of(source, span.last.year, who.today)
        ]
    return render(request, "indicators/figure.html", context)


def _nothing(code: str, source: Source, duty: bool, seen: Asked) -> Figure:
    label = str(source.label if duty else source.of.label)
    return Figure(
        code,
        label,
        str(source.words),
        "duty" if duty else "coverage",
        seen.unit,
        seen.period,
        0,
        None,
        0,
        0,
        source,
    )


def _facts(figure: Figure, source: Source, duty: bool, seen: Asked) -> list[tuple[object, object]]:
    """Numerator, denominator, in time and late, exempt, when it closes."""
    numbers: list[tuple[object, object]]
    if figure.kind == "sum":
        numbers = [(_("合计"), formats.number(figure.numerator))]
    else:
        numbers = [
            (_("已完成的义务") if duty else _("分子"), formats.number(figure.numerator)),
            (_("应完成的义务") if duty else _("分母"), formats.number(figure.denominator)),
        ]
    late = figure.numerator - figure.on_time
    numbers += [
        (_("其中按期"), formats.number(figure.on_time)),
        (_("其中逾期"), formats.number(late) if late > 0 else "0"),
        (_("豁免"), formats.number(figure.exempt)),
    ]
    today = seen.who.today
    close = formats.day(closes_on(seen.span), today)
    numbers.append(
        (
            _("锁定"),
            _("{day}已过核对期").format(day=close)
            if is_closed(seen.span, today)
            else _("核对期到{day}").format(day=close),
        )
    )
    return numbers


def _elsewhere(source: Source, duty: bool, seen: Asked) -> tuple[str, str] | None:
    """The other way in which the same source is told: the share, or the obligations it is owed by."""
    if duty:
        of = source.of
        if getattr(of, "requirement", None) or not spans_for(source, seen.span):
            return None
        return str(of.label), address(of.code, seen.unit.code, seen.period)
    if isinstance(source, Duty) and isinstance(seen.span, Period):
        return str(source.label), address(source.code, seen.unit.code, seen.period)
    return None


def _exemption(row: Any, seen: Asked) -> dict[str, object]:
    owed = row.obligation
    who = f"{owed.unit.short_name} {owed.post.person.name}" if owed.post is not None else owed.unit.short_name
    return {
        "who": who,
        "reason": row.reason,
        "by": row.exempted_by,
        "on": row.exempted_on,
        "url": obligation_page(seen.who.user, owed.pk),
    }


def _above_village(seen: Asked) -> bool:
    return seen.who.above_village and seen.unit.kind != UnitKind.TOWN


def _left_out(source: Source, duty: bool, seen: Asked) -> list[tuple[str, str]]:
    """What is not in the denominator, in numbers: households away or empty, weeks that owe nothing."""
    if duty or seen.span.first > seen.who.today:
        return []
    households = opening.not_owed(seen.unit, source, seen.span, seen.who.today)
    found = words.beside_words(households, hide_small=_above_village(seen))
    _owed, free = opening.weeks_within(source, seen.span)
    found += [(_("不计的周（法定工作日不足3天）"), formats.period(week, seen.who.today)) for week in free]
    return found


def _beside(source: Source, duty: bool, seen: Asked) -> list[tuple[str, str]]:
    if duty or not spans_for(source, seen.span):
        return []
    pairs = opening.beside(seen.who.town, seen.unit, source, seen.span)
    known = {label for label, _n in _left_out(source, duty, seen)}
    household = getattr(getattr(source.of, "population", None), "kind", "") == "household"
    return words.beside_words(
        [(label, n) for label, n in pairs if label not in known],
        hide_small=household and _above_village(seen),
    )


def _not_reached(source: Source, seen: Asked) -> str:
    room = registry.room_of(source.code)
    ask = room.not_reached.get(source.code) if room is not None else None
    return ask(seen.who.user, seen.unit, seen.span.first, seen.span.last) if ask is not None else ""


def _frozen(figure: Figure, source: Source, seen: Asked) -> dict[str, Any] | None:
    """r0 and the latest revision of a closed month, what differs, and what a late record will still change."""
    who = seen.who
    found = closing.frozen(who.town, figure, source, seen.span, who.today)
    if not found:
        return None
    opens = can(who.user, "indicators:read", who.town)
    lines = []
    for one in found:
        told = Figure(
            figure.code,
            figure.label,
            figure.words,
            figure.kind,
            figure.unit,
            figure.period,
            one.numerator,
            one.denominator,
            one.on_time,
        )
        name = (
            _("首次锁定（r0）")
            if one.bundle.revision == 0
            else _("第{n}次修订（r{n}）").format(n=one.bundle.revision)
        )
        url = reverse(
            "indicators:bundle", args=[one.bundle.month, one.bundle.revision], query={"town": who.town.code}
        )
        lines.append(
            (name, words.value(told), formats.number(one.on_time), one.bundle.as_of, url if opens else "")
        )
    first, last = found[0], found[-1]
    now = (figure.numerator, figure.denominator, figure.on_time)
    return {
        "month": formats.period(month_of_bundle(seen.span), who.today),
        "lines": lines,
        "difference": last.numerator - first.numerator if first is not last else None,
        "since": figure.numerator - last.numerator
        if now != last.same_as and last.denominator == figure.denominator
        else 0,
        "partial": last.denominator != figure.denominator,
        "next": closing.next_close(who.today),
        "late": late_sentence(seen.span.last, who.today, who.today),
    }


# --- parts and rows ---------------------------------------------------------------------------------------------------


def _parts(request: HttpRequest, code: str, source: Source, duty: bool, seen: Asked) -> dict[str, Any]:
    who, span, today = seen.who, seen.span, seen.who.today
    if span.first > today:
        return {}
    if duty:
        return _parts_of_duty(request, code, source, seen)
    weeks, _free = opening.weeks_within(source, span)
    units = opening.units_below(who.town, seen.unit, source, duty, span, today)
    found: dict[str, Any] = {}
    if weeks:
        by_week = opening.parts_by_week(who.town, seen.unit, source, weeks, today)
        found["weeks"] = [
            _part(formats.period(p.span, today), code, p, seen) for p in by_week if isinstance(p.span, Period)
        ]
    if units:
        shown, more = _some(request, units)
        parts = opening.parts_by_unit(who.town, shown, source, span, today)
        found |= _told_units([_part(p.unit.short_name, code, p, seen) for p in parts], more, request, units)
    if not weeks and spans_for(source, span):
        found["rows"] = opening.rows_of_figure(
            who.user, who.town, seen.unit, source, span, today, request.GET.get("after", "")
        )
        found["rows_more"] = _more(request, "after", found["rows"].next_key)
        found["rows_first"] = _more(request, "after", "") if request.GET.get("after") else ""
        found["closes"] = closes_on(span)
    return found


def _some(request: HttpRequest, units: list[Any]) -> tuple[list[Any], str]:
    after = request.GET.get("unit_after", "")
    start = next((n for n, u in enumerate(units, 1) if u.code == after), 0)
    shown = units[start:][: opening.UNITS_PAGE]
    return shown, shown[-1].code if shown and shown[-1] is not units[-1] else ""


def _told_units(lines: list[Any], more: str, request: HttpRequest, units: list[Any]) -> dict[str, Any]:
    return {
        "units": lines,
        "units_more": _more(request, "unit_after", more) if more else "",
        "units_first": _more(request, "unit_after", "") if request.GET.get("unit_after") else "",
        "units_all": len(units),
    }


def _more(request: HttpRequest, name: str, key: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    if key:
        query[name] = key
    return f"?{query.urlencode()}" if key or name in request.GET else ""


def _part(name: str, code: str, part: opening.Part, seen: Asked) -> dict[str, Any]:
    figure = part.figure
    return {
        "name": name,
        "value": words.value(figure),
        "on_time": formats.number(figure.on_time)
        if figure is not None and figure.denominator
        else formats.NOTHING,
        "exempt": figure.exempt if figure is not None else 0,
        "url": address(code, part.unit.code, part.span.code) if figure is not None else "",
    }


def _parts_of_duty(request: HttpRequest, code: str, source: Source, seen: Asked) -> dict[str, Any]:
    who, span = seen.who, seen.span
    if not isinstance(source, Duty) or not isinstance(span, Period):
        return {}
    if seen.of_town:
        parts = opening.parts_of_duty(who.town, source, span, who.today)
        kept, more = _some(request, [p.unit for p in parts])
        names = {u.pk for u in kept}
        lines = [_part(p.unit.short_name, code, p, seen) for p in parts if p.unit.pk in names]
        return _told_units(lines, more, request, parts)
    stands = duty_stands(who.town, source, span.first, span.last, who.today, [seen.unit.pk])
    holders = opening.holders(s.obligation.post_id for s in stands)
    owed = [
        {
            "who": holders.get(s.obligation.post_id or 0, seen.unit.short_name),
            "period": words_of(parse_period(s.obligation.period), who.today),
            "what": s.obligation.requirement.what,
            "state": s.state.value,
            "waits": s.waits,
            "given": given(s),
            "url": obligation_page(who.user, s.obligation.pk),
        }
        for s in sorted(stands, key=lambda s: (s.obligation.begins_on, s.obligation.pk))
    ]
    return {"obligations": owed}


# --- late records of a month ------------------------------------------------------------------------------------------


@login_required
def late(request: HttpRequest, month: str) -> HttpResponse:
    """The records of a month that came after its days of grace, each with its reason; what the person may not open is counted."""
    who = viewer(request, FIGURES)
    try:
        period = parse_period(month)
    except Problem:
        raise Http404 from None
    if period.every is not Every.MONTH or not FIRST_YEAR <= period.year <= LAST_YEAR:
        raise Http404
    found = closing.late_records(who.user, who.town, period, who.today)
    context = {
        "label": formats.period(period, who.today),
        "found": found,
        "records": [(r, late_sentence(period.last, r.received_on, who.today)) for r in found.shown],
        "tabs": tabs_of(who.user, "closed"),
        "before": reverse("indicators:late", args=[period.previous.code]),
        "later": reverse("indicators:late", args=[period.next.code])
        if period.next.first <= who.today
        else "",
        "closes": closes_on(period),
        "closed": is_closed(period, who.today),
    }
    return render(request, "indicators/late.html", context)
