"""Pages of notes: the list, writing from an obligation, one note with its files, and the decision about it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role
from sanzhi.foundation.files.serving import serve
from sanzhi.foundation.ui.components import Link, word_mark
from sanzhi.foundation.ui.formats import short
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import home_unit, require
from sanzhi.kit.receipts.actions import drafts_of, open_draft
from sanzhi.kit.receipts.forms import discarded, take
from sanzhi.mechanisms.progress_notes import actions, queries
from sanzhi.mechanisms.progress_notes.access import decides
from sanzhi.mechanisms.progress_notes.forms import DecideForm, NoteForm, VoidForm
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.progress_notes.states import MARKS, NoteState
from sanzhi.mechanisms.progress_notes.views import shown

_FORM = "progress_notes.write"


def _list_columns() -> list[Column]:
    return [
        Column(pgettext("note", "进展"), lambda note: short(note.text, 60), export=lambda text: text),
        Column(_("单位"), "unit.short_name"),
        Column(_("任务"), lambda note: short(str(note.requirement.task), 24)),
        Column(_("提交日"), "submitted_on"),
        Column(
            pgettext("note", "状态"),
            "state",
            show=lambda code: word_mark(MARKS[NoteState(str(code))]),
            export=lambda code: NoteState(str(code)).label,
        ),
    ]


@login_required
def list_page(request: HttpRequest, view: str = "") -> HttpResponseBase:
    """Notes: those that wait for this person first, else those of the own unit; and all within reach."""
    require(request.user, "progress_notes:read")
    waiting = queries.waiting_for(request.user)
    number = waiting[:100].count()
    decide = bool(queries.led_by(request.user))
    view = view or ("waiting" if number else "own")
    rows, order = queries.visible_to(request.user), ("-submitted_on",)
    if view == "waiting":
        rows, order = waiting, ("submitted_on",)
    elif view == "own":
        home = home_unit(request.user)
        rows = rows.filter(unit=home) if home is not None and home.kind not in ("county", "town") else rows
    tabs = [
        Link(_("本单位"), reverse("progress_notes:own"), view == "own"),
        Link(_("全部"), reverse("progress_notes:all"), view == "all"),
    ]
    if decide:
        tabs.insert(
            0, Link(_("待我认定"), reverse("progress_notes:waiting"), view == "waiting", number or None)
        )
    page = ListPage(
        columns=_list_columns(),
        filters=[
            Filter("state", pgettext("note", "状态"), choices=NoteState.choices),
            Filter("since", _("不早于"), lookup="submitted_on__gte", kind="day"),
        ],
        order=order,
        url=lambda note: reverse("progress_notes:detail", args=[note.pk]),
        name=_("进展说明"),
        empty=_("没有专门记录的任务在这里写进展。从“待办”里点一项，写一两句话提交，牵头单位认定。"),
    )
    return page.read(request.GET, rows, clock.today(), request.path).respond(
        request, _("进展说明"), "progress_notes/list.html", {"tabs": tabs}
    )


@login_required
def write(request: HttpRequest, obligation: int) -> HttpResponse:
    """Write a note on what a unit owes: the source sentence above, the form below."""
    owed = queries.get_obligation(request.user, obligation)
    if discarded(request, _FORM, owed.pk):
        return redirect(request.path)
    today = clock.today()
    draft = open_draft(request.user, _FORM, str(owed.pk), request.GET.get("draft", ""))
    form = NoteForm(request.POST or None, request.FILES or None, initial=draft.content if draft else {})
    others = queries.colleagues(owed.unit, today) if request.user.has_role(Role.CLERK) else []
    form.prepare(owed, today, by=request.user, others=others, late=shown.is_closed(owed, today))
    if request.method == "POST" and form.is_valid():
        author = form.people.get(form.cleaned_data.get("author"))
        note = take(
            form,
            by=request.user,
            name=_FORM,
            subject=owed.pk,
            make=lambda: actions.write_note(
                by=request.user,
                obligation=owed,
                today=today,
                author=author,
                files=form.sent_files(),
                late_reason=form.cleaned_data.get("late_reason", ""),
                **form.said(),
            ),
            find=lambda key: queries.get_note(request.user, int(key)),
            draft=draft,
        )
        if note is not None:
            messages.success(request, _("已提交，等牵头单位认定。是否按期按今天算。"), "good")
            return redirect("progress_notes:detail", note.pk)
    context = shown.about_obligation(request.user, owed, today) | {
        "form": form,
        "title": _("写进展"),
        "button": _("提交记录"),
        "drafts": [] if draft else drafts_of(request.user, _FORM, str(owed.pk)),
        "earlier": queries.notes_for(owed),
        "crumbs": [(_("进展说明"), reverse("progress_notes:list"))],
    }
    return render(request, "progress_notes/write.html", context, status=422 if form.is_bound else 200)


@login_required
def detail(request: HttpRequest, note: int) -> HttpResponse:
    """A note: its words, files, where it stands, what was done by whom, and the decision where it is this person's."""
    row = queries.get_note(request.user, note)
    return render(
        request, "progress_notes/detail.html", shown.note_page(request.user, row, clock.today(), DecideForm())
    )


@login_required
def edit(request: HttpRequest, note: int) -> HttpResponse:
    """Mend a note before it is decided, or submit a returned one again."""
    row = queries.get_note(request.user, note, "progress_notes:write")
    today = clock.today()
    again = row.state == NoteState.RETURNED
    form = NoteForm(request.POST or None, request.FILES or None)
    late = again and shown.is_closed(row.obligation, today)
    form.prepare(row.obligation, today, attached=queries.files_of(row), late=late)
    form.fill(row)
    if request.method == "POST" and form.is_valid():

        def act() -> Note:
            common = {
                "by": request.user,
                "note": row,
                "today": today,
                "add": form.sent_files(),
                "remove": [int(pk) for pk in form.cleaned_data.get("remove", ())],
                **form.said(),
            }
            if again:
                return actions.resubmit_note(**common, late_reason=form.cleaned_data.get("late_reason", ""))
            return actions.edit_note(**common)

        taken = take(
            form,
            by=request.user,
            name="progress_notes.edit",
            subject=row.pk,
            make=act,
            find=lambda key: queries.get_note(request.user, int(key)),
        )
        if taken is not None:
            said = _("已重新提交，按今天算。") if again else _("已保存修改，提交日不变。")
            messages.success(request, said, "good")
            return redirect("progress_notes:detail", row.pk)
    context = shown.about_obligation(request.user, row.obligation, today) | {
        "form": form,
        "note": row,
        "title": _("补充后重新提交") if again else _("修改进展"),
        "button": _("重新提交") if again else _("保存修改"),
        "possible": row.state in (NoteState.SUBMITTED, NoteState.RETURNED),
        "crumbs": shown.crumbs(row),
    }
    return render(request, "progress_notes/write.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def decide(request: HttpRequest, note: int) -> HttpResponse:
    """Accept or return; the button says which. Who may not decide gets a 404."""
    row = queries.get_note(request.user, note, "progress_notes:accept")
    today = clock.today()
    if not decides(request.user, row, today):
        raise Http404
    form = DecideForm(request.POST)
    accept = request.POST.get("decision") == "accept"
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        taken = take(
            form,
            by=request.user,
            name="progress_notes.accept" if accept else "progress_notes.return",
            subject=row.pk,
            make=lambda: (
                actions.accept_note(by=request.user, note=row, today=today)
                if accept
                else actions.return_note(by=request.user, note=row, reason=reason, today=today)
            ),
            find=lambda key: queries.get_note(request.user, int(key)),
        )
        if taken is not None:
            messages.success(request, _("已认定。") if accept else _("已退回，对方会看到原因。"), "good")
            return redirect(
                "progress_notes:list" if accept else "progress_notes:detail", *([] if accept else [row.pk])
            )
    page = shown.note_page(request.user, queries.get_note(request.user, note), today, form)
    return render(request, "progress_notes/detail.html", page, status=422)


@login_required
def void(request: HttpRequest, note: int) -> HttpResponse:
    """Take a note out that should not have been written."""
    row = queries.get_note(request.user, note, "progress_notes:write")
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = take(
            form,
            by=request.user,
            name="progress_notes.void",
            subject=row.pk,
            make=lambda: actions.void_note(by=request.user, note=row, reason=form.cleaned_data["reason"]),
            find=lambda key: queries.get_note(request.user, int(key)),
        )
        if taken is not None:
            messages.success(request, _("已作废，不再计算，记录仍可查看。"), "good")
            return redirect("progress_notes:detail", row.pk)
    context = {
        "form": form,
        "note": row,
        "title": _("作废这条进展"),
        "button": pgettext("note", "作废"),
        "kind": "danger",
        "possible": row.state in (NoteState.SUBMITTED, NoteState.RETURNED),
        "crumbs": shown.crumbs(row),
    }
    return render(request, "progress_notes/write.html", context, status=422 if form.is_bound else 200)


@login_required
def attachment(request: HttpRequest, note: int, attached: int) -> FileResponse:
    """A file of a note, for whoever may see the note."""
    row = queries.get_note(request.user, note)
    return serve(queries.get_file(row, attached).stored)
