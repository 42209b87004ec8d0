"""Notes of the demonstration year: a handful on what no other room proves: accepted, waiting, returned, sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import slot_of, source_of
from sanzhi.mechanisms.progress_notes import actions
from sanzhi.mechanisms.progress_notes.access import deciders, is_farthest
from sanzhi.mechanisms.progress_notes.measures import REPORTED
from sanzhi.mechanisms.progress_notes.models import Note

# (village by order, days before the demonstration day, words, what became of it)
_NOTES = (
    (1, 20, "已召开村“两委”会议，分工到人，责任清单上墙，本月按清单推进了三项。", "accepted"),
    (2, 16, "完成摸底，列出问题 6 条，其中 4 条已整改，余下两条约定月底前办结。", "accepted"),
    (3, 9, "宣传栏已更新，村民小组长会上讲了一次，到会 23 人。", "waiting"),
    (4, 7, "正在推进，后续再报。请镇里先登记为已开展。", "returned"),
    (5, 3, "组织党员和村民代表学习两次，发放明白纸 210 份，各组签收单已留存。", "waiting"),
    (6, 12, "村级方案已经村民代表会议讨论，意见 5 条已采纳 3 条，修改稿送牵头单位。", "again"),
)


def _owed(unit: Unit, day: dt.date) -> Obligation | None:
    """What the village owes through notes on `day`: the first by due day whose period has begun and is open."""
    rows = Obligation.objects.filter(
        unit=unit, begins_on__lte=day, dropped_on__isnull=True, handed_to__isnull=True, contributes=False
    ).select_related("requirement__task__version__plan", "unit", "town")
    fitting = (o for o in rows.order_by("due_on", "pk") if source_of(o.requirement) is REPORTED)
    return next((o for o in fitting if o.due_on is None or o.due_on >= day), None)


def _decider(note: Note, day: dt.date, users: Mapping[str, User]) -> User | None:
    """Somebody of the lead unit among the demonstration's people."""
    able = deciders(note, day)
    people = (u for _name, u in sorted(users.items()) if u.pk in able)
    return next((u for u in people if is_farthest(u, note, day)), None)


def build(*, town: Unit, day: dt.date, users: Mapping[str, User]) -> None:
    """Write notes of six villages as they stood on `day`; nothing where no confirmed task asks for one.

    `users`: the secretaries `sec1` … by village order, and the officers who decide.
    """
    villages = list(units_on(day, town=town, kinds=["village"]))
    for number, ago, words, fate in _NOTES:
        if number > len(villages):
            continue
        village, secretary, written = villages[number - 1], users[f"sec{number}"], day - dt.timedelta(days=ago)
        owed = _owed(village, day)
        if owed is None:
            continue
        written = max(written, slot_of(owed).first)
        with clock.standing_on(written):
            note = actions.write_note(by=secretary, obligation=owed, text=words, happened_on=written, today=written)
        decided = min(written + dt.timedelta(days=2), day)
        decider = _decider(note, day, users)
        if decider is None or fate == "waiting":
            continue
        with clock.standing_on(decided):
            if fate == "accepted":
                actions.accept_note(by=decider, note=note, today=decided)
                continue
            lacking = "只写了打算，没有写做了什么、到什么程度。请补上时间、人数和结果。"
            actions.return_note(by=decider, note=note, reason=lacking, today=decided)
        if fate == "again":
            with clock.standing_on(day):
                actions.resubmit_note(by=secretary, note=note, text=words, happened_on=written, today=day)
