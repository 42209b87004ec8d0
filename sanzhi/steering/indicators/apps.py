from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "sanzhi.steering.indicators"
    label = "indicators"
    verbose_name = "指标"
