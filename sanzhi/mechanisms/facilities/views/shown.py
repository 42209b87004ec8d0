"""What the pages of sites show, made from the rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.history import Past, history_of
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Mark, word_mark
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.queries import Cell, asked_kinds, coverage
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS, filing
from sanzhi.mechanisms.facilities.states import MARKS, VERBS, SiteState
from sanzhi.mechanisms.facilities.views.steps import STEPS, may

_STAGES = (SiteState.PLANNED, SiteState.BUILT, SiteState.HANDED_IN, SiteState.ACCEPTED)
_PAST = {"plan_site": _("列入计划"), "note_use": _("登记启用和备案")} | {
    f"{v}_site": word for v, word in VERBS.items()
}


def _cell_mark(cell: Cell, today: dt.date) -> Mark:
    if cell.covered_on is not None:
        return Mark("✓", formats.day(cell.covered_on, today, with_weekday=False), "green")
    if cell.waiting:
        return Mark("◌", _("待验收"), "blue")
    if cell.built or cell.accepted:
        return Mark("◐", _("已建成"), "blue")
    return Mark("○", pgettext("site", "计划"), "grey")


def coverage_table(town: Unit | None, villages: list[Unit], today: dt.date) -> dict[str, Any]:
    """Villages × kinds with a mark and the number of sites in each cell, and the covered villages of each kind."""
    kinds = list(SiteKind)
    cells = coverage(town, villages, [k.value for k in kinds], today) if town is not None else {}
    rows = []
    for village in villages:
        line = []
        for kind in kinds:
            cell = cells[village.pk, kind.value]
            if not cell.total:
                line.append(formats.NOTHING)
                continue
            url = f"{reverse('facilities:list')}?kind={kind.value}&village={village.pk}"
            several = (
                _("（{done}/{total} 个点）").format(done=cell.accepted, total=cell.total)
                if cell.total > 1
                else ""
            )
            line.append(
                format_html('<a href="{}">{}{}</a>', url, word_mark(_cell_mark(cell, today)), several)
            )
        rows.append((village.short_name, line))
    asked = asked_kinds(town) if town is not None else set()
    totals = [
        (
            sum(cells[v.pk, k.value].covered_on is not None for v in villages) if k.value in asked else None,
            len(villages),
        )
        for k in kinds
    ]
    # One village reads its own line from above to below.
    own = list(zip([k.label for k in kinds], rows[0][1], strict=True)) if len(rows) == 1 else []
    return {"kinds": [k.label for k in kinds], "rows": rows, "totals": totals, "own": own}


def _said(past: Past, today: dt.date) -> str:
    """What an act said, in one line: its day and its reason."""
    body = past.body
    parts = []
    labels = {
        "built_on": _("建成日"), "handed_in_on": _("报验日"), "accepted_on": _("验收日"),
        "withdrawn_on": _("撤出日"), "in_use_on": _("启用日"), "filed_on": _("备案日"),
    }  # fmt: skip
    for field, label in labels.items():
        if body.get(field):
            shown = formats.day(dt.date.fromisoformat(body[field]), today, with_weekday=False)
            parts.append(f"{label} {shown}")
    for field in ("returned_reason", "withdrawn_reason", "late_reason"):
        if body.get(field):
            parts.append(body[field])
    return "；".join(parts)


def timeline(site: Site, today: dt.date) -> list[tuple[Past, str, object, str]]:
    """The acts about a site: each with who, its word and what it said."""
    return [
        (p, p.name, _PAST.get(p.verb.rsplit(".", 1)[-1], p.verb), _said(p, today)) for p in history_of(site)
    ]


def _warning(site: Site, today: dt.date) -> tuple[str, str]:
    """(tone, sentence) about the police filing; empty where nothing is to be said."""
    owed = filing(site.kind, site.in_use_on, site.filed_on, today)
    if owed is None or (owed.filed_on is not None and not owed.overdue):
        return "", ""
    due = formats.day(owed.due_on, today, with_weekday=False)
    if owed.filed_on is not None:
        return "info", _("公安备案晚于 {due}（启用后 30 日）。已备案，无需再办。").format(due=due)
    if owed.overdue:
        days = (today - owed.due_on).days
        return "bad", _(
            "公安备案应在 {due} 前完成，已超过 {days} 天。请尽快到派出所备案，并在这里填备案日。"
        ).format(due=due, days=days)
    return "warn", _("启用后 30 日内要向公安机关备案：最晚 {due}。办好后在这里填备案日。").format(due=due)


def _facts(site: Site, today: dt.date) -> list[tuple[object, object]]:
    def day(value: dt.date | None) -> str | None:
        return formats.day(value, today) if value else None

    pairs = [
        (pgettext("unit kind", "村"), site.unit.short_name),
        (pgettext("site", "种类"), site.get_kind_display()),
        (_("位置说明"), site.place),
        (_("用途"), site.purpose),
        (_("计划建成日"), day(site.expected_on)),
        (_("建成日"), day(site.built_on)),
        (_("报验日"), day(site.handed_in_on)),
        (_("验收日"), day(site.accepted_on)),
        (_("验收人"), site.accepted_by.partition(" ")[2] or site.accepted_by),
        (_("启用日"), day(site.in_use_on)),
        (_("公安备案日"), day(site.filed_on)),
        (_("撤出日"), day(site.withdrawn_on)),
        (_("撤出计划的依据"), site.withdrawn_reason),
        (_("补录说明"), site.late_reason),
        (_("登记人"), site.author.display_name),
    ]
    return [(term, value) for term, value in pairs if value]


def site_page(user: User, site: Site, today: dt.date) -> dict[str, Any]:
    """Everything a site's own page shows to this person."""
    state = SiteState(site.state)
    steps = [s for s in STEPS.values() if s.possible(site) and may(user, site, s)]
    # The step that brings the site on is the page's one action; the others stand below.
    order = ("accept", "hand-in", "build")
    main = next((s for slug in order for s in steps if s.slug == slug), None)
    tone, warning = _warning(site, today)
    return {
        "site": site,
        "mark": word_mark(MARKS[state]),
        "stages": [s.label for s in _STAGES],
        "stage": _STAGES.index(state) + 1 + (state is SiteState.ACCEPTED) if state in _STAGES else 0,
        "facts": _facts(site, today),
        "checks": [(c, bool(site.checks.get(c.code))) for c in CHECK_LISTS[site.kind]],
        "returned": site.returned_reason if state is SiteState.BUILT else "",
        "tone": tone,
        "warning": warning,
        "main": main,
        "others": [s for s in steps if s is not main],
        "timeline": timeline(site, today),
        "crumbs": [(_("阵地与设施"), reverse("facilities:list"))],
    }
