"""Each step × state × role, and every wrong input of the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.chain import verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.kit.measures.models import Touch
from sanzhi.mechanisms.facilities import actions
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS, filing
from sanzhi.mechanisms.facilities.states import STANDING, TRANSITIONS, SiteState
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import version
from sanzhi.mechanisms.facilities.views.steps import STEPS
from tests.people import TODAY, Town

__all__ = ["version"]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _withdrawn(town: Town) -> Site:
    return actions.withdraw_site(by=town.officer, site=sites.planned(town), on=TODAY, reason="并入另一处")


IN_STATE: dict[str, Callable[[Town], Site]] = {
    SiteState.PLANNED: sites.planned,
    SiteState.BUILT: sites.built,
    SiteState.HANDED_IN: sites.handed_in,
    SiteState.ACCEPTED: sites.accepted,
    SiteState.WITHDRAWN: _withdrawn,
}
ACT: dict[str, Callable[[Town, Site], Site]] = {
    "build": lambda t, s: actions.build_site(by=t.secretary, site=s, built_on=TODAY, today=TODAY),
    "hand_in": lambda t, s: actions.hand_in_site(by=t.secretary, site=s, today=TODAY),
    "accept": lambda t, s: actions.accept_site(by=t.officer, site=s, on=TODAY, checks=sites.all_ticked(s)),
    "return": lambda t, s: actions.return_site(by=t.officer, site=s, reason="缺提示标识"),
    "reopen": lambda t, s: actions.reopen_site(by=t.officer, site=s, reason="对着住户窗户"),
    "withdraw": lambda t, s: actions.withdraw_site(by=t.officer, site=s, on=TODAY, reason="并入另一处"),
    "use": lambda t, s: actions.note_use(by=t.secretary, site=s, in_use_on=TODAY, filed_on=None),
}


@pytest.mark.parametrize("state", IN_STATE)
@pytest.mark.parametrize("verb", ACT)
def test_a_step_is_taken_from_the_states_of_the_table_and_from_no_other(
    verb: str, state: str, town: Town
) -> None:
    site = IN_STATE[state](town)
    if verb == "use":
        after = state if state in STANDING else None
    else:
        after = TRANSITIONS[verb].get(SiteState(state))
    if after is not None:
        assert ACT[verb](town, site).state == after
        return
    with pytest.raises(Problem) as refused:
        ACT[verb](town, site)
    assert refused.value.code in ("facilities.not_now", "facilities.not_built_yet")
    site.refresh_from_db()
    assert site.state == state


VILLAGE, LEAD, OTHERS = (
    ("secretary", "clerk", "cadre"),
    ("officer",),
    ("party", "justice", "leader", "auditor", "discipline", "care"),
)
STRANGERS = ("other_secretary", "admin", "stranger")
MAY = {
    slug: (LEAD if step.by_lead else (*VILLAGE, *LEAD) if step.verb is None else VILLAGE)
    if "video" in step.kinds
    else ()
    for slug, step in STEPS.items()
}


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("who", [*VILLAGE, *LEAD, *OTHERS, *STRANGERS])
def test_a_person_finds_the_pages_of_their_role_and_a_404_for_the_others(
    who: str, town: Town, client: Client
) -> None:
    site = sites.planned(town)
    client.force_login(getattr(town, who), backend=BACKEND)
    sees = 404 if who in STRANGERS else 200
    assert client.get(reverse("facilities:detail", args=[site.pk])).status_code == sees
    for slug, people in MAY.items():
        address = reverse("facilities:step", args=[site.pk, slug])
        assert client.get(address).status_code == (200 if who in people else 404), slug
        if who not in people:
            assert client.post(address, {"reason": "缺提示标识"}).status_code == 404
    assert client.get(reverse("facilities:plan")).status_code == (
        200 if who in (*VILLAGE, "other_secretary") else 403
    )
    assert client.get(reverse("facilities:list")).status_code == (
        403 if who in ("admin", "stranger") else 200
    )


def test_nobody_accepts_a_kind_that_no_confirmed_task_asks_for(town: Town, client: Client) -> None:
    site = sites.handed_in(town)
    client.force_login(town.officer, backend=BACKEND)
    assert client.get(reverse("facilities:step", args=[site.pk, "accept"])).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(town: Town, client: Client) -> None:
    site = sites.planned(town)
    for address in (
        reverse("facilities:list"),
        reverse("facilities:coverage"),
        reverse("facilities:detail", args=[site.pk]),
    ):
        assert client.get(address).status_code == 302


DAY = dt.timedelta(days=1)
WRONG_PLANS = [
    ({"name": "  "}, "facilities.name_needed"),
    ({"name": "长" * 61}, "facilities.too_long"),
    ({"name": "王某13800138000旁"}, "facilities.personal_number"),
    ({"place": "118.8921, 31.2045"}, "facilities.coordinates"),
    ({"place": "东经118°53′"}, "facilities.coordinates"),
    ({"purpose": "rtsp://10.0.0.8/live"}, "facilities.device"),
    ({"place": "192.168.1.64"}, "facilities.device"),
    ({"kind": "drone"}, "facilities.unknown_kind"),
    ({"on": TODAY + DAY}, "facilities.planned_in_future"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG_PLANS)
def test_a_plan_with_wrong_input_is_refused_and_nothing_is_kept(wrong: dict, code: str, town: Town) -> None:
    good = {"unit": town.villages["上河村"], "kind": SiteKind.VIDEO, "name": "村口", "on": TODAY}
    with pytest.raises(Problem) as refused:
        actions.plan_site(by=town.secretary, **(good | wrong))
    assert refused.value.code == code
    assert not Site.objects.exists() and not Touch.objects.exists()


def test_a_site_stands_in_a_village_and_nowhere_else(town: Town) -> None:
    with pytest.raises(Problem) as refused:
        actions.plan_site(by=town.officer, unit=town.offices["镇综治办"], kind="video", name="院里", on=TODAY)
    assert refused.value.code == "facilities.not_village"


WRONG_STEPS: list[tuple[str, Callable[[Town, Site], object], str]] = [
    ("planned", lambda t, s: actions.build_site(by=t.secretary, site=s, built_on=TODAY + DAY, today=TODAY), "built_in_future"),
    ("handed_in", lambda t, s: actions.accept_site(by=t.officer, site=s, on=TODAY, checks={}), "checks_open"),
    (
        "handed_in",
        lambda t, s: actions.accept_site(by=t.officer, site=s, on=TODAY, checks=sites.all_ticked(s) | {"sign": False}),
        "checks_open",
    ),
    (
        "handed_in",
        lambda t, s: actions.accept_site(by=t.officer, site=s, on=TODAY, checks=sites.all_ticked(s) | {"face": True}),
        "unknown_check",
    ),
    ("handed_in", lambda t, s: actions.accept_site(by=t.officer, site=s, on=TODAY + DAY, checks=sites.all_ticked(s)), "accepted_in_future"),
    (
        "handed_in",
        lambda t, s: actions.accept_site(by=t.officer, site=s, on=dt.date(2022, 5, 19), checks=sites.all_ticked(s)),
        "accepted_before_built",
    ),
    ("handed_in", lambda t, s: actions.return_site(by=t.officer, site=s, reason=" 缺 "), "reason_needed"),
    ("handed_in", lambda t, s: actions.return_site(by=t.officer, site=s, reason="缺" * 201), "too_long"),
    ("accepted", lambda t, s: actions.reopen_site(by=t.officer, site=s, reason=""), "reason_needed"),
    ("built", lambda t, s: actions.withdraw_site(by=t.officer, site=s, on=TODAY, reason="无"), "reason_needed"),
    ("built", lambda t, s: actions.withdraw_site(by=t.officer, site=s, on=TODAY + DAY, reason="并入另一处"), "withdrawn_in_future"),
    ("built", lambda t, s: actions.note_use(by=t.secretary, site=s, in_use_on=dt.date(2022, 5, 1), filed_on=None), "used_before_built"),
    ("built", lambda t, s: actions.note_use(by=t.secretary, site=s, in_use_on=TODAY + DAY, filed_on=None), "used_in_future"),
    ("built", lambda t, s: actions.note_use(by=t.secretary, site=s, in_use_on=TODAY, filed_on=TODAY + DAY), "used_in_future"),
    ("built", lambda t, s: actions.note_use(by=t.secretary, site=s, in_use_on=None, filed_on=TODAY), "filed_without_use"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "act", "code"), WRONG_STEPS)
def test_a_step_with_wrong_input_is_refused_and_changes_nothing(
    state: str, act: Callable, code: str, town: Town
) -> None:
    site = IN_STATE[state](town)
    touches = Touch.objects.count()
    with pytest.raises(Problem) as refused:
        act(town, site)
    assert refused.value.code == f"facilities.{code}"
    site.refresh_from_db()
    assert site.state == state and Touch.objects.count() == touches


def test_only_a_video_site_is_filed_with_the_police(town: Town) -> None:
    site = sites.built(town, kind=SiteKind.MEDIATION_STUDIO)
    with pytest.raises(Problem) as refused:
        actions.note_use(by=town.secretary, site=site, in_use_on=TODAY, filed_on=TODAY)
    assert refused.value.code == "facilities.not_filed_kind"


@pytest.mark.usefixtures("version")
def test_after_the_close_an_acceptance_needs_a_reason(town: Town) -> None:
    site = sites.handed_in(town)
    with pytest.raises(Problem) as refused:
        sites.accept(town, site, dt.date(2022, 6, 8))
    assert refused.value.code == "facilities.late_reason_needed"
    assert sites.accept(town, site, dt.date(2022, 6, 8), "汛期后补验").late_reason == "汛期后补验"


@pytest.mark.parametrize(
    ("used", "filed", "today", "overdue"),
    [
        (None, None, TODAY, None),
        (dt.date(2022, 4, 25), None, dt.date(2022, 5, 25), False),
        (dt.date(2022, 4, 24), None, dt.date(2022, 5, 25), True),
        (dt.date(2022, 4, 1), dt.date(2022, 5, 1), TODAY, False),
        (dt.date(2022, 4, 1), dt.date(2022, 5, 2), TODAY, True),
    ],
)
def test_the_police_filing_is_due_thirty_days_after_use(
    used, filed, today: dt.date, overdue: bool | None
) -> None:
    found = filing("video", used, filed, today)
    assert (found.overdue if found else None) == overdue
    assert filing("legal_room", used, filed, today) is None


def test_a_reopened_site_keeps_its_first_acceptance_in_the_chain_only(town: Town) -> None:
    site = actions.reopen_site(by=town.officer, site=sites.accepted(town), reason="对着住户窗户")
    assert (site.accepted_on, site.accepted_by, site.checks, site.handed_in_on) == (None, "", {}, None)
    count, findings = verify(town.unit.code)
    assert count and not findings


def test_a_crash_in_the_middle_of_a_step_leaves_the_site_as_it_was(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sites.handed_in(town)

    def power_cut(row: Site) -> None:
        raise DatabaseError("power cut")

    monkeypatch.setattr(actions.steps, "changed", power_cut)
    with pytest.raises(DatabaseError):
        actions.accept_site(by=town.officer, site=site, on=TODAY, checks=sites.all_ticked(site))
    site.refresh_from_db()
    assert (site.state, site.accepted_on) == (SiteState.HANDED_IN, None)


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "accepted", "built_on": TODAY, "handed_in_on": TODAY},
        {"state": "handed_in", "built_on": TODAY},
        {"state": "built"},
        {"built_on": TODAY, "accepted_on": dt.date(2022, 5, 1)},
    ],
)
def test_the_database_itself_refuses_a_site_that_is_not_true_to_itself(lie: dict, town: Town) -> None:
    site = sites.planned(town)
    with writes_allowed(), pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(**lie)


def test_every_kind_has_its_check_list_and_every_line_its_source() -> None:
    assert set(CHECK_LISTS) == set(SiteKind.values)
    assert all(c.label and c.source for lines in CHECK_LISTS.values() for c in lines)
    assert all(len({c.code for c in lines}) == len(lines) for lines in CHECK_LISTS.values())


def test_a_site_accepted_on_an_earlier_day_on_the_spot_keeps_both_days(town: Town) -> None:
    site = sites.handed_in(town)
    with clock.standing_on(dt.date(2022, 5, 24)):
        done = actions.accept_site(
            by=town.officer, site=site, on=dt.date(2022, 5, 22), checks=sites.all_ticked(site)
        )
    assert (done.accepted_on, done.acceptance_noted_on) == (dt.date(2022, 5, 22), dt.date(2022, 5, 24))
