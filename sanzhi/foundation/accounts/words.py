"""What acts about accounts are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

_SAID = {
    "accounts.open_account": gettext_lazy("开通账号"),
    "accounts.issue_slip": gettext_lazy("开出密码条"),
    "accounts.use_slip": gettext_lazy("用密码条设置密码"),
    "accounts.change_password": gettext_lazy("修改密码"),
    "accounts.set_demo_password": gettext_lazy("设置演示密码"),
    "accounts.sign_in": pgettext_lazy("act", "登录"),
    "accounts.fail_sign_in": gettext_lazy("登录失败"),
    "accounts.close_account": gettext_lazy("停用账号"),
    "accounts.reopen_account": gettext_lazy("恢复账号"),
    "accounts.rename_account": gettext_lazy("更正账号姓名"),
    "accounts.grant_role": gettext_lazy("授予角色"),
    "accounts.revoke_role": gettext_lazy("收回角色"),
    "accounts.ask_deletion": gettext_lazy("申请或撤回注销"),
    "accounts.delete_account": gettext_lazy("注销账号"),
}


def said(verb: str) -> str:
    """An act of this room in words; another room's verb as it stands."""
    label = _SAID.get(verb)
    return _(str(label)) if label is not None else verb
