"""Readings checked by eye, and the comparison of a reading with them; used by test_plan_measure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FREQUENCY = {
    "week": "weekly",
    "month": "monthly",
    "quarter": "quarterly",
    "half_year": "semiannual",
    "year": "annual",
}
ORDER = ["weekly", "monthly", "quarterly", "semiannual", "annual"]


def bare(text: str | None) -> str:
    """A text without any blank."""
    return re.sub(r"\s", "", text or "")


def rows(reading: dict[str, Any]) -> list[dict[str, Any]]:
    """The JSON of a reading as rows with path, seq, text_start, units by role, deadlines, recurrence and targets."""
    seen: dict[tuple[str, ...], int] = {}
    out = []
    for task in reading["tasks"]:
        key = tuple(bare(x) for x in task["path"])
        seen[key] = seen.get(key, 0) + 1
        names = {
            role: [u["name"] for u in task["units"] if u["role"] == role]
            for role in ("lead", "responsible", "cooperating")
        }
        noted = [d for d in task["deadlines"] if not d["in_body"]]
        rhythms = sorted((FREQUENCY[c["every"]] for c in task["cadences"]), key=ORDER.index)
        quotes = [t["quote"] for t in task["targets"]]
        quotes += [c["quote"] for c in task["cadences"] if re.search("不少于|至少|全覆盖", c["quote"])]
        out.append(
            {
                "path": task["path"],
                "seq": seen[key],
                "text_start": bare(task["text"])[:15],
                "text": bare(task["text"]),
                **names,
                "deadlines": [d["date"] for d in noted if d["date"]],
                "open_ended": any(d["kind"] == "standing" for d in noted),
                "recurrence": rhythms[0] if rhythms else None,
                "targets": quotes,
                "body_deadlines": [
                    {"text": d["quote"], "date": d["date"]} for d in task["deadlines"] if d["in_body"]
                ],
                "doubts": task["doubts"],
            }
        )
    return out


def units(names: list[str] | None) -> set[str]:
    """Names split at marks outside brackets, as the gold is compared."""
    out = set()
    for name in names or []:
        if re.search("“.*、.*”", name):
            out.add(bare(name))
            continue
        depth, word = 0, ""
        for c in bare(name):
            depth += (c in "（(〔[［") - (c in "）)〕]］")
            if c in "、，；" and depth <= 0:
                out.add(word)
                word = ""
            else:
                word += c
        out.add(word)
    return out - {""}


def key(row: dict[str, Any]) -> tuple[tuple[str, ...], int]:
    """What identifies a row: its path and its place among several annotations of one item."""
    return tuple(bare(x) for x in row["path"]), row.get("seq", 1)


@dataclass
class Score:
    """Counts of one comparison; `misses` are told as (row, field, expected, found)."""

    tasks: list[int] = field(default_factory=lambda: [0, 0, 0])
    units: list[int] = field(default_factory=lambda: [0, 0, 0])
    deadlines: list[int] = field(default_factory=lambda: [0, 0])
    fields: int = 0
    wrong_in_silence: int = 0
    doubted_for_nothing: int = 0
    target_recall: list[int] = field(default_factory=lambda: [0, 0])
    target_precision: list[int] = field(default_factory=lambda: [0, 0])
    body: list[int] = field(default_factory=lambda: [0, 0])
    misses: list[tuple[Any, ...]] = field(default_factory=list)

    @staticmethod
    def f1(counts: list[int]) -> float:
        """F1 of (hits, expected, found)."""
        hits, expected, found = counts
        return 2 * hits / (expected + found) if expected + found else 1.0


def compare(gold: list[dict[str, Any]], found: list[dict[str, Any]], score: Score | None = None) -> Score:
    """Compare the rows of a reading with the checked ones."""
    score = score or Score()
    by_key = {key(r): r for r in found}
    hits = 0
    for row in gold:
        other = by_key.get(key(row))
        if other and other["text_start"][:8] == bare(row["text_start"])[:8]:
            hits += 1
        else:
            score.misses.append((key(row), "row", row["text_start"], other and other["text_start"]))
        _fields(score, row, other or {})
    score.tasks[0] += hits
    score.tasks[1] += len(gold)
    score.tasks[2] += len(found)
    return score


def _fields(score: Score, row: dict[str, Any], other: dict[str, Any]) -> None:
    about = {d["about"] for d in other.get("doubts", [])}
    etc = units(row.get("etc"))
    wrong: set[str] = set()
    for role in ("lead", "responsible", "cooperating"):
        a, b = units(row[role]), units(other.get(role)) - etc
        if role == "lead" and (row.get("lead_inherited") or row.get("lead_implied")) and not b:
            b = a
        if role == "responsible":
            b -= units(row.get("implied_responsible")) - a
        score.units[0] += len(a & b)
        score.units[1] += len(a)
        score.units[2] += len(b)
        if a != b:
            wrong.add("units")
            score.misses.append((key(row), role, a - b, b - a))
    score.deadlines[1] += 2
    if sorted(other.get("deadlines") or []) == sorted(row["deadlines"]):
        score.deadlines[0] += 1
    else:
        wrong.add("deadlines")
        score.misses.append((key(row), "deadlines", row["deadlines"], other.get("deadlines")))
    if bool(other.get("open_ended")) == row["open_ended"]:
        score.deadlines[0] += 1
    else:
        wrong.add("deadlines")
        score.misses.append((key(row), "open_ended", row["open_ended"], other.get("open_ended")))
    if other.get("recurrence") not in [row["recurrence"], *row.get("accept", {}).get("recurrence", [])]:
        wrong.add("cadences")
        score.misses.append((key(row), "recurrence", row["recurrence"], other.get("recurrence")))
    wrong |= _amounts(score, row, other)
    score.fields += 7
    score.wrong_in_silence += len(wrong - about)
    score.doubted_for_nothing += bool(about) and not (about & wrong)


def _amounts(score: Score, row: dict[str, Any], other: dict[str, Any]) -> set[str]:
    wrong = set()
    quotes = [bare(t) for t in other.get("targets") or []]
    for t in row["targets"]:
        hit = any(bare(t) in x or x in bare(t) for x in quotes if x)
        score.target_recall[0] += hit
        score.target_recall[1] += 1
        if not hit:
            wrong.add("targets")
            score.misses.append((key(row), "target missing", t, quotes))
    for x in quotes:
        hit = any(bare(t) in x or x in bare(t) for t in row["targets"] + row["targets_optional"])
        score.target_precision[0] += hit
        score.target_precision[1] += 1
        if not hit:
            wrong.add("targets")
            score.misses.append((key(row), "target too many", x, row["targets"]))
    dates = {d["date"] for d in other.get("body_deadlines") or []}
    for d in row["body_deadlines"]:
        score.body[0] += d["date"] in dates
        score.body[1] += 1
        if d["date"] not in dates:
            wrong.add("deadlines")
            score.misses.append((key(row), "body deadline missing", d, dates))
    for d in dates - {d["date"] for d in row["body_deadlines"]}:
        wrong.add("deadlines")
        score.misses.append((key(row), "body deadline too many", d, other["body_deadlines"]))
    return wrong


def load(path: Path) -> list[dict[str, Any]]:
    """Rows of a gold file."""
    return json.loads(path.read_text(encoding="utf-8"))


def essence(reading: dict[str, Any]) -> dict[str, Any]:
    """All that a reading says, without the places in the text and the wording of doubts."""
    plain = {k: v for k, v in reading.items() if k not in ("text", "objectives")}
    plain["tasks"] = [_without_places(t) for t in reading["tasks"]]
    plain["demands"] = [_without_places(d) for d in reading["demands"]]
    plain["doubts"] = [d["about"] for d in reading["doubts"]]
    return plain


def _without_places(item: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in item.items():
        if name == "span":
            continue
        if name == "doubts":
            out[name] = [d["about"] for d in value]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            out[name] = [
                {k: bare(v) if k == "quote" else v for k, v in x.items() if k != "span"} for x in value
            ]
        else:
            out[name] = bare(value) if name == "text" else value
    return out
