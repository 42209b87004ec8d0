"""What every answer of the house carries, and for which names it answers at all."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, override_settings

from sanzhi.config.settings import ALLOWED_HOSTS

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
