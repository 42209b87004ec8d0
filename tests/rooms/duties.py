"""The nine duties that are the test of the design (Z1, Z5, Z7, P1, P4, P6, F2, F4, V7), in the words of `kit/measures`.

Those of Z5 and Z7 stand in their rooms; here they are written once more over the one table of the tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from sanzhi.domain.periods import Every, Period
from sanzhi.foundation.orgs.models import Placement, Unit
from sanzhi.foundation.people.models import Post
from sanzhi.kit.measures.declarations import (
    Coverage,
    Duty,
    Holds,
    Measure,
    Population,
    Reached,
    Share,
    Spell,
    Target,
)
from sanzhi.kit.measures.populations import CADRES, GROUPS, HOUSEHOLDS_AT_HOME, VILLAGES, above
from tests.rooms.models import Deed


def of_kind(kind: str) -> QuerySet[Deed]:
    return Deed.objects.filter(kind=kind)


def _by_unit(kind: str, deed: Deed) -> Iterable[tuple[int, dt.date]]:
    return [(deed.unit_id, deed.counts_on)] if deed.kind == kind else []


def _by_subject(kind: str, deed: Deed) -> Iterable[tuple[int, dt.date]]:
    return [(deed.subject or deed.unit_id, deed.counts_on)] if deed.kind == kind else []


def measure(kind: str, **more: Any) -> Measure:
    """Deeds of a kind, counted for the day they count for and judged by the day they happened."""
    touch = partial(_by_subject if more.get("subject") else _by_unit, kind)
    given = {"label": kind, "counts_for": "counts_on", "done_on": "happened_on", "received": "received_on"}
    return Measure(
        code=f"test.{kind}", rows=partial(of_kind, kind), touched_by={Deed: touch}, **(given | more)
    )


def of_units(kind: str) -> Measure:
    """Deeds of a kind that reach the unit they were done in."""
    return measure(kind, subject="unit_id")


# --- Z1: every village, every month, on the fixed day or another one announced before it, all four groups present ------

MEETINGS = measure("meeting_held")
Z1 = Duty("test.z1", "阳光议事日", MEETINGS, Every.MONTH, at_least=1, owed_by=VILLAGES)

# --- Z5: the cadre's post and week; the village's households and month ------------------------------------------------


def _linked(town: Unit) -> list[Spell]:
    """Posts of the town's villages that look after groups: here every post in force."""
    rows = Post.objects.filter(unit__town=town).values_list("pk", "unit_id", "opened_on", "closed_on")
    return [Spell(post, unit, first, until, post) for post, unit, first, until in rows]


LINKED = Population(
    "test.linked_cadres",
    "有联系组的村干部",
    _linked,
    lambda ids: {i: str(i) for i in ids},
    lambda ids, since: above(Post.objects.filter(pk__in=list(ids)).values_list("unit_id", flat=True), since),
    frozenset({"posts"}),
    (Post, Unit, Placement),
    kind="post",
    read="half",
)
Z5_WEEKLY = Duty(
    "test.z5_weekly",
    "每周走访",
    Coverage(
        "test.weekly_coverage",
        "每周走访",
        LINKED,
        reached_by=measure("visit_day", subject="subject", by_days=True),
    ),
    Every.WEEK,
    owed_by=LINKED,
)
Z5_HOUSEHOLDS = Duty(
    "test.z5_households",
    "每月入户",
    Coverage(
        "test.household_coverage",
        "入户覆盖",
        HOUSEHOLDS_AT_HOME,
        reached_by=measure("household_visit", subject="subject"),
    ),
    Every.MONTH,
    owed_by=VILLAGES,
)

# --- Z7 and P1: targets, in stages ------------------------------------------------------------------------------------


def _reached(kind: str) -> Reached:
    return Reached(
        code=f"test.{kind}",
        label=kind,
        rows=partial(of_kind, kind),
        reached_on="happened_on",
        known_on="accepted_on",
        open=Q(accepted_on__isnull=True),
        touched_by={Deed: partial(_by_unit, kind)},
    )


Z7 = Target(
    "test.z7", "视频监控覆盖的村", Coverage("test.z7_coverage", "覆盖率", VILLAGES, holds_on=_reached("site"))
)
P1 = Target(
    "test.p1",
    "三级组织链完整的村",
    Coverage("test.p1_coverage", "组织链", VILLAGES, holds_on=_reached("chain")),
)

# --- P4: days with the desk staffed over the days due -----------------------------------------------------------------

P4 = Duty(
    "test.p4",
    "值班到位率",
    Share("test.duty_coverage", "值班到位率", part=measure("desk_staffed"), whole=measure("desk_due")),
    Every.MONTH,
    owed_by=VILLAGES,
)

# --- P6: every member trained by 06-30; the lead unit for all, each village for its members -----------------------------

P6 = Target(
    "test.p6",
    "完成培训的“两委”成员",
    Coverage("test.trained", "培训覆盖", CADRES, reached_by=measure("trained", subject="subject")),
)

# --- F2: a contract in force; served on the spot in every half-year -----------------------------------------------------

CONTRACTS = Holds(
    "test.contracts",
    "法律顾问合同",
    rows=partial(of_kind, "contract"),
    touched_by={Deed: partial(_by_unit, "contract")},
    received="received_on",
    opened_on="happened_on",
)
F2_CONTRACT = Duty(
    "test.f2_contract",
    "有法律顾问合同的村",
    Coverage("test.contract_coverage", "合同覆盖", VILLAGES, holds_on=CONTRACTS),
    Every.MONTH,
    owed_by=VILLAGES,
)
F2_SERVED = Duty("test.f2_served", "法律顾问到场服务", measure("served"), Every.HALF_YEAR, owed_by=VILLAGES)

# --- F4: every group with residents has a person trained and passed -----------------------------------------------------

F4 = Target(
    "test.f4",
    "有法律明白人的村民小组",
    Coverage("test.f4_coverage", "法律明白人覆盖", GROUPS, reached_by=of_units("guide_passed")),
)

# --- V7: a plan published before the 1st, an activity every week --------------------------------------------------------


def _day_before(period: Period) -> dt.date:
    return period.first - dt.timedelta(days=1)


V7_PLAN = Duty(
    "test.v7_plan",
    "每月文明实践计划",
    measure("month_plan"),
    Every.MONTH,
    owed_by=VILLAGES,
    due_on=_day_before,
)
V7_WEEKLY = Duty("test.v7_weekly", "每周文明实践活动", measure("activity"), Every.WEEK, owed_by=VILLAGES)

# --- Z4, beside the nine: publishing June's items is July's obligation, due on the 15th ---------------------------------


def _fifteenth(period: Period) -> dt.date:
    return period.first.replace(day=15)


Z4 = Duty("test.z4", "村务公开", measure("disclosure"), Every.MONTH, owed_by=VILLAGES, due_on=_fifteenth)

NINE = (Z1, Z5_WEEKLY, Z5_HOUSEHOLDS, Z7, P1, P4, P6, F2_CONTRACT, F2_SERVED, F4, V7_PLAN, V7_WEEKLY)
