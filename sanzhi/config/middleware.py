"""What every answer goes through: refusals become a page that says what to do; the browser runs nothing but our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.ui.forms import sentence
from sanzhi.foundation.ui.keys import LONGEST

# Scripts, styles and fonts of this house alone, none of them inside a page; small drawings of the style sheet are data.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)


class ContentPolicyMiddleware:
    """Tells the browser with every answer to load and run nothing from elsewhere; a stricter word of a view stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response


class ProblemMiddleware:
    """Turns a `Problem` raised by a view into a page with its sentence (409: possible, but not as things stand)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Problem | Problems):
            return None
        problems = exception.problems if isinstance(exception, Problems) else [exception]
        sentences = [sentence(p) for p in problems]
        return render(request, "config/refused.html", {"sentences": sentences}, status=409)


class StrayRequestMiddleware:
    """Gives a page to what none of our pages sends: a form in letters other than UTF-8, a way of asking that an address
    does not take, a key longer than any row's. It stands before all that reads a form: who reads such a one breaks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        letters = (request.encoding or "utf-8").lower().replace("_", "-")
        if letters not in ("utf-8", "utf8"):
            # Not Django's own view: before it answers it looks for the form's token, and breaks on the same letters.
            return render(request, "400.html", status=400)
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response.get("Allow", "")
        return page

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> None:
        if any(isinstance(key, int) and key >= 10**LONGEST for key in kwargs.values()):
            raise Http404
