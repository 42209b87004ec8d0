"""The manifest of sites."""

from functools import partial
from typing import Any

from django.urls import reverse

from sanzhi.kit.manifest import Mechanism, Place
from sanzhi.mechanisms.facilities.access import CAPABILITIES
from sanzhi.mechanisms.facilities.demo import build
from sanzhi.mechanisms.facilities.exports import EXPORTS
from sanzhi.mechanisms.facilities.measures import TARGETS


def _record_address(duty_code: str, obligation: Any) -> str:
    """Where a village goes that owes a kind of site: its own sites of that kind."""
    kind = duty_code.removeprefix("facilities.")
    village = "" if obligation.town_share else f"&village={obligation.unit_id}"
    return f"{reverse('facilities:list')}?kind={kind}{village}"


MECHANISM = Mechanism(
    slug="facilities",
    name="阵地与设施",
    clauses=("Z7", "F3", "V3", "V6"),
    summary="视频点、调解工作室、法律服务室、示范点：从计划、建成、报验到验收，按村算覆盖。",
    capabilities=CAPABILITIES,
    duties=TARGETS,
    places=(Place("阵地与设施", "facilities:list", "facilities:read", icon="village"),),
    minutes={"site": 5},
    exports=EXPORTS,
    demo=build,
    detail=lambda site: reverse("facilities:detail", args=[site.pk]),
    record_here={t.code: partial(_record_address, t.code) for t in TARGETS},
)
