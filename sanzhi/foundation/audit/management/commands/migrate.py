"""Django's `migrate` with the guard open: a change of the tables' shape may have to fill a column. (It also stands in
for the tests' own `migrate`.)"""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from sanzhi.foundation.audit.guard import writes_allowed


class Command(DjangoMigrate):
    """Bring the tables up to date."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        with writes_allowed():
            return super().handle(*args, **options)
