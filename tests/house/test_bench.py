"""The benchmark measures, tells, and touches nothing but its own scratch database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sanzhi.config.bench import SECTIONS, TITLES
from sanzhi.config.bench.figures import Figure, as_json, at_least, at_most, from_json, table
from tests.house.source import ROOT


def bench(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an installation would, on its own data folder and SQLite."""
    environment = {
        k: v for k, v in os.environ.items() if k not in ("SANZHI_DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    command = [sys.executable, "-m", "sanzhi", "bench", *words]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"SANZHI_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_section_is_told_as_a_table_and_as_json_and_leaves_the_installation_alone(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    home = tmp_path / "home"
    done = bench(home, "board", "--quick", "--json", str(out))
    assert done.returncode in (0, 1), done.stderr
    figures = {row["name"]: row for row in json.loads(out.read_text(encoding="utf-8"))}
    assert "27 项任务 × 90 个村：查询" in done.stdout
    for villages in (9, 90):
        assert figures[f"27 项任务 × {villages} 个村：查询"]["reached"] is True
    assert figures["90 个村比 9 个村多查询"]["value"] == 0
    assert not home.exists()


def test_an_unknown_section_is_refused_with_what_there_is(tmp_path: Path) -> None:
    done = bench(tmp_path, "nothing")
    assert done.returncode == 2 and "reader" in done.stderr and "Traceback" not in done.stderr


def test_a_database_with_tables_in_it_is_refused_and_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "sanzhi.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE somebody (name TEXT)")
    done = bench(tmp_path, "reader", "--inside", str(tmp_path / "figures.json"))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("somebody",)]


def test_figures_say_whether_they_reached_what_was_asked_when_told() -> None:
    figures = [at_most("board", "查询", 8, "次", 12), at_least("reader", "速度", 0.5, "MB/秒", 1)]
    assert [f.reached for f in figures] == [True, False]
    assert from_json(as_json(figures)) == figures
    assert "达到" in table(figures) and "未达到" in table(figures)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_a_title_and_a_module_to_run(name: str) -> None:
    assert TITLES[name] and (ROOT / "sanzhi" / "config" / "bench" / f"{name}.py").exists()
    assert isinstance(Figure(name, "", 0, ""), Figure)
