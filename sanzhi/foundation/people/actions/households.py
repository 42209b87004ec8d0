"""Households: where each stands from when to when, and whether somebody lives behind the door (cases 3 and 14)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.actions.standing import note_change
from sanzhi.foundation.orgs.models import Unit, UnitKind, on_day
from sanzhi.foundation.people.actions.refusals import must_stand, phone_of, plain, surname_of
from sanzhi.foundation.people.models import Household, Presence, PresenceKind, Stay

BATCH = 500


@dataclass(frozen=True)
class NewHousehold:
    """A household to be entered together with others."""

    number: str
    group: Unit
    door: str = ""
    walk_order: int = 0
    surname: str = ""
    phone: str = ""
    presence: str = PresenceKind.PRESENT
    opened_on: dt.date | None = None


@action("people.open_household", "登记住户")
def open_household(*, by: Actor, household: NewHousehold, on: dt.date) -> Household:
    """Enter one household from `on`; refuses as `open_households` does."""
    (made,) = _open([household], on)
    return made


@action("people.open_households", "登记多个住户")
def open_households(*, by: Actor, households: Sequence[NewHousehold], on: dt.date) -> list[Household]:
    """Enter many households of one town with their stays and presences, in few statements; all or none.

    Refuses a number used before or twice, a unit that is no group or does not stand, and a whole name as surname.
    """
    return _open(households, on)


def _open(households: Sequence[NewHousehold], on: dt.date) -> list[Household]:
    _check_numbers(households)
    groups: dict[int, Unit] = {}
    first: dict[int, dt.date] = {}
    for new in households:
        if new.group.kind != UnitKind.GROUP:
            raise Problem("people.not_group", field="group", unit=new.group.short_name)
        day = new.opened_on or on
        groups[new.group.pk] = new.group
        first[new.group.pk] = min(day, first.get(new.group.pk, day))
    for pk, group in sorted(groups.items()):
        must_stand(group, first[pk])
    rows = [
        Household(
            town=new.group.town,
            number=new.number.strip(),
            contact_surname=surname_of(new.surname),
            phone=phone_of(new.phone),
        )
        for new in households
    ]
    Household.objects.bulk_create(rows, batch_size=BATCH)
    stays = [
        Stay(
            household=row,
            group=new.group,
            door=plain(new.door, "门牌", "door"),
            walk_order=new.walk_order,
            opened_on=new.opened_on or on,
        )
        for row, new in zip(rows, households, strict=True)
    ]
    Stay.objects.bulk_create(stays, batch_size=BATCH)
    presences = [
        Presence(household=row, kind=new.presence, opened_on=new.opened_on or on)
        for row, new in zip(rows, households, strict=True)
    ]
    Presence.objects.bulk_create(presences, batch_size=BATCH)
    _note(households, rows, groups, first)
    return rows


def _check_numbers(households: Sequence[NewHousehold]) -> None:
    numbers = [n.number.strip() for n in households]
    if not all(numbers):
        raise Problem("people.number_needed", field="number")
    by_town: dict[int | None, list[str]] = defaultdict(list)
    for new, number in zip(households, numbers, strict=True):
        by_town[new.group.town_id].append(number)
    for town, mine in by_town.items():
        twice = [n for n, times in Counter(mine).items() if times > 1]
        taken = list(twice)
        for start in range(0, len(mine), BATCH):
            some = Household.objects.filter(town=town, number__in=mine[start : start + BATCH])
            taken += some.values_list("number", flat=True)
        if taken:
            raise Problem("people.number_taken", field="number", number=taken[0])


def _note(
    households: Sequence[NewHousehold],
    rows: Sequence[Household],
    groups: dict[int, Unit],
    first: dict[int, dt.date],
) -> None:
    """One entry per group in the chain, with the keys of the households: no surname, door or presence stands there."""
    made: dict[int, list[int]] = defaultdict(list)
    for new, row in zip(households, rows, strict=True):
        made[new.group.pk].append(row.pk)
    for pk, keys in made.items():
        about(groups[pk], households=keys, on=first[pk])
    for town in {g.town_id: g.town for g in groups.values()}.values():
        mine = [pk for pk in made if groups[pk].town_id == (town.pk if town else None)]
        note_change(town, "households", min(first.values()), mine)


def _stay(household: Household, day: dt.date) -> Stay:
    row = (
        Stay.objects.select_for_update(of=("self",))
        .select_related("group")
        .filter(on_day(day), household=household)
        .first()
    )
    if row is None:
        raise Problem("people.no_stay", field="on", number=household.number, day=day.isoformat())
    return row


@action("people.move_household", "住户迁组")
def move_household(
    *,
    by: Actor,
    household: Household,
    group: Unit,
    on: dt.date,
    door: str = "",
    walk_order: int = 0,
    ground: str = "",
) -> Stay:
    """Let a household stand in another group (or behind another door) from `on`; what was before stays as it was."""
    if group.kind != UnitKind.GROUP:
        raise Problem("people.not_group", field="group", unit=group.short_name)
    if group.town_id != household.town_id:
        raise Problem("people.not_group", field="group", unit=group.short_name)
    must_stand(group, on)
    here = _stay(household, on)
    door, left = plain(door, "门牌", "door"), here.group_id
    if here.group_id == group.pk and here.door == door:
        raise Problem(
            "people.same_group",
            field="group",
            number=household.number,
            day=on.isoformat(),
            group=group.short_name,
        )
    if here.opened_on == on:
        here.group, here.door, here.walk_order, here.ground = group, door, walk_order, ground
        here.save(update_fields=["group", "door", "walk_order", "ground"])
        made = here
    else:
        until, here.closed_on = here.closed_on, on
        here.save(update_fields=["closed_on"])
        made = Stay.objects.create(
            household=household,
            group=group,
            door=door,
            walk_order=walk_order,
            opened_on=on,
            closed_on=until,
            ground=ground,
        )
    note_change(household.town, "households", on, [group.pk, left])
    about(household, group=group.code, on=on, ground=ground)
    return made


@action("people.change_presence", "变更在家情况")
def change_presence(*, by: Actor, household: Household, kind: str, on: dt.date) -> Presence:
    """Say that from `on` a household is 常住, 季节性在家, 举家外出 or 空房 (back again: 常住). Refuses no change."""
    row = Presence.objects.select_for_update().filter(on_day(on), household=household).first()
    if row is None:
        raise Problem("people.no_stay", field="on", number=household.number, day=on.isoformat())
    if row.kind == kind:
        raise Problem(
            "people.same_presence",
            field="kind",
            number=household.number,
            day=on.isoformat(),
            presence=PresenceKind(kind).label,
        )
    if row.opened_on == on:
        row.kind = kind
        row.save(update_fields=["kind"])
        made = row
    else:
        until, row.closed_on = row.closed_on, on
        row.save(update_fields=["closed_on"])
        made = Presence.objects.create(household=household, kind=kind, opened_on=on, closed_on=until)
    groups = list(household.stays.exclude(closed_on__lte=on).values_list("group_id", flat=True))
    note_change(household.town, "households", on, groups)
    about(household, presence_from=on)
    return made


@action("people.correct_household", "更正住户登记")
def correct_household(
    *,
    by: Actor,
    household: Household,
    on: dt.date,
    surname: str | None = None,
    phone: str | None = None,
    door: str | None = None,
    walk_order: int | None = None,
) -> Household:
    """Correct what was entered wrongly: surname, phone, and of the stay in force on `on` door and walking order."""
    if surname is not None:
        household.contact_surname = surname_of(surname)
    if phone is not None:
        household.phone = phone_of(phone)
    household.save(update_fields=["contact_surname", "phone"])
    if door is not None or walk_order is not None:
        stay = _stay(household, on)
        stay.door = stay.door if door is None else plain(door, "门牌", "door")
        stay.walk_order = stay.walk_order if walk_order is None else walk_order
        stay.save(update_fields=["door", "walk_order"])
    fields = {"surname": surname, "phone": phone, "door": door, "walk_order": walk_order}
    about(household, corrected=[k for k, v in fields.items() if v is not None])
    return household


@action("people.close_household", "销户")
def close_household(*, by: Actor, household: Household, on: dt.date, ground: str) -> None:
    """End a household's registration: `on` is the first day it no longer stands. Needs a ground.

    Refuses before a later change of its stay or presence.
    """
    if not ground.strip():
        raise Problem("people.ground_needed", field="ground")
    stay = _stay(household, on - dt.timedelta(days=1))
    presence = Presence.objects.select_for_update().filter(
        on_day(on - dt.timedelta(days=1)), household=household
    )
    ends = [stay.closed_on, *presence.values_list("closed_on", flat=True)]
    if later := [d for d in ends if d is not None]:
        raise Problem(
            "people.later_change",
            field="on",
            number=household.number,
            later=min(later).isoformat(),
            day=on.isoformat(),
        )
    stay.closed_on, stay.ground = on, ground.strip()
    stay.save(update_fields=["closed_on", "ground"])
    presence.update(closed_on=on)
    note_change(household.town, "households", on, [stay.group_id])
    about(household, closed_on=on, ground=ground)
