"""Who may do what, where: capability × role × reach, over the tree of units. One matrix, asked through few functions.

A capability is declared once ("room:verb") with the roles that hold it and how far each reaches. An unknown capability
raises. Whether something is possible *now* is never asked here (`states.py`, `rules.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404

from sanzhi.domain.tree import depth, is_under, keys, range_end, segment
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.orgs.models import Placement, Succession, Unit
from sanzhi.foundation.orgs.queries import path_on

M = TypeVar("M", bound=Model)


class Reach(StrEnum):
    """How far a role carries a capability: its unit and below, or the whole town of its unit."""

    SUBTREE = "subtree"
    TOWN = "town"


@dataclass(frozen=True)
class Capability:
    """One thing that may be done ("facilities:accept"), and which roles may, how far."""

    code: str
    label: str
    roles: Mapping[Role, Reach]


_CAPABILITIES: dict[str, Capability] = {}


def register(*capabilities: Capability) -> tuple[Capability, ...]:
    """Enter capabilities into the matrix; a second one of the same code is refused."""
    for capability in capabilities:
        known = _CAPABILITIES.get(capability.code)
        if known is not None and known != capability:
            raise RuntimeError(f"capability {capability.code} is declared twice")
        _CAPABILITIES[capability.code] = capability
    return capabilities


def capability(code: str) -> Capability:
    """The capability of that code; an unknown one raises KeyError."""
    return _CAPABILITIES[code]


def matrix() -> dict[str, Capability]:
    """All capabilities by code."""
    return dict(sorted(_CAPABILITIES.items()))


def paths(user: User, code: str) -> list[str]:
    """Paths of the subtrees in which `user` holds the capability today (none for a stranger)."""
    roles = capability(code).roles
    if not getattr(user, "is_authenticated", False):
        return []
    found = set()
    for holding in user.holdings:
        reach = roles.get(Role(holding.role))
        if reach is None:
            continue
        path = holding.path
        if reach is Reach.TOWN and holding.unit.kind not in ("county", "town"):
            town = segment(holding.unit.town_id or 0)
            path = path[: path.index(town) + len(town)]
        found.add(path)
    return sorted(p for p in found if not any(p != q and is_under(p, q) for q in found))


def can(user: User, code: str, unit: Unit | None = None) -> bool:
    """Whether `user` holds the capability today, on `unit` where one is named, else anywhere."""
    reach = paths(user, code)
    if unit is None or not reach:
        return bool(reach)
    path = path_now(unit)
    return path is not None and any(is_under(path, p) for p in reach)


def path_now(unit: Unit) -> str | None:
    """Where a unit stands today; for one that ended, where its successor stands, or where it stood last."""
    path, seen = path_on(unit, clock.today()), {unit.pk}
    here: Unit | None = unit
    while path is None and here is not None:
        step = Succession.objects.filter(predecessor=here).select_related("successor").order_by("-on").first()
        here = step.successor if step is not None and step.successor_id not in seen else None
        if here is not None:
            seen.add(here.pk)
            path = path_on(here, clock.today())
    return path or last_path(unit)


def last_path(unit: Unit) -> str | None:
    """The path of a unit that no longer stands, as it was last."""
    return Placement.objects.filter(unit=unit).order_by("-opened_on").values_list("path", flat=True).first()


def require(user: User, code: str, unit: Unit | None = None) -> None:
    """Let pass who may. Refused otherwise: 403 for a page of another role, 404 for a row of a unit out of reach."""
    if can(user, code, unit):
        return
    if unit is None:
        raise PermissionDenied(code)
    raise Http404


def units_within(reach: list[str]) -> RawSQL:
    """Ids of all units that ever hung under one of the paths, and of those they took over (a subquery for `unit__in`):
    what a merged village recorded is its successor's to see. Two successions in a row are followed."""
    return RawSQL(*_reach_sql(reach))


def unit_ids_within(reach: list[str]) -> frozenset[int]:
    """The same ids, read."""
    with connection.cursor() as cursor:
        cursor.execute(*_reach_sql(reach))
        return frozenset(row[0] for row in cursor.fetchall())


def _reach_sql(reach: list[str]) -> tuple[str, list[str]]:
    """The statement for the ids within reach. Written out: to put it together costs more than to answer it."""
    spans = " OR ".join(["(path >= %s AND path < %s)"] * len(reach)) or "1 = 0"
    sql = f"""WITH standing AS (SELECT unit_id AS id FROM {_PLACEMENT} WHERE {spans}),
        taken AS (SELECT predecessor_id AS id FROM {_SUCCESSION} WHERE successor_id IN (SELECT id FROM standing))
        SELECT id FROM standing UNION SELECT id FROM taken
        UNION SELECT predecessor_id FROM {_SUCCESSION} WHERE successor_id IN (SELECT id FROM taken)"""
    return sql, [bound for path in reach for bound in (path, range_end(path))]


def within(user: User, code: str, rows: QuerySet[M], unit: str = "unit") -> QuerySet[M]:
    """`rows` narrowed to the units in which `user` holds the capability; `unit` is the path to the unit's key."""
    reach = paths(user, code)
    if not reach:
        return rows.none()
    shallowest = min(depth(path) for path in reach)
    if shallowest < _TOWN:
        # One database is one county: whoever reaches the county reaches every row.
        return rows
    towns = {keys(path)[1] for path in reach}
    bears_town = unit == "unit" and any(f.name == "town" for f in rows.model._meta.concrete_fields)
    whole_towns = all(depth(path) == _TOWN for path in reach)
    if (bears_town or (whole_towns and unit == "town")) and not _moved_between(user, towns):
        # The rows of a town are found by the town they bear, along its indexes, however many other towns there are.
        rows = rows.filter(town__in=towns) if len(towns) > 1 else rows.filter(town=next(iter(towns)))
        if whole_towns:
            return rows
    few = None if whole_towns else _few_units(user, reach)
    return rows.filter(**{f"{unit}__in": units_within(reach) if few is None else few})


def _few_units(user: User, reach: list[str]) -> list[int] | None:
    """The ids of `units_within` themselves, where they are few (a village with its groups); None where they are many.

    Asked once for the life of the account's object, in one plain statement: a page narrows several lists by them, and
    to put the subquery together costs more than to answer it.
    """
    known: dict[tuple[str, ...], list[int] | None] = user.__dict__.setdefault("_few_units", {})
    key = tuple(reach)
    if key not in known:
        sql, bounds = _reach_sql(reach)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT %s", [*bounds, _FEW + 1])
            found = sorted(row[0] for row in cursor.fetchall())
        known[key] = found if len(found) <= _FEW else None
    return known[key]


_FEW = 400
_TOWN = 2
"""How deep a town stands: under its county."""


def _moved_between(user: User, towns: set[int]) -> bool:
    """Whether units of these towns came from another one or took one over: their older rows bear the other town.

    Asked once for the life of the account's object, as its roles are.
    """
    known: dict[frozenset[int], bool] = user.__dict__.setdefault("_moved_between", {})
    key = frozenset(towns)
    if key not in known:
        known[key] = _have_moved(towns)
    return known[key]


def _have_moved(towns: set[int]) -> bool:
    # Written out: it is asked on nearly every page, and to put it together costs more than to answer it.
    marks = ", ".join(["%s"] * len(towns))
    sql = f"""SELECT EXISTS(SELECT 1 FROM {_PLACEMENT} here JOIN {_PLACEMENT} there ON there.unit_id = here.unit_id
        JOIN {_UNIT} town ON town.id = there.parent_id AND town.kind = 'town'
        WHERE here.parent_id IN ({marks}) AND there.parent_id NOT IN ({marks}))
        OR EXISTS(SELECT 1 FROM {_SUCCESSION} s JOIN {_UNIT} a ON a.id = s.successor_id JOIN {_UNIT} b ON b.id = s.predecessor_id
        WHERE a.town_id IN ({marks}) AND b.town_id NOT IN ({marks}))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [*towns] * 4)
        return bool(cursor.fetchone()[0])


_PLACEMENT, _SUCCESSION, _UNIT = (m._meta.db_table for m in (Placement, Succession, Unit))


def home_unit(user: User) -> Unit | None:
    """The unit a person works in today: that of their first role."""
    return user.holdings[0].unit if user.holdings else None
