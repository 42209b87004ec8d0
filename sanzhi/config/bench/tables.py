"""Filling tables with as many records as a county has in years: copies of one true record, made by the database itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model

from sanzhi.foundation.audit.guard import writes_allowed


def make_tables() -> None:
    """Make the tables and gather the static files, as an installation has them."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def numbers(count: int, start: int = 0) -> str:
    """SQL for the numbers `i` from `start`, so many of them."""
    return f"WITH RECURSIVE k(i) AS (SELECT {start} UNION ALL SELECT i + 1 FROM k WHERE i + 1 < {start + count}) SELECT i FROM k"


def copies(row: Model, source: str, change: Mapping[str, str]) -> int:
    """Add a copy of a record for each row `n` of the select `source`; `change` is column → SQL over `n` and `t`, the record.

    Copies keep every other column of the record, so they stay true to a model that grows. Returns how many.
    """
    quote = connection.ops.quote_name
    own = quote(row._meta.db_table)
    fields = [f for f in row._meta.concrete_fields if not f.primary_key or f.remote_field]
    columns = [f.column for f in fields]
    values = [change.get(c, f"t.{quote(c)}") for c in columns]
    key = quote(row._meta.pk.column)
    sql = (
        f"INSERT INTO {own} ({', '.join(map(quote, columns))}) "
        f"SELECT {', '.join(values)} FROM ({source}) n CROSS JOIN {own} t WHERE t.{key} = {int(row.pk)}"
    )
    with writes_allowed(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


def fresh_uid() -> str:
    """SQL for a new client-made key."""
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def one_of(keys: Sequence[int], number: str = "n.i") -> str:
    """SQL that takes one key after the other."""
    whens = " ".join(f"WHEN {i} THEN {key}" for i, key in enumerate(keys))
    return f"CASE ({number}) % {len(keys)} {whens} END"


def day_from(first: str, days: int, number: str = "n.i") -> str:
    """SQL for a day: `first` and up to `days` after it, in turn."""
    if connection.vendor == "postgresql":
        return f"(DATE '{first}' + CAST(({number}) % {days} AS integer))"
    return f"date('{first}', '+' || (({number}) % {days}) || ' days')"


def text_of(number: str = "n.i", prefix: str = "") -> str:
    """SQL for a text that ends in the number."""
    return f"'{prefix}' || CAST({number} AS varchar(20))"


def look_around() -> None:
    """Let the database learn how large its tables have become, as the nightly job does."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
