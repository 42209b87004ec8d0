"""Heads of the chains that stand elsewhere than in the tables: in bundles, and in the note each backup leaves."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from sanzhi.config.backups import manifest_of, noted_heads
from sanzhi.domain.bundles import parse
from sanzhi.domain.problems import Problem
from sanzhi.steering.indicators.models import Bundle

Heads = dict[str, list[tuple[int, str]]]


def kept_heads(against: str | None = None) -> Heads:
    """Chain → (number, digest) pairs: of this installation's bundles and backups, and of a file given besides."""
    found: Heads = defaultdict(list)
    for town, seq, digest in Bundle.objects.values_list("town__code", "audit_seq", "audit_head"):
        found[town].append((seq, digest))
    for chain, seq, digest in noted_heads():
        found[chain].append((seq, digest))
    if against:
        for chain, seq, digest in _of_file(Path(against)):
            found[chain].append((seq, digest))
    return dict(found)


def _of_file(path: Path) -> list[tuple[str, int, str]]:
    manifest = manifest_of(path)
    if manifest is not None:
        return [(chain, seq, digest) for chain, (seq, digest) in manifest["heads"].items()]
    try:
        bundle = parse(path.read_text(encoding="utf-8"), path.name).manifest
        seq, digest = bundle["audit"]
        return [(bundle["town"], seq, digest)]
    except (OSError, ValueError, KeyError, Problem):
        raise Problem("audit_check.no_heads", name=path.name) from None
