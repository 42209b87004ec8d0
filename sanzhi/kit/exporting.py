"""What leaves the house as CSV, so that anyone can count again: an export's declaration, its cells, and how it is written.

People and households go out as keyed pseudonyms alone; words that persons wrote stay behind. docs/records.md tells every
column. Rows are sorted by their text, so that the same records give the same bytes on every database; what is longer than
memory should hold is sorted in pieces.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import heapq
import io
import itertools
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.privacy.encryption import pseudonym

AT_ONCE = 20_000
"""So many rows are sorted in memory."""
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Export:
    """One file: `name` ("visits.outings" → visits.outings.csv), its columns with what they mean, and its rows of a town.

    A column's name never changes; a new one is added at the end. `rows` streams, and gives one cell per column.
    """

    name: str
    label: str
    columns: tuple[tuple[str, str], ...]
    rows: Callable[[Unit], Iterable[tuple[Any, ...]]]

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.name}.csv"


@dataclass(frozen=True)
class Written:
    """A file that was written: how many rows, and the SHA-256 of its bytes."""

    name: str
    rows: int
    sha256: str


def hidden(kind: str, key: object) -> str:
    """The keyed pseudonym of a person, post, household, link or account; empty where there is none."""
    return "" if key is None else pseudonym(kind, str(key))


def day(moment: dt.datetime) -> dt.date:
    """The day of a moment in Shanghai: of a record's arrival its day alone goes out."""
    return moment.astimezone(SHANGHAI).date()


def cell(value: object) -> str:
    """A value as it stands in a file: days as 2022-06-01, moments in Shanghai, yes and no as 1 and 0, nothing as empty.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(timespec="seconds")
    if isinstance(value, int | dt.date | Fraction):
        return str(value)
    text = str(value).replace("\x00", "").replace("\r\n", "\n")
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def write(export: Export, town: Unit, folder: Path) -> Written:
    """Write one export of a town into a folder: a header row, then the rows in the order of their texts."""
    path, digest, rows = folder / export.file_name, hashlib.sha256(), 0
    with path.open("xb") as out, tempfile.TemporaryDirectory(dir=folder) as spill:
        for line in _lines([name for name, _ in export.columns], _sorted(export, town, Path(spill))):
            out.write(line)
            digest.update(line)
            rows += 1
    return Written(export.name, rows - 1, digest.hexdigest())


def _lines(header: list[str], rows: Iterable[list[str]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for values in itertools.chain([header], rows):
        writer.writerow(values)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cells(export: Export, town: Unit) -> Iterator[list[str]]:
    width = len(export.columns)
    for row in export.rows(town):
        if len(row) != width:
            raise TypeError(f"{export.name}: a row has {len(row)} cells for {width} columns")
        yield [cell(value) for value in row]


def _sorted(export: Export, town: Unit, spill: Path) -> Iterator[list[str]]:
    """The rows in order; beyond what is sorted in memory, merged from sorted pieces on disk."""
    held: list[list[str]] = []
    pieces: list[Path] = []
    for row in _cells(export, town):
        held.append(row)
        if len(held) >= AT_ONCE:
            pieces.append(_spilled(held, spill / f"{len(pieces)}.jsonl"))
            held = []
    held.sort()
    if not pieces:
        yield from held
        return
    opened: list[IO[str]] = [p.open(encoding="utf-8") for p in pieces]
    try:
        yield from heapq.merge(*((json.loads(line) for line in f) for f in opened), held)
    finally:
        for f in opened:
            f.close()


def _spilled(rows: list[list[str]], path: Path) -> Path:
    rows.sort()
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    return path
