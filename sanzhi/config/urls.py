"""Addresses: the steering floor and the ground by name, every room under its slug as the registry finds it."""

from __future__ import annotations

import importlib.util

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sanzhi.foundation.clock.installation import installation
from sanzhi.kit.registry import rooms


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer (for a watchdog)."""
    installation()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def _rooms() -> list:
    return [
        path(f"rooms/{room.slug}/", include(f"sanzhi.mechanisms.{room.slug}.urls"))
        for room in rooms()
        if importlib.util.find_spec(f"sanzhi.mechanisms.{room.slug}.urls")
    ]


urlpatterns = [
    path("health", health, name="health"),
    path("", include("sanzhi.steering.dashboards.urls")),
    path("plans/", include("sanzhi.steering.plans.urls")),
    path("indicators/", include("sanzhi.steering.indicators.urls")),
    path("registers/", include("sanzhi.steering.registers.urls")),
    path("administration/", include("sanzhi.steering.administration.urls")),
    path("account/", include("sanzhi.foundation.accounts.urls")),
    path("screen/", include("sanzhi.foundation.ui.urls")),
    *_rooms(),
]
