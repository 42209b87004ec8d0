"""A village that moves to another town takes its sites along, and leaves the old town's past as it was."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.orgs.actions import move_unit, open_unit
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.kit.measures.engine import Slot, amounts, rows_behind
from sanzhi.kit.registry import duties
from tests.journeys.test_first_walk import accepted_site
from tests.people import FOUNDED, SYSTEM, TODAY, Town

LAST_YEAR = dt.date(2021, 12, 31)


def whole(town_unit, last: dt.date) -> Slot:
    return Slot(town_unit.pk, f"by:{last}", FOUNDED, last, None, whole=True, at_least=1)


def test_a_moved_village_counts_in_its_new_town_with_what_it_brought(town: Town) -> None:
    video = duties()["facilities.video"]
    village = town.villages["上河村"]
    site = accepted_site(town, "上河村", dt.date(2021, 6, 1), dt.date(2021, 6, 2))
    other = open_unit(
        by=SYSTEM, code="YLLX", kind=UnitKind.TOWN, name="柳溪镇", parent=town.county, on=FOUNDED
    )
    before = amounts(video, town.unit, [whole(town.unit, LAST_YEAR)], TODAY)

    move_unit(by=SYSTEM, unit=village, parent=other, on=dt.date(2022, 5, 1), ground="县府批复")

    after = amounts(video, town.unit, [whole(town.unit, LAST_YEAR)], TODAY)
    assert after == before
    (now_here,) = amounts(video, other, [whole(other, TODAY)], TODAY).values()
    (now_there,) = amounts(video, town.unit, [whole(town.unit, TODAY)], TODAY).values()
    assert (now_here.numerator, now_here.denominator) == (1, 1)
    assert (now_there.numerator, now_there.denominator) == (0, 8)
    own = Slot(village.pk, "by:x", FOUNDED, TODAY, None, at_least=1)
    assert list(rows_behind(video, other, own)) == [site]
    assert list(rows_behind(video, other, whole(other, TODAY))) == [site]
