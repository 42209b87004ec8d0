"""Keeping files: first the content safely on disk, then the row that names it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.files.kinds import MAX_BYTES, clean_name, kind_of, without_traces
from sanzhi.foundation.files.models import StoredFile
from sanzhi.foundation.orgs.models import Unit


def folder() -> Path:
    """Where contents lie, named by their digest."""
    return Path(settings.HOME) / "files"


def place_of(sha256: str) -> Path:
    """The place of one content."""
    return folder() / sha256[:2] / sha256[2:]


def read_sent(name: str, source: IO[bytes]) -> bytes:
    """All of a sent file. Refuses an empty one and one over 20 MB, without reading further than that."""
    content = source.read(MAX_BYTES + 1)
    if not content:
        raise Problem("files.empty", field="files", name=name)
    if len(content) > MAX_BYTES:
        size = getattr(source, "size", None) or len(content)
        raise Problem("files.too_large", field="files", name=name, size=-(-size // (1024 * 1024)))
    return content


@action("files.keep_file", "保存文件")
def keep_file(
    *, by: User, town: Unit, name: str, source: IO[bytes], uid: uuid.UUID | None = None
) -> StoredFile:
    """Keep a file that somebody handed in, its content checked, its photo without place and time.

    Refuses `files.empty`, `files.too_large`, `files.kind`, `files.locked`, `files.macros`, `files.broken`,
    `files.too_many_pixels`. A crash on the way leaves at most a content that no row names, never the other way round.
    """
    sent = read_sent(name, source)
    kind = kind_of(name, sent)
    content = without_traces(name, kind, sent)
    sha256 = hashlib.sha256(content).hexdigest()
    _write(sha256, content)
    stored = StoredFile.objects.create(
        uid=uid or uuid.uuid4(),
        town=town,
        sha256=sha256,
        name=clean_name(name, kind),
        size=len(content),
        content_type=kind.content_type,
        uploaded_by=by,
        at=clock.now(),
    )
    about(stored, name=stored.name, size=stored.size, sha256=sha256)
    return stored


def _write(sha256: str, content: bytes) -> None:
    """Lay a content down under its digest, whole or not at all, and on the disk before this returns."""
    place = place_of(sha256)
    if place.exists() and place.stat().st_size == len(content):
        os.utime(place)  # a sweep going on at this moment leaves it alone
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, unfinished = tempfile.mkstemp(dir=place.parent, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(content)
            f.flush()
            os.fsync(f.fileno())
        os.replace(unfinished, place)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        directory = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def lost(town: Unit | None = None) -> Iterator[StoredFile]:
    """Rows whose content is gone or no longer has its digest (for the check of a backup and of an installation)."""
    rows = StoredFile.objects.order_by("pk")
    for stored in (rows.filter(town=town) if town else rows).iterator(chunk_size=500):
        place = place_of(stored.sha256)
        if not place.exists() or hashlib.sha256(place.read_bytes()).hexdigest() != stored.sha256:
            yield stored


def sweep(older_than: dt.timedelta = dt.timedelta(days=1)) -> int:
    """Take away contents that no row names, left by crashes and refused forms; young ones stay. Returns how many."""
    if not folder().exists():
        return 0
    gone = 0
    with tempfile.NamedTemporaryFile(dir=folder()) as just_now:
        # Ages of files are told by the disk's own clock; a demonstration's day says nothing of them.
        limit = os.stat(just_now.name).st_mtime - older_than.total_seconds()
    for place in folder().glob("??/*"):
        sha256 = place.parent.name + place.name
        if place.stat().st_mtime < limit and not StoredFile.objects.filter(sha256=sha256).exists():
            place.unlink(missing_ok=True)
            gone += 1
    return gone
