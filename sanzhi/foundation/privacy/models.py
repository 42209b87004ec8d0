"""The read log: who looked at whose data, when and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadEntry(models.Model):
    """One page (or export) that showed personal data: reader, purpose, what kind, which fields, of whom."""

    at = models.DateTimeField(_("时间"))
    chain = models.CharField(_("链"), max_length=24)
    by = models.CharField(_("查看人"), max_length=80)
    purpose = models.CharField(_("事由"), max_length=200)
    kind = models.CharField(_("内容"), max_length=60)
    fields = models.JSONField(_("字段"))
    narrowed = models.JSONField(_("筛选"), default=dict)
    subjects = models.JSONField(_("编号"))
    # Filled in batches by the worker: the log is chained like the acts, but a page need not wait for it.
    seq = models.PositiveBigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["chain", "at"], name="read_by_time")]
