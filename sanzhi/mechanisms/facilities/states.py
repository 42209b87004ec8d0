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


class Finding(models.TextChoices):
    """How a site was found by who looked."""

    GOOD = "good", _("完好")
    REPAIR = "repair", _("需维修")
    OUT_OF_USE = "out_of_use", _("停用")


FINDING_MARKS = {
    Finding.GOOD: Mark("✓", Finding.GOOD.label, "green"),
    Finding.REPAIR: Mark("!", Finding.REPAIR.label, "amber"),
    Finding.OUT_OF_USE: Mark("×", Finding.OUT_OF_USE.label, "red"),
}
"""How a condition is shown: never by colour alone."""

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
        "hours_empty": "请写开放时间，每行一条，例如“周一至周五 9:00–17:00”。",
        "hours_closed_kind": "“{site}”这类点不对外开放，不用公布开放时间。",
        "hours_lines": "开放时间最多 {most} 行，现在是 {lines} 行。请合并相同的日子。",
        "hours_in_future": "公布日{day}还没有到。贴出来以后再填。",
        "no_visits_kind": "“{site}”这类点不登记开放和活动。",
        "not_in_use_yet": "“{site}”在{day}还没有启用。请先登记启用日，再记这一天。",
        "note_in_future": "日期{day}还没有到。请填今天或以前的日期。",
        "note_before_built": "日期不能早于建成日{built}。请核对日期。",
        "month_not_over": "{month}还没有过完，不能做整月合计。请按天记，或者到{last}再合计。",
        "month_summed": "{month}已经有一条整月合计，再按天记就会重复。请先作废那条合计。",
        "month_by_day": "{month}已经按天记了 {number} 条，再做整月合计就会重复。请按天补记，或先作废那几条。",
        "use_while_out_of_use": "“{site}”从{since}起停用，这一天不能有活动。请先登记修复日，或核对日期。",
        "what_needed": "请写开展了什么，例如“广场舞”“电影放映”，不写人名。",
        "people_range": "参加人数应在 0 到 {most} 之间，是人次合计，不写名单。",
        "times_range": "次数应在 1 到 {most} 之间；按天记的一条就是 1 次。",
        "finding_unknown": "没有“{finding}”这种现状。请从列表里选。",
        "lacks_needed": "请写明缺什么、坏在哪里（至少 4 个字），修的人要看得懂。",
        "nothing_to_repair": "这次查看没有要修的，不用登记修复。",
        "repaired_already": "这一处已登记在{day}修复。又坏了，就另记一次查看。",
        "repaired_before_look": "修复日不能早于查看日{looked}。请核对日期。",
        "not_audited_kind": "只有视频点要做查阅审计，“{site}”不用。",
        "audit_finding_needed": "有没勾上的项，或者图像保存不足 {least} 天。请在“发现的问题”里写明，并写怎么改。",
        "unknown_audit_item": "审计清单里没有“{item}”这一项。",
        "retention_days_range": "图像保存天数应在 0 到 {most} 之间。",
        "accesses_range": "查阅次数应在 0 到 {most} 之间。",
        "use_noted_before": "{day}已经记过活动，启用日不能晚于这一天。请核对日期，或先作废那条记录。",
        "note_late_reason": "{month}已锁定（{closed}为止）。可以写明原因，作为补录提交。",
        "note_void_already": "这一条已经作废，不用再办。",
        "note_of_lead": "这一条是牵头单位查看时记的，由牵头单位作废。",
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
