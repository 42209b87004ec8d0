"""What each kind of site must show before it is accepted; data with its source, not a branch in code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One line of a check list: its code, what is looked at, and where the rule comes from."""

    code: str
    label: str
    source: str = "镇定"


CHECK_LISTS: dict[str, tuple[Check, ...]] = {
    "video": (
        Check("purpose", "用途明确，不对着住宅内部和隐私场所", "公共安全视频图像信息系统管理条例第八条"),
        Check("sign", "现场有显著提示标识", "公共安全视频图像信息系统管理条例第十三条"),
        Check("filing", "启用后 30 日内向公安机关备案（已备案或已告知办法）", "公共安全视频图像信息系统管理条例"),
        Check("retention", "图像保存不少于 30 日、期满删除", "公共安全视频图像信息系统管理条例第十七条"),
        Check("access_log", "查阅有登记：事由、内容、单位、姓名", "公共安全视频图像信息系统管理条例第十六条"),
    ),
    "mediation_studio": (
        Check("room", "有固定场所和标牌"),
        Check("mediators", "调解员姓名和联系方式已公布", "人民调解法"),
        Check("rules", "调解原则、当事人权利上墙，不收费", "人民调解法第四条"),
        Check("register", "有登记和归档柜，案卷不外露"),
    ),
    "legal_room": (
        Check("room", "有固定场所和标牌"),
        Check("hours", "服务时间、法律顾问姓名已公布"),
        Check("register", "有服务登记"),
    ),
    "exemplary": (Check("theme", "主题与村情相符"), Check("upkeep", "有管护人")),
    "practice_base": (
        Check("room", "有场地和标识"),
        Check("hours", "开放时间已公布"),
        Check("keeper", "有管理人员"),
    ),
}
