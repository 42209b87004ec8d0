"""The demonstration town as a newcomer starts it: the real command, the real server, an empty data folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST_START = 240  # seconds, on a slow machine
GUIDE_PASSWORD = re.compile(r"密码[：:]\s*(\S+)")


@dataclass(frozen=True)
class DemoHouse:
    """A running demonstration: its address, the password of its people, and all that the terminal showed."""

    url: str
    password: str
    terminal: str


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo_house(home: Path) -> Iterator[DemoHouse]:
    """Start the demonstration in the folder `home`, wait until it answers, and stop it at the end."""
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SANZHI_", "DJANGO_", "PYTEST_"))}
    env.update(SANZHI_HOME=str(home), PYTHONUNBUFFERED="1")
    log = home / "terminal.txt"
    home.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as terminal:
        words = [sys.executable, "-m", "sanzhi", "start", "--port", str(port), "--workers", "1"]
        program = subprocess.Popen(words, env=env, stdout=terminal, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(program, url, log)
            shown = log.read_text(encoding="utf-8")
            password = GUIDE_PASSWORD.search(shown)
            assert password, shown
            yield DemoHouse(url, password.group(1), shown)
        finally:
            program.terminate()
            try:
                program.wait(timeout=15)
            except subprocess.TimeoutExpired:
                program.kill()


def _wait(program: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        assert program.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the house did not open in {LONGEST_START} s:\n{log.read_text(encoding='utf-8')}")
