"""A town that lives: random but seeded days of walks, corrections, moves, sites, notes, exemptions and a merge, all through the
rooms' own actions. Tests compare what comes of it with other ways of counting.

    life = Life(town, seed=7); life.settle(); life.live(FIRST, LAST)
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind, on_day
from sanzhi.foundation.orgs.queries import placements_on, units_on
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.actions.leave import record_leave
from sanzhi.foundation.people.models import Household, Leave, Post, PostKind, PresenceKind, Stay
from sanzhi.foundation.people.queries import posts_on
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.events.actions import enter_event
from sanzhi.kit.ledger.models import Exemption, Obligation, PlanVersion
from sanzhi.kit.ledger.tests.readings import always, by, rhythm, share, stored, task
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.kinds import SiteKind
from sanzhi.mechanisms.facilities.models import Site, SiteUse
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.visits import actions as visits
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.models import Link, Outing
from sanzhi.steering.indicators import nightly
from sanzhi.steering.registers.actions import merge_units
from tests.people import FOUNDED, SYSTEM, Town, user

DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(2022, 3, 15)
WHY = "当时没有信号，事后补记"
OUTCOMES = ("reached", "reached", "reached", "declined", "nobody_home", "slip_left", "slip_left")
HALVES = ("morning", "afternoon", "evening")
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
        today=today,
    )  # fmt: skip
    proved = {1: "visits.households", 2: "visits.weekly", 3: "visits.away", 4: "facilities.used_monthly"}
    tasks = list(version.tasks.order_by("position"))
    for number, code in proved.items():
        for requirement in tasks[number].requirements.filter(kind="every"):
            if requirement.proves != code:
                ledger.edit_requirement(by=town.party, requirement=requirement, proves=code)
    for number in (5, 6):
        for requirement in tasks[number].requirements.exclude(proves=""):
            ledger.edit_requirement(by=town.party, requirement=requirement, proves="")
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=today)
    return version


@dataclass
class Life:
    """A town and the chance that rules it. `refused` counts what the rooms refused, by code: chance asks for odd things."""

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

    # --- the ground ---------------------------------------------------------------------------------------------------

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

    def _presence(self) -> str:
        return self.chance.choice([PresenceKind.PRESENT] * 5 + [PresenceKind.SEASONAL, PresenceKind.AWAY])

    def _groups(self, village: Unit, day: dt.date) -> Iterator[Unit]:
        for top in placements_on(day).filter(unit=village):
            rows = placements_on(day, under=top.path, kinds=[UnitKind.GROUP]).select_related("unit")
            yield from (p.unit for p in rows.order_by("unit__code"))

    # --- the days -----------------------------------------------------------------------------------------------------

    def live(self, first: dt.date, last: dt.date, *, merge_on: dt.date | None = None, acts: int = 6) -> None:
        """Live every day from `first` to `last`, some `acts` of chance on each; two villages merge on `merge_on`."""
        day = first
        while day <= last:
            with clock.standing_on(day):
                if day == merge_on:
                    self._try("merge", self.merge, day)
                for _ in range(self.chance.randint(acts // 2, acts + acts // 2)):
                    name, act = self.chance.choice(self._acts())
                    self._try(name, act, day)
                if day.weekday() == 6 or day == last:
                    nightly.follow(self.town.unit, day, every_night=True)
            day += DAY

    def _acts(self) -> list[tuple[str, Callable[[dt.date], None]]]:
        often = [("outing", self.outing)] * 10 + [("note", self.note)] * 3 + [("site", self.site)] * 3
        seldom = [
            ("correct", self.correct), ("correct", self.correct), ("void", self.void), ("move", self.move),
            ("presence", self.presence), ("leave", self.leave), ("link", self.link), ("exempt", self.exempt),
            ("use", self.use), ("decide", self.decide), ("decide", self.decide), ("event", self.event),
        ]  # fmt: skip
        return often + seldom

    def _try(self, name: str, act: Callable[[dt.date], None], day: dt.date) -> None:
        try:
            act(day)
            self.did[name] += 1
        except (Problem, Problems) as refusal:
            self.refused[getattr(refusal, "code", "several")] += 1
        except IndexError:
            # Chance found nobody or nothing to choose from.
            self.refused["nothing_there"] += 1

    def _earlier(self, day: dt.date) -> dt.date:
        """Mostly today, often some days ago, at times long past the close."""
        back = self.chance.choice((0, 0, 0, 0, 1, 2, 5, 9, 17, 40))
        return max(day - back * DAY, dt.date(2022, 4, 1))

    def _uid(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def _village(self, day: dt.date) -> Unit:
        return self.chance.choice(list(units_on(day, town=self.town.unit, kinds=[UnitKind.VILLAGE])))

    def _author(self, village: Unit) -> User:
        return self.authors[village.pk]

    def _ticks(self, group: Unit, on: dt.date) -> list[Tick]:
        there = list(Stay.objects.filter(on_day(on), group=group).order_by("pk"))
        some = self.chance.sample(there, min(len(there), self.chance.randint(1, 4)))
        return [Tick(s.household_id, self.chance.choice(OUTCOMES)) for s in some]

    def _walkers(self, village: Unit, on: dt.date) -> list[Post]:
        here = list(posts_on(on, unit=village).order_by("pk"))
        return self.chance.sample(here, min(len(here), self.chance.choice((1, 1, 2))))

    def outing(self, day: dt.date) -> None:
        """A walk of today or of a day before."""
        on, village = self._earlier(day), self._village(day)
        group = self.chance.choice(list(self._groups(village, on)))
        visits.record_outing(
            by=self._author(village),
            group=group,
            on=on,
            half_day=self.chance.choice(HALVES),
            went=self._walkers(village, on),
            ticks=self._ticks(group, on),
            late_reason=WHY,
            uid=self._uid(),
        )

    def _some_outing(self) -> Outing:
        return self.chance.choice(list(Outing.objects.filter(town=self.town.unit).order_by("pk")))

    def correct(self, day: dt.date) -> None:
        """Another account of a walk: other doors, perhaps another day."""
        outing = self._some_outing()
        on = outing.happened_on if self.chance.random() < 0.6 else self._earlier(day)
        went = [w.post for w in outing.went.select_related("post").order_by("pk")]
        visits.correct_outing(
            by=self.chance.choice(list(self.authors.values())),
            outing=outing,
            on=on,
            half_day=self.chance.choice(HALVES),
            went=went,
            ticks=self._ticks(outing.unit, on),
            reason=WHY,
        )

    def void(self, day: dt.date) -> None:
        """A walk that was none."""
        visits.void_outing(by=self.town.secretary, outing=self._some_outing(), reason="重复登记了一次")

    def move(self, day: dt.date) -> None:
        """A household stands in another group of the town."""
        household = self.chance.choice(list(Household.objects.order_by("pk")))
        group = self.chance.choice(list(self._groups(self._village(day), day)))
        people.move_household(by=SYSTEM, household=household, group=group, on=day, ground="搬家")

    def presence(self, day: dt.date) -> None:
        """A household leaves, or comes back."""
        household = self.chance.choice(list(Household.objects.order_by("pk")))
        kind = self.chance.choice(PresenceKind.values)
        people.change_presence(by=SYSTEM, household=household, kind=kind, on=self._earlier(day))

    def leave(self, day: dt.date) -> None:
        """A cadre is away for some days; at times somebody stands in."""
        post = self.chance.choice(list(posts_on(day).filter(two_committees=True).order_by("pk")))
        other = self.chance.choice(list(posts_on(day, unit=post.unit).order_by("pk")))
        if not Leave.objects.filter(post=post, closed_on__isnull=True).exists():
            stand_in = other.person if other.person_id != post.person_id else None
            until = day + self.chance.randint(2, 12) * DAY
            record_leave(by=SYSTEM, post=post, on=day, until=until, stand_in=stand_in, ground="外出学习")

    def link(self, day: dt.date) -> None:
        """A link ends, or another begins."""
        village = self._village(day)
        author = self._author(village)
        if self.chance.random() < 0.5:
            held = list(Link.objects.filter(on_day(day), post__unit=village).order_by("pk"))
            visits.end_link(by=author, link=self.chance.choice(held), on=day, ground="重新分工")
            return
        post = self.chance.choice(list(posts_on(day, unit=village).order_by("pk")))
        group = self.chance.choice(list(self._groups(village, day)))
        visits.link_cadre(by=author, post=post, group=group, on=self._earlier(day), ground="重新分工")

    def site(self, day: dt.date) -> None:
        """A site is planned, or goes one step on."""
        known = list(Site.objects.exclude(state="withdrawn").order_by("pk"))
        if not known or self.chance.random() < 0.35:
            village, kind = self._village(day), self.chance.choice(KINDS)
            sites.plan_site(
                by=self._author(village), unit=village, kind=kind, name="村口", on=day, uid=self._uid()
            )
            return
        site = self.chance.choice(known)
        author = self.town.secretary
        if site.state == "planned":
            sites.build_site(by=author, site=site, built_on=self._earlier(day), today=day)
        elif site.state == "built":
            sites.hand_in_site(by=author, site=site, today=day)
        elif site.state == "handed_in":
            checks = {c.code: True for c in CHECK_LISTS[site.kind]}
            sites.accept_site(by=self.town.officer, site=site, on=day, checks=checks, late_reason=WHY)
        elif self.chance.random() < 0.2:
            sites.withdraw_site(by=self.town.officer, site=site, on=day, reason="不再建设了")

    def use(self, day: dt.date) -> None:
        """Something takes place at a site, or a note of it is void."""
        accepted = list(Site.objects.filter(state="accepted", kind=SiteKind.CULTURE_SQUARE).order_by("pk"))
        site = self.chance.choice(accepted)
        made = list(SiteUse.objects.filter(void_on__isnull=True).order_by("pk"))
        if made and self.chance.random() < 0.15:
            sites.void_note(by=self.town.secretary, note=self.chance.choice(made), reason="登记错了地方")
            return
        if site.in_use_on is None:
            site = sites.note_use(by=self.town.secretary, site=site, in_use_on=site.built_on, filed_on=None)
        times = self.chance.randint(1, 3)
        on = self._earlier(day)
        sites.record_use(
            by=self.town.secretary, site=site, on=on, what="读书活动", people=12, times=times, late_reason=WHY, uid=self._uid()
        )  # fmt: skip

    def note(self, day: dt.date) -> None:
        """A unit reports on what no room proves."""
        rows = Obligation.objects.filter(
            requirement__proves="", dropped_on__isnull=True, handed_to__isnull=True, begins_on__lte=day,
            due_on__gte=day - 40 * DAY, due_on__lte=day + 45 * DAY, unit__kind=UnitKind.VILLAGE,
        )  # fmt: skip
        owed = self.chance.choice(list(rows.order_by("pk")))
        happened = min(day, owed.due_on or day)
        notes.write_note(
            by=self.town.secretary, obligation=owed, text="开过一次会，议定了两件事，都有人办。", happened_on=happened,
            today=day, amount=self.chance.randint(1, 2), late_reason=WHY, uid=self._uid(),
        )  # fmt: skip

    def decide(self, day: dt.date) -> None:
        """The lead unit accepts a note, or returns it."""
        note = self.chance.choice(
            list(Note.objects.filter(state__in=("submitted", "accepted")).order_by("pk"))
        )
        if self.chance.random() < 0.75:
            notes.accept_note(by=self.town.justice, note=note, today=day)
        else:
            notes.return_note(by=self.town.justice, note=note, reason="请补上会议记录", today=day)

    def exempt(self, day: dt.date) -> None:
        """The lead unit exempts, or takes an exemption back."""
        held = list(Exemption.objects.filter(revoked_on__isnull=True).order_by("pk"))
        if held and self.chance.random() < 0.3:
            ledger.revoke_exemption(
                by=self.town.party, obligation=self.chance.choice(held).obligation, today=day
            )
            return
        rows = Obligation.objects.filter(
            dropped_on__isnull=True, handed_to__isnull=True, requirement__kind="every",
            begins_on__lte=day, due_on__gte=day - 30 * DAY, due_on__lte=day + 40 * DAY,
        )  # fmt: skip
        ledger.exempt(
            by=self.town.party,
            obligation=self.chance.choice(list(rows.order_by("pk"))),
            reason="村里进水",
            today=day,
        )

    def event(self, day: dt.date) -> None:
        """Once in a life a flood, in one or two villages."""
        if self.did["event"] or day.day < 12:
            raise Problem("events.known", name="水", first=day.isoformat(), last=day.isoformat())
        tasks = {
            (t.version.plan_id, t.code)
            for t in PlanVersion.objects.get(plan__town=self.town.unit).tasks.all()
            if t.position % 2
        }
        villages = {v.pk: v for v in (self._village(day), self._village(day))}
        enter_event(
            by=self.town.officer, town=self.town.unit, kind="flood", name="汛期洪水", first=day - 8 * DAY, last=day,
            villages=list(villages.values()), tasks=tasks, ground="县防指通知", today=day,
        )  # fmt: skip

    def merge(self, day: dt.date) -> None:
        """The last two villages become one, with people of its own."""
        old = list(self.town.villages.values())[-2:]
        done = merge_units(
            by=self.town.admin, units=old, on=day, ground="县政府批复", name="双河村", code="YLQH-V20"
        )
        self.staff(done.successor, list(self._groups(done.successor, day)), day, 20)
