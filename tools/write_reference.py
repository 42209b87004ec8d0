#!/usr/bin/env python3
"""Write docs/reference.md: rooms, rights, duties, refusals and personal data as the code declares them.

Run with the Python of the environment (.venv/bin/python tools/write_reference.py) after a change;
`--check` compares only and ends with 1 when the page is behind, as a test does.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference.md"
HEAD = """# Reference

What the code declares, written by `tools/write_reference.py`; a test fails when this page is behind. Change the
declaration, not this page.
"""


def table(heads: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; a bar or a line break inside a cell is made harmless."""
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join('---' for _ in heads)} |"]
    for row in rows:
        cells = (str(cell).replace("\n", " ").replace("|", "\\|").strip() for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def load_everything() -> None:
    """Import every module of the package, so that nothing declared is missing."""
    package = importlib.import_module("sanzhi")
    for module in sorted(m.name for m in pkgutil.walk_packages(package.__path__, "sanzhi.")):
        words = module.split(".")
        if not {"tests", "migrations", "__main__", "wsgi", "testkit"} & set(words):
            importlib.import_module(module)


def sections() -> Iterator[str]:
    """The page, section by section. Django must be set up."""
    from sanzhi.domain import problems
    from sanzhi.foundation.accounts.models import Role
    from sanzhi.foundation.privacy import declarations
    from sanzhi.kit import access, registry

    yield HEAD
    yield "## Rooms\n"
    rooms = ((f"`{r.slug}`", r.name, " ".join(r.clauses), r.summary) for r in registry.rooms())
    yield table(("room", "name", "duties of the plan", "what for"), rooms)
    yield "## Rights\n\nA role holds a capability on its unit and below (subtree) or in the whole town of its unit (town).\n"
    rights = (
        (
            f"`{code}`",
            capability.label,
            "、".join(f"{Role(role).label} ({reach})" for role, reach in capability.roles.items()),
        )
        for code, capability in access.matrix().items()
    )
    yield table(("capability", "label", "roles"), rights)
    yield "## Duties and targets\n"
    duties = (
        (f"`{code}`", d.label, f"`{d.of.code}`", d.of.label) for code, d in sorted(registry.duties().items())
    )
    yield table(("duty", "label", "measured by", "label"), duties)
    yield "## Measures\n"
    measures = sorted({m.code: (r.slug, m) for r in registry.rooms() for m in r.measures}.items())
    yield table(
        ("measure", "label", "room"), ((f"`{code}`", m.label, f"`{slug}`") for code, (slug, m) in measures)
    )
    yield "## Refusals\n\nThe sentence a person reads, by its code. Words in braces are filled in.\n"
    yield table(("code", "sentence"), ((f"`{c}`", s) for c, s in sorted(problems.catalogue().items())))
    yield "## Personal data\n"
    fields = (
        (f"`{m}.{f}`", d.purpose, d.legal_basis, d.collector_role, d.readers, d.retention, d.mask_class)
        for (m, f), d in sorted(declarations.declared().items())
    )
    yield table(("field", "purpose", "legal ground", "collected by", "readers", "kept", "masked as"), fields)


def reference() -> str:
    """The whole page."""
    load_everything()
    return "\n".join(sections())


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    sys.path.insert(0, str(ROOT))
    importlib.import_module("django").setup()
    page = reference()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if REFERENCE.exists() and REFERENCE.read_text(encoding="utf-8") == page else 1)
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(page, encoding="utf-8")
    print(f"written: {REFERENCE.relative_to(ROOT)}")
