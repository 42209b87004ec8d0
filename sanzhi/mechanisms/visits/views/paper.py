"""The sheet of a group for the pocket, and copying a filled one in for whoever walked."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.files.serving import serve
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import PresenceKind
from sanzhi.foundation.ui import formats
from sanzhi.kit.access import require
from sanzhi.kit.receipts.forms import take
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.forms.outings import SheetForm, TypeInForm, likely_half_day
from sanzhi.mechanisms.visits.models import Outing
from sanzhi.mechanisms.visits.queries import doors, reading, rows
from sanzhi.mechanisms.visits.rules import MOST_DOORS
from sanzhi.mechanisms.visits.views import shown
from sanzhi.mechanisms.visits.views.recording import offer_people, page

_LETTERS = "34679ACDEFGHJKMNPQRTUVWXY"
"""None of these is taken for another by hand."""
_SHEET = re.compile(rf"(\d{{1,10}})-(\d{{6}})-([{_LETTERS}]{{3}})")


def _check(head: str) -> str:
    return _LETTERS[sum(i * ord(c) for i, c in enumerate(head, 1)) % len(_LETTERS)]


def new_number(group: int, day: dt.date) -> str:
    """A number for a printed sheet: group, day, two letters by chance and one that tells a slip of the pen."""
    head = f"{group}-{day:%y%m%d}-{secrets.choice(_LETTERS)}{secrets.choice(_LETTERS)}"
    return head + _check(head)


def group_of_sheet(number: str) -> int | None:
    """The group a sheet was printed for; None for a number no sheet bears."""
    found = _SHEET.fullmatch(number.strip().upper())
    return int(found[1]) if found and _check(found[0][:-1]) == found[0][-1] else None


@never_cache
@login_required
def sheet(request: HttpRequest, group: int) -> HttpResponse:
    """The doors of a group on A4, in walking order, with boxes, a place to sign and the number to copy it in by."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    unit = rows.get_group(user, group, rows.DOORS, today)
    lines = [d for d in doors.doors_of(unit, today) if d.presence != PresenceKind.EMPTY]
    shown.looked(
        request,
        unit.town or unit,
        (d.household for d in lines),
        _("打印走访表"),
        ("number", "contact_surname", "door"),
        {"group": unit.code},
    )
    number = new_number(unit.pk, today)
    address = request.build_absolute_uri(reverse("visits:copy_sheet", args=[number]))
    context = {
        "group": unit,
        "village": rows.village_of(unit, today),
        "lines": [(d.number, shown.family(d.surname), d.door) for d in lines],
        "number": number,
        "picture": segno.make(address, micro=False).svg_data_uri(scale=3, border=1),
        "most": MOST_DOORS,
        "crumbs": [(_("走访"), reverse("visits:groups"))],
    }
    return render(request, "visits/sheet.html", context)


@login_required
def type_in(request: HttpRequest) -> HttpResponse:
    """The clerk names the sheet, where no camera read it."""
    require(request.user, "visits:type_in")  # type: ignore[arg-type]
    form = SheetForm(request.GET if "sheet" in request.GET else None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["sheet"].strip().upper()
        if group_of_sheet(number) is not None:
            return redirect("visits:copy_sheet", number)
        form.add_error("sheet", _("没有这个表号。请照表上右上角的号重新填写。"))
    context = {"form": form, "crumbs": [(_("走访"), reverse("visits:groups"))]}
    return render(request, "visits/type_in.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
def copy_sheet(request: HttpRequest, sheet: str) -> HttpResponse:
    """A sheet copied in for the person who walked: author and typist are both shown; a scan may be attached."""
    user: User = request.user  # type: ignore[assignment]
    today, key = clock.today(), group_of_sheet(sheet)
    if key is None:
        raise Http404
    group, number = rows.get_group(user, key, "visits:type_in", today), sheet.strip().upper()
    first = {"on": today, "half_day": likely_half_day(clock.now()), "sheet_number": number, "went": []}
    form = TypeInForm(request.POST or None, request.FILES or None, initial=first)
    people = offer_people(form, user, group, today)
    authors = {a.pk: a for a in reading.authors_for(group, [today, form.day])}
    form.offer_authors([(a.pk, a.display_name) for a in authors.values()])
    if request.method == "POST" and form.is_valid():
        author = authors[form.cleaned_data["author"]]
        made = take(
            form,
            by=user,
            name="visits.type_in",
            subject=number,
            make=lambda: _copied(user, author, group, number, form),
            find=lambda found: reading.sent_outing(user, int(found)),
        )
        if made is not None:
            said = _("已替{author}录入{day}的走访。").format(
                author=author.display_name, day=formats.day(made.happened_on, today)
            )
            messages.success(request, said, "good")
            return redirect("visits:detail", made.pk)
    more: dict[str, Any] = {
        "title": _("照走访表录入"),
        "button": _("提交录入"),
        "sheet": number,
        "copied": reading.sheet_copied(group, number),
        "uploads": True,
        "crumbs": [(_("走访"), reverse("visits:groups")), (_("照表录入"), reverse("visits:type_in"))],
    }
    return page(request, group, form, today, **people, **more)


def _copied(user: User, author: User, group: Unit, number: str, form: TypeInForm) -> Outing:
    day = form.cleaned_data["on"]
    went = reading.posts_by_key(form.walkers()) or reading.posts_of_author(author, group, day)
    outing = actions.record_outing(
        by=user,
        author=author,
        group=group,
        went=went,
        late_reason=form.cleaned_data["late_reason"],
        on_paper=True,
        sheet_number=number,
        uid=form.cleaned_data["uid"],
        **form.said(),
    )
    scan = form.cleaned_data.get("files")
    if scan is not None:
        actions.attach_scan(by=user, outing=outing, name=scan.name, source=scan)
    return outing


@login_required
def scan(request: HttpRequest, outing: int, scan: int) -> FileResponse:
    """The scan of a sheet, for whoever sees the doors of its outing; it shows names, so the look is logged."""
    row = rows.get_outing(request.user, outing)  # type: ignore[arg-type]
    kept = reading.get_scan(row, scan)
    shown.looked(
        request,
        row.town,
        (v.household_id for v in rows.doors_of_outing(row)),
        _("查看走访表扫描件"),
        ("number", "contact_surname", "door"),
    )
    return serve(kept.stored)
