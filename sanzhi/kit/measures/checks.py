"""The house does not start with a figure that could be kept although what it reads has changed.

Each source is compiled, subqueries included, and every table in the statement must be declared: by `touched_by` (records, whose
actions tell the touches) or by its population's `reads` (registers, whose actions note their changes).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.db.models import Model, QuerySet
from django.db.models.sql import Query

from sanzhi.foundation.orgs.models import Placement, Succession, Unit
from sanzhi.kit import registry
from sanzhi.kit.measures.declarations import (
    Coverage,
    Duty,
    Holds,
    Measure,
    Population,
    Reached,
    Share,
    Source,
)

GROUND = frozenset(m._meta.db_table for m in (Unit, Placement, Succession))
"""Tables of the units themselves: their changes send every figure of the town back."""
_ANY_DAY = dt.date(2022, 6, 30)


def tables_of(rows: QuerySet[Any]) -> set[str]:
    """Every table that a statement reads, in its joins, its conditions and its subqueries."""
    found: set[str] = set()
    seen: set[int] = set()
    _walk(rows.query, found, seen)
    return found


def _walk(node: Any, found: set[str], seen: set[int]) -> None:
    if id(node) in seen or node is None or isinstance(node, str | bytes):
        return
    seen.add(id(node))
    if isinstance(node, Query):
        # A query that was never compiled knows only the tables of its conditions; its own model is always read.
        if node.model is not None:
            found.add(node.model._meta.db_table)
        found |= {name for alias, name in _tables(node) if node.alias_refcount.get(alias, 1)}
        for part in (node.where, *node.annotations.values(), *node.combined_queries):
            _walk(part, found, seen)
        return
    if isinstance(node, QuerySet):
        _walk(node.query, found, seen)
        return
    if isinstance(node, list | tuple):
        for part in node:
            _walk(part, found, seen)
        return
    if hasattr(node, "children"):
        _walk(list(node.children), found, seen)
    for name in ("query", "lhs", "rhs", "condition", "filter"):
        _walk(getattr(node, name, None), found, seen)
    if hasattr(node, "get_source_expressions"):
        _walk(list(node.get_source_expressions()), found, seen)


def _tables(query: Query) -> Iterator[tuple[str, str]]:
    for alias, table in query.alias_map.items():
        yield alias, table.table_name


def declared(source: Source) -> set[str]:
    """The tables whose changes send a source's figures back."""
    models: set[type[Model]] = set(source.touched_by)
    for measure in _measures(source):
        models |= set(measure.steady) if isinstance(measure, Measure) else set()
    if isinstance(source.of, Coverage):
        models |= set(source.of.population.reads)
    if isinstance(source, Duty) and source.owed_by is not None:
        models |= set(source.owed_by.reads)
    return {m._meta.db_table for m in models} | GROUND


def read_by(source: Source) -> set[str]:
    """The tables that counting a source reads."""
    found: set[str] = set()
    for measure in _measures(source):
        found |= tables_of(_whole(measure))
    if isinstance(source.of, Coverage):
        found |= _register(source.of.population)
    return found


def _measures(source: Source) -> list[Measure | Reached | Holds]:
    of = source.of
    if isinstance(of, Share):
        return [of.part, of.whole]
    return [of] if isinstance(of, Measure) else [of.rows]


def _whole(measure: Measure | Reached | Holds) -> QuerySet[Any]:
    """The rows with every field and condition that counting adds to them."""
    rows = measure.rows()
    names = [
        getattr(measure, name, None)
        for name in (
            "counts_for", "done_on", "received", "unit", "subject", "amount", "requirement",
            "reached_on", "known_on", "handed_on", "opened_on", "closed_on",
        )
    ]  # fmt: skip
    for condition in (getattr(measure, "waits", None), getattr(measure, "open", None)):
        if condition is not None:
            rows = rows.filter(condition) | rows.exclude(condition)
    return rows.values_list(*{n for n in names if n})


def _register(population: Population) -> set[str]:
    return tables_of(population.joined.on(_ANY_DAY)) if population.joined is not None else set()


def check_measures(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a source that reads a table nobody would tell it about."""
    found: list[checks.CheckMessage] = []
    for source in registry.duties().values():
        unknown = read_by(source) - declared(source)
        if unknown:
            found.append(
                checks.Error(
                    f"{source.code} reads {', '.join(sorted(unknown))}, but no declaration says when that changes.",
                    hint="Name the model in the measure's touched_by, or in the population's reads.",
                    id="measures.E001",
                )
            )
    return found
