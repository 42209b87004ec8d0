"""A task and an obligation as their pages tell them: the source in its surroundings, states by unit, what was done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Requirement, Task, TaskUnit
from sanzhi.kit.ledger.queries import light, visible_to
from sanzhi.kit.ledger.standing import Stand, source_of, stands
from sanzhi.kit.measures.declarations import Measure, Reached, rows_of
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.viewer import Viewer
from sanzhi.steering.plans.ledger.words import asked, fraction_of, judged_by, period_label

AROUND = 120
"""Characters of the document shown before and after a task."""

VERBS = {
    "ledger.store_reading": "导入方案",
    "ledger.set_first_day": "填写起始日",
    "ledger.name_unit": "对上单位",
    "ledger.add_unit": "增加责任单位",
    "ledger.remove_unit": "去掉责任单位",
    "ledger.edit_task": "改短标题",
    "ledger.edit_requirement": "修改要求",
    "ledger.add_requirement": "增加要求",
    "ledger.remove_requirement": "去掉要求",
    "ledger.settle_doubt": "处理疑点",
    "ledger.confirm_tasks": "确认任务分解",
    "ledger.pick_villages": "选定相关村",
    "ledger.exempt": "豁免",
    "ledger.revoke_exemption": "撤销豁免",
    "ledger.look_at_standing": "每月看一次",
}
CONCERNS_ALL = ("ledger.set_first_day", "ledger.store_reading")


def source(task: Task, requirements: Iterable[Requirement]) -> SafeString:
    """The task's words marked in their surroundings, the words of its requirements marked again inside."""
    text = task.version.text
    start, end = task.span_start, task.span_end
    before = max(0, start - AROUND)
    spans = sorted(
        {
            (r.span_start, r.span_end)
            for r in requirements
            if r.span_start is not None
            and r.span_end is not None
            and start <= r.span_start < r.span_end <= end
        }
    )
    inside: list[SafeString] = []
    at = start
    for first, last in spans:
        if first < at:
            continue
        inside.append(format_html("{}<b>{}</b>", text[at:first], text[first:last]))
        at = last
    inside.append(format_html("{}", text[at:end]))
    return format_html(
        '<blockquote class="s-quote">{}{}<mark>{}</mark>{}{}</blockquote>',
        "…" if before else "",
        text[before:start],
        format_html_join("", "{}", ((part,) for part in inside)),
        text[end : end + AROUND],
        "…" if end + AROUND < len(text) else "",
    )


@dataclass(frozen=True)
class Line:
    """An obligation in the table of a task."""

    unit: str
    what: str
    period: str
    due_on: dt.date | None
    state: str
    waits: bool
    fraction: tuple[int, int] | None
    note: str
    url: str


def lines(viewer: Viewer, requirements: Sequence[Requirement], unit: int | None) -> list[Line]:
    """The obligations of a task that the person may see, by unit in register order and due day."""
    wanted = {r.pk: r for r in requirements}
    rows = visible_to(viewer.user, viewer.town).filter(requirement__in=list(wanted))
    if unit is not None:
        rows = rows.filter(unit=unit)
    found = light(rows, wanted)
    names = queries.unit_names(viewer, {o.unit_id for o in found})
    order = {pk: n for n, pk in enumerate(names)}
    standing = stands(found, viewer.town, viewer.today, above_village=viewer.above_village)
    standing.sort(key=lambda s: (order[s.obligation.unit_id], s.obligation.due_on or dt.date.max))
    owed_by = {o.post_id for o in found if o.post_id is not None}
    posts = queries.posts_named(owed_by) if owed_by else {}
    return [_line(s, names[s.obligation.unit_id], posts, viewer.today) for s in standing]


def _line(stand: Stand, unit: str, posts: Mapping[int, tuple[str, str]], today: dt.date) -> Line:
    owed = stand.obligation
    _post, holder = posts.get(owed.post_id or 0, ("", ""))
    return Line(
        unit=unit + (_("（全镇比例）") if owed.town_share else "") + (f" {holder}" if holder else ""),
        what=owed.requirement.what,
        period=period_label(owed, today),
        due_on=owed.due_on,
        state=stand.state,
        waits=stand.waits,
        fraction=fraction_of(stand),
        note=_("豁免：{reason}").format(reason=stand.exempt_reason)
        if stand.exempt_reason
        else (_("只作贡献，不算逾期") if owed.contributes else ""),
        url=reverse("plans:obligation", args=[owed.pk]),
    )


MOST = 60
"""So many lines a task's page shows at once; of more, the pressing ones."""
_PRESSING = (State.OVERDUE, State.CHECKING, State.UNDETERMINED, State.NOT_STARTED, State.UNDER_WAY)


def pressing(every: Sequence[Line]) -> list[Line]:
    """Of very many lines those that ask to be acted on: overdue first, then what is open now; few lines stay as they are."""
    if len(every) <= MOST:
        return list(every)
    rank = {state.value: n for n, state in enumerate(_PRESSING)}
    asked = [line for line in every if line.state in rank]
    return sorted(asked, key=lambda line: rank[line.state])[:MOST]


def requirement_facts(requirements: Iterable[Requirement]) -> list[dict[str, Any]]:
    """What a task asks, requirement by requirement: how much, by whom, how it is judged, the words it rests on."""
    return [
        {
            "what": r.what,
            "kind": r.get_kind_display(),
            "asked": asked(r),
            "owers": r.ower.short_name if r.ower is not None else r.get_owers_display(),
            "judged": judged_by(r),
            "quote": r.quote,
            "acknowledged": r.acknowledged,
        }
        for r in requirements
    ]


def unit_facts(task: Task) -> list[tuple[str, str]]:
    """Role and units, as printed and as matched."""
    found: dict[str, list[str]] = {}
    for named in task.units.all():
        name = named.printed_name
        if named.unit is not None and named.unit.short_name != name:
            name = _("{printed}（即{unit}）").format(printed=name, unit=named.unit.short_name)
        elif named.meaning == TaskUnit.Meaning.UNMATCHED:
            name = _("{printed}（还没有对上名册）").format(printed=name)
        found.setdefault(str(named.get_role_display()), []).append(name)
    return [(role, "、".join(names)) for role, names in found.items()]


@dataclass(frozen=True)
class Deed:
    """One line of the history."""

    at: dt.datetime
    by: str
    what: str
    detail: str


def history(task: Task, requirements: Iterable[Requirement], obligations: Iterable[int] = ()) -> list[Deed]:
    """What was done to a task, its version and plan as far as they concern it, and to the obligations given."""
    every = queries.versions_with(task)
    entries = queries.history(
        task.audit_chain,
        {
            "ledger.task": [t.pk for t in every],
            "ledger.requirement": [r.pk for r in requirements],
            "ledger.planversion": [t.version_id for t in every],
            "ledger.plan": [task.version.plan_id],
            "ledger.obligation": list(obligations),
        },
    )
    return [_deed(e) for e in entries if _concerns(e, task.code)]


def _concerns(entry: AuditEntry, code: str) -> bool:
    if entry.subject.startswith(("ledger.plan:", "ledger.planversion:")):
        body = entry.payload.body or {}
        return entry.verb in CONCERNS_ALL or body.get("task") == code or code in (body.get("tasks") or ())
    return True


def _deed(entry: AuditEntry) -> Deed:
    body = entry.payload.body or {}
    words = []
    if isinstance(body.get("exempt"), str):
        words.append(body["exempt"])
    if "first_day" in body:
        words.append(formats.day(dt.date.fromisoformat(str(body["first_day"]))))
    if "kept_up" in body:
        words.append(
            _("{month}：{word}").format(
                month=body.get("month", ""), word=_("已落实") if body["kept_up"] else _("未落实")
            )
        )
    words += [str(body[k]) for k in ("remark", "ground", "heading", "printed_name", "answer") if body.get(k)]
    if body.get("for_lead_unit"):
        words.append(_("代牵头单位确认"))
    return Deed(
        entry.at, entry.by.partition(" ")[2] or entry.by, VERBS.get(entry.verb, entry.verb), "；".join(words)
    )


def version_links(task: Task, key: str) -> list[Link]:
    """The versions of the plan that hold this task."""
    return [
        Link(
            _("第{number}版（{state}）").format(number=t.version.number, state=t.version.get_state_display()),
            f"{reverse('plans:task', args=[key])}?version={t.version.number}",
            t.pk == task.pk,
        )
        for t in queries.versions_with(task)
    ]


def record_rows(
    obligation: Any, source_code: str, reader: Any, limit: int = 400
) -> list[tuple[str, dt.date, str, str, str, bool]]:
    """(what, day, unit, how far it is, address, whether it is done) of the records behind a figure, the done first.

    A part of something that is to be reached stands with the day on which it was done, not that of its plan. Doors
    of one outing are one line with their number. `reader` gets an address only where the room opens its rows to them.
    """
    source = source_of(obligation.requirement)
    parts = rows_of(source)
    place = parts.unit.removesuffix("_id") if isinstance(parts, Measure) else "unit"
    behind = queries.records_behind(obligation)
    rows = behind.select_related(place)
    if isinstance(parts, Reached):
        lacks = Case(When(parts.open, then=Value(1)), default=Value(0), output_field=IntegerField())
        rows = rows.annotate(lacks=lacks).order_by("lacks", f"-{parts.reached_on}", "-pk")
    else:
        rows = rows.annotate(lacks=Value(0)).order_by("-happened_on", "-pk")
    room = registry.room_of(source_code)
    hidden = room is not None and room.opens is not None and not room.opens(reader, behind).exists()
    found: dict[Any, tuple[str, dt.date, str, str, str, bool]] = {}
    alike: Counter[Any] = Counter()
    for row in rows[:limit]:
        name = str(row)
        how_far = str(row.get_state_display()) if hasattr(row, "get_state_display") else ""
        day = (isinstance(parts, Reached) and getattr(row, parts.reached_on)) or row.happened_on
        url = "" if hidden else queries.detail_url(source_code, row)
        nameless = name.startswith(type(row).__name__)
        where = getattr(row, place).short_name
        key = (day, where, how_far, url) if nameless else row.pk
        alike[key] += 1
        name = _("{count} 条记录").format(count=alike[key]) if nameless and alike[key] > 1 else name
        name = _("记录") if nameless and alike[key] == 1 else name
        found[key] = (name, day, where, how_far, url, not row.lacks)
    return list(found.values())
