"""A month of due days and closes, as a grid on a desk and a list on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every, Period, parse, period_of, periods_between
from sanzhi.domain.problems import Problem
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.viewer import Viewer

SHOWN = 5
"""Lines of a day that the grid shows; the list below shows all."""


def month_asked(text: str, today: dt.date) -> Period:
    """The month that the address names; this month where it names none."""
    try:
        period = parse(text)
    except Problem:
        return period_of(Every.MONTH, today)
    return period if period.every is Every.MONTH else period_of(Every.MONTH, today)


def read_calendar(viewer: Viewer, text: str, *, asked: str = "") -> dict[str, Any]:
    """What the page of a month shows: weeks of days with what is due and what closes.

    `asked`: "unit" or "town"; without a word the town where the person works in no unit of it.
    """
    month = month_asked(text, viewer.today)
    town_wide = viewer.can("ledger:board")
    whole = town_wide and (asked == "town" or (asked != "unit" and not viewer.led_from))
    by_day: dict[dt.date, list[dict[str, Any]]] = {}
    for row in queries.due_days(viewer, month.first, month.last, whole=whole):
        by_day.setdefault(row["day"], []).append(_entry(row))
    weeks = [
        [_day(week.first + dt.timedelta(days=n), month, by_day, viewer.today) for n in range(7)]
        for week in periods_between(Every.WEEK, month.first, month.last)
    ]
    scope = f"&who={'town' if whole else 'unit'}" if town_wide else ""
    return {
        "title": _("{year}年{month}月").format(year=month.year, month=month.number),
        "weekdays": [
            formats.weekday(month.first + dt.timedelta(days=(n - month.first.weekday()) % 7))
            for n in range(7)
        ],
        "weeks": weeks,
        "days": [day for week in weeks for day in week if day["entries"] and day["inside"]],
        "previous": f"?month={month.previous.code}{scope}",
        "next": f"?month={month.next.code}{scope}",
        "tabs": [
            Link(_("本单位"), f"?month={month.code}&who=unit", not whole),
            Link(_("全镇"), f"?month={month.code}&who=town", whole),
        ]
        if town_wide
        else [],
        "copy": _words(viewer, month, by_day),
    }


def _day(
    day: dt.date, month: Period, by_day: dict[dt.date, list[dict[str, Any]]], today: dt.date
) -> dict[str, Any]:
    entries = by_day.get(day, []) if day in month else []
    return {
        "day": day,
        "inside": day in month,
        "today": day == today,
        "entries": entries,
        "shown": entries[:SHOWN],
        "rest": len(entries) - SHOWN,
    }


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    key = f"{row['requirement__task__version__plan__code']}-{row['requirement__task__code']}"
    return {
        "closes": row["kind"] == "closes_on",
        "heading": row["requirement__task__heading"],
        "what": row["requirement__what"],
        "n": row["n"],
        "url": reverse("plans:task", args=[key]),
    }


def _words(viewer: Viewer, month: Period, by_day: dict[dt.date, list[dict[str, Any]]]) -> str:
    lines = []
    for day, entries in sorted(by_day.items()):
        due = [formats.short(e["heading"], 14) for e in entries if not e["closes"]]
        if due:
            more = _("等{count}项").format(count=len(due)) if len(due) > 2 else ""
            lines.append(f"{formats.day(day, viewer.today, with_weekday=False)}：{'、'.join(due[:2])}{more}")
    head = _("{month}月到期：").format(month=month.number)
    return "\n".join([head, *lines]) if lines else head + _("没有")
