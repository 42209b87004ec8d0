"""Days as SQLite keeps them: texts, of which a year has few, so each is read once and not once per row."""

from __future__ import annotations

import datetime as dt
import sqlite3
from functools import lru_cache


@lru_cache(maxsize=8192)
def stored_day(text: bytes) -> dt.date:
    """The day that a column of days holds ("2022-05-25")."""
    return dt.date.fromisoformat(text.decode())


def read_days_once() -> None:
    """Let SQLite's driver read days by `stored_day`; to be called once Django has named its own reader."""
    sqlite3.register_converter("date", stored_day)
