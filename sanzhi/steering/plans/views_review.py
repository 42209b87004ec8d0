"""Reviewing a reading before it is confirmed: first day, names, doubts, the tasks beside their source, confirming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanzhi.domain.problems import Problem
from sanzhi.foundation.ui.forms import attach
from sanzhi.foundation.ui.keys import row_key
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.actions.editing import AS_PRINTED
from sanzhi.kit.ledger.forecast import DATED, alike, forecast
from sanzhi.kit.ledger.models import Doubt, PlanVersion, Task
from sanzhi.kit.ledger.owers import Register
from sanzhi.kit.ledger.reviews import (
    doubts_by_key,
    full,
    get_version,
    names_in,
    open_doubts,
    units_to_choose,
)
from sanzhi.kit.ledger.shares import asked_number
from sanzhi.steering.plans.forms_import import FirstDayForm, chosen_meaning, unit_choices
from sanzhi.steering.plans.ledger.viewer import viewer
from sanzhi.steering.plans.marking import TASK, Mark, extent, marked, marks_of, read_marks
from sanzhi.steering.plans.stages import frame, lacks, review_of
from sanzhi.steering.plans.views_import import say

TASKS_A_PAGE = 30
ROWS_A_PAGE = 60
REMARKS = 30
HEAD = 1600
"""Characters of the document's beginning shown beside the first day."""
AROUND = 40
"""Characters shown on each side of what is doubted."""


def review(request: HttpRequest, version: int) -> HttpResponse:
    """The tasks beside their source, thirty at a time."""
    who = viewer(request, "plans:confirm")
    found = review_of(get_version(who.user, who.town, version))
    only = request.GET.get("show", "")
    tasks = full(found.version.tasks.order_by("position"))
    if only == "open":
        tasks = tasks.filter(confirmed_on__isnull=True)
    elif only == "doubt":
        tasks = tasks.filter(doubts__settled_on__isnull=True, doubts__isnull=False).distinct()
    page = Paginator(tasks, TASKS_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = frame(
        found,
        "review",
        tasks=rows,
        page=page,
        only=only,
        source=_window(found.version, rows, page),
        board=who.can("ledger:board"),
    )
    return render(request, "plans/import/review.html", context)


def _window(version: PlanVersion, tasks: list[Task], page: Any) -> SafeString:
    """The stretch of the source that holds the tasks of a page, with their marks leading to the list."""
    text, items = version.text, version.reading.get("tasks", [])
    marks = [m for t in tasks for m in _leading(t, items)]
    start = 0 if page.number == 1 else min((extent(t, text)[0] for t in tasks), default=0)
    end = None if not page.has_next() else max((extent(t, text)[1] for t in tasks), default=None)
    return marked(text, marks, start, end)


def _leading(task: Task, items: list[dict[str, Any]]) -> list[Mark]:
    """A task's marks, each leading to the task in the list beside it."""
    item = items[task.position - 1] if task.position <= len(items) else {}
    found = [*marks_of(task), *read_marks(item, task)]
    row = Mark(task.span_start, task.span_end, TASK, f"s-t{task.pk}", f"#t{task.pk}")
    return [row, *(Mark(m.start, m.end, m.kind, m.anchor, f"#t{task.pk}", m.says) for m in found)]


def first_day(request: HttpRequest, version: int) -> HttpResponse:
    """Asks for the plan's first day, beside the head and the end of the document."""
    who = viewer(request, "plans:confirm")
    found = review_of(get_version(who.user, who.town, version))
    form = FirstDayForm(request.POST or None, initial={"first_day": found.version.first_day})
    if request.method == "POST" and form.is_valid():
        try:
            ledger.set_first_day(by=who.user, version=found.version, day=form.cleaned_data["first_day"])
            return redirect("plans:review_names", version)
        except Problem as problem:
            attach(form, problem)
    text = found.version.text
    context = frame(found, "review_first_day", form=form, head=text[:HEAD])
    context["tail"] = text[max(HEAD, len(text) - 400) :]
    context["issued_on"] = parse_date(found.version.reading.get("issued_on") or "")
    return render(request, "plans/import/first_day.html", context)


def names(request: HttpRequest, version: int) -> HttpResponse:
    """One table of the printed names of the whole version; what is chosen holds everywhere and is remembered."""
    who = viewer(request, "plans:confirm")
    current = get_version(who.user, who.town, version)
    units = units_to_choose(who.town, who.today)
    rows = names_in(current, who.today)
    wrong: Problem | None = None
    if request.method == "POST":
        by_number = {f"n{i}": n for i, n in enumerate(rows)}
        picked = {
            n.printed: meaning
            for key, n in by_number.items()
            if request.POST.get(f"{key}-name") == n.printed
            and (value := request.POST.get(key, "")) != n.choice
            and (meaning := chosen_meaning(value, units)) is not None
        }
        try:
            if picked:
                ledger.name_units(by=who.user, version=current, meanings=picked)
                messages.success(
                    request, _("已对上{n}个名称，记住了写法，下次不用再选。").format(n=len(picked))
                )
            left = review_of(current)
            return redirect(
                "plans:review_names" if left.progress.open_names else "plans:review_doubts", version
            )
        except Problem as problem:
            wrong = problem
    page = Paginator(list(enumerate(rows)), ROWS_A_PAGE).get_page(request.GET.get("page"))
    typed = request.POST if wrong is not None else {}
    shown = [(i, n, typed.get(f"n{i}") or n.choice or n.suggested_choice) for i, n in page.object_list]
    context = frame(review_of(current), "review_names", rows=shown, page=page, choices=unit_choices(units))
    context |= {"wrong": wrong, "town_units": Register(who.town, who.today).town_units}
    return render(request, "plans/import/names.html", context)


@dataclass(frozen=True)
class ShownDoubt:
    """A doubt with the words it is about and a little around them."""

    doubt: Doubt
    before: str
    words: str
    after: str


def _shown(doubt: Doubt, text: str) -> ShownDoubt:
    if doubt.span_start is None or doubt.span_end is None:
        return ShownDoubt(doubt, "", "", "")
    start, end = doubt.span_start, min(doubt.span_end, doubt.span_start + 120)
    flat = [
        s.replace("\n", " ")
        for s in (text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])
    ]
    return ShownDoubt(doubt, *flat)


def doubts(request: HttpRequest, version: int) -> HttpResponse:
    """Every doubt with its place; settled one by one or many at once, with an answer."""
    who = viewer(request, "plans:confirm")
    found = review_of(get_version(who.user, who.town, version))
    wrong: Problem | None = None
    if request.method == "POST":
        keys = [k for word in request.POST.getlist("doubt") if (k := row_key(word)) is not None]
        answer = request.POST.get("answer", "")
        if (one := row_key(request.POST.get("one"))) is not None:
            keys, answer = [one], request.POST.get(f"answer-{one}", "")
        try:
            number = ledger.settle_doubts(
                by=who.user,
                version=found.version,
                doubts=doubts_by_key(found.version, keys),
                answer=answer,
                today=who.today,
            )
            messages.success(request, _("已处理{n}个疑点。").format(n=number))
            return redirect(f"{request.path}?page={row_key(request.GET.get('page')) or 1}")
        except Problem as problem:
            wrong = problem
    page = Paginator(open_doubts(found.version), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [_shown(d, found.version.text) for d in page.object_list]
    context = frame(found, "review_doubts", rows=rows, page=page, wrong=wrong, standard=AS_PRINTED)
    return render(request, "plans/import/doubts.html", context)


def confirm(request: HttpRequest, version: int) -> HttpResponse:
    """What confirming makes, per unit, and the confirmation itself."""
    who = viewer(request, "plans:confirm")
    current = get_version(who.user, who.town, version)
    found = review_of(current)
    wrong: Problem | None = None
    if request.method == "POST":
        seen = request.POST.get("shares_seen") == "on"
        try:
            if found.pairs:
                made = ledger.confirm_new_version(
                    by=who.user, version=current, today=who.today, shares_seen=seen
                )
            else:
                made = ledger.confirm_reviewed(
                    by=who.user, version=current, tasks=current.tasks.all(), today=who.today, shares_seen=seen
                )
            messages.success(request, _("已确认，形成{n}项义务。").format(n=made))
            return redirect("plans:review", version)
        except Problem as problem:
            wrong = problem
            found = review_of(current)
    tasks = list(full(current.tasks.filter(confirmed_on__isnull=True).order_by("position")))
    expected = forecast(current, tasks, who.today)
    shares = [
        (t, r, number)
        for t in tasks
        for r in t.requirements.all()
        if not r.acknowledged and (number := asked_number(r, who.town)) is not None
    ]
    context = frame(found, "confirm", wrong=wrong, tasks=tasks, expected=expected, shares=shares, dated=DATED)
    context |= {"groups": alike(expected.loads), "remarks": expected.remarks[:REMARKS]}
    context["more"] = max(0, len(expected.remarks) - REMARKS)
    context |= {"may": bool(tasks) and not lacks(found), "board": who.can("ledger:board")}
    return render(request, "plans/import/confirm.html", context)


@require_POST
def discard(request: HttpRequest, version: int) -> HttpResponse:
    """Give up a reading of which nothing was confirmed."""
    who = viewer(request, "plans:confirm")
    try:
        ledger.discard_version(by=who.user, version=get_version(who.user, who.town, version))
    except Problem as problem:
        say(request, problem)
        return redirect("plans:review", version)
    messages.success(request, _("已放弃这份读取结果。原来的台账没有变。"))
    return redirect("plans:import")
