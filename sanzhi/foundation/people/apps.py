import importlib

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sanzhi.foundation.people"
    label = "people"
    verbose_name = "人员与住户"

    def ready(self) -> None:
        # The declarations of personal data are read by the system check of `privacy`.
        importlib.import_module("sanzhi.foundation.people.personal")
