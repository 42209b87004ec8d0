"""Matching printed names of units to the register, with a suggestion where no name is exact."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger.models import TaskUnit
from sanzhi.kit.ledger.proposals import all_villages, likely_town_units, some_villages, town_units

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
    found = {u.pk: u for name, u in names.items() if _bare(name) == bare and u.kind != UnitKind.TOWN}
    return next(iter(found.values())) if len(found) == 1 else None


def suggest(printed: str, names: Mapping[str, Unit]) -> Unit | None:
    """The likeliest unit for a name that matches none: shared characters, best first; None where nothing is near."""
    bare = _bare(printed)
    by_bare = {_bare(n): u for n, u in names.items() if u.kind != UnitKind.TOWN}
    near = difflib.get_close_matches(bare, list(by_bare), n=1, cutoff=0.5)
    if near:
        return by_bare[near[0]]
    inside = [u for n, u in by_bare.items() if len(n) >= 2 and (n in bare or bare in n)]
    if inside:
        return inside[0]
    # 综治办 and 综合治理办公室 share their letters in order, not their length.
    likely = [(u, n) for n, u in by_bare.items() if len(bare) >= 2 and (_in_order(bare, n) or _in_order(n, bare))]
    return max(likely, key=lambda x: difflib.SequenceMatcher(None, bare, x[1]).ratio())[0] if likely else None


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return len(short) >= 3 and all(letter in rest for letter in short)


def meaning_of(printed: str, names: Mapping[str, Unit]) -> tuple[str, Unit | None]:
    """What a printed name means where that is certain: a unit of the register, 各村, 相关村, 镇直各单位; else unmatched."""
    meanings = TaskUnit.Meaning
    unit = match(printed, names)
    if unit is not None:
        return meanings.UNIT, unit
    if all_villages(printed):
        return meanings.ALL_VILLAGES, None
    if some_villages(printed):
        return meanings.SOME_VILLAGES, None
    if town_units(printed):
        return meanings.TOWN_UNITS, None
    return meanings.UNMATCHED, None


def suggestion(printed: str, names: Mapping[str, Unit]) -> tuple[str, Unit | None] | None:
    """What an unmatched name may mean, for a person to accept: a unit near to it, or the town's offices as a list."""
    if likely_town_units(printed):
        return TaskUnit.Meaning.TOWN_UNITS, None
    unit = suggest(printed, names)
    return (TaskUnit.Meaning.UNIT, unit) if unit is not None else None
