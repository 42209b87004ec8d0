"""`{% load served %}{% served_by site %}`: what a record counts for, on the record's own page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.db.models import Model
from django.utils.translation import gettext as _

from sanzhi.foundation import clock
from sanzhi.foundation.ui import formats
from sanzhi.kit.ledger import serving

register = template.Library()


@register.inclusion_tag("ledger/served.html", takes_context=True)
def served_by(context: Mapping[str, Any], *records: Model | Iterable[Model]) -> dict[str, Any]:
    """The obligations that a record, or rows of it, count for, each with its page where this person may open it."""
    rows = [r for record in records for r in ([record] if isinstance(record, Model) else record)]
    found, today = serving.duties_served(rows), clock.today()
    may = serving.opened_by(context["request"].user, found) if found else set()
    lines = []
    for s in found:
        o = s.obligation
        who = f"{o.unit.short_name} {o.post.person.name}" if o.post is not None else o.unit.short_name
        lines.append(
            {
                "what": f"{o.requirement.task.code} {formats.short(o.requirement.what, 40)}",
                "who": who + (_("（全镇）") if o.town_share else ""),
                "period": serving.period_words(o.period, o.due_on, today),
                "how": _how(s),
                "late": serving.late_words(s, today),
                "url": serving.page_of(o) if o.pk in may else "",
            }
        )
    return {"lines": lines, "none": bool(rows) and not lines}


def _how(served: serving.Served) -> str:
    if not served.counts:
        return _("待认定，认定后计入")
    return _("{count}条计入").format(count=served.rows - served.waiting) if served.rows > 1 else _("已计入")
