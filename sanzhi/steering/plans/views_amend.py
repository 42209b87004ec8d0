"""What a lead unit may still change after confirmation, until the first due day it touches."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.ui.forms import attach
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.access import leads
from sanzhi.kit.ledger.models import Requirement, Task
from sanzhi.kit.ledger.owers import BLANK, responsible, without_share
from sanzhi.kit.ledger.reviews import (
    first_due,
    get_confirmed_task,
    get_requirement,
    units_to_choose,
    units_with_blank_share,
)
from sanzhi.kit.ledger.shares import asked_number
from sanzhi.steering.plans.forms_import import NumberForm, ShareForm
from sanzhi.steering.plans.ledger.queries import find_task
from sanzhi.steering.plans.ledger.viewer import viewer
from sanzhi.steering.plans.ledger.words import task_key


def _of_the_lead(user: User, task: Task) -> None:
    """Only who works in a unit that leads the task; for others the row is out of reach."""
    if not leads(user, task):
        raise Http404


def _task_page(task: Task) -> str:
    return reverse("plans:task", args=[task_key(task)])


def amend(request: HttpRequest, code: str) -> HttpResponse:
    """What may still be changed of a led task: its requirements with their whole numbers, shares left blank."""
    who = viewer(request, "ledger:lead")
    key = find_task(who, code)
    task = get_confirmed_task(who.user, who.town, key.pk)
    _of_the_lead(cast(User, who.user), task)
    rows = []
    for row in task.requirements.all():
        row.task = task
        if BLANK in row.what:
            continue
        first = first_due(row)
        if (
            row.kind not in (Requirement.Kind.STANDING, Requirement.Kind.UNSET)
            or row.owers == Requirement.Owers.ONE
        ):
            rows.append((row, asked_number(row, who.town), first, first is None or who.today <= first))
    blank = without_share(task, responsible(task, who.town, who.today))
    blank += [u for u in units_with_blank_share(task) if u not in blank]
    context = {"task": task, "rows": rows, "blank": blank, "back": _task_page(task)}
    return render(request, "plans/import/amend.html", context)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another whole number, denominator or share of a confirmed requirement."""
    who = viewer(request, "ledger:lead")
    row = get_requirement(who.user, who.town, pk)
    _of_the_lead(cast(User, who.user), row.task)
    own = row.owers == Requirement.Owers.ONE
    number = asked_number(row, who.town)
    form: NumberForm | ShareForm
    if own:
        first = {"what": row.what, "kind": row.kind, "every": row.every, "due_on": row.due_on}
        form = ShareForm(request.POST or None, initial=first)
    else:
        needed = number.needed if number is not None else row.at_least
        form = NumberForm(
            request.POST or None,
            initial={"at_least": needed, "proves": row.proves, "counted_ground": row.counted_ground},
        )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if not own:
            values = _numbers(row, values, number.needed if number is not None else None)
        try:
            ledger.change_after_confirm(by=who.user, requirement=row, today=who.today, **values)
            messages.success(request, _("已修改，并写入操作记录。"))
            return redirect(_task_page(row.task))
        except Problem as problem:
            attach(form, problem)
    context = {"form": form, "row": row, "task": row.task, "number": number, "back": _task_page(row.task)}
    return render(request, "plans/import/change.html", context)


def _numbers(row: Requirement, values: dict, needed: int | None) -> dict:
    """A share whose whole number was changed is counted from now on, with its ground; the same number stays a share."""
    if needed is None:
        return {"at_least": values["at_least"], "proves": values["proves"]}
    if values["at_least"] == needed:
        return {"proves": values["proves"]}
    return values | {"kind": Requirement.Kind.COUNT_BY_DAY}


def share(request: HttpRequest, pk: int) -> HttpResponse:
    """The share of a responsible office that was left blank when the task was confirmed."""
    who = viewer(request, "ledger:lead")
    task = get_confirmed_task(who.user, who.town, pk)
    _of_the_lead(cast(User, who.user), task)
    unit = next(
        (u for u in units_to_choose(who.town, who.today) if str(u.pk) == request.GET.get("unit")), None
    )
    if unit is None:
        raise Http404
    form = ShareForm(request.POST or None, initial={"kind": Requirement.Kind.EVERY, "every": "quarter"})
    if request.method == "POST" and form.is_valid():
        try:
            values = {k: v for k, v in form.cleaned_data.items() if v}
            ledger.add_share(by=who.user, task=task, ower=unit, today=who.today, **values)
            messages.success(request, _("已写入{unit}的份额。").format(unit=unit.short_name))
            return redirect(_task_page(task))
        except Problem as problem:
            attach(form, problem)
    title = _("{unit}的份额").format(unit=unit.short_name)
    context = {"form": form, "task": task, "title": title, "back": _task_page(task)}
    return render(request, "plans/import/change.html", context)
