"""Walks of the demonstration: links since the plan's first day, outings through April and May, what came up, who rang.

Most villages are diligent, one is behind, one walked little in May. All through the room's own actions, a day at a time.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import System
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.foundation.people.models import Household, Post
from sanzhi.foundation.people.queries import OWED, stays_on
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.actions import NewOuting, Tick
from sanzhi.mechanisms.visits.models import FollowUp, Outing, Reporter
from sanzhi.mechanisms.visits.queries.coverage import groups_below

DEMO = System("演示")
LINKED_ON = dt.date(2022, 3, 15)
BEGINS_ON = dt.date(2022, 4, 4)
WALKERS = ("sec", "dir", "cadre", "cadre_b", "cadre_c")
MOST_DOORS = 24
# How often a cadre of the village walks in a week, by village order; the others nearly always do.
DILIGENCE = {7: 0.75, 8: 0.6}
NOTES = ("", "", "", "路灯坏了一盏", "桥头排水沟堵了", "宣传春耕用电安全", "问了医保缴费的事")
OUTCOMES = ("reached",) * 88 + ("declined",) * 3 + ("slip_left",) * 6 + ("nobody_home",) * 3
RAISED = ("farming", "request", "sanitation", "hazard", "dispute", "policy")


@dataclass
class Beat:
    """What one cadre walks: the groups in turn, and the households to reach in each, in walking order."""

    user: User
    post: Post
    groups: list[Unit]
    doors: dict[int, list[int]]
    diligence: float
    turn: int = 0
    met: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def walk(self, on: dt.date, chance: random.Random) -> NewOuting | None:
        """An outing of that day to the group whose turn it is; None where nobody of it is left this month."""
        group = self.groups[self.turn % len(self.groups)]
        self.turn += 1
        left = [h for h in self.doors[group.pk] if h not in self.met[on.month]][:MOST_DOORS]
        if not left:
            return None
        ticks = []
        for household in left:
            outcome = chance.choice(OUTCOMES)
            met = outcome in ("reached", "declined")
            topics = (chance.choice(RAISED),) if met and chance.random() < 0.05 else ()
            ticks.append(Tick(household, outcome, topics, bool(topics) and chance.random() < 0.3))
            if met:
                self.met[on.month].add(household)
        half_day = chance.choice(("morning", "afternoon", "afternoon", "evening"))
        return NewOuting(self.user, group, on, half_day, [self.post], ticks, note=chance.choice(NOTES))


def _beats(town: Unit, villages: Sequence[Unit], users: Mapping[str, User]) -> list[Beat]:
    """Every group of a village is looked after by one of its five cadres, in turn."""
    below = groups_below(town, LINKED_ON)
    groups = {u.pk: u for u in units_on(LINKED_ON, town=town, kinds=["group"]).select_related("town")}
    doors: dict[int, list[int]] = defaultdict(list)
    for stay in stays_on(LINKED_ON, list(groups)):
        if getattr(stay, "presence", None) in OWED:
            doors[stay.group_id].append(stay.household_id)
    persons = {u.person_id: u for u in users.values() if u.person_id is not None}
    posts = {p.person_id: p for p in Post.objects.filter(person__in=persons).select_related("person")}
    beats = []
    for number, village in enumerate(villages, 1):
        mine = [groups[pk] for pk in groups if below.get(pk) == village.pk]
        for n, key in enumerate(WALKERS):
            user = users[f"{key}{number}"]
            walked = mine[n :: len(WALKERS)]
            if user.person_id is not None and walked:
                beats.append(Beat(user, posts[user.person_id], walked, doors, DILIGENCE.get(number, 0.96)))
    return beats


def _outings(beats: Sequence[Beat], day: dt.date) -> dict[dt.date, list[NewOuting]]:
    """Day of receipt → the outings that come in on it, up to `day`: most on the evening itself, some days later."""
    chance = random.Random(522)
    found: dict[dt.date, list[NewOuting]] = defaultdict(list)
    monday = BEGINS_ON
    while monday <= day:
        for beat in beats:
            days = chance.choice((1, 2)) if beat.diligence > chance.random() else 0
            for on in sorted(monday + dt.timedelta(days=n) for n in chance.sample(range(6), days)):
                arrives = on + dt.timedelta(days=chance.choice((0, 0, 0, 0, 1, 2)))
                outing = beat.walk(on, chance) if arrives <= day else None
                if outing is not None:
                    found[arrives].append(outing)
        monday += dt.timedelta(days=7)
    return found


def build(*, town: Unit, day: dt.date, users: Mapping[str, User]) -> None:
    """Link the cadres, walk through April and May up to `day`, let matters be settled, calls be noted, a group help itself."""
    villages = list(units_on(day, town=town, kinds=["village"]))
    beats = _beats(town, villages, users)
    with clock.standing_on(LINKED_ON):
        for beat in beats:
            for group in beat.groups:
                actions.link_cadre(
                    by=beat.user, post=beat.post, group=group, on=LINKED_ON, ground="村“两委”分工"
                )
    for arrives, outings in sorted(_outings(beats, day).items()):
        with clock.standing_on(arrives):
            actions.record_outings(by=DEMO, outings=outings)
    _matters(town, day, users)
    _calls(beats, day)
    _mutual_help(beats[0], day)
    _one_void(users["cadre1"], day)


def _matters(town: Unit, day: dt.date, users: Mapping[str, User]) -> None:
    """Two of three matters are settled after a week; the first that is not was handed up and answered."""
    open_ones = list(FollowUp.objects.filter(town=town).order_by("pk"))
    for number, matter in enumerate(open_ones):
        settled_on = matter.opened_on + dt.timedelta(days=4 + number % 7)
        if number % 3 and settled_on <= day:
            with clock.standing_on(settled_on):
                actions.settle_follow_up(by=users["sec1"], matter=matter, on=settled_on, how="已到现场处理好")
    left = [m for m in open_ones[::3] if m.due_on >= day][:2]
    for number, matter in enumerate(left):
        with clock.standing_on(day - dt.timedelta(days=1)):
            if matter.opened_on <= clock.today():
                matter = actions.escalate_follow_up(by=users["sec1"], matter=matter)
        if number == 0 and matter.escalated_on is not None:
            with clock.standing_on(day):
                actions.answer_follow_up(by=users["off_zzb"], matter=matter, answer="已安排周四到村现场会办")


def _calls(beats: Sequence[Beat], day: dt.date) -> None:
    """Old members and group leaders rang up about three matters."""
    for back, beat, reporter, topic, what in (
        (20, beats[0], Reporter.OLD_MEMBER, "dispute", "两户争界址，请村里去看看"),
        (9, beats[6], Reporter.GROUP_LEADER, "hazard", "塘坝渗水，汛期前要修"),
        (2, beats[11], Reporter.GROUP_LEADER, "sanitation", "组里垃圾桶满了三天"),
    ):
        on = day - dt.timedelta(days=back)
        with clock.standing_on(on):
            actions.report_by_phone(
                by=beat.user, group=beat.groups[0], on=on, reporter=reporter, topic=topic, what=what
            )


def _mutual_help(beat: Beat, day: dt.date) -> None:
    """A mutual-help group of ten households, whose contact is one of them; one left again."""
    group = beat.groups[0]
    ten = Household.objects.in_bulk(beat.doors[group.pk][:10])
    households = [ten[pk] for pk in beat.doors[group.pk][:10]]
    on = dt.date(2022, 4, 12)
    with clock.standing_on(on):
        made = actions.set_up_mutual_group(
            by=beat.user, group=group, number=1, on=on, contact_household=households[0]
        )
        members = [
            actions.join_mutual_group(by=beat.user, mutual_group=made, household=h, on=on)
            for h in households[1:]
        ]
    with clock.standing_on(day):
        actions.leave_mutual_group(by=beat.user, member=members[-1], on=day)


def _one_void(user: User, day: dt.date) -> None:
    """One outing was entered for the wrong group and taken out the next day."""
    outing = Outing.objects.filter(author=user, received_on__lt=day).order_by("-received_on", "-pk").first()
    if outing is not None:
        with clock.standing_on(outing.received_on + dt.timedelta(days=1)):
            actions.void_outing(by=user, outing=outing, reason="选错了小组，已重新登记")
