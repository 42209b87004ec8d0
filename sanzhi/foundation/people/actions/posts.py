"""People, and the posts they hold for a term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import note_change
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.actions.refusals import must_stand, phone_of, plain
from sanzhi.foundation.people.models import Person, Post, PostKind

_VILLAGE = frozenset({UnitKind.VILLAGE})

UNITS_OF_POSTS: dict[str, frozenset[str]] = {
    PostKind.PARTY_SECRETARY: _VILLAGE,
    PostKind.DIRECTOR: _VILLAGE,
    PostKind.COMMITTEE: _VILLAGE,
    PostKind.CLERK: _VILLAGE,
    PostKind.ACCOUNTANT: _VILLAGE,
    PostKind.SUPERVISION_CHAIR: _VILLAGE,
    PostKind.FIRST_SECRETARY: _VILLAGE,
    PostKind.VILLAGE_CARE: _VILLAGE,
    PostKind.GRID_WORKER: frozenset({UnitKind.GRID, UnitKind.VILLAGE}),
    PostKind.GROUP_LEADER: frozenset({UnitKind.GROUP}),
    PostKind.OFFICE_HEAD: frozenset({UnitKind.OFFICE}),
    PostKind.OFFICER: frozenset({UnitKind.OFFICE, UnitKind.TOWN, UnitKind.COUNTY}),
    PostKind.TOWN_LEADER: frozenset({UnitKind.TOWN}),
}
"""Which post may stand in which kind of unit; the table is the rule."""

_ALWAYS_OF_THE_COMMITTEES = (PostKind.PARTY_SECRETARY, PostKind.DIRECTOR, PostKind.COMMITTEE)


@dataclass(frozen=True)
class NewPost:
    """A post to be opened together with others: of a registered person, or of a new one by name (`key` joins rows)."""

    unit: Unit
    kind: str
    opened_on: dt.date
    person: Person | None = None
    name: str = ""
    key: str = ""
    phone: str = ""
    two_committees: bool = False
    closed_on: dt.date | None = None
    term_ends_on: dt.date | None = None


@action("people.register_person", "登记人员")
def register_person(*, by: Actor, town: Unit, name: str, phone: str = "") -> Person:
    """Enter a person who will hold a post, an account or a case role. Refuses an empty name and a phone that is none."""
    person = Person.objects.create(town=town, name=_name(name), phone=phone_of(phone))
    about(person, name=person.name, phone=bool(person.phone))
    return person


@action("people.correct_person", "更正人员登记")
def correct_person(*, by: Actor, person: Person, name: str | None = None, phone: str | None = None) -> Person:
    """Correct a name or a phone number; None leaves it as it is."""
    if name is not None:
        person.name = _name(name)
    if phone is not None:
        person.phone = phone_of(phone)
    person.save(update_fields=["name", "phone"])
    about(person, name=person.name, phone_changed=phone is not None)
    return person


def _name(text: str) -> str:
    name = plain(text, "姓名", "name")
    if not name:
        raise Problem("people.name_needed", field="name")
    return name


@action("people.open_post", "登记任职")
def open_post(
    *,
    by: Actor,
    person: Person,
    unit: Unit,
    kind: str,
    on: dt.date,
    two_committees: bool = False,
    term_ends_on: dt.date | None = None,
) -> Post:
    """Put a person in a post of a unit from `on`. Secretary, director and committee members are of the two committees.

    Refuses a post that does not belong in such a unit, one the person holds at that time, a person of another town.
    """
    new = NewPost(unit, kind, on, person, two_committees=two_committees, term_ends_on=term_ends_on)
    must_stand(unit, on)
    _check(new, person)
    held = Post.objects.filter(person=person, unit=unit, kind=kind).exclude(closed_on__lte=on).first()
    if held is not None:
        raise _held(person, held)
    post = Post.objects.create(**_values(new, person))
    note_change(unit.town_or_self, "posts", on, [unit.pk])
    about(post, person=person.pk, unit=unit.code, kind=kind, on=on, two_committees=post.two_committees)
    return post


def _check(new: NewPost, person: Person) -> None:
    if new.unit.kind not in UNITS_OF_POSTS[new.kind]:
        kind = UnitKind(new.unit.kind).label
        raise Problem(
            "people.wrong_unit",
            field="kind",
            post=PostKind(new.kind).label,
            unit=new.unit.short_name,
            kind=kind,
        )
    town = new.unit.town_or_self
    if town is not None and person.town_id != town.pk:
        raise Problem("people.other_town", field="person", name=person.name, town=town.short_name)
    if new.closed_on is not None and new.closed_on <= new.opened_on:
        raise Problem("people.before_opening", field="closed_on", day=new.closed_on, opened=new.opened_on)


def _held(person: Person, held: Post) -> Problem:
    return Problem(
        "people.post_held",
        field="kind",
        name=person.name,
        unit=held.unit.short_name,
        post=PostKind(held.kind).label,
        since=held.opened_on.isoformat(),
    )


def _values(new: NewPost, person: Person) -> dict[str, object]:
    return {
        "person": person,
        "unit": new.unit,
        "kind": new.kind,
        "two_committees": new.two_committees or new.kind in _ALWAYS_OF_THE_COMMITTEES,
        "opened_on": new.opened_on,
        "closed_on": new.closed_on,
        "term_ends_on": new.term_ends_on,
    }


@action("people.open_posts", "登记多项任职")
def open_posts(*, by: Actor, town: Unit, posts: Sequence[NewPost]) -> list[Post]:
    """Enter many people and posts in one act. Rows of one `key` are one new person; refuses all for one bad row."""
    people: dict[str, Person] = {}
    for new in posts:
        if new.person is None:
            key = new.key or f"{new.name}@{new.unit.pk}"
            person = people.setdefault(key, Person(town=town, name=_name(new.name)))
            person.phone = phone_of(new.phone) or person.phone
    Person.objects.bulk_create(people.values(), batch_size=500)
    for unit in {p.unit.pk: p.unit for p in posts}.values():
        must_stand(unit, max(p.opened_on for p in posts if p.unit.pk == unit.pk))
    rows, taken = [], _spans(p.person for p in posts if p.person is not None)
    for new in posts:
        person = new.person or people[new.key or f"{new.name}@{new.unit.pk}"]
        _check(new, person)
        spans = taken.setdefault((person.pk, new.unit.pk, new.kind), [])
        for held in spans:
            if (held.closed_on is None or held.closed_on > new.opened_on) and (
                new.closed_on is None or held.opened_on < new.closed_on
            ):
                raise _held(person, held)
        row = Post(**_values(new, person))
        spans.append(row)
        rows.append(row)
    Post.objects.bulk_create(rows, batch_size=500)
    for row in rows:
        about(
            row,
            person=row.person_id,
            unit=row.unit.code,
            kind=row.kind,
            on=row.opened_on,
            until=row.closed_on,
        )
    if rows:
        note_change(town, "posts", min(r.opened_on for r in rows))
    else:
        about(town, posts=0)
    return rows


def _spans(people: Iterable[Person]) -> dict[tuple[int, int, str], list[Post]]:
    found: dict[tuple[int, int, str], list[Post]] = {}
    ids = sorted({p.pk for p in people})
    for start in range(0, len(ids), 500):
        for post in Post.objects.filter(person__in=ids[start : start + 500]).select_related("unit"):
            found.setdefault((post.person_id, post.unit_id, post.kind), []).append(post)
    return found


@action("people.correct_post", "更正任职")
def correct_post(
    *,
    by: Actor,
    post: Post,
    two_committees: bool,
    term_ends_on: dt.date | None,
    opened_on: dt.date | None = None,
) -> Post:
    """Correct a post that still runs: membership in the two committees, end of term, first day."""
    row = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=post.pk)
    if row.closed_on is not None:
        raise Problem("people.post_ended", name=row.person.name)
    since = min(row.opened_on, opened_on or row.opened_on)
    row.two_committees, row.term_ends_on = two_committees, term_ends_on
    row.opened_on = opened_on or row.opened_on
    row.save(update_fields=["two_committees", "term_ends_on", "opened_on"])
    note_change(row.unit.town_or_self, "posts", since, [row.unit_id])
    about(row, two_committees=two_committees, term_ends_on=term_ends_on, opened_on=row.opened_on)
    return row


@action("people.close_post", "结束任职")
def close_post(*, by: Actor, post: Post, on: dt.date, ground: str = "") -> Post:
    """End a post: `on` is the first day it is no longer held. Refuses a day not after its first, and a second end."""
    row = Post.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=post.pk)
    if row.closed_on is not None:
        raise Problem("people.post_ended", name=row.person.name)
    if on <= row.opened_on:
        raise Problem("people.before_opening", field="on", day=on, opened=row.opened_on)
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    note_change(row.unit.town_or_self, "posts", on, [row.unit_id])
    about(row, closed_on=on, ground=ground)
    return row


@action("people.close_posts_of", "结束单位内的任职")
def close_posts_of(*, by: Actor, units: Sequence[Unit], on: dt.date, ground: str) -> int:
    """End every post in units that no longer stand from `on`. Returns how many."""
    held = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    rows = list(
        Post.objects.filter(held, unit__in=[u.pk for u in units], opened_on__lt=on).select_related("unit")
    )
    for row in rows:
        row.closed_on = on
        about(row, closed_on=on, ground=ground)
    Post.objects.bulk_update(rows, ["closed_on"], batch_size=500)
    for unit in units:
        note_change(unit.town_or_self, "posts", on, [unit.pk])
        about(unit, posts_closed=sum(r.unit_id == unit.pk for r in rows), on=on)
    return len(rows)
