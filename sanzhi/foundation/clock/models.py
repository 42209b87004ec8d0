"""What kind of installation this is, and the day a demonstration stands on."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """The one row that says whether people really work here, and which county this is."""

    class Kind(models.TextChoices):
        REAL = "real", _("正式使用")
        DEMO = "demo", _("演示")

    kind = models.CharField(_("种类"), max_length=4, choices=Kind)
    county = models.CharField(_("县（主办单位）"), max_length=40)
    protection_level = models.CharField(_("网络安全等级保护"), max_length=40, blank=True)
    demo_day = models.DateField(_("演示日"), null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(name="installation_is_one_row", condition=Q(pk=1)),
            CheckConstraint(
                name="installation_stands_on_a_day_only_as_a_demo",
                condition=Q(kind="demo", demo_day__isnull=False) | Q(kind="real", demo_day__isnull=True),
            ),
        ]
