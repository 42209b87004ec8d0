"""Every change of the ledger after a plan was read: editing the reading, confirming, new versions, what is owed after."""

from sanzhi.kit.ledger.actions.confirming import confirm_reviewed, confirm_tasks, discard_version
from sanzhi.kit.ledger.actions.editing import (
    EDITABLE,
    add_requirement,
    add_unit,
    check_requirement,
    edit_requirement,
    edit_task,
    name_unit,
    name_units,
    remove_requirement,
    remove_unit,
    set_first_day,
    settle_doubt,
    settle_doubts,
)
from sanzhi.kit.ledger.actions.following import Choice, choose_hand_overs, follow_registers
from sanzhi.kit.ledger.actions.owing import (
    add_share,
    change_after_confirm,
    exempt,
    look_at_standing,
    pick_villages,
    revoke_exemption,
)
from sanzhi.kit.ledger.actions.renewing import (
    confirm_new_version,
    leave_out_tasks,
    pair_sure_tasks,
    pair_task,
)

__all__ = [
    "EDITABLE",
    "Choice",
    "add_requirement",
    "add_share",
    "add_unit",
    "change_after_confirm",
    "check_requirement",
    "choose_hand_overs",
    "confirm_new_version",
    "confirm_reviewed",
    "confirm_tasks",
    "discard_version",
    "edit_requirement",
    "edit_task",
    "exempt",
    "follow_registers",
    "leave_out_tasks",
    "look_at_standing",
    "name_unit",
    "name_units",
    "pair_sure_tasks",
    "pair_task",
    "pick_villages",
    "remove_requirement",
    "remove_unit",
    "revoke_exemption",
    "set_first_day",
    "settle_doubt",
    "settle_doubts",
]
