"""A receipt: that something with this uid arrived from this author, and what came of it; a draft: what was not taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint


class Receipt(models.Model):
    """One sending: (author, uid) → digest of what was sent and the key of the record it made or changed."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uid = models.UUIDField()
    digest = models.CharField(max_length=64)
    result = models.CharField(max_length=120)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["author", "uid"], name="receipt_is_given_once_per_uid")]


class Draft(models.Model):
    """What somebody wrote and the house did not take, kept for its author alone until it is used or thrown away.

    `form` and `subject` say which form it belongs to, so that the form's own page can offer it.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    content = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["author", "form", "subject"], name="draft_by_author_and_form")]

    @property
    def audit_chain(self) -> str:
        return self.author.audit_chain
