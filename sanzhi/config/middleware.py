"""Refusals that no form caught become a page that says what to do, never a stack trace."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.ui.forms import sentence


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
