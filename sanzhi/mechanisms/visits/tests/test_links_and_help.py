"""Links, mutual help, calls and matters: what each act refuses, and two who act at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people import actions as people
from sanzhi.mechanisms.visits import actions, rules
from sanzhi.mechanisms.visits.models import FollowUp, Link, MutualGroup, MutualMember, PhoneReport
from sanzhi.mechanisms.visits.queries.rows import candidates, my_groups, open_matters, plans_begin_on
from sanzhi.mechanisms.visits.states import FollowUpState
from sanzhi.mechanisms.visits.tests.walks import (
    DAY,
    MONDAY,
    SINCE,
    SYSTEM,
    Village,
    settled,
    ticks,
    village,
    walk,
)
from tests.people import TODAY, Town

__all__ = ["village"]
pytestmark = pytest.mark.usefixtures("on_the_day")


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as problem:
        act()
    return problem.value.code.removeprefix("visits.")


# --- links ------------------------------------------------------------------------------------------------------------


def link(village: Village, key: str = "xu", group: int = 0, on: dt.date = SINCE, **more: object) -> Link:
    said = {
        "by": village.town.secretary,
        "ground": "分工",
        "post": village.posts[key],
        "group": village.groups[group],
    }
    return actions.link_cadre(on=on, **(said | more))


def test_a_link_that_overlaps_is_refused_and_one_that_follows_is_not(village: Village) -> None:
    first = link(village, until=dt.date(2022, 4, 1))
    assert refused(lambda: link(village)) == "link_held"
    assert refused(lambda: link(village, on=dt.date(2022, 3, 31))) == "link_held"
    assert refused(lambda: link(village, on=dt.date(2022, 2, 1), until=dt.date(2022, 3, 2))) == "link_held"
    link(village, on=dt.date(2022, 4, 1))
    assert first.closed_on == dt.date(2022, 4, 1)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"on": dt.date(2020, 1, 1)}, "group_not_standing"),
        ({"until": SINCE}, "link_ends_before"),
        ({"ground": " "}, "ground_needed"),
        ({"key": "wang"}, "post_elsewhere"),
    ],
)
def test_a_link_that_cannot_be_is_refused(wrong: dict, code: str, village: Village) -> None:
    assert refused(lambda: link(village, **wrong)) == code


def test_a_link_stands_in_a_group_and_inside_the_post(village: Village) -> None:
    home = village.town.villages["上河村"]
    said = {"by": SYSTEM, "post": village.posts["xu"], "on": SINCE, "ground": "分工"}
    assert refused(lambda: actions.link_cadre(group=home, **said)) == "not_a_group"
    people.close_post(by=SYSTEM, post=village.posts["xu"], on=TODAY)
    assert refused(lambda: link(village, on=TODAY)) == "link_outside_post"
    assert refused(lambda: link(village, until=TODAY + DAY)) == "link_outside_post"


def test_a_link_ends_once_and_not_before_it_began(village: Village) -> None:
    held = village.links["chen"]

    def end(on: dt.date) -> Link:
        return actions.end_link(by=village.town.secretary, link=held, on=on, ground="换人")

    assert refused(lambda: end(SINCE)) == "link_ends_before"
    end(TODAY)
    assert refused(lambda: end(TODAY)) == "link_ended"
    assert end(MONDAY).closed_on == MONDAY


def test_my_groups_are_those_of_my_posts_and_of_whom_i_stand_in_for(village: Village, town: Town) -> None:
    with writes_allowed():
        town.clerk.person = village.posts["xu"].person
        town.clerk.save()
    assert my_groups(town.clerk, TODAY) == []
    people.record_leave(
        by=SYSTEM,
        post=village.posts["chen"],
        on=TODAY,
        ground="外出培训",
        stand_in=village.posts["xu"].person,
    )
    assert my_groups(town.clerk, TODAY) == [village.groups[0]]
    named = {c.name: (c.linked, c.away, c.stand_in) for c in candidates(village.groups[0], TODAY)}
    assert named["陈立"] == (True, True, "许文书") and "王长根" not in named
    assert plans_begin_on(town.unit) is None


# --- mutual help ------------------------------------------------------------------------------------------------------


def set_up(village: Village, number: int = 1, **more: object) -> MutualGroup:
    said = {"contact_household": village.households[0][0]}
    return actions.set_up_mutual_group(
        by=village.town.secretary, group=village.groups[0], number=number, on=TODAY, **(said | more)
    )


def test_a_household_joins_and_leaves_as_it_likes_and_is_in_one_group_at_a_time(village: Village) -> None:
    first, second = (
        set_up(village),
        set_up(village, 2, contact_household=None, contact_post=village.posts["chen"]),
    )
    household = village.households[0][1]

    def join(group: MutualGroup) -> MutualMember:
        return actions.join_mutual_group(by=SYSTEM, mutual_group=group, household=household, on=TODAY)

    member = join(first)
    assert refused(lambda: join(second)) == "mutual_held"
    actions.leave_mutual_group(by=SYSTEM, member=member, on=TODAY)
    assert refused(lambda: actions.leave_mutual_group(by=SYSTEM, member=member, on=TODAY)) == "mutual_left"
    assert join(second).mutual_group == second
    actions.close_mutual_group(by=SYSTEM, mutual_group=second, on=TODAY + DAY, ground="并入第一联户组")
    assert MutualMember.objects.filter(mutual_group=second, closed_on__isnull=True).count() == 0
    assert refused(lambda: join(second)) == "mutual_closed"


def test_a_mutual_group_has_one_contact_its_own_number_and_room_for_fifteen(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(lambda: set_up(village, contact_household=None)) == "mutual_contact"
    assert refused(lambda: set_up(village, contact_post=village.posts["chen"])) == "mutual_contact"
    assert refused(lambda: set_up(village, contact_household=village.households[1][0])) == "not_of_this_group"
    assert refused(lambda: set_up(village, 0)) == "mutual_number"
    assert (
        refused(lambda: set_up(village, contact_household=None, contact_post=village.posts["wang"]))
        == "post_elsewhere"
    )
    made = set_up(village)
    assert refused(lambda: set_up(village, contact_household=village.households[0][1])) == "mutual_number"
    assert rules.MOST_MEMBERS == 15
    monkeypatch.setattr(rules, "MOST_MEMBERS", 1)
    one = village.households[0][1]
    assert (
        refused(lambda: actions.join_mutual_group(by=SYSTEM, mutual_group=made, household=one, on=TODAY))
        == "mutual_full"
    )


# --- calls and matters ------------------------------------------------------------------------------------------------


def call(village: Village, **more: object) -> PhoneReport:
    said = {
        "group": village.groups[0],
        "on": TODAY,
        "reporter": "old_member",
        "topic": "dispute",
        "what": "争界址",
    }
    return actions.report_by_phone(by=village.town.cadre, **(said | more))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"on": TODAY + DAY}, "future"),
        ({"reporter": "neighbour"}, "unknown_reporter"),
        ({"topic": "person"}, "unknown_topic"),
        ({"what": "电话13800138000"}, "personal_number"),
        ({"due_on": TODAY - DAY}, "before_opening"),
        ({"on": dt.date(2022, 5, 1)}, "late_reason_needed"),
    ],
)
def test_a_call_that_cannot_be_kept_is_refused(wrong: dict, code: str, village: Village) -> None:
    assert refused(lambda: call(village, **wrong)) == code
    assert not PhoneReport.objects.exists() and not FollowUp.objects.exists()


def test_a_matter_goes_from_a_call_to_the_office_and_is_settled_by_the_village(
    village: Village, town: Town
) -> None:
    matter = call(village, due_on=TODAY + 400 * DAY).matter
    assert matter.due_on == matter.expires_on == TODAY + 90 * DAY and matter.unit.short_name == "上河村"
    answer = {"by": town.officer, "matter": matter}
    assert refused(lambda: actions.answer_follow_up(answer="周四会办", **answer)) == "not_escalated"
    actions.escalate_follow_up(by=town.cadre, matter=matter)
    assert refused(lambda: actions.escalate_follow_up(by=town.cadre, matter=matter)) == "escalated"
    matter.refresh_from_db()
    assert matter.state_on(TODAY) == FollowUpState.ESCALATED
    assert refused(lambda: actions.answer_follow_up(answer="好", **answer)) == "how_needed"
    actions.answer_follow_up(answer="周四到村会办", **answer)
    settle = {"by": town.cadre, "matter": matter}
    assert refused(lambda: actions.settle_follow_up(on=TODAY + DAY, how="已划清界址", **settle)) == "future"
    assert (
        refused(lambda: actions.settle_follow_up(on=TODAY - DAY, how="已划清界址", **settle))
        == "before_opening"
    )
    assert refused(lambda: actions.settle_follow_up(on=TODAY, how="好", **settle)) == "how_needed"
    done = actions.settle_follow_up(on=TODAY, how="已划清界址", **settle)
    assert (done.settled_on, done.answered_on) == (TODAY, TODAY)
    assert refused(lambda: actions.settle_follow_up(on=TODAY, how="又办一次", **settle)) == "settled"


def test_a_matter_is_closed_to_everybody_after_ninety_days(village: Village, town: Town) -> None:
    matter = call(village).matter
    late = matter.expires_on + DAY
    assert not open_matters(FollowUp.objects.all(), late) and open_matters(FollowUp.objects.all(), TODAY)
    with clock.standing_on(late):
        assert (
            refused(lambda: actions.settle_follow_up(by=town.cadre, matter=matter, on=late, how="已办好了"))
            == "settled"
        )


@pytest.mark.parametrize(
    "lie",
    [
        {"due_on": TODAY + 91 * DAY},
        {"settled_on": TODAY, "how": ""},
        {"answered_on": TODAY},
        {"report": None},
    ],
)
def test_the_database_itself_refuses_a_matter_that_is_not_true_to_itself(lie: dict, village: Village) -> None:
    matter = call(village).matter
    with writes_allowed(), pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=matter.pk).update(**lie)


# --- at once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_find_nobody_home_at_once_close_the_household_together(
    request: pytest.FixtureRequest,
) -> None:
    village: Village = request.getfixturevalue("village")
    household = village.households[0][0]
    gate = threading.Barrier(2)
    failed: list[Exception] = []

    def one(on: dt.date, outcome: str) -> None:
        try:
            gate.wait()
            with clock.standing_on(TODAY):
                walk(village, on, doors=ticks([household], outcome), received=TODAY)
        except (OperationalError, Problem) as error:
            failed.append(error)
        finally:
            connection.close()

    both = [
        threading.Thread(target=one, args=(MONDAY, "slip_left")),
        threading.Thread(target=one, args=(MONDAY + DAY, "nobody_home")),
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert not failed
    assert len(settled(household)) == 1
