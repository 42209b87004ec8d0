"""run.py: which program some words are for, and when the environment is made anew."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.house import source
from tools import run_tests


@pytest.fixture
def start(tmp_path: Path) -> ModuleType:
    """run.py as a module, with its environment in an empty folder."""
    spec = importlib.util.spec_from_file_location("start", source.ROOT / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VENV = str(tmp_path)
    module.PYTHON = str(tmp_path / "bin" / "python")
    return module


@pytest.mark.parametrize(
    ("words", "handed_on"),
    [
        ([], ["-m", "sanzhi", "start"]),
        (["--plan", "方案.docx"], ["-m", "sanzhi", "start", "--plan", "方案.docx"]),
        (["plan", "read", "方案.docx", "--json"], ["-m", "sanzhi", "plan", "read", "方案.docx", "--json"]),
        (["--port", "9000"], ["-m", "sanzhi", "start", "--port", "9000"]),
        (["--help"], ["-m", "sanzhi", "--help"]),
        (["audit", "verify"], ["-m", "sanzhi", "audit", "verify"]),
    ],
)
def test_words_go_to_the_command_line_of_the_package(
    start: ModuleType, words: list[str], handed_on: list[str]
) -> None:
    assert start.command(words) == [start.PYTHON, *handed_on]


def test_the_word_test_goes_to_the_stages_with_what_follows(start: ModuleType) -> None:
    assert start.command(["test", "fast"])[1:] == [str(source.ROOT / "tools" / "run_tests.py"), "fast"]


def test_an_environment_is_fresh_only_for_the_same_list_in_the_same_folder(
    start: ModuleType, tmp_path: Path
) -> None:
    name = "requirements.txt"
    assert not start.is_installed(name)
    Path(start.stamp(name)).write_text(start.digest(name))
    assert start.is_installed(name)
    start.ROOT = str(tmp_path)
    (tmp_path / name).write_bytes((source.ROOT / name).read_bytes())
    assert not start.is_installed(name)


def test_a_mirror_set_for_pip_is_passed_on_to_uv(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://mirror.example/simple")
    env = start.environment_for_uv()
    assert env["UV_DEFAULT_INDEX"] == "http://mirror.example/simple"
    assert env["UV_PYTHON_DOWNLOADS"] == "never"


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("140 passed, 1 warning in 5.57s", "140 passed, 1 warning"),
        ("==== 2 failed, 3 passed in 75.67s (0:01:15) ====", "2 failed, 3 passed"),
        ("no tests ran in 0.01s", None),
        ("told that 3 passed in the test", None),
    ],
)
def test_the_closing_line_of_pytest_is_found_among_its_output(line: str, counts: str | None) -> None:
    found = run_tests.CLOSING.match(line)
    assert (found and found.group(1).strip()) == counts


def test_the_table_ends_with_counts_and_one_failed_stage_fails_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    passed = run_tests.Outcome("sqlite", True, 3.0, "7 passed, 2 warnings")
    failed = run_tests.Outcome("browser", False, 1.0, "1 failed, 2 passed, 1 error")
    away = run_tests.Outcome("types", None, 0.0, "no browser")
    assert run_tests.report([passed, away]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed"
    assert run_tests.report([passed, failed]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "9 passed, 2 failed"
