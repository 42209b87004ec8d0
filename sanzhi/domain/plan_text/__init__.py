"""The plan reader: lines and tables of a plan document become a `Reading` with tasks, units, dates, targets and doubts."""

from sanzhi.domain.plan_text.model import (
    CadenceNote,
    DeadlineNote,
    DemandNote,
    Doubt,
    Reading,
    SectionNote,
    TargetNote,
    TaskNote,
    UnitNote,
)
from sanzhi.domain.plan_text.reading import read
from sanzhi.domain.plan_text.show import as_table
from sanzhi.domain.plan_text.tabular import Table

__all__ = [
    "CadenceNote",
    "DeadlineNote",
    "DemandNote",
    "Doubt",
    "Reading",
    "SectionNote",
    "Table",
    "TargetNote",
    "TaskNote",
    "UnitNote",
    "as_table",
    "read",
]
