from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "sanzhi.kit.measures"
    label = "measures"
    verbose_name = "计量"
