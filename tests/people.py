"""Named people with fixed roles in an invented town, used by every test: 云岭县青禾镇.

town.secretary        林秀兰, Party secretary of 上河村       town.officer   高志远, officer of 镇综治办 (leads Z7)
town.cadre            陈立, cadre of 上河村                  town.party     周敏, officer of 镇党建办
town.other_secretary  王长根, secretary of 下河村            town.leader    赵文清, town leader
town.auditor          沈度, auditor                          town.admin     administrator
town.discipline       严正, discipline officer               town.stranger  an account without any role
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Grant, Role, User
from sanzhi.foundation.audit.action import System
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind

FOUNDED = dt.date(2021, 1, 1)
TODAY = dt.date(2022, 5, 25)
SYSTEM = System("测试")
OFFICES = ("镇党建办", "镇综治办", "司法所", "镇纪委", "镇党政办", "镇为民服务中心")
VILLAGES = ("上河村", "下河村", "石桥村", "竹坑村", "梅岭村", "东塘村", "西塘村", "枫林村", "白沙村")
PASSWORD = "qinghe-2022"


@dataclass
class Town:
    """The invented town and its people."""

    county: Unit
    unit: Unit
    offices: dict[str, Unit] = field(default_factory=dict)
    villages: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


def user(town: Town, key: str, name: str, role: str | None, unit: Unit | None) -> User:
    """An account with one role on one unit for the year."""
    with writes_allowed():
        made = User(username=key, display_name=name, town=town.unit)
        made.set_password(PASSWORD)
        made.save()
        if role is not None and unit is not None:
            Grant.objects.create(
                user=made,
                role=role,
                unit=unit,
                opened_on=FOUNDED,
                closed_on=dt.date(2023, 1, 1),
                granted_by="测试",
            )
    town.users[key] = made
    return made


def build(villages: tuple[str, ...] = VILLAGES) -> Town:
    """The town with its offices, villages (two grids with two groups in the first) and named people."""
    county = orgs.open_unit(
        by=SYSTEM, code="YL", kind=UnitKind.COUNTY, name="云岭县", parent=None, on=FOUNDED
    )
    unit = orgs.open_unit(
        by=SYSTEM, code="YLQH", kind=UnitKind.TOWN, name="青禾镇", parent=county, on=FOUNDED
    )
    town = Town(county, unit)
    for number, name in enumerate(OFFICES, 1):
        office = orgs.open_unit(
            by=SYSTEM,
            code=f"YLQH-O{number}",
            kind=UnitKind.OFFICE,
            name=name,
            parent=unit,
            on=FOUNDED,
            position=number,
        )
        orgs.mark_town_unit(by=SYSTEM, unit=office, on=FOUNDED)
        town.offices[name] = office
    for number, name in enumerate(villages, 1):
        town.villages[name] = orgs.open_unit(
            by=SYSTEM,
            code=f"YLQH-V{number}",
            kind=UnitKind.VILLAGE,
            name=name,
            parent=unit,
            on=FOUNDED,
            position=100 + number,
        )
    first = town.villages[villages[0]]
    for g in (1, 2):
        grid = orgs.open_unit(
            by=SYSTEM, code=f"YLQH-V1-G{g}", kind=UnitKind.GRID, name=f"第{g}网格", parent=first, on=FOUNDED
        )
        for n in (1, 2):
            orgs.open_unit(
                by=SYSTEM,
                code=f"YLQH-V1-G{g}-{n}",
                kind=UnitKind.GROUP,
                name=f"第{(g - 1) * 2 + n}村民小组",
                parent=grid,
                on=FOUNDED,
            )
    user(town, "secretary", "林秀兰", Role.SECRETARY, first)
    user(town, "clerk", "许文书", Role.CLERK, first)
    user(town, "cadre", "陈立", Role.CADRE, first)
    user(town, "other_secretary", "王长根", Role.SECRETARY, town.villages[villages[1]])
    user(town, "party", "周敏", Role.OFFICER, town.offices["镇党建办"])
    user(town, "officer", "高志远", Role.OFFICER, town.offices["镇综治办"])
    user(town, "justice", "郑明法", Role.OFFICER, town.offices["司法所"])
    user(town, "leader", "赵文清", Role.TOWN_LEADER, unit)
    user(town, "discipline", "严正", Role.DISCIPLINE, unit)
    user(town, "auditor", "沈度", Role.AUDITOR, unit)
    user(town, "admin", "管理员", Role.ADMINISTRATOR, unit)
    user(town, "care", "何包村", Role.VILLAGE_CARE, first)
    user(town, "stranger", "路人", None, None)
    return town


@pytest.fixture
def town(db: None, on_the_day: dt.date) -> Town:
    """The invented town on the start day."""
    return build()


@pytest.fixture
def on_the_day() -> Iterator[dt.date]:
    """The day the tests stand on: 2022-05-25, as the demonstration does."""
    with clock.standing_on(TODAY):
        yield TODAY
