"""Merging villages in two steps: which, into what, on what ground; then how each open obligation passes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.forms import attach
from sanzhi.kit.access import require
from sanzhi.kit.ledger.actions import Choice
from sanzhi.kit.ledger.models import HandOver
from sanzhi.kit.ledger.passing import Passing, passing_on
from sanzhi.steering.registers import actions, queries
from sanzhi.steering.registers.forms import units as forms
from sanzhi.steering.registers.views.pages import crumbs, period_words

EDIT = "registers:edit"
CARRY = HandOver.How.CARRY


@dataclass(frozen=True)
class Line:
    """An open obligation as the page asks about it: what, when, whose, and the three ways with one chosen."""

    key: str
    task: str
    what: str
    when: str
    units: str
    hows: list[tuple[str, str]]
    how: str
    reason: str
    wrong: bool


def merge(request: HttpRequest) -> HttpResponse:
    """The form, then the question for what is open, then the act; without anything open the act follows at once."""
    require(request.user, EDIT)
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    town = queries.town_of(user)
    villages = queries.choices(user, EDIT, town, today, UnitKind.VILLAGE)
    start = {"units": request.GET.getlist("unit")}
    form = forms.MergeForm(request.POST or None, today=today, villages=villages, initial=start)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    given = form.cleaned_data
    chosen = [queries.unit_for(user, pk, EDIT) for pk in given["units"]]
    into = next((u for u in chosen if u.pk == given["into"]), None)
    lines = passing_on([u for u in chosen if into is None or u.pk != into.pk], given["on"], today)
    if request.POST.get("step") == "edit":
        return _form(request, form)
    if lines and request.POST.get("step") != "act":
        return _ask(request, form, chosen, lines, _same(request.POST, lines))
    choices = _choices(request.POST, lines)
    if wrong := [k for k, c in choices.items() if c.how == HandOver.How.EXEMPT and len(c.reason) < 4]:
        return _ask(request, form, chosen, lines, choices, wrong)
    try:
        done = actions.merge_units(
            by=user,
            units=chosen,
            on=given["on"],
            ground=given["ground"],
            name=given["name"],
            code=given["code"],
            into=into,
            choices=choices,
        )
    except (Problem, Problems) as problem:
        attach(form, problem)
        return _form(request, form)
    messages.success(
        request,
        _("已合并。网格和村民小组已经挂到接续的村下面，重名的加了原村名，请核对。"),
        extra_tags="good",
    )
    return redirect("registers:unit", pk=done.successor.pk)


def _way() -> list:
    return crumbs((_("单位"), reverse("registers:tree")))


def _form(request: HttpRequest, form: forms.MergeForm) -> HttpResponse:
    context = {
        "form": form,
        "title": _("合并村"),
        "button": _("下一步：核对怎样接续"),
        "back": reverse("registers:tree"),
        "crumbs": _way(),
        "note": _(
            "网格、村民小组和住户一起过去；原来的村从生效日起不再存在，它们的任职同时结束。还没办完的任务，下一步逐项选怎样接续。"
        ),
    }
    return render(request, "registers/form.html", context)


def _choices(posted: QueryDict, lines: Sequence[Passing]) -> dict[str, Choice]:
    """What was chosen for each line; what was not asked, or offers no such way, is as proposed."""
    found = {}
    for line in lines:
        how = posted.get(f"how-{line.key}", "")
        if how in line.hows:
            found[line.key] = Choice(how, posted.get(f"reason-{line.key}", "").strip()[:200])
        else:
            found[line.key] = line.proposal
    return found


def _same(posted: QueryDict, lines: Sequence[Passing]) -> dict[str, Choice]:
    """All lines one way where somebody asked for that; where a line offers it not, it stays as chosen."""
    chosen, same = _choices(posted, lines), posted.get("same", "")
    if same not in HandOver.How.values or posted.get("step") != "same":
        return chosen
    reason = posted.get("same-reason", "").strip()[:200]
    return {line.key: Choice(same, reason) if same in line.hows else chosen[line.key] for line in lines}


def _ask(
    request: HttpRequest,
    form: forms.MergeForm,
    units: Sequence[Unit],
    lines: Sequence[Passing],
    choices: Mapping[str, Choice],
    wrong: Sequence[str] = (),
) -> HttpResponse:
    given = form.cleaned_data
    into = next((u.short_name for u in units if u.pk == given["into"]), given["name"])
    kept = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    context = {
        "title": _("还没办完的任务，怎样接续"),
        "crumbs": _way(),
        "kept": kept,
        "facts": [
            (_("合并"), "、".join(u.short_name for u in units)),
            (_("由谁接续"), into),
            (_("自哪一天起"), formats.day(given["on"], clock.today())),
            (_("依据"), given["ground"]),
        ],
        "lines": [_line(line, choices[line.key], line.key in wrong) for line in lines],
        "differ": len({tuple(line.units) for line in lines}) > 1,
        "hows": HandOver.How.choices,
        "wrong": len(wrong),
        "back": reverse("registers:tree"),
    }
    return render(request, "registers/hand_over.html", context)


def _line(line: Passing, choice: Choice, wrong: bool) -> Line:
    labels = dict(HandOver.How.choices)
    return Line(
        key=line.key,
        task=str(line.requirement.task),
        what=line.requirement.what,
        when=_when(line),
        units="、".join(line.units),
        hows=[(how, str(labels[how])) for how in line.hows],
        how=choice.how,
        reason=choice.reason,
        wrong=wrong,
    )


def _when(line: Passing) -> str:
    if not line.begun:
        return _("还没开始的{n}期").format(n=len(line.periods))
    return period_words(line.periods[0], line.due_on, clock.today())
