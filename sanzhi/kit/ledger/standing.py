"""How obligations stand on a day: their facts from the measures, their state from the pure rule."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from sanzhi.domain.amounts import Amount
from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.states import Facts, State, pending, state
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Exemption, Obligation, Requirement
from sanzhi.kit.ledger.queries import Owed
from sanzhi.kit.measures.declarations import Duty, Measure, Source
from sanzhi.kit.measures.engine import Slot
from sanzhi.kit.measures.freshness import figures


class Stand(NamedTuple):
    """An obligation with its state on a day, what records give, the mark 待认定 and the exemption's reason."""

    obligation: Obligation | Owed
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


@dataclass(frozen=True, slots=True)
class _Asking:
    """What every obligation of a requirement asks alike, worked out once for all of them."""

    source: Source
    whole: bool
    share: Fraction | None
    at_least: int
    requirement: int
    last: dt.date
    every: bool


def _asking(requirement: Requirement) -> _Asking:
    source = source_of(requirement)
    generic = source is registry.generic_room().duties[0]
    counts = requirement.kind in (Requirement.Kind.COUNT_BY_DAY, Requirement.Kind.EVERY)
    share = None if generic or isinstance(source.of, Measure) else requirement.fraction
    if isinstance(source, Duty) and not isinstance(source.of, Measure):
        # A rhythm asks for all of what it covers, unless the plan names a share.
        share = share or _ALL_OF_ITS_OWN
    return _Asking(
        source=source,
        whole=not generic,
        share=share,
        at_least=1 if requirement.share or (generic and not counts) else requirement.at_least,
        requirement=requirement.lineage if generic else 0,
        last=dt.date(requirement.task.version.plan.year, 12, 31),
        every=requirement.kind == Requirement.Kind.EVERY,
    )


_ALL_OF_ITS_OWN = Fraction(1)


@cache
def _last_day(period: str) -> dt.date:
    return parse_period(period).last


def _slot(obligation: Obligation | Owed, asking: _Asking) -> Slot:
    begins_on = obligation.begins_on
    due_on = obligation.due_on or asking.last
    # What a rhythm counts runs to the period's end, also where it is due before.
    last = _last_day(obligation.period) if asking.every else due_on
    whole = obligation.town_share and asking.whole
    share = asking.share
    if share is not None and not whole and not asking.every:
        # A village's own part of a share is all of what is its own.
        share = _ALL_OF_ITS_OWN
    return Slot(
        obligation.unit_id,
        obligation.period,
        begins_on,
        last if last > begins_on else begins_on,
        obligation.closes_on,
        whole,
        share,
        asking.at_least,
        asking.requirement,
        obligation.post_id or 0,
        due_on if due_on != last else None,
        obligation.anew_on is not None,
    )


def slot_of(obligation: Obligation | Owed) -> Slot:
    """What an obligation asks of its source."""
    return _slot(obligation, _asking(obligation.requirement))


def _slots(obligations: Iterable[Obligation | Owed]) -> list[tuple[Source, Slot]]:
    known: dict[int, _Asking] = {}
    found = []
    for obligation in obligations:
        asking = known.get(obligation.requirement_id)
        if asking is None:
            asking = known[obligation.requirement_id] = _asking(obligation.requirement)
        found.append((asking.source, _slot(obligation, asking)))
    return found


def _by_source(slots: Iterable[tuple[Source, Slot]]) -> dict[Source, list[Slot]]:
    asked: dict[Source, list[Slot]] = defaultdict(list)
    for source, slot in slots:
        asked[source].append(slot)
    return dict(asked)


def asked_by(obligations: Iterable[Obligation | Owed]) -> dict[Source, list[Slot]]:
    """The slots of all obligations by the source that proves them."""
    return _by_source(_slots(obligations))


def stands(
    obligations: Sequence[Obligation | Owed],
    town: Unit,
    today: dt.date,
    *,
    above_village: bool = True,
) -> list[Stand]:
    """Every obligation with its state, in the order given, in a fixed number of queries.

    Expects `requirement__task__version__plan` selected; rows of `queries.light` bring their exemptions along.
    `above_village`: who looks belongs to the town or higher (days of grace read 核对期).
    """
    exempt = _exempt(obligations, town)
    slots = _slots(obligations)
    found = figures(town, _by_source(slots), today)
    # Ninety villages that have done nothing yet are one case: facts and state are worked out once for all alike.
    known: dict[tuple[Any, ...], tuple[Facts, State, bool]] = {}
    result = []
    for obligation, (source, slot) in zip(obligations, slots, strict=True):
        amount = found.get((source.code, slot))
        reason = exempt.get(obligation.pk)
        alike = (
            obligation.due_on,
            obligation.begins_on,
            obligation.closes_on,
            obligation.contributes,
            obligation.dropped_on is None,
            obligation.handed_to_id is None,
            (amount.numerator, amount.needed, amount.met_on, amount.pending_on) if amount else None,
            reason,
        )
        judged = known.get(alike)
        if judged is None:
            facts = facts_of(obligation, amount, reason, above_village)
            judged = known[alike] = (facts, state(facts, today), pending(facts))
        result.append(Stand(obligation, judged[1], amount, judged[0], judged[2], reason or ""))
    return result


def _exempt(obligations: Sequence[Obligation | Owed], town: Unit) -> dict[int, str]:
    brought, asked = {}, []
    for o in obligations:
        if not isinstance(o, Owed):
            asked.append(o.pk)
        elif o.exempt_reason is not None:
            brought[o.pk] = o.exempt_reason
    if not asked:
        return brought
    rows = Exemption.objects.filter(
        obligation__in=asked if len(asked) < 500 else _all(town), revoked_on__isnull=True
    )
    return brought | dict(rows.values_list("obligation_id", "reason"))


def _all(town: Unit) -> Any:
    return Obligation.objects.filter(town=town).values("pk")


def facts_of(
    obligation: Obligation | Owed, amount: Amount | None, exempt: str | None, above_village: bool
) -> Facts:
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
