"""The part of every recording form that makes a second click harmless, and that loses no words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.http import HttpRequest

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.ui.forms import attach
from sanzhi.kit.receipts.actions import drop_draft, keep_draft, once, open_draft
from sanzhi.kit.receipts.models import Draft

M = TypeVar("M", bound=models.Model)


class SentOnce(forms.Form):
    """Mixin: a form that carries a hidden uid made when its page was written, and is taken once."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def words(self) -> dict[str, Any]:
        """What was sent without the uid; only of a form that was found good."""
        return {k: v for k, v in self.cleaned_data.items() if k != "uid"}

    def renew(self) -> None:
        """Give the form a new uid, so that it can be sent as another record."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("uid")] = str(uuid.uuid4())


def take(
    form: SentOnce,
    *,
    by: User,
    name: str,
    subject: object,
    make: Callable[[], M],
    find: Callable[[str], M],
    draft: Draft | None = None,
) -> M | None:
    """Run the action of a good form once. None when it was refused: the form then shows why, with all that was typed.

    `name` and `subject` say which form it is and what it is about. Other words under a used uid are kept as the author's
    draft and may be sent as a new record. `draft` is the one the form was filled from: it goes once its words are taken.
    """
    content: Mapping[str, Any] = {"form": name, "subject": str(subject), **form.words()}
    try:
        row = once(by=by, uid=form.cleaned_data["uid"], content=content, make=make, find=find)
    except (Problem, Problems) as refused:
        if isinstance(refused, Problem) and refused.code == "receipts.other_content":
            keep_draft(by=by, form=name, subject=str(subject), content=form.words())
            form.renew()
        elif isinstance(refused, Problem) and refused.code == "receipts.uid_used":
            form.renew()
        attach(form, refused)
        return None
    if draft is not None and draft.pk is not None:
        drop_draft(by=by, draft=draft)
    return row


def discarded(request: HttpRequest, name: str, subject: object) -> bool:
    """Whether this request throws one of the form's drafts away (the button 删除草稿); it is gone then."""
    key = request.POST.get("discard_draft", "")
    if request.method != "POST" or not key:
        return False
    draft = open_draft(request.user, name, str(subject), key)  # type: ignore[arg-type]
    if draft is not None:
        drop_draft(by=request.user, draft=draft)  # type: ignore[arg-type]
    return True
