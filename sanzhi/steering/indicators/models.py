"""A closed month of a town: the bundle and its numbered revisions."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.orgs.models import Unit


class Bundle(models.Model):
    """One revision of one month of one town, as the file that was signed. r0 is made when the month closes."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(_("月份"), max_length=7)
    revision = models.PositiveSmallIntegerField(_("修订"))
    as_of = models.DateField(_("截至"))
    made_at = models.DateTimeField(_("生成时间"))
    digest = models.CharField(_("摘要"), max_length=64)
    previous = models.CharField(_("上一版摘要"), max_length=64, blank=True)
    audit_seq = models.PositiveBigIntegerField()
    audit_head = models.CharField(max_length=64)
    results = models.PositiveIntegerField(_("结果数"))
    changes = models.JSONField(_("与上一版的差异"), default=list)
    text = models.TextField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["town", "month", "revision"], name="bundle_revision_is_made_once")
        ]

    @property
    def audit_chain(self) -> str:
        return self.town.code

    @property
    def name(self) -> str:
        """The file name under which it leaves the house."""
        return f"{self.town.code}-{self.month}-r{self.revision}.sanzhi"
