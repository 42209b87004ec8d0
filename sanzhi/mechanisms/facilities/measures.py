"""What sites prove: coverage of villages by a day, one target per kind (docs/rules/coverage.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db.models import Q, QuerySet

from sanzhi.kit.measures.declarations import Coverage, Reached, Target
from sanzhi.kit.measures.populations import VILLAGES
from sanzhi.mechanisms.facilities.kinds import KINDS, SiteKind
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.facilities.states import SiteState


def planned_sites(kind: str) -> QuerySet[Site]:
    """Sites of a kind that stand in the plan of sites (withdrawn ones do not)."""
    return Site.objects.filter(kind=kind).exclude(state=SiteState.WITHDRAWN)


def _touches(kind: str, site: Site) -> Iterable[tuple[int, dt.date]]:
    return [(site.unit_id, site.built_on or site.happened_on)] if site.kind == kind else []


def _target(kind: SiteKind) -> Target:
    held = Reached(
        code=f"facilities.{kind.value}_ready",
        label=str(kind.label),
        rows=partial(planned_sites, kind.value),
        reached_on="built_on",
        known_on="acceptance_noted_on",
        open=~Q(state=SiteState.ACCEPTED),
        waits=Q(state=SiteState.HANDED_IN),
        handed_on="handed_in_on",
        touched_by={Site: partial(_touches, kind.value)},
    )
    coverage = Coverage(f"facilities.{kind.value}_coverage", f"{kind.label}覆盖率", VILLAGES, holds_on=held)
    return Target(
        code=f"facilities.{kind.value}",
        label=f"{kind.label}覆盖的村",
        of=coverage,
        words="计划内的点全部通过验收的村 ÷ 全部村（按截止日的名册；没有计划点的村算未覆盖）",
        keywords=KINDS[kind.value].keywords,
    )


TARGETS = tuple(_target(kind) for kind in SiteKind)
