"""A county that walks: towns of nine villages, 4,050 households and 54 cadres, every household visited every month.

Units, people and the first outing come through the house's own actions; the rest are copies the database makes, spread over
towns and months, so that a village's month is as large in a county of ten million visits as in one of ten thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Model

from sanzhi.config.bench import tables
from sanzhi.config.bench.county import BENCH, FOUNDED, Town, found_town
from sanzhi.domain.plan_text import read
from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.actions import NewHousehold, open_households, open_post, register_person
from sanzhi.foundation.people.models import Household, Person, Post, PostKind, Presence, Stay
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.mechanisms.visits.actions import Tick, link_cadre, record_outing
from sanzhi.mechanisms.visits.models import Link, Outing, Visit, Went

HOMES = 30
CADRES = 6
"""Households per group and linked cadres per village."""
FIRST_MONTH, LAST_MONTH = 1, 12
PLAN = """云岭测量县走访工作方案
一、工作任务
1. 落实村干部走访机制，每周对联系的村民组走访不少于一天，每月对联系的村民组进村入户全覆盖。（牵头单位：镇综治办；责任单位：各村；完成时限：长期坚持）"""


@dataclass(frozen=True)
class First:
    """One true row of each table, of which the database makes copies."""

    person: Person
    post: Post
    link: Link
    household: Household
    stay: Stay
    presence: Presence
    outing: Outing
    went: Went
    visit: Visit


def first_walk(town: Town) -> First:
    """The first cadre, link, household and outing of the first town, made as people make them."""
    group = groups_of([town.unit])[0]
    village = town.villages[0]
    person = register_person(by=BENCH, town=town.unit, name="测量员")
    post = open_post(by=BENCH, person=person, unit=village, kind=PostKind.COMMITTEE, on=FOUNDED)
    link = link_cadre(by=BENCH, post=post, group=group, on=FOUNDED, ground="测量")
    new = NewHousehold("H", group, door="1号", walk_order=1, surname="测")
    (household,) = open_households(by=BENCH, households=[new], on=FOUNDED)
    day = dt.date(2022, FIRST_MONTH, 5)
    with clock.standing_on(day):
        outing = record_outing(
            by=town.people["secretary"],
            group=group,
            on=day,
            half_day="morning",
            went=[post],
            ticks=[Tick(household.pk, "reached")],
        )
    return First(
        person,
        post,
        link,
        household,
        Stay.objects.get(household=household),
        Presence.objects.get(household=household),
        outing,
        Went.objects.get(outing=outing),
        Visit.objects.get(outing=outing),
    )


def groups_of(towns: Sequence[Unit]) -> list[Unit]:
    """The groups of these towns, in their order."""
    rows = Unit.objects.filter(town__in=[t.pk for t in towns], kind=UnitKind.GROUP)
    return list(rows.order_by("town", "pk"))


def plan_for(town: Town, day: dt.date) -> None:
    """A plan that asks for the weekly walk and the monthly coverage, confirmed."""
    by = town.people["party"]
    with clock.standing_on(day):
        reading = read(PLAN.splitlines()).as_json()
        version = store_reading(by=by, town=town.unit, reading=reading, file_name="walks.txt", today=day)
        ledger.set_first_day(by=by, version=version, day=dt.date(2022, 1, 1))
        for doubt in version.doubts.filter(settled_on__isnull=True):
            ledger.settle_doubt(by=by, doubt=doubt, answer="测量", today=day)
        tasks = version.tasks.prefetch_related("units", "requirements")
        ledger.confirm_tasks(by=by, version=version, tasks=tasks, today=day, for_lead_unit=True)


def _last(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def people_of(towns: Sequence[Unit], first: First) -> None:
    """Cadres with their links, and households with stay and presence, for every village and group of the towns."""
    ids = ", ".join(str(t.pk) for t in towns)
    villages = f"SELECT v.id AS village, v.town_id, row_number() OVER (ORDER BY v.id) - 1 AS place FROM {_table(Unit)} v WHERE v.town_id IN ({ids}) AND v.kind = 'village'"
    before = _last(Person), _last(Post), _last(Household)
    many = f"SELECT v.village, v.town_id, k.i FROM ({villages}) v CROSS JOIN ({tables.numbers(CADRES)}) k"
    tables.copies(first.person, many, {"town_id": "n.town_id", "name": tables.text_of(prefix="测量员")})
    numbered = f"SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM {_table(Person)} WHERE id > {before[0]}"
    posts = f"SELECT p.id AS person, v.village FROM ({numbered}) p JOIN ({villages}) v ON v.place = p.place / {CADRES}"
    tables.copies(first.post, posts, {"person_id": "n.person", "unit_id": "n.village"})
    _links(ids, before[1], first)
    groups = (
        f"SELECT g.id AS grp, g.town_id FROM {_table(Unit)} g WHERE g.town_id IN ({ids}) AND g.kind = 'group'"
    )
    homes = f"SELECT g.grp, g.town_id, k.i FROM ({groups}) g CROSS JOIN ({tables.numbers(HOMES)}) k"
    tables.copies(
        first.household,
        homes,
        {
            "town_id": "n.town_id",
            "number": "'H' || CAST(n.grp AS varchar(20)) || '-' || CAST(n.i AS varchar(20))",
        },
    )
    placed = (
        f"SELECT h.id AS household, g.grp, h.place % {HOMES} AS i FROM (SELECT id, row_number() OVER (ORDER BY id) - 1"
        f" AS place FROM {_table(Household)} WHERE id > {before[2]}) h JOIN (SELECT grp, row_number() OVER (ORDER BY grp)"
        f" - 1 AS rank FROM ({groups}) g) g ON g.rank = h.place / {HOMES}"
    )
    door = {"household_id": "n.household", "group_id": "n.grp", "walk_order": "n.i"}
    tables.copies(first.stay, placed, door)
    tables.copies(first.presence, placed, {"household_id": "n.household"})


def _links(towns: str, before: int, first: First) -> None:
    """Each group of a village is looked after by one of its cadres, in turn."""
    groups = (
        f"SELECT g.id AS grp, g.town_id, w.parent_id AS village, row_number() OVER (PARTITION BY w.parent_id ORDER BY g.id)"
        f" - 1 AS place FROM {_table(Unit)} g JOIN orgs_placement p ON p.unit_id = g.id JOIN orgs_placement w"
        f" ON w.unit_id = p.parent_id WHERE g.town_id IN ({towns}) AND g.kind = 'group'"
    )
    posts = (
        f"SELECT id, unit_id, row_number() OVER (PARTITION BY unit_id ORDER BY id) - 1 AS place FROM {_table(Post)}"
        f" WHERE id > {before}"
    )
    source = (
        f"SELECT p.id AS post, g.grp, g.town_id FROM ({groups}) g JOIN ({posts}) p ON p.unit_id = g.village"
        f" AND p.place = g.place % {CADRES}"
    )
    tables.copies(first.link, source, {"town_id": "n.town_id", "post_id": "n.post", "group_id": "n.grp"})


def walk(towns: Sequence[Unit], months: Sequence[int], first: First) -> int:
    """An outing in every group of the towns in each of the months, every door reached. Returns the number of visits."""
    ids = ", ".join(str(t.pk) for t in towns)
    before = _last(Outing), _last(Link)
    day = _day("m.i", "g.place % 24")
    source = (
        f"SELECT g.grp, g.town_id, {day} AS day FROM (SELECT id AS grp, town_id, row_number() OVER (ORDER BY id) AS place"
        f" FROM {_table(Unit)} WHERE town_id IN ({ids}) AND kind = 'group') g CROSS JOIN ({_list(months)}) m"
    )
    tables.copies(
        first.outing,
        source,
        {
            "uid": tables.fresh_uid(),
            "town_id": "n.town_id",
            "unit_id": "n.grp",
            "happened_on": "n.day",
            "received_on": "n.day",
        },
    )
    made = f"SELECT id, unit_id, town_id, happened_on FROM {_table(Outing)} WHERE id > {before[0]}"
    where = {
        "outing_id": "n.id",
        "town_id": "n.town_id",
        "happened_on": "n.happened_on",
        "received_on": "n.happened_on",
    }
    went = f"SELECT o.*, l.id AS link, l.post_id AS post FROM ({made}) o JOIN {_table(Link)} l ON l.group_id = o.unit_id"
    tables.copies(
        first.went, went, where | {"unit_id": "n.unit_id", "post_id": "n.post", "link_id": "n.link"}
    )
    doors = f"SELECT o.*, s.household_id AS household FROM ({made}) o JOIN {_table(Stay)} s ON s.group_id = o.unit_id"
    return tables.copies(first.visit, doors, where | {"household_id": "n.household", "group_id": "n.unit_id"})


def _list(numbers: Sequence[int]) -> str:
    return " UNION ALL ".join(f"SELECT {n} AS i" for n in numbers)


def _day(month: str, offset: str) -> str:
    if connection.vendor == "postgresql":
        return f"(make_date(2022, {month}, 1) + CAST({offset} AS integer))"
    return f"date('2022-01-01', '+' || ({month} - 1) || ' months', '+' || ({offset}) || ' days')"


def found_towns(county: Unit, count: int, start: int, villages: int = 9) -> list[Town]:
    """So many towns, with units and accounts."""
    return [found_town(county, f"T{n}", villages) for n in range(start, start + count)]
