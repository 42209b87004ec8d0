"""The one abstract model of the house: something that happened in a unit, written once by whoever did it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.orgs.models import Unit


class Record(models.Model):
    """A record: client-made `uid`, the smallest unit it happened in, the day, the moment it was received, author and typist.

    The typist is whoever copied a paper sheet in for the author; both are shown.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    happened_on = models.DateField(_("发生日期"))
    received_at = models.DateTimeField(_("收到时间"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        abstract = True

    @property
    def audit_chain(self) -> str:
        return self.town.code
