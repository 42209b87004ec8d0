"""One table in which a test writes whatever a room to come will record."""

from __future__ import annotations

from django.db import models

from sanzhi.foundation.orgs.models import Unit


class Deed(models.Model):
    """Something that happened, holds or was agreed, of the `kind` by which a declaration finds it."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    subject = models.PositiveBigIntegerField(null=True)
    happened_on = models.DateField()
    counts_on = models.DateField()
    received_on = models.DateField()
    closed_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    amount = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "rooms"

    @property
    def audit_chain(self) -> str:
        return self.town.code
