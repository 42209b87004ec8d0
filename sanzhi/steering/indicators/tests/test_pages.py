"""Closed months in the browser: who sees them, what they show, the file as it was signed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.domain.bundles import check, parse
from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.steering.indicators import nightly, worker
from sanzhi.steering.indicators.choosing import town_of
from sanzhi.steering.indicators.models import Bundle
from tests.journeys.test_first_walk import READING
from tests.people import SYSTEM, TODAY, Town, user

JUNE = dt.date(2022, 6, 8)


@pytest.fixture
def closed(town: Town) -> Bundle:
    """May, closed, of a town with one confirmed task."""
    version = store_reading(by=town.party, town=town.unit, reading=READING, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=version, day=dt.date(2022, 3, 15))
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    with clock.standing_on(JUNE):
        (bundle,) = nightly.close_months(town.unit, JUNE)
    return bundle


def page(client: Client, town: Town, who: str, url: str):
    client.force_login(town.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(url)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("leader", 200),
        ("officer", 200),
        ("auditor", 200),
        ("admin", 200),
        ("secretary", 403),
        ("stranger", 403),
    ],
)
def test_a_role_sees_the_list_of_closed_months_or_is_refused(
    client, closed, town: Town, who: str, status: int
) -> None:
    assert page(client, town, who, reverse("indicators:list")).status_code == status


def test_the_page_of_a_bundle_shows_every_result_and_the_town_share(client, closed, town: Town) -> None:
    response = page(client, town, "officer", reverse("indicators:bundle", args=["2022-05", 0]))
    assert response.status_code == 200
    assert len(response.context["results"]) == closed.results == 10
    assert [r["unit"] for r in response.context["results"] if r["whole"]] == ["镇综治办"]


def test_the_file_that_is_handed_out_is_the_one_that_was_signed(client, closed, town: Town) -> None:
    response = page(client, town, "auditor", reverse("indicators:file", args=["2022-05", 0]))
    assert response.content.decode() == closed.text
    assert check(parse(closed.text, closed.name)).holds


def test_an_auditor_of_the_county_opens_the_month_of_the_town_that_was_chosen(
    client, closed, town: Town
) -> None:
    for code, name in (("YLAA", "安岭镇"), ("YLZZ", "竹溪镇")):
        other = orgs.open_unit(by=SYSTEM, code=code, kind="town", name=name, parent=town.county, on=TODAY)
        with writes_allowed():
            Bundle.objects.create(
                town=other, month="2022-05", revision=0, as_of=JUNE, made_at=clock.now(), digest="", audit_seq=0,
                results=0, text=closed.text.replace(town.unit.code, code),
            )  # fmt: skip
    town.users["county"] = user(town, "county", "严审计", "auditor", town.county)
    listed = page(client, town, "county", reverse("indicators:list"))
    assert {m["label"].split()[0] for m in listed.context["rows"]} == {"青禾镇", "安岭镇", "竹溪镇"}
    where = reverse("indicators:file", args=["2022-05", 0], query={"town": town.unit.code})
    assert page(client, town, "county", where).content.decode() == closed.text


@pytest.mark.parametrize("where", [("2022-05", 7), ("1999-01", 0), ("nonsense", 0)])
def test_a_bundle_that_is_not_there_is_not_found(client, closed, town: Town, where: tuple[str, int]) -> None:
    assert page(client, town, "officer", reverse("indicators:bundle", args=where)).status_code == 404


def test_a_month_is_closed_once_however_often_the_night_comes(closed, town: Town) -> None:
    with clock.standing_on(JUNE):
        assert nightly.close_months(town.unit, JUNE) == []
    assert Bundle.objects.count() == 1


def test_the_worker_folds_what_was_touched_and_closes_what_is_over(town: Town) -> None:
    with clock.standing_on(None):
        first = worker.once(None)
        assert worker.once(first) == first
    assert Bundle.objects.count() == 0


def test_a_command_without_a_town_takes_the_only_one_and_refuses_an_unknown_one(town: Town) -> None:
    assert town_of(None) == town.unit
    with pytest.raises(Problem) as refused:
        town_of("NOWHERE")
    assert refused.value.code == "indicators.no_town"
