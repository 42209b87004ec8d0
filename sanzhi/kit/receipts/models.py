"""A receipt: that something with this uid arrived from this author, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint


class Receipt(models.Model):
    """One sending: (author, uid) → digest of what was sent and the address of the record it made."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uid = models.UUIDField()
    digest = models.CharField(max_length=64)
    result = models.CharField(max_length=120)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["author", "uid"], name="receipt_is_given_once_per_uid")]
