"""How the ledger speaks: what a requirement asks, how it is judged, why an obligation stands as it does."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from sanzhi.domain.periods import Every
from sanzhi.domain.states import State
from sanzhi.foundation.ui import formats
from sanzhi.kit.ledger.models import Obligation, Requirement, Task
from sanzhi.kit.ledger.queries import Owed
from sanzhi.kit.ledger.serving import period_words
from sanzhi.kit.ledger.standing import Stand, source_of
from sanzhi.kit.measures.declarations import Measure, rows_of

RHYTHMS = {
    Every.WEEK: "每周",
    Every.MONTH: "每月",
    Every.QUARTER: "每季度",
    Every.HALF_YEAR: "每半年",
    Every.YEAR: "每年",
}


def task_key(task: Task) -> str:
    """How a task is named in addresses: its plan's code and its own, P1-T07."""
    return f"{task.version.plan.code}-{task.code}"


def period_label(owed: Obligation | Owed, today: dt.date) -> str:
    """The period or stage in words: 6月, 第24周…, 5月31日前, 时限待定."""
    return period_words(owed.period, owed.due_on, today)


def judged_by(requirement: Requirement) -> str:
    """The formula in words: what counts, and how much of it."""
    kinds = Requirement.Kind
    if requirement.kind == kinds.STANDING:
        return _("长期坚持，没有周期：牵头单位每月看一次，记“本月已落实”或“未落实”。")
    words = source_of(requirement).words
    if requirement.kind == kinds.UNSET:
        return _("时限待定，由牵头单位确定。凭据：{words}").format(words=words)
    return _("{asked}。凭据：{words}").format(asked=asked(requirement), words=words)


def asked(requirement: Requirement) -> str:
    """How much is asked and by when: 5月31日前达到 50%, 每月至少 1 次."""
    kinds = Requirement.Kind
    day = (
        formats.day(requirement.due_on, requirement.due_on, with_weekday=False) if requirement.due_on else ""
    )
    if requirement.kind == kinds.EVERY:
        return _("{rhythm}至少 {count} 次").format(
            rhythm=RHYTHMS[Every(requirement.every)], count=requirement.at_least
        )
    if requirement.fraction is not None:
        return _("{day}前达到 {share}").format(day=day, share=formats.percent(requirement.fraction))
    if requirement.kind == kinds.COUNT_BY_DAY:
        return _("{day}前达到 {count} 个").format(day=day, count=requirement.at_least)
    if requirement.kind == kinds.STANDING:
        return _("长期坚持")
    return _("{day}前完成").format(day=day) if day else _("时限待定")


def given(stand: Stand) -> str:
    """已有 4，要 5（共 9）; – where nothing is counted."""
    amount = stand.amount
    if amount is None:
        return formats.NOTHING
    text = _("已有 {given}，要 {needed}").format(given=amount.numerator, needed=amount.needed)
    return (
        text
        if amount.denominator is None
        else _("{text}（共 {all}）").format(text=text, all=amount.denominator)
    )


def why(stand: Stand, today: dt.date) -> str:
    """The rule that fits, as a sentence with its days and amounts."""
    owed, facts = stand.obligation, stand.facts

    def on(value: dt.date | None) -> str:
        return formats.day(value, today)

    days = {
        "due": on(owed.due_on),
        "closes": on(owed.closes_on),
        "met": on(facts.met_on),
        "begins": on(owed.begins_on),
    }
    amounts = given(stand)
    match stand.state:
        case State.DROPPED:
            return _("{day}起撤销：新版本的方案或牵头单位不再要求。").format(day=on(owed.dropped_on))
        case State.HANDED_OVER:
            return _("单位变动，由承接的单位继续承担。")
        case State.NOT_APPLICABLE:
            return _("已豁免，不计入应完成数。理由：{reason}").format(reason=stand.exempt_reason)
        case State.UNDETERMINED:
            return _("牵头单位还没有选定相关村，选定以后才有人承担。")
        case State.DONE:
            return (
                _("{met}达到要求，在截止日{due}以内。").format(**days)
                if owed.due_on
                else _("{met}达到要求。").format(**days)
            )
        case State.DONE_LATE:
            return _("{met}才达到要求，晚于截止日{due}或核对期末{closes}。").format(**days)
        case State.CHECKING | State.OVERDUE:
            head = _("截止日{due}已过，{amounts}。").format(**days, amounts=amounts)
            return head + _after_the_due_day(stand, today, days["closes"])
        case State.NOT_DUE:
            return _("这一期从{begins}开始，还没有到。").format(**days)
        case State.NOT_STARTED:
            text = _("已经开始，还没有一条作数的记录。")
        case _:
            text = _("{amounts}。").format(amounts=amounts)
            if stand.waits:
                text = _("{day}已提交，等牵头单位认定。").format(day=on(facts.pending_on)) + text
    if owed.contributes:
        return text + _("本单位只为全镇比例作贡献，不算逾期。")
    return text + (_("截止日{due}。").format(**days) if owed.due_on else "")


def _after_the_due_day(stand: Stand, today: dt.date, closes: str) -> str:
    """What entering it now would mean: deeds done in time still count in time until the close, notes are late at once."""
    source = source_of(stand.obligation.requirement)
    counted = rows_of(source)
    by_submission = isinstance(counted, Measure) and counted.done_on == counted.received
    in_grace = stand.obligation.closes_on is not None and today <= stand.obligation.closes_on
    if in_grace and not by_submission:
        return _("核对期到{closes}：在此以前补记截止日以前做的事，仍算按期。").format(closes=closes)
    text = _("补上以后记为逾期完成。")
    return text + _("核对期到{closes}。").format(closes=closes) if stand.state is State.CHECKING else text


def fraction_of(stand: Stand) -> tuple[int, int] | None:
    """The fraction that a cell shows: of a population, or of a number asked; None where it is one of one."""
    amount = stand.amount
    if amount is None:
        return None
    if amount.denominator is not None:
        return (amount.numerator, amount.denominator) if amount.denominator != 1 else None
    return (amount.numerator, amount.needed) if amount.needed > 1 else None
