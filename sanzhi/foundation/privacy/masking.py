"""How personal data is shown to those who need not see it, by mask class (domain rules R-20)."""

from __future__ import annotations

import re

_LONG_NUMBER = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15,19}|1\d{10})(?!\d)")


def mask(value: str, mask_class: str) -> str:
    """The masked form: 张某某, 138****0000, an address down to the group, nothing at all for `hidden`."""
    if not value:
        return ""
    match mask_class:
        case "name" | "surname":
            return value[0] + "某" * (min(len(value), 3) - 1 or 1)
        case "phone":
            digits = re.sub(r"\D", "", value)
            return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 7 else "****"
        case "address":
            return re.sub(r"(组|小组).*$", r"\1", value) if "组" in value else "（住址不公开）"
        case "text":
            return scrub(value)
        case _:
            return "（不公开）"


def scrub(text: str) -> str:
    """Free text with identity, bank and phone numbers taken out."""
    return _LONG_NUMBER.sub("［号码已隐去］", text)


def holds_number(text: str) -> bool:
    """Whether a free text holds what looks like an identity, bank or phone number (to be refused or asked about)."""
    return _LONG_NUMBER.search(text) is not None
