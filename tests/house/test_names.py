"""One concept, one word: the glossary, the names of tests, the words of the house."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from tests.house import source

GLOSSARY = "docs/glossary.md"
TESTS = [p for p in source.files(".py") if p.rsplit("/", 1)[-1].startswith("test_")]


def glossary() -> dict[str, tuple[str, str]]:
    """Identifier → (中文, English) of every row of the glossary's tables."""
    found = {}
    for line in source.text(GLOSSARY).splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if (
            line.startswith("|")
            and len(cells) >= 3
            and not set(cells[0]) <= set("- :")
            and cells[0] != "identifier"
        ):
            for identifier in re.split(r"[,/] *", cells[0]):
                found[identifier.strip("` ")] = (cells[1], cells[2])
    return found


def in_words(name: str) -> str:
    """VillageRule → village_rule."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_every_kind_of_record_is_a_word_of_the_glossary() -> None:
    own = [m for m in apps.get_models() if m.__module__.startswith("sanzhi.")]
    known = glossary()
    assert sorted({in_words(m.__name__) for m in own} - set(known)) == []


def test_no_word_of_the_glossary_lacks_its_chinese_or_its_english() -> None:
    assert [word for word, (chinese, english) in glossary().items() if not chinese or not english] == []


@pytest.mark.parametrize("path", TESTS)
def test_a_test_is_named_by_a_sentence(path: str) -> None:
    names = [f.name for f in source.functions(path) if f.name.startswith("test_")]
    assert [n for n in names if n.count("_") < 4] == [], "test_<who or what>_<does what>_<when>"


def test_days_and_moments_are_named_by_what_they_are() -> None:
    wrong = []
    for path in source.code():
        if path.endswith("models.py") or "/models/" in path:
            for node in ast.walk(source.tree(path)):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    kind = getattr(node.value.func, "attr", "")
                    name = getattr(node.targets[0], "id", "")
                    day = name.endswith(("_on", "_day", "_for", "_since", "_until", "_of")) or name in {
                        "on",
                        "day",
                        "since",
                        "until",
                    }
                    moment = name.endswith("_at") or name == "at"
                    if (kind == "DateField" and not day) or (kind == "DateTimeField" and not moment):
                        wrong.append(f"{path}:{node.lineno} {name}: {kind}")
    assert not wrong
