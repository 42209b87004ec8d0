#!/usr/bin/env python3
"""Run the tests: `python3 run.py test`.

    run.py test                  everything: checks of the code, SQLite, PostgreSQL, browser
    run.py test fast             checks that take seconds, and the tests on SQLite
    run.py test types browser    single stages by name
    run.py test tests/house -x   anything else goes to pytest as it is

All stages run, also after one that failed; a table and one closing line end it. Exit 0 when everything passed, 1 when
something failed, 2 when the machine cannot do it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import chromium  # noqa: E402

PYTHON = sys.executable
BIN = Path(PYTHON).parent
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
CLOSING = re.compile(
    r"^=* ?(\d+ (?:passed|failed|errors?|skipped|deselected|warnings?|xfailed)[^=]*) in [\d.]+s"
)
LONGEST = 20 * 60  # seconds for one stage; what hangs is ended, so that the other stages still tell something
SHARED_OUT = ("--dist", "loadfile", "--no-loadscope-reorder")  # file by file, in the order of conftest.py
PROCESSES = str(min(4, os.cpu_count() or 2))


@dataclass
class Outcome:
    """What one stage came to: its name, whether it passed (None: it could not run here), seconds, and its count."""

    name: str
    passed: bool | None
    seconds: float
    note: str = ""


def tool(*words: str, env: dict[str, str] | None = None) -> Callable[[], tuple[bool | None, str]]:
    """A stage that runs a program of the environment and passes when it ends with 0."""

    def stage() -> tuple[bool | None, str]:
        code, _ = call([str(BIN / words[0]), *words[1:]], env)
        return code == 0, ""

    return stage


def tests(*words: str, database: str) -> Callable[[], tuple[bool | None, str]]:
    """A stage of pytest on one of the databases. No test at all is a failure."""

    def stage() -> tuple[bool | None, str]:
        command = [PYTHON, "-m", "pytest", "-q", "--color=no", "-n", PROCESSES, *SHARED_OUT, *words]
        code, closing = call(command, {"SANZHI_TEST_DATABASE": database})
        return code == 0, closing or "no test ran"

    return stage


def browser() -> tuple[bool | None, str]:
    """The tests in a real browser, after installing one where that needs no question."""
    if missing := chromium.missing():
        apt_install([chromium.DEBIAN_PACKAGES[each] for each in missing])
    if reason := chromium.why_not():
        print(reason)
        return (False if IN_CI else None), reason
    return tests("tests/browser", database="sqlite")()


def templates() -> tuple[bool | None, str]:
    """The pages' templates, when there are any (djlint calls none a failure)."""
    if not next((ROOT / "sanzhi").rglob("*.html"), None):
        return True, "no template yet"
    return tool("djlint", "sanzhi", "--lint", "--quiet")()


def migrations() -> tuple[bool | None, str]:
    """No model without its migration. It needs no database of anyone: the data folder is an empty one."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    code, _ = call([PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"], env)
    return code == 0, ""


STAGES: dict[str, Callable[[], tuple[bool | None, str]]] = {
    "format": tool("ruff", "format", "--check", "."),
    "lint": tool("ruff", "check", "."),
    "floors": tool("lint-imports", "--no-logo"),
    "templates": templates,
    "types": tool("mypy"),
    "migrations": migrations,
    "sqlite": tests("--ignore=tests/browser", database="sqlite"),
    "postgresql": tests(
        "--ignore=tests/browser", "--ignore=tests/domain", "--ignore=tests/house", database="postgresql"
    ),
    "browser": browser,
}
LANES = {
    "full": tuple(STAGES),
    "all": tuple(STAGES),
    "fast": ("format", "lint", "floors", "migrations", "sqlite"),
    "checks": ("format", "lint", "floors", "templates", "types", "migrations"),
}


def call(words: list[str], env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a program with its output shown as it comes; its exit code and pytest's closing counts, if any."""
    closing = ""
    whole = dict(os.environ, **(env or {}))
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env=whole,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as program:
        watch = threading.Timer(LONGEST, program.kill)
        watch.start()
        for line in program.stdout or ():
            print(line, end="", flush=True)
            if found := CLOSING.match(line):
                closing = found.group(1).strip()
        if not watch.is_alive():
            print(f"stopped: it took longer than {LONGEST // 60} minutes")
        watch.cancel()
    return program.returncode, closing


def apt_install(packages: list[str]) -> None:
    """Install Debian packages when this is root, or sudo asks nothing; otherwise leave things as they are."""
    apt = shutil.which("apt-get")
    if not apt or (os.geteuid() != 0 and not shutil.which("sudo")):
        return
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    print(f"installing with apt: {' '.join(packages)}", flush=True)
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*rights, apt, *words], env=dict(os.environ, **env), capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:])


def run_stages(names: tuple[str, ...]) -> list[Outcome]:
    """Run the stages in their order, whatever the ones before came to."""
    outcomes = []
    for name in names:
        print(f"\n──── {name} " + "─" * (70 - len(name)), flush=True)
        began = time.monotonic()
        try:
            passed, note = STAGES[name]()
        except OSError as error:
            passed, note = False, str(error)
        outcomes.append(Outcome(name, passed, time.monotonic() - began, note))
    return outcomes


def report(outcomes: list[Outcome]) -> int:
    """Print the table and the closing line; the exit code."""
    words = {True: "passed", False: "FAILED", None: "not run"}
    print("\n──── all stages " + "─" * 60)
    for o in outcomes:
        print(f"{o.name:<12} {words[o.passed]:<8} {o.seconds:7.1f} s  {o.note}")
    print(f"{'together':<12} {'':<8} {sum(o.seconds for o in outcomes):7.1f} s")
    total = {"passed": 0, "failed": 0}
    for o in outcomes:
        counted = COUNTS.findall(o.note)
        for number, kind in counted:
            if kind != "skipped":
                total["passed" if kind == "passed" else "failed"] += int(number)
        if not counted and o.passed is not None:
            total["passed" if o.passed else "failed"] += 1
    print(f"{total['passed']} passed, {total['failed']} failed", flush=True)
    return 1 if any(o.passed is False for o in outcomes) else 0


def main(words: list[str]) -> int:
    """Choose stages or hand the words to pytest."""
    names: list[str] = []
    for word in words:
        if word in LANES:
            names.extend(LANES[word])
        elif word in STAGES:
            names.append(word)
        else:
            return subprocess.call([PYTHON, "-m", "pytest", *words], cwd=ROOT)
    return report(run_stages(tuple(dict.fromkeys(names)) or LANES["full"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
