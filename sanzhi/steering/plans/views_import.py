"""Handing in a plan document: it is read at once, and stored only when nothing speaks against it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sanzhi.domain.plan_text import read
from sanzhi.domain.problems import Problem
from sanzhi.foundation.files.extract import extract
from sanzhi.foundation.ui.forms import attach, sentence
from sanzhi.kit.ledger.intake import digest_of, known_document, store_reading
from sanzhi.kit.ledger.models import Plan, PlanVersion
from sanzhi.kit.ledger.reviews import plans_open_to_a_version, waiting_versions
from sanzhi.steering.plans.forms_import import UploadForm, keep, kept
from sanzhi.steering.plans.ledger.viewer import Viewer, viewer

YEARS = range(2000, 2100)


def upload(request: HttpRequest) -> HttpResponse:
    """The import page; after a good reading the review of it."""
    who = viewer(request, "plans:import")
    plans = plans_open_to_a_version(who.town)
    if request.method != "POST":
        return _page(request, who, UploadForm(plans=plans, initial={"plan": request.GET.get("plan")}))
    form = UploadForm(request.POST, request.FILES, plans=plans)
    if not form.is_valid():
        return _page(request, who, form)
    try:
        reading, name, notes = _read(form)
    except Problem as problem:
        problem.field = problem.field or ("file" if form.cleaned_data.get("file") else "text")
        attach(form, problem)
        return _page(request, who, form)
    known = known_document(who.town, digest_of(reading))
    if known is not None:
        attach(form, _known(known))
        return _page(request, who, form, known)
    try:
        version = _store(who, form, reading, name)
    except Problem as problem:
        return _once_more(request, who, reading, name, problem)
    for note in notes:
        messages.info(request, note)
    messages.success(
        request,
        _("已读出{tasks}项任务。请先填起始日，再核对单位和疑点。").format(tasks=len(reading["tasks"])),
    )
    return redirect("plans:review_first_day", version.pk)


def _read(form: UploadForm) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    """The reading of what was handed in, the file's name, and remarks on the file."""
    source, name = form.source()
    if source is None:
        return (*kept(form.cleaned_data["kept"]), ())
    if isinstance(source, bytes):
        extracted = extract(source, name)
        return read(extracted.lines, tables=extracted.tables).as_json(), name, extracted.notes
    return read(source).as_json(), str(_("粘贴的文字")), ()


def _store(who: Viewer, form: UploadForm, reading: dict[str, Any], name: str) -> PlanVersion:
    plan: Plan | None = form.cleaned_data.get("plan")
    year = form.cleaned_data.get("year")
    if not reading["year"] and not year and plan is None:
        raise Problem("plans.year_needed", field="year")
    if year and year not in YEARS:
        raise Problem("plans.year_odd", field="year", year=year)
    if plan is not None and reading["year"] and reading["year"] != plan.year:
        raise Problem(
            "plans.year_other", field="plan", year=reading["year"], plan=plan.name, plan_year=plan.year
        )
    return store_reading(
        by=who.user, town=who.town, reading=reading, file_name=name, today=who.today, plan=plan, year=year
    )


def _known(known: PlanVersion) -> Problem:
    return Problem(
        "ledger.document_known", plan=known.plan.name, number=known.number, day=known.read_on.isoformat()
    )


def _once_more(
    request: HttpRequest, who: Viewer, reading: dict[str, Any], name: str, problem: Problem
) -> HttpResponse:
    """The form again with the reading kept in it, so that only what lacks has to be mended."""
    data = request.POST.copy()
    data["kept"], data["text"] = keep(reading, name), ""
    ask = not reading["year"]
    form = UploadForm(data, plans=plans_open_to_a_version(who.town), ask_year=ask)
    form.is_valid()
    attach(form, problem)
    title = reading["title"] or name
    note = _("“{title}”已经读好，不用再选文件。改好下面这一处，直接提交。").format(title=title)
    return _page(request, who, form, note=note)


def _page(
    request: HttpRequest, who: Viewer, form: UploadForm, known: PlanVersion | None = None, note: str = ""
) -> HttpResponse:
    link = (
        format_html(
            '<a href="{}">{}</a>', reverse("plans:review", args=[known.pk]), _("打开第一次导入的方案")
        )
        if known is not None
        else ""
    )
    context = {"form": form, "waiting": waiting_versions(who.town), "known": link, "note": note}
    return render(request, "plans/import/upload.html", context)


def say(request: HttpRequest, problem: Problem) -> None:
    """A refusal as a message on the next page."""
    messages.error(request, sentence(problem), extra_tags="bad")
