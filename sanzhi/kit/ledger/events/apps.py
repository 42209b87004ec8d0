from django.apps import AppConfig

from sanzhi.kit.registry import declare_after_models


class EventsConfig(AppConfig):
    name = "sanzhi.kit.ledger.events"
    label = "events"
    verbose_name = "免除事件"

    def ready(self) -> None:
        declare_after_models("sanzhi.kit.ledger.events.access")
