"""Files that people handed in: what they are called, and by the digest of their content where they lie."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.orgs.models import Unit


class StoredFile(models.Model):
    """One file that somebody handed in. The content lies once in the data folder, however often it was sent.

    Whether a person may open it is asked by the room whose record it is attached to, never here.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("内容摘要"), max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=120)
    size = models.PositiveIntegerField(_("大小"))
    content_type = models.CharField(_("类型"), max_length=80)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("收到时间"))

    class Meta:
        constraints = [
            CheckConstraint(name="stored_file_holds_something", condition=Q(size__gt=0)),
            CheckConstraint(name="stored_file_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_chain(self) -> str:
        return self.town.code

    @property
    def is_picture(self) -> bool:
        """Whether it is a photo or a drawing."""
        return self.content_type.startswith("image/")
