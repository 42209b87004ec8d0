"""Exempting what an event covers: at once when it is entered, and what is made later; part of the action that does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sanzhi.foundation.audit.action import Actor, about
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.events.matching import Covered, matches
from sanzhi.kit.ledger.events.models import Event, EventExemption
from sanzhi.kit.ledger.models import Exemption, Obligation

AT_ONCE = 400
REASON_LENGTH = 200


def reason_of(event: Event) -> str:
    """What stands beside every figure that an event exempts."""
    days = f"{event.opened_on:%Y-%m-%d}至{event.last_on:%Y-%m-%d}"
    return f"{event.name}（{days}）：{event.ground}"[:REASON_LENGTH]


def apply_event(by: Actor, event: Event, found: Sequence[Obligation], today: dt.date) -> int:
    """Exempt these obligations because of an event, those left out that are exempt already or that it exempted before.

    Returns how many it exempted now.
    """
    new: list[Obligation] = []
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        ids = [o.pk for o in some]
        # In the order of their keys: two events entered at once wait for each other and do not lock each other out.
        locked = set(
            Obligation.objects.select_for_update(of=("self",))
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        known = set(event.exempted.filter(obligation__in=ids).values_list("obligation_id", flat=True))
        exempt = Exemption.objects.filter(obligation__in=ids, revoked_on__isnull=True)
        known |= set(exempt.values_list("obligation_id", flat=True))
        new += [o for o in some if o.pk in locked and o.pk not in known]
    reason = reason_of(event)
    made = Exemption.objects.bulk_create(
        [Exemption(obligation=o, reason=reason, exempted_on=today, exempted_by=by.audit_name) for o in new],
        batch_size=AT_ONCE,
    )
    EventExemption.objects.bulk_create(
        [EventExemption(event=event, obligation_id=e.obligation_id, exemption=e) for e in made],
        batch_size=AT_ONCE,
    )
    for obligation in new:
        about(obligation, exempt=reason, event=event.pk)
    return len(new)


def open_events(town: Unit) -> list[Event]:
    """The events of a town that nobody revoked, in the order of their days."""
    rows = Event.objects.filter(town=town, revoked_on__isnull=True)
    return list(rows.prefetch_related("struck", "tasks").order_by("opened_on", "pk"))


def exempt_by_events(by: Actor, town: Unit, only: Collection[int], today: dt.date) -> int:
    """Let the town's open events exempt what they cover among these obligations (ids): just made, or owed again.

    Part of the action that made them. Returns how many are exempt now. One query where the town has no event.
    """
    if not only:
        return 0
    ids = sorted(only)
    number = 0
    for event in open_events(town):
        covered = Covered.of(event)
        for start in range(0, len(ids), AT_ONCE):
            found = matches(town, covered, ids[start : start + AT_ONCE])
            number += apply_event(by, event, found, today)
    return number
