"""No address is open by forgetting: a stranger sees the public pages, and of all others nothing but the way to sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.house.addresses import addresses

PUBLIC = {
    "health": "a watchdog asks it",
    "accounts:sign_in": "the way in",
    "accounts:sign_out": "the way out",
    "accounts:use_slip": "a one-time slip instead of a forgotten password",
    "accounts:locked_out": "what too many tries lead to",
}
PUBLIC_PLACES = ("ui:", "portal:")  # the way a screen looks is nobody's secret; the portal is for everybody
EACH_ADDRESS = pytest.mark.parametrize(("name", "path"), sorted(set(addresses())))


def is_public(name: str) -> bool:
    """Whether a stranger may see the page."""
    return name in PUBLIC or name.startswith(PUBLIC_PLACES)


@pytest.mark.django_db
@EACH_ADDRESS
def test_a_stranger_is_shown_the_way_in_and_nothing_else(client: Client, name: str, path: str) -> None:
    answer = client.get(path)
    if is_public(name):
        assert answer.status_code < 500
    else:
        assert answer.status_code in (302, 403, 404, 405)
        assert answer.status_code != 302 or "/account/sign-in" in answer["Location"]


@pytest.mark.django_db
@EACH_ADDRESS
def test_a_stranger_changes_nothing_by_sending_a_form(client: Client, name: str, path: str) -> None:
    answer = client.post(path, {"anything": "1"})
    assert answer.status_code < 500
    if not is_public(name):
        assert answer.status_code in (302, 403, 404, 405)


@pytest.mark.django_db
@EACH_ADDRESS
def test_a_form_from_another_site_is_refused(name: str, path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code in (302, 403, 404, 405)
