"""What walks prove: households reached in the month, cadres who walked in the week (docs/rules/coverage.md, cases 3, 4, 14)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from sanzhi.domain.periods import Every
from sanzhi.foundation.orgs.models import Placement, Succession, Unit
from sanzhi.foundation.orgs.queries import standing_in
from sanzhi.foundation.people.models import Leave, Post
from sanzhi.kit.access import units_within
from sanzhi.kit.measures.declarations import Coverage, Duty, Measure, Population, Spell
from sanzhi.kit.measures.populations import HOUSEHOLDS_AT_HOME, HOUSEHOLDS_AWAY, VILLAGES, above
from sanzhi.mechanisms.visits.models import Link, Visit, Went
from sanzhi.mechanisms.visits.queries.coverage import beside
from sanzhi.mechanisms.visits.rules import REACHED_OUTCOMES

Days = tuple[dt.date, dt.date | None]


# --- who owes a walk --------------------------------------------------------------------------------------------------


def without(spell: Days, gaps: Iterable[Days]) -> list[Days]:
    """What remains of a half-open span of days when others are taken out of it."""
    left: list[Days] = [spell]
    for opened, closed in gaps:
        kept: list[Days] = []
        for first, until in left:
            if (until is not None and until <= opened) or (closed is not None and closed <= first):
                kept.append((first, until))
                continue
            if first < opened:
                kept.append((first, opened))
            if closed is not None and (until is None or closed < until):
                kept.append((closed, until))
        left = kept
    return left


def _links(town: Unit, villages: Iterable[int] | None = None) -> list[tuple[Link, Days]]:
    """Every span in which a link of the town was in force: while the post was held, without the days of leave.

    Of some units' villages: links of their posts and of their groups, those of villages they took over and of posts in grids
    among them; a group may have come from elsewhere in the very week that is counted.
    """
    of = Q(post__unit__town=town)
    if villages is not None:
        homes = Placement.objects.filter(unit__in=standing_in(villages, dt.date.min))
        there = units_within(sorted(homes.values_list("path", flat=True)))
        of = Q(post__unit__in=there) | Q(group__in=there)
    rows = Link.objects.filter(of).select_related("post").order_by("post", "opened_on", "pk")
    away: dict[int, list[Days]] = defaultdict(list)
    leaves = Leave.objects.filter(post__in=Link.objects.filter(of).values("post"))
    for post, opened, closed in leaves.values_list("post_id", "opened_on", "closed_on"):
        away[post].append((opened, closed))
    found = []
    for link in rows:
        first = max(link.opened_on, link.post.opened_on)
        ends = [day for day in (link.closed_on, link.post.closed_on) if day is not None]
        until = min(ends, default=None)
        if until is None or first < until:
            found += [(link, days) for days in without((first, until), away[link.post_id])]
    return found


def _post_spells(town: Unit, villages: Iterable[int] | None = None) -> Iterable[Spell]:
    links = _links(town, villages)
    return (Spell(x.post_id, x.post.unit_id, first, until, x.post_id) for x, (first, until) in links)


def _link_spells(town: Unit, villages: Iterable[int] | None = None) -> Iterable[Spell]:
    return (Spell(x.pk, x.group_id, first, until, x.post_id) for x, (first, until) in _links(town, villages))


def _post_names(ids: Iterable[int]) -> dict[int, str]:
    return dict(Post.objects.filter(pk__in=list(ids)).values_list("pk", "person__name"))


def _link_names(ids: Iterable[int]) -> dict[int, str]:
    rows = Link.objects.filter(pk__in=list(ids)).values_list("pk", "post__person__name", "group__short_name")
    return {pk: f"{name} · {group}" for pk, name, group in rows}


def _post_homes(subjects: Iterable[int], since: dt.date) -> set[int]:
    return above(Post.objects.filter(pk__in=list(subjects)).values_list("unit_id", flat=True), since)


def _link_homes(subjects: Iterable[int], since: dt.date) -> set[int]:
    return above(Link.objects.filter(pk__in=list(subjects)).values_list("group_id", flat=True), since)


_REGISTERS = frozenset({"links", "posts", "leaves"})
_READS = (Link, Post, Leave, Unit, Placement, Succession)

POSTS_WITH_LINKS = Population(
    code="visits.posts_with_links",
    label="有联系小组的村干部",
    spells=_post_spells,
    names=_post_names,
    homes=_post_homes,
    registers=_REGISTERS,
    reads=_READS,
    kind="post",
    read="half",
    near=_post_spells,
)
"""Posts with a linked group, in force on at least four days of the week, leave taken out (case 4)."""

LINKS = Population(
    code="visits.links",
    label="干部与小组的联系",
    spells=_link_spells,
    names=_link_names,
    homes=_link_homes,
    registers=_REGISTERS,
    reads=_READS,
    kind="link",
    read="half",
    near=_link_spells,
)
"""Links themselves: the town's other reading, each owed by its post (case 4)."""


# --- what was done ----------------------------------------------------------------------------------------------------


def _settling() -> QuerySet[Visit]:
    return Visit.objects.filter(counts=True, settles=True)


def _met() -> QuerySet[Visit]:
    return Visit.objects.filter(counts=True, outcome__in=sorted(REACHED_OUTCOMES))


def _walked() -> QuerySet[Went]:
    return Went.objects.filter(counts=True, link__isnull=False)


def _of_household(visit: Visit) -> Iterable[tuple[int, dt.date]]:
    return [(visit.household_id, visit.happened_on)]


def _of_post(went: Went) -> Iterable[tuple[int, dt.date]]:
    return [(went.post_id, went.happened_on)]


def _of_link(went: Went) -> Iterable[tuple[int, dt.date]]:
    return [(went.link_id, went.happened_on)] if went.link_id is not None else []


REACHED = Measure(
    "visits.households_reached",
    "走访到的户",
    rows=_settling,
    counts_for="happened_on",
    done_on="happened_on",
    received="received_on",
    unit="group_id",
    subject="household_id",
    touched_by={Visit: _of_household},
)
MET = Measure(
    "visits.households_met",
    "见到人的户",
    rows=_met,
    counts_for="happened_on",
    done_on="happened_on",
    received="received_on",
    unit="group_id",
    subject="household_id",
    touched_by={Visit: _of_household},
)
WALKED = Measure(
    "visits.days_walked",
    "到联系小组走访的天数",
    rows=_walked,
    counts_for="happened_on",
    done_on="happened_on",
    received="received_on",
    subject="post_id",
    by_days=True,
    touched_by={Went: _of_post},
)
WALKED_PER_LINK = Measure(
    "visits.days_walked_per_link",
    "到每个联系小组走访的天数",
    rows=_walked,
    counts_for="happened_on",
    done_on="happened_on",
    received="received_on",
    subject="link_id",
    by_days=True,
    touched_by={Went: _of_link},
)

MONTHLY = Duty(
    "visits.households",
    "在家户每月走访到户",
    Coverage(
        "visits.household_coverage", "走访到户率", HOUSEHOLDS_AT_HOME, reached_by=REACHED, beside=beside
    ),
    every=Every.MONTH,
    owed_by=VILLAGES,
    words="本月见面、群众不便或两次上门无人并留条的在家户 ÷ 月末在家户（常住和季节性在家）",
    keywords=(
        "在家农户走访",
        "走访全覆盖",
        "走访覆盖",
        "走访到户",
        "入户走访",
        "遍访",
        "户户走到",
        "进村入户",
        "入户全覆盖",
    ),
)
WEEKLY = Duty(
    "visits.weekly",
    "村干部每周走访联系的小组",
    Coverage("visits.weekly_coverage", "每周走访率", POSTS_WITH_LINKS, reached_by=WALKED),
    every=Every.WEEK,
    owed_by=POSTS_WITH_LINKS,
    words="本周到自己联系的任一小组走访过一天的干部 ÷ 本周有联系小组的干部（满四天，离岗日除外）",
    keywords=(
        "联系的村民组",
        "联系村民组",
        "联系小组",
        "联系的小组",
        "联系的村民小组",
        "联系片组",
        "每周到联系",
    ),
)
WEEKLY_PER_LINK = Duty(
    "visits.weekly_per_link",
    "村干部每周走访每一个联系的小组",
    Coverage("visits.weekly_link_coverage", "每周逐组走访率", LINKS, reached_by=WALKED_PER_LINK),
    every=Every.WEEK,
    owed_by=LINKS,
    words="本周走访过的“干部—小组”联系 ÷ 本周的“干部—小组”联系（满四天，离岗日除外）",
)
AWAY = Duty(
    "visits.away",
    "外出户每季度联系一次",
    Coverage("visits.away_coverage", "外出户联系率", HOUSEHOLDS_AWAY, reached_by=MET),
    every=Every.QUARTER,
    owed_by=VILLAGES,
    words="本季度联系到的举家外出户 ÷ 季末举家外出户（镇定，附列，不计入走访到户率）",
)
DUTIES = (MONTHLY, WEEKLY, WEEKLY_PER_LINK, AWAY)
