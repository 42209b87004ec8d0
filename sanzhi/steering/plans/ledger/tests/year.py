"""A confirmed plan of 27 tasks in the invented town, as the pages' tests and the query bounds need it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, PlanVersion
from tests.people import TODAY, Town

FIRST_DAY = dt.date(2022, 1, 1)
BY_MAY = "2022年5月底前完成50%的村，9月底前做到所有村视频监控全覆盖。"


def _units(*named: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "role": role, "span": None} for name, role in named]


def _deadline(kind: str, date: str | None) -> dict[str, Any]:
    return {"kind": kind, "date": date, "what": "", "quote": "", "span": None, "in_body": False}


def _task(
    number: int,
    text: str,
    units: list[dict[str, Any]],
    deadlines: list[dict[str, Any]],
    cadences: list[dict[str, Any]],
    targets: list[dict[str, Any]],
    start: int,
) -> dict[str, Any]:
    return {
        "path": ["二", f"（{'一二三'[number % 3]}）", str(number)],
        "heading": text[:20],
        "text": text,
        "span": [start, start + len(text)],
        "units": units,
        "deadlines": deadlines,
        "cadences": cadences,
        "targets": targets,
        "doubts": [],
    }


def reading(tasks: int = 27) -> dict[str, Any]:
    """A reading: task 1 is staged video coverage, 2 stands, 3 waits for its villages, 4 is due on 03-31, all others monthly."""
    parts, found = ["青禾镇基层治理提升年方案\n二、工作任务\n（二）坚持自治强基\n"], []
    villages = _units(("镇综治办", "lead"), ("各村", "responsible"))
    month = [{"every": "month", "at_least": 1, "unit": "次", "quote": "每月", "span": None}]
    for number in range(1, tasks + 1):
        start = sum(map(len, parts))
        text = f"{number}.每月开展第{number}项工作，长期坚持。"
        units, deadlines, cadences, targets = villages, [_deadline("standing", None)], month, []
        if number == 1:
            text, cadences = BY_MAY, []
            deadlines = [_deadline("by", "2022-05-31"), _deadline("by", "2022-09-30")]
            targets = [
                _share("1/2", "2022-05-31", "完成50%的村"),
                _share("1/1", "2022-09-30", "所有村视频监控全覆盖"),
            ]
        elif number == 2:
            text, cadences = "长期坚持走访制度。", []
        elif number == 3:
            text, cadences = "选取若干村试点。", []
            units = _units(("镇党建办", "lead"), ("相关村", "responsible"))
            deadlines = [_deadline("by", "2022-10-31")]
        elif number == 4:
            text, cadences, deadlines = "3月底前制定目标。", [], [_deadline("by", "2022-03-31")]
        found.append(_task(number, text, units, deadlines, cadences, targets, start))
        parts.append(text + "\n")
    return {
        "text": "".join(parts),
        "number": "青办〔2022〕3号",
        "title": "青禾镇基层治理提升年方案",
        "issuer": "青禾镇党政办公室",
        "year": 2022,
        "issued_on": None,
        "first_day": None,
        "addressees": [],
        "objectives": [],
        "tasks": found,
        "demands": [],
        "doubts": [],
    }


def _share(at_least: str, by: str, quote: str) -> dict[str, Any]:
    return {
        "kind": "share",
        "at_least": at_least,
        "of": "村",
        "every": None,
        "per": None,
        "by": by,
        "quote": quote,
        "span": None,
    }


def confirmed(town: Town, tasks: int = 27) -> PlanVersion:
    """The plan, read and confirmed by 镇党建办 on the tests' day."""
    version = store_reading(
        by=town.party, town=town.unit, reading=reading(tasks), file_name="plan.txt", today=TODAY
    )
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)
    return version


def obligation(town: Town, task: str, unit: str, period: str) -> Obligation:
    """The obligation of a task, a unit (by name) and a period."""
    return Obligation.objects.get(
        requirement__task__code=task,
        unit__name=unit,
        period=period,
        requirement__task__version__plan__town=town.unit,
    )
