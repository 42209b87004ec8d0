"""The year's course: month by month what was owed and how much of it is done, late or still open, drawn as one chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.lists import TABLE_CLOSE, table_open
from sanzhi.kit.ledger.standing import Stand
from sanzhi.steering.dashboards.closing import counts

PARTS: Mapping[str, tuple[State, ...]] = {
    "done": (State.DONE, State.DONE_LATE),
    "late": (State.OVERDUE, State.CHECKING),
    "open": (State.NOT_STARTED, State.UNDER_WAY, State.NOT_DUE),
}
_PART_OF = {state: part for part, states in PARTS.items() for state in states}
WIDTH, HEIGHT, LEFT, TOP, FLOOR = 720, 214, 8, 24, 178
STEP, BAR = (WIDTH - 2 * LEFT) / 12, 34


@dataclass
class Month:
    """What is due in a month: how much of it is done, late and open."""

    number: int
    done: int = 0
    late: int = 0
    open: int = 0
    done_late: int = 0

    @property
    def owed(self) -> int:
        """All of it."""
        return self.done + self.late + self.open


@dataclass
class Course:
    """A year, month by month."""

    year: int
    today: dt.date
    months: list[Month] = field(default_factory=lambda: [Month(n) for n in range(1, 13)])

    @property
    def owed(self) -> int:
        """How much the year asks."""
        return sum(m.owed for m in self.months)

    def total(self, part: str) -> int:
        """How much of the year is done, late or open."""
        return sum(getattr(m, part) for m in self.months)

    @property
    def words(self) -> str:
        """The chart in a sentence."""
        return _("{year}年应办 {owed} 项：已完成 {done}，到期未完成 {late}，还没到期 {open}。").format(
            year=self.year,
            owed=self.owed,
            done=self.total("done"),
            late=self.total("late"),
            open=self.total("open"),
        )


def read_course(stands: Iterable[Stand], year: int, today: dt.date) -> Course:
    """Sort obligations by the month in which they are due; what is never due or need not be met is left out."""
    course = Course(year, today)
    for stand in stands:
        due_on = stand.obligation.due_on
        if due_on is None or due_on.year != year or not counts(stand):
            continue
        month = course.months[due_on.month - 1]
        part = _PART_OF[stand.state]
        setattr(month, part, getattr(month, part) + 1)
        month.done_late += stand.state is State.DONE_LATE
    return course


def chart(course: Course) -> SafeString:
    """The chart as a drawing: solid what is done, hatched what is late, in outline what is open, numbers beside them."""
    highest = max((m.owed for m in course.months), default=0) or 1
    scale = (FLOOR - TOP) / highest
    drawn = []
    for month in course.months:
        left = LEFT + (month.number - 1) * STEP + (STEP - BAR) / 2
        drawn.append(_column(month, left, scale))
        now = " s-now" if month.number == course.today.month and course.year == course.today.year else ""
        name = escape(_("{number}月").format(number=month.number))
        drawn.append(f'<text class="s-axis{now}" x="{left + BAR / 2:.0f}" y="{FLOOR + 26}">{name}</text>')
    line = f'<line class="s-floor" x1="{LEFT}" x2="{WIDTH - LEFT}" y1="{FLOOR}" y2="{FLOOR}"/>'
    hatch = (
        '<defs><pattern id="s-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect class="s-hatch-ground" width="6" height="6"/><path class="s-hatch-line" d="M0 6L6 0"/></pattern></defs>'
    )
    return mark_safe(
        f'<svg class="s-course" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(course.words)}">'
        f"{hatch}{line}{''.join(drawn)}</svg>"
    )


def _column(month: Month, left: float, scale: float) -> str:
    """One month's column, from the floor up: done, late, open; the number that matters most above it."""
    top, found = float(FLOOR), []
    for part in PARTS:
        n = getattr(month, part)
        if not n:
            continue
        height = n * scale
        top -= height
        found.append(
            f'<rect class="s-part-{part}" x="{left:.0f}" y="{top:.1f}" width="{BAR}" height="{height:.1f}"/>'
        )
        if height >= 24 and part != "open":
            middle = top + height / 2 + 4
            found.append(f'<text class="s-in-{part}" x="{left + BAR / 2:.0f}" y="{middle:.1f}">{n}</text>')
    if month.owed:
        found.append(f'<text class="s-sum" x="{left + BAR / 2:.0f}" y="{top - 5:.1f}">{month.owed}</text>')
    return "".join(found)


def table(course: Course, url: str) -> SafeString:
    """The table behind the chart; each number opens to its obligations at `url` (month=, state=)."""
    heads = (_("月份"), _("应办"), _("已完成"), _("其中逾期完成"), _("到期未完成"), _("还没到期"))
    head = "".join(
        f'<th scope="col"{" class=s-n" if n else ""}>{escape(text)}</th>' for n, text in enumerate(heads)
    )
    rows = []
    for m in course.months:
        cells = [
            (m.owed, ""),
            (m.done, "done"),
            (m.done_late, "done_late"),
            (m.late, "late"),
            (m.open, "open"),
        ]
        inside = "".join(_cell(course, m, n, part, url, heads[i]) for i, (n, part) in enumerate(cells, 1))
        name = escape(_("{number}月").format(number=m.number))
        rows.append(f'<tr><th scope="row">{name}</th>{inside}</tr>')
    caption = escape(_("{year}年各月应办和完成的项数").format(year=course.year))
    return mark_safe(
        f"{table_open(caption)}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>{TABLE_CLOSE}"
    )


def _cell(course: Course, month: Month, n: int, part: str, url: str, label: str) -> str:
    # In a month without obligations nobody owes a number.
    shown = formats.NOTHING if not month.owed else str(n)
    if n:
        asked = {"month": f"{course.year:04d}-{month.number:02d}", "part": part}
        query = urlencode({k: v for k, v in asked.items() if v})
        shown = f'<a href="{escape(url)}?{query}">{n}</a>'
    return f'<td class="s-n" data-label="{escape(label)}">{shown}</td>'
