"""Write sanzhi/domain/data/workdays_cn.csv from the chinesecalendar package (a development tool, never run by the house).

    uv pip install chinesecalendar && python tools/make_workdays.py 2020 2026

The package is not a requirement of the house: it raises beyond its last year, the table can be extended by hand.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

TARGET = Path(__file__).resolve().parent.parent / "sanzhi" / "domain" / "data" / "workdays_cn.csv"


def table(first_year: int, last_year: int) -> str:
    """The table's text for these years, both included."""
    years = range(first_year, last_year + 1)
    rows = [(day, "holiday", name) for day, name in holidays.items() if day.year in years]
    rows += [(day, "makeup", name) for day, name in workdays.items() if day.year in years]
    head = [
        f"# 法定节假日和调休上班日 {first_year}—{last_year}：国务院办公厅历年《关于部分节假日安排的通知》。",
        f"# Source: chinesecalendar {version('chinesecalendar')} (MIT), which transcribes those notices; made by tools/make_workdays.py.",
        "# kind: holiday = no work (weekends inside a holiday included), makeup = a Saturday or Sunday that is worked.",
        "day,kind,name",
    ]
    return "\n".join(head + [f"{day},{kind},{name}" for day, kind, name in sorted(rows)]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(table(int(sys.argv[1]), int(sys.argv[2])), encoding="utf-8")
