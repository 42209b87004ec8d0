from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "sanzhi.kit.receipts"
    label = "receipts"
    verbose_name = "回执"
