"""Sites of tests: built through the room's own actions, each step on its own day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, PlanVersion
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.mechanisms.facilities import actions
from sanzhi.mechanisms.facilities.kinds import AUDIT_LIST
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteKind, SiteUse
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS
from tests.people import TODAY, Town

TEXT = "推进视频监控系统建设，5月底前完成50%的村，9月底前做到所有村全覆盖。"
FIRST_DAY = dt.date(2022, 3, 15)
MAY, SEPTEMBER = dt.date(2022, 5, 31), dt.date(2022, 9, 30)


def _share(at_least: str, by: str) -> dict:
    return {
        "kind": "share", "at_least": at_least, "of": "村", "every": None, "per": None, "by": by, "quote": "覆盖", "span": None,
    }  # fmt: skip


READING: dict[str, Any] = {
    "text": TEXT, "number": "青办〔2022〕3号", "title": "治理提升年方案", "issuer": "青禾镇", "year": 2022,
    "issued_on": None, "first_day": None, "addressees": [], "objectives": [], "demands": [], "doubts": [],
    "tasks": [
        {
            "path": ["二"], "heading": "建好视频监控", "text": TEXT, "span": [0, len(TEXT)],
            "units": [
                {"name": "镇综治办", "role": "lead", "span": None},
                {"name": "各村", "role": "responsible", "span": None},
            ],
            "deadlines": [], "cadences": [], "doubts": [],
            "targets": [_share("1/2", "2022-05-31"), _share("1/1", "2022-09-30")],
        }
    ],
}  # fmt: skip


def _reading(text: str, lead: str, targets: list[dict]) -> dict:
    """The reading of a one-task plan."""
    return READING | {
        "text": text, "number": f"青办〔2022〕{len(text)}号", "title": text[:12],
        "tasks": [
            READING["tasks"][0] | {
                "heading": text[:8], "text": text, "span": [0, len(text)], "targets": targets,
                "units": [
                    {"name": lead, "role": "lead", "span": None},
                    {"name": "各村", "role": "responsible", "span": None},
                ],
            }
        ],
    }  # fmt: skip


def wanted(number: int, by: str = "2022-10-31") -> dict:
    """A target of so many things of the town by a day."""
    return {
        "kind": "count", "at_least": str(number), "of": "个", "every": None, "per": None, "by": by, "quote": "建成",
        "span": None,
    }  # fmt: skip


def confirmed(town: Town, targets: list[dict], text: str, lead: str) -> PlanVersion:
    """A confirmed plan of one task in these words."""
    reading = _reading(text, lead, targets)
    made = store_reading(by=town.party, town=town.unit, reading=reading, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=made, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=made, tasks=made.tasks.all(), today=TODAY)
    return made


@pytest.fixture
def version(town: Town) -> PlanVersion:
    """A confirmed plan that asks half of the villages by May and all by September."""
    made = store_reading(by=town.party, town=town.unit, reading=READING, file_name="plan.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=made, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=made, tasks=made.tasks.all(), today=TODAY)
    return made


def planned(town: Town, unit: Unit | None = None, kind: str = SiteKind.VIDEO) -> Site:
    return actions.plan_site(
        by=town.secretary,
        unit=unit or town.villages["上河村"],
        kind=kind,
        name="村口老樟树旁",
        on=dt.date(2022, 3, 1),
    )


def built(
    town: Town, unit: Unit | None = None, on: dt.date = dt.date(2022, 5, 20), kind: str = SiteKind.VIDEO
) -> Site:
    with clock.standing_on(max(on, TODAY)):
        return actions.build_site(
            by=town.secretary, site=planned(town, unit, kind), built_on=on, today=max(on, TODAY)
        )


def handed_in(
    town: Town, unit: Unit | None = None, on: dt.date = dt.date(2022, 5, 20), kind: str = SiteKind.VIDEO
) -> Site:
    with clock.standing_on(on):
        return actions.hand_in_site(by=town.secretary, site=built(town, unit, on, kind), today=on)


def all_ticked(site: Site) -> dict[str, bool]:
    return {c.code: True for c in CHECK_LISTS[site.kind]}


def accept(town: Town, site: Site, on: dt.date, late_reason: str = "") -> Site:
    with clock.standing_on(on):
        return actions.accept_site(
            by=town.officer, site=site, on=on, checks=all_ticked(site), late_reason=late_reason
        )


def accepted(
    town: Town, unit: Unit | None = None, on: dt.date = dt.date(2022, 5, 20), kind: str = SiteKind.VIDEO
) -> Site:
    return accept(town, handed_in(town, unit, on, kind), on)


def stand_of(town: Town, unit: Unit, due_on: dt.date, today: dt.date, *, above_village: bool = True) -> Stand:
    """How one unit stands with one stage on a day."""
    rows = Obligation.objects.filter(town=town.unit, unit=unit, due_on=due_on)
    found = stands(
        list(rows.select_related("requirement__task__version__plan")),
        town.unit,
        today,
        above_village=above_village,
    )
    (one,) = found
    return one


def in_use(town: Town, site: Site, on: dt.date = dt.date(2022, 5, 20)) -> Site:
    with clock.standing_on(max(on, TODAY)):
        return actions.note_use(by=town.secretary, site=site, in_use_on=on, filed_on=None)


def square(town: Town, unit: Unit | None = None, on: dt.date = dt.date(2022, 3, 20)) -> Site:
    """An accepted culture square, in use since it was built."""
    return in_use(town, accepted(town, unit, on, SiteKind.CULTURE_SQUARE), on)


def used(town: Town, site: Site, on: dt.date = TODAY, **more: Any) -> SiteUse:
    said: dict[str, Any] = {"what": "广场舞", "people": 30} | more
    return actions.record_use(by=town.secretary, site=site, on=on, **said)


def looked(town: Town, site: Site, finding: str = "good", on: dt.date = TODAY, **more: Any) -> SiteCondition:
    said: dict[str, Any] = {"by": town.secretary, "lacks": "" if finding == "good" else "灯不亮了"} | more
    return actions.record_condition(site=site, on=on, finding=finding, **said)


def audited(town: Town, site: Site, on: dt.date = TODAY, **more: Any) -> AccessAudit:
    said: dict[str, Any] = {
        "passed": [c.code for c in AUDIT_LIST], "retention_days": 30, "accesses": 2, "lacks": "",
    }  # fmt: skip
    return actions.record_audit(by=town.secretary, site=site, on=on, **(said | more))
