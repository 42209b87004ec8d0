"""A SQLite installation moved into an empty PostgreSQL: every row, the chains and the doors are as before."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.journeys.installation import FOUND, ROOT, code_of, sanzhi

PASSWORD = "autumn-7-rice"
_DOOR = """
import sys, django
django.setup()
from django.test import Client
client, (page, words) = Client(SERVER_NAME="localhost"), (sys.argv[1], dict(w.split("=", 1) for w in sys.argv[2:]))
print(client.post(page, words).status_code, client.get("/account/me").status_code)
"""
_NUMBERS = itertools.count()


def through_the_door(home: Path, url: str, page: str, **words: str) -> str:
    """Codes of a form of the door and of the page behind it, in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANZHI_")} | {
        "SANZHI_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "sanzhi.config.settings",
    }
    if url:
        environment["SANZHI_DATABASE_URL"] = url
    command = [sys.executable, "-c", _DOOR, page, *(f"{k}={v}" for k, v in words.items())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose administrator has set a password."""
    home = tmp_path_factory.mktemp("moving") / "home"
    code = code_of(sanzhi(home, *FOUND))
    words = {"username": "chen.li", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert through_the_door(home, "", "/account/slip", **words) == "302 200"
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(founded, tmp_path / "home"))


@pytest.fixture
def empty() -> str:
    """Address of an empty PostgreSQL database."""
    given = postgres.url_of_this_run()
    name = f"moving_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(given.replace("/sanzhi?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return given.replace("/sanzhi?", f"/{name}?")


def source(home: Path) -> str:
    """The SQLite file of a data folder."""
    return str(home / "sanzhi.sqlite3")


def tables(url: str) -> set[str]:
    """Tables of a PostgreSQL database."""
    with psycopg.connect(url) as db:
        return {row[0] for row in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def test_a_moved_installation_holds_its_chains_opens_its_door_and_goes_on(home: Path, empty: str) -> None:
    before = sanzhi(home, "audit", "verify").out
    done = sanzhi(home, "move", "--from", source(home), url=empty)
    assert (done.code, done.clear) == (0, True), done.err
    after = sanzhi(home, "audit", "verify", url=empty)
    assert (after.code, after.out) == (0, before)
    door = {"username": "chen.li", "password": PASSWORD}
    assert through_the_door(home, empty, "/account/sign-in", **door) == "302 200"
    # New rows take new keys: the sequences stand behind what was brought.
    assert sanzhi(home, "slip", "chen.li", url=empty).code == 0
    assert sanzhi(home, "audit", "verify", url=empty).code == 0


def test_a_target_that_holds_rows_is_refused_and_left_as_it_was(home: Path, empty: str) -> None:
    assert sanzhi(home, "move", "--from", source(home), url=empty).code == 0
    verified = sanzhi(home, "audit", "verify", url=empty).out
    again = sanzhi(home, "move", "--from", source(home), url=empty)
    assert (again.code, again.clear) == (2, True)
    assert sanzhi(home, "audit", "verify", url=empty).out == verified


def test_what_is_no_installation_is_refused_before_the_target_is_touched(
    home: Path, empty: str, tmp_path: Path
) -> None:
    junk, other = tmp_path / "junk.sqlite3", tmp_path / "other.sqlite3"
    junk.write_bytes(b"this is no database" * 100)
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE other (id)")
    for file in (junk, other, tmp_path / "nothing"):
        done = sanzhi(home, "move", "--from", str(file), url=empty)
        assert (done.code, done.clear) == (2, True), file
    assert tables(empty) == set()


def test_a_source_of_an_older_version_is_refused(home: Path, empty: str) -> None:
    with closing(sqlite3.connect(source(home))) as db:
        db.execute("DELETE FROM django_migrations WHERE app = 'registers'")
        db.commit()
    done = sanzhi(home, "move", "--from", source(home), url=empty)
    assert (done.code, done.clear, tables(empty)) == (2, True, set())


def test_a_source_whose_keys_lie_elsewhere_is_refused(home: Path, empty: str, tmp_path: Path) -> None:
    done = sanzhi(tmp_path / "elsewhere", "move", "--from", source(home), url=empty)
    assert (done.code, done.clear, tables(empty)) == (2, True, set())


def test_without_an_address_the_source_itself_is_refused(home: Path) -> None:
    done = sanzhi(home, "move", "--from", source(home))
    assert (done.code, done.clear) == (2, True)
