"""A small town on a real installation, behind the real server, that can be killed: for tests of what survives.

`python -m tests.walked_town` builds it in the data folder that SANZHI_HOME names: 上河村 with two groups of 20 and 10
households; 陈立 (cadre) looks after both, 林秀兰 is secretary. It stands on 2022-05-25 as a demonstration does.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from tests.browser.demo import free_port

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180


class House:
    """The installation: started, killed in the middle of anything, started again; its tables can be asked meanwhile."""

    def __init__(self, home: Path, url: str = "", **more: str) -> None:
        self.home, self.url, self.port = home, url, free_port()
        home.mkdir(parents=True, exist_ok=True)
        outside = {k: v for k, v in os.environ.items() if not k.startswith(("SANZHI_", "DJANGO_", "PYTEST_"))}
        self.env = (
            outside | {"SANZHI_HOME": str(home), "PYTHONPATH": str(ROOT), "SANZHI_DATABASE_URL": url} | more
        )
        self.program: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *words: str) -> str:
        """Run a module of Python on the installation; what it printed. Fails with what it said."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def build(self) -> House:
        """The town of this file."""
        self.run("tests.walked_town")
        return self

    def start(self, workers: int = 1) -> House:
        """Open the server and wait until it answers."""
        words = [sys.executable, "-m", "sanzhi", "serve", "--port", str(self.port), "--workers", str(workers)]
        with (self.home / "terminal.txt").open("ab") as log:
            # A group of its own, so that a kill meets the server, its workers and the worker of the night at once.
            self.program = subprocess.Popen(
                words, env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.program.poll() is None, (self.home / "terminal.txt").read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):
                    return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not open in {PATIENCE} s")

    def kill(self) -> None:
        """SIGKILL to all of it: nothing is told, nothing is finished."""
        if self.program is not None:
            os.killpg(self.program.pid, signal.SIGKILL)
            self.program.wait(timeout=30)
            self.program = None

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database as they lie there."""
        if self.url:
            with psycopg.connect(self.url) as there:
                return there.execute(query).fetchall()
        with sqlite3.connect(f"file:{self.home / 'sanzhi.sqlite3'}?mode=ro", uri=True, timeout=20) as here:
            return here.execute(query).fetchall()

    def uids(self) -> list[str]:
        """The uid of each outing, in the order of arrival."""
        return [str(row[0]).replace("-", "") for row in self.ask("SELECT uid FROM visits_outing ORDER BY id")]


def build() -> Mapping[str, int]:
    """Fill an empty installation with the town."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanzhi.config.settings")
    django.setup()
    # Only now are the settings and models there.
    from sanzhi.config.demo.prepare import migrate
    from sanzhi.foundation import clock
    from sanzhi.foundation.audit.guard import writes_allowed
    from sanzhi.foundation.clock.models import Installation
    from tests import people

    migrate()
    with clock.standing_on(people.TODAY):
        with writes_allowed():
            Installation.objects.create(
                pk=1, kind=Installation.Kind.DEMO, county="云岭县", demo_day=people.TODAY
            )
        return _walked(people.build(("上河村", "下河村")))


def _walked(town: Any) -> Mapping[str, int]:
    from sanzhi.foundation.audit.guard import writes_allowed
    from sanzhi.foundation.orgs.models import Unit
    from sanzhi.foundation.people import actions as registers
    from sanzhi.foundation.people.actions import NewHousehold
    from sanzhi.mechanisms.visits import actions
    from tests.people import FOUNDED, SYSTEM

    groups = list(Unit.objects.filter(kind="group").order_by("code"))[:2]
    for number, (group, count) in enumerate(zip(groups, (20, 10), strict=True), 1):
        surnames = "陈林王李张黄吴刘周徐"
        homes = [
            NewHousehold(
                f"01{number}{n:02d}", group, door=f"{number}组{n}号", walk_order=n, surname=surnames[n % 10]
            )
            for n in range(1, count + 1)
        ]
        registers.open_households(by=SYSTEM, households=homes, on=FOUNDED)
    for key, name, kind in (("cadre", "陈立", "committee"), ("secretary", "林秀兰", "party_secretary")):
        person = registers.register_person(by=SYSTEM, town=town.unit, name=name)
        post = registers.open_post(
            by=SYSTEM, person=person, unit=town.villages["上河村"], kind=kind, on=FOUNDED
        )
        with writes_allowed():
            town.users[key].person = person
            town.users[key].save()
        if key == "cadre":
            for group in groups:
                actions.link_cadre(by=town.secretary, post=post, group=group, on=FOUNDED, ground="两委会分工")
    return {"groups": len(groups)}


if __name__ == "__main__":
    build()
