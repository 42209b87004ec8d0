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
    """Make the data folder of this process, empty. Refuses other settings, which could point at real data."""
    if not hasattr(house, "HOME_OF_TESTS"):
        pytest.exit("the tests run on tests.settings only: their data folder is emptied", returncode=2)
    shutil.rmtree(house.HOME_OF_TESTS, ignore_errors=True)
    Path(house.STATIC_ROOT).mkdir(parents=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the data folder again."""
    if hasattr(house, "HOME_OF_TESTS"):
        shutil.rmtree(house.HOME_OF_TESTS, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: at the end one process would work on them while the others have nothing left to do."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
