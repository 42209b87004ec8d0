from django.apps import AppConfig

from sanzhi.kit.registry import declare_after_models


class IndicatorsConfig(AppConfig):
    name = "sanzhi.steering.indicators"
    label = "indicators"
    verbose_name = "指标"

    def ready(self) -> None:
        declare_after_models("sanzhi.steering.indicators.access")
