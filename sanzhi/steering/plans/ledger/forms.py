"""What the lead unit types: which villages 相关村 means, why something is exempt."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui.forms import FormLook


class ExemptForm(FormLook, forms.Form):
    """Why one obligation need not be met."""

    reason = forms.CharField(
        label=_("豁免理由"),
        max_length=200,
        widget=forms.Textarea,
        help_text=_("写明依据，例如“7月3日至20日防汛转移，无法开会”。理由会和数字一起显示。"),
    )


class VillagesForm(FormLook, forms.Form):
    """Which villages a document means by 相关村."""

    villages = forms.MultipleChoiceField(
        label=_("相关村"), widget=forms.CheckboxSelectMultiple, required=False
    )
    ground = forms.CharField(
        label=_("依据"),
        max_length=200,
        required=False,
        help_text=_("例如“镇党委会 3 月 18 日研究确定”。"),
    )

    def __init__(self, *args: object, villages: Sequence[Unit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.known = {str(u.pk): u for u in villages}
        self.fields["villages"].choices = [(pk, u.short_name) for pk, u in self.known.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Unit]:
        """The villages that were ticked."""
        return [self.known[pk] for pk in self.cleaned_data["villages"]]
