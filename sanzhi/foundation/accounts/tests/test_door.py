"""Coming in: password, throttling, slips, safe redirects, sessions that end."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.urls import reverse

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts import actions, rules
from sanzhi.foundation.accounts.models import Slip, User
from sanzhi.foundation.audit.chain import head, verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.models import AuditEntry, AuditPayload
from sanzhi.foundation.clock.installation import forget
from sanzhi.foundation.clock.models import Installation
from tests.people import PASSWORD, SYSTEM, TODAY, Town

DOOR = reverse("accounts:sign_in")
SLIP = reverse("accounts:use_slip")
NEW = "qinghe-shuiku-88"


def knock(client: Client, name: str = "cadre", password: str = PASSWORD, **more: str):
    """Try to sign in."""
    return client.post(DOOR, {"username": name, "password": password, **more})


def acts(verb: str) -> list[AuditEntry]:
    """Entries of a verb, oldest first."""
    return list(AuditEntry.objects.filter(verb=verb).order_by("pk"))


def use(client: Client, name: str, code: str, password: str = NEW):
    """Use a slip on the page."""
    return client.post(SLIP, {"username": name, "code": code, "password": password, "again": password})


def test_a_cadre_with_the_right_password_comes_in_and_the_chain_says_so(town: Town, client: Client) -> None:
    assert knock(client).headers["Location"] == "/"
    assert client.get(reverse("accounts:me")).status_code == 200
    (act,) = acts("accounts.sign_in")
    assert (act.by, act.subject, act.chain) == ("cadre 陈立", f"accounts.user:{town.cadre.pk}", "YLQH")


def test_a_name_typed_by_a_phone_with_a_capital_and_full_width_letters_is_understood(
    town, client: Client
) -> None:
    assert knock(client, " Ｃadre ").status_code == 302


def test_a_wrong_password_is_refused_with_a_sentence_and_noted(town: Town, client: Client) -> None:
    response = knock(client, password="wrong")
    assert response.status_code == 422 and 'role="alert"' in response.content.decode()
    (act,) = acts("accounts.fail_sign_in")
    assert act.subject == f"accounts.user:{town.cadre.pk}"


def test_nothing_of_what_was_typed_is_kept_when_no_account_bears_the_name(town: Town, client: Client) -> None:
    knock(client, "my-secret-password", "x")
    (act,) = acts("accounts.fail_sign_in")
    body = AuditPayload.objects.get(entry=act).body
    assert body == {"unknown_name": True, "locked": False, "slip": False}
    assert "my-secret" not in f"{act.by}{act.subject}{body}"


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(town: Town, client: Client) -> None:
    def told(response) -> str:
        return re.search(r'role="alert".*?</div></div>', response.content.decode(), re.S).group()

    assert told(knock(client, "nobody-here")) == told(knock(client, "cadre", "wrong"))


def test_six_wrong_passwords_lock_the_door_and_the_page_says_how_long_and_whom_to_ask(
    town, client: Client
) -> None:
    codes = [knock(client, password=f"wrong {n}").status_code for n in range(6)]
    assert codes == [422] * 5 + [429]
    page = knock(client)
    assert page.status_code == 429 and page["Retry-After"] == "900"
    assert "15" in page.content.decode() and "管理员" in page.content.decode()
    assert not client.get(reverse("accounts:me")).status_code == 200
    for _ in range(3):
        knock(client)
    assert len(acts("accounts.fail_sign_in")) == 6  # while it is locked nothing more is written


def test_a_locked_name_does_not_lock_its_neighbours(town: Town, client: Client) -> None:
    for n in range(7):
        knock(client, password=f"wrong {n}")
    assert knock(client, "secretary").status_code == 302


def test_the_right_password_before_the_lock_begins_the_count_anew(town: Town) -> None:
    for _ in range(2):
        client = Client()
        assert [knock(client, password="wrong").status_code for _n in range(5)] == [422] * 5
        assert knock(client).status_code == 302


def test_no_trace_is_kept_of_when_somebody_was_on_line(town: Town, client: Client) -> None:
    knock(client)
    before = AuditEntry.objects.count()
    assert client.post(reverse("accounts:sign_out")).status_code == 302
    assert AuditEntry.objects.count() == before
    assert not AccessLog.objects.exists()
    assert "last_login" not in {f.name for f in User._meta.get_fields()}


def test_passwords_and_codes_do_not_stand_in_the_table_of_failures(town: Town, client: Client) -> None:
    knock(client, password="typed-in-vain")
    use(client, "cadre", "CODE-TYPED-VAIN", "password-in-vain")
    kept = " ".join(f"{a.post_data} {a.get_data}" for a in AccessAttempt.objects.all())
    assert "vain" not in kept.lower()


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("/account/me", "/account/me"),
        ("https://evil.example/x", "/"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///evil.example", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_is_sent_to_our_own_pages_only(
    town: Town, client: Client, asked: str, sent: str
) -> None:
    assert knock(client, next=asked).headers["Location"] == sent


def test_signing_out_is_a_post_and_ends_the_session(town: Town, client: Client) -> None:
    knock(client)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    client.post(reverse("accounts:sign_out"))
    assert client.get(reverse("accounts:me")).status_code == 302


def test_on_a_public_machine_the_session_ends_with_the_browser(town: Town) -> None:
    own, public = Client(), Client()
    knock(own)
    knock(public, public_machine="on")
    assert own.cookies["sessionid"]["max-age"] and not public.cookies["sessionid"]["max-age"]


@pytest.mark.parametrize(("kind", "shown"), [("demo", True), ("real", False), (None, False)])
def test_the_door_shows_people_and_password_in_a_demonstration_only(
    town, client: Client, kind, shown
) -> None:
    forget()
    if kind:
        with writes_allowed():
            Installation.objects.create(
                pk=1, kind=kind, county="云岭县", demo_day=TODAY if kind == "demo" else None
            )
    page = client.get(DOOR + "?who=secretary").content.decode()
    forget()
    assert (PASSWORD in page, "林秀兰" in page) == (shown, shown)
    assert ('value="secretary"' in page) is shown


def test_a_slip_sets_a_password_once_and_signs_in(town: Town, client: Client) -> None:
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    typed = issued.code.lower().replace("-", " ")
    assert use(client, "Cadre", typed).headers["Location"] == reverse("accounts:me")
    assert User.objects.get(pk=town.cadre.pk).check_password(NEW)
    with pytest.raises(Problem) as refused:
        actions.use_slip(by=SYSTEM, username="cadre", code=issued.code, password=NEW)
    assert refused.value.code == "accounts.slip_used"
    assert [a.by for a in acts("accounts.issue_slip")] == ["admin 管理员"]
    assert acts("accounts.use_slip") and verify("YLQH")[1] == []


def test_of_a_slip_only_the_digest_is_kept(town: Town) -> None:
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    bodies = " ".join(str(b) for b in AuditPayload.objects.values_list("body", flat=True))
    row = " ".join(str(v) for v in Slip.objects.values().get().values())
    assert issued.code not in bodies + row
    assert issued.code.replace("-", "") not in bodies + row


def test_a_slip_expires_after_three_days_and_not_before(town: Town) -> None:
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    with clock.standing_on(TODAY + dt.timedelta(days=4)), pytest.raises(Problem) as refused:
        actions.use_slip(by=SYSTEM, username="cadre", code=issued.code, password=NEW)
    assert refused.value.code == "accounts.slip_expired"
    with clock.standing_on(TODAY + dt.timedelta(days=2)):
        actions.use_slip(by=SYSTEM, username="cadre", code=issued.code, password=NEW)


def test_a_newer_slip_makes_the_older_one_void(town: Town) -> None:
    old = actions.issue_slip(by=town.admin, account=town.cadre)
    new = actions.issue_slip(by=town.admin, account=town.cadre)
    with pytest.raises(Problem) as refused:
        actions.use_slip(by=SYSTEM, username="cadre", code=old.code, password=NEW)
    assert refused.value.code == "accounts.slip_expired"
    actions.use_slip(by=SYSTEM, username="cadre", code=new.code, password=NEW)


def test_a_slip_is_good_for_its_own_account_only(town: Town) -> None:
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    with pytest.raises(Problem) as refused:
        actions.use_slip(by=SYSTEM, username="secretary", code=issued.code, password=NEW)
    assert refused.value.code == "accounts.slip_wrong"


@pytest.mark.parametrize("weak", ["short", "12345678", "password1", "9876543210"])
def test_a_weak_password_is_refused_and_leaves_the_slip_good(town: Town, weak: str) -> None:
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    with pytest.raises(Problem) as refused:
        actions.use_slip(by=SYSTEM, username="cadre", code=issued.code, password=weak)
    assert refused.value.code == "accounts.password_weak"
    actions.use_slip(by=SYSTEM, username="cadre", code=issued.code, password=NEW)


def test_guessing_codes_is_throttled_like_guessing_passwords(town: Town, client: Client) -> None:
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    codes = [use(client, "cadre", f"AAAA-AAAA-AAA{n}").status_code for n in "34679A"]
    assert codes == [422] * 5 + [429]
    assert use(client, "cadre", issued.code).status_code == 429
    assert not User.objects.get(pk=town.cadre.pk).check_password(NEW)


def test_a_code_has_no_letters_that_are_read_for_one_another() -> None:
    codes = {rules.new_code() for _ in range(300)}
    assert len(codes) == 300
    assert not set("".join(codes)) & set("0O1IL2Z5S8B")
    assert all(re.fullmatch(r"(\w{4}-){2}\w{4}", code) for code in codes)


def test_changing_the_password_keeps_this_session_and_ends_all_others(town: Town) -> None:
    here, elsewhere = Client(), Client()
    knock(here), knock(elsewhere)
    page = reverse("accounts:change_password")
    wrong = here.post(page, {"old": "wrong", "password": NEW, "again": NEW})
    assert wrong.status_code == 422 and here.get(page).status_code == 200
    unlike = here.post(page, {"old": PASSWORD, "password": NEW, "again": NEW + "x"})
    assert unlike.status_code == 422
    assert here.post(page, {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    assert here.get(page).status_code == 200 and elsewhere.get(page).status_code == 302


def test_closing_an_account_ends_its_sessions_at_once_and_for_good(town: Town, client: Client) -> None:
    knock(client)
    actions.close_account(by=town.admin, account=town.cadre, ground="调离")
    assert client.get(reverse("accounts:me")).status_code == 302
    assert knock(Client()).status_code == 422
    actions.reopen_account(by=town.admin, account=town.cadre, ground="调回")
    assert client.get(reverse("accounts:me")).status_code == 302
    assert knock(Client()).status_code == 422  # the old password does not come back either
    issued = actions.issue_slip(by=town.admin, account=town.cadre)
    assert use(Client(), "cadre", issued.code).status_code == 302


def test_checking_a_password_never_writes(town: Town, settings, django_assert_num_queries) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    before = head("YLQH")
    account = User.objects.get(pk=town.cadre.pk)
    with django_assert_num_queries(0):
        assert account.check_password(PASSWORD)
    assert head("YLQH") == before
