"""Use, condition, opening hours and audits: what is kept, what is refused, what is void, and what a site says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from sanzhi.domain.periods import parse
from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.chain import verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.mechanisms.facilities import actions, queries
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteKind, SiteUse
from sanzhi.mechanisms.facilities.rules import audit_due
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import version
from tests.people import TODAY, Town

__all__ = ["version"]
DAY = dt.timedelta(days=1)
APRIL = dt.date(2022, 4, 30)


def refused(code: str, act: Callable[[], object]) -> None:
    """Assert that an act is refused with this code of the room."""
    with pytest.raises(Problem) as problem:
        act()
    assert problem.value.code == f"facilities.{code}"


def test_what_took_place_is_summed_by_month_and_a_void_note_counts_nowhere(town: Town) -> None:
    site = sites.square(town)
    sites.used(town, site, TODAY, people=30)
    wrong = sites.used(town, site, TODAY - DAY, people=300)
    with clock.standing_on(dt.date(2022, 5, 2)):
        sites.used(town, site, APRIL, what="整月活动", whole_month=True, times=6, people=180)
    actions.void_note(by=town.clerk, note=wrong, reason="人数多写了一个零")
    months = {m.month.code: (m.times, m.people) for m in queries.use_by_month(site, TODAY)}
    assert months == {
        "2022-05": (1, 30), "2022-04": (6, 180), "2022-03": (0, 0), "2022-02": (0, 0), "2022-01": (0, 0), "2021-12": (0, 0),
    }  # fmt: skip
    wrong.refresh_from_db()
    assert (wrong.people, wrong.void_on, wrong.void_reason) == (300, TODAY, "人数多写了一个零")
    assert verify(town.unit.code)[1] == []


WRONG_USES = [
    ({"on": TODAY + DAY}, "note_in_future"),
    ({"on": dt.date(2022, 3, 19)}, "note_before_built"),
    ({"what": " 舞 "}, "what_needed"),
    ({"what": "跳" * 121}, "too_long"),
    ({"what": "王某13800138000来领奖"}, "personal_number"),
    ({"people": -1}, "people_range"),
    ({"people": None}, "people_range"),
    ({"people": 10**9}, "people_range"),
    ({"times": 0}, "times_range"),
    ({"times": 21}, "times_range"),
    ({"whole_month": True}, "month_not_over"),
    ({"whole_month": True, "on": dt.date(2023, 1, 5)}, "month_not_over"),
    ({"on": APRIL}, "note_late_reason"),
    ({"on": APRIL, "late_reason": " 忘 "}, "note_late_reason"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG_USES)
def test_a_use_with_wrong_input_is_refused_and_nothing_is_kept(wrong: dict, code: str, town: Town) -> None:
    site = sites.square(town)
    refused(code, lambda: sites.used(town, site, **wrong))
    assert not SiteUse.objects.exists()


def test_a_use_of_a_closed_month_is_kept_with_its_reason(town: Town) -> None:
    site = sites.square(town)
    assert sites.used(town, site, APRIL, late_reason="文书住院补录").late_reason == "文书住院补录"
    assert sites.used(town, site, TODAY, late_reason="不需要的说明").late_reason == ""


def test_a_month_is_counted_by_days_or_as_a_whole_and_never_both(town: Town) -> None:
    site = sites.square(town)
    with clock.standing_on(dt.date(2022, 5, 3)):
        first = sites.used(town, site, APRIL)
        whole = {"on": dt.date(2022, 4, 3), "whole_month": True, "times": 4, "people": 90}
        refused("month_by_day", lambda: sites.used(town, site, **whole))
        actions.void_note(by=town.secretary, note=first, reason="改为整月合计")
        assert sites.used(town, site, **whole).happened_on == APRIL
        refused("month_summed", lambda: sites.used(town, site, APRIL))
        refused("month_summed", lambda: sites.used(town, site, **whole))


def test_a_kind_without_visitors_a_site_not_in_use_and_one_not_built_take_no_use(town: Town) -> None:
    video = sites.in_use(town, sites.accepted(town))
    refused("no_visits_kind", lambda: sites.used(town, video))
    refused(
        "hours_closed_kind", lambda: actions.publish_hours(by=town.clerk, site=video, hours="全天", on=TODAY)
    )
    idle = sites.accepted(town, kind=SiteKind.CULTURE_SQUARE)
    refused("not_in_use_yet", lambda: sites.used(town, idle))
    refused("not_built_yet", lambda: sites.used(town, sites.planned(town, kind=SiteKind.CULTURE_SQUARE)))


def test_the_day_of_use_cannot_be_moved_behind_what_took_place(town: Town) -> None:
    site = sites.square(town)
    sites.used(town, site, TODAY - DAY)
    for day in (TODAY, None):
        refused(
            "use_noted_before",
            lambda day=day: actions.note_use(by=town.clerk, site=site, in_use_on=day, filed_on=None),
        )


def test_a_site_says_what_the_last_look_that_counts_found(town: Town) -> None:
    site = sites.square(town)

    def now() -> tuple[str, dt.date | None]:
        site.refresh_from_db()
        return site.condition, site.looked_on

    assert now() == ("", None)
    sites.looked(town, site, "good", TODAY - 5 * DAY)
    assert now() == ("good", TODAY - 5 * DAY)
    broken = sites.looked(town, site, "out_of_use", TODAY - 2 * DAY)
    sites.looked(town, site, "repair", TODAY - 4 * DAY)
    assert now() == ("out_of_use", TODAY - 2 * DAY), (
        "a look of an earlier day written later does not outdo it"
    )
    assert queries.out_of_use(site, TODAY) == TODAY - 2 * DAY
    assert queries.out_of_use(site, TODAY - 3 * DAY) is None
    refused("use_while_out_of_use", lambda: sites.used(town, site))
    sites.used(town, site, TODAY - 3 * DAY)
    actions.record_repair(by=town.secretary, note=broken, on=TODAY)
    assert now() == ("good", TODAY - 2 * DAY)
    assert sites.used(town, site).people == 30
    actions.void_note(by=town.secretary, note=broken, reason="看错了一处")
    assert now() == ("repair", TODAY - 4 * DAY)


def test_what_is_out_of_use_on_a_day_is_named_for_that_day(town: Town) -> None:
    site = sites.square(town)
    look = sites.looked(town, site, "out_of_use", TODAY - 9 * DAY)
    actions.record_repair(by=town.clerk, note=look, on=TODAY - 3 * DAY)

    def lying(day: dt.date) -> dict[tuple[int, str], int]:
        return queries.out_of_use_by_kind(town.unit, day)

    assert lying(TODAY - 10 * DAY) == lying(TODAY - 3 * DAY) == {}
    assert lying(TODAY - 9 * DAY) == {(site.unit_id, "culture_square"): 1}
    sites.looked(town, site, "out_of_use", TODAY - 2 * DAY)
    sites.looked(town, site, "good", TODAY - DAY)
    assert lying(TODAY - 2 * DAY) and not lying(TODAY)


WRONG_LOOKS = [
    ({"finding": "splendid"}, "finding_unknown"),
    ({"finding": "repair", "lacks": "坏"}, "lacks_needed"),
    ({"finding": "repair", "lacks": "坏" * 201}, "too_long"),
    ({"finding": "repair", "lacks": "摄像头192.168.1.64离线"}, "device"),
    ({"on": TODAY + DAY}, "note_in_future"),
    ({"on": dt.date(2022, 3, 1)}, "note_before_built"),
    ({"on": APRIL}, "note_late_reason"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG_LOOKS)
def test_a_look_with_wrong_input_is_refused_and_changes_nothing(wrong: dict, code: str, town: Town) -> None:
    site = sites.square(town)
    refused(code, lambda: sites.looked(town, site, **({"finding": "good"} | wrong)))
    site.refresh_from_db()
    assert site.condition == "" and not SiteCondition.objects.exists()


def test_a_repair_fits_its_look_and_is_written_once(town: Town) -> None:
    site = sites.square(town)
    look = sites.looked(town, site, "repair", TODAY - DAY)

    def mended(note: SiteCondition, on: dt.date) -> Callable[[], object]:
        return lambda: actions.record_repair(by=town.secretary, note=note, on=on)

    refused("repaired_before_look", mended(look, TODAY - 2 * DAY))
    refused("note_in_future", mended(look, TODAY + DAY))
    refused("nothing_to_repair", mended(sites.looked(town, site), TODAY))
    mended(look, TODAY)()
    refused("repaired_already", mended(look, TODAY))
    actions.void_note(by=town.secretary, note=look, reason="重复记了一次")
    refused("note_void_already", mended(look, TODAY))


@pytest.mark.usefixtures("version")
def test_a_village_voids_its_own_notes_and_not_those_of_the_lead_unit(town: Town) -> None:
    site = sites.accepted(town)
    ours, theirs = sites.looked(town, site), sites.looked(town, site, "repair", by=town.officer)
    refused("note_of_lead", lambda: actions.void_note(by=town.secretary, note=theirs, reason="不是这样的"))
    actions.void_note(by=town.clerk, note=ours, reason="记错了点位")
    refused("note_void_already", lambda: actions.void_note(by=town.clerk, note=ours, reason="记错了点位"))
    refused("reason_needed", lambda: actions.void_note(by=town.officer, note=theirs, reason=" 错 "))
    actions.void_note(by=town.officer, note=theirs, reason="看错了点位")
    site.refresh_from_db()
    assert site.condition == ""


def test_opening_hours_are_kept_line_by_line_and_the_earlier_ones_in_the_history(town: Town) -> None:
    site = sites.square(town)
    actions.publish_hours(by=town.clerk, site=site, hours="每天 6:00–21:00", on=APRIL)
    kept = actions.publish_hours(
        by=town.clerk, site=site, hours="  周一至周五  9:00–17:00 \r\n\r\n周末 8:00–20:00", on=TODAY
    )
    assert (kept.hours, kept.hours_on) == ("周一至周五 9:00–17:00\n周末 8:00–20:00", TODAY)
    said: list[tuple[str, dt.date, str]] = [
        (" \n ", TODAY, "hours_empty"), ("一\n" * 9, TODAY, "hours_lines"), ("时" * 301, TODAY, "too_long"),
        ("找13800138000开门", TODAY, "personal_number"), ("每天", TODAY + DAY, "hours_in_future"),
    ]  # fmt: skip
    for hours, on, code in said:
        refused(code, lambda h=hours, on=on: actions.publish_hours(by=town.clerk, site=site, hours=h, on=on))
    planned = sites.planned(town, kind=SiteKind.NIGHT_SCHOOL)
    refused(
        "not_built_yet", lambda: actions.publish_hours(by=town.clerk, site=planned, hours="每天", on=TODAY)
    )


WRONG_AUDITS = [
    ({"passed": ["register"]}, "audit_finding_needed"),
    ({"retention_days": 15}, "audit_finding_needed"),
    ({"passed": ["face"]}, "unknown_audit_item"),
    ({"retention_days": None}, "retention_days_range"),
    ({"retention_days": 99999}, "retention_days_range"),
    ({"accesses": -1}, "accesses_range"),
    ({"lacks": "画面在 https://10.0.0.8/live"}, "device"),
    ({"lacks": "看了31.20451,118.89212"}, "coordinates"),
    ({"on": dt.date(2022, 5, 19)}, "note_before_built"),
    ({"on": TODAY + DAY}, "note_in_future"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG_AUDITS)
def test_an_audit_with_wrong_input_is_refused_and_nothing_is_kept(wrong: dict, code: str, town: Town) -> None:
    site = sites.in_use(town, sites.accepted(town))
    refused(code, lambda: sites.audited(town, site, **wrong))
    assert not AccessAudit.objects.exists()


def test_only_a_video_site_in_use_is_audited(town: Town) -> None:
    refused("not_audited_kind", lambda: sites.audited(town, sites.square(town)))
    refused("not_in_use_yet", lambda: sites.audited(town, sites.accepted(town)))
    site = sites.in_use(town, sites.accepted(town))
    found = sites.audited(
        town, site, passed=["register"], retention_days=7, lacks="标识掉了，存储只有 7 天，已通知更换"
    )
    assert queries.audited_periods(site) == {parse("2022-H1")} and found.retention_days == 7
    actions.void_note(by=town.secretary, note=found, reason="写到别的点上了")
    assert queries.audited_periods(site) == set()


@pytest.mark.parametrize(
    ("used", "done", "today", "due"),
    [
        (None, [], TODAY, None),
        (dt.date(2022, 4, 1), [], TODAY, ("2022-H1", False)),
        (dt.date(2022, 4, 1), ["2022-H1"], TODAY, None),
        (dt.date(2022, 4, 1), [], dt.date(2022, 7, 1), ("2022-H2", False)),
        (dt.date(2022, 1, 1), [], dt.date(2022, 7, 1), ("2022-H1", True)),
        (dt.date(2021, 3, 1), ["2022-H1"], dt.date(2022, 7, 1), ("2022-H2", False)),
        (dt.date(2022, 6, 1), [], TODAY, None),
    ],
)
def test_an_audit_is_due_each_half_year_of_use(used, done: list[str], today: dt.date, due) -> None:
    periods = {parse(code) for code in done}
    found = audit_due("video", used, periods, today)
    assert (found and (found.period.code, found.overdue)) == due
    assert audit_due("culture_square", used, periods, today) is None


@pytest.mark.parametrize(
    ("note", "lie"),
    [
        ("use", {"void_on": TODAY}),
        ("use", {"void_reason": "无"}),
        ("use", {"times": 0}),
        ("look", {"finding": "repair"}),
        ("look", {"repaired_on": TODAY}),
    ],
)
def test_the_database_itself_refuses_a_note_that_is_not_true_to_itself(
    note: str, lie: dict, town: Town
) -> None:
    site = sites.square(town)
    row = sites.used(town, site) if note == "use" else sites.looked(town, site)
    with writes_allowed(), pytest.raises(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**lie)


def test_a_note_about_a_withdrawn_site_is_refused(town: Town) -> None:
    site = sites.built(town)
    actions.withdraw_site(by=town.officer, site=site, on=TODAY, reason="并入另一处")
    refused("not_built_yet", lambda: sites.looked(town, Site.objects.get(pk=site.pk)))
