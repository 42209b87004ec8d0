"""What the pages of the registers read, each row only for whom may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from sanzhi.domain.tree import ancestors, is_under, keys, range_end
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Placement, Succession, Unit, UnitAlias, UnitKind, on_day
from sanzhi.foundation.orgs.queries import path_on, placements_on, town_units_on, units_on
from sanzhi.foundation.people.models import HeadCount, Household, Leave, Person, Post, Presence, Stay
from sanzhi.foundation.people.queries import posts_on, stays_on
from sanzhi.kit.access import can, paths, require, unit_ids_within, within
from sanzhi.steering.registers.models import ExportRequest, ImportPreview


def town_of(user: User) -> Unit:
    """The town whose registers somebody works with: their own, else the first that their roles reach. 404 without."""
    if user.town is not None:
        return user.town
    for holding in user.holdings:
        town = holding.unit.town_or_self
        if town is not None:
            return town
        first = units_on(clock.today(), kinds=[UnitKind.TOWN]).first()
        if first is not None:
            return first
    raise Http404


def whole_town(user: User, code: str, town: Unit) -> bool:
    """Whether the capability reaches the whole town."""
    path = path_on(town, clock.today())
    return path is not None and any(is_under(path, p) for p in paths(user, code))


def within_ids(user: User, code: str, town: Unit) -> frozenset[int] | None:
    """Ids of the units in which the capability is held; None for the whole town."""
    if whole_town(user, code, town):
        return None
    return unit_ids_within(paths(user, code))


def unit_for(user: User, pk: int, code: str) -> Unit:
    """A unit, for whom may do this with it; 404 for others."""
    unit = Unit.objects.select_related("town").filter(pk=pk).first()
    if unit is None:
        raise Http404
    require(user, code, unit)
    return unit


def alias_for(user: User, pk: int, code: str) -> UnitAlias:
    """An alias, for whom may do this with its unit."""
    alias = UnitAlias.objects.select_related("unit__town", "town").filter(pk=pk).first()
    if alias is None:
        raise Http404
    require(user, code, alias.unit)
    return alias


def posts_visible_to(user: User, town: Unit, day: dt.date) -> QuerySet[Post]:
    """Posts held on `day` that somebody may read."""
    return within(user, "registers:read", posts_on(day).filter(Q(unit__town=town) | Q(unit=town)))


def person_for(user: User, pk: int, code: str) -> Person:
    """A person, for whom the capability reaches the town or one of the person's posts; 404 for others."""
    person = Person.objects.select_related("town").filter(pk=pk).first()
    if person is None:
        raise Http404
    if not whole_town(user, code, person.town):
        mine = within(user, code, Post.objects.filter(person=person))
        if not mine.exists():
            raise Http404
    return person


def post_for(user: User, pk: int, code: str) -> Post:
    """A post, for whom may do this in its unit."""
    post = Post.objects.select_related("person", "unit__town").filter(pk=pk).first()
    if post is None:
        raise Http404
    require(user, code, post.unit)
    return post


def posts_of(person: Person) -> QuerySet[Post]:
    """All posts of a person, the present ones first."""
    return Post.objects.filter(person=person).select_related("unit").order_by("closed_on", "-opened_on")


def account_of(user: User, person: Person) -> User | None:
    """The account a person signs in with, for the administrator of the town; None for others and without one."""
    if not can(user, "registers:edit", person.town):
        return None
    return User.objects.filter(person=person, deleted_on__isnull=True).first()


def leaves_of(person: Person) -> dict[int, list[Leave]]:
    """Post id → its leaves, the latest first."""
    found: dict[int, list[Leave]] = {}
    rows = Leave.objects.filter(post__person=person).select_related("stand_in")
    for row in rows.order_by("-opened_on"):
        found.setdefault(row.post_id, []).append(row)
    return found


def leave_for(user: User, pk: int, code: str) -> Leave:
    """A leave, for whom may do this in the unit of its post."""
    leave = Leave.objects.select_related("post__person", "post__unit__town").filter(pk=pk).first()
    if leave is None:
        raise Http404
    require(user, code, leave.post.unit)
    return leave


def colleagues(post: Post, day: dt.date) -> list[tuple[int, str]]:
    """(id, name and unit) of those who may stand in for a post: in post on `day` in its village or its office."""
    path = path_on(post.unit, day) or ""
    village = Unit.objects.filter(pk__in=keys(path), kind=UnitKind.VILLAGE).first()
    units = unit_ids_below(village, day) if village is not None else frozenset({post.unit_id})
    rows = posts_on(day).filter(unit__in=units).exclude(person=post.person_id)
    names = {
        row.person_id: f"{row.person.name}（{row.unit.short_name}）" for row in rows.order_by("kind", "pk")
    }
    return sorted(names.items(), key=lambda pair: pair[1])


def colleague(post: Post, day: dt.date, pk: int) -> Person | None:
    """One of those who may stand in, by the key that a form offered; None for anybody else."""
    return Person.objects.filter(pk=pk).first() if pk in dict(colleagues(post, day)) else None


def stays_visible_to(user: User, town: Unit, day: dt.date) -> QuerySet[Stay]:
    """Households that stand on `day` in groups somebody may read, each in its group, in walking order."""
    return within(user, "households:read", stays_on(day).filter(group__town=town), unit="group")


def household_for(user: User, pk: int, code: str) -> tuple[Household, Stay]:
    """A household and where it stands (last stood), for whom may do this in its group; 404 for others."""
    today = clock.today()
    stays = list(
        Stay.objects.filter(household=pk)
        .select_related("household__town", "group__town")
        .order_by("-opened_on")
    )
    if not stays:
        raise Http404
    stay = next(
        (s for s in stays if s.opened_on <= today and (s.closed_on is None or today < s.closed_on)), stays[0]
    )
    require(user, code, stay.group)
    return stay.household, stay


def history_of(household: Household) -> tuple[list[Stay], list[Presence]]:
    """All stays and presences of a household, the latest first."""
    stays = Stay.objects.filter(household=household).select_related("group").order_by("-opened_on")
    presences = Presence.objects.filter(household=household).order_by("-opened_on")
    return list(stays), list(presences)


def units_visible_to(user: User, town: Unit, day: dt.date) -> QuerySet[Placement]:
    """Placements in force on `day` of the town's units that somebody may read, in the order of the tree."""
    path = path_on(town, day)
    rows = placements_on(day, under=path) if path else Placement.objects.none()
    return within(user, "registers:read", rows.select_related("unit", "parent"))


def choices(user: User, code: str, town: Unit, day: dt.date, *kinds: str) -> list[tuple[int, str]]:
    """(id, name with what stands above) of the units of these kinds in which somebody may do this, for a form."""
    path = path_on(town, day)
    if path is None:
        return []
    reach = paths(user, code)
    rows = placements_on(day, under=path).order_by("path")
    if len(reach) == 1 and reach[0] != path and is_under(reach[0], path):
        # A village's clerk is offered the village's own; what stands above gives its name.
        rows = rows.filter(
            Q(path__gte=reach[0], path__lt=range_end(reach[0])) | Q(path__in=ancestors(reach[0]))
        )
    read = list(
        rows.values_list("unit_id", "path", "unit__kind", "unit__short_name", "unit__position", "unit__code")
    )
    names = {row[0]: row[3] for row in read}
    result = []
    for pk, place, kind, name, position, unit_code in read:
        if kind in kinds and any(is_under(place, p) for p in reach):
            above = [names[k] for k in keys(place)[:-1] if k in names and k != town.pk]
            result.append((pk, (position, unit_code), "/".join([*above, name])))
    ordered = sorted(result, key=lambda r: r[1]) if kinds in (("village",), ("office",)) else result
    return [(pk, name) for pk, _order, name in ordered]


@dataclass
class Node:
    """A unit of the tree with what hangs under it and how many households stand in it."""

    unit: Unit
    nodes: list[Node] = field(default_factory=list)
    households: int = 0

    @property
    def below(self) -> int:
        """How many units hang under it, all levels."""
        return len(self.nodes) + sum(n.below for n in self.nodes)


def tree(user: User, town: Unit, day: dt.date) -> list[Node]:
    """Offices and villages with their grids and groups, as far as somebody may read them; three queries."""
    rows = list(units_visible_to(user, town, day).order_by("path"))
    counts = household_counts(town, day) if can(user, "households:read") else {}
    nodes = {r.unit_id: Node(r.unit, households=counts.get(r.unit_id, 0)) for r in rows}
    top = []
    for row in rows:
        if row.parent_id in nodes and row.parent_id != town.pk:
            nodes[row.parent_id].nodes.append(nodes[row.unit_id])
        elif row.unit_id != town.pk:
            top.append(nodes[row.unit_id])
    for row in reversed(rows):
        node = nodes[row.unit_id]
        node.nodes.sort(key=lambda n: (n.unit.position, n.unit.code))
        node.households += sum(n.households for n in node.nodes)
    return sorted(top, key=lambda n: (n.unit.kind != UnitKind.OFFICE, n.unit.position, n.unit.code))


def household_counts(town: Unit, day: dt.date) -> dict[int, int]:
    """Group id → households that stand in it on `day`."""
    rows = (
        Stay.objects.filter(on_day(day), group__town=town)
        .values("group_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {r["group_id"]: r["n"] for r in rows}


def placements_of(unit: Unit) -> QuerySet[Placement]:
    """Where a unit hung, the latest first."""
    return Placement.objects.filter(unit=unit).select_related("parent").order_by("-opened_on")


def successions_of(unit: Unit) -> QuerySet[Succession]:
    """From whom a unit took over, and who took over from it."""
    rows = Succession.objects.filter(Q(predecessor=unit) | Q(successor=unit))
    return rows.select_related("predecessor", "successor").order_by("on", "pk")


def members_of(unit: Unit, day: dt.date) -> list[Unit]:
    """What hangs directly under a unit on `day`."""
    rows = Placement.objects.filter(on_day(day), parent=unit).select_related("unit")
    return [r.unit for r in rows.order_by("unit__position", "unit__code")]


def is_town_unit(unit: Unit, day: dt.date) -> bool:
    """Whether an office is on the list of 镇直单位."""
    return unit.town is not None and town_units_on(unit.town, day).filter(pk=unit.pk).exists()


def preview_for(user: User, pk: int) -> ImportPreview:
    """A preview, for its uploader alone."""
    preview = ImportPreview.objects.select_related("town").filter(pk=pk, made_by=user).first()
    if preview is None:
        raise Http404
    return preview


def previews_of(user: User) -> list[ImportPreview]:
    """The last previews somebody made."""
    return list(ImportPreview.objects.filter(made_by=user).order_by("-pk")[:10])


def requests_visible_to(user: User) -> QuerySet[ExportRequest]:
    """Requests that somebody made or may decide on."""
    rows = ExportRequest.objects.select_related("unit", "asked_by", "decided_by", "town")
    decide = within(user, "households:approve_export", ExportRequest.objects.all()).values("pk")
    return rows.filter(Q(asked_by=user) | Q(pk__in=decide))


def request_for(user: User, pk: int) -> ExportRequest:
    """A request, for its asker and for whom may decide on it."""
    found = requests_visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def head_count_kinds(town: Unit) -> list[str]:
    """What has been counted in the town so far, for the likely values of a form."""
    rows = HeadCount.objects.filter(Q(unit__town=town) | Q(unit=town)).order_by("what")
    return list(rows.values_list("what", flat=True).distinct()[:50])


def unit_ids_below(unit: Unit, day: dt.date) -> frozenset[int]:
    """Ids of all that hangs under a unit on `day`, itself included."""
    path = path_on(unit, day)
    return (
        frozenset(placements_on(day, under=path).values_list("unit_id", flat=True)) if path else frozenset()
    )
