"""What every answer of the house carries, and for which names it answers at all."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, override_settings

from sanzhi.config.settings import ALLOWED_HOSTS
from tests.people import Town

SIGN_IN = "/account/sign-in"


@pytest.mark.django_db
def test_a_page_forbids_the_browser_what_is_not_of_this_house(client: Client) -> None:
    policy = client.get(SIGN_IN)["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'" and "script-src" not in rules
    assert rules["form-action"] == "'self'" and rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_a_page_that_is_not_there_carries_the_same_policy(client: Client) -> None:
    answer = client.get("/nowhere")
    assert "Content-Security-Policy" in answer


@pytest.mark.django_db
@override_settings(ALLOWED_HOSTS=ALLOWED_HOSTS)
def test_a_request_for_another_host_is_refused(client: Client) -> None:
    assert client.get(SIGN_IN, headers={"host": "elsewhere.example"}).status_code == 400
    assert client.get(SIGN_IN, headers={"host": "testserver"}).status_code == 400
    assert client.get(SIGN_IN, headers={"host": "localhost"}).status_code == 200


def test_cookies_are_out_of_reach_of_scripts_and_other_sites() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.X_FRAME_OPTIONS == "DENY"


@pytest.mark.django_db
@pytest.mark.parametrize("letters", ["utf-16", "gb18030", "utf-7", "latin-1"])
def test_a_form_in_other_letters_gets_a_page_that_says_so(letters: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        SIGN_IN, b"a=1", content_type=f"application/x-www-form-urlencoded; charset={letters}"
    )
    assert answer.status_code == 400 and b"</html>" in answer.content


@pytest.mark.django_db
def test_an_address_that_only_takes_forms_answers_who_opens_it_with_a_page(
    client: Client, town: Town
) -> None:
    client.force_login(town.cadre)
    for way in (client.get, client.put, client.delete):
        answer = way("/account/sign-out")
        assert answer.status_code == 405 and b"</html>" in answer.content and "POST" in answer["Allow"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", [2**63, 10**24])
@pytest.mark.parametrize(
    "address", ["/registers/households/{}", "/rooms/visits/households/{}/phone/", "/rooms/facilities/{}/"]
)
def test_a_key_longer_than_any_row_has_is_not_found(
    client: Client, town: Town, address: str, key: int
) -> None:
    client.force_login(town.secretary)
    assert client.get(address.format(key)).status_code == 404
