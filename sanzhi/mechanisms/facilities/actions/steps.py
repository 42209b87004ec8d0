"""Every step of a site, from the plan to acceptance and use; and back where it was accepted wrongly."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Min

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.measures.freshness import changed
from sanzhi.mechanisms.facilities.models import Site, SiteKind, SiteUse
from sanzhi.mechanisms.facilities.queries import closed_stage
from sanzhi.mechanisms.facilities.rules import (
    CHECK_LISTS,
    FILED_KINDS,
    OPEN_KINDS,
    checked,
    checked_hours,
    checked_reason,
)
from sanzhi.mechanisms.facilities.states import STANDING, next_state


def _locked(site: Site) -> Site:
    return Site.objects.select_for_update(of=("self",)).select_related("unit", "town").get(pk=site.pk)


def _not_after(day: dt.date | None, today: dt.date, code: str, field: str) -> None:
    if day is not None and day > today:
        raise Problem(f"facilities.{code}", field=field, day=day.isoformat())


@action("facilities.plan_site", "列入计划点位")
def plan_site(
    *,
    by: User,
    unit: Unit,
    kind: str,
    name: str,
    on: dt.date,
    purpose: str = "",
    place: str = "",
    expected_on: dt.date | None = None,
    uid: uuid.UUID | None = None,
) -> Site:
    """Enter a site into a village's plan of sites on day `on`.

    Refuses a unit that is no village, an unknown kind, a day that has not come, and what a site never holds (R-40).
    """
    if unit.kind != UnitKind.VILLAGE or unit.town is None:
        raise Problem("facilities.not_village", unit=unit.short_name)
    if kind not in SiteKind:
        raise Problem("facilities.unknown_kind", field="kind", kind=str(kind)[:20])
    _not_after(on, clock.today(), "planned_in_future", "on")
    name = checked("name", name)
    if not name:
        raise Problem("facilities.name_needed", field="name")
    site = Site.objects.create(
        uid=uid or uuid.uuid4(),
        town=unit.town,
        unit=unit,
        kind=kind,
        name=name,
        purpose=checked("purpose", purpose),
        place=checked("place", place),
        expected_on=expected_on,
        happened_on=on,
        received_at=clock.now(),
        author=by,
    )
    changed(site)
    about(site, unit=unit.code, kind=kind, name=site.name, on=on)
    return site


def _step(row: Site, verb: str, said: Mapping[str, Any], **cleared: Any) -> Site:
    """Take a locked site one step on; `said` is what the audit entry tells, `cleared` what the step leaves behind."""
    row.state = next_state(row.name, row.state, verb)
    for field, value in {**said, **cleared}.items():
        setattr(row, field, value)
    row.save()
    changed(row)
    about(row, step=verb, **said)
    return row


@action("facilities.build_site", "登记建成")
def build_site(*, by: User, site: Site, built_on: dt.date, today: dt.date) -> Site:
    """Say that a planned site was built, or put the day right before it is handed in. Refuses a day that has not come."""
    _not_after(built_on, today, "built_in_future", "built_on")
    return _step(_locked(site), "build", {"built_on": built_on})


@action("facilities.hand_in_site", "提交验收")
def hand_in_site(*, by: User, site: Site, today: dt.date) -> Site:
    """Hand a built site in for acceptance; from now on it waits (待认定) and is not late if that was by the due day."""
    return _step(_locked(site), "hand_in", {"handed_in_on": today}, returned_reason="")


@action("facilities.accept_site", "验收点位")
def accept_site(
    *, by: User, site: Site, on: dt.date, checks: Mapping[str, bool], late_reason: str = ""
) -> Site:
    """The lead unit accepts a site after its check list, on the day somebody looked (today or earlier).

    Refuses open checks, a day before it was built or still to come, and after the close of a stage whose day the site
    reaches (by the day of writing, not of looking) an acceptance without a reason.
    """
    row, today = _locked(site), clock.today()
    listed = {c.code: c for c in CHECK_LISTS[row.kind]}
    for code in checks:
        if code not in listed:
            raise Problem("facilities.unknown_check", item=code[:20])
    next_state(row.name, row.state, "accept")
    missing = [c.label for c in listed.values() if not checks.get(c.code)]
    if missing:
        raise Problem("facilities.checks_open", field="checks", items="；".join(missing))
    _not_after(on, today, "accepted_in_future", "on")
    if row.built_on and on < row.built_on:
        raise Problem("facilities.accepted_before_built", field="on", built=row.built_on.isoformat())
    reason = checked("late_reason", late_reason)
    closed = closed_stage(row, today)
    if closed is not None and len(reason) < 4:
        raise Problem("facilities.late_reason_needed", field="late_reason", due=closed.isoformat())
    said = {"accepted_on": on, "accepted_by": by.audit_name, "checks": dict(checks), "late_reason": reason}
    return _step(row, "accept", said, acceptance_noted_on=today)


@action("facilities.return_site", "退回整改")
def return_site(*, by: User, site: Site, reason: str) -> Site:
    """The lead unit sends a site back with what is lacking."""
    return _step(_locked(site), "return", {"returned_reason": checked_reason(reason)}, handed_in_on=None)


@action("facilities.reopen_site", "撤回验收")
def reopen_site(*, by: User, site: Site, reason: str) -> Site:
    """The lead unit takes a wrong acceptance back, with a ground; the site is built and may be handed in again."""
    return _step(
        _locked(site),
        "reopen",
        {"returned_reason": checked_reason(reason)},
        handed_in_on=None,
        accepted_on=None,
        accepted_by="",
        acceptance_noted_on=None,
        late_reason="",
        checks={},
    )


@action("facilities.withdraw_site", "移出计划")
def withdraw_site(*, by: User, site: Site, on: dt.date, reason: str) -> Site:
    """Take a site out of the plan of sites, with a ground; it counts nowhere from then on."""
    _not_after(on, clock.today(), "withdrawn_in_future", "on")
    return _step(_locked(site), "withdraw", {"withdrawn_on": on, "withdrawn_reason": checked_reason(reason)})


@action("facilities.note_use", "登记使用情况")
def note_use(*, by: User, site: Site, in_use_on: dt.date | None, filed_on: dt.date | None) -> Site:
    """Write down since when a site is in use and when the police filing was made (within 30 days of use).

    Refuses a site not yet built, days to come, use before it was built, and a filing where none is owed.
    """
    row, today = _locked(site), clock.today()
    if row.state not in STANDING or row.built_on is None:
        raise Problem("facilities.not_built_yet", site=row.name)
    if filed_on is not None and row.kind not in FILED_KINDS:
        raise Problem("facilities.not_filed_kind", field="filed_on", site=row.name)
    if filed_on is not None and in_use_on is None:
        raise Problem("facilities.filed_without_use", field="in_use_on")
    _not_after(in_use_on, today, "used_in_future", "in_use_on")
    _not_after(filed_on, today, "used_in_future", "filed_on")
    if in_use_on is not None and in_use_on < row.built_on:
        raise Problem("facilities.used_before_built", field="in_use_on", built=row.built_on.isoformat())
    first = SiteUse.objects.filter(site=row, void_on__isnull=True).aggregate(day=Min("happened_on"))["day"]
    if first is not None and (in_use_on is None or first < in_use_on):
        raise Problem("facilities.use_noted_before", field="in_use_on", day=first.isoformat())
    row.in_use_on, row.filed_on = in_use_on, filed_on
    row.save(update_fields=["in_use_on", "filed_on"])
    changed(row)
    about(row, in_use_on=in_use_on, filed_on=filed_on)
    return row


@action("facilities.publish_hours", "公布开放时间")
def publish_hours(*, by: User, site: Site, hours: str, on: dt.date) -> Site:
    """Write down the opening hours as they hang at the door since day `on`. The earlier ones stay in the history.

    Refuses a kind that does not open, a site not built or withdrawn, no or too many lines, and a day to come.
    """
    row = _locked(site)
    if row.kind not in OPEN_KINDS:
        raise Problem("facilities.hours_closed_kind", site=row.name)
    if row.state not in STANDING:
        raise Problem("facilities.not_built_yet", site=row.name)
    _not_after(on, clock.today(), "hours_in_future", "on")
    row.hours, row.hours_on = checked_hours(hours), on
    row.save(update_fields=["hours", "hours_on"])
    changed(row)
    about(row, hours=row.hours, hours_on=on)
    return row
