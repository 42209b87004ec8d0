"""A note is submitted, then accepted or returned; a returned one may be submitted again as a new day's note."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.domain.problems import Problem, declare


class NoteState(models.TextChoices):
    """Where a note stands."""

    SUBMITTED = "submitted", _("待认定")
    ACCEPTED = "accepted", _("已认定")
    RETURNED = "returned", _("已退回")
    VOID = "void", _("已作废")


TRANSITIONS: dict[str, dict[str, str]] = {
    "accept": {NoteState.SUBMITTED: NoteState.ACCEPTED},
    "return": {NoteState.SUBMITTED: NoteState.RETURNED, NoteState.ACCEPTED: NoteState.RETURNED},
    "resubmit": {NoteState.RETURNED: NoteState.SUBMITTED},
    "void": {NoteState.SUBMITTED: NoteState.VOID, NoteState.RETURNED: NoteState.VOID},
}
VERBS = {"accept": "认定", "return": "退回", "resubmit": "重新提交", "void": "作废"}

declare(
    "progress_notes",
    {
        "not_now": "这条进展说明现在是“{state}”，不能{verb}。请刷新页面看最新情况。",
        "text_needed": "请用一两句话写清做了什么、做到什么程度（至少 10 个字）。",
        "reason_needed": "请写明退回的原因（至少 4 个字），对方要看到缺什么、怎么补。",
        "not_generic": "“{what}”由{room}的记录自动证明，不用写进展说明。",
        "own_note": "不能认定自己单位提交的进展说明，请由牵头单位的其他同志认定。",
        "amount": "数量要填 1 到 {largest} 之间的整数。",
        "personal_number": "文字里有像身份证号、银行卡号或手机号的数字（{number}）。请删去再提交。",
        "in_future": "办理日期{day}还没有到。请填写实际日期。",
    },
)


def next_state(state: str, verb: str) -> str:
    """The state after `verb`; refuses what the table does not hold."""
    after = TRANSITIONS[verb].get(state)
    if after is None:
        raise Problem("progress_notes.not_now", state=NoteState(state).label, verb=VERBS[verb])
    return after
