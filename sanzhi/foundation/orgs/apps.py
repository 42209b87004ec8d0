from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "sanzhi.foundation.orgs"
    label = "orgs"
    verbose_name = "机构登记"
