"""Matching printed names of units to the register, with a suggestion where no name is exact."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from sanzhi.foundation.orgs.models import Unit

_PREFIXES = ("镇", "乡", "县", "街道")


def _bare(name: str) -> str:
    text = name.strip().replace("　", "").replace(" ", "")
    for prefix in _PREFIXES:
        if text.startswith(prefix) and len(text) > 2:
            return text[len(prefix) :]
    return text


def match(printed: str, names: Mapping[str, Unit]) -> Unit | None:
    """The unit of that name: exact, or the same but for a leading 镇/乡. None where two units would fit."""
    if printed in names:
        return names[printed]
    bare = _bare(printed)
    found = {u.pk: u for name, u in names.items() if _bare(name) == bare}
    return next(iter(found.values())) if len(found) == 1 else None


def suggest(printed: str, names: Mapping[str, Unit]) -> Unit | None:
    """The likeliest unit for a name that matches none: shared characters, best first; None where nothing is near."""
    bare = _bare(printed)
    near = difflib.get_close_matches(bare, list({_bare(n) for n in names}), n=1, cutoff=0.5)
    if near:
        return next(u for n, u in names.items() if _bare(n) == near[0])
    inside = [u for n, u in names.items() if len(_bare(n)) >= 2 and (_bare(n) in bare or bare in _bare(n))]
    return inside[0] if inside else None
