"""The guard: a write to a table of ours outside an action is a programming error and is refused, also at run time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps

# Depth of actions (and of named exceptions) around the current statement.
_open: ContextVar[int] = ContextVar("writes_open", default=0)
# Reads by their first word: nearly all statements pass here without being searched.
_READ = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA)\b", re.IGNORECASE)
# Anywhere in the statement: behind a comment, in a WITH, as a second statement, with a schema before the table.
_WRITE = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?"
    r"|MERGE\s+INTO|COPY|TRUNCATE(?:\s+TABLE)?(?:\s+ONLY)?)\s+((?:[\w\"'`.\[\]]+\s*,?\s*)+)",
    re.IGNORECASE,
)
_NAME = re.compile(r"\w+")


class WriteOutsideAction(RuntimeError):
    """A statement tried to change one of our tables with no action around it."""


@cache
def our_tables() -> frozenset[str]:
    """Tables of the project's own models; tables of third-party packages (sessions, axes …) are the listed exception."""
    return frozenset(
        m._meta.db_table
        for m in apps.get_models(include_auto_created=True)
        if m.__module__.startswith("sanzhi.")
    )


@contextmanager
def writes_allowed() -> Iterator[None]:
    """Open the guard. Only `action` uses it, and what stands in docs/architecture.md (migrations, bulk loader, tests)."""
    token = _open.set(_open.get() + 1)
    try:
        yield
    finally:
        _open.reset(token)


def written_table(sql: str) -> str | None:
    """The table of ours that a statement writes to; None for a read or a table of somebody else."""
    if _READ.match(sql) and ";" not in sql:
        return None
    for found in _WRITE.finditer(sql):
        for name in _NAME.findall(found.group(1)):
            if name in our_tables():
                return name
    return None


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict) -> Any:
    if not _open.get() and (table := written_table(str(sql))) is not None:
        raise WriteOutsideAction(f"write to {table} outside an action: {str(sql)[:120]}")
    return execute(sql, params, many, context)


def watch(sender: object, connection: Any, **kwargs: object) -> None:
    """Put the guard on a new database connection."""
    if _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)
