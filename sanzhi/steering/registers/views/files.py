"""Files in and out: templates, imports with preview, exports, and requests to take doors or surnames out."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.people.queries import stays_on
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link
from sanzhi.foundation.ui.excel import CONTENT_TYPE
from sanzhi.foundation.ui.lists import Column, data_table
from sanzhi.kit.access import can, require
from sanzhi.steering.registers import actions, queries
from sanzhi.steering.registers.comparing import compare, digest_of, unpacked
from sanzhi.steering.registers.forms import people as forms
from sanzhi.steering.registers.models import ExportRequest, ImportPreview
from sanzhi.steering.registers.sheets import KINDS, SheetKind, writing
from sanzhi.steering.registers.sheets.reading import grid_of
from sanzhi.steering.registers.views.pages import crumbs, form_page, looked

STATES = (
    ("problem", gettext_lazy("有问题")),
    ("new", gettext_lazy("新登记")),
    ("changed", gettext_lazy("有变动")),
    ("unchanged", gettext_lazy("没有变化")),
)
SHOWN = 200
_WORDS = dict(STATES)
COLUMNS = [
    Column(gettext_lazy("行"), lambda c: _("第 {row} 行").format(row=c.row)),
    Column(gettext_lazy("结果"), lambda c: _WORDS[c.state]),
    Column(gettext_lazy("登记项"), "subject"),
    Column(gettext_lazy("会怎样"), "what"),
]


def _kind(code: str) -> SheetKind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _file(made: Any, name: str) -> FileResponse:
    return FileResponse(made, as_attachment=True, filename=f"{name}.xlsx", content_type=CONTENT_TYPE)


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """An empty sheet to fill in."""
    found = _kind(kind)
    require(request.user, found.capability)
    return _file(writing.template(found, clock.today()), _("{kind}模板").format(kind=found.label))


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """Which sheet is to be brought in, and what was brought in lately."""
    kinds = [k for k in KINDS.values() if can(request.user, k.capability)]
    if not kinds:
        require(request.user, "registers:edit")
    context = {
        "crumbs": crumbs(),
        "kinds": kinds,
        "previews": [(p, KINDS[p.kind].label) for p in queries.previews_of(request.user)],
    }
    return render(request, "registers/imports.html", context)


def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Read a file and keep what it would change."""
    found = _kind(kind)
    require(request.user, found.capability)
    town = queries.town_of(request.user)

    def act(given: Mapping[str, Any]) -> ImportPreview:
        file = given["file"]
        name = str(file.name)
        content = file.read() if file.size <= 11 * 1024 * 1024 else b""
        rows = found.read(grid_of(io.BytesIO(content), name, file.size), name)
        return actions.preview_import(
            by=request.user,  # type: ignore[arg-type]
            town=town,
            kind=found,
            rows=rows,
            day=given["on"],
            file_name=name,
            content=content,
            within=queries.within_ids(request.user, found.capability, town),
        )

    return form_page(
        request,
        lambda *data: forms.ImportForm(*data, today=clock.today()),
        act,
        title=_("导入{kind}").format(kind=found.label),
        button=_("上传并预览"),
        back=reverse("registers:imports"),
        way=crumbs((_("导入"), reverse("registers:imports"))),
        note=_("先看预览，确认以后才会改动登记簿；有一行有问题，就一行也不导入。"),
        to=lambda made: reverse("registers:preview", args=[made.pk]),
    )


@never_cache
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would change, row by row, problems first."""
    found = queries.preview_for(request.user, pk)
    kind = _kind(found.kind)
    require(request.user, kind.capability)
    waiting = found.state == ImportPreview.State.WAITING
    changes, fresh = [], True
    if waiting:
        rows = unpacked(found.rows)
        within = queries.within_ids(request.user, kind.capability, found.town)
        changes = compare(kind, found.town, found.since_on, rows, within)
        fresh = digest_of(kind, found.town, found.since_on, rows, changes) == found.digest
    first = next((s for s, _label in STATES if found.counts[s]), "unchanged")
    chosen = request.GET.get("show", first)
    shown = [c for c in changes if c.state == chosen]
    tabs = [Link(str(label), f"{request.path}?show={s}", s == chosen, found.counts[s]) for s, label in STATES]
    context = {
        "preview": found,
        "kind": kind,
        "crumbs": crumbs((_("导入"), reverse("registers:imports"))),
        "waiting": waiting,
        "fresh": fresh,
        "tabs": tabs,
        "rows": shown[:SHOWN],
        "more": max(0, len(shown) - SHOWN),
        "columns": COLUMNS,
        "todo": found.counts["new"] + found.counts["changed"],
    }
    return render(request, "registers/preview.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Do all that was shown."""
    found = queries.preview_for(request.user, pk)
    kind = _kind(found.kind)
    require(request.user, kind.capability)
    done = actions.apply_import(
        by=request.user,  # type: ignore[arg-type]
        preview=found,
        digest=request.POST.get("digest", ""),
        within=queries.within_ids(request.user, kind.capability, found.town),
    )
    said = _("已导入：新登记 {new} 项，变动 {changed} 项。").format(**done.counts)
    messages.success(request, said, extra_tags="good")
    return redirect("registers:preview", pk=done.pk)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a preview."""
    actions.drop_import(by=request.user, preview=queries.preview_for(request.user, pk))  # type: ignore[arg-type]
    messages.success(request, _("已放弃，登记簿没有改动。"), extra_tags="info")
    return redirect("registers:imports")


@never_cache
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A register in the columns of its template; of households number and group only."""
    found = _kind(kind)
    require(request.user, found.export_capability)
    town, today = queries.town_of(request.user), clock.today()
    within = queries.within_ids(request.user, found.export_capability, town)
    rows = list(found.rows(town, today, within))
    if found.code == "households":
        groups = queries.choices(request.user, found.export_capability, town, today, UnitKind.GROUP)
        seen = stays_on(today, [pk for pk, _name in groups]).values_list("household_id", flat=True)
        looked(request, town, "people.household", ["number"], seen, _("导出户号和组别"))
    if found.code == "people":
        people = queries.posts_visible_to(request.user, town, today).values_list("person_id", flat=True)
        looked(request, town, "people.person", ["name"], people, _("导出人员任职表"))
    return _file(writing.register(found, rows, today), f"{town.short_name}{found.label}{today:%Y%m%d}")


def _book(request: HttpRequest) -> list[tuple[str, str]]:
    """The way through the households, for whoever may open them: some only approve."""
    return [(_("户册"), reverse("registers:households"))] if can(request.user, "households:read") else []


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Requests that somebody made or may decide on."""
    if not can(request.user, "households:export"):
        require(request.user, "households:approve_export")
    rows = list(queries.requests_visible_to(request.user)[:100])
    context = {
        "crumbs": crumbs(*_book(request)),
        "rows": rows,
        "table": data_table(
            REQUEST_COLUMNS,
            rows,
            _("户册导出申请"),
            clock.today(),
            lambda row: reverse("registers:request", args=[row.pk]),
        ),
        "may_ask": can(request.user, "households:export"),
    }
    return render(request, "registers/requests.html", context)


CONTENTS = {"door": gettext_lazy("门牌"), "surname": gettext_lazy("联系人姓氏")}
REQUEST_COLUMNS = [
    Column(gettext_lazy("范围"), "unit.short_name"),
    Column(gettext_lazy("内容"), lambda r: "、".join(str(CONTENTS[c]) for c in r.columns)),
    Column(gettext_lazy("事由"), "reason"),
    Column(gettext_lazy("申请人"), "asked_by.display_name"),
    Column(gettext_lazy("申请时间"), "asked_at"),
    Column(gettext_lazy("状态"), "get_state_display"),
]


def ask(request: HttpRequest) -> HttpResponse:
    """Ask to take doors or surnames out."""
    code = "households:export"
    require(request.user, code)
    town = queries.town_of(request.user)
    villages = queries.choices(request.user, code, town, clock.today(), UnitKind.VILLAGE)
    only = villages[0][0] if len(villages) == 1 else ""

    def act(given: Mapping[str, Any]) -> ExportRequest:
        unit = queries.unit_for(request.user, given["unit"], code)
        return actions.ask_export(
            by=request.user,  # type: ignore[arg-type]
            unit=unit,
            columns=given["columns"],
            reason=given["reason"],
        )

    return form_page(
        request,
        lambda *data: forms.ExportForm(*data, units=villages, initial={"unit": only}),
        act,
        title=_("申请导出户册"),
        button=_("提交申请"),
        back=reverse("registers:requests"),
        done=_("已提交，等另一位有权限的人批准。"),
        way=crumbs(
            (_("户册"), reverse("registers:households")), (_("导出申请"), reverse("registers:requests"))
        ),
        note=_(
            "要由另一个人批准；批准后三天内本人下载一次。文件里写明谁、为什么、什么时候导出。在家情况不能导出。"
        ),
        to=lambda made: reverse("registers:request", args=[made.pk]),
    )


@never_cache
def one_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A request: decide on it, or take the file."""
    found = queries.request_for(request.user, pk)
    mine = found.asked_by_id == request.user.pk
    decide = not mine and can(request.user, "households:approve_export", found.unit)
    if request.method == "POST":
        if not decide:
            raise Http404
        form = forms.DecideForm(request.POST)
        note = form.cleaned_data["note"] if form.is_valid() else ""
        agree = request.POST.get("answer") == "yes"
        actions.decide_export(by=request.user, request=found, agree=agree, note=note)  # type: ignore[arg-type]
        messages.success(request, _("已批准。") if agree else _("已回复：不批准。"), extra_tags="good")
        return redirect("registers:request", pk=pk)
    waiting = found.state == ExportRequest.State.ASKED
    ready = found.state == ExportRequest.State.APPROVED and (found.expires_at or clock.now()) >= clock.now()
    way = crumbs(*_book(request), (_("导出申请"), reverse("registers:requests")))
    context = {
        "export": found,
        "crumbs": way,
        "contents": "、".join(str(CONTENTS[c]) for c in found.columns),
        "decide": decide and waiting,
        "mine": mine,
        "waiting": waiting,
        "ready": mine and ready,
        "lapsed": found.state == ExportRequest.State.APPROVED and not ready,
        "form": forms.DecideForm(),
    }
    return render(request, "registers/request.html", context)


@never_cache
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, once, with who, why and when on it."""
    found = queries.request_for(request.user, pk)
    require(request.user, "households:export", found.unit)
    today = clock.today()
    taken = actions.take_export(by=request.user, request=found)  # type: ignore[arg-type]
    groups = [
        pk
        for pk, _name in queries.choices(request.user, "households:export", taken.town, today, UnitKind.GROUP)
        if pk in queries.unit_ids_below(taken.unit, today)
    ]
    rows = list(stays_on(today, groups))
    fields = ["number", *({"door": "door", "surname": "contact_surname"}[c] for c in taken.columns)]
    looked(request, taken.town, "people.household", fields, (s.household_id for s in rows), taken.reason)
    heads = [_("户号"), _("村民小组"), *(str(CONTENTS[c]) for c in taken.columns)]
    cells = [(s.household.number, s.group.short_name, *(_cell(s, c) for c in taken.columns)) for s in rows]
    decided = taken.decided_by.display_name if taken.decided_by else ""
    mark = _("{who}导出，{agreed}批准；用于：{why}；{when}").format(
        who=taken.asked_by.display_name, agreed=decided, why=taken.reason, when=_moment(taken.taken_at)
    )
    top = [mark, _("仅限上述用途，用后销毁，不得转发。")]
    made = writing.table(_("户册"), heads, cells, today, top, mark)
    return _file(made, f"{taken.unit.short_name}{_('户册')}{today:%Y%m%d}")


def _cell(stay: Any, column: str) -> str:
    return stay.door if column == "door" else stay.household.contact_surname


def _moment(at: dt.datetime | None) -> str:
    return formats.moment(at) if at is not None else ""
