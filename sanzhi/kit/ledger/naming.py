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


_ENDINGS = (
    "服务中心",
    "工作办公室",
    "办公室",
    "工作站",
    "中心",
    "大队",
    "委员会",
    "办",
    "所",
    "站",
    "局",
    "科",
)


def _stem(name: str) -> str:
    """The part of a name that tells offices apart: without 镇 before it and 中心, 办公室 behind."""
    bare = _bare(name)
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) > len(ending):
            return bare[: -len(ending)]
    return bare


def suggest(printed: str, names: Mapping[str, Unit]) -> Unit | None:
    """The likeliest unit for a name that matches none, by the part that tells offices apart; None where nothing is near."""
    stem = _stem(printed)
    by_stem = {_stem(n): u for n, u in names.items() if u.kind != UnitKind.TOWN}
    near = difflib.get_close_matches(stem, list(by_stem), n=1, cutoff=0.6)
    if near:
        return by_stem[near[0]]
    # 综治 and 综合治理 share their letters in order, not their length.
    likely = [(u, s) for s, u in by_stem.items() if _in_order(stem, s) or _in_order(s, stem)]
    return max(likely, key=lambda x: difflib.SequenceMatcher(None, stem, x[1]).ratio())[0] if likely else None


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return len(short) >= 2 and all(letter in rest for letter in short)


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
