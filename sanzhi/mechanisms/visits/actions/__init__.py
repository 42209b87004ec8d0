"""Every write of the walks: links, mutual-help groups, outings, matters."""

from sanzhi.mechanisms.visits.actions.links import end_link, link_cadre
from sanzhi.mechanisms.visits.actions.matters import (
    answer_follow_up,
    escalate_follow_up,
    hand_over_follow_up,
    report_by_phone,
    settle_follow_up,
)
from sanzhi.mechanisms.visits.actions.mutual import (
    change_contact,
    close_mutual_group,
    join_mutual_group,
    leave_mutual_group,
    set_up_mutual_group,
)
from sanzhi.mechanisms.visits.actions.outings import (
    confirm_outing,
    correct_outing,
    record_outing,
    record_outings,
    void_outing,
)
from sanzhi.mechanisms.visits.actions.scans import attach_scan
from sanzhi.mechanisms.visits.actions.sent import NewOuting, Tick

__all__ = [
    "NewOuting",
    "Tick",
    "answer_follow_up",
    "attach_scan",
    "change_contact",
    "close_mutual_group",
    "confirm_outing",
    "correct_outing",
    "end_link",
    "escalate_follow_up",
    "hand_over_follow_up",
    "join_mutual_group",
    "leave_mutual_group",
    "link_cadre",
    "record_outing",
    "record_outings",
    "report_by_phone",
    "set_up_mutual_group",
    "settle_follow_up",
    "void_outing",
]
