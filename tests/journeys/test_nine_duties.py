"""The nine duties of the design, written as declarations: each counts what its words say, and declares what it reads."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from sanzhi.domain.periods import closes_on, parse, parse_span
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions.households import NewHousehold
from sanzhi.foundation.people.models import Post, PostKind
from sanzhi.kit.measures.checks import declared, read_by
from sanzhi.kit.measures.declarations import Coverage, Measure, Source
from sanzhi.kit.measures.engine import Slot, amounts, rows_behind
from tests.people import SYSTEM, TODAY, Town
from tests.rooms import duties
from tests.rooms.models import Deed

ALL = Fraction(1)
YEAR_END = dt.date(2022, 12, 31)


def deed(kind: str, unit: Unit, on: dt.date, **more: object) -> Deed:
    given = {"counts_on": on, "received_on": on, "happened_on": on}
    with writes_allowed():
        return Deed.objects.create(town=unit.town, unit=unit, kind=kind, **(given | more))


def slot(source: Source, unit: Unit, code: str, **more: object) -> Slot:
    span = parse_span(code, dt.date(2022, 3, 15)) if code.startswith("by:") else parse(code)
    share = ALL if isinstance(source.of, Coverage) else None
    due = getattr(source, "due_on", None)
    given = {"share": share, "due_on": due(span) if due else None}
    return Slot(unit.pk, code, span.first, span.last, closes_on(span), **(given | more))


def figure(source: Source, unit: Unit, code: str, today: dt.date = YEAR_END, **more: object) -> tuple:
    found = amounts(source, unit.town or unit, [slot(source, unit, code, **more)], today)
    (amount,) = found.values()
    return amount.numerator, amount.denominator, amount.on_time, amount.met_on


@pytest.mark.parametrize("source", duties.NINE, ids=lambda s: s.code)
def test_a_duty_reads_no_table_that_its_declaration_does_not_name(source: Source) -> None:
    assert read_by(source) <= declared(source)


def test_a_measure_over_a_joined_table_that_nobody_declared_is_found() -> None:
    other = Measure(
        "test.undeclared",
        "…",
        rows=lambda: Deed.objects.filter(unit__placements__ground="x"),
        counts_for="counts_on",
        done_on="happened_on",
        received="received_on",
        touched_by={},
    )
    from_nowhere = duties.Duty("test.undeclared_duty", "…", other)
    assert read_by(from_nowhere) - declared(from_nowhere) == {"rooms_deed"}


def test_z1_a_meeting_of_the_month_fulfils_its_village_for_that_month_only(town: Town) -> None:
    village, other = town.villages["上河村"], town.villages["下河村"]
    deed("meeting_held", village, dt.date(2022, 5, 5))
    assert figure(duties.Z1, village, "2022-05") == (1, None, 1, dt.date(2022, 5, 5))
    assert figure(duties.Z1, village, "2022-06")[0] == figure(duties.Z1, other, "2022-05")[0] == 0


def test_z5_a_week_is_owed_by_posts_in_force_on_four_of_its_days(town: Town) -> None:
    village = town.villages["上河村"]
    posts = []
    for name, opened in (
        ("甲", dt.date(2022, 6, 9)),
        ("乙", dt.date(2022, 6, 10)),
        ("丙", dt.date(2022, 1, 1)),
    ):
        person = people.register_person(by=SYSTEM, town=town.unit, name=f"陈{name}")
        posts.append(
            people.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.GRID_WORKER, on=opened)
        )
    deed("visit_day", village, dt.date(2022, 6, 8), subject=posts[2].pk)
    deed("visit_day", village, dt.date(2022, 6, 8), subject=posts[2].pk)
    deed("visit_day", village, dt.date(2022, 6, 11), subject=posts[1].pk)
    # 06-06 to 06-12: from Thursday on are four days, from Friday on three; whoever owes nothing counts nowhere.
    assert figure(duties.Z5_WEEKLY, village, "2022-W24") == (1, 2, 1, None)
    assert figure(duties.Z5_WEEKLY, village, "2022-W24", post=posts[2].pk)[:2] == (1, 1)
    assert figure(duties.Z5_WEEKLY, village, "2022-W24", post=posts[0].pk)[:2] == (0, 1)
    assert figure(duties.Z5_WEEKLY, village, "2022-W24", post=posts[1].pk)[:2] == (0, 0)


def test_z5_households_count_where_they_stand_on_the_last_day_whoever_visited_them(town: Town) -> None:
    g1, g2 = (Unit.objects.get(code=f"YLQH-V1-G{g}-1") for g in (1, 2))
    (home, moving, away) = people.open_households(
        by=SYSTEM,
        on=dt.date(2022, 1, 1),
        households=[
            NewHousehold(number="1-1", group=g1, surname="陈", presence="present"),
            NewHousehold(number="1-2", group=g1, surname="林", presence="seasonal"),
            NewHousehold(number="1-3", group=g1, surname="王", presence="away"),
        ],
    )
    people.move_household(by=SYSTEM, household=moving, group=g2, on=dt.date(2022, 6, 15))
    village = town.villages["上河村"]
    for household in (moving, away):
        deed("household_visit", village, dt.date(2022, 6, 10), subject=household.pk)
    for group, expected in ((g1, (0, 1)), (g2, (1, 1)), (village, (1, 2))):
        assert figure(duties.Z5_HOUSEHOLDS, group, "2022-06")[:2] == expected
    late = deed(
        "household_visit", village, dt.date(2022, 6, 28), subject=home.pk, received_on=dt.date(2022, 7, 20)
    )
    assert figure(duties.Z5_HOUSEHOLDS, village, "2022-06") == (2, 2, 1, dt.date(2022, 7, 20))
    behind = rows_behind(duties.Z5_HOUSEHOLDS, town.unit, slot(duties.Z5_HOUSEHOLDS, village, "2022-06"))
    assert late in behind and behind.count() == 2
    whole = figure(duties.Z5_HOUSEHOLDS, town.unit, "2022-06", whole=True)
    assert whole == (2, 2, 1, dt.date(2022, 7, 20))


def test_z7_and_p1_reach_their_stage_on_the_day_of_the_village_that_makes_it(town: Town) -> None:
    for n, name in enumerate(("上河村", "下河村", "石桥村", "竹坑村", "梅岭村")):
        day = dt.date(2022, 5, 10 + n)
        deed("site", town.villages[name], day, accepted_on=day)
    lead = {"whole": True, "share": Fraction(1, 2)}
    assert figure(duties.Z7, town.unit, "by:2022-05-31", **lead) == (5, 9, 5, dt.date(2022, 5, 14))
    deed("chain", town.villages["白沙村"], dt.date(2022, 9, 1), accepted_on=dt.date(2022, 9, 1))
    pilots = {"whole": True, "share": Fraction(1, 10)}
    assert figure(duties.P1, town.unit, "by:2022-09-30", **pilots) == (1, 9, 1, dt.date(2022, 9, 1))


def test_p4_days_staffed_stand_over_days_due_and_over_none_nobody_owes_it(town: Town) -> None:
    village = town.villages["上河村"]
    for day in (2, 5, 6, 7):
        deed("desk_due", village, dt.date(2022, 5, day))
    for day in (2, 5):
        deed("desk_staffed", village, dt.date(2022, 5, day))
    assert figure(duties.P4, village, "2022-05", share=ALL)[:2] == (2, 4)
    assert figure(duties.P4, village, "2022-06", share=ALL)[:2] == (0, None)


def test_p6_counts_each_member_of_two_committees_once(town: Town) -> None:
    village = town.villages["上河村"]
    person = people.register_person(by=SYSTEM, town=town.unit, name="陈立")
    for kind in (PostKind.DIRECTOR, PostKind.COMMITTEE):
        people.open_post(
            by=SYSTEM, person=person, unit=village, kind=kind, on=dt.date(2022, 1, 1), two_committees=True
        )
    owed = figure(duties.P6, village, "by:2022-06-30")[1]
    assert owed == Post.objects.filter(unit=village, two_committees=True).values("person").distinct().count()
    deed("trained", village, dt.date(2022, 4, 1), subject=person.pk)
    assert figure(duties.P6, village, "by:2022-06-30")[:2] == (1, owed)


def test_f2_a_contract_counts_while_it_is_in_force_on_the_last_day(town: Town) -> None:
    village = town.villages["上河村"]
    deed("contract", village, dt.date(2022, 3, 1), closed_on=dt.date(2022, 6, 30))
    assert figure(duties.F2_CONTRACT, village, "2022-05") == (1, 1, 1, dt.date(2022, 5, 1))
    assert figure(duties.F2_CONTRACT, village, "2022-06")[0] == 0
    deed("served", village, dt.date(2022, 6, 30))
    assert figure(duties.F2_SERVED, village, "2022-H1")[0] == 1


def test_f4_a_village_is_covered_when_each_of_its_groups_is(town: Town) -> None:
    village = town.villages["上河村"]
    groups = list(Unit.objects.filter(town=town.unit, kind="group").order_by("code"))
    for group in groups[:3]:
        deed("guide_passed", group, dt.date(2022, 10, 1))
    assert figure(duties.F4, village, "by:2022-12-31") == (3, 4, 3, None)
    deed("guide_passed", groups[3], dt.date(2022, 11, 1))
    assert figure(duties.F4, village, "by:2022-12-31") == (4, 4, 4, dt.date(2022, 11, 1))
    assert figure(duties.F4, town.unit, "by:2022-12-31", whole=True)[:2] == (4, 4)


def test_v7_a_plan_is_in_time_when_it_was_published_before_the_month(town: Town) -> None:
    village, other = town.villages["上河村"], town.villages["下河村"]
    may = {"counts_on": dt.date(2022, 5, 1)}
    deed("month_plan", village, dt.date(2022, 4, 30), **may)
    deed("month_plan", other, dt.date(2022, 5, 1), **may)
    assert figure(duties.V7_PLAN, village, "2022-05")[2] == 1
    assert figure(duties.V7_PLAN, other, "2022-05")[:3] == (1, None, 0)
    deed("activity", village, dt.date(2022, 5, 8))
    assert figure(duties.V7_WEEKLY, village, "2022-W19")[0] == 1


def test_what_has_not_begun_asks_nothing_of_the_database(
    town: Town, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert figure(duties.Z1, town.villages["上河村"], "2022-06", TODAY)[0] == 0
