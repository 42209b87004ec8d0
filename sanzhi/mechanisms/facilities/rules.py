"""What each kind of site must show before it is accepted; data with its source, not a branch in code."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sanzhi.domain.problems import Problem
from sanzhi.foundation.privacy.masking import holds_number


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
        Check(
            "filing", "启用后 30 日内向公安机关备案（已备案或已告知办法）", "公共安全视频图像信息系统管理条例"
        ),
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

FILING_LIMIT = dt.timedelta(days=30)
"""Within so many days of use a video site is filed with the police (公共安全视频图像信息系统管理条例)."""
FILED_KINDS = frozenset({"video"})
LONGEST = {"name": 60, "place": 80, "purpose": 120, "reason": 200, "late_reason": 200}
LABELS = {
    "name": "名称",
    "place": "位置说明",
    "purpose": "用途",
    "reason": "原因",
    "late_reason": "补录说明",
}

_COORDINATES = re.compile(r"\d{2,3}\.\d{3,}|\d{1,3}°\s*\d{1,2}[′']|\d{1,3}°\d")
_DEVICE = re.compile(
    r"(?:rtsp|https?|rtmp)://|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)|密码\s*[:：]|口令\s*[:：]", re.IGNORECASE
)


def checked(field: str, text: str) -> str:
    """A text as it is kept, without outer blanks.

    Refuses one that is too long, and what a site never holds (R-40): numbers of persons, coordinates, device addresses.
    """
    bare = text.replace("\x00", "").strip()
    label = LABELS[field]
    if len(bare) > LONGEST[field]:
        raise Problem(
            "facilities.too_long", field=field, label=label, longest=LONGEST[field], length=len(bare)
        )
    if holds_number(bare):
        raise Problem("facilities.personal_number", field=field, label=label)
    if _DEVICE.search(bare):
        raise Problem("facilities.device", field=field, label=label)
    if _COORDINATES.search(bare):
        raise Problem("facilities.coordinates", field=field, label=label)
    return bare


@dataclass(frozen=True)
class Filing:
    """How the police filing of a video site stands: until when it is due, and whether that day has passed without it."""

    due_on: dt.date
    filed_on: dt.date | None
    overdue: bool


def filing(kind: str, in_use_on: dt.date | None, filed_on: dt.date | None, today: dt.date) -> Filing | None:
    """The filing that a site in use owes; None where none is owed (another kind, not yet in use)."""
    if kind not in FILED_KINDS or in_use_on is None:
        return None
    due_on = in_use_on + FILING_LIMIT
    return Filing(due_on, filed_on, (filed_on or today) > due_on)
