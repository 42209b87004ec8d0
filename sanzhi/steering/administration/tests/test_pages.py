"""An administrator keeps the accounts of their own town; an auditor reads; nobody else comes near."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.foundation.accounts import actions
from sanzhi.foundation.accounts.models import Grant, Role, User
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Person
from sanzhi.kit.access import matrix
from sanzhi.kit.testkit import action_matrix, page_matrix, permission_matrix
from sanzhi.steering.administration import queries
from tests.people import FOUNDED, SYSTEM, TODAY, Town, user

YEAR_END = dt.date(2023, 1, 1)


@pytest.fixture
def other(town: Town) -> Unit:
    """A second town of the county, and administrators of it and of the county."""
    made = orgs.open_unit(by=SYSTEM, code="YLBS", kind="town", name="白石镇", parent=town.county, on=FOUNDED)
    user(town, "other_admin", "白石管理员", Role.ADMINISTRATOR, made)
    user(town, "county_admin", "县管理员", Role.ADMINISTRATOR, town.county)
    with writes_allowed():
        User.objects.filter(username="other_admin").update(town=made)
        User.objects.filter(username="county_admin").update(town=None)
    return made


def at(name: str, *args: int) -> str:
    """An address of this room."""
    return reverse(f"administration:{name}", args=args)


def test_who_keeps_accounts_who_reads_acts_and_how_far(town: Town, other: Unit) -> None:
    units = {"青禾镇": town.unit, "白石镇": other, "云岭县": town.county, **town.villages}
    assert permission_matrix(town.users, units, {
        ("accounts:manage", None): "admin other_admin county_admin",
        ("accounts:manage", "青禾镇"): "admin county_admin",
        ("accounts:manage", "上河村"): "admin county_admin",
        ("accounts:manage", "白石镇"): "other_admin county_admin",
        ("accounts:manage", "云岭县"): "county_admin",
        ("audit:read", "青禾镇"): "admin county_admin auditor",
        ("audit:read", "云岭县"): "county_admin",
        ("accounts:matrix", "青禾镇"): "admin county_admin auditor",
        ("backup:run", "青禾镇"): "admin county_admin",
    }) == []  # fmt: skip


def test_pages_open_to_those_whose_work_they_are(town: Town, other: Unit, client: Client) -> None:
    keepers = "admin county_admin"
    act = AuditEntry.objects.filter(chain="YLQH").latest("pk").pk
    role = Grant.objects.get(user=town.cadre).pk
    assert page_matrix(client, town.users, {
        at("accounts"): "admin other_admin county_admin",
        at("open_account"): "admin other_admin county_admin",
        at("account", town.cadre.pk): keepers,
        at("grant_role", town.cadre.pk): keepers,
        at("close_account", town.cadre.pk): keepers,
        at("rename_account", town.cadre.pk): keepers,
        at("delete_account", town.cadre.pk): keepers,
        at("revoke_role", role): keepers,
        at("account", User.objects.get(username="county_admin").pk): "county_admin",
        at("account", User.objects.get(username="other_admin").pk): "other_admin county_admin",
        at("rights"): "admin other_admin county_admin auditor",
        at("audit"): "admin other_admin county_admin auditor",
        at("act", act): "admin county_admin auditor",
    }) == []  # fmt: skip


def test_only_keepers_print_slips_and_grant_and_only_within_their_town(town: Town, other: Unit) -> None:
    term = {"role": "clerk", "opened_on": "2022-05-25", "last_on": "2022-12-31", "ground": "会议"}

    def post(name: str, *args: int, **data: object):
        def step(who: User) -> None:
            client = Client()
            client.force_login(who)
            response = client.post(at(name, *args), data)
            if response.status_code >= 400:
                queries.get_account(who, -1)  # refuses as any page does: 404

        return step

    village = town.villages["下河村"].pk
    assert action_matrix(town.users, {
        "slip": (post("issue_slip", town.cadre.pk), "admin county_admin"),
        "grant": (post("grant_role", town.stranger.pk, unit=village, **term), "admin county_admin"),
        "grant leader": (
            post("grant_role", town.stranger.pk, unit=town.unit.pk, **term | {"role": "town_leader"}),
            "admin county_admin",
        ),
        "grant county": (
            post("grant_role", town.stranger.pk, unit=town.county.pk, **term | {"role": "administrator"}),
            "county_admin",
        ),
        "grant oneself": (post("grant_role", town.admin.pk, unit=village, **term), "county_admin"),
        "close": (post("close_account", town.stranger.pk, ground="调离"), "admin county_admin"),
    }) == []  # fmt: skip


def test_an_account_with_a_role_of_the_county_is_not_kept_by_the_town(town: Town, other: Unit) -> None:
    actions.grant_role(
        by=SYSTEM,
        account=town.stranger,
        role=Role.AUDITOR,
        unit=town.county,
        opened_on=TODAY,
        closed_on=YEAR_END,
        ground="县里",
    )
    county_admin = User.objects.get(username="county_admin")
    assert town.stranger not in queries.accounts_visible_to(town.admin)
    assert town.stranger in queries.accounts_visible_to(county_admin)


def test_three_steps_bring_a_new_person_in(town: Town, client: Client) -> None:
    with writes_allowed():
        person = Person.objects.create(town=town.unit, name="方晓")
    client.force_login(town.admin)
    opened = client.post(at("open_account"), {"person": person.pk, "username": "fang.xiao"})
    made = User.objects.get(username="fang.xiao")
    assert opened.headers["Location"] == at("grant_role", made.pk) and made.display_name == "方晓"
    term = {
        "role": "cadre",
        "unit": town.villages["上河村"].pk,
        "opened_on": "2022-05-25",
        "last_on": "2022-12-31",
    }
    assert client.post(at("grant_role", made.pk), term).status_code == 422  # without a ground
    assert client.post(at("grant_role", made.pk), term | {"ground": "会议"}).status_code == 302
    assert Grant.objects.get(user=made).closed_on == YEAR_END
    slip = client.post(at("issue_slip", made.pk))
    code = re.search(r"\w{4}-\w{4}-\w{4}", slip.content.decode()).group()
    assert "no-store" in slip["Cache-Control"]
    client.logout()
    new = {"username": "fang.xiao", "code": code, "password": "qinghe-shuiku-88", "again": "qinghe-shuiku-88"}
    assert client.post(reverse("accounts:use_slip"), new).headers["Location"] == reverse("accounts:me")


def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(town: Town, client: Client) -> None:
    client.force_login(town.admin)
    page = client.post(at("open_account"), {"display_name": "某人", "username": "cadre"})
    text = page.content.decode()
    assert page.status_code == 422 and 'id="id_username-error"' in text and 'value="某人"' in text


def test_the_matrix_shows_every_capability_of_the_house(town: Town, client: Client) -> None:
    client.force_login(town.auditor)
    text = client.get(at("rights")).content.decode()
    assert [c.code for c in matrix().values() if c.label not in text] == []


def test_acts_are_narrowed_by_verb_person_and_day(town: Town, client: Client) -> None:
    actions.note_sign_in(by=town.cadre, account=town.cadre, public_machine=False)
    actions.note_sign_in(by=town.officer, account=town.officer, public_machine=False)
    client.force_login(town.auditor)

    def rows(**asked: str) -> int:
        return client.get(at("audit"), asked).content.decode().count("data-open")

    assert rows(verb="accounts.sign_in") == 2
    assert rows(verb="accounts.sign_in", by="陈立") == 1
    assert rows(by="officer") == 1
    assert rows(day="2022-05-25", verb="accounts.sign_in") == 2
    assert rows(day="2022-05-24") == 0
    assert rows(verb="no.such", by="陈立") == 1


def test_the_list_of_acts_reads_as_many_rows_however_long_the_chain(
    town: Town, client: Client, django_assert_max_num_queries
) -> None:
    for _ in range(40):
        actions.note_sign_in(by=town.cadre, account=town.cadre, public_machine=False)
    client.force_login(town.auditor)
    with django_assert_max_num_queries(14):
        text = client.get(at("audit")).content.decode()
    assert text.count("data-open") == 25 and "after=" in text


def test_what_an_act_changed_is_shown_with_names_and_numbers_masked(town: Town, client: Client) -> None:
    made = actions.open_account(by=town.admin, username="fang.xiao", display_name="方晓", town=town.unit)
    actions.close_account(by=town.admin, account=made, ground="电话13900001111不通")
    client.force_login(town.auditor)
    seen = []
    for act in AuditEntry.objects.filter(subject=f"accounts.user:{made.pk}"):
        seen.append(client.get(at("act", act.pk)).content.decode())
    text = " ".join(seen)
    assert "方某" in text and "方晓" not in text and "13900001111" not in text


def test_the_list_of_acts_tells_the_verbs_of_every_room_in_words(town: Town, client: Client) -> None:
    orgs.add_alias(by=town.admin, unit=town.offices["司法所"], name="青禾司法所")
    client.force_login(town.auditor)
    text = client.get(at("audit"), {"verb": "orgs.add_alias"}).content.decode()
    assert "指标与锁定 · 锁定月份" in text and "台账 · 登记免除事件" in text
    assert "机构 · 加别名" in text and "台账 · 导入方案" in text and "add_alias</" not in text


def test_a_list_of_the_county_tells_towns_apart(town: Town, other: Unit, client: Client) -> None:
    client.force_login(User.objects.get(username="county_admin"))
    everything = client.get(at("audit")).content.decode()
    one = client.get(at("audit"), {"chain": "YLBS"}).content.decode()
    assert 'name="chain"' in everything and everything.count("data-open") == 25
    assert one.count("data-open") == 1
    client.force_login(town.admin)
    assert 'name="chain"' not in client.get(at("audit"), {"chain": "YLBS"}).content.decode()


def test_a_deletion_is_carried_out_by_the_administrator_after_it_was_asked_for(
    town: Town, client: Client
) -> None:
    client.force_login(town.admin)
    refused = client.post(at("delete_account", town.stranger.pk))
    assert refused.status_code == 409
    actions.ask_deletion(by=town.stranger, account=town.stranger)
    assert (
        at("delete_account", town.stranger.pk) in client.get(at("account", town.stranger.pk)).content.decode()
    )
    assert client.post(at("delete_account", town.stranger.pk)).status_code == 302
    assert User.objects.get(pk=town.stranger.pk).deleted_on == TODAY
