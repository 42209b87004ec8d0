from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "sanzhi.foundation.clock"
    label = "clock"
    verbose_name = "时钟"
