"""May closes, its bundle verifies without the database, a late acceptance makes a revision."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sanzhi.domain.bundles import check, parse
from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.problems import Problem
from sanzhi.domain.states import State
from sanzhi.foundation import clock
from sanzhi.kit.ledger.standing import stands
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.models import SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.steering.indicators import nightly
from sanzhi.steering.indicators.actions import freeze_month
from sanzhi.steering.indicators.collect import obligations_of
from sanzhi.steering.indicators.models import Bundle
from tests.journeys.test_first_walk import accepted_site, version  # noqa: F401
from tests.people import SYSTEM, Town

MAY = parse_period("2022-05")
ROOT = Path(__file__).resolve().parents[2]


def four_of_nine(town: Town) -> None:
    for village in ("上河村", "下河村", "石桥村", "竹坑村"):
        accepted_site(town, village, dt.date(2022, 4, 20), dt.date(2022, 4, 25))


def built_but_not_accepted(town: Town):
    site = sites.plan_site(
        by=town.secretary,
        unit=town.villages["梅岭村"],
        kind=SiteKind.VIDEO,
        name="梅岭村口",
        on=dt.date(2022, 3, 1),
    )
    site = sites.build_site(
        by=town.secretary, site=site, built_on=dt.date(2022, 5, 20), today=dt.date(2022, 5, 25)
    )
    return sites.hand_in_site(by=town.secretary, site=site, today=dt.date(2022, 5, 25))


def accept(town: Town, site, on: dt.date) -> None:
    checks = {c.code: True for c in CHECK_LISTS[SiteKind.VIDEO]}
    with clock.standing_on(on):
        sites.accept_site(by=town.officer, site=site, on=on, checks=checks, late_reason="汛期后到现场补验")


@pytest.mark.usefixtures("version")
def test_an_open_month_cannot_be_frozen(town: Town) -> None:
    with pytest.raises(Problem) as refused:
        freeze_month(
            by=SYSTEM, town=town.unit, month=MAY, as_of=dt.date(2022, 6, 7), today=dt.date(2022, 6, 7)
        )
    assert refused.value.code == "indicators.not_closed"


@pytest.mark.usefixtures("version")
def test_case_08_acceptance_after_the_close_enters_as_a_revision(town: Town) -> None:
    four_of_nine(town)
    site = built_but_not_accepted(town)
    with clock.standing_on(dt.date(2022, 6, 8)):
        (first,) = nightly.close_months(town.unit, dt.date(2022, 6, 8))
    assert (first.month, first.revision) == ("2022-05", 0)
    accept(town, site, dt.date(2022, 6, 20))
    (lead,) = (
        s
        for s in stands(obligations_of(town.unit, MAY), town.unit, dt.date(2022, 6, 21))
        if s.obligation.town_share
    )
    assert (lead.amount.numerator, lead.amount.on_time, lead.state) == (5, 4, State.DONE_LATE)
    village = next(
        s
        for s in stands(obligations_of(town.unit, MAY), town.unit, dt.date(2022, 6, 21))
        if s.obligation.unit == town.villages["梅岭村"]
    )
    assert village.state is State.DONE

    # June closes next, though nothing was owed in it: the revision of May comes with that close.
    with clock.standing_on(dt.date(2022, 7, 8)):
        made = nightly.close_months(town.unit, dt.date(2022, 7, 8))
    assert [(b.month, b.revision, b.results) for b in made] == [("2022-06", 0, 0), ("2022-05", 1, 10)]
    (change,) = (c for c in made[1].changes if c["after"]["whole"])
    assert (change["before"]["numerator"], change["after"]["numerator"]) == (4, 5)
    assert (change["before"]["met_on"], change["after"]["met_on"]) == (None, "2022-06-20")
    assert Bundle.objects.get(month="2022-05", revision=0).text == first.text


@pytest.mark.usefixtures("version")
def test_the_recount_of_a_bundle_equals_the_engine(town: Town) -> None:
    four_of_nine(town)
    accepted_site(town, "梅岭村", dt.date(2022, 5, 20), dt.date(2022, 5, 25))
    with clock.standing_on(dt.date(2022, 6, 8)):
        (bundle,) = nightly.close_months(town.unit, dt.date(2022, 6, 8))
    found = check(parse(bundle.text, bundle.name))
    assert found.holds
    live = stands(obligations_of(town.unit, MAY), town.unit, dt.date(2022, 6, 8))
    assert found.results == len(live) == 10
    frozen = {
        (r["unit"], r["whole"]): (r["numerator"], r["denominator"], r["on_time"])
        for r in map(json.loads, bundle.text.split("\n")[1:-1])
        if r["kind"] == "result"
    }
    assert frozen == {
        (s.obligation.unit.code, s.obligation.town_share): (
            s.amount.numerator,
            s.amount.denominator,
            s.amount.on_time,
        )
        for s in live
    }


@pytest.mark.usefixtures("version")
def test_a_bundle_verifies_on_a_machine_without_the_database(town: Town, tmp_path: Path) -> None:
    four_of_nine(town)
    with clock.standing_on(dt.date(2022, 6, 8)):
        (bundle,) = nightly.close_months(town.unit, dt.date(2022, 6, 8))
    file = tmp_path / bundle.name
    file.write_text(bundle.text, encoding="utf-8", newline="\n")

    def verify(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sanzhi", "verify", *words],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "SANZHI_HOME": str(tmp_path / "elsewhere"), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    good = verify(str(file))
    assert good.returncode == 0, good.stderr
    assert not (tmp_path / "elsewhere").exists()
    key = good.stdout.split("指纹 ")[1].split("）")[0]
    assert verify(str(file), "--key", key).returncode == 0
    assert verify(str(file), "--key", "0000-0000").returncode == 1
    file.write_text(bundle.text.replace('"numerator":4', '"numerator":5', 1), encoding="utf-8")
    assert verify(str(file)).returncode == 1
    file.write_text(bundle.text.replace('"needed":', '"wanted":'), encoding="utf-8")
    lacking = verify(str(file))
    assert (lacking.returncode, "Traceback" in lacking.stderr) == (1, False)
    file.write_bytes(b"\xff\xfe\x00")
    assert verify(str(file)).returncode == 2
    assert verify(str(tmp_path / "none")).returncode == 2
