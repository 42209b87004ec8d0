"""Building the registers of the invented town: units, posts, households, through the registers' own actions."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from sanzhi.config.demo.names import COUNTY, OFFICES, TOWN, VILLAGES
from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs.actions import NewUnit, open_unit, open_units
from sanzhi.foundation.orgs.models import Unit, UnitKind

FOUNDED = dt.date(2021, 1, 1)


def build_units(*, by: Actor) -> Unit:
    """County, town, 13 offices, 9 villages, 30 grids and 140 groups, standing since 2021; returns the town."""
    county = open_unit(by=by, code=COUNTY[0], kind=UnitKind.COUNTY, name=COUNTY[1], parent=None, on=FOUNDED)
    town = open_unit(by=by, code=TOWN[0], kind=UnitKind.TOWN, name=TOWN[1], parent=county, on=FOUNDED)
    open_units(by=by, units=[*_offices(), *_villages()], on=FOUNDED, ground="演示")
    return town


def _offices() -> Iterator[NewUnit]:
    for position, office in enumerate(OFFICES, 1):
        yield NewUnit(
            code=f"{TOWN[0]}-{office.code}",
            kind=UnitKind.OFFICE,
            name=office.name,
            short_name=office.short_name,
            parent=TOWN[0],
            position=position,
            answers_to_county=office.answers_to_county,
            town_unit=True,
            aliases=office.aliases,
        )


def _villages() -> Iterator[NewUnit]:
    for v, village in enumerate(VILLAGES, 1):
        code = f"{TOWN[0]}-V{v}"
        yield NewUnit(code=code, kind=UnitKind.VILLAGE, name=village.name, parent=TOWN[0], position=100 + v)
        for g in range(1, village.grids + 1):
            yield NewUnit(
                code=f"{code}-G{g}", kind=UnitKind.GRID, name=f"第{g}网格", parent=code, position=1000 * v + g
            )
        for n in range(1, village.groups + 1):
            grid = 1 + (n - 1) * village.grids // village.groups
            yield NewUnit(
                code=f"{code}-{n:02d}",
                kind=UnitKind.GROUP,
                name=f"第{n}村民小组",
                short_name=f"{n}组",
                parent=f"{code}-G{grid}",
                position=1000 * v + 100 + n,
            )


def shares(total: int, parts: int, chance: random.Random) -> list[int]:
    """A total split into uneven parts, each at least half of the average."""
    least = total // parts // 2
    weights = [chance.random() + 0.5 for _ in range(parts)]
    rest = total - least * parts
    found = [least + int(rest * w / sum(weights)) for w in weights]
    found[0] += total - sum(found)
    return found
