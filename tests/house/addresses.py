"""Every address of the house, as the resolver knows them, with something in the place of each parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.urls import URLPattern, URLResolver, get_resolver

NOTHING = {"int": "987654321", "uuid": "00000000-0000-4000-8000-000000000000"}


def addresses(given: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """(name, path) of each page. `given` fills parameters by their name; others get a value that no row has."""
    yield from _below(get_resolver().url_patterns, "/", "", given or {})


def _below(patterns: list, path: str, name: str, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        here = path + _filled(str(pattern.pattern), given)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _below(pattern.url_patterns, here, name + inner, given)
        elif isinstance(pattern, URLPattern):
            yield f"{name}{pattern.name}", here


def _filled(route: str, given: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        kind, _, parameter = found.group(1).rpartition(":")
        return given.get(parameter, NOTHING.get(kind, "nothing"))

    return re.sub(r"<([^>]+)>", value, route)
