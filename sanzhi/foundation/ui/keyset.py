"""Paging by key: the next rows after a given row along an order, found through the index and never by counting.

The address bears the row's key with a short seal, never its values: nobody reads a name in an address, and nobody
finds out where a row that he may not see stands by trying keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import FieldError, ValidationError
from django.db import connections
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.utils.crypto import constant_time_compare, salted_hmac

SEAL_LENGTH = 16


class _RowAfter(Func):
    """The SQL row comparison (a, id) > (value, value), which an index on (a, id) answers by one seek."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, *expressions: object, operator: str = ">") -> None:
        super().__init__(*expressions)
        self.operator = operator

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})", params


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


def _beyond(key: Key, value: object, nulls_small: bool) -> Q | None:
    """What stands strictly after the value in this key's direction; None: nothing does."""
    nulls_first = nulls_small != key.descending
    if value is None:
        return Q(**{f"{key.name}__isnull": False}) if nulls_first else None
    after = Q(**{f"{key.name}__{'lt' if key.descending else 'gt'}": value})
    if key.nullable and not nulls_first:
        after |= Q(**{f"{key.name}__isnull": True})
    return after


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

    def page(self, rows: QuerySet, cursor: str) -> tuple[QuerySet, bool]:
        """The rows in order, after the cursor's row where there is one; True when it was used.

        A cursor without a true seal, or whose row is gone, starts from the beginning.
        """
        ordered = rows.order_by(*self.terms)
        values = self._values(rows, cursor)
        if values is None:
            return ordered, False
        return ordered.filter(self._after(values, rows.db)), True

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

    def _after(self, values: tuple, alias: str) -> Q | _RowAfter:
        one_way = len({k.descending for k in self.keys}) == 1
        if one_way and not any(k.nullable for k in self.keys):
            sides = [F(k.name) for k in self.keys]
            sides += [Value(v, output_field=k.field) for k, v in zip(self.keys, values, strict=True)]
            return _RowAfter(*sides, operator="<" if self.keys[0].descending else ">")
        nulls_small = connections[alias].features.order_by_nulls_first
        where = Q(pk__in=[])
        before = Q()
        for key, value in zip(self.keys, values, strict=True):
            beyond = _beyond(key, value, nulls_small)
            if beyond is not None:
                where |= before & beyond
            before &= _equal(key, value)
        return where
