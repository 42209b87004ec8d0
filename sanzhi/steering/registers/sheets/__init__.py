"""Excel files of the registers: what they look like, how a real one is read, and what it would change."""

from sanzhi.steering.registers.sheets.head_counts import HEAD_COUNTS
from sanzhi.steering.registers.sheets.households import HOUSEHOLDS
from sanzhi.steering.registers.sheets.kinds import Change, SheetKind
from sanzhi.steering.registers.sheets.people import PEOPLE
from sanzhi.steering.registers.sheets.units import UNITS

KINDS: dict[str, SheetKind] = {k.code: k for k in (UNITS, PEOPLE, HOUSEHOLDS, HEAD_COUNTS)}
"""The kinds of sheets by code."""

__all__ = ["KINDS", "Change", "SheetKind"]
