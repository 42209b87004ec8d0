"""How obligations stand on a day: their facts from the measures, their state from the pure rule."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sanzhi.domain.amounts import Amount
from sanzhi.domain.states import Facts, State, pending, state
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Exemption, Obligation, Requirement
from sanzhi.kit.measures.declarations import Source
from sanzhi.kit.measures.engine import Slot
from sanzhi.kit.measures.freshness import figures


@dataclass(frozen=True)
class Stand:
    """An obligation with its state on a day, what records give, the mark 待认定 and the exemption's reason."""

    obligation: Obligation
    state: State
    amount: Amount | None
    facts: Facts
    waits: bool
    exempt_reason: str


def source_of(requirement: Requirement) -> Source:
    """The declared duty or target that proves a requirement; the generic room's where none does."""
    known = registry.duties()
    if requirement.proves in known:
        return known[requirement.proves]
    return registry.generic_room().duties[0]


def slot_of(obligation: Obligation) -> Slot:
    """What an obligation asks of its source."""
    requirement = obligation.requirement
    source = source_of(requirement)
    generic = source is registry.generic_room().duties[0]
    whole = obligation.town_share and not generic
    share = None
    if requirement.share and not generic:
        # A village's own part of a share is all of what is its own.
        share = requirement.fraction if whole else Fraction(1)
    count = 1 if requirement.share or (generic and not _counts(requirement)) else requirement.at_least
    last = obligation.due_on or dt.date(requirement.task.version.plan.year, 12, 31)
    return Slot(
        unit=obligation.unit_id,
        period=obligation.period,
        first=obligation.begins_on,
        last=max(last, obligation.begins_on),
        closes_on=obligation.closes_on,
        whole=whole,
        share=share,
        count=count,
        requirement=requirement.pk if generic else 0,
    )


def _counts(requirement: Requirement) -> bool:
    return requirement.kind in (Requirement.Kind.COUNT_BY_DAY, Requirement.Kind.EVERY)


def asked_by(obligations: Iterable[Obligation]) -> dict[Source, list[Slot]]:
    """The slots of all obligations by the source that proves them."""
    asked: dict[Source, list[Slot]] = defaultdict(list)
    for obligation in obligations:
        asked[source_of(obligation.requirement)].append(slot_of(obligation))
    return dict(asked)


def stands(
    obligations: Sequence[Obligation], town: Unit, today: dt.date, *, above_village: bool = True
) -> list[Stand]:
    """Every obligation with its state, in the order given. Expects `requirement__task__version__plan` selected.

    `above_village`: who looks belongs to the town or higher (days of grace read 核对期). A fixed number of queries.
    """
    exempt = dict(
        Exemption.objects.filter(
            obligation__in=[o.pk for o in obligations] if len(obligations) < 500 else _all(town),
            revoked_on__isnull=True,
        ).values_list("obligation_id", "reason")
    )
    asking = [(source_of(o.requirement), slot_of(o)) for o in obligations]
    asked: dict[Source, list[Slot]] = defaultdict(list)
    for source, slot in asking:
        asked[source].append(slot)
    found = figures(town, asked, today)
    result = []
    for obligation, (source, slot) in zip(obligations, asking, strict=True):
        amount = found.get((source.code, slot))
        facts = facts_of(obligation, amount, exempt.get(obligation.pk), above_village)
        result.append(
            Stand(obligation, state(facts, today), amount, facts, pending(facts), exempt.get(obligation.pk, ""))
        )
    return result


def _all(town: Unit) -> object:
    return Obligation.objects.filter(town=town).values("pk")


def facts_of(obligation: Obligation, amount: Amount | None, exempt: str | None, above_village: bool) -> Facts:
    """What `sanzhi.domain.states.state` needs to know of an obligation."""
    return Facts(
        due_on=obligation.due_on,
        begins_on=obligation.begins_on,
        closes_on=obligation.closes_on,
        amount=amount.numerator if amount else None,
        needed=amount.needed if amount else None,
        met_on=amount.met_on if amount else None,
        pending_on=amount.pending_on if amount else None,
        exempt=exempt is not None,
        exempt_reason=exempt or "",
        dropped=obligation.dropped_on is not None,
        handed_over=obligation.handed_to_id is not None,
        contributes=obligation.contributes,
        viewer_above_village=above_village,
    )
