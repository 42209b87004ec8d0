"""The project's own files, read once for all tests of the house."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from tools.house_rules import ROOT, tracked_files

FLOORS = ("domain", "foundation", "kit", "mechanisms", "steering", "config")
NOT_OURS = {"vendor", "data", "gold", "seed"}  # brought from elsewhere, or tables of facts


@functools.cache
def files(*endings: str) -> tuple[str, ...]:
    """Tracked paths with one of these endings."""
    return tuple(p for p in tracked_files() if p.endswith(endings))


@functools.cache
def text(path: str) -> str:
    """The text of a file."""
    return (ROOT / path).read_text(encoding="utf-8")


def written_by_hand(path: str) -> bool:
    """False for migrations, vendored files, tables of data and bundles made by a tool."""
    parts = set(path.split("/"))
    return not parts & (NOT_OURS | {"migrations", "dist"}) and ".min." not in path


@functools.cache
def code() -> tuple[str, ...]:
    """Python of the package, tests of rooms included, migrations not."""
    return tuple(p for p in files(".py") if p.startswith("sanzhi/") and "migrations" not in p.split("/"))


@functools.cache
def tree(path: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), path)


def functions(path: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@functools.cache
def packages(floor: str) -> tuple[str, ...]:
    """The packages directly on a floor, by folder name."""
    found = {
        p.split("/")[2]
        for p in files("__init__.py")
        if p.startswith(f"sanzhi/{floor}/") and p.count("/") == 3
    }
    return tuple(sorted(found))


def declared(function: str) -> dict[str, str]:
    """First string argument of each call of a function by this name in the package, and the file it stands in."""
    found: dict[str, str] = {}
    for path in code():
        if "tests" in path.split("/"):
            continue
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) == function
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                found.setdefault(node.args[0].value, path)
    return found


def folder_of(path: str) -> Path:
    """The folder a tracked file lies in."""
    return (ROOT / path).parent
