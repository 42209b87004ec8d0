"""What grows too large is looked at again: files, functions, templates, rooms."""

from __future__ import annotations

from tests.house import source

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
LINES_OF_A_TEMPLATE = 150
LINES_OF_A_ROOM = 7000


def lines(path: str) -> int:
    """How long a file is."""
    return source.text(path).count("\n")


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    own = [p for p in source.files(".py", ".js", ".css", ".sh") if source.written_by_hand(p)]
    assert [f"{p}: {lines(p)}" for p in own if lines(p) > LINES_OF_A_FILE] == []


def test_no_template_is_longer_than_a_person_reads_at_once() -> None:
    own = [p for p in source.files(".html") if source.written_by_hand(p)]
    assert [f"{p}: {lines(p)}" for p in own if lines(p) > LINES_OF_A_TEMPLATE] == []


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{f.lineno} {f.name}: {(f.end_lineno or 0) - f.lineno + 1}"
        for path in source.files(".py")
        if source.written_by_hand(path)
        for f in source.functions(path)
        if (f.end_lineno or 0) - f.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert not long


def test_no_mechanism_is_larger_than_one_person_can_know() -> None:
    """Code and templates: tests and migrations grow with what is kept true, not with what must be understood."""
    for name in source.packages("mechanisms"):
        own = [p for p in source.files(".py", ".html") if p.startswith(f"sanzhi/mechanisms/{name}/")]
        known = [
            p for p in own if source.written_by_hand(p) and "/tests/" not in p and "/migrations/" not in p
        ]
        assert sum(lines(p) for p in known) <= LINES_OF_A_ROOM, name
