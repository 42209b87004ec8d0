"""Pages of sites."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def list_page(request: HttpRequest, **ids: object) -> HttpResponse:
    """The list of sites."""
    return render(request, "ui/base.html")


coverage = plan = detail = step = list_page
