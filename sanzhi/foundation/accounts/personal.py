"""What personal data the accounts hold, and why (R-01)."""

from sanzhi.foundation.privacy.declarations import PersonalField, personal

_DUTY = "工作职责；个人信息保护法第十三条第一款第三项（履行法定职责所必需）"

personal(
    PersonalField(
        model="accounts.user",
        field="username",
        purpose="登录，并记明由谁办理",
        legal_basis=_DUTY,
        collector_role="管理员",
        readers="管理员和本人",
        retention="停用后三年",
        mask_class="hidden",
    ),
    PersonalField(
        model="accounts.user",
        field="display_name",
        purpose="在页面上和留痕中显示由谁办理",
        legal_basis=_DUTY,
        collector_role="管理员",
        readers="本单位及上级工作人员",
        retention="停用后三年",
        mask_class="name",
    ),
)
