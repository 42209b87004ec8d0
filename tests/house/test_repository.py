"""What lies in the repository: the start as the README tells it, nothing of anyone's machine, vendored files with their source."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys

import pytest

from tests.house import source
from tools.house_rules import ROOT

START = "python3 run.py"
TEST = "python3 run.py test"
# Written in two parts, so that this file does not hold what it looks for.
MACHINES = [
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + r"me/\w",
    "/opt/whe" + "els",
    "/opt/py" + "pi",
    "/Us" + r"ers/\w",
]
HOSTS = [
    "py" + r"pi\.org",
    "pythonho" + "sted",
    "npm" + r"js\.org",
    r"deb\.deb" + "ian",
    r"mirrors?\.\w+\.(com|cn|edu)",
]
CHANGELOG_READERS = ("使用的人", "管理的人", "开发的人")
TEXT = (
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".html",
    ".css",
    ".js",
    ".json",
    ".sh",
    ".yml",
    ".yaml",
    ".cfg",
    "run",
)


def test_the_readme_opens_with_the_two_commands_that_ci_and_run_py_have() -> None:
    for path in ("README.md", "README.zh.md"):
        lines = [line.split("#")[0].strip() for line in source.text(path).splitlines()]
        assert START in lines and TEST in lines, path
    commands = [
        line
        for line in source.text(".ci/run").splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == [TEST]
    assert START in source.text("run.py") and TEST in source.text("run.py")


def test_no_file_names_a_machine_or_a_registry() -> None:
    pattern = re.compile("|".join(MACHINES + HOSTS))
    found = [
        f"{path}:{number}"
        for path in source.files(*TEXT)
        if source.written_by_hand(path)
        for number, line in enumerate(source.text(path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found


def test_the_requirements_are_pinned_by_digest_and_hold_no_address() -> None:
    for path in ("requirements.txt", "requirements-dev.txt", "requirements-start.txt"):
        text = source.text(path)
        assert not re.search(r"://|--(extra-)?index-url|--find-links", text), path
        pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text, re.MULTILINE)
        assert pins and len(pins) == len(re.findall(r"^[a-z0-9].*\\$", text, re.MULTILINE)), path


def test_every_wanted_package_is_locked_in_the_file_that_users_install() -> None:
    wanted = [
        re.split(r"[=\[<>~ ]", line)[0]
        for line in source.text("requirements.in").splitlines()
        if line[:1].isalpha()
    ]
    for path in ("requirements.txt", "requirements-dev.txt"):
        locked = set(re.findall(r"^([a-z0-9][\w.-]*)==", source.text(path), re.MULTILINE))
        assert set(wanted) <= locked, path


def test_a_vendored_file_has_its_source_version_and_licence_written_down() -> None:
    for path in source.files(""):
        if "/vendor/" not in path or path.endswith(("VENDORED.md", "LICENSE.txt")):
            continue
        notes = source.text(path[: path.index("/vendor/")] + "/vendor/VENDORED.md")
        row = next((line for line in notes.splitlines() if path.split("/vendor/")[1] in line), "")
        assert len(row.strip("| ").split("|")) >= 4 and re.search(r"\d+\.\d+", row), path
        if "SHA-256" in notes:
            assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() in row, path


def test_the_changelog_speaks_to_its_readers() -> None:
    headings = [
        line[4:].strip() for line in source.text("CHANGELOG.md").splitlines() if line.startswith("### ")
    ]
    assert headings and [h for h in headings if h not in CHANGELOG_READERS] == []


@pytest.mark.parametrize(
    "path", ["run.py", "tools/run_tests.py", "tools/house_rules.py", "tools/lock_requirements.py"]
)
def test_a_tool_says_at_its_head_what_it_is_for(path: str) -> None:
    assert source.tree(path).body and len(source.text(path).split('"""')[1]) > 60


def test_run_py_can_be_read_by_an_old_python() -> None:
    compile(source.text("run.py"), "run.py", "exec", dont_inherit=True, _feature_version=6)
    code = "import sys; sys.version_info = (3, 9, 0); sys.argv = ['run.py']; import os; os.environ['PATH'] = ''; "
    code += "exec(compile(open('run.py', encoding='utf-8').read(), 'run.py', 'exec'))"
    code = f"__file__ = 'run.py'\n__name__ = '__main__'\n{code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "3.11" in done.stderr and "Traceback" not in done.stderr
