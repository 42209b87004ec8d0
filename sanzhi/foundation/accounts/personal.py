"""What accounts and the chain of acts hold about people, and why (R-01)."""

from sanzhi.foundation.privacy.declarations import PersonalField, personal

_OFFICE = "履行法定职责所必需（个人信息保护法第十三条第一款第三项）；网络安全法第二十一条（留存日志）"


def _field(model: str, field: str, purpose: str, readers: str, retention: str) -> PersonalField:
    return PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        legal_basis=_OFFICE,
        collector_role="管理员",
        readers=readers,
        retention=retention,
        mask_class="name",
    )


personal(
    _field("accounts.user", "username", "登录", "管理员", "账号注销即删"),
    _field("accounts.user", "display_name", "写明由谁办理", "本单位及上级工作人员", "账号注销即删"),
    _field("accounts.grant", "granted_by", "写明谁授予的角色", "管理员、审计、本人", "三年"),
    _field("accounts.slip", "issued_by", "写明谁开的密码条", "管理员、审计、本人", "账号注销即删"),
)
