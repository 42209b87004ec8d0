from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "sanzhi.mechanisms.facilities"
    label = "facilities"
    verbose_name = "阵地与设施"
