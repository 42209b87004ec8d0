"""Whoever starts a demonstration with their own document goes on in that town, and finds its villages' sites in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sanzhi.config import homes
from tests.journeys.installation import FOUND, ROOT, sanzhi

SAMPLE = ROOT / "samples" / "qinghe-2022-3.txt"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The named folder after `sanzhi start --plan FILE`."""
    home = tmp_path_factory.mktemp("started")
    done = sanzhi(home, "start", "--no-serve", "--plan", str(SAMPLE))
    assert done.code == 0, done.err
    return home


def told(home: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(next(home.glob("plan-*")) / "sanzhi.sqlite3")) as db:
        return db.execute(sql).fetchall()


def test_the_clock_moves_the_town_that_was_started_last(started: Path) -> None:
    assert sanzhi(started, "clock", "set", "2022-06-08").code == 0
    assert told(started, "SELECT demo_day FROM clock_installation") == [("2022-06-08",)]
    assert not (started / "sanzhi.sqlite3").exists()


def test_the_villages_have_their_sites_before_the_plan_is_confirmed(started: Path) -> None:
    sites = told(started, "SELECT state, count(*) FROM facilities_site WHERE kind = 'video' GROUP BY state")
    assert dict(sites)["accepted"] == 4 and dict(sites)["handed_in"] == 1
    assert told(started, "SELECT state FROM ledger_planversion") == [("read",)]


def test_a_real_installation_is_never_left_for_a_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    assert sanzhi(home, *FOUND).code == 0
    (home / "plan-1").mkdir()
    (home / "plan-1" / "sanzhi.sqlite3").touch()
    (home / homes.MARK).write_text("plan-1", encoding="ascii")
    monkeypatch.delenv("SANZHI_DATABASE_URL", raising=False)
    monkeypatch.setenv("SANZHI_HOME", str(home))
    homes.follow("clock")
    assert homes.root() == home


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\xff" * 300, "只有一句话，没有任务。".encode()])
def test_a_document_that_cannot_be_read_makes_no_data_folder(tmp_path: Path, content: bytes | None) -> None:
    plan, home = tmp_path / "plan.txt", tmp_path / "home"
    if content is not None:
        plan.write_bytes(content)
    done = sanzhi(home, "start", "--no-serve", "--plan", str(plan))
    assert (done.code, done.clear, home.exists()) == (2, True, False), done.err
