"""The frame around every page: the places of this person's role, on the left of a desk and at the foot of a phone."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sanzhi.foundation.ui.components import icon


def _place(place: object) -> str:
    chosen = ' aria-current="page"' if getattr(place, "chosen", False) else ""
    name = getattr(place, "icon", "") or "list"
    return f'<li><a href="{escape(str(place.url))}"{chosen}>{icon(name)}<span>{escape(str(place.label))}</span></a></li>'


def places(items: Iterable[object] | None) -> SafeString:
    """The list of places: objects with label, url, icon, chosen."""
    return mark_safe(f'<ul class="s-places">{"".join(_place(p) for p in items or ())}</ul>')


def bottom_bar(items: Iterable[object] | None) -> SafeString:
    """The phone's bar of four places; nothing where there are none (signed out)."""
    inside = "".join(_place(p) for p in items or ())
    if not inside:
        return mark_safe("")
    return mark_safe(f'<nav class="s-bar" aria-label="{escape(_("常用"))}"><ul>{inside}</ul></nav>')
