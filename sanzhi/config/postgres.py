"""PostgreSQL's own tools for backups, when the machine has them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from sanzhi.config.backups import facts_by
from sanzhi.domain.problems import Problem

_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname = current_schema()"
)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Problem("backup.no_pg_dump", tool=name)
    return found


def _run(tool: str, *arguments: str) -> None:
    given = settings.DATABASES["default"]
    named = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": connection.settings_dict["NAME"],
    }
    environment = {**os.environ, **{k: str(v) for k, v in named.items() if v}}
    done = subprocess.run(
        [_tool(tool), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["?"]
        raise Problem("backup.pg_failed", tool=tool, reason=lines[-1])


def _ask(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def facts() -> dict[str, Any]:
    """Counts of all tables, and the heads of the chains, of the database that is set; sessions count for nothing."""
    found = facts_by(_ask, _TABLES)
    found["counts"]["django_session"] = 0
    return found


def dump(target: Path) -> dict[str, Any]:
    """Dump the database as it stood at one moment; returns its counts and heads of the same moment."""
    _tool("pg_dump")
    with transaction.atomic():
        _ask_nothing("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        ((snapshot,),) = _ask("SELECT pg_export_snapshot()")
        found = facts()
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            "--exclude-table-data=django_session",
            f"--file={target}",
        )
    return found


def _ask_nothing(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def load(source: Path) -> None:
    """Load a dump into the database that is set. Refuses one that has tables, and another kind of database."""
    if connection.vendor != "postgresql":
        raise Problem("backup.other_engine", made="PostgreSQL", here="SQLite")
    if tables := _ask(_TABLES):
        raise Problem("backup.not_empty", name=f"数据库（有 {len(tables)} 张表）")
    _run(
        "pg_restore",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={connection.settings_dict['NAME']}",
        str(source),
    )


def empty() -> None:
    """Take out again what `load` brought into an empty database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
        cursor.execute(f'CREATE SCHEMA "{schema}"')
