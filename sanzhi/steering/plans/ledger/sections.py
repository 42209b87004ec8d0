"""Sections of a document: the first two steps of a task's path, and what the document calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

LONGEST = 20


def section_of(path: Sequence[str]) -> str:
    """The section a task stands in, as printed: 二（一）; the whole path where the document has no deeper steps."""
    return "".join(path[:2] if len(path) > 2 else path[:-1] or path)


def _last_label(section: str) -> str:
    return section[section.rfind("（") :] if "（" in section else section


@lru_cache(maxsize=256)
def _heading(text_before: str, label: str) -> str:
    lines = [line.strip() for line in text_before.splitlines()]
    for line in reversed(lines):
        if line.startswith(label):
            words = re.split(r"[。；]", line.removeprefix(label).lstrip("、.．　 "))[0]
            return words[:LONGEST]
    return ""


def section_names(text: str, first_tasks: Mapping[str, int]) -> dict[str, str]:
    """Section → its heading in the document, looked for backwards from where its first task begins."""
    return {
        section: f"{section} {_heading(text[:start], _last_label(section))}".strip()
        for section, start in first_tasks.items()
    }
