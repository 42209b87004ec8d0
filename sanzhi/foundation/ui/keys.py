"""Keys of rows as an address or a form bears them."""

from __future__ import annotations

LONGEST = 18
"""Digits of the longest key that every database takes."""


def row_key(text: str | None) -> int | None:
    """The key that a word names; None for anything else (`²` and `９` are digits too, and name no row)."""
    word = text or ""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST else None
