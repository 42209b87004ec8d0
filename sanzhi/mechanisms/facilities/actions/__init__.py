"""Every write of this room: the steps of a site, and the notes about it."""

from sanzhi.mechanisms.facilities.actions.notes import (
    record_audit,
    record_condition,
    record_repair,
    record_use,
    void_note,
)
from sanzhi.mechanisms.facilities.actions.steps import (
    accept_site,
    build_site,
    hand_in_site,
    note_use,
    plan_site,
    publish_hours,
    reopen_site,
    return_site,
    withdraw_site,
)

__all__ = [
    "accept_site",
    "build_site",
    "hand_in_site",
    "note_use",
    "plan_site",
    "publish_hours",
    "record_audit",
    "record_condition",
    "record_repair",
    "record_use",
    "reopen_site",
    "return_site",
    "void_note",
    "withdraw_site",
]
