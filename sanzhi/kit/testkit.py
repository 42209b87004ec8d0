"""What the tests of every room share: rights as one table, and a walk over all addresses of the house."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404
from django.urls import URLPattern, URLResolver, get_resolver

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.access import can, require

_HOLE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_MISSING = {
    "int": 999_999_999,
    "uuid": "00000000-0000-0000-0000-000000000000",
    "str": "x",
    "slug": "x",
    "path": "x",
}
Rights = Mapping[tuple[str, str | None], str]
"""(capability, name of a unit or None for "anywhere") → the people who hold it, by key, parted by blanks."""


class Client(Protocol):
    """Django's test client, as far as it is used here."""

    def force_login(self, user: Any) -> None: ...
    def logout(self) -> None: ...
    def get(self, path: str, **extra: Any) -> Any: ...


def permission_matrix(people: Mapping[str, User], units: Mapping[str, Unit], table: Rights) -> list[str]:
    """Every person against every row: who is named must be let pass, who is not named must be refused (403, or 404
    where a unit is out of reach). Returns what differs, one sentence each; a test asserts that nothing does.

        assert permission_matrix(town.users, town.units, {
            ("facilities:accept", "上河村"): "officer party justice",
            ("facilities:accept", None): "officer party justice",
        }) == []
    """
    wrong = []
    fresh = {name: User.objects.get(pk=user.pk) for name, user in people.items()}
    for (capability, place), named in table.items():
        may = set(named.split())
        if unknown := may - set(fresh):
            raise KeyError(f"{capability}: nobody is called {', '.join(sorted(unknown))}")
        unit = units[place] if place is not None else None
        for name, user in fresh.items():
            found = _asked(user, capability, unit)
            expected = "passes" if name in may else "403" if unit is None else "404"
            if found != expected:
                wrong.append(f"{name} · {capability} · {place or 'anywhere'}: {found}, expected {expected}")
    return wrong


def _asked(user: User, capability: str, unit: Unit | None) -> str:
    try:
        require(user, capability, unit)
    except PermissionDenied:
        answer = "403"
    except Http404:
        answer = "404"
    else:
        answer = "passes"
    if can(user, capability, unit) != (answer == "passes"):
        return f"{answer}, but can() says the opposite"
    return answer


def action_matrix(
    people: Mapping[str, User], table: Mapping[str, tuple[Callable[[User], Any], str]]
) -> list[str]:
    """Every person tries every step; each try is undone. A row is name → (step taking the person, who succeeds).

    A refusal is a 403, a 404 or a `Problem`; any other error is raised. Returns what differs.
    """
    wrong = []
    for (what, (step, named)), (name, user) in itertools.product(table.items(), people.items()):
        done = _tried(step, User.objects.get(pk=user.pk))
        if done != (name in named.split()):
            wrong.append(f"{name} · {what}: {'done' if done else 'refused'}, expected the opposite")
    return wrong


def _tried(step: Callable[[User], Any], user: User) -> bool:
    try:
        with transaction.atomic(), writes_allowed():
            step(user)
            transaction.set_rollback(True)
    except (PermissionDenied, Http404, Problem, Problems):
        return False
    return True


def page_matrix(client: Client, people: Mapping[str, User], table: Mapping[str, str]) -> list[str]:
    """Every person opens every address: who is named sees it (below 400), who is not gets 403 or 404, and somebody
    who is not signed in is sent to the sign-in page. Returns what differs."""
    wrong = []
    for path, named in table.items():
        client.logout()
        answer = client.get(path)
        if answer.status_code != 302 or "sign-in" not in answer["Location"]:
            wrong.append(f"nobody · {path}: {answer.status_code}, expected the sign-in page")
        for name, user in people.items():
            client.force_login(user)
            code = client.get(path).status_code
            if (code < 400) != (name in named.split()) or (code >= 400 and code not in (403, 404)):
                wrong.append(f"{name} · {path}: {code}")
    return wrong


@dataclass(frozen=True)
class Address:
    """One pattern of the house with values filled in: its name, its path, and the view's module."""

    name: str
    path: str
    module: str


def walk(
    urlconf: Any = None, values: Mapping[str, Sequence[Any]] | None = None, most: int = 2
) -> Iterator[Address]:
    """Every address of the house, its placeholders filled in: with up to `most` rows that are there, and with one that
    is not. A placeholder or the word before it names its model ("tasks/<int:pk>"), else the room's own models are
    meant; `values` gives others, by the placeholder's name or by the word before it."""
    for route, pattern in _patterns(get_resolver(urlconf), ""):
        module = getattr(pattern.callback, "__module__", "")
        holes = _holes(route)
        choices = [_choices(name, word, kind, module, values or {}, most) for name, word, kind in holes]
        rows = list(zip(*(_stretched(c, most) for c in choices), strict=True)) if holes else [()]
        missing = tuple(_MISSING[kind] for _name, _word, kind in holes)
        for filled in dict.fromkeys([*rows, missing]):
            path = route
            for (name, _word, _kind), value in zip(holes, filled, strict=True):
                path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path)
            yield Address(pattern.name or route, "/" + path, module)


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        elif not route.startswith(("^", "static/")):
            yield route, pattern


def _holes(route: str) -> list[tuple[str, str, str]]:
    """(name, word before it in the singular, kind) of each placeholder of a route."""
    found = []
    for hole in _HOLE.finditer(route):
        words = re.findall(r"[a-z_]+", _HOLE.sub("", route[: hole.start()]))
        found.append((hole["name"], words[-1].removesuffix("s") if words else "", hole["kind"] or "str"))
    return found


def _stretched(choices: Sequence[Any], most: int) -> list[Any]:
    """The first `most` of the choices; the last again where there are fewer."""
    return [choices[min(i, len(choices) - 1)] for i in range(most)]


def _choices(
    name: str, word: str, kind: str, module: str, values: Mapping[str, Sequence[Any]], most: int
) -> Sequence[Any]:
    given = values.get(name) or values.get(word)
    if given:
        return given
    if kind != "int":
        return ["2022-05" if kind == "str" else _MISSING[kind]]
    app = apps.get_containing_app_config(module)
    ours = [m for m in apps.get_models() if m.__module__.startswith("sanzhi.")]
    named = [m for m in ours if (name != "pk" and _is(m, name)) or (name == "pk" and word and _is(m, word))]
    models = named or (list(app.get_models()) if app is not None else [])
    keys = [k for m in models for k in m._default_manager.order_by("pk").values_list("pk", flat=True)[:most]]
    return [k for k in keys if isinstance(k, int)] or [_MISSING["int"]]


def _is(model: type[Model], word: str) -> bool:
    """Whether a model is called by this word (PlanVersion by `version`, TaskUnit not by `task`)."""
    return model.__name__.lower() in (word.replace("_", ""), f"plan{word}")
