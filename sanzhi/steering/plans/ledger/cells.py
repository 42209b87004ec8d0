"""Several obligations in one cell: the one that needs attention most stands for them, with how many are like it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sanzhi.domain.states import State
from sanzhi.kit.ledger.standing import Stand

ATTENTION = (
    State.OVERDUE,
    State.CHECKING,
    State.UNDETERMINED,
    State.NOT_STARTED,
    State.UNDER_WAY,
    State.DONE_LATE,
    State.DONE,
    State.NOT_DUE,
    State.NOT_APPLICABLE,
    State.HANDED_OVER,
    State.DROPPED,
)
"""What needs attention most stands first."""

RANK = {state: rank for rank, state in enumerate(ATTENTION)}


@dataclass(slots=True)
class Cell:
    """The obligations of one task and one unit: the first to look at, how many stand like it, how many there are."""

    first: Stand
    alike: int = 1
    total: int = 1
    exempt: int = 0
    waits: bool = False

    def add(self, stand: Stand) -> None:
        """Take one more obligation into the cell; of those alike the earliest stays in front."""
        self.total += 1
        self.exempt += bool(stand.exempt_reason)
        self.waits = self.waits or stand.waits
        if stand.state is self.first.state:
            self.alike += 1
        elif RANK[stand.state] < RANK[self.first.state]:
            self.first, self.alike = stand, 1


def cells(stands: Iterable[tuple[tuple[str, int], Stand]]) -> dict[tuple[str, int], Cell]:
    """Cells by (row, unit) from pairs of that key and an obligation, which come by due day."""
    found: dict[tuple[str, int], Cell] = {}
    for key, stand in stands:
        cell = found.get(key)
        if cell is None:
            found[key] = Cell(stand, exempt=int(bool(stand.exempt_reason)), waits=stand.waits)
        else:
            cell.add(stand)
    return found


def attention(stand: Stand) -> int:
    """The place of an obligation in a list that begins with what needs attention most."""
    return RANK[stand.state]
