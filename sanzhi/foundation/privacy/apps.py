import importlib

from django.apps import AppConfig
from django.core.checks import register


class PrivacyConfig(AppConfig):
    name = "sanzhi.foundation.privacy"
    label = "privacy"
    verbose_name = "个人信息"

    def ready(self) -> None:
        # The house refuses to start with personal data that nobody declared.
        register(importlib.import_module("sanzhi.foundation.privacy.checks").personal_data_is_declared)
