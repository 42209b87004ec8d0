"""Handing a kept file out. Who may have it is decided before, by the room whose record it is attached to."""

from __future__ import annotations

from django.http import FileResponse

from sanzhi.domain.problems import Problem
from sanzhi.foundation.files.actions import place_of
from sanzhi.foundation.files.models import StoredFile


def serve(stored: StoredFile) -> FileResponse:
    """The file as an attachment under its (Chinese) name; the browser is told to guess nothing and run nothing.

    Refuses with `files.lost` where the content is gone.
    """
    try:
        content = place_of(stored.sha256).open("rb")
    except FileNotFoundError:
        raise Problem("files.lost", name=stored.name) from None
    # FileResponse writes the name as RFC 5987 asks (filename*=utf-8'').
    response = FileResponse(
        content, as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
