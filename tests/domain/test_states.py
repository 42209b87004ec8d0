"""The state of an obligation: docs/rules/states.md, one test per rule and the cases of counting."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.states import LOOKS, PENDING, Facts, State, pending, state

FIRST_DAY = date(2022, 3, 15)
DUE = date(2022, 5, 31)
CLOSE = date(2022, 6, 7)


def facts(**more) -> Facts:
    return Facts(**{"begins_on": FIRST_DAY, "due_on": DUE, "closes_on": CLOSE, **more})


@pytest.mark.parametrize(
    ("known", "today", "expected"),
    [
        ({"dropped": True, "met_on": DUE}, DUE, State.DROPPED),
        ({"handed_over": True, "exempt": True}, DUE, State.HANDED_OVER),
        ({"exempt": True, "exempt_reason": "防汛"}, date(2022, 7, 1), State.NOT_APPLICABLE),
        ({"villages_to_pick": True}, date(2022, 7, 1), State.UNDETERMINED),
        ({"met_on": DUE}, date(2022, 7, 1), State.DONE),
        ({"met_on": DUE + timedelta(days=1)}, date(2022, 7, 1), State.DONE_LATE),
        ({"amount": 4}, date(2022, 6, 1), State.CHECKING),
        ({"amount": 4}, CLOSE, State.CHECKING),
        ({"amount": 4}, date(2022, 6, 8), State.OVERDUE),
        ({}, date(2022, 3, 14), State.NOT_DUE),
        ({}, FIRST_DAY, State.NOT_STARTED),
        ({"amount": Fraction(0)}, DUE, State.NOT_STARTED),
        ({"amount": Fraction(1, 3)}, DUE, State.UNDER_WAY),
    ],
)
def test_an_obligation_reads_the_first_state_that_fits(known, today, expected):
    assert state(facts(**known), today) is expected


def test_a_village_sees_its_own_obligation_overdue_from_the_day_after_it_was_due():
    own = facts(amount=1, viewer_above_village=False)
    assert state(own, DUE) is State.UNDER_WAY
    assert state(own, DUE + timedelta(days=1)) is State.OVERDUE


def test_after_the_close_everybody_sees_the_same():
    day = CLOSE + timedelta(days=1)
    assert state(facts(), day) is state(facts(viewer_above_village=False), day) is State.OVERDUE


def test_without_grace_an_obligation_is_overdue_at_once():
    assert state(facts(closes_on=None), DUE + timedelta(days=1)) is State.OVERDUE


def test_who_only_contributes_is_never_late():
    assert state(facts(contributes=True), date(2022, 12, 1)) is State.NOT_STARTED
    assert state(facts(contributes=True, amount=1), date(2022, 12, 1)) is State.UNDER_WAY
    assert state(facts(contributes=True, met_on=date(2022, 8, 1)), date(2022, 12, 1)) is State.DONE


def test_four_of_nine_at_the_end_of_may_makes_the_lead_unit_late_and_no_village():
    lead = facts(amount=4, needed=5)
    village = facts(amount=0, needed=1, contributes=True)
    assert state(lead, date(2022, 6, 8)) is State.OVERDUE
    assert lead.remaining == 1
    assert state(village, date(2022, 6, 8)) is State.NOT_STARTED


def test_a_standing_duty_is_never_due():
    standing = Facts(begins_on=FIRST_DAY)
    assert state(standing, date(2030, 1, 1)) is State.NOT_STARTED
    assert state(Facts(met_on=date(2030, 1, 1)), date(2030, 1, 1)) is State.DONE


def test_case_02_a_deed_in_time_whose_record_came_after_the_close_is_done_late():
    june = Facts(
        begins_on=date(2022, 6, 1),
        due_on=date(2022, 6, 30),
        closes_on=date(2022, 7, 7),
        met_on=date(2022, 6, 28),
        met_received_on=date(2022, 7, 20),
    )
    assert state(june, date(2022, 7, 21)) is State.DONE_LATE


def test_case_02_a_deed_of_30_may_entered_on_5_june_is_on_time():
    assert state(facts(amount=0), date(2022, 6, 4)) is State.CHECKING
    entered = facts(met_on=date(2022, 5, 30), met_received_on=date(2022, 6, 5))
    assert state(entered, date(2022, 6, 5)) is State.DONE


def test_case_08_a_site_built_by_the_due_day_is_not_overdue_while_it_waits_for_acceptance():
    waiting = facts(pending_on=date(2022, 5, 30))
    assert state(waiting, date(2022, 7, 1)) is State.UNDER_WAY
    assert pending(waiting)


def test_case_08_a_site_accepted_in_august_counts_for_the_day_it_was_built():
    accepted = facts(pending_on=date(2022, 5, 30), met_on=date(2022, 5, 30))
    assert state(accepted, date(2022, 8, 20)) is State.DONE
    assert not pending(accepted)


def test_case_08_a_site_handed_in_after_the_due_day_is_overdue_and_waits():
    late = facts(pending_on=date(2022, 6, 20))
    assert state(late, date(2022, 6, 21)) is State.OVERDUE
    assert pending(late)


def test_case_09_a_note_is_judged_by_the_day_of_submission_and_a_return_cancels_it():
    submitted = facts(pending_on=DUE)
    assert state(submitted, CLOSE + timedelta(days=1)) is State.UNDER_WAY
    assert state(facts(met_on=DUE), CLOSE + timedelta(days=1)) is State.DONE
    returned = facts(pending_on=None)
    assert state(returned, CLOSE + timedelta(days=1)) is State.OVERDUE


def test_case_12_an_exempt_village_that_met_all_the_same_is_done():
    assert state(facts(exempt=True, exempt_reason="进水", met_on=DUE), DUE) is State.DONE


def test_case_12_an_exempt_village_that_recorded_it_too_late_is_not_called_late():
    late = facts(exempt=True, exempt_reason="进水", met_on=DUE, met_received_on=CLOSE + timedelta(days=3))
    assert state(late, date(2022, 7, 1)) is State.NOT_APPLICABLE


def test_every_state_has_its_own_word_and_no_two_look_the_same():
    assert set(LOOKS) == set(State)
    assert len({look.label for look in LOOKS.values()}) == len(State)
    assert len({(look.mark, look.tone) for look in LOOKS.values()}) == len(State)
    assert PENDING.label not in {look.label for look in LOOKS.values()}
    assert (State.OVERDUE.mark, State.OVERDUE.tone, State.OVERDUE.label) == ("!", "red", "逾期未完成")


ANY_DAY = st.dates(date(2022, 1, 1), date(2022, 12, 31))
MAYBE_DAY = st.none() | ANY_DAY
ANY_FACTS = st.builds(
    Facts,
    due_on=MAYBE_DAY,
    begins_on=MAYBE_DAY,
    closes_on=MAYBE_DAY,
    amount=st.none() | st.integers(0, 9),
    met_on=MAYBE_DAY,
    met_received_on=MAYBE_DAY,
    pending_on=MAYBE_DAY,
    exempt=st.booleans(),
    dropped=st.booleans(),
    handed_over=st.booleans(),
    villages_to_pick=st.booleans(),
    contributes=st.booleans(),
    viewer_above_village=st.booleans(),
)


@given(ANY_FACTS, ANY_DAY)
def test_whatever_is_known_there_is_a_state_and_never_late_before_the_due_day(known, today):
    found = state(known, today)
    assert found in State
    if known.due_on is None or today <= known.due_on or known.contributes:
        assert found not in (State.OVERDUE, State.CHECKING)


@given(ANY_FACTS, ANY_DAY)
def test_only_people_above_the_village_read_the_days_of_grace(known, today):
    if state(known, today) is State.CHECKING:
        assert known.viewer_above_village
