"""Fields that the tree of units needs from the database."""

from __future__ import annotations

from typing import Any

from django.db import models


class PathField(models.CharField):
    """A materialised path, ordered byte by byte so that a subtree is the range `path >= p and path < end(p)`.

    SQLite compares bytes by itself; PostgreSQL must be told (collation C), or the index serves no range.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
