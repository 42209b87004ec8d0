"""The manifest of visits."""

from sanzhi.kit.manifest import Mechanism
from sanzhi.mechanisms.visits.access import CAPABILITIES
from sanzhi.mechanisms.visits.exports import EXPORTS

MECHANISM = Mechanism(
    slug="visits",
    name="走访",
    clauses=("Z5",),
    summary="联系小组、走访到户、十户联保、电话报告和跟进办理：每周走访、每月到户自动算。",
    capabilities=CAPABILITIES,
    minutes={"outing": 1, "link": 1, "phone_report": 1, "follow_up": 1},
    exports=EXPORTS,
)
