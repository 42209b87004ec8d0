"""What sites prove: cases 1 and 8 by number, through actions and `stands`; and figures fresh after every action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from sanzhi.domain.states import State
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import asked_by, stands
from sanzhi.kit.measures.freshness import figures, fold
from sanzhi.kit.measures.models import Touch
from sanzhi.mechanisms.facilities import actions, queries
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import MAY, SEPTEMBER, version
from tests.people import SYSTEM, TODAY, Town

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")
JULY = dt.date(2022, 7, 10)


def four(town: Town) -> None:
    for name in ("上河村", "下河村", "石桥村", "竹坑村"):
        sites.accepted(town, town.villages[name], dt.date(2022, 4, 20))


def merged(town: Town, *first_two: str) -> Unit:
    """Two villages become one on 07-10."""
    with clock.standing_on(JULY):
        new = orgs.open_unit(
            by=SYSTEM, code="YLQH-V99", kind=UnitKind.VILLAGE, name="双河村", parent=town.unit, on=JULY
        )
        for name in first_two:
            unit = town.villages[name]
            for grid in list(
                Unit.objects.filter(placements__parent=unit, placements__closed_on__isnull=True)
            ):
                orgs.move_unit(by=SYSTEM, unit=grid, parent=new, on=JULY, ground="并村")
            orgs.close_unit(by=SYSTEM, unit=unit, on=JULY, ground="并村", successor=new)
    return new


def test_a_site_that_a_village_brought_from_another_town_touches_the_figures_of_both(town: Town) -> None:
    elsewhere = orgs.open_unit(
        by=SYSTEM, code="YLAA", kind="town", name="安岭镇", parent=town.county, on=TODAY
    )
    site = sites.handed_in(town, town.villages["上河村"], dt.date(2022, 4, 20))
    with writes_allowed():
        Touch.objects.all().delete()
        Site.objects.filter(pk=site.pk).update(town=elsewhere)
    sites.accept(town, site, TODAY)
    assert set(Touch.objects.values_list("town__code", flat=True)) == {"YLAA", town.unit.code}


def test_case_08_a_village_is_done_on_the_day_of_building_once_accepted_and_waits_until_then(
    town: Town,
) -> None:
    village = town.villages["梅岭村"]
    site = sites.handed_in(town, village, dt.date(2022, 9, 29))
    before = sites.stand_of(town, village, SEPTEMBER, dt.date(2022, 10, 20), above_village=False)
    assert (before.waits, before.state) == (True, State.UNDER_WAY)
    sites.accept(town, site, dt.date(2022, 11, 20), "汛期后到现场补验")
    after = sites.stand_of(town, village, SEPTEMBER, dt.date(2022, 11, 21))
    assert (after.state, after.facts.met_on, after.waits) == (State.DONE, dt.date(2022, 9, 29), False)


def test_case_08_a_village_whose_site_was_handed_in_after_the_due_day_is_late(town: Town) -> None:
    village = town.villages["梅岭村"]
    sites.handed_in(town, village, dt.date(2022, 10, 3))
    assert sites.stand_of(town, village, SEPTEMBER, dt.date(2022, 10, 20)).state is State.OVERDUE


@pytest.mark.parametrize(
    ("accepted_on", "state", "on_time"),
    [(dt.date(2022, 6, 7), State.DONE, 5), (dt.date(2022, 6, 8), State.DONE_LATE, 4)],
)
def test_case_08_the_share_counts_what_was_accepted_by_its_close(
    accepted_on: dt.date, state: State, on_time: int, town: Town
) -> None:
    four(town)
    site = sites.handed_in(town, town.villages["梅岭村"], dt.date(2022, 5, 28))
    sites.accept(town, site, accepted_on, "汛期后补验" if accepted_on > dt.date(2022, 6, 7) else "")
    lead = sites.stand_of(town, town.offices["镇综治办"], MAY, dt.date(2022, 6, 9))
    assert (lead.amount.numerator, lead.amount.on_time, lead.state) == (5, on_time, state)


def test_an_acceptance_dated_back_before_the_close_counts_by_the_day_it_was_written(town: Town) -> None:
    four(town)
    site = sites.handed_in(town, town.villages["梅岭村"], dt.date(2022, 5, 28))
    with clock.standing_on(dt.date(2022, 6, 20)):
        actions.accept_site(
            by=town.officer,
            site=site,
            on=dt.date(2022, 6, 5),
            checks=sites.all_ticked(site),
            late_reason="当天没有信号",
        )
    lead = sites.stand_of(town, town.offices["镇综治办"], MAY, dt.date(2022, 6, 21))
    assert lead.state is State.DONE_LATE and lead.facts.met_on == dt.date(2022, 6, 20)


def test_case_01_a_merged_village_is_covered_through_its_predecessor(town: Town) -> None:
    for name in ("上河村", "石桥村", "竹坑村", "梅岭村", "东塘村"):
        sites.accepted(town, town.villages[name], dt.date(2022, 4, 20))
    may = sites.stand_of(town, town.offices["镇综治办"], MAY, TODAY)
    assert (may.amount.numerator, may.amount.denominator) == (5, 9)

    merged(town, "上河村", "下河村")

    later = dt.date(2022, 7, 15)
    september = sites.stand_of(town, town.offices["镇综治办"], SEPTEMBER, later)
    assert (september.amount.numerator, september.amount.denominator) == (5, 8)
    kept = sites.stand_of(town, town.offices["镇综治办"], MAY, later)
    assert (kept.amount.numerator, kept.amount.denominator) == (5, 9), (
        "what was due before the merge does not move"
    )


def test_case_01_an_open_site_of_the_other_predecessor_leaves_the_merged_village_uncovered(
    town: Town,
) -> None:
    sites.accepted(town, town.villages["上河村"], dt.date(2022, 4, 20))
    other = sites.planned(town, town.villages["下河村"])
    new = merged(town, "上河村", "下河村")
    later = dt.date(2022, 7, 15)
    assert sites.stand_of(town, town.offices["镇综治办"], SEPTEMBER, later).amount.numerator == 0
    with clock.standing_on(later):
        cell = queries.coverage(town.unit, [new], ["video"], later)[new.pk, "video"]
        assert (cell.covered_on, cell.accepted, cell.planned) == (None, 1, 1)
        actions.withdraw_site(by=town.officer, site=other, on=later, reason="并村后由原上河村的点覆盖")
    assert sites.stand_of(town, town.offices["镇综治办"], SEPTEMBER, later).amount.numerator == 1
    assert queries.coverage(town.unit, [new], ["video"], later)[new.pk, "video"].covered_on == dt.date(
        2022, 4, 20
    )


def test_the_coverage_page_counts_the_villages_that_the_lead_units_share_counts(town: Town) -> None:
    four(town)
    sites.built(town, town.villages["梅岭村"])
    cells = queries.coverage(town.unit, list(town.villages.values()), [k.value for k in SiteKind], TODAY)
    covered = sum(cell.covered_on is not None for (_v, kind), cell in cells.items() if kind == "video")
    assert covered == sites.stand_of(town, town.offices["镇综治办"], MAY, TODAY).amount.numerator == 4
    assert len(cells) == 9 * len(SiteKind)


def _accepted_one(town: Town) -> Site:
    return sites.accepted(town)


def _in_use(town: Town) -> Site:
    return sites.in_use(town, sites.accepted(town))


def _studio(town: Town) -> Site:
    return sites.in_use(town, sites.accepted(town, kind=SiteKind.MEDIATION_STUDIO))


# Every action of the room: the site it needs, and how it is called.
ACTIONS: dict[str, tuple[Callable[[Town], Site | None], Callable[[Town, Site], object]]] = {
    "plan_site": (lambda town: None, lambda town, site: sites.planned(town)),
    "build_site": (sites.planned, lambda town, site: actions.build_site(by=town.secretary, site=site, built_on=TODAY, today=TODAY)),
    "hand_in_site": (sites.built, lambda town, site: actions.hand_in_site(by=town.secretary, site=site, today=TODAY)),
    "accept_site": (sites.handed_in, lambda town, site: sites.accept(town, site, TODAY)),
    "return_site": (sites.handed_in, lambda town, site: actions.return_site(by=town.officer, site=site, reason="缺提示标识")),
    "reopen_site": (_accepted_one, lambda town, site: actions.reopen_site(by=town.officer, site=site, reason="对着住户窗户")),
    "withdraw_site": (sites.built, lambda town, site: actions.withdraw_site(by=town.officer, site=site, on=TODAY, reason="并入另一处")),
    "note_use": (_accepted_one, lambda town, site: actions.note_use(by=town.secretary, site=site, in_use_on=TODAY, filed_on=None)),
    "publish_hours": (_studio, lambda town, site: actions.publish_hours(by=town.secretary, site=site, hours="周一 9:00–11:00", on=TODAY)),
    "record_use": (_studio, lambda town, site: sites.used(town, site)),
    "record_condition": (_accepted_one, lambda town, site: sites.looked(town, site, "out_of_use")),
    "record_repair": (_accepted_one, lambda town, site: actions.record_repair(by=town.secretary, note=sites.looked(town, site, "repair"), on=TODAY)),
    "record_audit": (_in_use, lambda town, site: sites.audited(town, site)),
    "void_note": (_accepted_one, lambda town, site: actions.void_note(by=town.secretary, note=sites.looked(town, site), reason="日期写错了")),
}  # fmt: skip


def test_the_table_of_actions_names_every_action_of_the_room() -> None:
    own = {n for n, f in vars(actions).items() if hasattr(f, "action_verb")}
    assert own == set(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_figures_are_those_of_a_rebuild_after_every_action(name: str, town: Town) -> None:
    prepare, act = ACTIONS[name]
    four_without_the_first = ("下河村", "石桥村")
    for village in four_without_the_first:
        sites.accepted(town, town.villages[village], dt.date(2022, 4, 20))
    site = prepare(town)
    owed = list(Obligation.objects.filter(town=town.unit).select_related("requirement__task__version__plan"))
    asked = asked_by(owed)
    fold(by=SYSTEM, town=town.unit, asked=asked, today=TODAY)
    act(town, site)
    kept = figures(town.unit, asked, TODAY)
    seen = [(s.obligation.pk, s.state) for s in stands(owed, town.unit, TODAY)]
    fold(by=SYSTEM, town=town.unit, asked=asked, today=TODAY)
    assert figures(town.unit, asked, TODAY) == kept
    assert [(s.obligation.pk, s.state) for s in stands(owed, town.unit, TODAY)] == seen
