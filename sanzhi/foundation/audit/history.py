"""What happened to one row, read back from its chain for the timeline of the row's own page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models

from sanzhi.foundation.audit.models import AuditEntry


@dataclass(frozen=True)
class Past:
    """One act: when, by whom, which verb ("room.verb_noun"), and what it said it changed (empty once erased)."""

    at: dt.datetime
    by: str
    verb: str
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of who acted, without the sign-in name."""
        return self.by.partition(" ")[2] or self.by


def history_of(row: models.Model) -> list[Past]:
    """Every act about `row`, the oldest first. One query."""
    subject = f"{row._meta.label_lower}:{row.pk}"
    chain = getattr(row, "audit_chain", "county")
    entries = (
        AuditEntry.objects.filter(chain=chain, subject=subject).select_related("payload").order_by("seq")
    )
    return [Past(e.at, e.by, e.verb, e.payload.body if e.payload.erased_on is None else {}) for e in entries]
