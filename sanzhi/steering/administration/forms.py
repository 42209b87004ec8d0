"""What an administrator types: a new account, a role for a term, a ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Person
from sanzhi.foundation.ui.forms import FormLook
from sanzhi.steering.administration.queries import role_choices


class PersonChoice(forms.ModelChoiceField):
    """People of the register, by name; two of one name are told apart by their number."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}（{obj.pk}）"


class AccountForm(FormLook, forms.Form):
    """A new account of a town."""

    person = PersonChoice(
        None,
        label=_("人员"),
        required=False,
        empty_label=_("名册里没有"),
        help_text=_("从人员名册里选；名册里没有的，空着，写下面的姓名。"),
    )
    display_name = forms.CharField(
        label=_("姓名"),
        max_length=30,
        required=False,
        help_text=_("选了人员就不用写。页面上和记录里显示这个姓名。"),
    )
    username = forms.CharField(
        label=_("登录名"),
        max_length=30,
        help_text=_("3至30个小写字母、数字、点或短横，例如 chen.li。不要用手机号。"),
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, people: Iterable[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        if not given.get("person") and not (given.get("display_name") or "").strip():
            self.add_error("display_name", _("请选人员，或写姓名。"))
        return given


class NameForm(FormLook, forms.Form):
    """The name an account shows."""

    display_name = forms.CharField(label=_("姓名"), max_length=30)


class GroundForm(FormLook, forms.Form):
    """Why something is closed, opened or taken back."""

    ground = forms.CharField(
        label=_("依据或原因"), max_length=120, help_text=_("文件号、会议或原因，审计时看得懂。")
    )


class GrantForm(GroundForm):
    """A role on a unit for a term; the last day counts."""

    field_order = ("role", "unit", "opened_on", "last_on", "ground")
    role = forms.ChoiceField(label=_("角色"), choices=lambda: [("", ""), *role_choices()])
    unit = forms.ChoiceField(label=_("单位"), help_text=_("在这个单位和它的下级生效。"))
    opened_on = forms.DateField(label=_("从"))
    last_on = forms.DateField(
        label=_("到（含当日）"),
        widget=forms.DateInput({"data-chips": "none"}),
        help_text=_("到期自动失效，最长5年。"),
    )

    def __init__(self, *args: object, units: list[Unit], today: dt.date, **kwargs: object) -> None:
        initial = {"opened_on": today, "last_on": dt.date(today.year, 12, 31)}
        super().__init__(*args, initial=initial, **kwargs)
        self.units = {str(u.pk): u for u in units}
        self.fields["unit"].choices = [("", "")] + [(key, f"{u.name}") for key, u in self.units.items()]

    def term(self) -> dict[str, object]:
        """What the action takes: role, unit, half-open term, ground."""
        given = self.cleaned_data
        return {
            "role": given["role"],
            "unit": self.units[given["unit"]],
            "opened_on": given["opened_on"],
            "closed_on": given["last_on"] + dt.timedelta(days=1),
            "ground": given["ground"],
        }


def state_of(account: User) -> str:
    """Whether the account may sign in, in one word."""
    if account.deleted_on:
        return str(_("已注销"))
    if account.deletion_asked_on:
        return str(_("申请注销"))
    return str(_("可以登录")) if account.is_active else str(_("已停用"))
