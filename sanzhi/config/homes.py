"""Which data folder a command works on: the one that is named, or the demonstration that was started in it last."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from pathlib import Path

MARK = "started"
"""File in the named folder that holds the name of the demonstration started last."""
WITHOUT = frozenset({"start", "init", "restore", "bench", "plan", "verify"})
"""Commands that choose their folder themselves or need none."""


def root() -> Path:
    """The folder that is named: by SANZHI_HOME, else `var` beside the package."""
    return Path(os.environ.get("SANZHI_HOME") or Path(__file__).resolve().parents[2] / "var")


def choose(document: bytes | None) -> Path:
    """Choose the folder of a demonstration: one of its own for each document, the named one without. Gives the named."""
    home = root()
    if document is not None:
        own = home / f"plan-{hashlib.sha256(document).hexdigest()[:12]}"
        os.environ["SANZHI_HOME"] = str(own)
    return home


def remember(home: Path) -> None:
    """Keep in the named folder which demonstration was started last."""
    own = root()
    if own == home:
        (home / MARK).unlink(missing_ok=True)
    else:
        (home / MARK).write_text(own.name, encoding="ascii")


def follow(command: str) -> None:
    """Let a command work on the demonstration started last, so that `clock` moves the town that is being looked at.

    A real installation in the named folder is never left, nor another database.
    """
    if command in WITHOUT or os.environ.get("SANZHI_DATABASE_URL"):
        return
    home = root()
    try:
        own = home / (home / MARK).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return
    if (own / "sanzhi.sqlite3").is_file() and own.parent == home and not _real(home):
        os.environ["SANZHI_HOME"] = str(own)


def _real(home: Path) -> bool:
    kept = home / "sanzhi.sqlite3"
    if not kept.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"file:{kept}?mode=ro", uri=True)) as database:
            return database.execute("SELECT kind FROM clock_installation").fetchone() == ("real",)
    except sqlite3.Error:
        return False
