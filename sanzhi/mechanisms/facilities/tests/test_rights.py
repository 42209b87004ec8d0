"""Who may do what: one table over people and capabilities, one over acts on notes, one over pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.kit.testkit import action_matrix, page_matrix, permission_matrix
from sanzhi.mechanisms.facilities import access, actions
from sanzhi.mechanisms.facilities.models import SiteKind
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.facilities.tests.sites import version
from tests.people import TODAY, Town

__all__ = ["version"]
pytestmark = pytest.mark.usefixtures("version")
VILLAGE = "secretary clerk cadre"
TOWN = "officer party justice leader auditor discipline"


def test_the_capabilities_reach_as_far_as_the_roles_carry_them(town: Town) -> None:
    assert (
        permission_matrix(
            town.users,
            town.villages,
            {
                ("facilities:read", None): f"{VILLAGE} {TOWN} other_secretary care",
                ("facilities:read", "上河村"): f"{VILLAGE} {TOWN} care",
                ("facilities:read", "下河村"): f"{TOWN} other_secretary",
                ("facilities:record", None): f"{VILLAGE} other_secretary",
                ("facilities:record", "上河村"): VILLAGE,
                ("facilities:accept", None): "officer party justice",
                ("facilities:accept", "上河村"): "officer party justice",
            },
        )
        == []
    )


def test_a_note_is_void_by_its_own_village_or_by_the_lead_unit(town: Town) -> None:
    site = sites.accepted(town)
    ours, theirs = sites.looked(town, site), sites.looked(town, site, "repair", by=town.officer)
    assert (
        action_matrix(
            town.users,
            {
                "void ours": (
                    lambda u: actions.void_note(by=u, note=ours, reason="记错了点位"),
                    f"{VILLAGE} officer",
                ),
                "void theirs": (
                    lambda u: actions.void_note(by=u, note=theirs, reason="记错了点位"),
                    "officer",
                ),
            },
        )
        == []
    )


def test_every_page_opens_to_whom_it_is_for(town: Town, client: Client) -> None:
    site = sites.in_use(town, sites.accepted(town))
    look = sites.looked(town, site, "repair")
    audit = sites.audited(town, site)
    square = sites.square(town)
    use = sites.used(town, square)
    everybody = f"{VILLAGE} {TOWN} care other_secretary"
    here = f"{VILLAGE} {TOWN} care"

    def step(slug: str, of: int = site.pk) -> str:
        return reverse("facilities:step", args=[of, slug])

    table = {
        reverse("facilities:list"): everybody,
        reverse("facilities:coverage"): everybody,
        reverse("facilities:uses"): everybody,
        reverse("facilities:detail", args=[site.pk]): here,
        reverse("facilities:detail", args=[square.pk]): here,
        step("look"): f"{VILLAGE} officer",
        step("audit"): f"{VILLAGE} officer",
        step("record-use"): "",
        step("record-use", square.pk): VILLAGE,
        step("hours", square.pk): VILLAGE,
        step("audit", square.pk): "",
        reverse("facilities:void_condition", args=[look.pk]): f"{VILLAGE} officer",
        reverse("facilities:repair", args=[look.pk]): f"{VILLAGE} officer",
        reverse("facilities:void_audit", args=[audit.pk]): f"{VILLAGE} officer",
        reverse("facilities:void_use", args=[use.pk]): VILLAGE,
        reverse("facilities:void_use", args=[999_999]): "",
    }
    assert page_matrix(client, town.users, table) == []


def test_a_kind_without_a_number_is_accepted_by_the_unit_whose_task_names_it(town: Town) -> None:
    site = sites.handed_in(town, kind=SiteKind.CULTURE_SQUARE)
    assert not access.accepts(town.party, site.kind, site.unit)
    culture = sites.confirmed(town, [], "推进文化广场、农民夜校等建设。", "镇党建办")
    assert access.accepts(town.party, site.kind, site.unit)
    assert access.accepts(town.party, SiteKind.NIGHT_SCHOOL, site.unit)
    assert not access.accepts(town.officer, site.kind, site.unit)
    assert not access.accepts(town.party, SiteKind.YOUTH_PALACE, site.unit)
    assert access.leading_units("drone", town.unit) == set()
    assert culture.tasks.count() == 1 and TODAY > dt.date(2022, 1, 1)
