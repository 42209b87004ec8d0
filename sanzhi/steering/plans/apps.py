from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "sanzhi.steering.plans"
    label = "plans"
    verbose_name = "方案"
