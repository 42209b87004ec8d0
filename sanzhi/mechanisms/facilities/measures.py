"""What sites prove: coverage of villages by a day (Z7, F3), accepted sites against a number set (V3, V6), and what takes
place there each month. One target per kind (docs/rules/coverage.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db.models import Count, Q, QuerySet

from sanzhi.domain.periods import Every
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.access import last_path, units_within
from sanzhi.kit.measures.declarations import Coverage, Duty, Measure, Reached, Target
from sanzhi.kit.measures.populations import VILLAGES
from sanzhi.mechanisms.facilities.kinds import KINDS, Kind
from sanzhi.mechanisms.facilities.models import Site, SiteUse
from sanzhi.mechanisms.facilities.queries import standing_out_of_use
from sanzhi.mechanisms.facilities.states import SiteState


def planned_sites(kind: str) -> QuerySet[Site]:
    """Sites of a kind that stand in the plan of sites (withdrawn ones do not)."""
    return Site.objects.filter(kind=kind).exclude(state=SiteState.WITHDRAWN)


def finished_sites(kind: str) -> QuerySet[Site]:
    """Sites of a kind that are accepted or wait for it."""
    return Site.objects.filter(kind=kind, state__in=(SiteState.HANDED_IN, SiteState.ACCEPTED))


def uses() -> QuerySet[SiteUse]:
    """What took place at the sites, without what is void."""
    return SiteUse.objects.filter(void_on__isnull=True)


def _touches(kind: str, site: Site) -> Iterable[tuple[int, dt.date]]:
    return [(site.unit_id, site.built_on or site.happened_on)] if site.kind == kind else []


def _used_on(use: SiteUse) -> Iterable[tuple[int, dt.date]]:
    return [(use.unit_id, use.happened_on)]


def out_of_use(kind: str, town: Unit, unit: Unit, first: dt.date, last: dt.date) -> list[tuple[str, int]]:
    """What is printed beside the coverage: how many of the sites stand out of use on the last day, named, never left out."""
    rows = standing_out_of_use(town, last).filter(site__kind=kind)
    path = last_path(unit)
    if unit.pk != town.pk and path is not None:
        rows = rows.filter(site__unit__in=units_within([path]))
    number = rows.aggregate(number=Count("pk"))["number"]
    return [("其中停用的点", number)] if number else []


def _covering(kind: Kind) -> Target:
    code, label = kind.code.value, kind.code.label
    held = Reached(
        code=f"facilities.{code}_ready",
        label=str(label),
        rows=partial(planned_sites, code),
        reached_on="built_on",
        known_on="acceptance_noted_on",
        open=~Q(state=SiteState.ACCEPTED),
        waits=Q(state=SiteState.HANDED_IN),
        handed_on="handed_in_on",
        touched_by={Site: partial(_touches, code)},
    )
    coverage = Coverage(
        f"facilities.{code}_coverage",
        f"{label}覆盖率",
        VILLAGES,
        holds_on=held,
        beside=partial(out_of_use, code),
    )
    return Target(
        code=f"facilities.{code}",
        label=f"{label}覆盖的村",
        of=coverage,
        words="计划内的点全部通过验收的村 ÷ 全部村（按截止日的名册；没有计划点的村算未覆盖）",
        keywords=kind.keywords,
    )


def _counting(kind: Kind) -> Target:
    code, label = kind.code.value, kind.code.label
    accepted = Measure(
        code=f"facilities.{code}_accepted",
        label=f"已验收的{label}",
        rows=partial(finished_sites, code),
        counts_for="built_on",
        done_on="built_on",
        received="acceptance_noted_on",
        waits=Q(state=SiteState.HANDED_IN),
        touched_by={Site: partial(_touches, code)},
    )
    return Target(
        code=f"facilities.{code}",
        label=f"{label}（个数）",
        of=accepted,
        words="方案期内建成并通过验收的个数（建成日在截止日以前、锁定前验收的算按期；以前建的不算新建）",
        keywords=kind.keywords,
    )


TARGETS = tuple(_covering(k) if k.measure == "villages" else _counting(k) for k in KINDS.values())

USED = Measure(
    code="facilities.site_used",
    label="阵地开展活动的次数",
    rows=uses,
    counts_for="happened_on",
    done_on="happened_on",
    received="received_at",
    amount="times",
    touched_by={SiteUse: _used_on},
)
USED_MONTHLY = Duty(
    "facilities.used_monthly",
    "阵地每月开展活动",
    USED,
    every=Every.MONTH,
    owed_by=VILLAGES,
    words="本月在各类阵地开展的活动次数（按天记的一条算一次，整月合计按填的次数；作废的不算）",
)
"""Use per month: owed only where a plan says so; otherwise shown, never asked."""
DUTIES: tuple[Duty | Target, ...] = (*TARGETS, USED_MONTHLY)
