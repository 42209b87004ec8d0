"""The coverage page: villages × kinds on a day, what lies idle beside it, and each kind's figure of the whole town."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Mark, fraction, word_mark
from sanzhi.mechanisms.facilities import queries
from sanzhi.mechanisms.facilities.kinds import KINDS, SiteKind
from sanzhi.mechanisms.facilities.queries import Cell, Goal
from sanzhi.mechanisms.facilities.states import Finding

PAGE = 25
"""So many villages stand on one page."""


def day_asked(asked: QueryDict, today: dt.date) -> tuple[dt.date, str]:
    """The day asked for, and a sentence where it cannot be shown; today where none or such a one is asked."""
    text = asked.get("day", "").strip()[:10]
    if not text:
        return today, ""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today, _("“{text}”不是日期。下面是今天的情况；日期请写成 2022-05-31 这样。").format(text=text)
    if day > today:
        return today, _("{day}还没有到。下面是今天的情况。").format(day=formats.day(day, today))
    if day.year < today.year - 20:
        return today, _("这个日期太早。下面是今天的情况。")
    return day, ""


def page_asked(asked: QueryDict, villages: list[Unit]) -> int:
    """The page asked for, from 1; the nearest that is there."""
    text = asked.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), max(1, -(-len(villages) // PAGE)))


def _cell_mark(kind: str, cell: Cell, today: dt.date) -> Mark:
    if cell.covered_on is not None:
        return Mark("✓", formats.day(cell.covered_on, today, with_weekday=False), "green")
    if KINDS[kind].measure == "count" and cell.accepted:
        return Mark("✓", _("已验收 {number} 个").format(number=cell.accepted), "green")
    if cell.waiting:
        return Mark("◌", _("待验收"), "blue")
    if cell.built or cell.accepted:
        return Mark("◐", _("已建成"), "blue")
    return Mark("○", pgettext("site", "计划"), "grey")


def _cell(village: Unit, kind: str, cell: Cell, today: dt.date) -> object:
    if not cell.total:
        return formats.NOTHING
    url = f"{reverse('facilities:list')}?{urlencode({'kind': kind, 'village': village.pk})}"
    several = ""
    if cell.total > 1:
        several = _("（{done}/{total} 个点）").format(done=cell.accepted, total=cell.total)
    shown = format_html('<a href="{}">{}{}</a>', url, word_mark(_cell_mark(kind, cell, today)), several)
    if not cell.out_of_use:
        return shown
    idle = _("停用 {number} 处").format(number=cell.out_of_use)
    more = urlencode({"kind": kind, "village": village.pk, "condition": Finding.OUT_OF_USE.value})
    return format_html(
        '{}<br><a href="{}?{}"><small>{}</small></a>', shown, reverse("facilities:list"), more, idle
    )


def _total(
    kind: str,
    done: int | None,
    villages: int,
    goal: Goal | None,
    idle: int,
    today: dt.date,
) -> SafeString:
    """The town's figure of a kind: covered villages of all, or accepted sites of the number set; idle ones beside it."""
    parts: list[object] = []
    if done is None:
        parts.append(formats.NOTHING)
    elif KINDS[kind].measure == "villages":
        parts.append(fraction(done, villages))
    elif goal is None:
        parts.append(_("{number} 个").format(number=done))
    else:
        due = formats.day(goal.due_on, today, with_weekday=False)
        parts += [fraction(goal.done, goal.number), _("{day}前").format(day=due)]
    if idle:
        parts.append(_("其中停用 {number} 处").format(number=idle))
    return format_html_join(SafeString("<br>"), "{}", ((p,) for p in parts))


def kinds_shown(town: Unit, asked: set[str]) -> list[SiteKind]:
    """The kinds that a plan of the town asks for, or of which it has a site; all where there is neither."""
    wanted = asked | queries.kinds_there(town)
    return [k for k in SiteKind if k.value in wanted] or list(SiteKind)


def coverage_table(
    town: Unit | None,
    villages: list[Unit],
    page: int,
    day: dt.date,
    today: dt.date,
    only: str = "",
    whole: bool = True,
) -> dict[str, Any]:
    """Villages × kinds with a mark and the number of sites in each cell, one page of villages; and the town's totals.

    `only`: one kind instead of all that are asked for or there. `whole`: these are all villages of the town, so that the
    numbers set for the town stand beside theirs.
    """
    if town is None:
        return {"rows": []}
    asked, lying = queries.asked_kinds(town), queries.out_of_use_by_kind(town, day)
    offered = kinds_shown(town, asked)
    kinds = [SiteKind(only)] if only else offered
    codes = [k.value for k in kinds]
    here = villages[(page - 1) * PAGE : page * PAGE]
    cells = queries.coverage(town, here, codes, day, today, lying)
    rows = [(v.short_name, [_cell(v, k, cells[v.pk, k], today) for k in codes]) for v in here]
    idle: Counter[str] = Counter()
    for (_unit, kind), number in lying.items():
        idle[kind] += number
    if len(here) == len(villages):
        # All that this person may see stands here; another's villages are not counted in.
        idle = Counter({k: sum(cells[v.pk, k].out_of_use for v in here) for k in codes})
    done = _town_figures(town, villages, here, codes, cells, day, today)
    goals = queries.goals(town, codes, day) if whole else {}
    shown = [
        _total(
            k,
            done.get(k) if k in asked or KINDS[k].measure == "count" else None,
            len(villages),
            goals.get(k),
            idle.get(k, 0),
            today,
        )
        for k in codes
    ]
    # One village reads its own line from above to below.
    own = list(zip([k.label for k in kinds], rows[0][1], strict=True)) if len(villages) == 1 and rows else []
    return {
        "kinds": [(KINDS[k.value].short, k.label) for k in kinds],
        "choices": [(k.value, k.label, k.value == only) for k in offered],
        "only": only,
        "rows": rows,
        "totals": shown,
        "own": own,
    }


def _town_figures(
    town: Unit,
    villages: list[Unit],
    here: list[Unit],
    codes: list[str],
    cells: dict[tuple[int, str], Cell],
    day: dt.date,
    today: dt.date,
) -> dict[str, int]:
    """Per kind how many villages are covered or sites accepted: the sum of the cells where all villages stand on this
    page; otherwise the database counts them."""
    covering = [k for k in codes if KINDS[k].measure == "villages"]
    if len(here) == len(villages):
        return {
            k: sum(
                cells[v.pk, k].covered_on is not None if k in covering else cells[v.pk, k].accepted
                for v in here
            )
            for k in codes
        }
    counted = queries.accepted_by_kind(town, [k for k in codes if k not in covering], day, today)
    return queries.covered_villages(town, covering, day) | counted


def pages(asked: QueryDict, page: int, villages: list[Unit]) -> dict[str, str]:
    """The addresses of the villages before and after this page."""
    last = max(1, -(-len(villages) // PAGE))
    kept = {name: asked[name] for name in ("day", "kind") if asked.get(name)}

    def address(number: int) -> str:
        return f"?{urlencode({**kept, 'page': number})}" if 1 <= number <= last else ""

    return {"before": address(page - 1), "after": address(page + 1)}
