from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "sanzhi.kit.ledger"
    label = "ledger"
    verbose_name = "台账"
