"""Bringing the data folder to the present: tables, static files, and what kind of installation it is."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command

from sanzhi.domain.problems import Problem
from sanzhi.foundation.clock.installation import installation
from sanzhi.foundation.clock.models import Installation


def migrate() -> None:
    """Make or change the tables, and gather the static files with their digests."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def prepare() -> bool:
    """Ready for a demonstration; True where the database is empty and the town must be built. Refuses a real one."""
    migrate()
    row = installation()
    if row is not None and row.kind != Installation.Kind.DEMO:
        raise Problem("serve.real", county=row.county)
    return row is None
