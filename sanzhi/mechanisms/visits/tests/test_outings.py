"""Outings: recorded, refused, corrected, confirmed, void; and what each does to the month of a household."""

from __future__ import annotations

from sanzhi.mechanisms.visits.models import Visit, Went
from sanzhi.mechanisms.visits.states import OutingState
from sanzhi.mechanisms.visits.tests.walks import MONDAY, Village, settled, village, walk
from tests.people import TODAY

__all__ = ["village"]


def test_a_walk_with_five_doors_counts_for_the_link_and_for_each_household(village: Village) -> None:
    outing = walk(village)
    assert (outing.state, outing.received_on, outing.typist) == (OutingState.RECORDED, TODAY, None)
    (went,) = Went.objects.all()
    assert (went.post, went.link, went.counts) == (village.posts["chen"], village.links["chen"], True)
    assert Visit.objects.filter(settles=True, counts=True, received_on=TODAY).count() == 5
    assert settled(village.households[0][0]) == [(MONDAY, "reached")]
