"""A note is submitted, then accepted or returned; a returned one may be submitted again as a new day's note."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.ui.components import Mark


class NoteState(models.TextChoices):
    """Where a note stands."""

    SUBMITTED = "submitted", _("待认定")
    ACCEPTED = "accepted", _("已认定")
    RETURNED = "returned", _("已退回")
    VOID = "void", _("已作废")


TRANSITIONS: dict[str, dict[str, str]] = {
    "edit": {NoteState.SUBMITTED: NoteState.SUBMITTED},
    "accept": {NoteState.SUBMITTED: NoteState.ACCEPTED},
    "return": {NoteState.SUBMITTED: NoteState.RETURNED, NoteState.ACCEPTED: NoteState.RETURNED},
    "resubmit": {NoteState.RETURNED: NoteState.SUBMITTED},
    "void": {NoteState.SUBMITTED: NoteState.VOID, NoteState.RETURNED: NoteState.VOID},
}
VERBS = {"edit": "修改", "accept": "认定", "return": "退回", "resubmit": "重新提交", "void": "作废"}
MARKS = {
    NoteState.SUBMITTED: Mark("◌", NoteState.SUBMITTED.label, "blue"),
    NoteState.ACCEPTED: Mark("✓", NoteState.ACCEPTED.label, "green"),
    NoteState.RETURNED: Mark("↩", NoteState.RETURNED.label, "amber"),
    NoteState.VOID: Mark("×", NoteState.VOID.label, "grey"),
}
"""How each state is shown: never by colour alone."""

declare(
    "progress_notes",
    {
        "not_now": "这条进展说明现在是“{state}”，不能{verb}。请刷新页面看最新情况。",
        "text_needed": "请用一两句话写清做了什么、做到什么程度（至少 10 个字）。",
        "reason_needed": "请写明退回的原因（至少 4 个字），对方要看到缺什么、怎么补。",
        "not_generic": "“{what}”由{room}的记录自动证明，不用写进展说明。",
        "own_note": "不能认定自己单位提交的进展说明，请由牵头单位的其他同志认定。",
        "amount": "数量要填 1 到 {largest} 之间的整数。",
        "personal_number": "“{label}”里有像身份证号、银行卡号或手机号的数字。请删去再提交，必要时只写姓名。",
        "text_too_long": "“{label}”最多 {longest} 个字，现在是 {length} 个。长材料请作为文件上传。",
        "not_in_period": "这一项要的是 {first} 到 {last} 做的事，{day}不在里面。请核对日期，或到对应的时段去写。",
        "not_owed": "这一项已经{state}，不用再写进展说明。",
        "late_reason_needed": "这个时段已经锁定（{due}截止，核对期已过）。可以写明原因，作为补录提交。",
        "other_unit": "{name}今天不在{unit}任职，不能作为办理人。请从列表里选。",
        "too_many_files": "一条进展说明最多附 {most} 个文件。请挑最要紧的，或合成一个 PDF。",
        "in_future": "办理日期{day}还没有到。请填写实际日期。",
    },
)


def next_state(state: str, verb: str) -> str:
    """The state after `verb`; refuses what the table does not hold."""
    after = TRANSITIONS[verb].get(state)
    if after is None:
        raise Problem("progress_notes.not_now", state=NoteState(state).label, verb=VERBS[verb])
    return after
