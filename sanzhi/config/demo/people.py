"""The invented people: cadres with their posts, accounts with their roles, households behind their doors."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from sanzhi.config.demo.names import GIVEN, LEADER, LEADER_NAME, OFFICES, SURNAMES, TOWN, VILLAGES
from sanzhi.config.demo.town import FOUNDED, shares
from sanzhi.foundation.accounts.actions import grant_role, open_account, set_demo_password
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.actions import NewHousehold, NewPost, open_households, open_posts
from sanzhi.foundation.people.models import Person, PostKind, PresenceKind

PASSWORD = "qinghe-2022"
TERM_ENDS = dt.date(2023, 1, 1)
# Six cadres a village: 54 in all. The clerk is one of the two committees' members.
CADRES = (
    (PostKind.PARTY_SECRETARY, "sec", Role.SECRETARY),
    (PostKind.DIRECTOR, "dir", Role.CADRE),
    (PostKind.COMMITTEE, "cadre", Role.CADRE),
    (PostKind.COMMITTEE, "cadre_b", Role.CADRE),
    (PostKind.COMMITTEE, "cadre_c", Role.CADRE),
    (PostKind.CLERK, "clerk", Role.CLERK),
)
PRESENCES = (
    (PresenceKind.PRESENT, 52),
    (PresenceKind.SEASONAL, 7),
    (PresenceKind.AWAY, 38),
    (PresenceKind.EMPTY, 3),
)


def build_people(*, by: Actor, town: Unit) -> dict[str, User]:
    """54 village cadres, an officer in each of 13 offices, the town's own people; account name → account."""
    chance = random.Random(2022)
    villages = list(Unit.objects.filter(town=town, kind=UnitKind.VILLAGE).order_by("position"))
    posts = [*_cadres(villages, chance), *_officers(town)]
    made = open_posts(by=by, town=town, posts=posts)
    persons = {new.key: post.person for new, post in zip(posts, made, strict=True)}
    accounts = {}
    for number, village in enumerate(villages, 1):
        for _, account, role in CADRES:
            accounts[f"{account}{number}"] = (persons[f"{account}{number}"], role, village)
    for office in OFFICES:
        unit = Unit.objects.get(code=f"{TOWN[0]}-{office.code}")
        accounts[office.account] = (persons[office.account], Role.OFFICER, unit)
    accounts[LEADER] = (persons[LEADER], Role.TOWN_LEADER, town)
    users = {name: _account(by, town, name, *what) for name, what in accounts.items()}
    for name, title, role, unit in (
        ("discipline", "严正（镇纪委）", Role.DISCIPLINE, town),
        ("audit", "沈度（县审计）", Role.AUDITOR, town),
        ("admin", "管理员", Role.ADMINISTRATOR, town),
        ("care1", "何勤（包上河村、下河村）", Role.VILLAGE_CARE, villages[0]),
    ):
        users[name] = _account(by, town, name, title, role, unit)
    _grant(by, users["care1"], Role.VILLAGE_CARE, villages[1])
    return users


def _cadres(villages: list[Unit], chance: random.Random) -> Iterator[NewPost]:
    used = {v.secretary for v in VILLAGES}
    for number, (village, known) in enumerate(zip(villages, VILLAGES, strict=True), 1):
        for kind, account, _ in CADRES:
            name = known.secretary
            while kind != PostKind.PARTY_SECRETARY and name in used:
                name = chance.choice(SURNAMES) + chance.choice(GIVEN)
            used.add(name)
            yield NewPost(
                unit=village,
                kind=kind,
                opened_on=FOUNDED,
                name=name,
                key=f"{account}{number}",
                two_committees=True,
                term_ends_on=dt.date(2026, 1, 1),
            )


def _officers(town: Unit) -> Iterator[NewPost]:
    for office in OFFICES:
        unit = Unit.objects.get(code=f"{TOWN[0]}-{office.code}")
        yield NewPost(unit, PostKind.OFFICE_HEAD, FOUNDED, name=office.officer, key=office.account)
    yield NewPost(town, PostKind.TOWN_LEADER, FOUNDED, name=LEADER_NAME, key=LEADER)


def _account(by: Actor, town: Unit, name: str, who: Person | str, role: str, unit: Unit) -> User:
    person = who if isinstance(who, Person) else None
    user = open_account(
        by=by, username=name, display_name=person.name if person else str(who), town=town, person=person
    )
    set_demo_password(by=by, account=user, password=PASSWORD)
    _grant(by, user, role, unit)
    return user


def _grant(by: Actor, user: User, role: str, unit: Unit) -> None:
    grant_role(
        by=by, account=user, role=role, unit=unit, opened_on=FOUNDED, closed_on=TERM_ENDS, ground="演示"
    )


def build_households(*, by: Actor, town: Unit) -> int:
    """4,200 households in their groups, many of them away; returns how many."""
    chance = random.Random(467)
    new: list[NewHousehold] = []
    villages = list(Unit.objects.filter(town=town, kind=UnitKind.VILLAGE).order_by("position"))
    for number, (village, known) in enumerate(zip(villages, VILLAGES, strict=True), 1):
        groups = list(
            Unit.objects.filter(town=town, kind=UnitKind.GROUP, code__startswith=f"{village.code}-").order_by(
                "position"
            )
        )
        for group, count in zip(groups, shares(known.households, len(groups), chance), strict=True):
            for door in range(1, count + 1):
                kind = chance.choices([p for p, _ in PRESENCES], [w for _, w in PRESENCES])[0]
                new.append(
                    NewHousehold(
                        number=f"{number:02d}{group.position % 100:02d}{door:03d}",
                        group=group,
                        door=f"{group.short_name}{door}号",
                        walk_order=door,
                        surname=chance.choice(SURNAMES),
                        presence=kind,
                    )
                )
    return len(open_households(by=by, households=new, on=FOUNDED))
