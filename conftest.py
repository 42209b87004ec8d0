"""For every test, those of the rooms included: property tests that are the same on each run, and a clean day."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as house
from hypothesis import HealthCheck, settings

# Shared and slow machines: no deadline per example. In CI the examples are the same each time, so that a red run is
# a fact about the change and not about luck; at a desk they are new ones each time.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

pytest_plugins = ["tests.people"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the data folder of this process, empty."""
    shutil.rmtree(house.HOME, ignore_errors=True)
    Path(house.HOME).mkdir(parents=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the data folder again."""
    shutil.rmtree(house.HOME, ignore_errors=True)
