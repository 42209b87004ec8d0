"""The documents keep up with the code: what a person can meet is told somewhere, and no link is broken."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.house import source

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED_DOCUMENT = re.compile(r"\bdocs/[\w/.-]+\.md\b")
MARKDOWN = [p for p in source.files(".md") if source.written_by_hand(p)]


@pytest.mark.parametrize("path", MARKDOWN)
def test_a_link_in_a_document_leads_somewhere(path: str) -> None:
    for target in LINK.findall(source.text(path)):
        if not re.match(r"[a-z]+:", target):
            assert (source.folder_of(path) / target).exists(), target


def test_a_document_that_code_names_is_there() -> None:
    named = {(p, d) for p in source.code() for d in NAMED_DOCUMENT.findall(source.text(p))}
    assert sorted((p, d) for p, d in named if not (source.ROOT / d).exists()) == []


def test_rules_of_counting_are_named_by_the_module_that_keeps_them() -> None:
    code = "\n".join(source.text(p) for p in source.code())
    rules = [p for p in source.files(".md") if p.startswith("docs/rules/") and not p.endswith("README.md")]
    assert [p for p in rules if p not in code] == []


def test_every_setting_is_told_to_who_runs_the_house() -> None:
    names = {
        n
        for p in source.code()
        if "/tests/" not in p
        for n in re.findall(r"\bSANZHI_[A-Z_]+\b", source.text(p))
    }
    assert sorted(n for n in names if n not in source.text("docs/operations.md")) == []


def test_every_room_is_on_the_map() -> None:
    plan = source.text("docs/architecture.md") + source.text("docs/rooms.md")
    rooms = [n for floor in ("foundation", "kit", "mechanisms", "steering") for n in source.packages(floor)]
    assert [n for n in rooms if f"`{n}`" not in plan and f"/{n}" not in plan] == []


def test_the_reference_of_rooms_rights_refusals_and_personal_data_is_what_the_code_declares() -> None:
    tool = source.ROOT / "tools" / "write_reference.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run: .venv/bin/python tools/write_reference.py\n{done.stderr}"


def test_decisions_are_numbered_without_a_gap_and_say_what_was_decided() -> None:
    records = sorted(p for p in source.files(".md") if re.search(r"docs/decisions/\d{4}-", p))
    assert [int(p.split("/")[-1][:4]) for p in records] == list(range(1, len(records) + 1))
    for path in records:
        assert "## Decision" in source.text(path) and "## Why" in source.text(path), path
