"""Filters above a list: what one may ask for, how the address says it, and what is left out of account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.db.models import QuerySet
from django.utils.translation import pgettext

LONGEST_WORD = 100
"""Characters of a filter's free text that are looked at."""


@dataclass(frozen=True)
class Filter:
    """A filter above the list. With `choices` (pairs, or a function giving them) a selection, else a text or a day.

    `lookup` is the queryset's keyword; `apply` (queryset, value) → queryset where that is not enough.
    """

    name: str
    label: object
    lookup: str = ""
    choices: Sequence[tuple[object, object]] | Callable[[], Iterable[tuple[object, object]]] | None = None
    apply: Callable[[QuerySet, object], QuerySet] | None = None
    kind: str = "text"

    def options(self) -> list[tuple[str, str]] | None:
        """The choices as pairs of strings, or None for a free field."""
        if self.choices is None:
            return None
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(str(k), str(v)) for k, v in pairs]

    def clean(self, raw: str, options: list[tuple[str, str]] | None) -> object | None:
        """The value asked for; None for nothing or for what this filter cannot mean."""
        text = raw.replace("\x00", "").strip()[:LONGEST_WORD]
        if not text:
            return None
        if options is not None:
            return text if any(text == k for k, _label in options) else None
        if self.kind == "day":
            try:
                return date.fromisoformat(text)
            except ValueError:
                return None
        return text

    def narrow(self, rows: QuerySet, value: object) -> QuerySet:
        """The rows that fit the value."""
        if self.apply is not None:
            return self.apply(rows, value)
        return rows.filter(**{self.lookup or self.name: value})


@dataclass(frozen=True)
class BoundFilter:
    """A filter with the value of this request."""

    filter: Filter
    value: object | None
    options: list[tuple[str, str]] | None

    def said(self) -> str:
        """The value as a person reads it."""
        for key, label in self.options or ():
            if key == self.value:
                return label
        return str(self.value)

    def control(self) -> str:
        """Label and control."""
        ident = f"f-{self.filter.name}"
        name = escape(self.filter.name)
        shown = "" if self.value is None else escape(str(self.value))
        label = f'<label for="{ident}">{escape(str(self.filter.label))}</label>'
        if self.options is not None:
            pairs = [("", pgettext("filter", "全部")), *self.options]
            inside = "".join(
                f'<option value="{escape(k)}"{" selected" if k == (self.value or "") else ""}>{escape(v)}</option>'
                for k, v in pairs
            )
            return (
                f'<div>{label}<select class="form-select" id="{ident}" name="{name}">{inside}</select></div>'
            )
        kind = "date" if self.filter.kind == "day" else "search"
        return f'<div>{label}<input class="form-control" type="{kind}" id="{ident}" name="{name}" value="{shown}"></div>'
