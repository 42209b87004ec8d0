"""Paging by key: the next rows after a given row along an order, found through the index and never by counting.

The address bears the row's key with a short seal, never its values: nobody reads a name in an address, and nobody
finds out where a row that he may not see stands by trying keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import FieldError, ValidationError
from django.db import connections
from django.db.models import Field, Model, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

SEAL_LENGTH = 16


@dataclass(frozen=True)
class Key:
    """One field of an order."""

    name: str
    descending: bool
    field: Field
    nullable: bool


def _key(rows: QuerySet, term: str) -> Key:
    name = term.removeprefix("-")
    if name in rows.query.annotations:
        return Key(name, term.startswith("-"), rows.query.annotations[name].output_field, True)
    path, final, _targets, rest = rows.query.names_to_path(name.split("__"), rows.model._meta)
    if rest:
        raise FieldError(f"{term} is not a field to sort by")
    nullable = final.null or any(getattr(step.join_field, "null", True) for step in path)
    return Key(name, term.startswith("-"), final, nullable)


def _seal(model: type[Model], key: str) -> str:
    return salted_hmac("sanzhi.ui.keyset", f"{model._meta.label}:{key}").hexdigest()[:SEAL_LENGTH]


def _equal(key: Key, value: object) -> Q:
    return Q(**{f"{key.name}__isnull": True}) if value is None else Q(**{key.name: value})


def _beyond(key: Key, value: object, nulls_small: bool) -> list[Q]:
    """What stands strictly after the value in this key's direction, as stretches of the index in their order."""
    nulls_first = nulls_small != key.descending
    if value is None:
        return [Q(**{f"{key.name}__isnull": False})] if nulls_first else []
    stretches = [Q(**{f"{key.name}__{'lt' if key.descending else 'gt'}": value})]
    if key.nullable and not nulls_first:
        stretches.append(Q(**{f"{key.name}__isnull": True}))
    return stretches


@dataclass(frozen=True)
class Order:
    """The order of a list: its keys, the primary key last, so that no two rows stand in one place."""

    model: type[Model]
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, rows: QuerySet, terms: tuple[str, ...]) -> Order:
        """The order by these fields (a minus for descending) of the rows; an unknown field is a FieldError."""
        keys = [_key(rows, term) for term in terms]
        own = rows.model._meta.pk
        if not any(k.name == "pk" or k.field is own for k in keys):
            keys.append(Key("pk", bool(keys) and keys[0].descending, own, False))
        return cls(rows.model, tuple(keys))

    @property
    def terms(self) -> tuple[str, ...]:
        """As `order_by` takes them."""
        return tuple(f"-{k.name}" if k.descending else k.name for k in self.keys)

    def cursor(self, row: Model) -> str:
        """The key of a row with its seal, for the address of what follows it."""
        key = str(row.pk)
        return f"{key}.{_seal(self.model, key)}"

    def rows(self, rows: QuerySet, cursor: str, most: int) -> tuple[list, bool]:
        """At most so many rows in order, after the cursor's row where there is one; True when it was used.

        A cursor without a true seal, or whose row is gone, starts from the beginning. What follows a row is read
        in stretches (the rest of its day by key, then the later days), each one seek in the index however many rows
        share a value; a condition on both at once would walk through all that share it.
        """
        ordered = rows.order_by(*self.terms)
        values = self._values(rows, cursor)
        if values is None:
            return list(ordered[:most]), False
        found: list = []
        for stretch in self._stretches(values, rows.db):
            found.extend(ordered.filter(stretch)[: most - len(found)])
            if len(found) >= most:
                break
        return found, True

    def _values(self, rows: QuerySet, cursor: str) -> tuple | None:
        key, _dot, seal = cursor.rpartition(".")
        if not key or not constant_time_compare(seal, _seal(self.model, key)):
            return None
        annotated = any(k.name in rows.query.annotations for k in self.keys)
        source = rows if annotated else self.model._base_manager.using(rows.db)
        try:
            found = list(source.filter(pk=key).order_by().values_list(*(k.name for k in self.keys))[:1])
        except (ValueError, ValidationError):
            return None
        return tuple(found[0]) if found else None

    def _stretches(self, values: tuple, alias: str) -> list[Q]:
        nulls_small = connections[alias].features.order_by_nulls_first
        stretches: list[Q] = []
        same = Q()
        for key, value in zip(self.keys, values, strict=True):
            # The later the key, the nearer the stretch: it goes before those of the keys above it.
            stretches[:0] = [same & beyond for beyond in _beyond(key, value, nulls_small)]
            same &= _equal(key, value)
        return stretches
