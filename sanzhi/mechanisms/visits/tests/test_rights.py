"""Who may what: one table of people and capabilities; numbers above the village, doors for its own people."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.accounts.models import Grant, User
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.privacy.declarations import declared
from sanzhi.kit.testkit import permission_matrix
from sanzhi.mechanisms.visits.access import answers_for, links_for, may_change, may_send
from sanzhi.mechanisms.visits.queries.rows import get_outing, matters_visible_to, visible_to
from sanzhi.mechanisms.visits.tests.walks import DAY, MONDAY, Village, village, walk
from tests.people import TODAY, Town

__all__ = ["village"]
HOME = "secretary clerk cadre"
TOWN = "officer party justice leader auditor discipline"
TABLE = {
    ("visits:read", "上河村"): f"{HOME} care {TOWN}",
    ("visits:read", "下河村"): f"other_secretary {TOWN}",
    ("visits:read", None): f"{HOME} other_secretary care {TOWN}",
    ("visits:read_doors", "上河村"): f"{HOME} care",
    ("visits:read_doors", "下河村"): "other_secretary",
    ("visits:record", "上河村"): HOME,
    ("visits:type_in", "上河村"): "clerk",
    ("visits:link", "上河村"): "secretary officer party justice",
    ("visits:confirm", "上河村"): "secretary",
    ("visits:settle", "上河村"): HOME,
    ("visits:answer", "上河村"): "officer party justice",
    ("visits:export", "上河村"): "secretary clerk",
}


def test_each_person_holds_what_the_table_says_and_nothing_else(town: Town) -> None:
    assert permission_matrix(town.users, town.villages, TABLE) == []


def test_of_the_offices_only_the_one_that_leads_links_and_answers(town: Town) -> None:
    home = town.villages["上河村"]
    assert {k for k, u in town.users.items() if links_for(u, home)} == {"secretary", "officer"}
    assert {k for k, u in town.users.items() if answers_for(u, home)} == {"officer"}


def test_an_outing_is_seen_by_its_village_and_changed_by_its_author_secretary_and_clerk(
    village: Village, town: Town
) -> None:
    outing = walk(village)
    assert {k for k, u in town.users.items() if visible_to(u)} == {"secretary", "clerk", "cadre", "care"}
    assert {k for k, u in town.users.items() if may_change(u, outing)} == {"secretary", "clerk", "cadre"}
    assert not [k for k, u in town.users.items() if k not in HOME and matters_visible_to(u)]
    assert get_outing(town.care, outing.pk) == outing


def test_who_is_no_longer_in_office_may_send_what_was_done_in_office(village: Village, town: Town) -> None:
    with writes_allowed():
        Grant.objects.filter(user=town.cadre).update(closed_on=MONDAY + DAY)
    former, group = User.objects.get(pk=town.cadre.pk), village.groups[0]
    assert may_send(former, group, MONDAY, TODAY)
    assert not may_send(former, group, MONDAY + DAY, TODAY)
    assert not may_send(town.other_secretary, group, MONDAY, TODAY)
    assert not may_send(former, village.far_group, dt.date(2022, 5, 1), TODAY)


def test_what_the_room_holds_about_people_is_declared_with_ground_and_readers() -> None:
    mine = {field for model, field in declared() if model.startswith("visits.")}
    assert {"note", "content", "outcome", "code", "what", "how", "answer"} <= mine
