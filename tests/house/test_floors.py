"""Who may know whom. The contracts stand in pyproject.toml; import-linter reads them here too, so that no run misses them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import source

BANNED = {
    "core",
    "common",
    "utils",
    "util",
    "helpers",
    "helper",
    "misc",
    "base",
    "contrib",
    "shared",
    "tools",
    "lib",
}
FOUNDATION = {"clock", "ui", "audit", "privacy", "orgs", "people", "accounts", "files", "notices"}

# Imports inside functions dodge circles. Who has another reason says it here.
LATE_IMPORTS = {
    "ready": "Django calls AppConfig.ready once all models are loaded; what it registers cannot be imported before",
}
LATE_IMPORT_FILES = {
    "sanzhi/config/": "the command line sets Django up first, after it has read where the data folder is",
}

NAMES_A_HIGHER_FLOOR = {
    "sanzhi/kit/registry.py": "walks the folder of rooms, knowing none by name",
}


def test_the_contracts_hold_when_import_linter_reads_them() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-logo"], cwd=source.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_floors_are_six_and_the_foundation_has_its_nine_at_most() -> None:
    folders = {p.split("/")[1] for p in source.code() if p.count("/") > 1}
    assert folders <= set(source.FLOORS) | {"locale"}
    assert set(source.packages("foundation")) <= FOUNDATION


@pytest.mark.parametrize("path", [p for p in source.code() if p.startswith("sanzhi/domain/")])
def test_domain_imports_the_standard_library_and_itself_only(path: str) -> None:
    for node in ast.walk(source.tree(path)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.startswith("sanzhi.domain") or name.split(".")[0] in sys.stdlib_module_names, name


def test_no_module_bears_a_name_that_says_nothing() -> None:
    named = {part.removesuffix(".py") for p in source.code() for part in p.split("/")[1:]}
    assert not named & BANNED


def test_no_function_imports_unless_it_has_a_reason() -> None:
    late = []
    for path in source.code():
        if path.startswith(tuple(LATE_IMPORT_FILES)):
            continue
        for function in source.functions(path):
            if function.name in LATE_IMPORTS:
                continue
            late += [
                f"{path}:{node.lineno} in {function.name}"
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
    assert not late


def test_a_lower_floor_names_no_higher_one_by_string() -> None:
    rank = {floor: number for number, floor in enumerate(source.FLOORS)}
    found = []
    for path in source.code():
        floor = path.split("/")[1]
        if floor not in rank or "tests" in path.split("/") or path in NAMES_A_HIGHER_FLOOR:
            continue
        for node in ast.walk(source.tree(path)):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            words = node.value.split(".")
            if words[0] == "sanzhi" and len(words) > 2 and rank.get(words[1], -1) > rank[floor]:
                found.append(f"{path}:{node.lineno} {node.value}")
    assert not found
