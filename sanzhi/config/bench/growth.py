"""What an outing and a fresh figure cost in a county of ten thousand visits, and of ten million; and counting all anew."""

from __future__ import annotations

import datetime as dt
import time
from fractions import Fraction
from statistics import median

from django.db import connection
from django.urls import reverse

from sanzhi.config.bench import by_hand, tables
from sanzhi.config.bench.county import DAY, Town
from sanzhi.config.bench.figures import Figure, at_most, told
from sanzhi.config.bench.meter import Visitor, Watch, memory_own
from sanzhi.config.bench.walks import First, first_walk, found_towns, groups_of, people_of, plan_for, walk
from sanzhi.domain.periods import Every, Period, closes_on, periods_of_year
from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.models import Post, Stay
from sanzhi.kit import registry
from sanzhi.kit.measures.engine import amounts_of
from sanzhi.kit.measures.slots import Slot
from sanzhi.mechanisms.visits.actions import Tick, record_outing
from sanzhi.mechanisms.visits.models import Visit
from sanzhi.steering.indicators.nightly import refold

NAME = "engine"
A_YEAR = list(range(1, 13))
A_TOWN_YEAR = 48_600
"""Visits of a town in a year: 135 groups of 30 households, twelve months."""
YEAR = 2022


class Cost:
    """What some work took: seconds of this process, statements, and on SQLite the steps of its machine."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.steps: list[int] = []
        self.statements = 0

    def of(self, work: object) -> None:
        assert callable(work)
        began = time.process_time()
        work()
        self.seconds.append(time.process_time() - began)

    def watched(self, work: object) -> None:
        assert callable(work)
        with Watch() as watch:
            work()
        self.steps.append(watch.steps)
        self.statements = len(watch.statements)

    @property
    def milliseconds(self) -> float:
        return median(self.seconds) * 1000


def run(county: Unit, sizes: list[int]) -> list[Figure]:
    """Grow the county to each of the sizes (visits) and measure there."""
    (town,) = found_towns(county, 1, 0)
    first = first_walk(town)
    people_of([town.unit], first)
    visits = walk([town.unit], [4, 5], first)
    plan_for(town, DAY)
    towns = [town]
    found: list[Figure] = []
    costs: list[tuple[int, Cost, Cost]] = []
    for size in sizes:
        visits += _grow(county, towns, first, size, visits)
        tables.look_around()
        refold(town.unit, DAY)
        recorded, folded = _daily(town, len(costs))
        costs.append((Visit.objects.count(), recorded, folded))
        found += _told(costs[-1], town)
        found += _rebuild(towns, visits)
    return [*found, *_compared(costs)]


def run_wide(county: Unit, width: int) -> list[Figure]:
    """The same in a town of very many villages, against one of nine."""
    found: list[Figure] = []
    costs: list[tuple[int, Cost, Cost]] = []
    first: First | None = None
    for n, villages in enumerate((9, width)):
        (town,) = found_towns(county, 1, WIDE + n, villages)
        first = first or first_walk(town)
        people_of([town.unit], first)
        walk([town.unit], [5], first)
        plan_for(town, DAY)
        tables.look_around()
        refold(town.unit, DAY)
        recorded, folded = _daily(town, 0)
        costs.append((villages, recorded, folded))
        board = Visitor(town.people["leader"]).page(reverse("plans:board"))
        mine = Visitor(town.people["secretary"]).page(reverse("plans:mine"))
        what = f"{villages} 个村"
        found += [
            told(NAME, f"{what}：记一次走访（20 户）", recorded.milliseconds, "毫秒 CPU", _steps(recorded)),
            told(NAME, f"{what}：汇总触及的数字", folded.milliseconds, "毫秒 CPU", _steps(folded)),
            told(NAME, f"{what}：看板", board.queries, "次查询", f"{len(board.body) // 1024} KB"),
            told(NAME, f"{what}：本单位", mine.queries, "次查询", f"{mine.steps:,} 步"),
        ]
    return [*found, *_compared(costs, "个村")]


WIDE = 9000
"""From here on the towns of the wide comparison are numbered."""


def _grow(county: Unit, towns: list[Town], first: First, size: int, have: int) -> int:
    """Whole years of further towns, until there are so many visits."""
    made = 0
    if size >= A_TOWN_YEAR and have < A_TOWN_YEAR:
        made += walk([towns[0].unit], [m for m in A_YEAR if m not in (4, 5)], first)
    more = max(0, round((size - have - made) / A_TOWN_YEAR))
    while more:
        batch = found_towns(county, min(more, 20), len(towns))
        units = [t.unit for t in batch]
        people_of(units, first)
        made += walk(units, A_YEAR, first)
        towns += batch
        more -= len(batch)
    return made


def _daily(town: Town, turn: int) -> tuple[Cost, Cost]:
    """Recording outings of twenty doors, and folding what each of them touched; each turn in a group of its own."""
    recorded, folded = Cost(), Cost()
    groups = groups_of([town.unit])[turn:]
    village = town.villages[0]
    post = Post.objects.filter(unit=village).order_by("pk")[0]
    doors = list(
        Stay.objects.filter(group=groups[0]).order_by("pk").values_list("household_id", flat=True)[:20]
    )
    for n in range(8):
        day = DAY - dt.timedelta(days=n + 1)

        def record(day: dt.date = day) -> None:
            record_outing(
                by=town.people["secretary"],
                group=groups[0],
                on=day,
                half_day="morning",
                went=[post],
                ticks=[Tick(h, "reached") for h in doors],
            )

        def fold() -> None:
            refold(town.unit, DAY, all_of_it=False)

        if n < 2:
            recorded.watched(record)
            folded.watched(fold)
        else:
            recorded.of(record)
            folded.of(fold)
    return recorded, folded


def _told(cost: tuple[int, Cost, Cost], town: Town) -> list[Figure]:
    visits, recorded, folded = cost
    what = f"{visits:,} 次走访"
    board = Visitor(town.people["leader"]).page(reverse("plans:board"))
    mine = Visitor(town.people["secretary"]).page(reverse("plans:mine"))
    return [
        told(NAME, f"{what}：记一次走访（20 户）", recorded.milliseconds, "毫秒 CPU", _steps(recorded)),
        told(NAME, f"{what}：汇总触及的数字", folded.milliseconds, "毫秒 CPU", _steps(folded)),
        told(NAME, f"{what}：看板", board.queries, "次查询", f"{board.steps:,} 步"),
        told(NAME, f"{what}：本单位", mine.queries, "次查询", f"{mine.steps:,} 步"),
        told(NAME, f"{what}：内存", memory_own(), "MB"),
    ]


def _steps(cost: Cost) -> str:
    steps = f"，{cost.steps[-1]:,} 步" if connection.vendor == "sqlite" else ""
    return f"{cost.statements} 次查询{steps}"


def _compared(costs: list[tuple[int, Cost, Cost]], unit: str = "次走访") -> list[Figure]:
    """The largest against the smallest."""
    (few, *small), (many, *large) = costs[0], costs[-1]
    found = []
    for name, before, after in zip(("记一次走访", "汇总触及的数字"), small, large, strict=True):
        found.append(
            at_most(
                NAME,
                f"{name}：{many:,} {unit}时是 {few:,} {unit}时的",
                after.milliseconds / before.milliseconds,
                "倍 CPU",
                2,
            )
        )
        if connection.vendor == "sqlite":
            ratio = after.steps[-1] / before.steps[-1]
            found.append(
                at_most(NAME, f"{name}：数据库走的步数", ratio, "倍", 1.25, "读的行数不随走访总数增长")
            )
        found.append(
            at_most(NAME, f"{name}：{many:,} {unit}时多查询", after.statements - before.statements, "次", 0)
        )
    return found


# --- everything anew --------------------------------------------------------------------------------------------------


def _rebuild(towns: list[Town], visits: int) -> list[Figure]:
    """Every figure of every town counted anew, against SQL written by hand, on the same database; both must agree.

    In turn and several times where that is quick, so that a busy machine disturbs both alike; the median is told.
    """
    months, weeks = periods_of_year(Every.MONTH, YEAR), periods_of_year(Every.WEEK, YEAR)
    engine, plain = Cost(), Cost()
    by_engine: by_hand.Figures = {}
    hand: by_hand.Figures = {}
    with clock.standing_on(by_hand.last_day(DAY)):
        for _ in range(5 if visits < QUICK else 1):
            for town in towns:
                # Of a county town after town: what it takes together.
                engine.of(lambda town=town: by_engine.update(_engine(town.unit, months, weeks)))
            plain.of(lambda: hand.update(by_hand.households(months) | by_hand.weeks(weeks)))
    rounds = len(plain.seconds)
    counted = sum(engine.seconds) / rounds
    by_sql = sum(plain.seconds) / rounds
    differing = [key for key in hand if hand[key] != by_engine.get(key)]
    what = f"{visits:,} 次走访"
    note = f"{len(by_engine):,} 个数字，内存 {memory_own():.0f} MB"
    return [
        told(NAME, f"{what}：全部重算", counted, "秒 CPU", note),
        told(NAME, f"{what}：手写 SQL", by_sql, "秒 CPU"),
        at_most(NAME, f"{what}：全部重算是手写 SQL 的", counted / by_sql, "倍", 1.5),
        at_most(NAME, f"{what}：两者不同的数字", len(differing), "个", 0),
    ]


QUICK = 500_000


def _engine(town: Unit, months: list[Period], weeks: list[Period]) -> by_hand.Figures:
    monthly, weekly = (registry.duties()[c] for c in ("visits.households", "visits.weekly"))
    villages = list(Unit.objects.filter(town=town, kind=UnitKind.VILLAGE).values_list("pk", flat=True))
    asked = {
        source: [
            Slot(v, p.code, p.first, p.last, closes_on(p), share=Fraction(1))
            for p in periods
            for v in villages
        ]
        for source, periods in ((monthly, months), (weekly, weeks))
    }
    found = amounts_of(town, asked, clock.today())
    return {
        (slot.unit, slot.period): (a.numerator, a.denominator or 0, a.on_time)
        for (_, slot), a in found.items()
    }
