"""How many a share asks for: the whole number beside its fraction, which a person acknowledges (case 11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from sanzhi.domain.targets import needed, rounded
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Requirement
from sanzhi.kit.measures.declarations import Coverage, Population
from sanzhi.kit.measures.populations import GROUPS, VILLAGES

_WORDS: tuple[tuple[tuple[str, ...], Population], ...] = (
    (("村民小组", "村民组", "自然村"), GROUPS),
    (("村",), VILLAGES),
)


@dataclass(frozen=True)
class Number:
    """A share of a register: `needed` of `denominator` reach it, `rounded` is what rounding would have said."""

    share: Fraction
    denominator: int
    needed: int
    rounded: int


def population_of(requirement: Requirement) -> Population | None:
    """What a share is a share of: the population of the declared target, else what its words name."""
    source = registry.duties().get(requirement.proves)
    if source is not None and isinstance(source.of, Coverage):
        return source.of.population
    words = requirement.quote or requirement.what
    return next((p for keys, p in _WORDS if any(k in words for k in keys)), VILLAGES)


def asked_number(requirement: Requirement, town: Unit, day: dt.date | None = None) -> Number | None:
    """The whole number of a share by the register of `day` (default: its due day); None where no share is asked."""
    share = requirement.fraction
    if requirement.kind != Requirement.Kind.SHARE_BY_DAY or share is None or requirement.due_on is None:
        return None
    population = population_of(requirement)
    count = len(population.subjects_on(town, day or requirement.due_on)) if population else 0
    return Number(share, count, needed(share, count), rounded(share, count))
