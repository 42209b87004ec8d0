"""Django's `flush` with the guard open: tests that need real transactions empty their tables with it. It refuses
anything but the tests' database, where nobody's records can be."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as DjangoFlush

from sanzhi.foundation.audit.guard import writes_allowed


class Command(DjangoFlush):
    """Empty the tables of a test."""

    def handle(self, **options: Any) -> None:
        if not hasattr(settings, "HOME_OF_TESTS"):
            raise CommandError(
                "flush is for tests only; a demonstration is begun anew with another SANZHI_HOME"
            )
        with writes_allowed():
            super().handle(**options)
