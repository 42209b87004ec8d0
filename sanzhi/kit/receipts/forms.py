"""The part of every recording form that makes a second click harmless: a hidden uid made when the page is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms


class SentOnce(forms.Form):
    """Mixin: a form that is taken once. `sent(form, subject)` is what its receipt stands for."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def sent(self, form: str, subject: object) -> Mapping[str, Any]:
        """What was sent, with the form's name and what it is about; only of a form that was found good."""
        words = {k: v for k, v in self.cleaned_data.items() if k != "uid"}
        return {"form": form, "subject": str(subject), **words}

    def renew(self) -> None:
        """Give the form a new uid, so that it can be sent as another record."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("uid")] = str(uuid.uuid4())
