"""The inside of every room: its files, its README, its manifest, the shape of its actions."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from tests.house import source

FILES = {
    "README.md": "the duty in our own words",
    "__init__.py": "one sentence",
    "apps.py": "the name Django knows the room by",
    "mechanism.py": "the manifest, the only door",
    "models.py": "records, choices, named constraints",
    "states.py": "transition tables",
    "kinds.py": "kinds as data, each with its list and its source",
    "rules.py": "pure rules of this room alone",
    "actions.py": "every write",
    "access.py": "who sees and does what",
    "personal.py": "what it holds about people, and why",
    "queries.py": "reads that pages and measures share",
    "measures.py": "Measure, Duty, Target declarations",
    "forms.py": "what a person types",
    "views.py": "pages",
    "urls.py": "addresses",
    "feeds.py": "what the public and a person's timeline may see",
    "offline.py": "what a phone keeps of it for work without a signal, and the door by which that is sent",
    "exports.py": "its kinds of records as files, for whoever counts again",
    "demo.py": "believable data of the demonstration year",
}
FOLDERS = {"templates", "migrations", "tests", "static"}
HEADINGS = ("Duty", "Terms", "States", "Measures", "Who may do what", "Personal data")
MECHANISMS = [f"sanzhi/mechanisms/{name}" for name in source.packages("mechanisms")]
ROOMS = MECHANISMS + [
    f"sanzhi/{f}/{n}" for f in ("foundation", "kit", "steering") for n in source.packages(f)
]


def inside(room: str) -> list[str]:
    """Paths below a room, from the room on."""
    return [p.removeprefix(room + "/") for p in source.files("") if p.startswith(room + "/")]


@pytest.mark.parametrize("room", MECHANISMS)
def test_a_mechanism_holds_only_the_files_that_every_room_may_have(room: str) -> None:
    top = {p.split("/")[0] for p in inside(room)}
    split = {name.removesuffix(".py") for name in FILES if name.endswith(".py")}  # a file grown into a folder
    assert top <= set(FILES) | FOLDERS | split
    assert "mechanism.py" in top
    slug = room.rsplit("/", 1)[1]
    assert {p.split("/")[1] for p in inside(room) if p.startswith("templates/")} <= {slug}


@pytest.mark.parametrize("room", MECHANISMS)
def test_a_mechanism_tells_its_duty_terms_states_measures_rights_and_personal_data(room: str) -> None:
    path = f"{room}/README.md"
    assert path in source.files(".md"), f"{path} is missing; its headings: {', '.join(HEADINGS)}"
    headings = [
        line.removeprefix("## ").strip() for line in source.text(path).splitlines() if line.startswith("## ")
    ]
    assert [h for h in HEADINGS if h not in headings] == [], path


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_opens_with_a_readme_that_says_what_it_is(room: str) -> None:
    path = f"{room}/README.md"
    assert path in source.files(".md"), f"{path} is missing: a title and what stands here, for a newcomer"
    lines = [line for line in source.text(path).splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    assert len(" ".join(lines[1:])) > 80, path


@pytest.mark.parametrize("path", [p for p in source.code() if p.endswith("__init__.py")])
def test_a_package_says_in_one_sentence_what_it_is(path: str) -> None:
    doc = ast.get_docstring(source.tree(path))
    assert "/tests/" in path or path.count("/") < 2 or doc or not source.text(path).strip()


@pytest.mark.parametrize("path", [p for p in source.code() if "/tests/" not in p and "/actions" in p])
def test_an_action_takes_keywords_only_and_says_who_acts(path: str) -> None:
    for function in source.functions(path):
        for mark in function.decorator_list:
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "action":
                assert not function.args.args and not function.args.posonlyargs, function.name
                assert "by" in [a.arg for a in function.args.kwonlyargs], function.name
                assert isinstance(mark.args[0], ast.Constant) and "." in mark.args[0].value, function.name


def _acts() -> dict[str, list[object]]:
    """Verb → the words its action is told by, as the code declares both."""
    found: dict[str, list[object]] = {}
    for path in (p for p in source.code() if "/tests/" not in p):
        for function in source.functions(path):
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "action":
                    verb, *words = [getattr(a, "value", None) for a in mark.args]
                    found.setdefault(str(verb), []).append(words[0] if words else None)
    return found


def test_every_action_is_told_on_the_page_of_acts_in_chinese_words() -> None:
    acts = _acts()
    assert len(acts) > 100
    silent = sorted(
        v for v, words in acts.items() if not all(re.search("[\u4e00-\u9fff]", str(w)) for w in words)
    )
    assert silent == [], 'say what it is called: @action("room.verb_noun", "导入方案")'
    told: dict[tuple[str, object], set[str]] = {}
    for verb, words in acts.items():
        told.setdefault((verb.partition(".")[0], words[0]), set()).add(verb)
    assert [sorted(v) for v in told.values() if len(v) > 1] == [], "two acts of one room are told alike"


@pytest.mark.parametrize("path", [p for p in source.code() if p.endswith("models.py")])
def test_a_constraint_bears_a_name_that_can_be_read(path: str) -> None:
    for node in ast.walk(source.tree(path)):
        kind = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
        if kind in ("CheckConstraint", "UniqueConstraint"):
            names = [k.value for k in node.keywords if k.arg == "name"]
            assert names, f"{path}:{node.lineno}"
            if isinstance(names[0], ast.Constant):
                assert names[0].value.count("_") >= 2 and "%" not in names[0].value, (
                    f"{path}: {names[0].value}"
                )


def test_an_app_with_models_has_its_migrations() -> None:
    for app in apps.get_app_configs():
        if app.name.startswith("sanzhi.") and list(app.get_models()):
            assert f"{app.name.replace('.', '/')}/migrations/__init__.py" in source.files(".py"), app.name
