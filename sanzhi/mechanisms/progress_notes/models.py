"""A progress note: what a unit did for a requirement, in words, with a quantity where there is one."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.files.models import StoredFile
from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.models import Record
from sanzhi.mechanisms.progress_notes.states import NoteState


class Note(Record):
    """One note for one obligation. Judged by the day it was submitted (case 9).

    `counts_on` is the last day of the obligation's period, so that it counts for that period whenever it is written.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    counts_on = models.DateField()
    text = models.TextField(_("进展"), max_length=2000)
    amount = models.PositiveIntegerField(pgettext_lazy("note", "数量"), default=1)
    state = models.CharField(max_length=10, choices=NoteState, default=NoteState.SUBMITTED)
    submitted_on = models.DateField(_("提交日"))
    # Words changed after they were submitted keep their day; the day of the change is shown to who decides.
    edited_on = models.DateField(_("修改日"), null=True, blank=True)
    late_reason = models.CharField(_("补录说明"), max_length=200, blank=True)
    decided_on = models.DateField(_("认定日"), null=True, blank=True)
    decided_by = models.CharField(_("认定人"), max_length=80, blank=True)
    returned_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)
    files = models.ManyToManyField(StoredFile, through="NoteFile", related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(
                name="note_accepted_or_returned_by_somebody",
                condition=~Q(state__in=("accepted", "returned"))
                | (Q(decided_on__isnull=False) & ~Q(decided_by="")),
            ),
            CheckConstraint(name="note_counts_at_least_one", condition=Q(amount__gte=1)),
            CheckConstraint(
                name="note_is_void_with_a_reason", condition=~Q(state="void") | ~Q(void_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["town", "counts_on"], name="note_by_period"),
            models.Index(fields=["unit", "submitted_on"], name="note_by_unit"),
            models.Index(fields=["town", "state", "submitted_on"], name="note_by_state"),
            models.Index(fields=["obligation", "submitted_on"], name="note_by_obligation"),
            models.Index(fields=["town", "submitted_on", "id"], name="note_by_day"),
        ]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def on_paper(self) -> bool:
        """Whether somebody else copied it in from a sheet."""
        return self.typist_id is not None and self.typist_id != self.author_id


class NoteFile(models.Model):
    """A file that evidences a note. Taken off it stays in the history and is no longer shown."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="attached")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [UniqueConstraint(fields=["note", "stored"], name="note_file_is_attached_once")]
