"""What a person types into a note; refusals about it come from the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.files.kinds import ACCEPT, MAX_BYTES
from sanzhi.foundation.ui.forms import FormLook, file_hint
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import slot_of
from sanzhi.kit.receipts.forms import SentOnce
from sanzhi.mechanisms.progress_notes.models import Note, NoteFile
from sanzhi.mechanisms.progress_notes.rules import COUNTED_KINDS, LARGEST_AMOUNT, LONGEST_TEXT, likely_day


class SeveralFiles(forms.ClearableFileInput):
    """A file control that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """None, one or several files; the content is looked at by `foundation/files`, not here."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list | tuple) else [data]
        return [f for f in sent if f]


class NoteForm(FormLook, SentOnce):
    """A note on what a unit owes: when, what, how many, files."""

    happened_on = forms.DateField(label=_("办理日期"), widget=forms.DateInput())
    text = forms.CharField(
        label=pgettext_lazy("note", "进展"),
        widget=forms.Textarea(attrs={"data-rows": 5, "maxlength": LONGEST_TEXT + 500}),
        help_text=_("做了什么、做到什么程度、还差什么。一两句话就够，不写身份证号和电话。"),
    )
    amount = forms.IntegerField(label=pgettext_lazy("note", "数量"), initial=1, max_value=LARGEST_AMOUNT)
    author = forms.TypedChoiceField(label=_("办理人（代录时选本人以外的人）"), coerce=int)
    late_reason = forms.CharField(label=_("补录说明"), max_length=1000)
    remove = forms.MultipleChoiceField(
        label=_("去掉已有的附件"), widget=forms.CheckboxSelectMultiple, required=False
    )

    field_order = ("uid", "happened_on", "text", "amount", "author", "late_reason", "files", "remove")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not declared above: a form has a `files` of its own, and refusals of files name this field.
        self.fields["files"] = FilesField(
            label=_("附件"),
            required=False,
            widget=SeveralFiles(attrs={"accept": ",".join(ACCEPT)}),
            help_text=file_hint(ACCEPT, MAX_BYTES),
        )
        self.order_fields(self.field_order)

    def prepare(
        self,
        obligation: Obligation,
        today: dt.date,
        *,
        by: User | None = None,
        others: Sequence[User] = (),
        attached: Sequence[NoteFile] = (),
        late: bool = False,
    ) -> None:
        """Ask only what this obligation needs: a quantity where it counts, a person for whom a sheet is copied in,
        a reason where its period is `late`, already closed."""
        slot = slot_of(obligation)
        self.fields["happened_on"].initial = likely_day(
            slot.first, slot.last, obligation.requirement.kind, today
        )
        if obligation.requirement.kind not in COUNTED_KINDS:
            del self.fields["amount"]
        people = {u.pk: u for u in others}
        self.people = people
        if by is None or not set(people) - {by.pk}:
            del self.fields["author"]
        else:
            names = [(by.pk, _("我本人")), *((u.pk, u.display_name) for u in others if u.pk != by.pk)]
            self.fields["author"].choices = names  # type: ignore[attr-defined]
            self.fields["author"].initial = by.pk
        if late:
            self.fields["late_reason"].help_text = _("这个时段已经锁定。写明为什么现在才报，会作为补录。")
        else:
            del self.fields["late_reason"]
        if attached:
            self.fields["remove"].choices = [(f.pk, f.stored.name) for f in attached]  # type: ignore[attr-defined]
        else:
            del self.fields["remove"]
        if self.is_bound and self.files:
            self.fields["files"].help_text = _("没有提交成功，选过的文件要重新选一次。")

    def fill(self, note: Note) -> None:
        """Start from what the note says now."""
        self.initial.update(happened_on=note.happened_on, text=note.text, amount=note.amount)
        if "late_reason" in self.fields:
            self.initial["late_reason"] = note.late_reason

    def said(self) -> dict[str, Any]:
        """The words for the action."""
        data = self.cleaned_data
        return {"text": data["text"], "happened_on": data["happened_on"], "amount": data.get("amount", 1)}

    def sent_files(self) -> list[tuple[str, Any]]:
        """The files as the action takes them."""
        return [(f.name, f) for f in self.cleaned_data["files"]]


class DecideForm(FormLook, SentOnce):
    """Accept, or return with what lacks."""

    reason = forms.CharField(
        label=_("退回原因"), required=False, max_length=1000, widget=forms.Textarea(attrs={"data-rows": 2}),
        help_text=_("只在退回时填：缺什么、怎么补"),
    )  # fmt: skip


class VoidForm(FormLook, SentOnce):
    """Why the note should not have been written."""

    reason = forms.CharField(
        label=_("作废原因"), max_length=1000, widget=forms.Textarea(attrs={"data-rows": 2}),
        help_text=_("例如：写错了任务，已在另一条重新写"),
    )  # fmt: skip
