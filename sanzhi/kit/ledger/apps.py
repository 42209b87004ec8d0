from django.apps import AppConfig

from sanzhi.kit.registry import declare_after_models


class LedgerConfig(AppConfig):
    name = "sanzhi.kit.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        declare_after_models("sanzhi.kit.ledger.access")
