"""What every answer goes through: refusals become a page that says what to do; the browser runs nothing but our own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.ui.forms import sentence

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
