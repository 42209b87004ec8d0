"""Personal data that passes through imports (R-01)."""

from sanzhi.foundation.privacy.declarations import PersonalField, personal

personal(
    PersonalField(
        model="registers.importpreview",
        field="rows",
        purpose="导入前给上传的人核对",
        legal_basis="村民委员会组织法、工作职责；个人信息保护法第十三条第一款第三项（履行法定职责所必需）",
        collector_role="管理员、村文书",
        readers="上传的人自己",
        retention="确认或放弃时即删，最长一天",
        mask_class="hidden",
    ),
)
