"""Towns of any size for the measuring: units, people and a plan of 27 monthly tasks, through the house's own actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from sanzhi.domain.plan_text import read
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.actions import grant_role, open_account
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.audit.action import Actor, System, about, action
from sanzhi.foundation.clock.actions import found
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.orgs.actions import NewUnit, open_unit, open_units
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import PlanVersion

BENCH = System("测量")
DAY = dt.date(2022, 5, 25)
FOUNDED = dt.date(2021, 1, 1)
UNTIL = dt.date(2023, 1, 1)
FIRST_DAY = dt.date(2022, 1, 1)
OFFICES = ("镇党建办", "镇综治办", "司法所")
TASKS = 27


@dataclass
class Town:
    """A town of the measuring: its node, its villages in order, its offices, and who looks."""

    unit: Unit
    villages: list[Unit]
    offices: dict[str, Unit]
    people: dict[str, User] = field(default_factory=dict)


@action("bench.found", "建立测速数据")
def _found(*, by: Actor) -> None:
    about(found(kind=Installation.Kind.DEMO, county="测量县", demo_day=DAY), day=DAY)


def found_county() -> Unit:
    """The county, standing on the measuring's day."""
    _found(by=BENCH)
    return open_unit(by=BENCH, code="CL", kind=UnitKind.COUNTY, name="测量县", parent=None, on=FOUNDED)


def found_town(county: Unit, code: str, villages: int, *, grids: int = 3, groups: int = 5) -> Town:
    """A town with three offices and so many villages, each with its grids and groups, and its people."""
    unit = open_unit(by=BENCH, code=code, kind=UnitKind.TOWN, name=f"{code}镇", parent=county, on=FOUNDED)
    new = [*_offices(code), *_villages(code, villages, grids, groups)]
    made = open_units(by=BENCH, units=new, on=FOUNDED)
    town = Town(
        unit,
        [made[f"{code}V{v}"] for v in range(villages)],
        {name: made[f"{code}O{n}"] for n, name in enumerate(OFFICES)},
    )
    for name, role, where in (
        ("leader", Role.TOWN_LEADER, unit),
        ("admin", Role.ADMINISTRATOR, unit),
        ("party", Role.OFFICER, town.offices[OFFICES[0]]),
        ("officer", Role.OFFICER, town.offices[OFFICES[1]]),
        ("secretary", Role.SECRETARY, town.villages[0]),
        ("clerk", Role.CLERK, town.villages[0]),
    ):
        town.people[name] = _account(town, f"{code.lower()}_{name}", role, where)
    return town


def _account(town: Town, name: str, role: str, unit: Unit) -> User:
    user = open_account(by=BENCH, username=name, display_name=name, town=town.unit)
    grant_role(
        by=BENCH, account=user, role=role, unit=unit, opened_on=FOUNDED, closed_on=UNTIL, ground="测量"
    )
    return user


def _offices(code: str) -> Iterable[NewUnit]:
    for n, name in enumerate(OFFICES):
        yield NewUnit(f"{code}O{n}", UnitKind.OFFICE, name, code, position=n, town_unit=True)


def _villages(code: str, villages: int, grids: int, groups: int) -> Iterable[NewUnit]:
    for v in range(villages):
        village = f"{code}V{v}"
        yield NewUnit(village, UnitKind.VILLAGE, f"{code}第{v}村", code, position=100 + v)
        for g in range(grids):
            yield NewUnit(f"{village}G{g}", UnitKind.GRID, f"第{g}网格", village, position=g)
            for n in range(groups):
                name = f"第{g * groups + n}村民小组"
                yield NewUnit(f"{village}G{g}-{n}", UnitKind.GROUP, name, f"{village}G{g}", position=n)


def plan_text() -> str:
    """A plan of 27 tasks, every one monthly in all villages; the first is the staged coverage with video as well."""
    lines = [
        "测量镇人民政府文件",
        "测政〔2022〕1号",
        "测量镇2022年基层治理工作方案",
        "各村民委员会，镇直各单位：",
        "现将方案印发给你们，请认真落实。",
        "一、工作目标",
        "把工作做到每个村。",
        "二、工作任务",
        "（一）强基础",
    ]
    by = "（牵头单位：镇综治办；责任单位：各村；完成时限：长期坚持）"
    for number in range(1, TASKS + 1):
        what = f"开展第{number}项治理工作，每月不少于一次。"
        if number == 1:
            what = "推进视频监控建设，2022年5月底前完成50%的村，9月底前做到所有村全覆盖，每月检查一次。"
        lines.append(f"{number}.{what}{by}")
    return "\n".join((*lines, "测量镇人民政府", "2021年12月28日"))


def confirm_plan(town: Town) -> PlanVersion:
    """The plan, read and confirmed by 镇党建办; 27 tasks or the measuring means nothing."""
    reading = read(plan_text().splitlines()).as_json()
    if len(reading["tasks"]) != TASKS:
        raise RuntimeError(f"the plan of the measuring has {len(reading['tasks'])} tasks, not {TASKS}")
    by = town.people["party"]
    with clock.standing_on(DAY):
        version = store_reading(by=by, town=town.unit, reading=reading, file_name="plan.txt", today=DAY)
        ledger.set_first_day(by=by, version=version, day=FIRST_DAY)
        for doubt in version.doubts.filter(settled_on__isnull=True):
            ledger.settle_doubt(by=by, doubt=doubt, answer="测量", today=DAY)
        tasks = version.tasks.prefetch_related("units", "requirements")
        ledger.confirm_tasks(by=by, version=version, tasks=tasks, today=DAY, for_lead_unit=True)
    return version
