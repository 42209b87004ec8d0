"""Mutual-help groups (十户联保): a contact list that households join and leave as they like."""

from __future__ import annotations

import datetime as dt

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Household, Post
from sanzhi.foundation.people.queries import group_on
from sanzhi.mechanisms.visits import rules
from sanzhi.mechanisms.visits.models import MutualGroup, MutualMember
from sanzhi.mechanisms.visits.queries.places import must_be_of, place_of


@action("visits.set_up_mutual_group", "成立互助组")
def set_up_mutual_group(
    *,
    by: Actor,
    group: Unit,
    number: int,
    on: dt.date,
    contact_household: Household | None = None,
    contact_post: Post | None = None,
) -> MutualGroup:
    """Set up a mutual-help group of a villagers' group with one contact: a household, which joins, or somebody in office.

    Refuses a number the village has used, no contact or two, and a contact from elsewhere.
    """
    place = place_of(group, on)
    # Locked, so that two who choose one number at once do not both get it.
    village = Unit.objects.select_for_update().get(pk=place.village)
    if (contact_household is None) == (contact_post is None):
        raise Problem("visits.mutual_contact", field="contact_household")
    if contact_post is not None:
        must_be_of(village.pk, contact_post, on, "contact_post")
    if number < 1 or MutualGroup.objects.filter(village=village, number=number).exists():
        raise Problem(
            "visits.mutual_number", field="number", village=village.short_name, number=max(number, 0)
        )
    made = MutualGroup.objects.create(
        town_id=place.town,
        village=village,
        group=group,
        number=number,
        contact_household=contact_household,
        contact_post=contact_post,
        opened_on=on,
    )
    about(made, village=village.code, group=group.code, number=number, on=on)
    if contact_household is not None:
        _join(made, contact_household, on)
    return made


@action("visits.join_mutual_group", "加入互助组")
def join_mutual_group(
    *, by: Actor, mutual_group: MutualGroup, household: Household, on: dt.date
) -> MutualMember:
    """A household joins, because it wants to. Refuses a full or closed group, one of another villagers' group, a second one."""
    row = MutualGroup.objects.select_for_update(of=("self",)).select_related("group").get(pk=mutual_group.pk)
    if row.closed_on is not None:
        raise Problem("visits.mutual_closed", number=row.number)
    return _join(row, household, on)


def _join(row: MutualGroup, household: Household, on: dt.date) -> MutualMember:
    here = Household.objects.select_for_update().get(pk=household.pk)
    if on < row.opened_on:
        raise Problem("visits.mutual_day", field="on", day=on.isoformat(), first=row.opened_on.isoformat())
    if on > clock.today():
        raise Problem("visits.future", field="on", day=on.isoformat())
    if group_on(here, on) != row.group:
        raise Problem(
            "visits.not_of_this_group",
            field="household",
            number=here.number,
            day=on.isoformat(),
            group=row.group.short_name,
        )
    held = MutualMember.objects.filter(household=here).exclude(closed_on__lte=on)
    if (other := held.select_related("mutual_group").first()) is not None:
        raise Problem(
            "visits.mutual_held", field="household", number=here.number, held=other.mutual_group.number
        )
    if row.members.filter(closed_on__isnull=True).count() >= rules.MOST_MEMBERS:
        raise Problem("visits.mutual_full", number=row.number, most=rules.MOST_MEMBERS)
    member = MutualMember.objects.create(mutual_group=row, household=here, opened_on=on)
    about(member, mutual_group=row.pk, household=here.pk, on=on)
    return member


@action("visits.leave_mutual_group", "退出互助组")
def leave_mutual_group(*, by: Actor, member: MutualMember, on: dt.date) -> MutualMember:
    """A household leaves; no reason is asked. Where it was the contact, the group needs another one: it is shown so."""
    row = MutualMember.objects.select_for_update(of=("self",)).select_related("household").get(pk=member.pk)
    if row.closed_on is not None:
        raise Problem("visits.mutual_left", number=row.household.number)
    if on < row.opened_on:
        raise Problem("visits.mutual_day", field="on", day=on.isoformat(), first=row.opened_on.isoformat())
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    about(row, household=row.household_id, closed_on=on)
    return row


@action("visits.close_mutual_group", "撤销互助组")
def close_mutual_group(*, by: Actor, mutual_group: MutualGroup, on: dt.date, ground: str) -> MutualGroup:
    """Give a mutual-help group up, with a ground; its households are then in none."""
    row = MutualGroup.objects.select_for_update(of=("self",)).get(pk=mutual_group.pk)
    said = rules.checked_reason(ground, "reason")
    if row.closed_on is not None:
        raise Problem("visits.mutual_closed", number=row.number)
    last = row.members.order_by("-opened_on").values_list("opened_on", flat=True).first()
    first = max(row.opened_on + dt.timedelta(days=1), last or row.opened_on)
    if on < first:
        raise Problem("visits.mutual_day", field="on", day=on.isoformat(), first=first.isoformat())
    row.members.filter(closed_on__isnull=True).update(closed_on=on)
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    about(row, closed_on=on, ground=said)
    return row


@action("visits.change_contact", "更换联络员")
def change_contact(
    *,
    by: Actor,
    mutual_group: MutualGroup,
    contact_household: Household | None = None,
    contact_post: Post | None = None,
) -> MutualGroup:
    """Name another contact: a household that is in the group, or somebody in office."""
    row = MutualGroup.objects.select_for_update(of=("self",)).get(pk=mutual_group.pk)
    if row.closed_on is not None:
        raise Problem("visits.mutual_closed", number=row.number)
    if (contact_household is None) == (contact_post is None):
        raise Problem("visits.mutual_contact", field="contact_household")
    if contact_household is not None and not row.members.filter(
        household=contact_household, closed_on__isnull=True
    ):
        raise Problem("visits.mutual_left", field="contact_household", number=contact_household.number)
    if contact_post is not None:
        must_be_of(row.village_id, contact_post, clock.today(), "contact_post")
    row.contact_household, row.contact_post = contact_household, contact_post
    row.save(update_fields=["contact_household", "contact_post"])
    about(
        row,
        contact_household=contact_household.pk if contact_household else None,
        contact_post=contact_post.pk if contact_post else None,
    )
    return row
