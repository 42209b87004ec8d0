"""Roles for a term, accounts of people, and the deletion that leaves the chain whole."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts import actions
from sanzhi.foundation.accounts.models import Grant, Role, Slip, User
from sanzhi.foundation.audit.chain import verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.models import AuditEntry, AuditPayload
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.people.models import Person
from sanzhi.foundation.privacy.reading import log
from tests.people import SYSTEM, TODAY, Town

YEAR_END = dt.date(2023, 1, 1)


def grant(town: Town, **more) -> Grant:
    """A clerk's role for the stranger on the second village, unless said otherwise."""
    given = {
        "by": town.admin,
        "account": town.stranger,
        "role": Role.CLERK,
        "unit": town.villages["下河村"],
        "opened_on": TODAY,
        "closed_on": YEAR_END,
        "ground": "镇党委会议",
    }
    return actions.grant_role(**(given | more))


def roles_on(user: User, day: dt.date) -> set[str]:
    """The roles a person holds on a day."""
    with clock.standing_on(day):
        return {h.role for h in User.objects.get(pk=user.pk).holdings}


def refusal(code: str):
    """Expects one refusal."""
    return pytest.raises(Problem, check=lambda problem: problem.code == code)


def test_a_role_begins_and_ends_by_itself_on_the_days_of_its_term(town: Town) -> None:
    grant(town, opened_on=dt.date(2022, 6, 1), closed_on=dt.date(2022, 7, 1))
    held = {day: roles_on(town.stranger, dt.date(2022, *day)) for day in ((5, 31), (6, 1), (6, 30), (7, 1))}
    assert held == {(5, 31): set(), (6, 1): {"clerk"}, (6, 30): {"clerk"}, (7, 1): set()}


def test_a_role_taken_back_today_does_not_hold_today_and_held_yesterday(town: Town) -> None:
    row = grant(town, opened_on=TODAY - dt.timedelta(days=10))
    actions.revoke_role(by=town.admin, grant=row, ground="调整分工")
    assert roles_on(town.stranger, TODAY) == set()
    assert roles_on(town.stranger, TODAY - dt.timedelta(days=1)) == {"clerk"}
    with refusal("accounts.not_held"):
        actions.revoke_role(by=town.admin, grant=row, ground="再来一次")


def test_a_role_taken_back_on_its_first_day_was_never_held(town: Town) -> None:
    row = grant(town)
    actions.revoke_role(by=town.admin, grant=row, ground="授错人")
    assert not Grant.objects.filter(user=town.stranger).exists()
    assert AuditEntry.objects.filter(verb="accounts.revoke_role", subject=f"accounts.grant:{row.pk}").exists()


@pytest.mark.parametrize(
    ("first", "end", "refused"),
    [
        (dt.date(2022, 6, 1), dt.date(2022, 7, 1), True),
        (dt.date(2022, 12, 31), dt.date(2023, 6, 1), True),
        (dt.date(2022, 5, 1), dt.date(2022, 5, 26), True),
        (YEAR_END, dt.date(2024, 1, 1), False),
    ],
)
def test_terms_of_one_role_may_touch_and_never_overlap(town: Town, first, end, refused) -> None:
    grant(town)
    if refused:
        with refusal("accounts.overlap"):
            grant(town, opened_on=first, closed_on=end)
    else:
        grant(town, opened_on=first, closed_on=end)
    grant(town, role=Role.CADRE)
    grant(town, unit=town.villages["石桥村"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"opened_on": YEAR_END}, "accounts.term_order"),
        ({"opened_on": dt.date(2022, 1, 1), "closed_on": TODAY}, "accounts.term_past"),
        ({"closed_on": dt.date(2027, 5, 26)}, "accounts.term_long"),
        ({"ground": "  "}, "accounts.ground_needed"),
        ({"opened_on": dt.date(2020, 12, 31)}, "accounts.unit_not_standing"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused_in_words(town: Town, change, code) -> None:
    with refusal(code):
        grant(town, **change)
    assert not Grant.objects.filter(user=town.stranger).exists()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.SECRETARY, "青禾镇"),
        (Role.TOWN_LEADER, "上河村"),
        (Role.OFFICER, "上河村"),
        (Role.CADRE, "镇党建办"),
        (Role.ADMINISTRATOR, "上河村"),
    ],
)
def test_a_role_is_given_on_the_kind_of_unit_it_belongs_to(town: Town, role, place) -> None:
    unit = {"青禾镇": town.unit, **town.villages, **town.offices}[place]
    with refusal("accounts.role_not_there"):
        grant(town, role=role, unit=unit)


def test_nobody_gives_a_role_to_themselves(town: Town) -> None:
    with refusal("accounts.own_grant"):
        grant(town, account=town.admin, role=Role.TOWN_LEADER, unit=town.unit)


def test_a_role_in_another_town_is_refused(town: Town) -> None:
    other = orgs.open_unit(by=SYSTEM, code="YLBS", kind="town", name="白石镇", parent=town.county, on=TODAY)
    village = orgs.open_unit(by=SYSTEM, code="YLBS-V1", kind="village", name="白石村", parent=other, on=TODAY)
    with refusal("accounts.other_town"):
        grant(town, unit=village)


@pytest.mark.parametrize("step", ["close", "revoke", "delete"])
def test_the_last_administrator_stays_until_there_is_another(town: Town, step: str) -> None:
    own = Grant.objects.get(user=town.admin)
    actions.ask_deletion(by=town.admin, account=town.admin)
    steps = {
        "close": lambda: actions.close_account(by=SYSTEM, account=town.admin, ground="调离"),
        "revoke": lambda: actions.revoke_role(by=SYSTEM, grant=own, ground="调离"),
        "delete": lambda: actions.delete_account(by=SYSTEM, account=town.admin),
    }
    with refusal("accounts.last_administrator"):
        steps[step]()
    grant(town, role=Role.ADMINISTRATOR, unit=town.unit)
    steps[step]()


def test_an_administrator_neither_closes_nor_deletes_their_own_account(town: Town) -> None:
    with refusal("accounts.own_account"):
        actions.close_account(by=town.admin, account=town.admin, ground="x")
    with refusal("accounts.own_account"):
        actions.delete_account(by=town.admin, account=town.admin)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ab", "accounts.login_form"),
        ("陈立", "accounts.login_form"),
        ("a b!", "accounts.login_form"),
        ("13800001111", "accounts.login_is_number"),
        ("Cadre", "accounts.login_taken"),
    ],
)
def test_a_login_name_that_will_not_do_is_refused(town: Town, typed: str, code: str) -> None:
    with refusal(code):
        actions.open_account(by=town.admin, username=typed, display_name="某人", town=town.unit)


def test_a_person_has_one_account(town: Town) -> None:
    with writes_allowed():
        person = Person.objects.create(town=town.unit, name="方晓", phone="13900001111")
    actions.open_account(
        by=town.admin, username="fang.xiao", display_name="方晓", town=town.unit, person=person
    )
    with refusal("accounts.person_has_account"):
        actions.open_account(
            by=town.admin, username="fang.xiao2", display_name="方晓", town=town.unit, person=person
        )


@pytest.fixture
def resident(town: Town) -> User:
    """A resident with an account, a person in the register and a look at it in the read log."""
    with writes_allowed():
        person = Person.objects.create(town=town.unit, name="方晓", phone="13900001111")
    made = actions.open_account(
        by=town.admin, username="fang.xiao", display_name="方晓", town=town.unit, person=person
    )
    grant(town, account=made, role=Role.RESIDENT, unit=town.villages["上河村"])
    issued = actions.issue_slip(by=town.admin, account=made)
    actions.use_slip(by=actions.DOOR, username="fang.xiao", code=issued.code, password="qinghe-shuiku-88")
    log(
        by=town.officer,
        chain="YLQH",
        purpose="核对联系电话",
        kind="people.person",
        fields=["phone"],
        subjects=[person.pk],
    )
    return User.objects.get(pk=made.pk)


def test_a_person_sees_and_takes_along_what_is_held_about_them(
    town: Town, resident: User, client: Client
) -> None:
    client.force_login(resident)
    page = client.get(reverse("accounts:me")).content.decode()
    assert "核对联系电话" in page and "139****1111" in page and "13900001111" not in page
    taken = client.get(reverse("accounts:my_data"))
    held = json.loads(taken.content)
    assert "attachment" in taken["Content-Disposition"]
    assert held["人员登记"] == {"姓名": "方晓", "电话": "13900001111"}
    assert [r["角色"] for r in held["角色"]] == ["居民"]
    assert [look["查看人"] for look in held["谁查看过我的个人信息"]] == ["officer 高志远"]
    client.force_login(town.cadre)
    assert json.loads(client.get(reverse("accounts:my_data")).content)["谁查看过我的个人信息"] == []


def test_the_chain_names_people_in_office_and_gives_residents_a_number(town: Town, resident: User) -> None:
    actions.note_sign_in(by=resident, account=resident, public_machine=False)
    assert AuditEntry.objects.latest("pk").by == f"账号{resident.pk}"
    actions.note_sign_in(by=town.cadre, account=town.cadre, public_machine=False)
    assert AuditEntry.objects.latest("pk").by == "cadre 陈立"


def test_a_deletion_is_asked_for_by_its_owner_and_can_be_taken_back(
    town: Town, resident: User, client
) -> None:
    with refusal("accounts.not_asked"):
        actions.delete_account(by=town.admin, account=resident)
    client.force_login(resident)
    page = reverse("accounts:ask_deletion")
    assert client.get(page).status_code == 200
    client.post(page, {"wanted": "1"})
    assert User.objects.get(pk=resident.pk).deletion_asked_on == TODAY
    client.post(page, {"wanted": "0"})
    assert User.objects.get(pk=resident.pk).deletion_asked_on is None


def test_a_deleted_account_leaves_no_name_anywhere_and_the_chain_still_holds(
    town: Town, resident: User
) -> None:
    actions.ask_deletion(by=resident, account=resident)
    actions.note_sign_in(by=resident, account=resident, public_machine=False)
    actions.delete_account(by=town.admin, account=resident)
    row = User.objects.get(pk=resident.pk)
    assert (row.is_active, row.person, row.deleted_on) == (False, None, TODAY)
    assert roles_on(row, TODAY) == set() and not Slip.objects.filter(user=row).exists()
    everything = " ".join(
        [
            *(str(v) for v in User.objects.values_list("username", "display_name")),
            *(str(b) for b in AuditPayload.objects.values_list("body", flat=True)),
            *(str(v) for v in AuditEntry.objects.values_list("by", "subject")),
        ]
    )
    assert "方晓" not in everything and "fang.xiao" not in everything
    assert verify("YLQH")[1] == []
    with refusal("accounts.deleted"):
        actions.issue_slip(by=town.admin, account=row)
