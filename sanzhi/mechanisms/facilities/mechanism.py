"""The manifest of sites."""

from django.urls import reverse

from sanzhi.kit.manifest import Mechanism, Place
from sanzhi.mechanisms.facilities.access import CAPABILITIES
from sanzhi.mechanisms.facilities.measures import TARGETS

MECHANISM = Mechanism(
    slug="facilities",
    name="阵地与设施",
    clauses=("Z7", "F3", "V3", "V6"),
    summary="视频点、调解工作室、法律服务室、示范点：从计划、建成、报验到验收，按村算覆盖。",
    capabilities=CAPABILITIES,
    duties=TARGETS,
    places=(Place("阵地与设施", "facilities:list", "facilities:read", icon="pin"),),
    minutes={"site": 5},
    detail=lambda site: reverse("facilities:detail", args=[site.pk]),
    record_here={t.code: (lambda obligation: reverse("facilities:list")) for t in TARGETS},
)
