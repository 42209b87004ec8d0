"""The frame around every page: the places of this person's role, on the left of a desk and at the foot of a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sanzhi.foundation.ui.components import icon


class Place(Protocol):
    """A place to go from everywhere: what the shell gives for the rail and the bar."""

    label: object
    url: str
    icon: str
    chosen: bool


def _place(place: Place) -> str:
    chosen = ' aria-current="page"' if place.chosen else ""
    return f'<li><a href="{escape(str(place.url))}"{chosen}>{icon(place.icon or "list")}<span>{escape(str(place.label))}</span></a></li>'


def places(items: Iterable[Place] | None) -> SafeString:
    """The list of places: objects with label, url, icon, chosen."""
    return mark_safe(f'<ul class="s-places">{"".join(_place(p) for p in items or ())}</ul>')


def bottom_bar(items: Iterable[Place] | None) -> SafeString:
    """The phone's bar of four places; nothing where there are none (signed out)."""
    inside = "".join(_place(p) for p in items or ())
    if not inside:
        return mark_safe("")
    return mark_safe(f'<nav class="s-bar" aria-label="{escape(_("常用"))}"><ul>{inside}</ul></nav>')


def day_of(context: Mapping) -> date | None:
    """The day a page is read on: the shell's, whether the shell is a mapping or an object; None without one."""
    shell = context.get("shell")
    if shell is None:
        return None
    try:
        return shell["day"]
    except (KeyError, TypeError):
        return getattr(shell, "day", None)
