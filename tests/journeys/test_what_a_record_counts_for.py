"""From a record to the obligations it counts for."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.kit.ledger.serving import duties_served, late_sentence, late_words
from sanzhi.mechanisms.facilities.models import Site
from tests.journeys.test_closing_a_month import accept, built_but_not_accepted
from tests.journeys.test_first_walk import accepted_site, version  # noqa: F401
from tests.people import Town

pytestmark = pytest.mark.usefixtures("version")


def test_an_accepted_site_counts_for_every_stage_of_its_village_and_of_the_town(town: Town) -> None:
    accepted_site(town, "上河村", dt.date(2022, 4, 20), dt.date(2022, 4, 25))
    found = duties_served([Site.objects.get()])
    assert {(s.unit.short_name, s.obligation.period, s.obligation.town_share) for s in found} == {
        ("镇综治办", "by:2022-05-31", True),
        ("镇综治办", "by:2022-09-30", True),
        ("上河村", "by:2022-05-31", False),
        ("上河村", "by:2022-09-30", False),
    }
    assert all(s.counts and not s.late and late_words(s, dt.date(2022, 5, 25)) == "" for s in found)


def test_a_site_that_waits_for_acceptance_counts_for_nothing_yet(town: Town) -> None:
    site = built_but_not_accepted(town)
    assert [s.counts for s in duties_served([site])] == [False] * 4


def test_an_acceptance_after_the_close_is_late_for_the_stage_that_closed(town: Town) -> None:
    site = built_but_not_accepted(town)
    accept(town, site, dt.date(2022, 6, 20))
    found = duties_served([Site.objects.get(pk=site.pk)])
    assert {(s.obligation.period, s.late) for s in found} == {
        ("by:2022-05-31", True),
        ("by:2022-09-30", False),
    }


def test_a_planned_site_and_no_record_at_all_serve_nothing(town: Town) -> None:
    assert duties_served([]) == []
    assert duties_served([town.unit]) == []


@pytest.mark.parametrize(
    ("last", "known", "names_the_close"),
    [
        (dt.date(2022, 6, 30), dt.date(2022, 7, 20), True),
        (dt.date(2022, 6, 5), dt.date(2022, 6, 20), False),
    ],
)
def test_what_is_late_enters_a_revision_once_its_month_has_closed(
    last: dt.date, known: dt.date, names_the_close: bool
) -> None:
    assert ("8月7日" in late_sentence(last, known, known)) is names_the_close
