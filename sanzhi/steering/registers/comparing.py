"""From a file to a preview: its rows, what they would change, and the digest of exactly that."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from sanzhi.foundation.audit.chain import canonical
from sanzhi.foundation.orgs.models import Unit
from sanzhi.steering.registers.sheets import Change, SheetKind
from sanzhi.steering.registers.sheets.kinds import Ground, Row
from sanzhi.steering.registers.sheets.units_named import UnitNames


def compare(
    kind: SheetKind, town: Unit, day: dt.date, rows: Sequence[Row], within: frozenset[int] | None
) -> list[Change]:
    """What the rows would do to the register as it is now, in the order of the file."""
    return kind.plan(Ground(town, day, UnitNames(town, day, within), within), rows)


def digest_of(
    kind: SheetKind, town: Unit, day: dt.date, rows: Sequence[Row], changes: Sequence[Change]
) -> str:
    """The digest of what is shown and of what it was made from; another register or file gives another digest."""
    content = {
        "kind": kind.code,
        "town": town.code,
        "day": day,
        "rows": [[r.number, dict(r.values)] for r in rows],
        "changes": [[c.row, c.state, c.subject, c.what] for c in changes],
    }
    return hashlib.sha256(canonical(content)).hexdigest()


def counts_of(changes: Sequence[Change]) -> dict[str, int]:
    """How many rows are new, changed, unchanged and problems."""
    found = Counter(c.state for c in changes)
    return {state: found.get(state, 0) for state in ("new", "changed", "unchanged", "problem")}


def packed(rows: Sequence[Row]) -> str:
    """Rows as text to be sealed."""
    return json.dumps([[r.number, dict(r.values)] for r in rows], ensure_ascii=False)


def unpacked(text: str) -> list[Row]:
    """The rows of a sealed text."""
    return [Row(number, values) for number, values in json.loads(text or "[]")]
