"""Which browser this machine has for the tests, and what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

DEBIAN_PACKAGES = {"browser": "chromium", "font": "fonts-noto-cjk", "driver": "libatomic1"}
COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
)
MAC_PROGRAMS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# A browser that looks for its maker's servers fills the log of a closed network, and root needs --no-sandbox.
ARGUMENTS = [
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def executable() -> str | None:
    """Path of a Chromium or a browser made of it: named in SANZHI_CHROMIUM, else an installed one."""
    if given := os.environ.get("SANZHI_CHROMIUM"):
        return given
    for command in COMMANDS:
        if found := shutil.which(command):
            return found
    return next((each for each in MAC_PROGRAMS if Path(each).exists()), None)


def arguments() -> list[str]:
    """What the browser is started with."""
    return ARGUMENTS + (["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])


def has_chinese_font() -> bool:
    """True when a font with Chinese is installed; without one every character is the same box."""
    if sys.platform == "darwin":
        return True
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return bool(listed.stdout.strip())


def driver_starts() -> bool:
    """True when the program inside the playwright package starts; on a bare Debian it lacks a library."""
    try:
        done = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def missing() -> list[str]:
    """What the browser tests need and this machine lacks: keys of DEBIAN_PACKAGES."""
    there = {"browser": executable() is not None, "font": has_chinese_font(), "driver": driver_starts()}
    return [name for name in DEBIAN_PACKAGES if not there[name]]


def why_not() -> str:
    """A sentence on why the browser tests cannot run here and what to do; empty when they can."""
    lacking = missing()
    if not lacking:
        return ""
    packages = " ".join(DEBIAN_PACKAGES[each] for each in lacking)
    if sys.platform == "darwin":
        return "the browser tests need Google Chrome: install it, or name a Chromium in SANZHI_CHROMIUM"
    return f"the browser tests need {' and '.join(lacking)}: sudo apt install {packages} (or SANZHI_CHROMIUM=PATH)"
