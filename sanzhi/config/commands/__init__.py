"""The commands, one module per group; each has `add(subparsers)`. A command that needs the database calls `ready()`."""

from __future__ import annotations


def ready() -> None:
    """Load Django: settings, models, rooms."""
    import django

    django.setup()
