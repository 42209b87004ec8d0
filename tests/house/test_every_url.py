"""Every address × every person: nothing breaks, and who is not signed in sees only the door."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from sanzhi.foundation.accounts.models import Grant
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.testkit import Address, walk
from tests.journeys.test_first_walk import READING, accepted_site
from tests.people import TODAY, Town

# Who is not signed in may see these; all others send to the sign-in page.
OPEN = {"health", "sign_in", "use_slip", "set_elder", "worker"}
# Changes the person's own session in the middle of the walk.
NOT_WALKED = {"sign_out"}
REFUSED = {403, 404, 405, 409}


@pytest.fixture
def addresses(town: Town) -> list[Address]:
    """All addresses, in a town with a confirmed plan and a site that waits to be accepted."""
    version = store_reading(by=town.party, town=town.unit, reading=READING, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    accepted_site(town, "上河村", dt.date(2022, 4, 20), dt.date(2022, 4, 25))
    grant = Grant.objects.get(user=town.cadre)
    keys = {"account": [town.cadre.pk], "role": [grant.pk], "audit": [AuditEntry.objects.latest("pk").pk]}
    found = {a.path: a for a in walk(values=keys) if a.name not in NOT_WALKED}
    return [found[path] for path in sorted(found)]


def answer(client: Client, path: str) -> int | str:
    """The status code, or what was raised."""
    try:
        return client.get(path).status_code
    except Exception as error:  # the sentence of the test tells which address it was
        return f"{type(error).__name__}: {error}"[:200]


def test_nobody_meets_an_error_on_any_address_of_the_house(town: Town, addresses: list[Address]) -> None:
    broken = []
    for name, user in town.users.items():
        client = Client()
        client.force_login(user)
        for address in addresses:
            code = answer(client, address.path)
            if not isinstance(code, int) or (code >= 400 and code not in REFUSED):
                broken.append(f"{name} · {address.path} ({address.name}): {code}")
    assert not broken, "\n".join(broken[:40])


def test_who_is_not_signed_in_sees_only_the_door(town: Town, addresses: list[Address]) -> None:
    client, seen = Client(), []
    for address in addresses:
        response = client.get(address.path)
        sent = response.status_code == 302 and response["Location"].startswith("/account/sign-in?next=")
        if address.name not in OPEN and not sent and response.status_code not in REFUSED:
            seen.append(f"{address.path} ({address.name}): {response.status_code}")
    assert not seen, "\n".join(seen)


def test_somebody_without_a_role_sees_nothing_but_their_own_account(
    town: Town, addresses: list[Address]
) -> None:
    client, seen = Client(), []
    client.force_login(town.stranger)
    for address in addresses:
        own = address.module.startswith(
            ("sanzhi.foundation.accounts", "sanzhi.foundation.ui", "sanzhi.config")
        )
        if not own and (code := answer(client, address.path)) not in REFUSED:
            seen.append(f"{address.path} ({address.name}): {code}")
    assert not seen, "\n".join(seen)
