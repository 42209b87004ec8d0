"""The yardstick: bare Django pages with the same session, user, base template and rows, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.django import DjangoTemplates, Template
from django.urls import include, path


@dataclass(frozen=True)
class Block:
    """Rows of one kind on a page: how they are read, and the fields that are shown of each ("unit.name")."""

    rows: Callable[[], Sequence[Any]]
    fields: Sequence[str]


@dataclass(frozen=True)
class Bare:
    """A bare page: blocks of rows, and a plain Django form where the page has one."""

    blocks: Sequence[Block] = ()
    form: Callable[[], Form] | None = None

    def template(self) -> Template:
        """What somebody would write in an hour, one plain loop per block."""
        text = ['{% extends "ui/base.html" %}{% block content %}']
        for number, block in enumerate(self.blocks):
            cells = "".join(f"<td>{{{{ row.{field} }}}}</td>" for field in block.fields)
            text.append(f"<table>{{% for row in rows_{number} %}}<tr>{cells}</tr>{{% endfor %}}</table>")
        if self.form is not None:
            text.append('<form method="post">{% csrf_token %}{{ form.as_div }}<button>OK</button></form>')
        django = cast(DjangoTemplates, engines["django"])
        return django.from_string("".join((*text, "{% endblock %}")))


PAGES: dict[str, tuple[Bare, Template]] = {}


def carry(name: str, bare: Bare) -> str:
    """Give a bare page an address."""
    PAGES[name] = (bare, bare.template())
    return f"/bare/{name}"


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A bare page, for whoever is signed in."""
    bare, template = PAGES[name]
    context: dict[str, Any] = {f"rows_{n}": block.rows() for n, block in enumerate(bare.blocks)}
    if bare.form is not None:
        context["form"] = bare.form()
    return HttpResponse(template.render(context, request))


urlpatterns = [path("bare/<str:name>", page), path("", include("sanzhi.config.urls"))]
