"""Cases of counting by number, through declarations, engine and figures: those of rooms to come over the deeds of the tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sanzhi.domain.periods import Every, owed_periods
from sanzhi.domain.targets import met
from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation import clock
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.models import Post, PostKind
from sanzhi.kit import registry
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.tests.readings import FIRST_DAY, rhythm, stored, task
from sanzhi.kit.measures.declarations import Coverage, Source
from sanzhi.kit.measures.engine import amounts
from sanzhi.kit.measures.populations import GRIDS
from sanzhi.steering.indicators.figures import Figure, figures_of
from tests.journeys.test_nine_duties import YEAR_END, deed, figure, slot
from tests.people import SYSTEM, TODAY, Town
from tests.rooms import duties
from tests.rooms.models import Deed

D = dt.date


def known(monkeypatch: pytest.MonkeyPatch, *sources: Source) -> None:
    """The registry knows a duty of a room that is still to come."""
    for source in sources:
        monkeypatch.setitem(registry.duties(), source.code, source)


def told(town: Town, unit: Unit, code: str, period: str, today: D = YEAR_END) -> Figure:
    (found,) = figures_of(town.unit, [unit], period, today, only=code)
    return found


# --- 5 and 6: weeks and their months ----------------------------------------------------------------------------------


def staffed(town: Town, village: Unit) -> list[Post]:
    """Three cadres since 2021, of whom one leaves on 06-15."""
    posts = []
    for name in "甲乙丙":
        person = people.register_person(by=SYSTEM, town=town.unit, name=f"陈{name}")
        posts.append(
            people.open_post(
                by=SYSTEM, person=person, unit=village, kind=PostKind.GRID_WORKER, on=D(2021, 12, 1)
            )
        )
    with clock.standing_on(D(2022, 6, 20)):
        people.close_post(by=SYSTEM, post=posts[2], on=D(2022, 6, 15), ground="辞去职务")
    return posts


def test_case_05_and_06_a_month_sums_its_owed_weeks_each_with_its_own_register(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, duties.Z5_WEEKLY)
    village, code = town.villages["上河村"], duties.Z5_WEEKLY.of.code
    posts = staffed(town, village)
    for post, day in ((posts[0], D(2022, 6, 2)), (posts[1], D(2022, 6, 8)), (posts[0], D(2022, 6, 23))):
        deed("visit_day", village, day, subject=post.pk)
    june = told(town, village, code, "2022-06")
    # The weeks of June owe 3, 3, 2 and 2; the month's last day would give 4 times 2.
    assert (june.numerator, june.denominator) == (3, 10)
    assert [s.last.day for s in june.slots] == [5, 12, 19, 26]
    assert told(town, town.unit, code, "2022-06").denominator == 10
    # January and May have five weeks; 02-06 and 10-09 end weeks with fewer than three working days.
    owed = {m: told(town, village, code, f"2022-{m:02d}") for m in (1, 2, 5, 10, 12)}
    assert {m: len(f.slots) for m, f in owed.items()} == {1: 5, 2: 3, 5: 5, 10: 4, 12: 4}
    assert {m: f.denominator for m, f in owed.items()} == {1: 15, 2: 9, 5: 15, 10: 8, 12: 8}
    assert len(told(town, village, code, "2022").slots) == 50
    assert max(s.last for s in owed[12].slots) == D(2022, 12, 25)


# --- 10: a meeting is held on its day, or on another announced before, with all four groups ----------------------------


def held() -> QuerySet[Deed]:
    """Meetings (`counts_on` the fixed day, `happened_on` the day they took place) that count as held."""
    rows = duties.of_kind("meeting_held")
    here = {"unit": OuterRef("unit"), "happened_on": OuterRef("happened_on")}
    for group in range(1, 5):
        rows = rows.filter(Exists(duties.of_kind("present").filter(subject=group, **here)))
    # Announced before it, and the first time that month.
    moved = duties.of_kind("moved").filter(
        amount=1, counts_on=OuterRef("counts_on"), received_on__lt=F("happened_on"), **here
    )
    return rows.filter(Q(happened_on=F("counts_on")) | Exists(moved))


HELD = replace(duties.Z1, code="test.z1_held", of=replace(duties.MEETINGS, rows=held))
FIXED = D(2022, 6, 10)


def meeting(village: Unit, on: D, groups: range = range(1, 5), fixed: D = FIXED) -> None:
    deed("meeting_held", village, on, counts_on=fixed)
    for group in groups:
        deed("present", village, on, subject=group)


def test_case_10_held_is_the_fixed_day_or_another_announced_before_with_all_four_groups(town: Town) -> None:
    fixed, moved, late, twice, three, silent = list(town.villages.values())[:6]
    meeting(fixed, FIXED)
    meeting(moved, D(2022, 6, 14))
    deed("moved", moved, D(2022, 6, 14), counts_on=FIXED, received_on=D(2022, 6, 8))
    meeting(late, D(2022, 6, 14))
    deed("moved", late, D(2022, 6, 14), counts_on=FIXED, received_on=D(2022, 6, 14))
    meeting(twice, D(2022, 6, 21))
    deed("moved", twice, D(2022, 6, 21), counts_on=FIXED, received_on=D(2022, 6, 13), amount=2)
    meeting(three, FIXED, range(1, 4))
    meeting(silent, D(2022, 6, 11))
    numbers = [figure(HELD, v, "2022-06")[0] for v in (fixed, moved, late, twice, three, silent)]
    assert numbers == [1, 1, 0, 0, 0, 0]
    assert figure(HELD, moved, "2022-06")[3] == D(2022, 6, 14)


# --- 11, 12, 15: shares -----------------------------------------------------------------------------------------------


def test_case_11_the_number_is_computed_anew_from_the_villages_of_the_due_day(town: Town) -> None:
    def needed(code: str) -> list[int]:
        slots = [Fraction(n, 10) for n in (1, 5, 8, 9)]
        found = [_amount(town, code, share) for share in slots]
        assert {a[1] for a in found} == {9 if code == "by:2022-05-31" else 8}
        return [a[0] for a in found]

    assert needed("by:2022-05-31") == [1, 5, 8, 9]
    with clock.standing_on(D(2022, 7, 12)):
        orgs.merge_units(
            by=SYSTEM, units=list(town.villages.values())[-2:], on=D(2022, 7, 10), ground="县政府批复",
            name="双河村", code="YLQH-V20",
        )  # fmt: skip
    assert needed("by:2022-09-30") == [1, 4, 7, 8] and needed("by:2022-05-31") == [1, 5, 8, 9]
    # Over nothing recorded nobody owes it: None and not 0.
    assert figure(duties.P4, town.villages["上河村"], "2022-06", share=Fraction(1))[1] is None


def _amount(town: Town, code: str, share: Fraction) -> tuple[int, int | None]:
    asked = slot(duties.Z7, town.unit, code, whole=True, share=share)
    (found,) = amounts(duties.Z7, town.unit, [asked], YEAR_END).values()
    return found.needed, found.denominator


def test_case_12_an_exempt_village_stands_on_neither_side_until_it_met_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, duties.Z1)
    version = stored(town, task("每月召开民情议事会。", "镇党建办", "各村", rhythm("month")))
    requirement = version.tasks.get().requirements.get()
    ledger.edit_requirement(by=town.party, requirement=requirement, proves=duties.Z1.code)
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    *dry, flooded = town.villages.values()
    for village in dry:
        deed("meeting_held", village, D(2022, 7, 5))
    july = Obligation.objects.get(unit=flooded, period="2022-07")
    ledger.exempt(by=town.party, obligation=july, reason="村里进水", today=D(2022, 7, 8))
    found = told(town, town.unit, duties.Z1.code, "2022-07")
    assert (found.numerator, found.denominator, found.exempt) == (8, 8, 1)
    assert told(town, flooded, duties.Z1.code, "2022-07").denominator is None
    deed("meeting_held", flooded, D(2022, 7, 28))
    found = told(town, town.unit, duties.Z1.code, "2022-07")
    assert (found.numerator, found.denominator, found.exempt) == (9, 9, 0)


def test_case_15_nothing_registered_is_never_complete_and_a_closed_group_lowers_the_denominator(
    town: Town,
) -> None:
    first, bare = town.villages["上河村"], town.villages["下河村"]
    chain = replace(
        duties.F4,
        code="test.chain",
        of=Coverage("test.chain_coverage", "网格链", GRIDS, reached_by=duties.of_units("chain_kept")),
    )
    assert figure(chain, bare, "by:2022-09-30")[:2] == (0, 0) and met(0, 0, Fraction(1)) is False
    assert figure(chain, bare, "by:2022-09-30")[3] is None
    for unit in Unit.objects.filter(kind="grid"):
        deed("chain_kept", unit, D(2022, 9, 1))
    assert figure(chain, first, "by:2022-09-30") == (2, 2, 2, D(2022, 9, 1))
    groups = list(Unit.objects.filter(kind="group").order_by("code"))
    for group in groups[:3]:
        deed("guide_passed", group, D(2022, 10, 1))
    with clock.standing_on(D(2022, 11, 20)):
        orgs.close_unit(by=SYSTEM, unit=groups[3], on=D(2022, 11, 15), ground="村民代表会议决定")
    assert figure(duties.F4, first, "by:2022-10-31")[:2] == (3, 4)
    assert figure(duties.F4, first, "by:2022-11-30")[:2] == (3, 3)


# --- 17: disclosure ---------------------------------------------------------------------------------------------------


def disclosed() -> QuerySet[Deed]:
    """Disclosures that are complete: on the board (1) and on the web (2), no item of "本月无发生" without its mark."""
    rows = duties.of_kind("disclosure")
    here = {"unit": OuterRef("unit"), "counts_on": OuterRef("counts_on")}
    for channel in (1, 2):
        rows = rows.filter(Exists(duties.of_kind("channel").filter(subject=channel, **here)))
    return rows.exclude(Exists(duties.of_kind("nothing_this_month").filter(accepted_on__isnull=True, **here)))


Z4 = duties.Z4
COMPLETE = replace(Z4, code="test.z4_complete", of=replace(Z4.of, rows=disclosed))


def disclose(village: Unit, on: D, *channels: int) -> None:
    deed("disclosure", village, on)
    for channel in channels:
        deed("channel", village, on, subject=channel)


def test_case_17_junes_items_are_julys_obligation_on_both_channels_with_every_mark(town: Town) -> None:
    both, board, web, unmarked, marked, late = list(town.villages.values())[:6]
    day = D(2022, 7, 14)
    for village, channels in (
        (both, (1, 2)),
        (board, (1,)),
        (web, (2,)),
        (unmarked, (1, 2)),
        (marked, (1, 2)),
    ):
        disclose(village, day, *channels)
    deed("nothing_this_month", unmarked, day)
    deed("nothing_this_month", marked, day, accepted_on=day)
    disclose(late, D(2022, 7, 18), 1, 2)
    july = {v: figure(COMPLETE, v, "2022-07") for v in (both, board, web, unmarked, marked, late)}
    assert [july[v][0] for v in (both, board, web, unmarked, marked, late)] == [1, 0, 0, 0, 1, 1]
    assert (july[both][2], july[late][2]) == (1, 0)
    assert figure(COMPLETE, both, "2022-06")[0] == 0
    # With a first day of 03-15 April's is the first, and December's items (January's obligation) are not owed.
    assert COMPLETE.due_on is not None
    owed = [
        (p.code, COMPLETE.due_on(p)) for p in owed_periods(Every.MONTH, FIRST_DAY, 2022, statutory_calendar())
    ]
    assert (owed[0], owed[-1]) == (("2022-04", D(2022, 4, 15)), ("2022-12", D(2022, 12, 15)))
