"""What waits between a file and the registers: previews of imports, and requests to take household data out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.privacy.encryption import SealedField


class ImportPreview(models.Model):
    """A file that was read and compared, kept until somebody confirms exactly what was shown, or drops it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待确认")
        APPLIED = "applied", _("已导入")
        DROPPED = "dropped", _("已放弃")

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=12)
    since_on = models.DateField(_("自哪一天起"))
    file_name = models.CharField(_("文件"), max_length=200)
    file_digest = models.CharField(max_length=64)
    # What stood in the file; taken away when the preview is decided.
    rows = SealedField(_("表格内容"), blank=True, default="")
    digest = models.CharField(_("预览摘要"), max_length=64)
    counts = models.JSONField(_("件数"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("上传时间"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="import_preview_keeps_rows_only_while_it_waits",
                condition=Q(state="waiting") | Q(rows=""),
            )
        ]
        indexes = [models.Index(fields=["made_by", "state"], name="preview_by_maker")]

    @property
    def audit_chain(self) -> str:
        return self.town.code


class ExportRequest(models.Model):
    """A request to take a village's households with door or surname out of the house, once, if another person agrees."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("export request", "待批准")
        APPROVED = "approved", pgettext_lazy("export request", "已批准")
        REFUSED = "refused", pgettext_lazy("export request", "未批准")
        TAKEN = "taken", pgettext_lazy("export request", "已下载")

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("范围"))
    columns = models.JSONField(_("内容"))
    reason = models.CharField(_("事由"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("批准意见"), max_length=200, blank=True)
    expires_at = models.DateTimeField(_("有效至"), null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            CheckConstraint(
                name="export_is_decided_by_another_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            CheckConstraint(
                name="export_is_taken_only_when_somebody_agreed",
                condition=~Q(state__in=("approved", "taken"))
                | Q(decided_by__isnull=False, expires_at__isnull=False),
            ),
        ]

    @property
    def audit_chain(self) -> str:
        return self.town.code
