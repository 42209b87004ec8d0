"""Pages of progress notes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def list_page(request: HttpRequest, **ids: int) -> HttpResponse:
    """The list of notes."""
    return render(request, "ui/base.html")


write = detail = edit = decide = void = attachment = list_page
