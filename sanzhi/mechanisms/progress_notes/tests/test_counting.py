"""What notes prove: case 9 by number, through actions and `stands`; and figures fresh after every action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from sanzhi.domain.states import State
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import asked_by, stands
from sanzhi.kit.measures.freshness import figures, fold
from sanzhi.mechanisms.progress_notes import actions
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.progress_notes.tests import notes
from sanzhi.mechanisms.progress_notes.tests.notes import JUNE, WORDS, version
from tests.people import SYSTEM, TODAY, Town

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")
LATER = dt.date(2022, 7, 20)


def test_case_09_a_note_waits_until_it_is_accepted_and_is_judged_by_the_day_it_was_submitted(
    town: Town,
) -> None:
    owed = notes.owed(town)
    note = notes.written(town, JUNE)
    before = notes.stand_of(town, owed, LATER, above_village=False)
    assert (before.waits, before.state, before.facts.met_on) == (True, State.UNDER_WAY, None)
    notes.accepted(town, note, LATER)
    after = notes.stand_of(town, owed, LATER)
    assert (after.waits, after.state, after.facts.met_on) == (False, State.DONE, JUNE)


def test_case_09_a_return_cancels_the_day_and_the_next_submission_counts_by_its_own(town: Town) -> None:
    owed = notes.owed(town)
    note = notes.returned(town, notes.written(town, JUNE), dt.date(2022, 7, 3))
    gone = notes.stand_of(town, owed, LATER)
    assert (gone.waits, gone.state) == (False, State.OVERDUE)
    note = actions.resubmit_note(
        by=town.secretary,
        note=note,
        text=WORDS,
        happened_on=JUNE,
        today=LATER,
        late_reason="按退回意见补了到会人数",
    )
    notes.accepted(town, note, LATER)
    again = notes.stand_of(town, owed, LATER)
    assert (again.state, again.facts.met_on) == (State.DONE_LATE, LATER)


def test_case_09_an_acceptance_taken_back_cancels_the_day_too(town: Town) -> None:
    note = notes.accepted(town, notes.written(town, TODAY))
    assert notes.stand_of(town, notes.owed(town), TODAY).state is State.DONE
    notes.returned(town, note)
    assert notes.stand_of(town, notes.owed(town), TODAY).state is State.NOT_STARTED


def test_a_note_submitted_after_the_due_day_is_late_however_early_the_deed_was(town: Town) -> None:
    note = notes.written(town, dt.date(2022, 7, 5))
    notes.accepted(town, note, dt.date(2022, 7, 6))
    assert notes.stand_of(town, notes.owed(town), LATER).state is State.DONE_LATE


def test_an_edit_keeps_the_day_of_submission_and_says_when_it_was(town: Town) -> None:
    note = notes.written(town, JUNE)
    edited = actions.edit_note(
        by=town.secretary, note=note, text=WORDS + "补一句。", happened_on=JUNE, today=dt.date(2022, 7, 2)
    )
    assert (edited.submitted_on, edited.edited_on) == (JUNE, dt.date(2022, 7, 2))
    notes.accepted(town, edited, LATER)
    assert notes.stand_of(town, notes.owed(town), LATER).facts.met_on == JUNE


def test_quantities_of_a_month_add_up_to_what_the_rhythm_asks(town: Town) -> None:
    april = notes.owed(town, "镇综治办", dt.date(2022, 4, 30))
    one = notes.written(town, dt.date(2022, 4, 8), obligation=april, by=town.officer, amount=1)
    two = notes.written(town, dt.date(2022, 4, 28), obligation=april, by=town.officer, amount=1)
    actions.accept_note(by=town.officer, note=one, today=TODAY)
    half = notes.stand_of(town, april, TODAY)
    assert (half.amount.numerator, half.amount.needed, half.waits) == (1, 2, True)
    actions.accept_note(by=town.officer, note=two, today=TODAY)
    whole = notes.stand_of(town, april, TODAY)
    assert (whole.state, whole.facts.met_on) == (State.DONE, dt.date(2022, 4, 28))


ACTIONS: dict[str, tuple[Callable[[Town], Note | None], Callable[[Town, Note], object]]] = {
    "write_note": (lambda town: None, lambda town, note: notes.written(town)),
    "edit_note": (
        notes.written,
        lambda town, note: actions.edit_note(
            by=town.secretary, note=note, text=WORDS * 2, happened_on=TODAY, today=TODAY
        ),
    ),
    "accept_note": (notes.written, lambda town, note: notes.accepted(town, note)),
    "return_note": (notes.accepted, lambda town, note: notes.returned(town, note)),
    "resubmit_note": (
        notes.returned,
        lambda town, note: actions.resubmit_note(
            by=town.secretary, note=note, text=WORDS, happened_on=TODAY, today=TODAY
        ),
    ),
    "void_note": (
        notes.written,
        lambda town, note: actions.void_note(by=town.secretary, note=note, reason="写错任务了"),
    ),
}


def test_the_table_of_actions_names_every_action_of_the_room() -> None:
    own = {
        n for n, f in vars(actions).items() if hasattr(f, "action_verb") and f.__module__ == actions.__name__
    }
    assert own == set(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_figures_are_those_of_a_rebuild_after_every_action(name: str, town: Town) -> None:
    prepare, act = ACTIONS[name]
    other = notes.written(town, obligation=notes.owed(town, "下河村"), by=town.other_secretary)
    notes.accepted(town, other)
    note = prepare(town)
    owed = list(Obligation.objects.filter(town=town.unit).select_related("requirement__task__version__plan"))
    asked = asked_by(owed)
    fold(by=SYSTEM, town=town.unit, asked=asked, today=TODAY)
    act(town, note)
    kept = figures(town.unit, asked, TODAY)
    seen = [(s.obligation.pk, s.state, s.waits) for s in stands(owed, town.unit, TODAY)]
    fold(by=SYSTEM, town=town.unit, asked=asked, today=TODAY)
    assert figures(town.unit, asked, TODAY) == kept
    assert [(s.obligation.pk, s.state, s.waits) for s in stands(owed, town.unit, TODAY)] == seen
