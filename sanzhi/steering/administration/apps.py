from django.apps import AppConfig

from sanzhi.kit.registry import declare_after_models


class AdministrationConfig(AppConfig):
    name = "sanzhi.steering.administration"
    label = "administration"
    verbose_name = "系统管理"

    def ready(self) -> None:
        declare_after_models("sanzhi.steering.administration.access")
