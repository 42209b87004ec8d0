"""Every field that holds personal data is declared here by its model's app, or the house refuses to start (check R-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MaskClass = Literal["name", "surname", "phone", "address", "text", "hidden"]


@dataclass(frozen=True)
class PersonalField:
    """What one column holds about a person: why, on what legal ground, who collects and reads it, how long, how masked."""

    model: str
    field: str
    purpose: str
    legal_basis: str
    collector_role: str
    readers: str
    retention: str
    mask_class: MaskClass


_DECLARED: dict[tuple[str, str], PersonalField] = {}


def personal(*fields: PersonalField) -> None:
    """Declare fields, once, in the `personal.py` of the app that owns the model (imported from its AppConfig)."""
    for field in fields:
        _DECLARED[(field.model.lower(), field.field)] = field


def declared() -> dict[tuple[str, str], PersonalField]:
    """(model label in lower case, field name) → declaration."""
    return dict(_DECLARED)
