"""Finds the rooms: every folder below `sanzhi/mechanisms` is one, and must have its manifest (`mechanism.py`)."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sanzhi import mechanisms

if TYPE_CHECKING:
    from sanzhi.kit.manifest import Mechanism
    from sanzhi.kit.measures.declarations import Duty, Target

_ROOT = Path(mechanisms.__path__[0])


def mechanism_packages() -> list[str]:
    """Import paths of all rooms, sorted; a folder without a manifest is an error at start, not a room less."""
    names = sorted(m.name for m in pkgutil.iter_modules(mechanisms.__path__) if m.ispkg)
    for name in names:
        if not (_ROOT / name / "mechanism.py").exists():
            raise RuntimeError(f"sanzhi/mechanisms/{name} has no mechanism.py")
    return [f"sanzhi.mechanisms.{name}" for name in names]


@cache
def rooms() -> tuple[Mechanism, ...]:
    """All manifests, by slug. Models must be loaded before (after `django.setup()`)."""
    return tuple(
        importlib.import_module(f"{package}.mechanism").MECHANISM for package in mechanism_packages()
    )


@cache
def duties() -> dict[str, Duty | Target]:
    """Every declared duty and target by its code; the same code twice is refused."""
    found: dict[str, Duty | Target] = {}
    for room in rooms():
        for duty in room.duties:
            if duty.code in found:
                raise RuntimeError(f"duty {duty.code} is declared twice")
            found[duty.code] = duty
    return found


def room_of(duty_code: str) -> Mechanism | None:
    """The room that declares a duty."""
    return next((r for r in rooms() if any(d.code == duty_code for d in r.duties)), None)


def generic_room() -> Mechanism:
    """The room that proves what no other room does."""
    return next(r for r in rooms() if r.generic)


def load() -> None:
    """Import every manifest once, so that capabilities and duties are known; duplicates stop the start."""
    for room in rooms():
        if f"sanzhi.mechanisms.{room.slug}" not in mechanism_packages():
            raise RuntimeError(f"manifest {room.slug} stands in another folder")
    duties()


def declare_after_models(*modules: str) -> None:
    """Import modules that declare something (capabilities, personal fields) once the models are there; for `ready()`."""
    for module in modules:
        importlib.import_module(module)
