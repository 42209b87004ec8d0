"""From a reading to proposed requirements: pure functions over the reader's JSON. A person confirms what they propose.

Each deadline with its stages, each rhythm, each target and each 长期坚持 proposes one requirement (docs/rules/ledger.md).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sanzhi.domain.periods import Every
from sanzhi.domain.targets import share_code

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Proposal:
    """A requirement as the reader's findings suggest it; the fields are those of `Requirement`."""

    kind: str
    what: str
    quote: str
    span: tuple[int, int] | None
    owers: str
    every: str = ""
    at_least: int = 1
    share: str = ""
    due_on: dt.date | None = None


def propose(task: Json, *, has_villages: bool, year: int) -> list[Proposal]:
    """The requirements a task of the reading asks for, staged ones first, then deadlines, rhythms, standing.

    `has_villages`: villages are among the responsible units. `year`: the plan's, for a target without a day (长期坚持
    runs to the end of the plan's year).
    """
    found: list[Proposal] = []
    dated = [d for d in task["deadlines"] if d["kind"] == "by" and d["date"]]
    staged = [_from_target(target, dated, has_villages, year) for target in task["targets"]]
    found += staged
    covered = {p.due_on for p in staged if p.due_on is not None}
    for deadline in dated:
        day = dt.date.fromisoformat(deadline["date"])
        # A stage that a target already carries is the same demand, said twice.
        if day in covered:
            continue
        covered.add(day)
        what = _short(deadline["what"]) or "按期完成"
        found.append(Proposal("by_day", what, deadline["quote"], _span(deadline), "responsible", due_on=day))
    found += [
        _from_cadence(c, has_villages) for c in task["cadences"] if not _asked_by_target(c, task["targets"])
    ]
    always = (("standing", "standing", "nobody"), ("as_superior_sets", "unset", "responsible"))
    for kind, ledger_kind, owers in always:
        for deadline in task["deadlines"]:
            if deadline["kind"] == kind:
                what = "长期坚持" if kind == "standing" else "按上级安排"
                found.append(Proposal(ledger_kind, what, deadline["quote"], _span(deadline), owers))
                break
    if not found:
        found.append(Proposal("unset", "文件没有写明时限，由牵头单位确定", "", None, "responsible"))
    return _unique(found)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:58] + "……"


def _span(item: Json) -> tuple[int, int] | None:
    if not item.get("span"):
        return None
    start, end = item["span"]
    return start, end


def _asked_by_target(cadence: Json, targets: Iterable[Json]) -> bool:
    """每月全覆盖 is read as a rhythm and as a share every month: one requirement."""
    return any(t.get("every") == cadence["every"] for t in targets)


def _from_target(target: Json, dated: list[Json], has_villages: bool, year: int) -> Proposal:
    amount = Fraction(target["at_least"])
    share = target["kind"] == "share"
    quote, span = target["quote"], _span(target)
    if target.get("every"):
        # A number a year that names no unit is the whole town's (the reader doubts it); a share each period is each one's.
        town = target["every"] == "year" and not share and not target.get("per")
        owers = "lead" if town else _who(has_villages)
        return Proposal(
            "every", quote, quote, span, owers, every=target["every"], at_least=1 if share else int(amount)
        )
    day = dt.date.fromisoformat(target.get("by") or (dated[-1]["date"] if dated else f"{year}-12-31"))
    if share or target.get("per"):
        # "Every X has at least so many" is reached when all X have: the whole of the X, not a number of things.
        owers = "lead_and_villages" if has_villages else "lead"
        return Proposal(
            "share_by_day",
            quote,
            quote,
            span,
            owers,
            share=share_code(amount if share else Fraction(1)),
            due_on=day,
        )
    return Proposal("count_by_day", quote, quote, span, "lead", at_least=max(1, int(amount)), due_on=day)


def _from_cadence(cadence: Json, has_villages: bool) -> Proposal:
    at_least = max(1, int(Fraction(str(cadence["at_least"] or 1))))
    what = f"每{Every(cadence['every']).label}至少{at_least}{cadence['unit'] or '次'}"
    return Proposal(
        "every",
        what,
        cadence["quote"],
        _span(cadence),
        _who(has_villages),
        every=cadence["every"],
        at_least=at_least,
    )


def _who(has_villages: bool) -> str:
    return "villages" if has_villages else "responsible"


def _unique(proposals: Iterable[Proposal]) -> list[Proposal]:
    seen: set[tuple[object, ...]] = set()
    result = []
    for p in proposals:
        key = (p.kind, p.every, p.due_on, p.share, p.at_least if p.kind != "standing" else 0, p.span)
        if key not in seen:
            seen.add(key)
            result.append(p)
    return result


_SENTENCE_END = re.compile(r"[。；;\n]")


def sources_near(text: str, at: int, end: int, keywords: Mapping[str, Iterable[str]]) -> list[str]:
    """Which declared targets a stretch of a task speaks of: the codes whose words stand in its sentence, else in the
    nearest sentence before it that has any.

    `at`, `end`: the stretch inside `text`. Words that come after are about something else (达到80% before 调解工作室).
    """
    starts = [0, *(m.end() for m in _SENTENCE_END.finditer(text, 0, at))]
    stop = _SENTENCE_END.search(text, end)
    sentence_end = stop.start() if stop else len(text)
    for first in reversed(starts):
        words = text[first:sentence_end]
        found = [code for code, keys in keywords.items() if any(k in words for k in keys)]
        if found:
            return found
        sentence_end = first
    return []


_VILLAGES = re.compile(
    r"(?:全镇|全乡|全县)?(?:所有|各)(?:行政|建制)?村(?:（社区）|（居）|社区|居)?(?:委会|党组织|“两委”|两委)?"
)
_SOME = re.compile(r"(?:各)?(?:相关|有关|试点|部分|重点)(?:行政)?村(?:（社区）|（居）|社区)?")
_TOWN_UNITS = re.compile(
    r"(?:各)?(?:镇|乡|街道)(?:直|属)(?:各|有关|相关)?(?:单位|部门|机构)|(?:镇|乡|街道)机关各?(?:单位|部门|办所)|(?:镇|乡)各?办（?所?）?"
)


def all_villages(name: str) -> bool:
    """Whether a printed name means every village (各村, 各行政村, 各村（社区）)."""
    return _VILLAGES.fullmatch(name.strip()) is not None


def some_villages(name: str) -> bool:
    """Whether a printed name means villages still to be picked."""
    return _SOME.fullmatch(name.strip()) is not None


def town_units(name: str) -> bool:
    """Whether a printed name means the town's own offices as a list."""
    return _TOWN_UNITS.fullmatch(name.strip()) is not None


def likely_town_units(name: str) -> bool:
    """Whether a printed name may mean the town's offices (各单位, 各责任单位): a suggestion only, a person decides."""
    return (
        re.fullmatch(
            r"(?:各|各有关|各相关|各责任|各牵头|各成员|有关|相关)(?:单位|部门|办所|站所)", name.strip()
        )
        is not None
    )
