from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "sanzhi.steering.dashboards"
    label = "dashboards"
    verbose_name = "看板"
