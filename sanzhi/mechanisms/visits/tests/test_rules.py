"""Which row closes a household for its month, when a reason is asked, how a matter stands: told from days alone."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.models import HalfDay, Outcome
from sanzhi.mechanisms.visits.rules import Attempt, settling
from sanzhi.mechanisms.visits.states import (
    TRANSITIONS,
    FollowUpState,
    OutingState,
    follow_up_state,
    next_state,
)

JUNE = dt.date(2022, 6, 1)


def june(day: int) -> dt.date:
    return dt.date(2022, 6, day)


def row(key: int, day: int, outcome: str, half_day: str = "morning", received: int | None = None) -> Attempt:
    return Attempt(key, june(day), half_day, outcome, june(received or day))


@pytest.mark.parametrize(
    ("rows", "closing"),
    [
        ([row(1, 3, "reached")], {1}),
        ([row(1, 3, "declined")], {1}),
        ([row(1, 3, "nobody_home")], set()),
        ([row(1, 3, "slip_left")], set()),
        # Two days, a slip at either of them.
        ([row(1, 3, "slip_left"), row(2, 9, "nobody_home")], {2}),
        ([row(1, 3, "nobody_home"), row(2, 9, "slip_left")], {2}),
        ([row(1, 3, "slip_left"), row(2, 9, "slip_left")], {2}),
        ([row(1, 3, "nobody_home"), row(2, 9, "nobody_home")], set()),
        # The slip comes with the third attempt.
        ([row(1, 3, "nobody_home"), row(2, 9, "nobody_home"), row(3, 20, "slip_left")], {3}),
        # Once closed, a further attempt closes nothing.
        ([row(1, 3, "slip_left"), row(2, 9, "nobody_home"), row(3, 20, "slip_left")], {2}),
        # One day: before and after 17:00 are two times, morning and afternoon are one.
        ([row(1, 3, "slip_left", "morning"), row(2, 3, "nobody_home", "afternoon")], set()),
        ([row(1, 3, "slip_left", "afternoon"), row(2, 3, "nobody_home", "evening")], {2}),
        ([row(1, 3, "slip_left", "evening"), row(2, 3, "slip_left", "evening")], set()),
        # Met later all the same: both close it.
        ([row(1, 3, "slip_left"), row(2, 9, "nobody_home"), row(3, 25, "reached")], {2, 3}),
        # The earlier attempt is told later: with it the month was closed, not before.
        ([row(1, 3, "nobody_home", received=20), row(2, 9, "slip_left")], {1}),
    ],
)
def test_a_household_is_closed_by_who_was_met_or_by_two_attempts_with_a_slip(
    rows: list[Attempt], closing: set[int]
) -> None:
    for order in itertools.permutations(rows):
        assert settling(order) == closing


def test_of_467_households_275_are_owed_and_265_reached_15_of_these_by_attempts() -> None:
    """Case 14: 240 talked, 10 declined, 15 at two attempts with a slip, 10 not tried; 180 are away and 12 empty."""
    owed = 467 - 180 - 12
    rows: dict[int, list[Attempt]] = {h: [] for h in range(owed)}
    for household in range(owed):
        if household < 240:
            rows[household] = [row(1, 1 + household % 30, "reached")]
        elif household < 250:
            rows[household] = [row(1, 7, "declined")]
        elif household < 265:
            second = ("slip_left", 7, "evening") if household % 2 else ("nobody_home", 21, "morning")
            first = "nobody_home" if household % 2 else "slip_left"
            rows[household] = [row(1, 7, first), row(2, second[1], second[0], second[2])]
    closed = {h for h, mine in rows.items() if settling(mine)}
    by_attempts = {h for h in closed if all(r.outcome not in rules.REACHED_OUTCOMES for r in rows[h])}
    assert (owed, len(closed), len(by_attempts)) == (275, 265, 15)


def test_more_rows_never_open_a_household_again() -> None:
    chance = random.Random(14)
    for _ in range(300):
        rows = [
            Attempt(n, june(chance.randint(1, 5)), chance.choice(rules.HALF_DAYS), chance.choice(rules.OUTCOMES), june(chance.randint(5, 9)))
            for n in range(chance.randint(1, 6))
        ]  # fmt: skip
        assert bool(settling(rows)) >= bool(settling(rows[:-1]))
        assert settling(rows) <= {r.key for r in rows}


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (dt.date(2022, 5, 25), dt.date(2022, 6, 5)),  # Wednesday: Sunday 05-29 and 7 days
        (dt.date(2022, 5, 30), dt.date(2022, 6, 7)),  # the month ends before the week does
        (dt.date(2022, 6, 5), dt.date(2022, 6, 12)),
    ],
)
def test_a_reason_is_asked_from_the_day_after_the_first_period_closed(day: dt.date, closed: dt.date) -> None:
    assert rules.first_close(day) == closed
    assert rules.checked_late(day, "不需要的说明", closed) == ""
    with pytest.raises(Problem) as refused:
        rules.checked_late(day, " 忙 ", closed + dt.timedelta(days=1))
    assert refused.value.code == "visits.late_reason_needed"
    assert rules.checked_late(day, " 山上没信号 ", closed + dt.timedelta(days=1)) == "山上没信号"


@pytest.mark.parametrize("text", ["电话13800138000", "身份证 34252319800101123X", "卡号6222021234567890123"])
def test_a_text_with_the_number_of_a_person_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        rules.checked_text("note", text)
    assert refused.value.code == "visits.personal_number"


def test_a_note_is_sixty_characters_at_most_and_one_line() -> None:
    assert rules.checked_text("note", " 桥头\n积水 \x00") == "桥头 积水"
    with pytest.raises(Problem) as refused:
        rules.checked_text("note", "长" * 61)
    assert refused.value.code == "visits.too_long"


@pytest.mark.parametrize("state", OutingState)
@pytest.mark.parametrize("verb", TRANSITIONS)
def test_an_outing_takes_the_steps_of_the_table_and_no_other(verb: str, state: str) -> None:
    after = TRANSITIONS[verb].get(OutingState(state))
    if after is None:
        with pytest.raises(Problem) as refused:
            next_state(state, verb)
        assert refused.value.code == "visits.not_now"
    else:
        assert next_state(state, verb) == after
    assert OutingState.VOID not in TRANSITIONS[verb]


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ({}, FollowUpState.OPEN),
        ({"today": june(16)}, FollowUpState.OPEN),
        ({"today": june(17)}, FollowUpState.OVERDUE),
        ({"today": dt.date(2022, 8, 30)}, FollowUpState.OVERDUE),
        ({"today": dt.date(2022, 8, 31)}, FollowUpState.EXPIRED),
        ({"escalated_on": june(5)}, FollowUpState.ESCALATED),
        ({"escalated_on": june(5), "answered_on": june(6)}, FollowUpState.OPEN),
        ({"escalated_on": june(5), "today": june(17)}, FollowUpState.OVERDUE),
        ({"dropped_on": june(9), "today": june(30)}, FollowUpState.DROPPED),
        ({"settled_on": june(9), "today": dt.date(2023, 1, 1)}, FollowUpState.SETTLED),
    ],
)
def test_a_matter_stands_by_its_days(days: dict[str, dt.date], state: FollowUpState) -> None:
    base: dict[str, dt.date | None] = {
        "due_on": june(16), "expires_on": JUNE + rules.LONGEST_MATTER, "settled_on": None, "dropped_on": None,
        "escalated_on": None, "answered_on": None, "today": june(10),
    }  # fmt: skip
    assert follow_up_state(**(base | days)) == state  # type: ignore[arg-type]


def test_no_matter_is_kept_longer_than_ninety_days() -> None:
    assert rules.LONGEST_MATTER <= dt.timedelta(days=90)


def test_rules_and_models_know_the_same_words() -> None:
    assert set(rules.OUTCOMES) == set(Outcome.values)
    assert list(rules.HALF_DAYS) == HalfDay.values
    assert all(code == topic.code and topic.label for code, topic in rules.TOPICS.items())


def test_no_topic_and_no_outcome_speaks_about_a_person() -> None:
    words = "".join([*(t.label for t in rules.TOPICS.values()), *(str(o.label) for o in Outcome)])
    assert not any(word in words for word in ("重点", "人员", "风险", "不配合", "拒绝"))
