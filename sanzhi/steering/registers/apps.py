from django.apps import AppConfig

from sanzhi.kit.registry import declare_after_models


class RegistersConfig(AppConfig):
    name = "sanzhi.steering.registers"
    label = "registers"
    verbose_name = "登记簿"

    def ready(self) -> None:
        declare_after_models("sanzhi.steering.registers.access", "sanzhi.steering.registers.personal")
