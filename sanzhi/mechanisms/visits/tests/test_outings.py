"""Outings: recorded, refused, corrected, confirmed, void; and what each does to the month of a household."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Grant, User
from sanzhi.foundation.audit.chain import verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people import actions as people
from sanzhi.kit.receipts.actions import once
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.actions import NewOuting, Tick
from sanzhi.mechanisms.visits.models import FollowUp, Outing, OutingVersion, Visit, VisitTopic, Went
from sanzhi.mechanisms.visits.states import OutingState
from sanzhi.mechanisms.visits.tests.walks import (
    DAY,
    MONDAY,
    SYSTEM,
    Village,
    post,
    settled,
    ticks,
    village,
    walk,
)
from tests.people import TODAY, Town

__all__ = ["village"]
LATER = dt.date(2022, 5, 30)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as problem:
        act()
    return problem.value.code


def correct(village: Village, outing: Outing, *, today: dt.date = TODAY, **new: object) -> Outing:
    """The outing put right by its author; what is not named stays."""
    outing.refresh_from_db()
    doors = [
        Tick(v.household_id, v.outcome, tuple(t.code for t in v.topics.all()), v.follow_up)
        for v in outing.visits.all()
    ]
    said = {
        "on": outing.happened_on,
        "half_day": outing.half_day,
        "went": [w.post for w in outing.went.all()],
        "ticks": doors,
        "note": outing.note,
    }
    with clock.standing_on(today):
        return actions.correct_outing(by=village.town.cadre, outing=outing, **(said | new))


# --- recording --------------------------------------------------------------------------------------------------------


def test_a_walk_with_five_doors_counts_for_the_link_and_for_each_household(village: Village) -> None:
    outing = walk(village)
    assert (outing.state, outing.received_on, outing.typist) == (OutingState.RECORDED, TODAY, None)
    (went,) = Went.objects.all()
    assert (went.post, went.link, went.counts) == (village.posts["chen"], village.links["chen"], True)
    assert Visit.objects.filter(settles=True, counts=True, received_on=TODAY).count() == 5
    assert settled(village.households[0][0]) == [(MONDAY, "reached")]
    count, findings = verify(village.town.unit.code)
    assert count and not findings


def test_a_joint_walk_lists_both_and_each_with_their_own_link(village: Village) -> None:
    walk(village, went=("chen", "lin", "xu"))
    links = dict(Went.objects.values_list("post__person__name", "link"))
    assert links == {"陈立": village.links["chen"].pk, "林秀兰": None, "许文书": None}


def test_a_sheet_copied_in_by_the_clerk_names_author_and_typist(village: Village) -> None:
    town = village.town
    outing = walk(village, by=town.clerk, author=town.cadre, on_paper=True, sheet_number="B-0012")
    assert (outing.author, outing.typist, outing.sheet_number) == (town.cadre, town.clerk, "B-0012")


def test_two_attempts_with_a_slip_close_the_household_and_a_void_opens_it_again(village: Village) -> None:
    household = village.households[0][0]
    first = walk(village, MONDAY, doors=ticks([household], "slip_left"))
    assert settled(household) == []
    second = walk(village, MONDAY + DAY, doors=ticks([household], "nobody_home"))
    assert settled(household) == [(MONDAY + DAY, "nobody_home")]
    with clock.standing_on(TODAY):
        actions.void_outing(by=village.town.cadre, outing=first, reason="走错了组")
    assert settled(household) == []
    assert Visit.objects.get(outing=second).counts and not Visit.objects.get(outing=first).counts


def test_morning_and_evening_of_one_day_are_two_attempts_and_a_correction_takes_it_back(
    village: Village,
) -> None:
    household = village.households[0][0]
    walk(village, doors=ticks([household], "nobody_home"), half_day="afternoon")
    evening = walk(village, doors=ticks([household], "slip_left"), half_day="evening")
    assert settled(household) == [(MONDAY, "slip_left")]
    correct(village, evening, half_day="morning")
    assert settled(household) == []


def test_attempts_of_two_months_do_not_close_either(village: Village) -> None:
    household = village.households[0][0]
    walk(village, dt.date(2022, 5, 31), doors=ticks([household], "slip_left"))
    walk(village, dt.date(2022, 6, 1), doors=ticks([household], "slip_left"))
    assert settled(household, month=5) == settled(household, month=6) == []


def test_a_household_that_moved_is_ticked_in_the_group_of_that_day(village: Village) -> None:
    household = village.households[0][0]
    with clock.standing_on(dt.date(2022, 6, 20)):
        people.move_household(
            by=SYSTEM, household=household, group=village.groups[1], on=dt.date(2022, 6, 15)
        )
    walk(village, dt.date(2022, 6, 14), doors=ticks([household]), received=dt.date(2022, 6, 20))
    found = refused(
        lambda: walk(village, dt.date(2022, 6, 15), doors=ticks([household]), received=dt.date(2022, 6, 20))
    )
    assert found == "visits.not_of_this_group"


def test_what_came_up_opens_a_matter_for_the_village_with_a_day(village: Village) -> None:
    household = village.households[0][0]
    outing = walk(village, doors=[Tick(household.pk, "reached", ("hazard", "farming"), True)])
    matter = FollowUp.objects.get()
    assert (matter.unit.short_name, matter.topic, matter.lead) == ("上河村", "hazard", "hazard")
    assert (matter.due_on, matter.expires_on) == (TODAY + 15 * DAY, TODAY + 90 * DAY)
    assert VisitTopic.objects.count() == 2
    correct(village, outing, ticks=[Tick(household.pk, "reached", ("farming",), True)])
    matter.refresh_from_db()
    assert (matter.topic, matter.dropped_on) == ("farming", None)
    correct(village, outing, ticks=[Tick(household.pk, "reached", ("farming",))])
    matter.refresh_from_db()
    assert matter.dropped_on == TODAY
    correct(village, outing, ticks=[Tick(household.pk, "reached", ("dispute",), True)])
    matter.refresh_from_db()
    assert (matter.topic, matter.dropped_on, FollowUp.objects.count()) == ("dispute", None, 1)


def test_a_record_before_any_plan_is_kept_like_any_other(village: Village) -> None:
    outing = walk(village, dt.date(2022, 3, 2), late_reason="早先的走访补录")
    assert (outing.state, outing.late_reason) == (OutingState.RECORDED, "早先的走访补录")


# --- refused ----------------------------------------------------------------------------------------------------------

WRONG: list[tuple[dict, str]] = [
    ({"on": TODAY + DAY}, "future"),
    ({"half_day": "night"}, "unknown_half_day"),
    ({"went": ()}, "nobody_went"),
    ({"went": ("chen", "chen")}, "went_twice"),
    ({"went": ("wang",)}, "post_elsewhere"),
    ({"doors": []}, "nothing_ticked"),
    ({"doors": [Tick(999_999, "reached")]}, "no_household"),
    ({"doors": [Tick(1, "reached")] * 61}, "too_many_doors"),
    ({"note": "电话13800138000"}, "personal_number"),
    ({"note": "长" * 61}, "too_long"),
    ({"on_paper": True}, "sheet_number_needed"),
    ({"on": dt.date(2022, 5, 13)}, "late_reason_needed"),
    ({"on": dt.date(2020, 12, 31), "late_reason": "很久以前"}, "group_not_standing"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG)
def test_a_walk_that_cannot_have_been_so_is_refused_and_nothing_is_kept(
    wrong: dict, code: str, village: Village
) -> None:
    wrong = dict(wrong)
    on = wrong.pop("on", MONDAY)
    assert refused(lambda: walk(village, on, received=TODAY, **wrong)) == f"visits.{code}"
    assert not Outing.objects.exists() and not Visit.objects.exists()


def test_a_door_that_cannot_have_been_so_is_refused_by_its_number(village: Village) -> None:
    one, two = village.households[0][0], village.households[1][0]
    for doors, code in (
        ([Tick(one.pk, "moved")], "unknown_outcome"),
        ([Tick(one.pk, "reached", ("gossip",))], "unknown_topic"),
        ([Tick(one.pk, "reached", (), True)], "follow_up_topic"),
        ([Tick(one.pk, "reached"), Tick(one.pk, "declined")], "ticked_twice"),
        ([Tick(two.pk, "reached")], "not_of_this_group"),
        ([Tick(village.elsewhere.pk, "reached")], "other_village"),
    ):
        assert refused(lambda doors=doors: walk(village, doors=doors)) == f"visits.{code}"


def test_a_walk_stands_in_a_group_and_with_people_in_office(village: Village) -> None:
    town = village.town
    said = {
        "on": MONDAY,
        "half_day": "morning",
        "went": [village.posts["chen"]],
        "ticks": ticks(village.households[0]),
    }
    with clock.standing_on(TODAY):
        assert (
            refused(lambda: actions.record_outing(by=town.cadre, group=town.villages["上河村"], **said))
            == "visits.not_a_group"
        )
        people.close_post(by=SYSTEM, post=village.posts["chen"], on=MONDAY)
    assert refused(lambda: walk(village)) == "visits.post_not_in_force"


def test_many_walks_are_kept_all_or_none(village: Village) -> None:
    def one(group: int, on: dt.date) -> NewOuting:
        return NewOuting(
            village.town.cadre, village.groups[group], on, "morning", [village.posts["chen"]], ticks(village.households[group])
        )  # fmt: skip

    with clock.standing_on(TODAY):
        assert (
            refused(lambda: actions.record_outings(by=SYSTEM, outings=[one(0, MONDAY), one(1, TODAY + DAY)]))
            == "visits.future"
        )
        assert not Outing.objects.exists()
        made = actions.record_outings(by=SYSTEM, outings=[one(0, MONDAY), one(1, MONDAY + DAY)])
    assert [o.happened_on for o in made] == [MONDAY, MONDAY + DAY]
    assert Visit.objects.filter(settles=True).count() == 10


# --- the author's term ------------------------------------------------------------------------------------------------


def end_term(user: User, last: dt.date) -> User:
    with writes_allowed():
        Grant.objects.filter(user=user).update(closed_on=last + DAY)
    return User.objects.get(pk=user.pk)


def test_a_walk_of_somebody_whose_term_ended_waits_and_counts_once_confirmed(village: Village) -> None:
    former = end_term(village.town.cadre, MONDAY)
    outing = walk(village, by=former)
    assert outing.state == OutingState.TO_CONFIRM
    assert not Visit.objects.filter(counts=True).exists() and not Went.objects.filter(counts=True).exists()
    assert settled(village.households[0][0]) == []
    with clock.standing_on(TODAY + 3 * DAY):
        assert refused(lambda: actions.confirm_outing(by=former, outing=outing)) == "visits.own_confirmation"
        done = actions.confirm_outing(by=village.town.secretary, outing=outing)
    assert (done.state, done.confirmed_on) == (OutingState.RECORDED, TODAY + 3 * DAY)
    assert settled(village.households[0][0]) == [(MONDAY, "reached")]
    assert set(Visit.objects.values_list("received_on", "counts")) == {(TODAY, True)}


def test_somebody_who_never_had_the_right_sends_nothing(village: Village) -> None:
    assert refused(lambda: walk(village, by=village.town.other_secretary)) == "visits.author_never"
    assert (
        refused(lambda: walk(village, by=end_term(village.town.cadre, MONDAY - DAY))) == "visits.author_never"
    )


def test_a_void_outing_that_waits_is_never_confirmed(village: Village) -> None:
    outing = walk(village, by=end_term(village.town.cadre, MONDAY))
    with clock.standing_on(TODAY):
        actions.void_outing(by=village.town.secretary, outing=outing, reason="不是事实")
        assert (
            refused(lambda: actions.confirm_outing(by=village.town.secretary, outing=outing))
            == "visits.not_now"
        )


# --- put right --------------------------------------------------------------------------------------------------------


def test_a_correction_keeps_the_old_version_and_the_day_of_receipt_of_what_stays(village: Village) -> None:
    a, b, c, d = village.households[0][:4]
    outing = walk(village, doors=[*ticks([a, b]), Tick(c.pk, "nobody_home")])
    done = correct(
        village, outing, today=LATER, ticks=[*ticks([a]), Tick(c.pk, "reached"), Tick(d.pk, "declined")]
    )
    assert done.version == 2 and done.received_on == TODAY
    rows = dict(Visit.objects.values_list("household", "received_on"))
    assert rows == {a.pk: TODAY, c.pk: LATER, d.pk: LATER}
    (old,) = OutingVersion.objects.all()
    assert [door[:2] for door in old.content["doors"]] == [
        [a.pk, "reached"], [b.pk, "reached"], [c.pk, "nobody_home"],
    ]  # fmt: skip
    assert (old.number, old.by) == (1, village.town.cadre)
    assert settled(b) == [] and settled(c) == [(MONDAY, "reached")]


def test_a_correction_of_the_day_makes_every_door_arrive_anew(village: Village) -> None:
    outing = walk(village)
    correct(village, outing, today=LATER, on=MONDAY + DAY)
    assert set(Visit.objects.values_list("happened_on", "received_on")) == {(MONDAY + DAY, LATER)}
    assert set(Went.objects.values_list("happened_on", "received_on")) == {(MONDAY + DAY, LATER)}


def test_a_correction_that_changes_nothing_or_comes_too_late_to_be_seen_is_refused(village: Village) -> None:
    outing = walk(village)
    assert refused(lambda: correct(village, outing)) == "visits.nothing_changed"
    correct(village, outing, note="桥头积水")
    assert (
        refused(lambda: correct(village, outing, note="桥头又积水", version=1)) == "visits.changed_meanwhile"
    )
    closed = dt.date(2022, 6, 6)
    assert (
        refused(lambda: correct(village, outing, today=closed, note="路已修好"))
        == "visits.late_reason_needed"
    )
    done = correct(village, outing, today=closed, note="路已修好", reason="核对时发现写错")
    assert done.late_reason == "核对时发现写错" and done.version == 3
    assert set(Visit.objects.values_list("received_on", flat=True)) == {TODAY}


def test_a_void_outing_counts_nowhere_and_needs_a_reason(village: Village) -> None:
    outing = walk(village, doors=[Tick(village.households[0][0].pk, "reached", ("hazard",), True)])
    with clock.standing_on(TODAY):
        assert (
            refused(lambda: actions.void_outing(by=village.town.cadre, outing=outing, reason="错"))
            == "visits.reason_needed"
        )
        actions.void_outing(by=village.town.cadre, outing=outing, reason="走错了组")
    assert not Visit.objects.filter(counts=True).exists() and not Went.objects.filter(counts=True).exists()
    assert FollowUp.objects.get().dropped_on == TODAY
    assert refused(lambda: correct(village, outing, note="改一改")) == "visits.not_now"


# --- away, and who stands in ------------------------------------------------------------------------------------------


def test_who_stands_in_walks_for_the_post_of_the_absent(village: Village, town: Town) -> None:
    with clock.standing_on(TODAY):
        people.record_leave(
            by=SYSTEM, post=village.posts["chen"], on=MONDAY, until=MONDAY + 3 * DAY, ground="外出培训",
            stand_in=village.posts["xu"].person,
        )  # fmt: skip
    walk(village, went=("xu",), by=town.clerk)
    found = dict(Went.objects.values_list("post__person__name", "stand_in__name"))
    assert found == {"许文书": None, "陈立": "许文书"}
    assert Went.objects.get(post=village.posts["chen"]).link == village.links["chen"]
    walk(village, MONDAY + 4 * DAY, went=("xu",), by=town.clerk)
    assert Went.objects.filter(happened_on=MONDAY + 4 * DAY).count() == 1


# --- sent twice -------------------------------------------------------------------------------------------------------


def send(village: Village, uid: uuid.UUID, note: str = "") -> Outing:
    return once(
        by=village.town.cadre,
        uid=uid,
        content={"form": "visits.outing", "note": note},
        make=lambda: walk(village, uid=uid, note=note),
        find=lambda key: Outing.objects.get(pk=key),
    )


def test_the_same_uid_makes_one_outing_and_other_content_is_refused(village: Village) -> None:
    uid = uuid.uuid4()
    first = send(village, uid)
    assert send(village, uid) == first and first.uid == uid
    assert refused(lambda: send(village, uid, "别的内容")) == "receipts.other_content"
    assert (Outing.objects.count(), Visit.objects.count(), Went.objects.count()) == (1, 5, 1)


def test_a_new_cadre_may_be_named_from_the_first_day_of_the_post(village: Village, town: Town) -> None:
    village.posts["new"] = post(town, town.villages["上河村"], "赵新", on=MONDAY)
    walk(village, went=("new",))
    assert refused(lambda: walk(village, MONDAY - DAY, went=("new",))) == "visits.post_not_in_force"
