"""One task under review: its source on one side, on the other its units, requirements, shares and doubts, to be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanzhi.domain.problems import Problem
from sanzhi.domain.targets import format_share
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.foundation.ui.forms import attach
from sanzhi.kit import registry
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import Requirement, Task, TaskUnit
from sanzhi.kit.ledger.obligations import ruling_of, spans_of
from sanzhi.kit.ledger.overlaps import overlaps
from sanzhi.kit.ledger.owers import Register, owers, responsible, without_share
from sanzhi.kit.ledger.reviews import get_task, units_to_choose
from sanzhi.kit.ledger.shares import Number, asked_number
from sanzhi.steering.plans.forms_import import RequirementForm, ShareForm
from sanzhi.steering.plans.ledger.viewer import Viewer, viewer
from sanzhi.steering.plans.marking import extent, marked, marks_of, read_marks
from sanzhi.steering.plans.stages import frame, review_of
from sanzhi.steering.plans.views_import import say

BEFORE, AFTER = 120, 120
"""Characters of the document shown before and after a task, for the thread."""


@dataclass(frozen=True)
class ShownRequirement:
    """A requirement with who would owe it how often, the whole number of its share, and what proves it."""

    row: Requirement
    number: Number | None
    share: str
    proof: str
    owed_by: list[Unit]
    times: int

    @property
    def total(self) -> int:
        """How many obligations it would make."""
        return len(self.owed_by) * self.times


def task(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """The task, and its confirmation alone."""
    who = viewer(request, "plans:confirm")
    one = get_task(who.user, who.town, version, pk)
    wrong: Problem | None = None
    if request.method == "POST":
        try:
            seen = request.POST.get("shares_seen") == "on"
            made = ledger.confirm_reviewed(
                by=who.user, version=one.version, tasks=[one], today=who.today, shares_seen=seen
            )
            messages.success(request, _("已确认这一条，形成{n}项义务。").format(n=made))
            return redirect(_next_open(one) or reverse("plans:confirm", args=[version]))
        except Problem as problem:
            wrong = problem
            one = get_task(who.user, who.town, version, pk)
    return render(request, "plans/import/task.html", _context(who, one) | {"wrong": wrong})


def _next_open(one: Task) -> str:
    following = one.version.tasks.filter(confirmed_on__isnull=True).exclude(pk=one.pk).order_by("position")
    after = following.filter(position__gt=one.position).first() or following.first()
    return reverse("plans:review_task", args=[one.version_id, after.pk]) if after is not None else ""


def _context(who: Viewer, one: Task) -> dict[str, Any]:
    version = one.version
    found = review_of(version)
    day = max(who.today, version.first_day or who.today)
    register = Register(who.town, day)
    resolved = responsible(one, who.town, day, register)
    ruling = ruling_of(version, who.today)
    rows = []
    duties = registry.duties()
    for r in one.requirements.all():
        spans = spans_of(r, version.plan.year, ruling) if ruling else []
        by = [o.unit for o in owers(r, resolved)]
        share = format_share(r.fraction) if r.fraction is not None else ""
        proof = str(duties[r.proves].label) if r.proves in duties else str(_("进展说明"))
        rows.append(ShownRequirement(r, asked_number(r, who.town), share, proof, by, len(spans)))
    neighbours = version.tasks.order_by("position")
    return frame(
        found,
        "review",
        task=one,
        requirements=rows,
        number=neighbours.filter(position__lte=one.position).count(),
        previous=neighbours.filter(position__lt=one.position).last(),
        next=neighbours.filter(position__gt=one.position).first(),
        source=_source(one),
        resolved=resolved,
        blank=without_share(one, resolved),
        town_units=register.town_units if _has(one, TaskUnit.Meaning.TOWN_UNITS) else (),
        some_villages=_has(one, TaskUnit.Meaning.SOME_VILLAGES),
        villages=register.villages if _has(one, TaskUnit.Meaning.SOME_VILLAGES) else (),
        units=units_to_choose(who.town, who.today),
        roles=TaskUnit.Role.choices,
        unseen=[r for r in rows if r.number is not None and not r.row.acknowledged],
        overlaps=overlaps(one),
        open=one.confirmed_on is None,
    )


def _has(one: Task, meaning: str) -> bool:
    return any(u.meaning == meaning for u in one.units.all())


def _source(one: Task) -> dict[str, Any]:
    """The task's stretch of the source with its marks, and a little before and after it."""
    text, items = one.version.text, one.version.reading.get("tasks", [])
    start, end = extent(one, text)
    item = items[one.position - 1] if one.position <= len(items) else {}
    marks = [*marks_of(one), *read_marks(item, one)]
    before = text[max(0, start - BEFORE) : start]
    return {
        "before": before[before.find("\n") + 1 :] if "\n" in before[:-1] else before,
        "text": marked(text, marks, start, end),
        "after": text[end : end + AFTER],
    }


def _open_task(request: HttpRequest, version: int, pk: int) -> tuple[Viewer, Task, str]:
    who = viewer(request, "plans:confirm")
    one = get_task(who.user, who.town, version, pk)
    return who, one, reverse("plans:review_task", args=[version, pk])


@require_POST
def change_unit(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """Add a unit to a task or take one away."""
    who, one, back = _open_task(request, version, pk)
    try:
        gone = request.POST.get("remove", "")
        if gone:
            named = next((u for u in one.units.all() if str(u.pk) == gone), None)
            if named is not None:
                named.task = one
                ledger.remove_unit(by=who.user, named=named)
        else:
            unit = next(
                (u for u in units_to_choose(who.town, who.today) if str(u.pk) == request.POST.get("unit")),
                None,
            )
            role = request.POST.get("role", "")
            if unit is None or role not in TaskUnit.Role.values:
                raise Http404
            ledger.add_unit(by=who.user, task=one, role=role, unit=unit)
    except Problem as problem:
        say(request, problem)
    return redirect(f"{back}#units")


@require_POST
def pick(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """Pick the 相关村 of a task while it is reviewed."""
    who, one, back = _open_task(request, version, pk)
    chosen = set(request.POST.getlist("village"))
    villages = units_on(who.today, town=who.town, kinds=[UnitKind.VILLAGE])
    try:
        ledger.pick_villages(
            by=who.user,
            plan=one.version.plan,
            task=one,
            villages=[u for u in villages if str(u.pk) in chosen],
            today=who.today,
            ground=request.POST.get("ground", "").strip(),
        )
        messages.success(request, _("已选定相关村。"))
    except Problem as problem:
        say(request, problem)
    return redirect(f"{back}#units")


def share(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """Write a responsible office's share (case 16)."""
    who, one, back = _open_task(request, version, pk)
    unit = next(
        (u for u in units_to_choose(who.town, who.today) if str(u.pk) == request.GET.get("unit")), None
    )
    if unit is None:
        raise Http404
    form = ShareForm(request.POST or None, initial={"kind": Requirement.Kind.EVERY, "every": "quarter"})
    if request.method == "POST" and form.is_valid():
        try:
            values = {k: v for k, v in form.cleaned_data.items() if v}
            ledger.add_requirement(by=who.user, task=one, owers=Requirement.Owers.ONE, ower=unit, **values)
            return redirect(f"{back}#requirements")
        except Problem as problem:
            attach(form, problem)
    title = _("{unit}的份额").format(unit=unit.short_name)
    return _form_page(request, one, form, title, back, _("保存份额"))


def new_requirement(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """Add a requirement that the reader missed."""
    who, one, back = _open_task(request, version, pk)
    form = RequirementForm(request.POST or None, units=_owing_units(who), initial={"owers": "responsible"})
    if request.method == "POST" and form.is_valid():
        try:
            ledger.add_requirement(by=who.user, task=one, **form.cleaned_data)
            return redirect(f"{back}#requirements")
        except Problem as problem:
            attach(form, problem)
    return _form_page(request, one, form, _("增加一条要求"), back, _("保存要求"))


def requirement(request: HttpRequest, version: int, pk: int, requirement: int) -> HttpResponse:
    """Correct a requirement, or take it away."""
    who, one, back = _open_task(request, version, pk)
    row = next((r for r in one.requirements.all() if r.pk == requirement), None)
    if row is None:
        raise Http404
    row.task = one
    if request.method == "POST" and request.POST.get("remove"):
        try:
            ledger.remove_requirement(by=who.user, requirement=row)
        except Problem as problem:
            say(request, problem)
        return redirect(f"{back}#requirements")
    form = RequirementForm(
        request.POST or None, units=_owing_units(who), initial=RequirementForm.initial_of(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            ledger.edit_requirement(by=who.user, requirement=row, **form.cleaned_data)
            return redirect(f"{back}#r{row.pk}")
        except Problem as problem:
            attach(form, problem)
    return _form_page(request, one, form, _("修改要求"), back, _("保存要求"), row)


def _owing_units(who: Viewer) -> Any:
    return units_on(who.today, town=who.town, kinds=(UnitKind.TOWN, UnitKind.OFFICE, UnitKind.VILLAGE))


def _form_page(
    request: HttpRequest,
    one: Task,
    form: Any,
    title: str,
    back: str,
    save: str,
    row: Requirement | None = None,
) -> HttpResponse:
    context = frame(
        review_of(one.version), "review", task=one, form=form, title=title, back=back, save=save, row=row
    )
    return render(request, "plans/import/form.html", context | {"open": one.confirmed_on is None})
