"""The indicators of a unit, the table of villages by months, and the page to which every figure opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Period
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.ui import excel, formats
from sanzhi.foundation.ui.keys import row_key
from sanzhi.foundation.ui.lists import Column
from sanzhi.kit import registry
from sanzhi.kit.access import can
from sanzhi.kit.measures.declarations import Source
from sanzhi.steering.indicators import words
from sanzhi.steering.indicators.asked import (
    FIGURES,
    FIRST_YEAR,
    LAST_YEAR,
    Asked,
    asked,
    periods_to_choose,
    rooms_to_choose,
    source_of_code,
    tabs_of,
    units_to_choose,
)
from sanzhi.steering.indicators.figures import Figure, figures_of
from sanzhi.steering.indicators.grid import Grid, columns_of, grid, villages_in
from sanzhi.steering.plans.ledger.viewer import Viewer


def address(code: str, unit: str, period: str) -> str:
    """The page of a figure."""
    return reverse("indicators:figure", args=[code], query={"unit": unit, "period": period})


def _room(source: Source | None) -> tuple[str, str]:
    room = registry.room_of(source.code) if source is not None else None
    return (room.slug, room.name) if room is not None else ("", "")


# --- one unit, all indicators -----------------------------------------------------------------------------------------


def _told(asked: Asked) -> list[Figure]:
    """The figures of the room that is asked for; of an office only those that say something of it."""
    found = figures_of(asked.who.town, [asked.unit], asked.period, asked.who.today)
    if asked.unit.kind not in (UnitKind.TOWN, UnitKind.VILLAGE):
        found = [f for f in found if f.denominator or f.numerator or f.exempt]
    return [f for f in found if not asked.room or _room(f.source)[0] == asked.room]


@login_required
def page(request: HttpRequest) -> HttpResponseBase:
    """Every indicator of a unit in a period, by room; each opens to how it is counted and to its records."""
    seen = asked(request)
    found = _told(seen)
    title = _("{unit} · {period}").format(unit=_unit_name(seen), period=seen.words)
    if request.GET.get("export") == "xlsx":
        return _file(_("指标"), _COLUMNS, found, seen.who)
    groups: dict[str, list[dict[str, Any]]] = {}
    for figure in found:
        groups.setdefault(_room(figure.source)[1], []).append(_line(figure, seen))
    context = {
        "title": title,
        "asked": seen,
        "groups": list(groups.items()),
        "tabs": tabs_of(seen.who.user, "figures"),
        "units": units_to_choose(seen),
        "periods": periods_to_choose(seen),
        "rooms": rooms_to_choose(),
        "begun": seen.span.first <= seen.who.today,
        "copy": words.copied(_unit_name(seen), seen.words, found),
        "export_url": "?" + _query(request, export="xlsx"),
        "by_village": seen.of_town,
    }
    return render(request, "indicators/figures.html", context)


def _query(request: HttpRequest, **more: str) -> str:
    query = request.GET.copy()
    for name, value in more.items():
        query[name] = value
    return query.urlencode()


def _unit_name(seen: Asked) -> str:
    return seen.unit.short_name


def _line(figure: Figure, seen: Asked) -> dict[str, Any]:
    return {
        "label": figure.label,
        "url": address(figure.code, seen.unit.code, seen.period),
        "value": words.value(figure),
        "on_time": formats.number(figure.on_time)
        if figure.denominator or figure.kind == "sum"
        else formats.NOTHING,
        "exempt": figure.exempt,
        "n": words.sample(figure),
        "words": figure.words,
        "table": reverse("indicators:table", args=[figure.code]) if seen.of_town else "",
    }


_COLUMNS = [
    Column(_("指标"), "label"),
    Column(_("单位"), "unit.short_name"),
    Column(_("时段"), "period"),
    Column(_("分子"), "numerator"),
    Column(_("分母"), "denominator"),
    Column(_("按期"), "on_time"),
    Column(_("豁免"), "exempt"),
    Column(_("算法"), "words"),
]


def _file(name: str, columns: Sequence[Column], rows: Sequence[object], who: Viewer) -> FileResponse:
    made = excel.workbook(name, columns, rows, who.today)
    return FileResponse(made, as_attachment=True, filename=f"{name}.xlsx", content_type=excel.CONTENT_TYPE)


# --- one indicator, villages by months --------------------------------------------------------------------------------

ROWS = 50


@login_required
def table(request: HttpRequest, code: str) -> HttpResponseBase:
    """One indicator of every village through a year. Register order always: villages are not ranked (R-53)."""
    seen = asked(request)
    source, kind = source_of_code(code)
    who = seen.who
    label = str(source.label if kind == "duty" else source.of.label)
    asked_year = row_key(request.GET.get("year", "")) or who.today.year
    year = asked_year if FIRST_YEAR <= asked_year <= LAST_YEAR else who.today.year
    columns = columns_of(source, year, who.today)
    town = [who.town] if can(who.user, FIGURES, who.town) else []
    villages = _villages(who, columns)
    after = request.GET.get("after", "")
    shown = villages[_place(villages, after) :][:ROWS]
    wanted = villages if town or request.GET.get("export") == "xlsx" else shown
    found = grid(who.town, [*town, *wanted], code, source, columns, who.today)
    if request.GET.get("export") == "xlsx":
        return _table_file(label, [*town, *villages], columns, found, who)
    here = villages[-1:] == shown[-1:]
    context = {
        "title": label,
        "words": source.words,
        "columns": [formats.period(p, who.today) for p in columns],
        "rows": [_table_row(u, code, columns, found) for u in [*(town if not after else []), *shown]],
        "year": year,
        "before": f"?year={year - 1}" if year > FIRST_YEAR else "",
        "later": f"?year={year + 1}" if year < who.today.year else "",
        "more": "" if here else f"?year={year}&after={shown[-1].code}",
        "first": f"?year={year}" if after else "",
        "tabs": tabs_of(who.user, "figures"),
        "crumbs": [(_("指标"), reverse("indicators:figures"))],
        "copy": _table_words(label, who, columns, found),
        "export_url": f"?year={year}&export=xlsx",
    }
    return render(request, "indicators/table.html", context)


def _villages(who: Viewer, columns: Sequence[Period]) -> list[Unit]:
    if not columns:
        return []
    found = villages_in(who.town, columns[0].first, min(columns[-1].last, who.today))
    if can(who.user, FIGURES, who.town):
        return found
    return [u for u in found if can(who.user, FIGURES, u)]


def _place(villages: Sequence[Unit], after: str) -> int:
    return next((n for n, u in enumerate(villages, 1) if u.code == after), 0)


def _table_row(
    unit: Unit, code: str, columns: Sequence[Period], found: Grid
) -> tuple[str, str, list[SafeString | str]]:
    cells: list[SafeString | str] = []
    for column in columns:
        figure = found.get((unit.pk, column.code))
        text = words.cell(figure)
        about = f"{unit.short_name} {column.code} "
        cells.append(
            text
            if text == formats.NOTHING
            else format_html(
                '<a class="s-num" href="{}"><span class="visually-hidden">{}</span>{}</a>{}',
                address(code, unit.code, column.code),
                about,
                text,
                format_html(' <small class="s-quiet">{}</small>', _("免{n}").format(n=figure.exempt))
                if figure is not None and figure.exempt
                else "",
            )
        )
    return unit.short_name, reverse("indicators:figures", query={"unit": unit.code}), cells


def _table_words(label: str, who: Viewer, columns: Sequence[Period], found: Grid) -> str:
    said = [
        f"{formats.period(p, who.today)}{words.value(figure)}"
        for p in columns
        if (figure := found.get((who.town.pk, p.code))) is not None and words.value(figure) != formats.NOTHING
    ]
    return formats.short(f"【{who.town.short_name}】{label}：{'，'.join(said) or formats.NOTHING}。")


def _table_file(
    label: str, units: Sequence[Unit], columns: Sequence[Period], found: Grid, who: Viewer
) -> FileResponse:
    head = [Column(_("单位"), "short_name")]
    for period in columns:
        head.append(Column(period.code, _cell_reader(period.code, found)))
    return _file(label, head, units, who)


def _cell_reader(period: str, found: Grid) -> Any:
    return lambda unit: words.cell(found.get((unit.pk, period)))
