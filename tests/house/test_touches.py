"""Every action of every room that writes what is counted says so to the figures: a touch, or a change of a register.

The acts below are all that rooms have. A new action that stands in none of them fails here until it is walked too.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection
from PIL import Image

from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import written_table
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs.models import RegisterChange
from sanzhi.kit import registry
from sanzhi.kit.manifest import Mechanism
from sanzhi.kit.measures.checks import GROUND
from sanzhi.kit.measures.declarations import Coverage, Duty
from sanzhi.kit.measures.models import Touch
from sanzhi.mechanisms.facilities import actions as facilities
from sanzhi.mechanisms.facilities.models import SiteKind
from sanzhi.mechanisms.facilities.tests import sites
from sanzhi.mechanisms.progress_notes import actions as notes
from sanzhi.mechanisms.progress_notes.tests.notes import WORDS, version, written
from sanzhi.mechanisms.visits import actions as visits
from sanzhi.mechanisms.visits.actions import NewOuting
from sanzhi.mechanisms.visits.models import FollowUp
from sanzhi.mechanisms.visits.rules import TOPICS
from sanzhi.mechanisms.visits.tests.test_outings import end_term
from sanzhi.mechanisms.visits.tests.walks import MONDAY, Village, ticks, village, walk
from tests.people import TODAY, Town

__all__ = ["version", "village"]
ROOMS = Path(registry.__file__).parents[1] / "mechanisms"
DAY = dt.timedelta(days=1)
R = TypeVar("R")


def declared_actions() -> set[str]:
    """The verbs of all actions of rooms, as they stand in the source."""
    texts = [p.read_text(encoding="utf-8") for p in ROOMS.rglob("*.py") if "tests" not in p.parts]
    return {verb for text in texts for verb in re.findall(r'@action\(\s*"([a-z_]+\.[a-z_]+)"', text)}


def counted_tables() -> set[str]:
    """Tables of records and registers of which some figure is made; units themselves are moved by no room."""
    models = {model for source in registry.duties().values() for model in source.touched_by}
    for source in registry.duties().values():
        populations = [source.of.population] if isinstance(source.of, Coverage) else []
        populations += [source.owed_by] if isinstance(source, Duty) and source.owed_by is not None else []
        models |= {model for population in populations for model in population.reads}
    return {model._meta.db_table for model in models} - GROUND


def told() -> tuple[int, int]:
    """The last touch and the last change of a register."""
    last = (m.objects.order_by("-pk").values_list("pk", flat=True).first() for m in (Touch, RegisterChange))
    touch, change = (pk or 0 for pk in last)
    return touch, change


class Ledger:
    """Looks at each act: which tables it wrote, whether the figures were told, under which verb it was kept."""

    def __init__(self) -> None:
        self.counted = counted_tables()
        self.silent: list[str] = []
        self.seen: set[str] = set()

    def do(self, act: Callable[[], R]) -> R:
        """One act of a room."""
        wrote: set[str] = set()

        def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict) -> Any:
            table = written_table(str(sql))
            wrote.update({table} if table else set())
            return execute(sql, params, many, context)

        before, entries = told(), AuditEntry.objects.count()
        with connection.execute_wrapper(listen):
            made = act()
        verbs = set(AuditEntry.objects.order_by("pk")[entries:].values_list("verb", flat=True))
        self.seen |= verbs
        if wrote & self.counted and told() == before:
            self.silent.append(f"{', '.join(sorted(verbs))} wrote {', '.join(sorted(wrote & self.counted))}")
        return made


def walk_facilities(town: Town, ledger: Ledger) -> None:
    do, by, lead = ledger.do, town.secretary, town.officer
    site = do(lambda: sites.planned(town))
    do(lambda: facilities.build_site(by=by, site=site, built_on=TODAY - 9 * DAY, today=TODAY))
    do(lambda: facilities.hand_in_site(by=by, site=site, today=TODAY))
    do(lambda: facilities.return_site(by=lead, site=site, reason="镜头没有对准路口"))
    do(lambda: facilities.hand_in_site(by=by, site=site, today=TODAY))
    do(lambda: sites.accept(town, site, TODAY))
    do(lambda: facilities.note_use(by=by, site=site, in_use_on=TODAY - 8 * DAY, filed_on=TODAY))
    condition = do(lambda: sites.looked(town, site, "repair"))
    do(lambda: facilities.record_repair(by=by, note=condition, on=TODAY))
    do(lambda: sites.audited(town, site))
    do(lambda: facilities.reopen_site(by=lead, site=site, reason="验收时看错了点位"))
    do(lambda: facilities.withdraw_site(by=lead, site=site, on=TODAY, reason="不再建设了"))
    square = sites.square(town)
    do(lambda: facilities.publish_hours(by=by, site=square, hours="每天 8:00—20:00", on=TODAY))
    use = do(lambda: sites.used(town, square))
    do(lambda: facilities.void_note(by=by, note=use, reason="登记错了地方"))
    assert square.kind == SiteKind.CULTURE_SQUARE


def walk_notes(town: Town, ledger: Ledger) -> None:
    do, by, lead = ledger.do, town.secretary, town.officer
    note = do(lambda: written(town))
    said = {"note": note, "text": WORDS + "另补一项。", "happened_on": TODAY, "today": TODAY}
    do(lambda: notes.edit_note(by=by, **said))
    do(lambda: notes.return_note(by=lead, note=note, reason="请补上到会人数", today=TODAY))
    do(lambda: notes.resubmit_note(by=by, **said))
    do(lambda: notes.accept_note(by=lead, note=note, today=TODAY))
    do(lambda: notes.return_note(by=lead, note=note, reason="撤回认定，请补材料", today=TODAY))
    do(lambda: notes.void_note(by=by, note=note, reason="重复写了一份"))


def walk_visits(town: Town, here: Village, ledger: Ledger) -> None:
    do, by, homes = ledger.do, town.secretary, here.households[2]
    group, chen = here.groups[2], here.posts["chen"]
    link = do(lambda: visits.link_cadre(by=by, post=chen, group=group, on=MONDAY, ground="两委会分工"))
    outing = do(lambda: walk(here, doors=ticks(homes[:2]), group=2))
    words = {"on": MONDAY + DAY, "half_day": "evening", "went": [chen], "ticks": ticks(homes[:1], "declined")}
    do(lambda: visits.correct_outing(by=by, outing=outing, reason="记错了一天", **words))
    do(lambda: visits.void_outing(by=by, outing=outing, reason="重复登记了一次"))
    do(lambda: visits.end_link(by=by, link=link, on=MONDAY + DAY, ground="重新分工"))
    many = [NewOuting(town.cadre, group, MONDAY, "morning", [chen], ticks(homes[2:4]))]
    (other,) = do(lambda: visits.record_outings(by=town.cadre, outings=many))
    do(lambda: visits.attach_scan(by=by, outing=other, name="单子.png", source=_picture()))
    former = end_term(town.cadre, MONDAY)
    waiting = do(lambda: walk(here, by=former, doors=ticks(homes[4:]), group=2, half_day="evening"))
    do(lambda: visits.confirm_outing(by=by, outing=waiting))
    mutual = do(
        lambda: visits.set_up_mutual_group(
            by=by, group=group, number=7, on=MONDAY, contact_household=homes[0]
        )
    )
    member = do(lambda: visits.join_mutual_group(by=by, mutual_group=mutual, household=homes[1], on=MONDAY))
    do(lambda: visits.change_contact(by=by, mutual_group=mutual, contact_household=homes[1]))
    do(lambda: visits.leave_mutual_group(by=by, member=member, on=TODAY))
    do(lambda: visits.close_mutual_group(by=by, mutual_group=mutual, on=TODAY, ground="大家商量后不再组队"))
    do(lambda: visits.report_by_phone(by=by, group=group, on=TODAY, reporter="group_leader", topic="hazard"))
    matter = FollowUp.objects.get()
    do(lambda: visits.escalate_follow_up(by=by, matter=matter))
    do(lambda: visits.answer_follow_up(by=town.officer, matter=matter, answer="已安排人来看"))
    do(lambda: visits.settle_follow_up(by=by, matter=matter, on=TODAY, how="已经修好了"))
    do(lambda: visits.report_by_phone(by=by, group=group, on=TODAY, reporter="group_leader", topic="dispute"))
    room = Mechanism(
        "other",
        "另一个机制",
        (),
        "",
        accepts_leads=frozenset({TOPICS["dispute"].lead}),
        take_lead=lambda by, lead: outing,
    )
    last = FollowUp.objects.get(topic="dispute")
    do(lambda: visits.hand_over_follow_up(by=by, matter=last, rooms=[room]))


def _picture() -> io.BytesIO:
    scan = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(scan, "PNG")
    scan.seek(0)
    return scan


@pytest.mark.usefixtures("version")
def test_every_action_that_writes_what_is_counted_tells_the_figures(town: Town, village: Village) -> None:
    ledger = Ledger()
    assert {"visits_visit", "visits_link", "facilities_site", "people_stay", "people_post"} <= ledger.counted
    with clock.standing_on(TODAY):
        walk_facilities(town, ledger)
        walk_notes(town, ledger)
        walk_visits(town, village, ledger)
    assert ledger.silent == []
    assert declared_actions() - ledger.seen == set(), "these actions are in no walk of this test"
