"""A bundle with all that can be counted (households, posts, what holds, shares, sites, notes) says what the engine says, and
verifies; also of what began anew after a merge (重新计)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sanzhi.domain.bundles import check, outcome, parse
from sanzhi.domain.periods import parse as parse_period
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.actions import Choice
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.passing import passing_on
from sanzhi.kit.ledger.standing import asked_by, slot_of
from sanzhi.kit.ledger.tests.readings import rhythm, stored, task
from sanzhi.kit.measures.engine import amounts_of
from sanzhi.mechanisms.facilities import actions as facilities
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.mechanisms.visits import actions as visits
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.steering.indicators import nightly
from sanzhi.steering.indicators.actions import freeze_month
from sanzhi.steering.indicators.collect import obligations_of, stand_in
from sanzhi.steering.registers.actions import merge_units
from tests.journeys.lives import Life
from tests.journeys.settled import DAY, FIRST_DAY
from tests.people import SYSTEM, build
from tests.rooms import duties
from tests.rooms.models import Deed

SETTLED, MERGED, CLOSE = dt.date(2022, 4, 20), dt.date(2022, 6, 9), dt.date(2022, 7, 7)
JUNE = parse_period("2022-06")
TO_COME = (duties.P4, duties.F2_CONTRACT, duties.Z4)


@pytest.fixture
def rooms_to_come(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The registry also knows duties of rooms that are still to come."""
    for duty in TO_COME:
        monkeypatch.setitem(registry.duties(), duty.code, duty)
    yield


class Renewed(Life):
    """A town in which all that may begins anew after the merge."""

    def merge(self, day: dt.date) -> None:
        """The last two villages become one."""
        old = list(self.town.villages.values())[-2:]
        lines = passing_on(old, day, day)
        choices = {line.key: Choice("anew") for line in lines if "anew" in line.hows}
        words = {"name": "双河村", "code": "YLQH-V20", "ground": "县政府批复"}
        done = merge_units(by=self.town.admin, units=old, on=day, choices=choices, **words)
        self.staff(done.successor, list(self._groups(done.successor, day)), day, 20)


def ask_of_rooms_to_come(life: Life) -> None:
    """A second plan: days staffed over days due, a contract, the monthly disclosure."""
    town = life.town
    words = ("每月值班到位。", "每月有法律顾问合同在期。", "每月公开上月事项。")
    asked = [task(text, "司法所", "各村", rhythm("month")) for text in words]
    version = stored(town, *asked, today=SETTLED, title="青禾镇补充方案")
    for duty, one in zip(TO_COME, version.tasks.order_by("position"), strict=True):
        ledger.edit_requirement(by=town.party, requirement=one.requirements.get(), proves=duty.code)
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=SETTLED)


def record_deeds(life: Life) -> None:
    """Deeds of June before and after the merge, in every village; one contract each, one of which ends in June."""
    with writes_allowed():
        for n, village in enumerate(life.town.villages.values()):
            said = {"town": life.town.unit, "unit": village}
            began, ends = dt.date(2022, 2, 1), dt.date(2022, 6, 20) if n == 1 else None
            Deed.objects.create(
                kind="contract", happened_on=began, counts_on=began, received_on=began, closed_on=ends, **said
            )
            for kind, days in (
                ("desk_due", (3, 8, 15)),
                ("desk_staffed", (3, 15)[n % 2 :]),
                ("disclosure", (14,)),
            ):
                for number in days:
                    day = dt.date(2022, 6, number)
                    Deed.objects.create(kind=kind, happened_on=day, counts_on=day, received_on=day + n * 6 * DAY, **said)  # fmt: skip


def record_before_the_merge(life: Life, village: Unit) -> None:
    """A walk and an accepted note of a village the day before it ends: after it, they count for nobody who began anew."""
    day = MERGED - DAY
    (group, *_), author = list(life._groups(village, day)), life.authors[village.pk]
    doors = [t.household for t in life._ticks(group, day)]
    visits.record_outing(
        by=author, group=group, on=day, half_day="morning", went=life._walkers(village, day),
        ticks=[Tick(door, "reached") for door in doors],
    )  # fmt: skip
    owed = Obligation.objects.get(
        requirement__proves="", requirement__kind="every", unit=village, period="2022-06"
    )
    text = "开过一次会，议定了两件事，都有人办。"
    note = notes.write_note(by=life.town.secretary, obligation=owed, text=text, happened_on=day, today=day)
    notes.accept_note(by=life.town.justice, note=note, today=day)


def lived() -> Life:
    with clock.standing_on(SETTLED):
        life = Renewed(build(("上河村", "下河村", "石桥村", "竹坑村")), 4, households_each=3)
        life.settle(SETTLED)
        ask_of_rooms_to_come(life)
    record_deeds(life)
    with clock.standing_on(MERGED - DAY):
        record_before_the_merge(life, life.town.villages["石桥村"])
    life.live(MERGED, MERGED + 9 * DAY, merge_on=MERGED, acts=5)
    with clock.standing_on(CLOSE):
        # The last day of grace counts to its end.
        square = Site.objects.get(unit=life.town.villages["下河村"], kind=SiteKind.CULTURE_SQUARE, in_use_on__isnull=False)  # fmt: skip
        said = {"on": dt.date(2022, 6, 29), "what": "消夏晚会", "people": 30, "uid": life._uid()}
        facilities.record_use(by=life.town.secretary, site=square, **said)
    return life


def counted(life: Life) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What the engine says of June on the day it closed, as result lines name it."""
    owed = obligations_of(life.town.unit, JUNE)
    found = amounts_of(life.town.unit, asked_by(owed), CLOSE)
    codes = dict(Unit.objects.values_list("pk", "code"))
    by_slot = {(slot, code): amount for (code, slot), amount in found.items()}
    return {
        (code, s.requirement, codes[s.unit], stand_in("post", s.post, codes) if s.post else "", s.period, s.asks): outcome(a)
        for (s, code), a in by_slot.items()
    }  # fmt: skip


@pytest.mark.slow
def test_a_bundle_of_all_kinds_verifies_and_says_what_the_engine_says(db: None, rooms_to_come: None) -> None:
    life = lived()
    with clock.standing_on(CLOSE + DAY):
        nightly.follow(life.town.unit, CLOSE + DAY, every_night=True)
        expected = counted(life)
        bundle = freeze_month(by=SYSTEM, town=life.town.unit, month=JUNE, as_of=CLOSE, today=CLOSE + DAY)
    found = check(parse(bundle.text, bundle.name))
    assert found.holds and found.results == bundle.results
    lines = list(map(json.loads, bundle.text.split("\n")[1:-1]))
    results = [line for line in lines if line["kind"] == "result"]
    said = {
        (r["source"], r["requirement"], r["unit"], r["post"], r["period"], r["asks"]): {
            k: r[k] for k in ("numerator", "denominator", "needed", "on_time", "met_on")
        }
        for r in results
    }
    assert said == expected
    assert any(d["source"] == "facilities.used_monthly" and d["known_on"] == CLOSE.isoformat() for d in lines if d["kind"] == "deed")  # fmt: skip
    assert {r["rule"] for r in lines if r["kind"] == "source"} == {"coverage", "force", "share", "deeds"}
    sources = {r["source"] for r in results}
    assert sources >= {
        "visits.households",
        "visits.weekly",
        "visits.weekly_per_link",
        *(d.code for d in TO_COME),
    }
    # What began anew leaves out what its predecessors did before: it is among the facts, and counts for nobody.
    anew = {r["source"]: r for r in results if r["asks"].endswith(" anew") and r["unit"] == "YLQH-V20"}
    assert {"visits.households", "test.p4", "progress_notes.reported"} <= set(anew)
    early = [d for d in lines if d["kind"] == "deed" and d["day"] < MERGED.isoformat()]
    assert {d["source"] for d in early} >= {"visits.households", "test.p4#whole", "progress_notes.reported"}
    assert (anew["test.p4"]["numerator"], anew["test.p4"]["denominator"]) == (2, 2)
    slots = [slot_of(o) for o in obligations_of(life.town.unit, JUNE)]
    assert any(s.anew and s.first == MERGED for s in slots)
