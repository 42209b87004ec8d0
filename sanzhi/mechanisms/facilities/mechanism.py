"""The manifest of sites."""

from functools import partial
from typing import Any

from django.urls import reverse

from sanzhi.kit.access import within
from sanzhi.kit.made import made_by
from sanzhi.kit.manifest import Mechanism, Place
from sanzhi.mechanisms.facilities.access import CAPABILITIES
from sanzhi.mechanisms.facilities.demo import build
from sanzhi.mechanisms.facilities.exports import EXPORTS
from sanzhi.mechanisms.facilities.measures import DUTIES, TARGETS, USED, USED_MONTHLY
from sanzhi.mechanisms.facilities.models import Site, SiteNote


def _record_address(duty_code: str, obligation: Any) -> str:
    """Where a village goes that owes a kind of site: its own sites of that kind."""
    kind = duty_code.removeprefix("facilities.")
    village = "" if obligation.town_share else f"&village={obligation.unit_id}"
    return f"{reverse('facilities:list')}?kind={kind}{village}"


def _uses_address(obligation: Any) -> str:
    """Where a village goes that owes activities: its accepted sites, each with the form."""
    return f"{reverse('facilities:list')}?state=accepted&village={obligation.unit_id}"


def _page(row: Site | SiteNote) -> str:
    """The page of a site, or of the site a note is about."""
    return reverse("facilities:detail", args=[row.site_id if isinstance(row, SiteNote) else row.pk])


MECHANISM = Mechanism(
    slug="facilities",
    name="阵地与设施",
    clauses=("Z7", "F3", "V3", "V6"),
    summary="视频点、调解工作室、法律服务室、示范点、文化广场等：从计划、建成、报验到验收、使用和维护；按村算覆盖，或按个数算。",
    capabilities=CAPABILITIES,
    measures=(USED,),
    duties=DUTIES,
    places=(Place("阵地与设施", "facilities:list", "facilities:read", icon="village"),),
    minutes={"site": 5, "site_use": 1, "site_condition": 1, "access_audit": 5},
    exports=EXPORTS,
    demo=build,
    detail=_page,
    opens=lambda user, rows: within(user, "facilities:read", rows),
    made=(made_by(Site, "点位", _page),),
    record_here={t.code: partial(_record_address, t.code) for t in TARGETS}
    | {USED_MONTHLY.code: _uses_address},
)
