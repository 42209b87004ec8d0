"""Who sees, records, types in, links and confirms. Whether it is possible now stands in `states.py` and `rules.py`.

Above the village one sees numbers; names and doors are for the people of the village, and for who looks after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q

from sanzhi.domain.tree import keys
from sanzhi.foundation.accounts.models import Grant, Role, User
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.kit.access import Capability, Reach, can, capability, register
from sanzhi.mechanisms.visits.models import Outing

_VILLAGE_PEOPLE = {
    Role.SECRETARY: Reach.SUBTREE,
    Role.CLERK: Reach.SUBTREE,
    Role.CADRE: Reach.SUBTREE,
}

CAPABILITIES = register(
    Capability(
        "visits:read",
        "查看走访进度（数字）",
        {
            **_VILLAGE_PEOPLE,
            Role.VILLAGE_CARE: Reach.SUBTREE,
            Role.OFFICER: Reach.TOWN,
            Role.TOWN_LEADER: Reach.TOWN,
            Role.AUDITOR: Reach.TOWN,
            Role.DISCIPLINE: Reach.TOWN,
        },
    ),
    Capability(
        "visits:read_doors",
        "查看到户走访（户号、门牌、姓氏）",
        {**_VILLAGE_PEOPLE, Role.VILLAGE_CARE: Reach.SUBTREE},
    ),
    Capability("visits:record", "登记走访", _VILLAGE_PEOPLE),
    Capability("visits:type_in", "替走访人照表录入", {Role.CLERK: Reach.SUBTREE}),
    Capability(
        "visits:link", "安排联系小组、联户组", {Role.SECRETARY: Reach.SUBTREE, Role.OFFICER: Reach.TOWN}
    ),
    Capability("visits:confirm", "确认任期已满者补传的走访", {Role.SECRETARY: Reach.SUBTREE}),
    Capability("visits:settle", "办理走访中发现的事项", _VILLAGE_PEOPLE),
    Capability("visits:answer", "回复上报的事项", {Role.OFFICER: Reach.TOWN}),
    Capability("visits:export", "导出走访清单", {Role.SECRETARY: Reach.SUBTREE, Role.CLERK: Reach.SUBTREE}),
)

LEAD_OFFICE = "综治办"
"""The office that leads Z5, by a name or alias of its unit: its officers link and answer, other offices do not."""


def of_lead_office(user: User) -> bool:
    """Whether a person is officer of the office that leads Z5."""
    mine = [h.unit.pk for h in user.holdings if h.role == Role.OFFICER]
    named = Q(short_name__contains=LEAD_OFFICE) | Q(aliases__name=LEAD_OFFICE)
    return bool(mine) and Unit.objects.filter(named, pk__in=mine).exists()


def links_for(user: User, unit: Unit) -> bool:
    """Whether a person may link cadres and set mutual-help groups up in `unit`: its secretary, or 综治办."""
    return can(user, "visits:link", unit) and (can(user, "visits:record", unit) or of_lead_office(user))


def answers_for(user: User, unit: Unit) -> bool:
    """Whether a person may answer for 综治办 what a village handed up."""
    return can(user, "visits:answer", unit) and of_lead_office(user)


def recorders_on(day: dt.date, users: Collection[int], groups: Iterable[int]) -> set[tuple[int, int]]:
    """(account, group) of those who held the right to record there on `day`: their grant's unit is above the group."""
    roles = [role.value for role in capability("visits:record").roles]
    placed = Placement.objects.filter(on_day(day), unit__in=list(groups)).values_list("unit_id", "path")
    above = {unit: set(keys(path)) for unit, path in placed}
    held = Grant.objects.filter(on_day(day), user__in=users, role__in=roles).values_list("user_id", "unit_id")
    return {(user, group) for user, unit in held for group, path in above.items() if unit in path}


def may_send(user: User, group: Unit, on: dt.date, today: dt.date) -> bool:
    """Whether a person may send in an outing of `on`: they may record there today, or might on that day (then it waits)."""
    return any((user.pk, group.pk) in recorders_on(day, [user.pk], [group.pk]) for day in {on, today})


def may_change(user: User, outing: Outing) -> bool:
    """Whether a person may correct or void an outing: its author or typist while in office, the secretary, the clerk."""
    if not can(user, "visits:record", outing.unit):
        return False
    own = user.pk in (outing.author_id, outing.typist_id)
    return own or can(user, "visits:confirm", outing.unit) or can(user, "visits:type_in", outing.unit)


def ever_recorded(user: User) -> bool:
    """Whether a person records walks now or did before their term ended: what they wrote then may still lie on the phone."""
    roles = [role.value for role in capability("visits:record").roles]
    return can(user, "visits:record") or Grant.objects.filter(user=user, role__in=roles).exists()
