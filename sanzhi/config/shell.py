"""What the frame of every page shows: the town, the day, the person and the places of their role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from sanzhi.foundation import clock
from sanzhi.foundation.ui import offline
from sanzhi.kit import registry
from sanzhi.kit.access import can
from sanzhi.kit.manifest import Place
from sanzhi.steering.places import PLACES


@dataclass(frozen=True)
class ShownPlace:
    """A place as the frame draws it."""

    label: str
    url: str
    icon: str
    chosen: bool


@cache
def _all_places() -> tuple[Place, ...]:
    return (*PLACES, *(p for room in registry.rooms() for p in room.places))


@cache
def _url(name: str) -> str:
    return reverse(name)


def _shown(places: Iterable[Place], path: str) -> list[ShownPlace]:
    """The places with the one marked in which the page stands: the longest address that the page's begins with."""
    urls = {place: _url(place.url_name) for place in places}
    here = max(
        (u for u in urls.values() if path == u or (u != "/" and path.startswith(u))), key=len, default=None
    )
    return [ShownPlace(place.label, url, place.icon, url == here) for place, url in urls.items()]


def _keeps(request: HttpRequest) -> str:
    """Addresses of the lists that this person's phone keeps for work without a signal; none on somebody else's machine."""
    if not settings.OFFLINE or request.session.get_expire_at_browser_close():
        return ""
    return " ".join(_url(s.keep) for s in offline.shells() if s.keep and can(request.user, s.capability))


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    elder = request.COOKIES.get("elder") == "1"
    day = clock.today()
    # A demonstration stands on the day the clock middleware set.
    demo = clock.stands()
    if user is None or not user.is_authenticated:
        return {"day": day, "demo": demo, "elder": elder}
    town = user.town
    places = [p for p in _all_places() if can(user, p.capability)]
    phone = [p for p in places if p.phone]
    return {
        "day": day,
        "demo": demo,
        "elder": elder,
        "town": town.short_name if town else "",
        "person": user.display_name,
        "places": _shown(places, request.path),
        "phone_places": _shown([*phone[:3], *phone[3:][-1:]], request.path),
        "account": offline.account_mark(user.pk),
        "keeps": _keeps(request),
        "worker": "on" if settings.OFFLINE else "off",
        "sign_out_url": _url("accounts:sign_out"),
        # Where the menu of places has it already, it stands there once.
        "me_url": "" if _url("accounts:me") in {_url(p.url_name) for p in places} else _url("accounts:me"),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, made only when a page uses it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}
