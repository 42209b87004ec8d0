"""Notes of tests: a confirmed plan whose tasks no mechanism proves, and notes written through the room's own actions."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.foundation import clock
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, PlanVersion
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.mechanisms.progress_notes import actions
from sanzhi.mechanisms.progress_notes.models import Note
from tests.people import TODAY, Town

FIRST_DAY = dt.date(2022, 3, 15)
JUNE = dt.date(2022, 6, 30)
WORDS = "已召开会议部署，分工到人，本周完成两项。"
BY_DAY = "各村制定议事清单，6月底前完成。"
MONTHLY = "镇综治办每月开展一次督导。"


def _task(path: str, text: str, start: int, units: list[tuple[str, str]], **more: list) -> dict:
    return {
        "path": [path], "heading": text[:8], "text": text, "span": [start, start + len(text)],
        "units": [{"name": n, "role": r, "span": None} for n, r in units],
        "deadlines": [], "cadences": [], "targets": [], "doubts": [], **more,
    }  # fmt: skip


READING = {
    "text": BY_DAY + MONTHLY, "number": "青办〔2022〕3号", "title": "治理提升年方案", "issuer": "青禾镇", "year": 2022,
    "issued_on": None, "first_day": None, "addressees": [], "objectives": [], "demands": [], "doubts": [],
    "tasks": [
        _task(
            "一", BY_DAY, 0, [("镇综治办", "lead"), ("各村", "responsible")],
            deadlines=[{"kind": "by", "date": "2022-06-30", "what": "", "quote": "6月底前", "span": None, "in_body": True}],
        ),
        _task(
            "二", MONTHLY, len(BY_DAY), [("镇综治办", "lead")],
            cadences=[{"every": "month", "at_least": 2, "unit": "次", "quote": "每月", "span": None}],
        ),
    ],
}  # fmt: skip


@pytest.fixture
def version(town: Town) -> PlanVersion:
    """A confirmed plan: each village once by June, the lead unit twice a month."""
    made = store_reading(by=town.party, town=town.unit, reading=READING, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=made, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=made, tasks=made.tasks.all(), today=TODAY)
    return made


def owed(town: Town, name: str = "上河村", due_on: dt.date = JUNE) -> Obligation:
    """What a village (or the lead unit, by its name) owes by a day."""
    unit = (town.villages | town.offices)[name]
    rows = Obligation.objects.select_related("requirement__task__version__plan", "unit", "town")
    return rows.get(unit=unit, due_on=due_on)


def written(town: Town, on: dt.date = TODAY, text: str = WORDS, **more: object) -> Note:
    obligation = more.pop("obligation", None) or owed(town)
    by = more.pop("by", town.secretary)
    with clock.standing_on(on):
        return actions.write_note(by=by, obligation=obligation, text=text, happened_on=on, today=on, **more)


def accepted(town: Town, note: Note | None = None, on: dt.date = TODAY) -> Note:
    with clock.standing_on(on):
        return actions.accept_note(by=town.officer, note=note or written(town), today=on)


def returned(town: Town, note: Note | None = None, on: dt.date = TODAY) -> Note:
    with clock.standing_on(on):
        return actions.return_note(by=town.officer, note=note or written(town), reason="缺到会人数", today=on)


def stand_of(town: Town, obligation: Obligation, today: dt.date, *, above_village: bool = True) -> Stand:
    (one,) = stands([obligation], town.unit, today, above_village=above_village)
    return one
