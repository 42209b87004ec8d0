"""The town board: tasks by villages or offices, each cell the state that needs attention most; and one task by months."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.boards import EMPTY, BoardRow, board
from sanzhi.foundation.ui.components import MARKS, board_cell
from sanzhi.kit.ledger.models import Requirement
from sanzhi.kit.ledger.queries import by_key, light, visible_to
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import TaskFacts, read_plans
from sanzhi.steering.plans.ledger.cells import Cell, cells
from sanzhi.steering.plans.ledger.sections import section_names, section_of
from sanzhi.steering.plans.ledger.viewer import Viewer
from sanzhi.steering.plans.ledger.words import fraction_of, period_label, task_key

LONGEST_HEADING = 26
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
STATES = (
    State.OVERDUE,
    State.CHECKING,
    State.NOT_STARTED,
    State.UNDER_WAY,
    State.UNDETERMINED,
    State.DONE,
    State.DONE_LATE,
    State.NOT_DUE,
    State.NOT_APPLICABLE,
)


@dataclass(frozen=True)
class Asked:
    """What the address asks of the board; what it says wrongly is left out of account."""

    plan: str = ""
    section: str = ""
    lead: str = ""
    state: str = ""
    month: str = ""
    who: str = "villages"
    task: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Asked:
        """Read the address."""
        month = params.get("month", "")
        state = params.get("state", "")
        return cls(
            plan=params.get("plan", "")[:12],
            section=params.get("section", "")[:40],
            lead=params.get("lead", "")[:12],
            state=state if state in MARKS else "",
            month=month if MONTH.fullmatch(month) else "",
            who="offices" if params.get("who") == "offices" else "villages",
            task=params.get("task", "")[:30],
        )

    def query(self, **changed: str) -> dict[str, str]:
        """The address's parameters, some of them changed, the empty ones left out."""
        values = {
            "plan": self.plan,
            "section": self.section,
            "lead": self.lead,
            "state": self.state,
            "month": self.month,
            "who": "offices" if self.who == "offices" else "",
            "task": self.task,
        }
        return {k: v for k, v in (values | changed).items() if v}


@dataclass
class Row:
    """A task as a row: what the document calls it, its section and lead unit, and what its requirements ask."""

    key: str
    plan: str
    heading: str
    section: str
    lead_id: int | None
    to_pick: bool
    kept_up: bool | None
    looked_on: Any
    span_start: int
    digest: str
    standing: bool = False
    requirements: list[Requirement] = field(default_factory=list)


@dataclass
class Board:
    """A board, read: rows, columns and cells, to be shown or exported."""

    asked: Asked
    rows: list[Row]
    everything: list[Row]
    columns: list[queries.Column]
    all_columns: list[queries.Column]
    sources: dict[str, str]
    cells: dict[tuple[str, int], Cell]
    shares: dict[str, tuple[str, str]]
    counts: dict[State, int]
    viewer: Viewer

    @property
    def shown(self) -> list[queries.Column]:
        """The columns of the tab: villages, or offices."""
        kind = UnitKind.OFFICE if self.asked.who == "offices" else UnitKind.VILLAGE
        return [c for c in self.columns if c.kind == kind]

    def html(self) -> SafeString:
        """The table."""
        shown = self.shown
        address = _Addresses()
        if self.asked.task:
            rows = [self._month_row(m, shown, address) for m in _months(self.rows)]
            return board(_("月份"), [c.name for c in shown], rows, _("一项任务的十二个月"))
        several = len({r.plan for r in self.everything}) > 1
        rows = [self._row(r, shown, address, several) for r in self.rows]
        return board(_("任务"), [c.name for c in shown], rows, _("任务看板"))

    def _row(self, row: Row, shown: Sequence[queries.Column], address: _Addresses, several: bool) -> BoardRow:
        label = f"{row.key if several else row.key.rpartition('-')[2]} {formats.short(row.heading, LONGEST_HEADING)}"
        found = [self.cells.get((row.key, c.pk)) for c in shown]
        note = look_words(row, self.viewer) if row.standing else ""
        share, share_url = self.shares.get(row.key, ("", ""))
        note = " · ".join(words for words in (share, note) if words)
        if row.standing and not any(found) and not row.to_pick:
            return BoardRow(label, address.task(row.key), "", (), note, share_url)
        html = []
        for column, cell in zip(shown, found, strict=True):
            if cell is not None:
                html.append(
                    cell_html(cell, address.cell(row.key, column.pk, cell), f"{column.name} {row.key}")
                )
            elif row.to_pick and column.kind == UnitKind.VILLAGE and self.asked.state in ("", "undetermined"):
                html.append(board_cell("undetermined", url=address.task(row.key), about=column.name))
            else:
                html.append(EMPTY)
        return BoardRow(label, address.task(row.key), note, html, note_url=share_url)

    def _month_row(self, month: str, shown: Sequence[queries.Column], address: _Addresses) -> BoardRow:
        key = self.rows[0].key if self.rows else ""
        html = []
        for column in shown:
            cell = self.cells.get((month, column.pk))
            url = address.cell(key, column.pk, cell) if cell else ""
            html.append(cell_html(cell, url, f"{column.name} {month}") if cell else EMPTY)
        label = _("{year}年{month}月").format(year=month[:4], month=int(month[5:]))
        return BoardRow(label, "", "", html)

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Head and rows in words, for Excel."""
        shown = self.shown
        if self.asked.task:
            keys = [(m, m) for m in _months(self.rows)]
        else:
            keys = [(r.key, f"{r.key} {r.heading}") for r in self.rows]
        body = []
        for key, label in keys:
            body.append([label, *(cell_words(self.cells.get((key, c.pk))) for c in shown)])
        return [_("任务") if not self.asked.task else _("月份"), *(c.name for c in shown)], body


def look_words(row: Row, viewer: Viewer) -> str:
    """The month's look at a standing task: 本月已落实, 本月未落实, or that nobody has looked yet."""
    if row.kept_up is None:
        return _("长期坚持 · 本月还没有看过")
    word = _("本月已落实") if row.kept_up else _("本月未落实")
    return _("长期坚持 · {word}（{day}）").format(
        word=word, day=formats.day(row.looked_on, viewer.today, with_weekday=False)
    )


def section_labels(rows: Sequence[Row], sources: Mapping[str, str]) -> dict[str, str]:
    """Section → what the document calls it; `sources`: the texts by digest."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.section, row)
    names: dict[str, str] = {}
    for digest in {r.digest for r in first.values()}:
        starts = {s: r.span_start for s, r in first.items() if r.digest == digest}
        names |= section_names(sources.get(digest, ""), starts)
    return {section: names[section] for section in first}


class _Addresses:
    """Addresses of cells, made from one pattern each: a board has thousands."""

    def __init__(self) -> None:
        self._task = reverse("plans:task", args=["KEY"])
        self._obligation = reverse("plans:obligation", args=[0])[:-1]

    def task(self, key: str) -> str:
        """A task's page."""
        return self._task.replace("KEY", key)

    def cell(self, key: str, unit: int, cell: Cell) -> str:
        """The page of the cell's obligation, or those of the task and unit where it holds several."""
        if cell.total == 1:
            return f"{self._obligation}{cell.first.obligation.pk}"
        return f"{self.task(key)}?unit={unit}"


def cell_html(cell: Cell, url: str, about: str) -> SafeString:
    """A cell: the mark, the fraction or how many stand alike, 待认定, and how many are exempt."""
    numbers = fraction_of(cell.first)
    done, owed = numbers or ((cell.alike, None) if cell.alike > 1 else (None, None))
    note = (
        _("免{count}").format(count=cell.exempt)
        if cell.exempt and cell.first.state is not State.NOT_APPLICABLE
        else ""
    )
    return board_cell(cell.first.state, done, owed, url, about, cell.waits, note)


def cell_words(cell: Cell | None) -> str:
    """A cell in words: 逾期未完成 2 项, 序时推进 4/9."""
    if cell is None:
        return formats.NOTHING
    word = str(MARKS[cell.first.state].label)
    numbers = fraction_of(cell.first)
    if numbers:
        word += f" {numbers[0]}/{numbers[1]}"
    elif cell.alike > 1:
        word += _(" {count} 项").format(count=cell.alike)
    if cell.waits:
        word += _("（待认定）")
    if cell.exempt and cell.first.state is not State.NOT_APPLICABLE:
        word += _("（豁免 {count} 项）").format(count=cell.exempt)
    return word


def _months(rows: Sequence[Row]) -> list[str]:
    year = rows[0].requirements[0].task.version.plan.year if rows else 0
    return [f"{year:04d}-{m:02d}" for m in range(1, 13)] if rows else []


def rows_of(requirements: Iterable[Requirement], facts: Mapping[int, TaskFacts]) -> dict[str, Row]:
    """Tasks as rows, by key; what a later version says of a task is what the row says."""
    rows: dict[str, Row] = {}
    for r in requirements:
        task = r.task
        key = task_key(task)
        row = rows.get(key)
        if row is None or row.requirements[-1].task_id != task.pk:
            before = row.requirements if row is not None else []
            known = facts[task.pk]
            row = rows[key] = Row(
                key=key,
                plan=task.version.plan.code,
                heading=task.heading,
                section=section_of(task.path),
                lead_id=known.lead_id,
                to_pick=known.to_pick,
                kept_up=known.kept_up,
                looked_on=known.looked_on,
                span_start=task.span_start,
                digest=task.version.source_digest,
                requirements=[*before],
            )
        row.requirements.append(r)
        row.standing = row.standing or r.kind == Requirement.Kind.STANDING
    return rows


def read_board(viewer: Viewer, asked: Asked) -> Board:
    """Read a board in a fixed number of queries: requirements, columns, obligations, and their figures."""
    month = asked.month or queries.month_of(viewer.today)
    plans = read_plans(viewer.town, month)
    everything = rows_of(plans.requirements.values(), plans.facts)
    rows = {
        k: r
        for k, r in everything.items()
        if (not asked.plan or r.plan == asked.plan)
        and (not asked.section or r.section == asked.section)
        and (not asked.lead or str(r.lead_id) == asked.lead)
        and (not asked.task or asked.task in (k, k.rpartition("-")[2]))
    }
    if asked.task and not rows:
        raise Http404
    wanted = by_key(r for row in rows.values() for r in row.requirements)
    all_columns = queries.columns(viewer)
    found = visible_to(viewer.user, viewer.town)
    if len(wanted) < len(plans.requirements):
        found = found.filter(requirement__in=list(wanted))
    if asked.month:
        found = found.filter(due_on__year=int(asked.month[:4]), due_on__month=int(asked.month[5:]))
    standing = stands(light(found, wanted), viewer.town, viewer.today, above_village=viewer.above_village)
    counts: dict[State, int] = {}
    for s in standing:
        counts[s.state] = counts.get(s.state, 0) + 1
    if asked.state:
        standing = [s for s in standing if s.state == asked.state]
    shares = _shares(standing, wanted, viewer.today)
    made = cells(_keyed(standing, asked, wanted))
    columns = _with_former(viewer, all_columns, made)
    if asked.state:
        kept = {key for key, _unit in made}
        rows = {
            k: r
            for k, r in rows.items()
            if k in kept or asked.task or (r.to_pick and asked.state == "undetermined")
        }
    return Board(
        asked,
        list(rows.values()),
        list(everything.values()),
        columns,
        all_columns,
        plans.sources,
        made,
        shares,
        counts,
        viewer,
    )


def _shares(
    standing: Iterable[Stand], wanted: Mapping[int, Requirement], today: dt.date
) -> dict[str, tuple[str, str]]:
    """The town's part of each task that asks one, at the stage that comes next: 全镇 4/9，5月31日前要 5; a number that is
    no share reads 全镇 0 个，10月31日前要 1 个. Each with the page to which its number opens."""
    found: dict[str, Stand] = {}
    for s in standing:
        owed = s.obligation
        if not owed.town_share or s.amount is None or s.amount.denominator is None or owed.due_on is None:
            continue
        key = task_key(wanted[owed.requirement_id].task)
        if key not in found or (found[key].obligation.due_on or today) < today:
            found[key] = s
    return {
        key: (
            (
                _("全镇 {given}/{all}，{period}要 {needed}")
                if wanted[s.obligation.requirement_id].share
                else _("全镇 {given} 个，{period}要 {needed} 个")
            ).format(
                given=s.amount.numerator,
                all=s.amount.denominator,
                period=period_label(s.obligation, today),
                needed=s.amount.needed,
            ),
            reverse("plans:obligation", args=[s.obligation.pk]),
        )
        for key, s in found.items()
        if s.amount is not None
    }


def _keyed(
    standing: Iterable[Stand], asked: Asked, wanted: Mapping[int, Requirement]
) -> Iterable[tuple[tuple[str, int], Stand]]:
    if asked.task:
        for s in standing:
            if s.obligation.due_on is not None:
                yield (queries.month_of(s.obligation.due_on), s.obligation.unit_id), s
        return
    keys = {pk: task_key(r.task) for pk, r in wanted.items()}
    for s in standing:
        yield (keys[s.obligation.requirement_id], s.obligation.unit_id), s


def _with_former(
    viewer: Viewer, columns: list[queries.Column], made: Mapping[tuple[str, int], Cell]
) -> list[queries.Column]:
    known = {c.pk for c in columns}
    missing = {unit for _key, unit in made} - known
    return [*columns, *queries.former(viewer, missing)] if missing else columns
