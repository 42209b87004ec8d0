"""Closed months: what was frozen, what changed since, and the file that verifies elsewhere."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.periods import closes_on
from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.states import Facts, state
from sanzhi.foundation import clock
from sanzhi.kit.access import can, require
from sanzhi.steering.indicators.asked import FIGURES, tabs_of
from sanzhi.steering.indicators.models import Bundle
from sanzhi.steering.indicators.queries import bundle_of, bundles_of, names_in, obligations_behind, result_key
from sanzhi.steering.indicators.signing import fingerprint, key_of, public_text


@login_required
def month_list(request: HttpRequest) -> HttpResponse:
    """Every frozen month of the town with its revisions, and the key's fingerprint to publish."""
    require(request.user, "indicators:read")
    rows = list(bundles_of(request.user))
    several = len({row.town_id for row in rows}) > 1
    public = public_text(key_of(Path(settings.HOME)))
    return render(
        request,
        "indicators/list.html",
        {
            "rows": [_month(row, several) for row in rows],
            "fingerprint": fingerprint(public),
            "tabs": tabs_of(request.user, "closed"),
            "may_see_late": can(request.user, FIGURES),
        },
    )


def _month(row: Bundle, name_town: bool) -> dict[str, object]:
    month = parse_period(row.month)
    label = f"{row.town.short_name} {month.label}" if name_town else month.label
    return {"bundle": row, "label": label, "closes_on": closes_on(month), "changes": len(row.changes)}


@login_required
def bundle(request: HttpRequest, month: str, revision: int) -> HttpResponse:
    """One revision: its results as they were frozen, and what changed against the revision before."""
    row = bundle_of(request.user, month, revision, request.GET.get("town", ""))
    results = [json.loads(line) for line in row.text.split("\n")[1:-1] if '"kind":"result"' in line]
    names = names_in(row.town)
    links = obligations_behind(
        request.user, row.town, [*results, *((c["after"] or c["before"]) for c in row.changes)]
    )
    shown = [_result(r, names, row) | {"url": links.get(result_key(r), "")} for r in results]
    shown.sort(key=lambda r: (str(r["task"]), not r["whole"], str(r["unit"])))
    changes = [
        {
            "what": (c["after"] or c["before"])["what"],
            "unit": names.get((c["after"] or c["before"])["unit"], ""),
            "before": _figure(c["before"]),
            "after": _figure(c["after"]),
            "url": links.get(result_key(c["after"] or c["before"]), ""),
        }
        for c in row.changes
    ]
    context = {
        "row": row,
        "results": shown,
        "changes": changes,
        "label": parse_period(row.month).label,
        "crumbs": [(_("月度锁定"), reverse("indicators:list"))],
        "late_url": reverse("indicators:late", args=[month]) if can(request.user, FIGURES) else "",
        "file_url": reverse("indicators:file", args=[month, revision], query={"town": row.town.code}),
    }
    return render(request, "indicators/bundle.html", context)


def _figure(line: dict | None) -> str:
    if line is None:
        return "–"
    return f"{line['numerator']}/{line['denominator'] if line['denominator'] is not None else line['needed']}"


def _result(line: dict, names: dict[str, str], row: Bundle) -> dict[str, object]:
    facts = Facts(
        due_on=_day(line["last"]),
        begins_on=_day(line["first"]),
        closes_on=_day(line["closes_on"]),
        amount=line["numerator"],
        needed=line["needed"],
        met_on=_day(line["met_on"]),
        contributes=line["contributes"],
    )
    reached = state(facts, clock.today() if clock.today() > row.as_of else row.as_of)
    return {
        "task": line["task"],
        "what": line["what"],
        "unit": names.get(line["unit"], line["unit"]),
        "whole": line["whole"],
        "figure": _figure(line),
        "needed": line["needed"],
        "met_on": _day(line["met_on"]),
        "state": reached.value,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@login_required
def file(request: HttpRequest, month: str, revision: int) -> HttpResponse:
    """The signed file, to be verified on any machine with `sanzhi verify`."""
    row = bundle_of(request.user, month, revision, request.GET.get("town", ""))
    response = HttpResponse(row.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
