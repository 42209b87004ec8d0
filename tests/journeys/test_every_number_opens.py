"""Every n/m on the pages of the ledger, of dashboards and of indicators is a link; and how often pages ask does not grow with villages."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanzhi.foundation.orgs import actions as orgs
from sanzhi.kit.ledger.models import Obligation, Task
from sanzhi.steering.plans.ledger.words import task_key
from tests.journeys.test_closing_a_month import built_but_not_accepted, four_of_nine
from tests.journeys.test_first_walk import version
from tests.people import FOUNDED, SYSTEM, Town

__all__ = ["version"]
NUMBER = re.compile(r"(?<![\d/])\d{1,3}(?:,?\d{3})*/\d+(?![\d/])")
SILENT = {"script", "style", "textarea", "option", "title"}


class Numbers(HTMLParser):
    """The fractions of a page that stand outside a link, in its content."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.closed: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("input", "link", "meta", "br", "img", "hr", "use", "option"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "main" in self.open and "a" not in self.open and not SILENT & set(self.open):
            self.closed += NUMBER.findall(data)


def unopened(html: str) -> list[str]:
    """What does not open."""
    reader = Numbers()
    reader.feed(html)
    return reader.closed


def as_user(client: Client, town: Town, who: str) -> Client:
    client.force_login(town.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(town: Town, who: str) -> list[str]:
    """The pages with figures that this person has."""
    stage = {"period": "by:2022-05-31"}
    found = [
        reverse("plans:mine"),
        *(reverse("plans:task", args=[task_key(t)]) for t in Task.objects.all()),
        reverse("indicators:figures", query=stage),
        reverse("indicators:figure", args=["facilities.video_coverage"], query=stage),
        reverse("indicators:table", args=["facilities.video_coverage"]),
        reverse("dashboards:home"),
    ]
    if who == "officer":
        found += [reverse("plans:board"), reverse("plans:lead"), reverse("dashboards:town")]
    unit = town.villages["上河村"] if who == "secretary" else None
    owed = Obligation.objects.filter(unit=unit) if unit else Obligation.objects.all()
    return found + [reverse("plans:obligation", args=[pk]) for pk in owed.values_list("pk", flat=True)]


@pytest.mark.parametrize("who", ["officer", "secretary"])
def test_every_fraction_on_a_page_of_figures_is_a_link(client, version, town: Town, who: str) -> None:
    four_of_nine(town)
    built_but_not_accepted(town)
    as_user(client, town, who)
    closed = {}
    for address in addresses(town, who):
        answer = client.get(address)
        assert answer.status_code == 200, address
        if (numbers := unopened(answer.content.decode())) and not address.startswith("/indicators/of/"):
            closed[address] = numbers
    assert closed == {}


def test_the_reader_of_this_test_finds_a_number_that_does_not_open() -> None:
    page = "<main><a>4/9</a><td>3/9<br>5/10</td><textarea>1/2</textarea><p>2022/05/01</p></main>7/8"
    assert unopened(page) == ["3/9", "5/10"]


ASKED = (
    ("indicators:figures", [], {"period": "by:2022-05-31"}),
    ("indicators:figures", [], {"period": "2022-05"}),
    ("indicators:figure", ["facilities.video_coverage"], {"period": "by:2022-05-31"}),
    ("indicators:figure", ["facilities.used_monthly"], {"period": "2022-05"}),
    ("indicators:figure", ["visits.household_coverage"], {"period": "2022-05"}),
    ("indicators:figure", ["visits.weekly_coverage"], {"period": "2022-05"}),
    ("indicators:table", ["facilities.video_coverage"], {}),
    ("indicators:table", ["visits.household_coverage"], {}),
    ("indicators:late", ["2022-05"], {}),
)


def questions(client: Client) -> list[int]:
    """How many statements each page takes."""
    found = []
    for name, args, query in ASKED:
        address = reverse(name, args=args, query=query)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        found.append(len(asked))
    return found


def open_villages(town: Town, first: int, last: int) -> None:
    for number in range(first, last + 1):
        orgs.open_unit(
            by=SYSTEM,
            code=f"YLQH-V{number}",
            kind="village",
            name=f"新设第{number}村",
            parent=town.unit,
            on=FOUNDED if number % 2 else dt.date(2022, 4, 1),
            position=100 + number,
        )


def test_pages_of_indicators_ask_no_oftener_for_forty_eight_villages_than_for_thirty(
    client, version, town: Town
) -> None:
    four_of_nine(town)
    as_user(client, town, "leader")
    nine = questions(client)
    open_villages(town, 10, 30)
    thirty = questions(client)
    # Of few units the engine asks by themselves, of more by the town: another way, not one that grows.
    assert max(b - a for a, b in zip(nine, thirty, strict=True)) <= 6
    open_villages(town, 31, 48)
    more = questions(client)
    assert all(b <= a for a, b in zip(thirty, more, strict=True))
    assert max(thirty) <= 40
