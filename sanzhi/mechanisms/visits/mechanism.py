"""The manifest of visits."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from sanzhi.foundation import clock
from sanzhi.kit.access import can, within
from sanzhi.kit.made import made_by
from sanzhi.kit.manifest import Mechanism, Place
from sanzhi.mechanisms.visits.access import CAPABILITIES
from sanzhi.mechanisms.visits.demo import build
from sanzhi.mechanisms.visits.exports import EXPORTS
from sanzhi.mechanisms.visits.measures import AWAY, DUTIES, MONTHLY, WEEKLY, WEEKLY_PER_LINK
from sanzhi.mechanisms.visits.models import Outing, PhoneReport, Visit, Went
from sanzhi.mechanisms.visits.queries.rows import DOORS


def _outing(row: Any) -> str:
    """The page of an outing, asked by itself, by one of its doors or by who went."""
    key = row.outing_id if isinstance(row, Visit | Went) else row.pk if isinstance(row, Outing) else None
    return reverse("visits:detail", args=[key]) if key is not None else ""


def _my_groups(_obligation: Any) -> str:
    """Where a cadre who owes a day of walking records it: behind their own groups."""
    return reverse("visits:groups")


def _not_yet_reached(obligation: Any) -> str:
    """Where a village sees which doors are left this month."""
    return f"{reverse('visits:unreached')}?village={obligation.unit_id}&all=1"


def _doors_read_by(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows whose doors a person may look at: those of the village's own people. The town counts them."""
    return within(user, DOORS, rows, unit="group" if rows.model is Visit else "unit")


def _left_this_month(user: Any, unit: Any, first: dt.date, last: dt.date) -> str:
    """Where the village's own people see which doors are left; the list knows the current month alone."""
    if unit.kind != "village" or not first <= clock.today() <= last or not can(user, DOORS, unit):
        return ""
    return f"{reverse('visits:unreached')}?village={unit.pk}&all=1"


MECHANISM = Mechanism(
    slug="visits",
    name="走访",
    clauses=("Z5",),
    summary="联系小组、走访到户、十户联保、电话报告和跟进办理：每周走访、每月到户自动算。",
    capabilities=CAPABILITIES,
    duties=DUTIES,
    places=(Place("走访", "visits:groups", "visits:read", icon="people"),),
    minutes={"outing": 1, "link": 1, "phone_report": 1, "follow_up": 1},
    demo=build,
    detail=_outing,
    opens=_doors_read_by,
    not_reached={MONTHLY.code: _left_this_month},
    made=(
        made_by(Outing, "走访", _outing),
        made_by(PhoneReport, "电话报告", lambda _call: reverse("visits:matters")),
    ),
    record_here={
        WEEKLY.code: _my_groups,
        WEEKLY_PER_LINK.code: _my_groups,
        MONTHLY.code: _not_yet_reached,
        AWAY.code: _my_groups,
    },
    exports=EXPORTS,
)
