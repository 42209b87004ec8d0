from django.apps import AppConfig

from sanzhi.kit import registry


class KitConfig(AppConfig):
    name = "sanzhi.kit"
    label = "kit"
    verbose_name = "机制"

    def ready(self) -> None:
        registry.load()
