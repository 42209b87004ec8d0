"""The Django app of the screens' ground; it has no tables."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """The frame and the components that every room's pages use."""

    name = "sanzhi.foundation.ui"
    label = "ui"
    verbose_name = _("界面")
