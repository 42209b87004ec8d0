"""A town's year: the plan of 27 monthly tasks confirmed, notes on what is past, video sites in half of the villages."""

from __future__ import annotations

import datetime as dt

from sanzhi.config.bench import tables
from sanzhi.config.bench.county import DAY, Town, confirm_plan, found_town
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.measures.models import Tally, Touch
from sanzhi.mechanisms.facilities import actions as sites
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.steering.indicators.nightly import refold

BUILT = dt.date(2022, 4, 1)
LAST_NOTED = dt.date(2022, 4, 30)


def a_year(county: Unit, code: str, villages: int) -> Town:
    """A town in the middle of its year, its figures folded as after a night."""
    town = found_town(county, code, villages)
    confirm_plan(town)
    first = first_site(town)
    half = [v.pk for v in town.villages[1 : villages // 2]]
    tables.copies(
        first, tables.numbers(len(half)), {"uid": tables.fresh_uid(), "unit_id": tables.one_of(half)}
    )
    note_what_is_past(town)
    tables.look_around()
    refold(town.unit, DAY)
    return town


def first_site(town: Town) -> Site:
    """An accepted video site of the first village, made as people make it."""
    by, officer = town.people["secretary"], town.people["officer"]
    with clock.standing_on(BUILT):
        site = sites.plan_site(by=by, unit=town.villages[0], kind=SiteKind.VIDEO, name="村口", on=BUILT)
        site = sites.build_site(by=by, site=site, built_on=BUILT, today=BUILT)
        site = sites.hand_in_site(by=by, site=site, today=BUILT)
        checks = {c.code: True for c in CHECK_LISTS[SiteKind.VIDEO]}
        return sites.accept_site(by=officer, site=site, on=BUILT, checks=checks)


def first_note(town: Town) -> Note:
    """An accepted note on the first village's first obligation that a note proves, made as people make it."""
    rows = Obligation.objects.filter(
        town=town.unit, unit=town.villages[0], requirement__proves="", due_on__lte=LAST_NOTED
    )
    obligation = rows.select_related("requirement__task__version__plan", "unit", "town").order_by(
        "due_on", "pk"
    )[0]
    day = obligation.due_on
    with clock.standing_on(day):
        note = notes.write_note(
            by=town.people["secretary"],
            obligation=obligation,
            text="本月按要求开展了工作，入户走访和集中宣传各一次。",
            happened_on=day,
            today=day,
        )
        return notes.accept_note(by=town.people["officer"], note=note, today=day)


def note_what_is_past(town: Town) -> int:
    """A note on every obligation of the months that are over, but one in seven that was forgotten."""
    note = first_note(town)
    source = (
        f"SELECT o.id AS i, o.unit_id, o.requirement_id, o.due_on FROM {Obligation._meta.db_table} o"
        f" JOIN {note.requirement._meta.db_table} r ON r.id = o.requirement_id"
        f" WHERE o.town_id = {town.unit.pk} AND r.proves = '' AND o.due_on <= '{LAST_NOTED}'"
        f" AND o.id <> {note.obligation_id} AND o.id % 7 <> 0"
    )
    return tables.copies(
        note,
        source,
        {
            "uid": tables.fresh_uid(),
            "obligation_id": "n.i",
            "unit_id": "n.unit_id",
            "requirement_id": "n.requirement_id",
            "happened_on": "n.due_on",
            "counts_on": "n.due_on",
            "submitted_on": "n.due_on",
            "decided_on": "n.due_on",
        },
    )


def forget_tallies(town: Town) -> None:
    """Take the kept figures away, so that the next page counts all of them live."""
    with writes_allowed():
        Tally.objects.filter(town=town.unit).delete()
        Touch.objects.filter(town=town.unit).delete()
