"""Every step of a site, from the plan to acceptance."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.clock import now
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.measures.freshness import changed
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.mechanisms.facilities.states import next_state


def _locked(site: Site) -> Site:
    return Site.objects.select_for_update(of=("self",)).select_related("unit", "town").get(pk=site.pk)


def _reason(text: str) -> str:
    if len(text.strip()) < 4:
        raise Problem("facilities.reason_needed", field="reason")
    return text.strip()


@action("facilities.plan_site")
def plan_site(
    *,
    by: User,
    unit: Unit,
    kind: str,
    name: str,
    on: dt.date,
    purpose: str = "",
    place: str = "",
    planned_for: dt.date | None = None,
    uid: uuid.UUID | None = None,
) -> Site:
    """Enter a site into a village's plan of sites on day `on`."""
    if unit.kind != UnitKind.VILLAGE:
        raise Problem("facilities.not_village", unit=unit.short_name)
    site = Site.objects.create(
        uid=uid or uuid.uuid4(),
        town=unit.town,
        unit=unit,
        kind=kind,
        name=name.strip(),
        purpose=purpose,
        place=place,
        planned_for=planned_for,
        happened_on=on,
        received_at=now(),
        author=by,
    )
    changed(site)
    about(site, unit=unit.code, kind=kind, name=site.name, on=on)
    return site


def _step(site: Site, verb: str, **values: Any) -> Site:
    row = _locked(site)
    row.state = next_state(row.name, row.state, verb)
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    changed(row)
    about(row, step=verb, **values)
    return row


@action("facilities.build_site")
def build_site(*, by: User, site: Site, built_on: dt.date, today: dt.date) -> Site:
    """Say that a planned site was built. Refuses a day that has not come."""
    if built_on > today:
        raise Problem("facilities.built_in_future", field="built_on", day=built_on.isoformat())
    return _step(site, "build", built_on=built_on, returned_reason="")


@action("facilities.hand_in_site")
def hand_in_site(*, by: User, site: Site, today: dt.date) -> Site:
    """Hand a built site in for acceptance; from now on it waits (待认定) and is not late if that was by the due day."""
    return _step(site, "hand_in", handed_in_on=today, returned_reason="")


@action("facilities.accept_site")
def accept_site(*, by: User, site: Site, on: dt.date, checks: Mapping[str, bool]) -> Site:
    """The lead unit accepts a site after its check list. Refuses open checks and a day before it was built."""
    row = _locked(site)
    listed = {c.code: c for c in CHECK_LISTS[row.kind]}
    for code in checks:
        if code not in listed:
            raise Problem("facilities.unknown_check", item=code)
    missing = [c.label for c in listed.values() if not checks.get(c.code)]
    next_state(row.name, row.state, "accept")
    if missing:
        raise Problem("facilities.checks_open", items="；".join(missing))
    if row.built_on and on < row.built_on:
        raise Problem("facilities.accepted_before_built", field="on", built=row.built_on.isoformat())
    return _step(site, "accept", accepted_on=on, accepted_by=by.audit_name, checks=dict(checks))


@action("facilities.return_site")
def return_site(*, by: User, site: Site, reason: str) -> Site:
    """The lead unit sends a site back with what is lacking."""
    return _step(site, "return", handed_in_on=None, returned_reason=_reason(reason))


@action("facilities.withdraw_site")
def withdraw_site(*, by: User, site: Site, on: dt.date, reason: str) -> Site:
    """Take a site out of the plan of sites, with a ground; it counts nowhere from then on."""
    return _step(site, "withdraw", withdrawn_on=on, withdrawn_reason=_reason(reason))


@action("facilities.note_use")
def note_use(*, by: User, site: Site, used_since: dt.date | None, filed_on: dt.date | None) -> Site:
    """Write down since when a site is in use and when the police filing was made (within 30 days of use)."""
    row = _locked(site)
    row.used_since, row.filed_on = used_since, filed_on
    row.save(update_fields=["used_since", "filed_on"])
    about(row, used_since=used_since, filed_on=filed_on)
    return row
