"""Names that stand in the two logs of the house (R-01)."""

from sanzhi.foundation.privacy.declarations import PersonalField, personal

_LOGS = "网络安全法第二十一条；个人信息保护法第五十一条（防止未经授权的访问）"

personal(
    *(
        PersonalField(
            model=model,
            field="by",
            purpose=purpose,
            legal_basis=_LOGS,
            collector_role="系统",
            readers="审计、管理员，以及被查看的本人",
            retention="不少于六个月，随所记内容保存",
            mask_class="name",
        )
        for model, purpose in (
            ("audit.auditentry", "说明每一项改动由谁作出"),
            ("privacy.readentry", "说明个人信息由谁看过"),
        )
    )
)
