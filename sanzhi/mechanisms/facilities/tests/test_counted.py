"""V3 and V6: accepted sites against a number set; use per month; what lies idle beside the coverage; coverage by a day."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.periods import Every, period_of
from sanzhi.domain.problems import Problem
from sanzhi.domain.states import State
from sanzhi.foundation import clock
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.measures.engine import Slot, amounts, rows_behind
from sanzhi.kit.registry import duties
from sanzhi.mechanisms.facilities import actions, queries
from sanzhi.mechanisms.facilities.kinds import CHECK_LISTS, KINDS
from sanzhi.mechanisms.facilities.measures import TARGETS, USED_MONTHLY, out_of_use
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import MAY, version
from sanzhi.mechanisms.facilities.tests.test_counting import merged
from tests.people import SYSTEM, TODAY, Town, user

__all__ = ["version"]
OCTOBER = dt.date(2022, 10, 31)
SQUARE = SiteKind.CULTURE_SQUARE


@pytest.fixture
def squares(town: Town) -> Requirement:
    """A confirmed task that wants three culture squares of the town by the end of October."""
    version = sites.confirmed(town, [sites.wanted(3)], "全镇建成3个文化广场。", "镇党建办")
    return Requirement.objects.get(task__version=version, kind="count_by_day")


def lead(town: Town, today: dt.date):
    return sites.stand_of(town, town.offices["镇党建办"], OCTOBER, today)


def test_every_kind_is_data_with_words_a_check_list_and_a_way_of_counting() -> None:
    assert set(KINDS) == set(SiteKind.values) == set(CHECK_LISTS)
    for kind in KINDS.values():
        assert kind.keywords and kind.checks and kind.short and kind.duties in ("Z7", "F3", "V3", "V6")
    assert {k for k, kind in KINDS.items() if kind.measure == "villages"} == {
        "video", "mediation_studio", "legal_room",
    }  # fmt: skip
    assert {t.code for t in TARGETS} == {f"facilities.{k}" for k in KINDS}


def test_a_number_of_squares_is_recognised_by_the_words_of_the_task(squares: Requirement) -> None:
    assert (squares.proves, squares.at_least) == ("facilities.culture_square", 3)


def test_accepted_sites_count_against_the_number_set_wherever_they_stand(
    town: Town, squares: Requirement
) -> None:
    for name in ("上河村", "上河村"):
        sites.accepted(town, town.villages[name], dt.date(2022, 5, 10), SQUARE)
    waiting = sites.handed_in(town, town.villages["石桥村"], dt.date(2022, 5, 12), SQUARE)
    before = lead(town, TODAY)
    assert (before.amount.numerator, before.state, before.waits) == (2, State.UNDER_WAY, True)
    sites.accept(town, waiting, TODAY)
    stand = lead(town, TODAY)
    assert (stand.amount.numerator, stand.amount.needed, stand.amount.denominator) == (3, 3, None)
    assert (stand.state, stand.facts.met_on, stand.waits) == (State.DONE, dt.date(2022, 5, 12), False)
    opened = rows_behind(duties()["facilities.culture_square"], town.unit, _slot(town))
    assert set(opened) == set(Site.objects.filter(kind=SQUARE)) and waiting in opened


def _slot(town: Town) -> Slot:
    office = town.offices["镇党建办"]
    return Slot(office.pk, "2022-10-31", sites.FIRST_DAY, OCTOBER, OCTOBER, whole=True, at_least=3)


@pytest.mark.parametrize(
    ("accepted_on", "on_time", "state"),
    [(dt.date(2022, 11, 7), 3, State.DONE), (dt.date(2022, 11, 8), 2, State.DONE_LATE)],
)
def test_what_is_accepted_by_the_close_counts_in_time(
    accepted_on: dt.date, on_time: int, state: State, town: Town, squares: Requirement
) -> None:
    for name in ("上河村", "下河村"):
        sites.accepted(town, town.villages[name], dt.date(2022, 5, 10), SQUARE)
    third = sites.handed_in(town, town.villages["石桥村"], dt.date(2022, 10, 30), SQUARE)
    sites.accept(town, third, accepted_on, "雨天推迟验收" if accepted_on > dt.date(2022, 11, 7) else "")
    stand = lead(town, dt.date(2022, 11, 9))
    assert (stand.amount.numerator, stand.amount.on_time, stand.state) == (3, on_time, state)


def test_a_square_built_before_the_plan_or_reopened_or_withdrawn_does_not_count(
    town: Town, squares: Requirement
) -> None:
    sites.accepted(town, town.villages["上河村"], dt.date(2022, 3, 14), SQUARE)
    wrong = sites.accepted(town, town.villages["下河村"], dt.date(2022, 5, 10), SQUARE)
    actions.withdraw_site(
        by=town.party, site=sites.planned(town, town.villages["石桥村"], SQUARE), on=TODAY, reason="没有场地"
    )
    assert lead(town, TODAY).amount.numerator == 1
    actions.reopen_site(by=town.party, site=wrong, reason="器材不牢固")
    assert lead(town, TODAY).amount.numerator == 0


def test_the_lead_unit_sets_another_number_with_a_ground(town: Town, squares: Requirement) -> None:
    sites.accepted(town, town.villages["上河村"], dt.date(2022, 5, 10), SQUARE)
    ledger.change_after_confirm(
        by=town.party, requirement=squares, today=TODAY, at_least=1, counted_ground="镇党委会议纪要"
    )
    assert lead(town, TODAY).state is State.DONE
    goal = queries.goals(town.unit, [SQUARE], TODAY)[SQUARE]
    assert (goal.done, goal.number, goal.due_on) == (1, 1, OCTOBER)
    assert queries.goals(town.unit, [SQUARE], dt.date(2022, 5, 9))[SQUARE].done == 0
    assert queries.goals(town.unit, [SQUARE], dt.date(2022, 3, 1))[SQUARE].done == 0


def test_what_took_place_is_counted_per_village_and_month(town: Town) -> None:
    site = sites.square(town)
    sites.used(town, site, TODAY, times=2)
    actions.void_note(by=town.clerk, note=sites.used(town, site, TODAY), reason="重复记了一次")
    with clock.standing_on(dt.date(2022, 5, 2)):
        sites.used(town, site, dt.date(2022, 4, 30), whole_month=True, times=5, people=100)
    may, april = (period_of(Every.MONTH, dt.date(2022, m, 1)) for m in (5, 4))
    for period, times in ((may, 2), (april, 5)):
        slots = [
            Slot(town.villages[v].pk, period.code, period.first, period.last, None)
            for v in ("上河村", "下河村")
        ]
        found = amounts(USED_MONTHLY, town.unit, slots, TODAY)
        assert [found[s].numerator for s in slots] == [times, 0]


@pytest.mark.usefixtures("version")
def test_a_site_out_of_use_stays_in_the_coverage_and_is_named_beside_it(town: Town) -> None:
    village = town.villages["上河村"]
    site = sites.accepted(town, village, dt.date(2022, 4, 20))
    look = sites.looked(town, site, "out_of_use")
    cell = queries.coverage(town.unit, [village], ["video"], TODAY)[village.pk, "video"]
    assert (cell.covered_on, cell.accepted, cell.out_of_use) == (dt.date(2022, 4, 20), 1, 1)
    assert sites.stand_of(town, town.offices["镇综治办"], MAY, TODAY).amount.numerator == 1

    def beside(unit, day: dt.date = TODAY) -> list[tuple[str, int]]:
        return out_of_use("video", town.unit, unit, day, day)

    assert beside(town.unit) == beside(village) == [("其中停用的点", 1)]
    assert beside(town.villages["下河村"]) == beside(town.unit, TODAY - dt.timedelta(days=1)) == []
    actions.record_repair(by=town.secretary, note=look, on=TODAY)
    assert beside(town.unit) == []


@pytest.mark.usefixtures("version")
def test_coverage_by_a_past_day_counts_what_was_built_by_then(town: Town) -> None:
    village = town.villages["上河村"]
    sites.accepted(town, village, dt.date(2022, 4, 20))

    def cell(day: dt.date) -> queries.Cell:
        return queries.coverage(town.unit, [village], ["video"], day, TODAY)[village.pk, "video"]

    before, on = cell(dt.date(2022, 4, 19)), cell(dt.date(2022, 4, 20))
    assert (before.covered_on, before.planned, before.accepted) == (None, 1, 0)
    assert (on.covered_on, on.planned, on.accepted) == (dt.date(2022, 4, 20), 0, 1)
    assert cell(dt.date(2022, 2, 28)).total == 0


@pytest.mark.usefixtures("version")
def test_a_register_that_shrinks_leaves_a_closed_stage_as_it_was(town: Town) -> None:
    for name in ("上河村", "下河村", "石桥村", "竹坑村", "梅岭村"):
        sites.accepted(town, town.villages[name], dt.date(2022, 4, 20))
    july = dt.date(2022, 7, 10)
    with clock.standing_on(july):
        orgs.close_unit(by=SYSTEM, unit=town.villages["下河村"], on=july, ground="整村搬迁", successor=None)
    may = sites.stand_of(town, town.offices["镇综治办"], MAY, dt.date(2022, 7, 15))
    assert (may.amount.numerator, may.amount.denominator) == (5, 9)
    with clock.standing_on(dt.date(2022, 7, 15)):
        there = queries.villages_within(town.leader, "facilities:read", MAY)
        cells = queries.coverage(town.unit, there, ["video"], MAY, dt.date(2022, 7, 15))
        assert (len(there), sum(c.covered_on is not None for c in cells.values())) == (9, 5)
        assert len(queries.villages_within(town.leader, "facilities:read", july)) == 8
        assert queries.covered_villages(town.unit, ["video"], july) == {"video": 4}


@pytest.mark.usefixtures("version")
def test_the_sum_over_the_pages_is_the_figure_of_the_town(town: Town) -> None:
    for name in ("上河村", "石桥村", "白沙村"):
        sites.accepted(town, town.villages[name], dt.date(2022, 4, 20))
    everybody = list(town.villages.values())
    covered = 0
    for page in (everybody[:4], everybody[4:8], everybody[8:]):
        cells = queries.coverage(town.unit, page, ["video"], TODAY)
        covered += sum(c.covered_on is not None for c in cells.values())
    assert covered == queries.covered_villages(town.unit, ["video"], TODAY)["video"] == 3
    assert queries.accepted_by_kind(town.unit, ["video"], TODAY, TODAY) == {"video": 3}
    new = merged(town, "上河村", "下河村")
    with clock.standing_on(dt.date(2022, 7, 15)):
        assert (
            queries.coverage(town.unit, [new], ["video"], dt.date(2022, 7, 15))[new.pk, "video"].accepted == 1
        )


@pytest.mark.usefixtures("version")
def test_two_officers_who_accept_at_once_accept_once(town: Town) -> None:
    site = sites.handed_in(town)
    second = user(town, "officer2", "乔小满", "officer", town.offices["镇综治办"])
    seen_by_both = Site.objects.get(pk=site.pk), Site.objects.get(pk=site.pk)
    first = actions.accept_site(
        by=town.officer, site=seen_by_both[0], on=TODAY, checks=sites.all_ticked(site)
    )
    with pytest.raises(Problem) as refused:
        actions.accept_site(by=second, site=seen_by_both[1], on=TODAY, checks=sites.all_ticked(site))
    assert refused.value.code == "facilities.not_now"
    site.refresh_from_db()
    assert site.accepted_by == first.accepted_by == town.officer.audit_name
    assert Obligation.objects.filter(town=town.unit).exists()
