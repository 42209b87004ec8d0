"""Handing the records of a town out: all files as they are at one moment, their manifest, and the entry in the chain."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.exporting import Export, Written, write
from sanzhi.kit.exports.catalogue import exports

FORMAT = 1
MANIFEST = "manifest.json"


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it is now, without holding anybody up who writes meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Our transactions on SQLite begin as writing ones; this one only reads.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def write_records(
    town: Unit, folder: Path, *, today: dt.date, clock: str, say: Callable[[str], None] = lambda _: None
) -> tuple[list[Written], str]:
    """Write every export of a town into an empty folder, and the manifest. Returns the files and the manifest's SHA-256.

    `clock`: "real", or "demo" where the day is a demonstration's. `say` is told of each file as it is done.
    """
    known = exports()
    written = []
    with one_moment():
        for export in known:
            written.append(write(export, town, folder))
            say(f"{export.file_name}：{written[-1].rows} 行")
    text = manifest_of(town, known, written, today=today, clock=clock)
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    return written, hashlib.sha256(text.encode()).hexdigest()


def manifest_of(
    town: Unit, known: Sequence[Export], written: Sequence[Written], *, today: dt.date, clock: str
) -> str:
    """What the files are: whose, as of which day, and of each the columns, the number of rows and the SHA-256."""
    files = {
        export.file_name: {
            "label": export.label,
            "columns": [name for name, _ in export.columns],
            "rows": done.rows,
            "sha256": done.sha256,
        }
        for export, done in zip(known, written, strict=True)
    }
    content = {
        "sanzhi_records": FORMAT,
        "town": town.code,
        "town_name": town.name,
        "as_of": today.isoformat(),
        "clock": clock,
        "files": files,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@action("exports.hand_out_records", "导出记录供复算")
def note_handing_out(
    *, by: Actor, town: Unit, written: Sequence[Written], manifest: str, today: dt.date
) -> None:
    """Keep in the town's chain that its records were handed out as files: how many, of which day, under which digest."""
    about(
        town, files=len(written), rows=sum(w.rows for w in written), as_of=today.isoformat(), digest=manifest
    )
