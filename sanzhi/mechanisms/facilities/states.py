"""The stages of a site: what is not in the table does not exist."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.ui.components import Mark


class SiteState(models.TextChoices):
    """How far a site is."""

    PLANNED = "planned", _("计划")
    BUILT = "built", _("已建成")
    HANDED_IN = "handed_in", _("已报验")
    ACCEPTED = "accepted", _("已验收")
    WITHDRAWN = "withdrawn", _("撤出计划")


MARKS = {
    SiteState.PLANNED: Mark("○", SiteState.PLANNED.label, "grey"),
    SiteState.BUILT: Mark("◐", SiteState.BUILT.label, "blue"),
    SiteState.HANDED_IN: Mark("◌", _("已报验，待验收"), "blue"),
    SiteState.ACCEPTED: Mark("✓", SiteState.ACCEPTED.label, "green"),
    SiteState.WITHDRAWN: Mark("×", SiteState.WITHDRAWN.label, "grey"),
}
"""How each stage is shown: never by colour alone."""

TRANSITIONS: dict[str, dict[str, str]] = {
    # A day that was entered wrongly is put right while nobody has been asked to accept.
    "build": {SiteState.PLANNED: SiteState.BUILT, SiteState.BUILT: SiteState.BUILT},
    "hand_in": {SiteState.BUILT: SiteState.HANDED_IN},
    "accept": {SiteState.HANDED_IN: SiteState.ACCEPTED},
    "return": {SiteState.HANDED_IN: SiteState.BUILT},
    "withdraw": {SiteState.PLANNED: SiteState.WITHDRAWN, SiteState.BUILT: SiteState.WITHDRAWN},
    "reopen": {SiteState.ACCEPTED: SiteState.BUILT},
}
# Notes of use change no state; they are possible from the day a site stands.
STANDING = frozenset({SiteState.BUILT, SiteState.HANDED_IN, SiteState.ACCEPTED})

declare(
    "facilities",
    {
        "not_now": "“{site}”现在是“{state}”，不能{verb}。请刷新页面看它走到了哪一步。",
        "built_in_future": "建成日{day}还没有到。请填写实际建成的日期，没建成就先不填。",
        "accepted_before_built": "验收日不能早于建成日{built}。请核对日期。",
        "checks_open": "还有核对项没有通过：{items}。请逐项核对，缺的请退回补齐。",
        "reason_needed": "请写明原因（至少 4 个字），对方要看到缺什么、怎么补。",
        "unknown_check": "核对清单里没有“{item}”这一项。",
        "not_village": "设施要登记在村里，{unit}不是村。",
        "name_needed": "请写点位或场所的名称，让人一看就知道在哪里，例如“村口老樟树旁”。",
        "too_long": "“{label}”最多 {longest} 个字，现在是 {length} 个。请写短一些。",
        "unknown_kind": "没有“{kind}”这个种类。请从列表里选。",
        "planned_in_future": "列入计划的日期{day}还没有到。请填今天或以前的日期。",
        "accepted_in_future": "验收日{day}还没有到。请填今天，或以前在现场验收的那一天。",
        "withdrawn_in_future": "撤出日{day}还没有到。请填今天或以前的日期。",
        "late_reason_needed": "这个建成日属于已经锁定的时段（{due}截止，核对期已过）。可以写明原因，作为补录提交。",
        "personal_number": "“{label}”里有像身份证号、银行卡号或手机号的数字。这里不登记个人信息，请删去。",
        "coordinates": "“{label}”里有像经纬度的数字。这里只写到自然村或场所，不登记坐标，请删去。",
        "device": "“{label}”里有像设备地址或账号的内容。这里不登记设备地址、账号和密码，请删去。",
        "not_filed_kind": "只有视频点要办公安备案，“{site}”不用填备案日。",
        "not_built_yet": "“{site}”还没有建成，不能登记启用。请先登记建成。",
        "used_before_built": "启用日不能早于建成日{built}。请核对日期。",
        "used_in_future": "日期{day}还没有到。请填今天或以前的日期。",
        "filed_without_use": "请先填启用日，再填备案日。",
    },
)
VERBS = {
    "build": "登记建成",
    "hand_in": "报验",
    "accept": "验收",
    "return": "退回",
    "withdraw": "撤出计划",
    "reopen": "撤销验收",
}


def next_state(site: str, state: str, verb: str) -> str:
    """The state after `verb`; refuses what the table does not hold (`facilities.not_now`)."""
    after = TRANSITIONS[verb].get(state)
    if after is None:
        raise Problem("facilities.not_now", site=site, state=SiteState(state).label, verb=VERBS[verb])
    return after
