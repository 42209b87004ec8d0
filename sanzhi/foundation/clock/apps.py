from django.apps import AppConfig
from django.db.backends.signals import connection_created

from sanzhi.foundation.clock.stored import read_days_once


class ClockConfig(AppConfig):
    name = "sanzhi.foundation.clock"
    label = "clock"
    verbose_name = "时钟"

    def ready(self) -> None:
        connection_created.connect(_opened)


def _opened(connection: object, **_more: object) -> None:
    if getattr(connection, "vendor", "") == "sqlite":
        read_days_once()
