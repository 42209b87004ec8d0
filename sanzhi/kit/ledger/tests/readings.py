"""Readings made by hand for the tests of the ledger: the words of a task with what a reader would have found in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, Plan, PlanVersion
from tests.people import TODAY, Town

FIRST_DAY = dt.date(2022, 3, 15)


def by(date: str, what: str = "") -> dict[str, Any]:
    """A deadline with its day."""
    return {"kind": "by", "date": date, "what": what, "quote": f"{date}前", "span": None, "in_body": False}


def always() -> dict[str, Any]:
    """长期坚持."""
    return {"kind": "standing", "date": None, "what": "", "quote": "长期坚持", "span": None, "in_body": False}


def rhythm(every: str, at_least: int = 1) -> dict[str, Any]:
    """A cadence."""
    return {"every": every, "at_least": at_least, "unit": "次", "quote": f"{every}一次", "span": None}


def share(
    at_least: str, by: str | None, quote: str = "达标村", every: str | None = None, per: str | None = None
) -> dict[str, Any]:
    """A share to be reached."""
    return {"kind": "share", "at_least": at_least, "of": "村", "unit": "%", "per": per, "every": every, "by": by, "quote": quote, "span": None}  # fmt: skip


def count(
    at_least: str, of: str, by: str | None = None, every: str | None = None, per: str | None = None
) -> dict[str, Any]:
    """A number to be reached."""
    return {"kind": "count", "at_least": at_least, "of": of, "unit": "个", "per": per, "every": every, "by": by, "quote": of, "span": None}  # fmt: skip


def task(text: str, lead: str, responsible: str, *found: dict[str, Any]) -> dict[str, Any]:
    """A task of a reading; `responsible` are names with 、 between, `found` its deadlines, cadences and targets."""
    units = [{"name": lead, "role": "lead", "span": None}] if lead else []
    units += [{"name": n, "role": "responsible", "span": None} for n in responsible.split("、") if n]
    return {
        "path": ["一"],
        "heading": text[:20],
        "text": text,
        "span": [0, len(text)],
        "units": units,
        "deadlines": [f for f in found if f.get("kind") in ("by", "standing", "as_superior_sets")],
        "cadences": [f for f in found if "kind" not in f],
        "targets": [f for f in found if f.get("kind") in ("share", "count")],
        "doubts": [],
    }


def reading(*tasks: dict[str, Any], title: str = "青禾镇方案", **more: Any) -> dict[str, Any]:
    """A reading with these tasks."""
    base = {
        "text": "\n".join([title, *(t["text"] for t in tasks)]),
        "number": None,
        "title": title,
        "issuer": None,
        "year": 2022,
        "issued_on": None,
        "first_day": None,
        "addressees": [],
        "objectives": [],
        "tasks": list(tasks),
        "demands": [],
        "doubts": [],
    }
    return base | more


def stored(
    town: Town, *tasks: dict[str, Any], plan: Plan | None = None, today: dt.date = TODAY, **more: Any
) -> PlanVersion:
    """A reading kept, waiting to be confirmed."""
    return store_reading(
        by=town.party,
        town=town.unit,
        reading=reading(*tasks, **more),
        file_name="方案.txt",
        today=today,
        plan=plan,
    )


def confirmed(
    town: Town, *tasks: dict[str, Any], first_day: dt.date = FIRST_DAY, today: dt.date = TODAY, **more: Any
) -> PlanVersion:
    """A first version, read and confirmed on `today`."""
    version = stored(town, *tasks, today=today, **more)
    ledger.set_first_day(by=town.party, version=version, day=first_day)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=today)
    return version


def renewed(
    town: Town,
    before: PlanVersion,
    *tasks: dict[str, Any],
    first_day: dt.date,
    today: dt.date,
    pairs: dict[int, int | None] | None = None,
) -> PlanVersion:
    """A later version of the plan, paired (position → old position; None: new; default: as proposed) and confirmed."""
    version = stored(town, *tasks, plan=before.plan, today=today, title=f"青禾镇方案（修订{before.number}）")
    ledger.set_first_day(by=town.party, version=version, day=first_day)
    old = {t.position: t for t in before.tasks.all()}
    for one in version.tasks.all():
        position = (pairs or {}).get(one.position, -1)
        goes_on = one.predecessor if position == -1 else old[position] if position is not None else None
        ledger.pair_task(by=town.party, task=one, old=goes_on)
    followed = set(version.tasks.values_list("predecessor_id", flat=True))
    left = [t.code for t in old.values() if t.pk not in followed]
    if left:
        ledger.leave_out_tasks(by=town.party, version=version, codes=left)
    version.refresh_from_db()
    ledger.confirm_new_version(by=town.party, version=version, today=today, shares_seen=True)
    return version


def owed(town: Town, **where: Any) -> list[Obligation]:
    """Obligations of the town, in order of due day and unit."""
    rows = Obligation.objects.filter(town=town.unit, **where).select_related(
        "requirement__task__version__plan", "unit"
    )
    return list(rows.order_by("due_on", "unit__position"))
