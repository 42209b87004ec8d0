#!/usr/bin/env python3
"""Write requirements*.txt anew from requirements*.in: every package pinned with its digests, and no address in it.

An address in a lock ties each user to one registry and keeps mirrors out; digests do not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("requirements-start", "requirements", "requirements-dev")  # the last one is held to the one before
ADDRESS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|(?<![\w.])/\w+/")


def lock(name: str, upgrade: bool) -> None:
    """Compile one file for every platform and every Python from 3.11 on."""
    words = [
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    words += ["--no-emit-index-url", "--no-emit-find-links", "-o", f"{name}.txt", f"{name}.in"]
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_SYSTEM_CERTS="1")
    env["UV_CUSTOM_COMPILE_COMMAND"] = "python3 tools/lock_requirements.py"
    env["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{env['PATH']}"
    subprocess.run(words + (["--upgrade"] if upgrade else []), cwd=ROOT, env=env, check=True)
    if found := ADDRESS.search((ROOT / f"{name}.txt").read_text(encoding="utf-8")):
        sys.exit(f"{name}.txt holds an address: {found.group()}")


if __name__ == "__main__":
    for each in NAMES:
        lock(each, upgrade="--upgrade" in sys.argv[1:])
