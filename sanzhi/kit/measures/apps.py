import importlib

from django.apps import AppConfig
from django.core import checks


class MeasuresConfig(AppConfig):
    name = "sanzhi.kit.measures"
    label = "measures"
    verbose_name = "计量"

    def ready(self) -> None:
        # The house refuses to start with a figure that could be kept although what it reads has changed. The module is
        # read here, when all models are there.
        check = importlib.import_module("sanzhi.kit.measures.checks").check_measures
        checks.register(check, "measures")
