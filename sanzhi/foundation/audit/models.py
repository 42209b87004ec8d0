"""The chain of what was done. Payloads stand apart so that personal data can be erased without breaking the chain."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act of one person, chained by hash to the act before it in the same town."""

    chain = models.CharField(_("链"), max_length=24)
    seq = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("操作人"), max_length=80)
    verb = models.CharField(_("动作"), max_length=60)
    subject = models.CharField(_("对象"), max_length=80)
    payload_digest = models.CharField(_("内容摘要"), max_length=64)
    previous = models.CharField(_("前一条摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["chain", "seq"], name="audit_entry_has_one_place_in_its_chain")
        ]
        indexes = [
            models.Index(fields=["chain", "subject"], name="audit_by_subject"),
            # The page of acts, narrowed to a verb, a person or a day, stays flat however long the chain is.
            models.Index(fields=["chain", "verb", "seq"], name="audit_by_verb"),
            models.Index(fields=["chain", "by", "seq"], name="audit_by_actor"),
            models.Index(fields=["chain", "at"], name="audit_by_time"),
        ]


class AuditPayload(models.Model):
    """What an entry says was changed; erasable, the chain holds only its salted hash."""

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="payload"
    )
    salt = models.CharField(max_length=32)
    body = models.JSONField()
    erased_on = models.DateField(null=True, blank=True)
