from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "sanzhi.steering.administration"
    label = "administration"
    verbose_name = "系统管理"
