"""A town that lives: random but seeded days of walks, corrections, moves, sites, notes, exemptions and a merge, all through the
rooms' own actions. Tests compare what comes of it with other ways of counting.

    life = Life(town, seed=7)
    life.settle(a_day)
    life.live(first, last, merge_on=another_day)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation import clock
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind, on_day
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions.leave import record_leave
from sanzhi.foundation.people.models import Household, Leave, Post, PresenceKind, Stay
from sanzhi.foundation.people.queries import posts_on
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.actions import Choice
from sanzhi.kit.ledger.events.actions import enter_event
from sanzhi.kit.ledger.models import Exemption, Obligation, PlanVersion
from sanzhi.kit.ledger.passing import passing_on
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.models import Site, SiteUse
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.visits import actions as visits
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.models import FollowUp, Link, Outing
from sanzhi.steering.indicators import nightly
from sanzhi.steering.registers.actions import merge_units
from tests.journeys.settled import DAY, KINDS, WHY, Settled
from tests.people import SYSTEM

OUTCOMES = ("reached", "reached", "reached", "declined", "nobody_home", "slip_left", "slip_left")
HALVES = ("morning", "afternoon", "evening")
Act = Callable[[dt.date], None]


@dataclass
class Life(Settled):
    """A settled town that lives. `did` counts what was done, `refused` what the rooms refused, by code: chance asks for odd
    things."""

    def live(self, first: dt.date, last: dt.date, *, merge_on: dt.date | None = None, acts: int = 6) -> None:
        """Live every day from `first` to `last`, some `acts` of chance on each; two villages merge on `merge_on`."""
        day, known = first, self._acts()
        while day <= last:
            with clock.standing_on(day):
                if day == merge_on:
                    self._try("merge", self.merge, day)
                for _ in range(self.chance.randint(acts // 2, acts + acts // 2)):
                    ((_, name, act),) = self.chance.choices(known, [often for often, *_ in known])
                    self._try(name, act, day)
                if day.weekday() == 6 or day == last:
                    nightly.follow(self.town.unit, day, every_night=True)
            day += DAY

    def _acts(self) -> list[tuple[int, str, Act]]:
        """How often, what it is called, and how it is done."""
        return [
            (10, "outing", self.outing), (3, "note", self.note), (3, "site", self.site), (2, "correct", self.correct),
            (2, "decide", self.decide), (1, "void", self.void), (1, "move", self.move), (1, "presence", self.presence),
            (1, "leave", self.leave), (1, "link", self.link), (1, "exempt", self.exempt), (1, "use", self.use),
            (1, "event", self.event), (1, "rehang", self.rehang), (1, "call", self.call), (1, "help", self.help),
            (1, "settle_matter", self.settle_matter),
        ]  # fmt: skip

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

    def _ticks(self, group: Unit, on: dt.date) -> list[Tick]:
        there = list(Stay.objects.filter(on_day(on), group=group).order_by("pk"))
        some = self.chance.sample(there, min(len(there), self.chance.randint(1, 4)))
        topic = self.chance.choice(((), (), ("farming",), ("hazard", "other")))
        return [
            Tick(
                s.household_id,
                self.chance.choice(OUTCOMES),
                topic,
                bool(topic) and self.chance.random() < 0.5,
            )
            for s in some
        ]

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

    def rehang(self, day: dt.date) -> None:
        """A group hangs under another village from today; its households and links come along."""
        if self.did["rehang"] > 1:
            raise Problem("orgs.merge_two")
        group = self.chance.choice(list(self._groups(self._village(day), day)))
        orgs.move_unit(by=SYSTEM, unit=group, parent=self._village(day), on=day, ground="区划调整")

    def call(self, day: dt.date) -> None:
        """Somebody of a group rings up."""
        village = self._village(day)
        group = self.chance.choice(list(self._groups(village, day)))
        visits.report_by_phone(
            by=self._author(village),
            group=group,
            on=day,
            reporter="group_leader",
            topic="hazard",
            uid=self._uid(),
        )

    def help(self, day: dt.date) -> None:
        """Ten households, or fewer, begin to help each other."""
        group = self.chance.choice(list(self._groups(self._village(day), day)))
        stay = self.chance.choice(list(Stay.objects.filter(on_day(day), group=group).order_by("pk")))
        number = self.chance.randint(1, 9)
        visits.set_up_mutual_group(
            by=SYSTEM, group=group, number=number, on=day, contact_household=stay.household
        )

    def settle_matter(self, day: dt.date) -> None:
        """A matter that came up is settled."""
        matter = self.chance.choice(list(FollowUp.objects.filter(settled_on__isnull=True).order_by("pk")))
        visits.settle_follow_up(by=self.town.secretary, matter=matter, on=day, how="已经修好了")

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
        accepted = list(Site.objects.filter(state="accepted", in_use_on__isnull=False).order_by("pk"))
        site = self.chance.choice(accepted)
        made = list(SiteUse.objects.filter(void_on__isnull=True).order_by("pk"))
        if made and self.chance.random() < 0.15:
            sites.void_note(by=self.town.secretary, note=self.chance.choice(made), reason="登记错了地方")
            return
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
        """The last two villages become one, with people of its own; how each thing owed passes on is left to chance."""
        old = list(self.town.villages.values())[-2:]
        choices = {
            line.key: Choice(self.chance.choice(line.hows), "村里进水") for line in passing_on(old, day, day)
        }
        done = merge_units(
            by=self.town.admin,
            units=old,
            on=day,
            ground="县政府批复",
            name="双河村",
            code="YLQH-V20",
            choices=choices,
        )
        self.staff(done.successor, list(self._groups(done.successor, day)), day, 20)
