import importlib

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "sanzhi.mechanisms.visits"
    label = "visits"
    verbose_name = "走访"

    def ready(self) -> None:
        # The declarations of personal data are read by the system check of `privacy`.
        importlib.import_module("sanzhi.mechanisms.visits.personal")
