"""Pages of the registers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanzhi.kit.access import require


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What is registered, and what is missing."""
    require(request.user, "registers:read")
    return render(request, "registers/home.html")
