"""The figures of the walks as somebody would write them by hand in SQL, for one database: what the engine is compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from sanzhi.domain.periods import Period, closes_on

Figures = dict[tuple[int, str], tuple[int, int, int]]


def _periods(periods: Sequence[Period]) -> tuple[str, list[object]]:
    """The periods as a table of constants: code, first, last, close."""
    cast = "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"
    row = f"SELECT %s AS code, {cast} AS first, {cast} AS last, {cast} AS closes"
    values: list[object] = []
    for p in periods:
        values += [p.code, p.first, p.last, closes_on(p)]
    return " UNION ALL ".join([row] * len(periods)), values


def households(months: Sequence[Period]) -> Figures:
    """Households present on the month's last day, those reached in it, those in time: by village and month."""
    table, values = _periods(months)
    sql = f"""WITH months AS ({table})
        SELECT village, code, COUNT(*), SUM(reached), SUM(on_time) FROM (
            SELECT pv.parent_id AS village, m.code AS code, s.household_id,
                MAX(CASE WHEN v.id IS NULL THEN 0 ELSE 1 END) AS reached,
                MAX(CASE WHEN v.received_on <= m.closes THEN 1 ELSE 0 END) AS on_time
            FROM months m
            JOIN people_stay s ON s.opened_on <= m.last AND (s.closed_on IS NULL OR s.closed_on > m.last)
            JOIN people_presence p ON p.household_id = s.household_id AND p.kind IN ('present', 'seasonal')
                AND p.opened_on <= m.last AND (p.closed_on IS NULL OR p.closed_on > m.last)
            JOIN orgs_placement pg ON pg.unit_id = s.group_id AND pg.opened_on <= m.last
                AND (pg.closed_on IS NULL OR pg.closed_on > m.last)
            JOIN orgs_placement pv ON pv.unit_id = pg.parent_id AND pv.opened_on <= m.last
                AND (pv.closed_on IS NULL OR pv.closed_on > m.last)
            LEFT JOIN visits_visit v ON v.household_id = s.household_id AND v.counts AND v.settles
                AND v.happened_on BETWEEN m.first AND m.last
            GROUP BY pv.parent_id, m.code, s.household_id) h
        GROUP BY village, code"""
    return _run(sql, values)


def weeks(of: Sequence[Period]) -> Figures:
    """Cadres with a link in force in the week and those who walked in it: by village and week."""
    table, values = _periods(of)
    sql = f"""WITH weeks AS ({table})
        SELECT village, code, COUNT(*), SUM(walked), SUM(on_time) FROM (
            SELECT po.unit_id AS village, w.code AS code, l.post_id,
                MAX(CASE WHEN d.id IS NULL THEN 0 ELSE 1 END) AS walked,
                MAX(CASE WHEN d.received_on <= w.closes THEN 1 ELSE 0 END) AS on_time
            FROM weeks w
            JOIN visits_link l ON l.opened_on <= w.first AND (l.closed_on IS NULL OR l.closed_on > w.last)
            JOIN people_post po ON po.id = l.post_id
            LEFT JOIN visits_went d ON d.post_id = l.post_id AND d.counts AND d.link_id IS NOT NULL
                AND d.happened_on BETWEEN w.first AND w.last
            GROUP BY po.unit_id, w.code, l.post_id) c
        GROUP BY village, code"""
    return _run(sql, values)


def _run(sql: str, values: list[object]) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(row[0], row[1]): (int(row[3]), int(row[2]), int(row[4])) for row in cursor.fetchall()}


def last_day(day: dt.date) -> dt.date:
    """The day on which everything of the year is known."""
    return dt.date(day.year + 1, 1, 31)
