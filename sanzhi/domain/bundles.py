"""A closed month as a file: canonical lines, their digest, a signature; and recomputing its results from its facts.

Format (version 2, docs/rules/close.md): the first line is the manifest, every further line one JSON object with sorted
keys, the lines in sorted order. Kinds of lines: `source` (a formula), `subject` (a line of a register), `placed` (a unit
under a village), `succession`, `part`, `force`, `deed` and `result`. Nothing here needs a database.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanzhi.domain.amounts import Amount
from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.recount import Line, Recount

FORMAT = 2
READABLE = (1, 2)

declare(
    "bundles",
    {
        "not_a_bundle": "“{name}”不是月度锁定包，或者文件不完整。请向发出方重新索取原文件。",
        "newer": "“{name}”是新版本（{format}）的锁定包。请先升级三治，再核验。",
    },
)


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(lines: Iterable[str]) -> str:
    """SHA-256 over the lines as they are written, each with its line feed."""
    sha = hashlib.sha256()
    for line in lines:
        sha.update(line.encode() + b"\n")
    return sha.hexdigest()


@dataclass(frozen=True)
class Bundle:
    """A read bundle: its manifest and its lines as text."""

    manifest: Line
    lines: tuple[str, ...]

    @property
    def signed(self) -> bytes:
        """What the signature covers: the manifest without the signature."""
        return canonical({k: v for k, v in self.manifest.items() if k != "signature"}).encode()

    def text(self) -> str:
        """The whole file."""
        return "".join(f"{line}\n" for line in (canonical(self.manifest), *self.lines))


def parse(text: str, name: str) -> Bundle:
    """Read a file; refuses what is not a bundle and what a newer version wrote."""
    first, *rest = text.split("\n")
    lines = tuple(line for line in rest if line)
    try:
        manifest = json.loads(first)
        if not isinstance(manifest, dict) or "sanzhi_bundle" not in manifest:
            raise ValueError(first[:40])
        if manifest["sanzhi_bundle"] not in READABLE:
            raise Problem("bundles.newer", name=name, format=manifest["sanzhi_bundle"])
        _shaped(manifest, [json.loads(line) for line in lines])
    except (ValueError, RecursionError):
        raise Problem("bundles.not_a_bundle", name=name) from None
    return Bundle(manifest, lines)


def _shaped(manifest: Line, lines: list[Any]) -> None:
    """A ValueError where what every reader of a bundle takes for granted is not there: names, days, kinds of lines."""
    words = [manifest.get(k) for k in ("sha256", "town_name", "month", "as_of", "key", "signature")]
    words += [line.get("kind") if isinstance(line, dict) else None for line in lines]
    words += [line.get("source") for line in lines if isinstance(line, dict) and line.get("kind") == "source"]
    if not all(isinstance(word, str) for word in words):
        raise ValueError("a word is missing")
    if not isinstance(manifest.get("revision"), int):
        raise ValueError("no revision")
    date.fromisoformat(manifest["as_of"])
    base64.b64decode(manifest["key"])


def outcome(amount: Amount) -> Line:
    """The figures of an amount as a result line holds them."""
    return {
        "numerator": amount.numerator,
        "denominator": amount.denominator,
        "needed": amount.needed,
        "on_time": amount.on_time,
        "met_on": amount.met_on.isoformat() if amount.met_on else None,
    }


@dataclass(frozen=True)
class Check:
    """What verifying found: the digest holds, how many results were recomputed, and those that differ."""

    digest_holds: bool
    results: int
    differing: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that can be checked without a key holds."""
        return self.digest_holds and not self.differing


def check(bundle: Bundle) -> Check:
    """Recompute every result of a bundle from its own facts, and its digest from its lines."""
    lines = [json.loads(line) for line in bundle.lines]
    recount = Recount(lines)
    as_of = date.fromisoformat(bundle.manifest["as_of"])
    results = recount.by_kind["result"]
    differing = []
    for line in results:
        try:
            found = outcome(recount.amount(line, as_of))
        except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError):
            found = {}
        if any(
            line.get(k) != found.get(k, ...)
            for k in ("numerator", "denominator", "needed", "on_time", "met_on")
        ):
            differing.append(line)
    return Check(digest(bundle.lines) == bundle.manifest["sha256"], len(results), tuple(differing))


def differs(before: Iterable[str], after: Iterable[str]) -> list[Mapping[str, Any]]:
    """Result lines of a revision that are new or other than before (what the revision shows)."""

    def results(lines: Iterable[str]) -> dict[str, Line]:
        found = {}
        for text in lines:
            line = json.loads(text)
            if line["kind"] == "result":
                key = canonical(
                    [
                        line["source"],
                        line["requirement"],
                        line["unit"],
                        line.get("post", ""),
                        line["period"],
                        line["asks"],
                    ]
                )
                found[key] = line
        return found

    old, new = results(before), results(after)
    changed: list[Mapping[str, Any]] = []
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            changed.append({"before": old.get(key), "after": new.get(key)})
    return changed
