"""The kinds of sites, as data: what each must show before it is accepted, and how sites of it are counted.

A town's wish for another kind is one more entry of the table, not a branch in code. Lines without a law behind them are the
town's own (镇定): plain things that whoever opens the door can see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

OWN = "镇定"
_VIDEO = "公共安全视频图像信息系统管理条例"
_MEDIATION = "人民调解法"
_CULTURE = "公共文化服务保障法"
_MINORS = "未成年人保护法"


class SiteKind(models.TextChoices):
    """What a site is; `KINDS` has everything else about each."""

    VIDEO = "video", _("视频监控点（雪亮工程）")
    MEDIATION_STUDIO = "mediation_studio", _("个性化调解工作室")
    LEGAL_ROOM = "legal_room", _("公共法律服务工作室")
    EXEMPLARY = "exemplary", _("社会主义核心价值观示范点")
    PRACTICE_BASE = "practice_base", _("文明实践示范基地")
    CULTURE_SQUARE = "culture_square", _("文化广场")
    SCHOOL_PALACE = "school_palace", _("乡村学校少年宫")
    YOUTH_PALACE = "youth_palace", _("复兴少年宫")
    CUSTOMS_HALL = "customs_hall", _("新风堂")
    NIGHT_SCHOOL = "night_school", _("农民夜校")


@dataclass(frozen=True)
class Check:
    """One line of a check list: its code, what is looked at, and where the rule comes from."""

    code: str
    label: str
    source: str = OWN


@dataclass(frozen=True)
class Kind:
    """A kind of site; `short` is its name in narrow columns, `duties` the codes it serves. `measure`: the villages it covers (Z7, F3), or the accepted sites themselves (V3, V6).

    `keywords`: words by which a requirement of a plan is recognised as speaking of it. `filed`: filed with the police
    within 30 days of use. `audited`: who looked at its pictures is looked into each half-year. `opens`: it has opening hours
    and people come; what took place there is written down.
    """

    code: SiteKind
    short: str
    duties: str
    keywords: tuple[str, ...]
    checks: tuple[Check, ...]
    measure: Literal["villages", "count"] = "count"
    filed: bool = False
    audited: bool = False
    opens: bool = True
    hint: str = field(default="")


_ROOM = Check("room", "有固定场所和标牌")
_HOURS = Check("hours", "开放时间已公布在门口")
_KEEPER = Check("keeper", "有管理人员，钥匙有人管")
_SAFE = Check("safe", "消防通道畅通，用电、器材经过检查", _CULTURE)
_FREE = Check("free", "免费开放，不挪作经营", _CULTURE)
_CHILDREN = (
    Check("safe", "活动场所和器材符合安全要求", f"{_MINORS}第五十六条"),
    Check("staff", "带队人员入职前查询过违法犯罪记录", f"{_MINORS}第六十二条"),
)

_TABLE = (
    Kind(
        SiteKind.VIDEO,
        "视频点",
        "Z7",
        ("视频监控", "雪亮"),
        (
            Check("purpose", "用途明确，不对着住宅内部和隐私场所", f"{_VIDEO}第八条"),
            Check("sign", "现场有显著提示标识", f"{_VIDEO}第十三条"),
            Check("filing", "启用后 30 日内向公安机关备案（已备案或已告知办法）", _VIDEO),
            Check("retention", "图像保存不少于 30 日、期满删除", f"{_VIDEO}第十七条"),
            Check("access_log", "查阅有登记：事由、内容、单位、姓名", f"{_VIDEO}第十六条"),
        ),
        measure="villages",
        filed=True,
        audited=True,
        opens=False,
        hint="写用途和场所，不写坐标、设备地址",
    ),
    Kind(
        SiteKind.MEDIATION_STUDIO,
        "调解工作室",
        "F3",
        ("调解工作室",),
        (
            _ROOM,
            Check("mediators", "调解员姓名和联系方式已公布", _MEDIATION),
            Check("rules", "调解原则、当事人权利上墙，不收费", f"{_MEDIATION}第四条"),
            Check("register", "有登记和归档柜，案卷不外露"),
        ),
        measure="villages",
        hint="开放记录只写人数和事项类别，不写当事人",
    ),
    Kind(
        SiteKind.LEGAL_ROOM,
        "法律服务室",
        "F3",
        ("法律服务工作室", "法律服务室"),
        (_ROOM, Check("hours", "服务时间、法律顾问姓名已公布"), Check("register", "有服务登记")),
        measure="villages",
        hint="开放记录只写人数和服务类别，不写当事人",
    ),
    Kind(
        SiteKind.EXEMPLARY,
        "示范点",
        "V3",
        ("示范点",),
        (
            Check("theme", "主题与村情相符"),
            Check("words", "24 字内容完整、无错字"),
            Check("upkeep", "有管护人，破损有人修"),
        ),
    ),
    Kind(
        SiteKind.PRACTICE_BASE,
        "实践基地",
        "V6",
        ("示范基地", "文明实践基地"),
        (Check("room", "有场地和标识"), _HOURS, _KEEPER, Check("plan", "有每月活动安排")),
    ),
    Kind(
        SiteKind.CULTURE_SQUARE,
        "文化广场",
        "V6",
        ("文化广场",),
        (
            Check("ground", "地面平整、有照明，晚上能用"),
            Check("safe", "器材牢固，有检查日期", _CULTURE),
            _KEEPER,
            _FREE,
        ),
    ),
    Kind(SiteKind.SCHOOL_PALACE, "学校少年宫", "V6", ("乡村学校少年宫",), (_ROOM, _HOURS, *_CHILDREN, Check("teachers", "有辅导老师和课程表"))),
    Kind(
        SiteKind.YOUTH_PALACE,
        "复兴少年宫",
        "V6",
        ("复兴少年宫",),
        (
            _ROOM,
            _HOURS,
            *_CHILDREN,
            Check("free", "对未成年人免费开放", f"{_MINORS}第四十四条"),
        ),
    ),
    Kind(
        SiteKind.CUSTOMS_HALL,
        "新风堂",
        "V6",
        ("新风堂",),
        (_ROOM, Check("rules", "婚事新办、丧事简办的约定上墙"), _SAFE, _KEEPER, _FREE),
    ),
    Kind(
        SiteKind.NIGHT_SCHOOL,
        "农民夜校",
        "V6",
        ("农民夜校",),
        (_ROOM, Check("hours", "开课时间和课程已公布"), Check("teachers", "有授课人员名单"), _SAFE),
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.code.value: kind for kind in _TABLE}
"""Every kind by its code."""

CHECK_LISTS: dict[str, tuple[Check, ...]] = {code: kind.checks for code, kind in KINDS.items()}
"""What each kind of site must show before it is accepted."""

AUDIT_LIST: tuple[Check, ...] = (
    Check("register", "查阅登记齐全：每次都有事由、内容、单位、姓名", f"{_VIDEO}第十六条"),
    Check("sign", "现场提示标识还在、看得清", f"{_VIDEO}第十三条"),
    Check("purpose", "没有改变用途和拍摄范围", f"{_VIDEO}第八条"),
    Check("passed_on", "没有违规提供、传播图像", _VIDEO),
)
"""What the half-yearly audit of a video site looks at (that it is half-yearly is the town's own)."""
LEAST_RETENTION = 30
"""Days for which pictures are kept at least (公共安全视频图像信息系统管理条例第十七条)."""
