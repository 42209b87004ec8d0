"""The service worker's script, its switch, the fresh token, and the pages that are kept on phones."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

from sanzhi.foundation.ui import offline
from tests.people import Town


def kept(client: Client) -> dict[str, Any]:
    """What the script says is to be kept."""
    text = client.get("/screen/worker.js").content.decode()
    found = re.match(r"self\.KEPT = (\{.*?\});\n", text)
    assert found is not None
    return dict(json.loads(found.group(1)))


@pytest.mark.django_db
def test_the_worker_is_a_script_for_the_whole_house_that_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/screen/worker.js")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/javascript")
    assert (answer["Service-Worker-Allowed"], answer["Cache-Control"]) == ("/", "no-cache")
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_worker_keeps_the_pages_that_were_offered_and_their_files_and_no_other(client: Client) -> None:
    told = kept(client)
    assert told["version"] and "/screen/queue" in told["pages"] and told["fallback"] in told["pages"]
    assert "/" not in told["pages"] and not [p for p in told["pages"] if "mine" in p or "plans" in p]
    assert all(f.startswith("/static/") and finders.find(f.removeprefix("/static/")) for f in told["files"])
    # What the pages load is kept with them.
    assert {f"/static/ui/{name}" for name in ("offline.js", "queue.js", "sanzhi.css")} <= set(told["files"])


@pytest.mark.django_db
def test_the_switch_tells_the_worker_to_keep_nothing_and_leave(client: Client) -> None:
    on = kept(client)
    with override_settings(OFFLINE=False):
        off = kept(client)
    assert on["version"] and off["version"] == "" and off["pages"] == off["files"] == []


def test_a_page_that_is_kept_names_nobody_and_no_day(town: Town, client: Client) -> None:
    client.force_login(town.secretary)
    for path in kept(client)["pages"]:
        text = client.get(path).content.decode()
        assert "<h1>" in text, path
        assert "林秀兰" not in text and "青禾镇" not in text and "2022" not in text, path
        assert "csrfmiddlewaretoken" not in text, path


def test_a_fresh_token_is_for_who_is_signed_in_and_names_the_account_by_a_mark(
    town: Town, client: Client
) -> None:
    assert client.get("/screen/token").status_code == 302
    client.force_login(town.secretary)
    told = client.get("/screen/token").json()
    assert set(told) == {"token", "account", "day"} and told["day"] == "2022-05-25"
    assert told["account"] == offline.account_mark(town.secretary.pk) != offline.account_mark(town.cadre.pk)
    assert str(town.secretary.pk) != told["account"] and "secretary" not in told["account"]


def test_a_page_of_the_house_says_whose_it_is_and_what_the_phone_may_keep(town: Town, client: Client) -> None:
    client.force_login(town.cadre)
    page = client.get("/account/me").content.decode()
    assert f'data-account="{offline.account_mark(town.cadre.pk)}"' in page
    assert 'data-keeps="/rooms/visits/offline/mine.json"' in page
    client.force_login(town.leader)
    assert 'data-keeps=""' in client.get("/account/me").content.decode()


def test_on_a_public_machine_nothing_is_kept(town: Town, client: Client) -> None:
    client.force_login(town.cadre)
    session = client.session
    session.set_expiry(0)
    session.save()
    assert 'data-keeps=""' in client.get("/account/me").content.decode()


def test_a_second_shell_of_one_name_is_refused() -> None:
    with pytest.raises(RuntimeError):
        offline.offer(offline.Shell("ui:queue", "ui/queue.html", "other"))
    offline.offer(offline.QUEUE)
