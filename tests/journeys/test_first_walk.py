"""The thin path through every floor: a reading → a confirmed task → a fifth accepted site → 5 of 9."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.states import State
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, PlanVersion
from sanzhi.kit.ledger.standing import asked_by, slot_of, stands
from sanzhi.kit.measures.engine import rows_behind
from sanzhi.kit.measures.freshness import fold
from sanzhi.kit.measures.models import Touch
from sanzhi.kit.registry import duties
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from tests.people import TODAY, Town

TEXT = "全面推进视频监控系统建设，2022年5月底前完成50%的村，9月底前做到所有村全覆盖。"
READING = {
    "text": TEXT,
    "number": "青办〔2022〕3号",
    "title": "青禾镇基层治理提升年方案",
    "issuer": "青禾镇党政办公室",
    "year": 2022,
    "issued_on": None,
    "first_day": None,
    "addressees": [],
    "objectives": [],
    "tasks": [
        {
            "path": ["二", "（二）", "4"],
            "heading": "建好视频监控",
            "text": TEXT,
            "span": [0, len(TEXT)],
            "units": [
                {"name": "镇综治办", "role": "lead", "span": None},
                {"name": "各村", "role": "responsible", "span": None},
            ],
            "deadlines": [
                {"kind": "by", "date": "2022-05-31", "what": "", "quote": "5月底前", "span": None, "in_body": True},
                {"kind": "by", "date": "2022-09-30", "what": "", "quote": "9月底前", "span": None, "in_body": True},
                {"kind": "standing", "date": None, "what": "", "quote": "长期坚持", "span": None, "in_body": False},
            ],
            "cadences": [],
            "targets": [
                {"kind": "share", "at_least": "1/2", "of": "村", "every": None, "per": None, "by": "2022-05-31", "quote": "完成50%的村", "span": None},
                {"kind": "share", "at_least": "1/1", "of": "村", "every": None, "per": None, "by": "2022-09-30", "quote": "所有村全覆盖", "span": None},
            ],
            "doubts": [],
        }
    ],
    "demands": [],
    "doubts": [],
}  # fmt: skip


def accepted_site(town: Town, village: str, built_on: dt.date, accepted_on: dt.date) -> Site:
    """A video site of a village, planned, built, handed in and accepted through the room's own actions."""
    site = sites.plan_site(
        by=town.secretary,
        unit=town.villages[village],
        kind=SiteKind.VIDEO,
        name=f"{village}村口",
        on=dt.date(2022, 3, 1),
    )
    site = sites.build_site(by=town.secretary, site=site, built_on=built_on, today=TODAY)
    site = sites.hand_in_site(by=town.secretary, site=site, today=built_on)
    checks = {c.code: True for c in CHECK_LISTS[SiteKind.VIDEO]}
    return sites.accept_site(by=town.officer, site=site, on=accepted_on, checks=checks)


@pytest.fixture
def version(town: Town) -> PlanVersion:
    made = store_reading(by=town.party, town=town.unit, reading=READING, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=made, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=made, tasks=made.tasks.all(), today=TODAY)
    return made


def obligations(town: Town) -> list[Obligation]:
    return list(
        Obligation.objects.filter(town=town.unit)
        .select_related("requirement__task__version__plan", "unit")
        .order_by("due_on", "-town_share", "unit__position")
    )


def test_a_confirmed_stage_is_owed_by_the_lead_and_only_contributed_to_by_villages(
    version, town: Town
) -> None:
    rows = obligations(town)
    half = [o for o in rows if o.due_on == dt.date(2022, 5, 31)]
    whole = [o for o in rows if o.due_on == dt.date(2022, 9, 30)]
    assert [o.unit.name for o in half if o.town_share] == ["镇综治办"]
    assert len(half) == len(whole) == 10
    assert all(o.contributes for o in half if not o.town_share)
    assert not any(o.contributes for o in whole)
    assert {o.requirement.proves for o in rows} == {"facilities.video"}


def test_the_fifth_accepted_village_reaches_half_of_nine(version, town: Town) -> None:
    for village in ("上河村", "下河村", "石桥村", "竹坑村"):
        accepted_site(town, village, dt.date(2022, 4, 20), dt.date(2022, 4, 25))
    (lead,) = (s for s in stands(obligations(town), town.unit, TODAY) if s.obligation.town_share and s.obligation.due_on == dt.date(2022, 5, 31))  # fmt: skip
    assert (lead.amount.numerator, lead.amount.denominator, lead.amount.needed) == (4, 9, 5)
    assert lead.state is State.UNDER_WAY

    accepted_site(town, "梅岭村", dt.date(2022, 5, 20), TODAY)

    found = stands(obligations(town), town.unit, TODAY)
    (lead,) = (s for s in found if s.obligation.town_share and s.obligation.due_on == dt.date(2022, 5, 31))
    assert (lead.amount.numerator, lead.state) == (5, State.DONE)
    assert lead.facts.met_on == dt.date(2022, 5, 20)
    opened = rows_behind(duties()["facilities.video"], town.unit, slot_of(lead.obligation))
    assert opened.count() == 5


def test_the_lead_unit_is_late_after_the_close_and_no_village_is(version, town: Town) -> None:
    found = stands(obligations(town), town.unit, dt.date(2022, 6, 8))
    half = [s for s in found if s.obligation.due_on == dt.date(2022, 5, 31)]
    assert [s.state for s in half if s.obligation.town_share] == [State.OVERDUE]
    assert {s.state for s in half if not s.obligation.town_share} == {State.NOT_STARTED}


def test_a_folded_tally_equals_a_live_count_and_a_touch_makes_it_stale(version, town: Town) -> None:
    accepted_site(town, "上河村", dt.date(2022, 4, 20), dt.date(2022, 4, 25))
    live = stands(obligations(town), town.unit, TODAY)
    fold(by=town.admin, town=town.unit, asked=asked_by(obligations(town)), today=TODAY)
    assert not Touch.objects.exists()
    kept = stands(obligations(town), town.unit, TODAY)
    assert [(s.state, s.amount) for s in kept] == [(s.state, s.amount) for s in live]
    accepted_site(town, "下河村", dt.date(2022, 5, 1), dt.date(2022, 5, 2))
    (lead, *_) = (s for s in stands(obligations(town), town.unit, TODAY) if s.obligation.town_share)
    assert lead.amount.numerator == 2
