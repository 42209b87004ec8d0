"""What the registers hold, and what they lack for the duties to be counted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind
from sanzhi.foundation.people.models import HeadCount, Post, PostKind
from sanzhi.foundation.people.queries import cadres_on, posts_on
from sanzhi.kit.access import can
from sanzhi.steering.registers.queries import household_counts, units_visible_to

TERM_ENDS_WITHIN = dt.timedelta(days=60)
NAMED = 6


@dataclass(frozen=True)
class Gap:
    """Something that lacks: what, of how many units, and the first of them."""

    what: str
    units: tuple[Unit, ...]

    @property
    def count(self) -> int:
        """How many units lack it."""
        return len(self.units)

    @property
    def first(self) -> tuple[Unit, ...]:
        """The first few of them."""
        return self.units[:NAMED]


@dataclass(frozen=True)
class Holdings:
    """What is registered on a day, per kind, and what lacks."""

    units: dict[str, int]
    posts: int
    cadres: int
    households: int
    gaps: list[Gap]


def holdings(user: User, town: Unit, day: dt.date) -> Holdings:
    """Counts and gaps of the part of a town that somebody may read."""
    rows = list(units_visible_to(user, town, day).order_by("unit__position", "unit__code"))
    ids = {r.unit_id for r in rows}
    counts = household_counts(town, day) if can(user, "households:read") else {}
    posts = [p for p in posts_on(day).filter(Q(unit__town=town) | Q(unit=town)) if p.unit_id in ids]
    cadres = sum(unit in ids for unit in cadres_on(town, day).values())
    return Holdings(
        units=dict(Counter(r.unit.kind for r in rows)),
        posts=len(posts),
        cadres=cadres,
        households=sum(n for pk, n in counts.items() if pk in ids),
        gaps=[g for g in _gaps(rows, posts, counts, day, can(user, "households:read")) if g.units],
    )


def _gaps(
    rows: list[Placement], posts: list[Post], counts: dict[int, int], day: dt.date, doors: bool
) -> Iterable[Gap]:
    parents: dict[str, set[int | None]] = {UnitKind.GRID: set(), UnitKind.GROUP: set()}
    for row in rows:
        parents.setdefault(row.unit.kind, set()).add(row.parent_id)
    of_kind: dict[str, list[Unit]] = {}
    for row in rows:
        of_kind.setdefault(row.unit.kind, []).append(row.unit)
    held = {(p.unit_id, p.kind) for p in posts}
    villages, offices = of_kind.get(UnitKind.VILLAGE, []), of_kind.get(UnitKind.OFFICE, [])
    groups = of_kind.get(UnitKind.GROUP, [])
    yield Gap(_("还没有网格的村"), tuple(u for u in villages if u.pk not in parents[UnitKind.GRID]))
    in_grids = parents[UnitKind.GROUP]
    yield Gap(
        _("还没有村民小组的网格"), tuple(u for u in of_kind.get(UnitKind.GRID, []) if u.pk not in in_grids)
    )
    if doors:
        yield Gap(_("还没有住户的村民小组"), tuple(u for u in groups if not counts.get(u.pk)))
    no_secretary = (u for u in villages if (u.pk, PostKind.PARTY_SECRETARY) not in held)
    yield Gap(_("没有登记村党组织书记的村"), tuple(no_secretary))
    yield Gap(
        _("没有登记负责人的单位"), tuple(u for u in offices if (u.pk, PostKind.OFFICE_HEAD) not in held)
    )
    counted = set(
        HeadCount.objects.filter(unit__in=[u.pk for u in villages]).values_list("unit_id", flat=True)
    )
    yield Gap(_("没有登记人数的村"), tuple(u for u in villages if u.pk not in counted))
    soon = {p.unit_id: p.unit for p in posts if p.term_ends_on and p.term_ends_on <= day + TERM_ENDS_WITHIN}
    yield Gap(_("60天内有人届满的单位"), tuple(soon.values()))
