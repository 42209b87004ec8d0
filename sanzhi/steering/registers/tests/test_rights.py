"""Who reads and changes what: people × capability, and people × page."""

from __future__ import annotations

import pytest

from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.privacy.models import ReadEntry
from sanzhi.kit.access import can
from sanzhi.steering.registers.access import CAPABILITIES
from sanzhi.steering.registers.tests.conftest import Registered
from tests.people import Town

EVERYBODY = "secretary clerk cadre care other_secretary party officer leader discipline auditor admin stranger".split()
# Who may do what with 上河村; everybody else may not.
IN_THE_VILLAGE = {
    "registers:read": "secretary clerk cadre care party officer leader discipline auditor admin",
    "registers:edit": "admin",
    "registers:edit_posts": "secretary clerk admin",
    "registers:read_phones": "secretary clerk cadre care party officer leader admin",
    "households:read": "secretary clerk cadre care party officer admin",
    "households:read_doors": "secretary clerk cadre",
    "households:edit": "secretary clerk admin",
    "households:export": "secretary clerk",
    "households:approve_export": "secretary leader admin",
}


def test_the_table_names_every_capability_of_the_registers() -> None:
    assert {c.code for c in CAPABILITIES} == set(IN_THE_VILLAGE)


@pytest.mark.parametrize("code", IN_THE_VILLAGE)
def test_each_person_may_do_in_the_village_what_the_table_says(town: Town, code: str) -> None:
    village = town.villages["上河村"]
    may = {name for name in EVERYBODY if can(town.users[name], code, village)}
    assert may == set(IN_THE_VILLAGE[code].split())


def pages(r: Registered) -> dict[str, tuple[str, str]]:
    """Address → (who gets the page, code for all others)."""
    readers = IN_THE_VILLAGE["registers:read"]
    doors = IN_THE_VILLAGE["households:read"]
    clerks = IN_THE_VILLAGE["households:edit"]
    keepers = IN_THE_VILLAGE["registers:edit_posts"]
    return {
        f"units/{r.village.pk}": (readers, "404"),
        f"people/{r.post.person_id}": (readers, "404"),
        f"groups/{r.group.pk}": (doors, "404"),
        f"households/{r.household.pk}": (doors, "404"),
        f"households/{r.household.pk}/presence": (clerks, "404"),
        f"households/{r.household.pk}/move": (clerks, "404"),
        f"households/{r.household.pk}/close": (clerks, "404"),
        f"households/{r.household.pk}/correct": (clerks, "404"),
        f"people/{r.post.person_id}/correct": (keepers, "404"),
        f"people/{r.post.person_id}/post": (keepers, "404"),
        f"posts/{r.post.pk}/close": (keepers, "404"),
        f"posts/{r.post.pk}/correct": (keepers, "404"),
        f"posts/{r.post.pk}/leave": (keepers, "404"),
        f"units/{r.village.pk}/count": (keepers, "404"),
        f"units/{r.village.pk}/move": ("admin", "404"),
        f"units/{r.village.pk}/close": ("admin", "404"),
        f"units/{r.village.pk}/rename": ("admin", "404"),
        f"units/{r.village.pk}/alias": ("admin", "404"),
        f"units/{r.village.pk}/mark": ("admin", "404"),
    }


@pytest.mark.parametrize("name", EVERYBODY)
def test_each_person_opens_the_pages_of_the_village_that_are_theirs(
    registered: Registered, name: str
) -> None:
    client = registered.client(registered.town.users[name])
    for path, (may, other) in pages(registered).items():
        code = client.get(f"/registers/{path}").status_code
        assert str(code) == ("200" if name in may.split() else other), path


@pytest.mark.parametrize("path", ["units/new", "units/merge", "imports/units"])
def test_only_the_administrator_opens_the_pages_that_change_units(registered: Registered, path: str) -> None:
    for name in EVERYBODY:
        code = registered.client(registered.town.users[name]).get(f"/registers/{path}").status_code
        assert code == (200 if name == "admin" else 403), name


def test_lists_and_tree_show_a_village_its_own_part_only(registered: Registered) -> None:
    own = registered.client(registered.town.secretary)
    other = registered.client(registered.town.other_secretary)
    assert "钱有为" in own.get("/registers/people").content.decode()
    assert "钱有为" not in other.get("/registers/people").content.decode()
    assert "上河村" not in other.get("/registers/tree").content.decode()
    assert "第1网格" not in other.get("/registers/units").content.decode()
    assert "0101" not in other.get("/registers/households").content.decode()
    assert "0101" in own.get("/registers/households").content.decode()


def test_door_surname_and_presence_are_seen_by_the_village_cadres_only(registered: Registered) -> None:
    paths = ("households", f"groups/{registered.group.pk}", f"households/{registered.household.pk}")
    for name in ("secretary", "cadre", "officer", "care", "admin"):
        client = registered.client(registered.town.users[name])
        for path in paths:
            text = client.get(f"/registers/{path}").content.decode()
            assert "0101" in text
            assert ("一组7号" in text) == (name in ("secretary", "cadre")), (name, path)
            assert ("欧家" in text) == (name in ("secretary", "cadre")), (name, path)
            assert "7654321" not in text


def test_an_editor_who_sees_no_door_does_not_find_it_in_a_form(registered: Registered) -> None:
    client = registered.client(registered.town.admin)
    for step in ("move", "correct"):
        text = client.get(f"/registers/households/{registered.household.pk}/{step}").content.decode()
        assert "一组7号" not in text and 'value="欧"' not in text


def test_every_look_at_households_and_people_is_in_the_read_log(registered: Registered) -> None:
    client = registered.client(registered.town.secretary)
    client.get("/registers/households", {"number": "01"})
    client.get(f"/registers/people/{registered.post.person_id}")
    client.get(f"/registers/groups/{registered.group.pk}")
    client.get("/registers/exports/households")
    entries = list(ReadEntry.objects.order_by("pk"))
    assert [e.kind for e in entries] == [
        "people.household",
        "people.person",
        "people.household",
        "people.household",
    ]
    assert entries[0].narrowed == {"number": "01"} and entries[0].subjects == [registered.household.pk]
    assert "door" in entries[0].fields and entries[3].fields == ["number"]
    assert {e.by for e in entries} == {"secretary 林秀兰"}


def test_a_phone_is_masked_until_a_reason_is_given_and_the_reason_is_logged(registered: Registered) -> None:
    client = registered.client(registered.town.officer)
    path = f"/registers/people/{registered.post.person_id}"
    page = client.get(path).content.decode()
    assert "138****1234" in page and "13800001234" not in page
    short = client.post(path, {"reason": "看"}).content.decode()
    assert "13800001234" not in short
    assert "13800001234" in client.post(path, {"reason": "通知开会"}).content.decode()
    (entry,) = [e for e in ReadEntry.objects.all() if e.fields == ["phone"]]
    assert (entry.purpose, entry.by) == ("通知开会", "officer 高志远")


def test_who_may_not_see_phones_sees_none_by_posting_a_reason(registered: Registered) -> None:
    for name in ("auditor", "discipline"):
        client = registered.client(registered.town.users[name])
        path = f"/registers/people/{registered.post.person_id}"
        assert "13800001234" not in client.post(path, {"reason": "通知开会"}).content.decode()
    client = registered.client(registered.town.admin)
    path = f"/registers/households/{registered.household.pk}"
    assert "7654321" not in client.post(path, {"reason": "通知开会"}).content.decode()
    assert not [e for e in ReadEntry.objects.all() if e.fields == ["phone"]]


def test_a_clerk_cannot_reach_into_another_village_by_changing_a_form(registered: Registered) -> None:
    other = Unit.objects.get(code="YLQH-V2")
    client = registered.client(registered.town.clerk)
    values = {"name": "新人", "unit": other.pk, "kind": "clerk", "on": "2022-05-01"}
    answer = client.post("/registers/people/new", values)
    assert answer.status_code == 200 and "新人" in answer.content.decode()
    assert not Unit.objects.get(pk=other.pk).posts.exists()


def test_the_administrator_sees_a_persons_account_with_its_roles_and_nobody_else_does(
    registered: Registered,
) -> None:
    town, person = registered.town, registered.post.person
    with writes_allowed():
        town.secretary.person = person
        town.secretary.save()
    path = f"/registers/people/{person.pk}"
    text = registered.client(town.admin).get(path).content.decode()
    assert "登录名 secretary" in text and "12月31日" in text
    for who in ("clerk", "leader", "officer"):
        assert "登录名" not in registered.client(town.users[who]).get(path).content.decode()
