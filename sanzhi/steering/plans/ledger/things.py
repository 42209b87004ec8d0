"""Never two entries for one thing: obligations that the same record serves stand under the one to go by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sanzhi.domain.states import State
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Requirement
from sanzhi.kit.ledger.overlaps import strictest
from sanzhi.kit.ledger.standing import Stand, source_of

LATE = (State.OVERDUE, State.CHECKING)


@dataclass(frozen=True)
class Thing:
    """One thing to do: the obligation to go by (the stricter date), one of every other task that asks the same, and how
    many further periods or stages are meant besides."""

    first: Stand
    also: tuple[Stand, ...] = ()
    alike: int = 0

    @property
    def waits(self) -> bool:
        """Whether it was handed in and only waits to be accepted."""
        return self.first.waits


def things(found: Iterable[Stand]) -> list[Thing]:
    """Obligations as things to do, in the order in which the first of each comes.

    What one duty or target of a room proves for one ower is one thing, whichever plan asks it. Of a rhythm the periods
    that are late stand apart from those that are still open; the stages of a deadline belong together.
    """
    groups: dict[tuple[object, ...], list[Stand]] = {}
    for stand in found:
        groups.setdefault(_key(stand), []).append(stand)
    return [_thing(group) for group in groups.values()]


def _rhythm(stand: Stand) -> bool:
    return stand.obligation.requirement.kind == Requirement.Kind.EVERY


def _key(stand: Stand) -> tuple[object, ...]:
    owed, requirement = stand.obligation, stand.obligation.requirement
    source = source_of(requirement)
    # A progress note proves one requirement, through all its versions.
    own = requirement.lineage or requirement.pk if source is registry.generic_room().duties[0] else 0
    rhythm = _rhythm(stand)
    return (source.code, own, owed.unit_id, owed.post_id, rhythm, rhythm and stand.state in LATE)


def _undertaking(stand: Stand) -> tuple[int, str]:
    task = stand.obligation.requirement.task
    return task.version.plan_id, task.code


def _thing(group: Sequence[Stand]) -> Thing:
    first = group[0]
    if not _rhythm(first):
        dated = [s for s in group if s.obligation.due_on is not None]
        # What the ower only contributes to by a nearer day still comes first: it is the next stage.
        first = min(dated, key=lambda s: s.obligation.due_on or s.obligation.begins_on, default=first)
    rivals = [s for s in group if s.obligation.due_on == first.obligation.due_on]
    chosen = strictest(s.obligation.requirement for s in rivals)
    first = next((s for s in rivals if s.obligation.requirement is chosen), first)
    others: dict[tuple[int, str], Stand] = {}
    for stand in group:
        if _undertaking(stand) != _undertaking(first):
            others.setdefault(_undertaking(stand), stand)
    return Thing(first, tuple(others.values()), len(group) - 1 - len(others))
