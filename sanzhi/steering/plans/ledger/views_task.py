"""A task and an obligation, and what the lead unit does there: pick villages, look once a month, exempt."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanzhi.domain.problems import Problem
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.forms import attach
from sanzhi.foundation.ui.keys import row_key
from sanzhi.kit.ledger import actions
from sanzhi.kit.ledger.access import leads
from sanzhi.kit.ledger.models import Requirement, Task
from sanzhi.kit.ledger.overlaps import overlaps
from sanzhi.kit.ledger.standing import slot_of, source_of, stands
from sanzhi.steering.plans.ledger import queries, telling
from sanzhi.steering.plans.ledger.forms import ExemptForm, VillagesForm
from sanzhi.steering.plans.ledger.line_table import line_table
from sanzhi.steering.plans.ledger.owing import record_url
from sanzhi.steering.plans.ledger.viewer import Viewer, viewer
from sanzhi.steering.plans.ledger.words import given, judged_by, period_label, task_key, why


def _requirements(task: Task) -> list[Requirement]:
    rows: QuerySet[Requirement] = task.requirements.select_related("ower")
    found = list(rows.order_by("position"))
    for r in found:
        r.task = task
    return found


def _version_asked(who: Viewer, task: Task, number: str) -> Task:
    asked = row_key(number)
    if asked is None:
        return task
    found = next((t for t in queries.versions_with(task) if t.version.number == asked), None)
    if found is None:
        raise Http404
    return queries.task_of(who, found.pk)


def task(request: HttpRequest, code: str) -> HttpResponse:
    """A task: its words in the source, who, what is asked, every obligation with its state, what was done."""
    who = viewer(request, "plans:read")
    version = request.GET.get("version", "")
    found = _version_asked(who, queries.find_task(who, code), version)
    key = task_key(found)
    requirements = _requirements(found)
    unit = request.GET.get("unit", "")
    mine = leads(who.user, found)
    looks = list(queries.looks_of(found)[:12])
    owing = requirements if version else queries.requirements_through_versions(who, found)
    lines = telling.lines(who, owing, row_key(unit))
    shown = lines if request.GET.get("all") else telling.pressing(lines)
    context = {
        "task": found,
        "key": key,
        "source": telling.source(found, requirements),
        "units": telling.unit_facts(found),
        "requirements": telling.requirement_facts(requirements),
        "lines": lines,
        "line_table": line_table(shown, who.today) if shown else "",
        "more": len(lines) - len(shown),
        "all_url": "?"
        + urlencode(
            {"all": "1", **({"unit": unit} if unit else {}), **({"version": version} if version else {})}
        ),
        "unit": lines[0].unit if unit and lines else "",
        "history": telling.history(found, requirements),
        "versions": telling.version_links(found, key),
        "picks": queries.picks_of(found),
        "some_villages": any(u.meaning == u.Meaning.SOME_VILLAGES for u in found.units.all()),
        "leads": mine and who.can("ledger:lead"),
        "standing": any(r.kind == r.Kind.STANDING for r in requirements),
        "looks": looks,
        "overlaps": overlaps(found),
        "month": queries.month_of(who.today),
        "copy": _task_words(found, lines),
    }
    return render(request, "plans/ledger/task.html", context)


def _task_words(found: Task, lines: list[telling.Line]) -> str:
    late = [x.unit for x in lines if x.state in ("overdue", "checking")]
    done = sum(x.state in ("done", "done_late") for x in lines)
    text = _("{heading}：{done}/{all} 项完成").format(
        heading=formats.short(found.heading, 60), done=done, all=len(lines)
    )
    return text + (_("；逾期：{units}").format(units="、".join(dict.fromkeys(late))) if late else "")


def _led(request: HttpRequest, code: str) -> tuple[Viewer, Task]:
    """The task, where the person's own office leads it; 404 otherwise."""
    who = viewer(request, "ledger:lead")
    found = queries.find_task(who, code)
    if not leads(who.user, found):
        raise Http404
    return who, found


def villages(request: HttpRequest, code: str) -> HttpResponse:
    """Pick the villages that a document calls 相关村."""
    who, found = _led(request, code)
    current = [str(u.pk) for u in queries.picks_of(found)]
    form = VillagesForm(
        request.POST or None, villages=queries.villages_of(who), initial={"villages": current}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.pick_villages(
                by=who.user,
                plan=found.version.plan,
                task=found,
                villages=form.chosen,
                today=who.today,
                ground=form.cleaned_data["ground"],
            )
        except Problem as problem:
            attach(form, problem)
        else:
            messages.success(request, _("已选定相关村，新增 {count} 项义务。").format(count=made))
            return HttpResponseRedirect(reverse("plans:task", args=[task_key(found)]))
    context = {"task": found, "key": task_key(found), "form": form}
    return render(request, "plans/ledger/villages.html", context)


@require_POST
def look(request: HttpRequest, code: str) -> HttpResponse:
    """Tick a standing task for this month: kept up, or not."""
    who, found = _led(request, code)
    kept_up = request.POST.get("kept_up") == "1"
    actions.look_at_standing(
        by=who.user,
        task=found,
        month=queries.month_of(who.today),
        kept_up=kept_up,
        remark=request.POST.get("remark", "").strip()[:200],
        today=who.today,
    )
    word = _("本月已落实") if kept_up else _("本月未落实")
    messages.success(
        request, _("已记：{heading}，{word}。").format(heading=formats.short(found.heading, 30), word=word)
    )
    back = "plans:lead" if request.POST.get("back") == "lead" else "plans:task"
    return HttpResponseRedirect(reverse(back, args=[] if back == "plans:lead" else [task_key(found)]))


def obligation(request: HttpRequest, pk: int, form: ExemptForm | None = None) -> HttpResponse:
    """One obligation: how it stands and why, what is needed and given, the records behind, exemption, history."""
    who = viewer(request, "ledger:read")
    found = queries.find_obligation(who, pk)
    requirement = found.requirement
    (stand,) = stands([found], who.town, who.today, above_village=who.above_village)
    source = source_of(requirement)
    mine = leads(who.user, requirement.task) and who.can("ledger:lead")
    owns = who.can("ledger:record", found.unit)
    settled = stand.state.value in ("done", "done_late", "dropped", "handed_over", "not_applicable")
    context = {
        "found": found,
        "stand": stand,
        "task": requirement.task,
        "key": task_key(requirement.task),
        "period": period_label(found, who.today),
        "owed_by": " ".join(queries.posts_named([found.post_id])[found.post_id]) if found.post_id else "",
        "why": why(stand, who.today),
        "given": given(stand),
        "judged": judged_by(requirement),
        "source_label": source.label,
        "records": telling.record_rows(found, source.code, who.user),
        "exemption": queries.exemption_of(found) if stand.exempt_reason else None,
        "exempt_form": (form or ExemptForm()) if mine and not stand.exempt_reason else None,
        "leads": mine,
        "record_url": record_url(found) if owns and not settled and not stand.waits else "",
        "history": telling.history(requirement.task, [requirement], [found.pk]),
        "copy": _obligation_words(who, found.unit.short_name, requirement, why(stand, who.today)),
        "asks": slot_of(found),
    }
    return render(request, "plans/ledger/obligation.html", context, status=422 if form is not None else 200)


def _obligation_words(who: Viewer, unit: str, requirement: Requirement, reason: str) -> str:
    return f"【{unit}】{formats.short(requirement.task.heading, 40)}：{formats.short(requirement.what, 40)}。{reason}"


@require_POST
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Exempt an obligation with a reason, or take the exemption back (`revoke=1`); the lead unit only."""
    who = viewer(request, "ledger:lead")
    found = queries.find_obligation(who, pk)
    if not leads(who.user, found.requirement.task):
        raise Http404
    here = reverse("plans:obligation", args=[pk])
    if request.POST.get("revoke") == "1":
        actions.revoke_exemption(by=who.user, obligation=found, today=who.today)
        messages.success(request, _("已撤销豁免，这一项重新计入应完成数。"))
        return HttpResponseRedirect(here)
    form = ExemptForm(request.POST)
    if form.is_valid():
        try:
            actions.exempt(by=who.user, obligation=found, reason=form.cleaned_data["reason"], today=who.today)
        except Problem as problem:
            attach(form, problem)
        else:
            messages.success(request, _("已豁免，理由和数字一起显示。"))
            return HttpResponseRedirect(here)
    return obligation(request, pk, form)
