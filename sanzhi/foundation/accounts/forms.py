"""What a person types to come in, and about their own password."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.ui.forms import FormLook

PASSWORD_HINT = _("至少8位，不能全是数字，也不用“password1”这样常见的。记得住的一句话拼音就很好。")


def _login(**more: object) -> forms.CharField:
    attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=_("登录名"), max_length=60, widget=forms.TextInput(attrs), **more)


def _password(label: object, autocomplete: str, **more: object) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=200, strip=False, widget=widget, **more)


class SignInForm(FormLook, forms.Form):
    """Name and password at the door."""

    username = _login()
    password = _password(_("密码"), "current-password")
    public_machine = forms.BooleanField(
        label=_("这是公用电脑"),
        required=False,
        help_text=_("关闭浏览器就退出；不勾的话，这台设备30天内不用再登录。"),
    )


class _NewPassword(forms.Form):
    """A new password, typed twice."""

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("两次输入的新密码不一样。请再输一遍。"))
        return given


class SlipForm(FormLook, _NewPassword):
    """A slip's code, and the password it is to set."""

    username = _login()
    code = forms.CharField(
        label=_("密码条上的号码"),
        max_length=40,
        help_text=_("12位，不分大小写，中间的短横可以不输。"),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    password = _password(_("新密码"), "new-password", help_text=PASSWORD_HINT)
    again = _password(_("再输一遍新密码"), "new-password")


class PasswordForm(FormLook, _NewPassword):
    """The old password, and a new one."""

    old = _password(_("原密码"), "current-password")
    password = _password(_("新密码"), "new-password", help_text=PASSWORD_HINT)
    again = _password(_("再输一遍新密码"), "new-password")
