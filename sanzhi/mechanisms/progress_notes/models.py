"""A progress note: what a unit did for a requirement, in words, with a quantity where there is one."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.models import Record
from sanzhi.mechanisms.progress_notes.states import NoteState


class Note(Record):
    """One note for one obligation. Judged by the day it was submitted (case 9).

    `counts_for` is the last day of the obligation's period, so that it counts for that period whenever it is written.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    counts_for = models.DateField()
    text = models.TextField(_("进展"), max_length=2000)
    amount = models.PositiveIntegerField(pgettext_lazy("note", "数量"), default=1)
    state = models.CharField(max_length=10, choices=NoteState, default=NoteState.SUBMITTED)
    submitted_on = models.DateField(_("提交日"))
    decided_on = models.DateField(_("认定日"), null=True, blank=True)
    decided_by = models.CharField(_("认定人"), max_length=80, blank=True)
    returned_reason = models.CharField(_("退回原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="note_accepted_or_returned_by_somebody",
                condition=~Q(state__in=("accepted", "returned")) | (Q(decided_on__isnull=False) & ~Q(decided_by="")),
            ),
            CheckConstraint(name="note_counts_at_least_one", condition=Q(amount__gte=1)),
        ]
        indexes = [
            models.Index(fields=["town", "counts_for"], name="note_by_period"),
            models.Index(fields=["unit", "submitted_on"], name="note_by_unit"),
        ]
