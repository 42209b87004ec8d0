"""The table of a task's obligations. Written as text: a task of ninety villages has a thousand lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import state_mark
from sanzhi.foundation.ui.lists import written_table
from sanzhi.steering.plans.ledger.telling import Line

LONGEST = 24
"""Characters of what is asked that a line shows."""


def line_table(lines: Sequence[Line], today: dt.date) -> SafeString:
    """Unit, period, state, amount, what is asked and the due day of each line, leading to the obligation's page."""
    labels = (_("单位"), _("时段"), _("状态"), _("数量"), _("要求"), _("截止日"))
    period, state, amount, asked, due = (f'<td data-label="{escape(label)}">' for label in labels[1:])

    @cache
    def short(text: str) -> str:
        return escape(Truncator(text).chars(LONGEST))

    @cache
    def mark(code: str, waits: bool) -> str:
        return state_mark(code, waits)

    rows = "".join(
        f'<tr data-open><th scope="row"><a href="{escape(x.url)}" data-sheet>{escape(x.unit)}</a></th>'
        f"{period}{escape(x.period)}</td>{state}<div>{mark(x.state, x.waits)}{_note(x.note)}</div></td>"
        f"{amount}{_amount(x.fraction, x.url)}</td>{asked}{short(x.what)}</td>"
        f"{due}{formats.day(x.due_on, today, with_weekday=False)}</td></tr>"
        for x in lines
    )
    return written_table(labels, rows, cards=True)


def _note(text: str) -> str:
    return f'<br><small class="s-quiet">{escape(text)}</small>' if text else ""


def _amount(fraction: tuple[int, int] | None, url: str) -> str:
    if fraction is None:
        return formats.NOTHING
    return f'<a class="s-num" href="{escape(url)}" data-sheet>{fraction[0]}/{fraction[1]}</a>'
