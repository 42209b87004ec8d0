import importlib

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sanzhi.foundation.accounts"
    label = "accounts"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        # The declarations of personal data are read by the system check of `privacy`.
        importlib.import_module("sanzhi.foundation.accounts.personal")
