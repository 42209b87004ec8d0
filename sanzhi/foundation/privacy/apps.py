import importlib

from django.apps import AppConfig
from django.core import checks

from sanzhi.foundation.privacy.checks import personal_data_is_declared


class PrivacyConfig(AppConfig):
    name = "sanzhi.foundation.privacy"
    label = "privacy"
    verbose_name = "个人信息"

    def ready(self) -> None:
        # The house refuses to start with personal data that nobody declared.
        checks.register(personal_data_is_declared, "privacy")
        importlib.import_module("sanzhi.foundation.privacy.personal")
