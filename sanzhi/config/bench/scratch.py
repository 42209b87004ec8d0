"""Where a section is measured: a temporary folder and an empty database, never the installation's data."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sanzhi.config.bench.figures import Figure, from_json
from sanzhi.domain.problems import Problem, declare

declare(
    "bench",
    {
        "unknown": "没有“{name}”这一项测量。可选：{known}。",
        "not_empty": "SANZHI_DATABASE_URL 指向的数据库不是空的（已有 {count} 张表）。"
        "测量会往里写大量数据，请换一个专用的空数据库。",
        "failed": "“{name}”这一项没有量完。上面几行说明了原因。",
        "no_page": "测量用的页面 {url} 没有打开（{answer}）。请先确认页面能用，再重新测量。",
    },
)


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="sanzhi-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def measure(
    names: Sequence[str], *, quick: bool, root: Path, say: Callable[[str], None]
) -> Iterator[tuple[str, list[Figure]]]:
    """Measure the sections one after another, each in a process and a data folder of its own."""
    shared = bool(os.environ.get("SANZHI_DATABASE_URL"))
    for name in names:
        say(f"测量：{name} …")
        home = root / name
        home.mkdir()
        found = home / "figures.json"
        command = [sys.executable, "-m", "sanzhi", "bench", name, "--inside", str(found)]
        environment = os.environ | {"SANZHI_HOME": str(home), "SANZHI_DEBUG": ""}
        done = subprocess.run([*command, *(["--quick"] if quick else [])], env=environment, check=False)
        if done.returncode == 2:
            raise Problem("bench.failed", name=name)
        if done.returncode:
            # The others are still worth measuring.
            yield name, [Figure(name, "没有量完，原因见上", 0, "", "量完", False)]
        else:
            yield name, from_json(json.loads(found.read_text(encoding="utf-8")))
        if not shared:
            shutil.rmtree(home, ignore_errors=True)


def refuse_used_database() -> None:
    """Before anything is written: a database that has a table is somebody's. To be asked with Django loaded."""
    from django.db import connection

    count = len(connection.introspection.table_names())
    if count:
        raise Problem("bench.not_empty", count=count)


def empty_again() -> None:
    """Take away what the section made in a PostgreSQL database that was empty when it began."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
