"""What an outing must be, and which row closes a household for its month: told from words and days alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sanzhi.domain.periods import Every, closes_on, period_of
from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.privacy.masking import holds_number

LONGEST_NOTE = 60
SHORTEST_REASON, LONGEST_REASON = 4, 200
MOST_DOORS = 60
"""Doors of one outing: more than anybody visits in half a day."""
MOST_MEMBERS = 15
"""Households of a mutual-help group (十户联保: ten to fifteen)."""
LONGEST_MATTER = dt.timedelta(days=90)
"""A matter that came up is kept open so long at most (R-12)."""
DAYS_TO_SETTLE = dt.timedelta(days=15)
"""So long a village has for what came up, the town's own."""

declare(
    "visits",
    {
        "future": "{day}还没有到。请填走访当天或以前的日期。",
        "not_a_group": "{unit}不是村民小组。请选走访的村民小组。",
        "group_not_standing": "{unit}在{day}还没有设立或已经撤销。请核对日期或小组。",
        "unknown_half_day": "没有“{half_day}”这个时段。请从上午、下午、晚上里选。",
        "unknown_outcome": "没有“{outcome}”这个走访结果。请从列表里选。",
        "unknown_topic": "没有“{topic}”这个事项类别。请从列表里选。",
        "nobody_went": "没有选走访人。请至少选一位参加走访的同志。",
        "went_twice": "{name}选了两次。请只选一次。",
        "post_elsewhere": "{name}不是{village}的同志。请只选本村（含网格、小组）和包村的同志。",
        "post_not_in_force": "{name}在{day}不在任。请核对日期，或改选在任的同志。",
        "nothing_ticked": "一户都没有勾选。请勾选到过的户再保存。",
        "too_many_doors": "一次最多登记 {most} 户，现在是 {count} 户。请按实际分成几次走访登记。",
        "ticked_twice": "户号{number}勾了两次。请只保留一条。",
        "not_of_this_group": "户号{number}在{day}不在{group}。请核对日期；搬走的户请到现在的小组登记。",
        "other_village": "户号{number}不是{village}的住户。请删去这一户，由所在村登记。",
        "no_household": "有一户在户册里找不到。请刷新页面后重新勾选。",
        "follow_up_topic": "户号{number}标了“需跟进”，请同时选是什么事。",
        "too_long": "“{label}”最多 {longest} 个字，现在是 {length} 个。请写短一些。",
        "personal_number": "“{label}”里像是有身份证号、银行卡号或手机号。请删去号码再保存。",
        "reason_needed": "请写明原因（至少 4 个字）。",
        "late_reason_needed": "{day}所在的时段已经锁定（{closed}截止）。可以写明原因，作为补录保存。",
        "sheet_number_needed": "照走访表录入要写表号。请照表上印的号填写。",
        "changed_meanwhile": "这次走访刚被别人更正过。你写的没有保存，请刷新后对照最新内容再改。",
        "nothing_changed": "内容和原来一样，没有要更正的。",
        "author_never": "{name}在{day}没有登记{village}走访的权限。请核对走访人，或请管理员办理授权。",
        "own_confirmation": "自己的走访要由另一位确认。请让现任书记或文书核对后确认。",
        "link_held": "{name}从{since}起已经联系{group}，时间重叠。请先结束原来的联系，或改日期。",
        "link_outside_post": "{name}的任职不包含{day}。请核对联系的起止日期。",
        "link_ends_before": "结束日{day}不晚于开始日{opened}。请改为之后的日期。",
        "link_ended": "这条联系已经结束（{closed}），不能再结束。请刷新页面再看。",
        "ground_needed": "请写明依据（会议或文件，至少 2 个字）。",
        "mutual_number": "{village}已经有第 {number} 联户组。请换一个组号。",
        "mutual_contact": "联户组要有一位联系人：一户或一位组长、网格员，二选一。请选一位。",
        "mutual_held": "户号{number}已经在第 {held} 联户组。一户同时只能在一个组，请先退出。",
        "mutual_full": "第 {number} 联户组已经有 {most} 户，满了。请加入别的组或另设一组。",
        "mutual_closed": "第 {number} 联户组已经撤销，不能再改动。要用的，请选别的组或另设一组。",
        "mutual_left": "户号{number}不在这个联户组里，或已经退出。请刷新页面再看。",
        "mutual_day": "日期{day}早于{first}。请改为当天或之后的日期。",
        "unknown_reporter": "没有“{reporter}”这类报告人。请从列表里选。",
        "how_needed": "请写明是怎么办的（至少 4 个字，不写姓名和号码）。",
        "settled": "这件事已经办结或停用，不能再改。请刷新页面再看。",
        "escalated": "这件事{day}已经报镇综治办，不用再报。",
        "not_escalated": "这件事还没有报镇综治办，不能登记回复。",
        "before_opening": "日期{day}早于这件事登记的{opened}。请核对日期。",
    },
)

HALF_DAYS = ("morning", "afternoon", "evening")
"""In the order of the day; `evening` begins at 17:00."""
REACHED_OUTCOMES = frozenset({"reached", "declined"})
OUTCOMES = ("reached", "declined", "nobody_home", "slip_left")


@dataclass(frozen=True)
class Topic:
    """What a matter is about, never a person; `lead` is the kind under which another room may take it over."""

    code: str
    label: str
    lead: str = ""


TOPICS: dict[str, Topic] = {
    t.code: t
    for t in (
        Topic("policy", "政策宣传"),
        Topic("farming", "农业生产"),
        Topic("dispute", "矛盾纠纷", "dispute"),
        Topic("hazard", "安全隐患", "hazard"),
        Topic("request", "办事需求", "request"),
        Topic("sanitation", "环境卫生", "sanitation"),
        Topic("hardship", "困难求助", "hardship"),
        Topic("away", "外出返乡"),
        Topic("other", "其他"),
    )
}
"""Data of the town (镇定); the plan names 农业生产, 矛盾纠纷 and 安全隐患."""

_LABELS = {
    "note": "备注",
    "reason": "原因",
    "late_reason": "补录说明",
    "how": "办理情况",
    "answer": "回复",
    "what": "事项",
}


def checked_text(field: str, text: str, longest: int = LONGEST_NOTE) -> str:
    """A text as it is kept, without outer blanks. Refuses one that is too long or holds a number of a person (R-03)."""
    bare = " ".join(text.replace("\x00", "").split())
    label = _LABELS[field]
    if len(bare) > longest:
        raise Problem("visits.too_long", field=field, label=label, longest=longest, length=len(bare))
    if holds_number(bare):
        raise Problem("visits.personal_number", field=field, label=label)
    return bare


def checked_reason(text: str, field: str = "reason", code: str = "visits.reason_needed") -> str:
    """A reason that says something: at least four characters."""
    bare = checked_text(field, text, LONGEST_REASON)
    if len(bare) < SHORTEST_REASON:
        raise Problem(code, field=field)
    return bare


def first_close(day: dt.date) -> dt.date:
    """The first day of close among the periods a record of `day` serves: its week's Sunday + 7, its month's end + 7."""
    return min(closes_on(period_of(every, day)) for every in (Every.WEEK, Every.MONTH))


def checked_late(day: dt.date, reason: str, today: dt.date) -> str:
    """The reason of what comes late, empty where it is in time; refuses a late one without (`visits.late_reason_needed`)."""
    bare = checked_text("late_reason", reason, LONGEST_REASON)
    closed = first_close(day)
    if today <= closed:
        return ""
    if len(bare) < SHORTEST_REASON:
        raise Problem(
            "visits.late_reason_needed", field="late_reason", day=day.isoformat(), closed=closed.isoformat()
        )
    return bare


class Attempt(NamedTuple):
    """One row of a household in a month, as far as it says whether the month is closed for it."""

    key: int
    happened_on: dt.date
    half_day: str
    outcome: str
    received_on: dt.date


def at_another_time(one: Attempt, other: Attempt) -> bool:
    """Whether two attempts lie on two days, or before and after 17:00 (case 14)."""
    return one.happened_on != other.happened_on or (one.half_day == "evening") != (
        other.half_day == "evening"
    )


def settling(rows: Iterable[Attempt]) -> set[int]:
    """Keys of the rows that close a household for its month. `rows` are all that count, of one household and one month.

    Reached or declined closes it always. Of those where nobody was home, one closes it: the first, in the order of
    arrival, with which there are two at different times and a slip left at one of the attempts (case 14). The order is
    that of arrival because the month was not closed for the household before the last of them was told.
    """
    closed: set[int] = set()
    tried: list[Attempt] = []
    by_attempts = False
    for row in sorted(rows, key=_arrival):
        if row.outcome in REACHED_OUTCOMES:
            closed.add(row.key)
            continue
        tried.append(row)
        if by_attempts or not any(r.outcome == "slip_left" for r in tried):
            continue
        if any(at_another_time(a, b) for a in tried for b in tried):
            by_attempts = True
            closed.add(row.key)
    return closed


def _arrival(row: Attempt) -> tuple[dt.date, dt.date, int, int]:
    return row.received_on, row.happened_on, HALF_DAYS.index(row.half_day), row.key
