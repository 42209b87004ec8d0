"""Founding an installation and moving a demonstration's day, each as one audited act."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.accounts import actions as accounts
from sanzhi.foundation.accounts.actions import IssuedSlip
from sanzhi.foundation.accounts.models import Role
from sanzhi.foundation.accounts.rules import LONGEST_TERM_YEARS, years_later
from sanzhi.foundation.audit.action import COUNTY_CHAIN, Actor, about, action
from sanzhi.foundation.clock import actions as clock_actions
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind


@action("administration.found_installation", "建立系统")
def found_installation(
    *, by: Actor, kind: str, county: str, demo_day: dt.date | None = None, protection_level: str = ""
) -> Installation:
    """Write what kind of installation this is, once. Refuses a second time (`clock.founded`)."""
    row = clock_actions.found(kind=kind, county=county, demo_day=demo_day, protection_level=protection_level)
    about(
        row,
        chain=COUNTY_CHAIN,
        kind=kind,
        county=county,
        demo_day=demo_day,
        protection_level=protection_level,
    )
    return row


@action("administration.begin_real", "开始正式使用")
def begin_real(
    *,
    by: Actor,
    county: str,
    county_code: str,
    town: str,
    town_code: str,
    login: str,
    name: str,
    protection_level: str,
    today: dt.date,
) -> IssuedSlip:
    """Begin a real installation in one act: the row that says so, a county, a town, and one administrator of the
    county with a slip. Refuses where something was founded already, and then changes nothing."""
    row = found_installation(
        by=by, kind=Installation.Kind.REAL, county=county, protection_level=protection_level
    )
    top = orgs.open_unit(by=by, code=county_code, kind=UnitKind.COUNTY, name=county, parent=None, on=today)
    unit: Unit = orgs.open_unit(by=by, code=town_code, kind=UnitKind.TOWN, name=town, parent=top, on=today)
    account = accounts.open_account(by=by, username=login, display_name=name, town=unit)
    accounts.grant_role(
        by=by,
        account=account,
        role=Role.ADMINISTRATOR,
        unit=top,
        opened_on=today,
        closed_on=years_later(today, LONGEST_TERM_YEARS),
        ground="系统建立",
    )
    about(row, chain=COUNTY_CHAIN, town=town_code, administrator=account.pk)
    return accounts.issue_slip(by=by, account=account)


@action("administration.move_clock", "调整演示日")
def move_clock(*, by: Actor, day: dt.date) -> tuple[dt.date, dt.date]:
    """Move a demonstration to a later day; returns (old, new). Refuses in a real installation and to go back."""
    before = Installation.objects.filter(pk=1).values_list("demo_day", flat=True).first()
    row = clock_actions.set_day(day=day)
    about(row, chain=COUNTY_CHAIN, before=before, day=day)
    return before or day, day
