"""What a person types about links, mutual help, calls and matters. Refusals come from the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.ui.forms import FormLook
from sanzhi.kit.receipts.forms import SentOnce
from sanzhi.mechanisms.visits.models import TOPIC_CHOICES, Reporter

Choices = Sequence[tuple[Any, Any]]


class ReasonForm(FormLook, SentOnce):
    """Why something is taken back."""

    reason = forms.CharField(
        label=pgettext_lazy("outing", "原因"), max_length=400, help_text=_("例如：日期写错，已另记一次")
    )


class SureForm(FormLook, SentOnce):
    """Nothing to type: what happens is said above the button."""


class LinkForm(FormLook, SentOnce):
    """Who looks after which group, from when."""

    post = forms.TypedChoiceField(label=_("联系干部"), coerce=int)
    group = forms.TypedChoiceField(label=_("村民小组"), coerce=int)
    on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput())
    until = forms.DateField(
        label=_("到哪天止"), required=False, widget=forms.DateInput(attrs={"data-chips": "none"}),
        help_text=_("最后一天；一直联系的不填"),
    )  # fmt: skip
    ground = forms.CharField(label=_("依据"), max_length=400, help_text=_("例如：5月20日两委会分工"))

    def offer(self, posts: Choices, groups: Choices) -> None:
        """Whom and where."""
        self.fields["post"].choices = [("", _("请选择")), *posts]  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", _("请选择")), *groups]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day as it was typed is not before the first; the action speaks of the day after it."""
        data = super().clean() or self.cleaned_data
        on, until = data.get("on"), data.get("until")
        if on and until and until < on:
            words = _("最后一天早于第一天。请改为第一天或以后的日期；一直联系的不填。")
            self.add_error("until", forms.ValidationError(words, code="backwards"))
        return data


class EndForm(FormLook, SentOnce):
    """On which day a link or a mutual-help group ends, and why."""

    on = forms.DateField(label=_("从哪天起不再联系"), widget=forms.DateInput())
    ground = forms.CharField(label=_("依据"), max_length=400)


class MutualForm(FormLook, SentOnce):
    """A mutual-help group: its number and its one contact."""

    group = forms.TypedChoiceField(label=_("村民小组"), coerce=int)
    number = forms.IntegerField(label=_("组号"), max_value=9999)
    contact = forms.ChoiceField(
        label=_("联系人"), required=False, help_text=_("联系人填一位：组长、网格员，或下面的一户")
    )
    household = forms.CharField(label=_("或联系户的户号"), max_length=24, required=False)
    on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput())

    def offer(self, groups: Choices, posts: Choices) -> None:
        """Where, and who may be rung."""
        self.fields["group"].choices = [("", _("请选择")), *groups]  # type: ignore[attr-defined]
        self.fields["contact"].choices = [("", _("不选")), *posts]  # type: ignore[attr-defined]


class ContactForm(FormLook, SentOnce):
    """Whom to ring from now on: somebody in office, or a household of the group."""

    contact = forms.ChoiceField(label=_("联系人"))

    def offer(self, posts: Choices, households: Choices) -> None:
        """Who may be rung: `post-…` and `household-…` by key."""
        offered = [
            ("", _("请选择")),
            *((f"household-{pk}", words) for pk, words in households),
            *((f"post-{pk}", words) for pk, words in posts),
        ]
        self.fields["contact"].choices = offered  # type: ignore[attr-defined]


class JoinForm(FormLook, SentOnce):
    """Which household joins, from when."""

    household = forms.TypedChoiceField(label=_("加入的户"), coerce=int)
    on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput())

    def offer(self, households: Choices) -> None:
        """The doors of the group."""
        self.fields["household"].choices = [("", _("请选择")), *households]  # type: ignore[attr-defined]


class LeaveForm(FormLook, SentOnce):
    """From which day a household is no longer in the group; no reason is asked."""

    on = forms.DateField(label=_("从哪天起退出"), widget=forms.DateInput())


class CallForm(FormLook, SentOnce):
    """Somebody rang: where, when, what about. No name and no number."""

    group = forms.TypedChoiceField(label=_("哪个组的事"), coerce=int)
    on = forms.DateField(label=_("接到电话的日子"), widget=forms.DateInput())
    reporter = forms.ChoiceField(label=_("报告人"), choices=Reporter.choices, widget=forms.RadioSelect)
    topic = forms.ChoiceField(
        label=pgettext_lazy("visit", "事项"), choices=TOPIC_CHOICES, widget=forms.RadioSelect
    )
    what = forms.CharField(
        label=_("什么事"), max_length=400, required=False, help_text=_("只写事，不写姓名和号码，60 字以内")
    )
    due_on = forms.DateField(
        label=_("几号前办结"), required=False, widget=forms.DateInput(attrs={"data-chips": "none"}),
        help_text=_("不填就是 15 天"),
    )  # fmt: skip
    late_reason = forms.CharField(label=_("补录说明"), max_length=400, required=False)

    def offer(self, groups: Choices) -> None:
        """Where; the reason of being late is asked once the house has said that the day needs it."""
        self.fields["group"].choices = groups  # type: ignore[attr-defined]
        if not self.is_bound:
            del self.fields["late_reason"]
        else:
            self.fields["late_reason"].help_text = _("只在那一天所在的周或月已经锁定时填")


class SettleForm(FormLook, SentOnce):
    """How a matter was settled, and when."""

    on = forms.DateField(label=_("办结日"), widget=forms.DateInput())
    how = forms.CharField(
        label=_("怎么办的"),
        max_length=400,
        help_text=_("4 到 60 字，不写姓名和号码，例如：路灯已换，当晚亮灯"),
    )


class AnswerForm(FormLook, SentOnce):
    """What 镇综治办 answers."""

    answer = forms.CharField(label=_("回复"), max_length=400, help_text=_("4 到 60 字，写怎么协调、谁来办"))


class PhoneForm(FormLook, forms.Form):
    """Why a number is looked at; it is logged."""

    error_heading = _("没有显示号码")
    reason = forms.CharField(
        label=_("查看事由"), max_length=200, help_text=_("至少 4 个字，例如：约走访时间。系统会留痕")
    )
