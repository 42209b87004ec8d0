"""The town that lives begin in: groups, households, cadres with links, a square, and a plan that asks for all that is counted."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import placements_on, units_on
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import PostKind, PresenceKind
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import PlanVersion
from sanzhi.kit.ledger.tests.readings import always, by, rhythm, share, stored, task
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.kinds import SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.mechanisms.visits import actions as visits
from tests.people import FOUNDED, SYSTEM, Town, user

DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(2022, 3, 15)
WHY = "当时没有信号，事后补记"
KINDS = (SiteKind.VIDEO, SiteKind.CULTURE_SQUARE)


def plan(town: Town, today: dt.date) -> PlanVersion:
    """A confirmed plan that asks for sites, walks by month, week and quarter, activities, and notes."""
    version = stored(
        town,
        task("推进视频监控系统建设，5月底前完成50%的村，9月底前做到所有村全覆盖。", "镇综治办", "各村",
             share("1/2", "2022-05-31"), share("1/1", "2022-09-30"), always()),
        task("每月对在家农户走访全覆盖。", "镇党建办", "各村", rhythm("month")),
        task("村干部每周到联系的村民组走访。", "镇党建办", "各村", rhythm("week")),
        task("每季度联系一次外出户。", "镇党建办", "各村", rhythm("quarter")),
        task("各类阵地每月开展活动。", "镇综治办", "各村", rhythm("month", 2)),
        task("每月召开民情议事会。", "司法所", "各村", rhythm("month", 2)),
        task("6月底前建好台账。", "司法所", "各村", by("2022-06-30")),
        task("村干部每周走遍每一个联系的村民组。", "镇党建办", "各村", rhythm("week")),
        today=today,
    )  # fmt: skip
    proved = {
        1: "visits.households",
        2: "visits.weekly",
        3: "visits.away",
        4: "facilities.used_monthly",
        7: "visits.weekly_per_link",
    }
    tasks = list(version.tasks.order_by("position"))
    for number, code in proved.items():
        for requirement in tasks[number].requirements.filter(kind="every"):
            if requirement.proves != code:
                ledger.edit_requirement(by=town.party, requirement=requirement, proves=code)
    for requirement in tasks[3].requirements.all():
        ledger.edit_requirement(by=town.party, requirement=requirement, owers="lead_and_villages")
    for number in (5, 6):
        for requirement in tasks[number].requirements.exclude(proves=""):
            ledger.edit_requirement(by=town.party, requirement=requirement, proves="")
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=today)
    return version


@dataclass
class Settled:
    """A town ready to live, and the chance that rules it. `authors`: who writes for each village."""

    town: Town
    seed: int
    groups_each: int = 2
    households_each: int = 5
    chance: random.Random = field(init=False)
    refused: Counter[str] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)
    authors: dict[int, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def settle(self, today: dt.date) -> None:
        """Groups, households, cadres with links, and a plan confirmed on `today`."""
        for n, village in enumerate(self.town.villages.values(), 1):
            groups = list(self._groups(village, today)) or [
                orgs.open_unit(
                    by=SYSTEM, code=f"{village.code}-{g}", kind=UnitKind.GROUP, name=f"{village.short_name}{g}组",
                    parent=village, on=FOUNDED,
                )
                for g in range(1, self.groups_each + 1)
            ]  # fmt: skip
            for g, group in enumerate(groups, 1):
                people.open_households(
                    by=SYSTEM,
                    on=FOUNDED,
                    households=[
                        NewHousehold(f"{n:02d}{g}{k:02d}", group, surname="陈", presence=self._presence())
                        for k in range(1, self.households_each + 1)
                    ],
                )
            self.staff(village, groups, FOUNDED, n)
            self.open_square(village, today)
        with clock.standing_on(today):
            plan(self.town, today)

    def staff(self, village: Unit, groups: list[Unit], on: dt.date, number: int) -> None:
        """Three cadres of a village, two of them linked, the second to two groups; and an account that writes for it."""
        posts = []
        for k in range(3):
            person = people.register_person(by=SYSTEM, town=self.town.unit, name=f"{'甲乙丙'[k]}{number}")
            posts.append(
                people.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.COMMITTEE, on=on)
            )
        author = user(self.town, f"life{number}", f"村{number}", Role.SECRETARY, village)
        self.authors[village.pk] = author
        since = max(on, FIRST_DAY)
        pairs = [(posts[0], groups[0]), (posts[1], groups[-1]), (posts[1], groups[0])]
        for post, group in dict.fromkeys(pairs):
            visits.link_cadre(by=author, post=post, group=group, on=since, ground="两委会分工")

    def open_square(self, village: Unit, today: dt.date) -> None:
        """A culture square that is in use, so that something can take place there."""
        author, before = self._author(village), today - 60 * DAY
        with clock.standing_on(today):
            square = sites.plan_site(
                by=author,
                unit=village,
                kind=SiteKind.CULTURE_SQUARE,
                name="文化广场",
                on=before,
                uid=self._uid(),
            )
            square = sites.build_site(by=author, site=square, built_on=before, today=today)
            square = sites.hand_in_site(by=author, site=square, today=today)
            checks = {c.code: True for c in CHECK_LISTS[square.kind]}
            square = sites.accept_site(
                by=self.town.officer, site=square, on=today, checks=checks, late_reason=WHY
            )
            sites.note_use(by=author, site=square, in_use_on=before, filed_on=None)

    def _presence(self) -> str:
        return self.chance.choice([PresenceKind.PRESENT] * 5 + [PresenceKind.SEASONAL, PresenceKind.AWAY])

    def _groups(self, village: Unit, day: dt.date) -> Iterator[Unit]:
        for top in placements_on(day).filter(unit=village):
            rows = placements_on(day, under=top.path, kinds=[UnitKind.GROUP]).select_related("unit")
            yield from (p.unit for p in rows.order_by("unit__code"))

    def _uid(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def _village(self, day: dt.date) -> Unit:
        return self.chance.choice(list(units_on(day, town=self.town.unit, kinds=[UnitKind.VILLAGE])))

    def _author(self, village: Unit) -> User:
        return self.authors[village.pk]
