"""A real installation on its own folder, as whoever keeps the machine meets it: by the command line alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = ("init", "--county", "云岭县", "--town-code", "YLQH", "--town", "青禾镇", "--admin", "chen.li")


class Done:
    """What a command said and how it ended."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def clear(self) -> bool:
        """Whether it spoke in sentences: no stack trace, and something was said."""
        return "Traceback" not in self.err and bool((self.out + self.err).strip())


def sanzhi(home: Path, *words: str, url: str = "", path: str = "", given: str = "") -> Done:
    """Run `sanzhi WORDS` on a data folder, with a PostgreSQL address and an addition to PATH where they are given."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("SANZHI_", "DJANGO_SETTINGS_MODULE"))
    }
    environment |= {"SANZHI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    if url:
        environment["SANZHI_DATABASE_URL"] = url
    if path:
        environment["PATH"] = f"{path}{os.pathsep}{environment.get('PATH', '')}"
    command = [sys.executable, "-m", "sanzhi", *words]
    return Done(
        subprocess.run(
            command,
            env=environment,
            cwd=home.parent,
            capture_output=True,
            text=True,
            check=False,
            input=given,
        )
    )


def code_of(done: Done) -> str:
    """The slip's code that a command printed."""
    found = re.search(r"\w{4}-\w{4}-\w{4}", done.out)
    assert found is not None, done.out + done.err
    return found.group()
