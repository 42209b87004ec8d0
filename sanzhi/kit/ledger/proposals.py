"""From a reading to proposed requirements: pure functions over the reader's JSON. A person confirms what they propose.

Each deadline with its stages, each rhythm, each target and each 长期坚持 proposes one requirement (docs/rules/ledger.md).
"""

from __future__ import annotations

import datetime as dt
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
    covered: set[dt.date] = set()
    dated = [d for d in task["deadlines"] if d["kind"] == "by" and d["date"]]
    for target in task["targets"]:
        proposal = _from_target(target, task, dated, has_villages, year)
        if proposal.due_on is not None:
            covered.add(proposal.due_on)
        found.append(proposal)
    for deadline in dated:
        day = dt.date.fromisoformat(deadline["date"])
        # A stage that a target already carries is the same demand, said twice.
        if day in covered:
            continue
        covered.add(day)
        found.append(
            Proposal("by_day", deadline["what"] or "按期完成", deadline["quote"], _span(deadline), "responsible", due_on=day)
        )
    found += [_from_cadence(c, has_villages) for c in task["cadences"] if not _asked_by_target(c, task["targets"])]
    for kind, ledger_kind, owers in (("standing", "standing", "nobody"), ("as_superior_sets", "unset", "responsible")):
        for deadline in task["deadlines"]:
            if deadline["kind"] == kind:
                what = "长期坚持" if kind == "standing" else "按上级安排"
                found.append(Proposal(ledger_kind, what, deadline["quote"], _span(deadline), owers))
                break
    if not found:
        found.append(Proposal("unset", "文件没有写明时限，由牵头单位确定", "", None, "responsible"))
    return _unique(found)


def _span(item: Json) -> tuple[int, int] | None:
    return tuple(item["span"]) if item.get("span") else None  # type: ignore[return-value]


def _asked_by_target(cadence: Json, targets: Iterable[Json]) -> bool:
    """每月全覆盖 is read as a rhythm and as a share every month: one requirement."""
    return any(t.get("every") == cadence["every"] for t in targets)


def _from_target(target: Json, task: Json, dated: list[Json], has_villages: bool, year: int) -> Proposal:
    amount = Fraction(target["at_least"])
    whole = target["kind"] == "share"
    if target.get("every"):
        return Proposal(
            "every",
            target["quote"],
            target["quote"],
            _span(target),
            "lead" if target["every"] == "year" and not whole else _who(has_villages),
            every=target["every"],
            at_least=1 if whole else int(amount),
        )
    due = target.get("by") or (dated[-1]["date"] if dated else f"{year}-12-31")
    day = dt.date.fromisoformat(due)
    if whole:
        owers = "lead_and_villages" if has_villages else "lead"
        return Proposal(
            "share_by_day", target["quote"], target["quote"], _span(target), owers, share=share_code(amount), due_on=day
        )
    owers = "villages" if target.get("per") and has_villages else "lead"
    return Proposal(
        "count_by_day", target["quote"], target["quote"], _span(target), owers, at_least=int(amount), due_on=day
    )


def _from_cadence(cadence: Json, has_villages: bool) -> Proposal:
    at_least = max(1, int(Fraction(str(cadence["at_least"] or 1))))
    what = f"{Every(cadence['every']).label}至少{at_least}{cadence['unit'] or '次'}"
    return Proposal(
        "every", what, cadence["quote"], _span(cadence), _who(has_villages), every=cadence["every"], at_least=at_least
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


def all_villages(name: str) -> bool:
    """Whether a printed name means every village (各村, 各行政村, 各村（社区）)."""
    return name.strip() in {"各村", "各行政村", "全镇各村", "各村（社区）", "各村委会", "各村党组织", "各村（居）"}


def some_villages(name: str) -> bool:
    """Whether a printed name means villages still to be picked."""
    return name.strip() in {"相关村", "有关村", "相关村（社区）", "有关村（社区）", "试点村", "各相关村"}


def town_units(name: str) -> bool:
    """Whether a printed name means the town's own offices as a list."""
    return name.strip() in {"镇直各单位", "镇直单位", "镇直有关单位", "各镇直单位", "镇属各单位", "镇直各部门", "镇直相关单位"}
