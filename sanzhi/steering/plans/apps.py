from django.apps import AppConfig

from sanzhi.kit.registry import declare_after_models


class PlansConfig(AppConfig):
    name = "sanzhi.steering.plans"
    label = "plans"
    verbose_name = "方案"

    def ready(self) -> None:
        declare_after_models("sanzhi.steering.plans.ledger.addresses")
