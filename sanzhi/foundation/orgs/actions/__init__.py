"""Every change of the register of units: opening, moving, closing, merging, naming, marking."""

from sanzhi.foundation.orgs.actions.closing import HandedOn, close_unit, merge_units, proposed_names
from sanzhi.foundation.orgs.actions.moving import move_unit, move_units
from sanzhi.foundation.orgs.actions.naming import (
    add_alias,
    drop_alias,
    mark_town_unit,
    note_answers_to_county,
    rename_unit,
)
from sanzhi.foundation.orgs.actions.opening import NewUnit, open_unit, open_units
from sanzhi.foundation.orgs.actions.standing import note_change

__all__ = [
    "HandedOn",
    "NewUnit",
    "add_alias",
    "close_unit",
    "drop_alias",
    "mark_town_unit",
    "merge_units",
    "move_unit",
    "move_units",
    "note_answers_to_county",
    "note_change",
    "open_unit",
    "open_units",
    "proposed_names",
    "rename_unit",
]
