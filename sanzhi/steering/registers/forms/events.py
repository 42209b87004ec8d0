"""The form of an event that exempts."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.ui.forms import FormLook
from sanzhi.kit.ledger.events.models import EventKind
from sanzhi.steering.registers.forms.units import Choices, day_field


class EventForm(FormLook, forms.Form):
    """What happened, when, in which villages, and which tasks it kept from being done."""

    kind = forms.ChoiceField(label=_("种类"), choices=EventKind.choices)
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("如“七月洪涝”，会显示在数字旁边"))
    first = day_field(_("第一天"))
    last = day_field(_("最后一天"), _("这一天也算在内"))
    villages = forms.TypedMultipleChoiceField(
        label=_("哪些村"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    tasks = forms.MultipleChoiceField(
        label=_("影响哪些任务"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只列出由村承担、有截止日的任务"),
    )
    ground = forms.CharField(
        label=_("依据"), max_length=150, help_text=_("如防汛指挥部通知的文件号，会和数字一起显示")
    )

    def __init__(self, *args: object, today: dt.date, villages: Choices, tasks: Choices) -> None:
        super().__init__(*args, initial={"first": today, "last": today})  # type: ignore[arg-type]
        self.fields["villages"].choices = villages
        self.fields["tasks"].choices = tasks


class RevokeForm(FormLook, forms.Form):
    """Why an event is taken back."""

    reason = forms.CharField(label=_("为什么撤销"), max_length=200)
