"""What all pages of the registers share: a form that does one act, crumbs, and the log of looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.periods import parse
from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Person
from sanzhi.foundation.privacy import reading
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link
from sanzhi.foundation.ui.forms import attach
from sanzhi.kit.ledger.obligations import OPEN_PERIOD


def crumbs(*more: tuple[str, str]) -> list[Link]:
    """The way from the registers down to a page."""
    return [Link(_("机构与人员"), reverse("registers:home")), *(Link(*pair) for pair in more)]


def unit_crumb(unit: Unit) -> tuple[str, str]:
    """A unit as a crumb."""
    return unit.short_name, reverse("registers:unit", args=[unit.pk])


def person_way(person: Person) -> list[Link]:
    """The crumbs down to a person."""
    back = reverse("registers:person", args=[person.pk])
    return crumbs((_("人员"), reverse("registers:people")), (person.name, back))


def period_words(code: str, due_on: dt.date | None, today: dt.date) -> str:
    """The period or stage of an obligation in words: 7月, 9月30日前, 时限待定."""
    if code == OPEN_PERIOD:
        return _("时限待定")
    if due_on is not None and code.startswith("by:"):
        return _("{day}前").format(day=formats.day(due_on, today, with_weekday=False))
    return formats.period(parse(code), today)


def form_page(
    request: HttpRequest,
    make: Callable[..., BaseForm],
    act: Callable[[Mapping[str, Any]], object],
    *,
    title: str,
    button: str,
    back: str,
    done: str = "",
    way: Iterable[Link] = (),
    note: str = "",
    to: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """A page with one form: what is refused stands beside its field, what was typed stays; done, it goes `back`."""
    form = make(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except (Problem, Problems) as problem:
            attach(form, problem)
        else:
            if done:
                messages.success(request, done, extra_tags="good")
            return redirect(to(result) if to is not None else back)
    context = {
        "form": form,
        "title": title,
        "button": button,
        "back": back,
        "crumbs": list(way),
        "note": note,
    }
    return render(request, "registers/form.html", context)


def looked(
    request: HttpRequest,
    town: Unit,
    kind: str,
    fields: Iterable[str],
    subjects: Iterable[int],
    purpose: str,
    narrowed: Mapping[str, str] | None = None,
) -> None:
    """Log one look before the page or file is sent; nothing is logged where nobody is shown."""
    seen = list(dict.fromkeys(subjects))
    if seen:
        reading.log(
            by=request.user,  # type: ignore[arg-type]
            chain=town.audit_chain,
            purpose=purpose,
            kind=kind,
            fields=fields,
            subjects=seen,
            narrowed=narrowed,
        )
