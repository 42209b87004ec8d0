"""Each request to a demonstration stands on one day from its first line to its last."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sanzhi.foundation import clock
from sanzhi.foundation.clock.installation import demo_day


class ClockMiddleware:
    """Sets the demonstration's day for the length of a request; a real installation asks the machine each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        day = demo_day()
        if day is None:
            return self.get_response(request)
        with clock.standing_on(day):
            return self.get_response(request)
