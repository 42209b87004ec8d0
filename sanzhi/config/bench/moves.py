"""A county of 30,000 units: a thousand villages move, and last year stays what it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

from sanzhi.config.bench import tables
from sanzhi.config.bench.county import BENCH, DAY, FOUNDED, UNTIL, found_county
from sanzhi.config.bench.figures import Figure, at_most, told
from sanzhi.config.bench.meter import cpu_of, memory_peak, seconds_of
from sanzhi.domain.amounts import Amount
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.actions import grant_role, open_account
from sanzhi.foundation.accounts.models import Role
from sanzhi.foundation.orgs.actions import NewUnit, move_unit, move_units, open_units
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import placements_on
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.registry import duties
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS

NAME = "moves"
TOWNS = 20
LAST_YEAR = dt.date(2021, 12, 31)
BUILT = dt.date(2021, 6, 1)
ON = dt.date(2022, 5, 1)


def run(quick: bool) -> list[Figure]:
    """Build the county, count, move, count again."""
    tables.make_tables()
    villages = 10 if quick else 60
    county = found_county()
    new = list(_county(county.code, villages))
    built = seconds_of(lambda: open_units(by=BENCH, units=new, on=FOUNDED))
    towns = list(Unit.objects.filter(kind=UnitKind.TOWN).order_by("code"))
    covered = _cover(towns)
    tables.look_around()
    before, today_before = _everything(towns), _covered_on(towns, DAY)
    moving = _moving(towns, 1000)
    took = seconds_of(lambda: move_units(by=BENCH, moves=moving, on=ON, ground="区划调整"))
    after = _everything(towns)
    one = (
        Unit.objects.filter(kind=UnitKind.VILLAGE, town=towns[0])
        .exclude(pk__in=[u.pk for u, _t in moving])
        .first()
    )
    single = (
        cpu_of(lambda: move_unit(by=BENCH, unit=one, parent=towns[5], on=ON, ground="区划调整"))
        if one
        else 0.0
    )
    changed = sorted(k for k in before if before[k] != after[k])
    per_thousand = took / len(moving) * 1000
    return [
        told(NAME, "建县：单位", len(new) + 1, "个", f"{TOWNS} 个镇，一次 open_units"),
        told(NAME, "建县：用时", built, "秒"),
        at_most(
            NAME,
            "1,000 个村换镇（move_units）",
            per_thousand,
            "秒",
            60,
            f"{len(moving)} 个村，连同网格和小组",
        ),
        told(NAME, "换一个村（move_unit）", single * 1000, "毫秒 CPU", "另含全部下级"),
        at_most(
            NAME,
            "去年的数字改变了几个",
            len(changed),
            "个",
            0,
            f"{len(before)} 个：{TOWNS} 个镇的覆盖率、名册和位置；去年已覆盖 {covered} 个村"
            + (f"；变了的有 {changed[0]}" if changed else ""),
        ),
        at_most(
            NAME,
            "今年全县已覆盖的村，换镇后少了",
            today_before - _covered_on(towns, DAY),
            "个",
            0,
            f"原有 {today_before} 个",
        ),
        told(NAME, "内存峰值", memory_peak(), "MB"),
    ]


def _county(code: str, villages: int) -> Iterable[NewUnit]:
    for t in range(TOWNS):
        town = f"T{t:02d}"
        yield NewUnit(town, UnitKind.TOWN, f"{t}号镇", code, position=t)
        for v in range(villages):
            village = f"{town}V{v}"
            yield NewUnit(village, UnitKind.VILLAGE, f"{t}镇{v}村", town, position=v)
            for g in range(4):
                grid = f"{village}G{g}"
                yield NewUnit(grid, UnitKind.GRID, f"第{g}网格", village, position=g)
                for n in range(5):
                    yield NewUnit(f"{grid}-{n}", UnitKind.GROUP, f"第{g * 5 + n}组", grid, position=n)


def _cover(towns: list[Unit]) -> int:
    """In every town some villages get a video site, accepted last year; returns how many villages."""
    user = open_account(by=BENCH, username="bench", display_name="测量", town=None)
    for town in towns:
        grant_role(
            by=BENCH,
            account=user,
            role=Role.TOWN_LEADER,
            unit=town,
            opened_on=FOUNDED,
            closed_on=UNTIL,
            ground="测量",
        )
    done = 0
    for number, town in enumerate(towns):
        villages = list(
            Unit.objects.filter(town=town, kind=UnitKind.VILLAGE).order_by("position")[: 3 + number % 4]
        )
        with clock.standing_on(BUILT):
            first = _accepted(villages[0], user)
        rest = {"uid": tables.fresh_uid(), "unit_id": tables.one_of([v.pk for v in villages[1:]])}
        tables.copies(first, tables.numbers(len(villages) - 1), rest)
        done += len(villages)
    return done


def _accepted(village: Unit, user: object) -> Site:
    site = sites.plan_site(by=user, unit=village, kind=SiteKind.VIDEO, name="村口", on=BUILT)
    site = sites.build_site(by=user, site=site, built_on=BUILT, today=BUILT)
    site = sites.hand_in_site(by=user, site=site, today=BUILT)
    return sites.accept_site(
        by=user, site=site, on=BUILT, checks={c.code: True for c in CHECK_LISTS[SiteKind.VIDEO]}
    )


def _everything(towns: list[Unit]) -> dict[str, object]:
    """Last year as figures tell it: coverage of each town, its villages, and where every unit hung."""
    target = duties()["facilities.video"]
    found: dict[str, object] = {}
    for town in towns:
        found[f"coverage {town.code}"] = _coverage(town, LAST_YEAR)
        found[f"register {town.code}"] = sorted(target.of.population.subjects_on(town, LAST_YEAR))
    places = placements_on(LAST_YEAR).order_by("unit").values_list("unit", "parent", "path")
    found["places"] = list(places.iterator(chunk_size=5000))
    return found


def _coverage(town: Unit, day: dt.date) -> Amount:
    target = duties()["facilities.video"]
    slot = Slot(town.pk, "year", dt.date(day.year, 1, 1), day, None, whole=True, share=Fraction(1))
    return amounts_of(town, {target: [slot]}, DAY)[target.code, slot]


def _covered_on(towns: list[Unit], day: dt.date) -> int:
    """Villages with an accepted site on a day, over all towns."""
    return sum(_coverage(town, day).numerator for town in towns)


def _moving(towns: list[Unit], most: int) -> list[tuple[Unit, Unit]]:
    """Up to so many villages, each to the next town."""
    found: list[tuple[Unit, Unit]] = []
    villages = Unit.objects.filter(kind=UnitKind.VILLAGE).select_related("town").order_by("position", "code")
    following = {t.pk: towns[(i + 1) % len(towns)] for i, t in enumerate(towns)}
    for village in villages[:most]:
        found.append((village, following[village.town_id]))
    # One village at least stays for the single move.
    return found[: max(1, min(most, len(villages) - TOWNS))]
