"""Reads about accounts: who administers what, what is held about a person, who looked at it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from sanzhi.domain.tree import ancestors
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Grant, Role, Slip, User
from sanzhi.foundation.audit.action import said
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.clock.installation import installation
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.foundation.orgs.queries import path_on
from sanzhi.foundation.people.models import Person
from sanzhi.foundation.privacy.models import ReadEntry

SHOWN = 20
"""Sign-ins and looks shown to their owner on the page; the file to take along has all of the kept span."""
KEPT_DAYS = 183
"""How far back the owner's page looks into the read log (R-71: at least six months)."""


def administered(account: User, day: dt.date) -> list[Unit]:
    """Units on which the account is administrator on `day`."""
    return list(
        Unit.objects.filter(
            grants__in=Grant.objects.filter(on_day(day), user=account, role=Role.ADMINISTRATOR)
        )
    )


def administrators_over(unit: Unit, day: dt.date) -> QuerySet[User]:
    """Accounts that can sign in and administer `unit`, itself or from above, on `day`."""
    path = path_on(unit, day)
    if path is None:
        return User.objects.none()
    over = Placement.objects.filter(on_day(day), path__in=[*ancestors(path), path]).values("unit")
    grants = Grant.objects.filter(on_day(day), role=Role.ADMINISTRATOR, unit__in=over)
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


def demo_people(day: dt.date, each: int = 3) -> list[Grant]:
    """For the sign-in page of a demonstration: a few accounts of each role with what they are. Empty in a real one."""
    row = installation()
    if row is None or row.kind != Installation.Kind.DEMO:
        return []
    grants = (
        Grant.objects.filter(on_day(day), user__is_active=True)
        .exclude(role=Role.RESIDENT)
        .select_related("user", "unit")
        .order_by("unit__position", "unit__code", "pk")
    )
    found: dict[str, list[Grant]] = {role: [] for role in Role.values}
    seen: set[int] = set()
    for grant in grants:
        if grant.user_id not in seen and len(found[grant.role]) < each:
            seen.add(grant.user_id)
            found[grant.role].append(grant)
    return [g for role in Role.values for g in found[role]]


def terms_of(account: User, day: dt.date) -> list[Grant]:
    """The roles an account holds on `day` or will hold later, the first to end first."""
    rows = Grant.objects.filter(user=account, closed_on__gt=day).select_related("unit")
    return list(rows.order_by("closed_on", "pk"))


def past_terms_of(account: User, day: dt.date) -> list[Grant]:
    """The roles an account no longer holds on `day`, the last first."""
    return list(
        Grant.objects.filter(user=account, closed_on__lte=day).select_related("unit").order_by("-closed_on")
    )


def slips_of(account: User) -> QuerySet[Slip]:
    """The slips made for an account, the last first."""
    return Slip.objects.filter(user=account).order_by("-pk")


def acts_about(account: User) -> QuerySet[AuditEntry]:
    """What the chain says about the account itself: sign-ins, slips, roles; the last first."""
    about = [f"accounts.user:{account.pk}"]
    grants = Grant.objects.filter(user=account).values_list("pk", flat=True)
    about += [f"accounts.grant:{pk}" for pk in grants]
    return AuditEntry.objects.filter(chain=account.audit_chain, subject__in=about).order_by("-seq")


def looks_at(person: Person, since: dt.datetime) -> QuerySet[ReadEntry]:
    """Entries of the read log about a person since a moment, the last first."""
    rows = ReadEntry.objects.filter(chain=person.audit_chain, at__gte=since, kind="people.person").order_by(
        "-at"
    )
    if connection.vendor == "sqlite":
        inside = "EXISTS (SELECT 1 FROM json_each(privacy_readentry.subjects) WHERE json_each.value = %s)"
        return rows.extra(where=[inside], params=[person.pk])
    return rows.filter(subjects__contains=[person.pk])


def accounts_within(day: dt.date, units: RawSQL, county: bool) -> QuerySet[User]:
    """Accounts of the towns among `units` and those with a role on one of them, but none with a role elsewhere too:
    who could print a slip for such an account would gain what it may do there. `county`: the county's own as well."""
    elsewhere = Grant.objects.filter(user=OuterRef("pk"), closed_on__gt=day).exclude(unit__in=units)
    inside = Grant.objects.filter(user=OuterRef("pk"), closed_on__gt=day, unit__in=units)
    where = Q(town__in=units) | Q(Exists(inside))
    if county:
        where |= Q(town__isnull=True)
    return User.objects.filter(where & ~Q(Exists(elsewhere)))


def with_roles(accounts: QuerySet[User], day: dt.date, units: RawSQL) -> QuerySet[User]:
    """Accounts with what a list says of each: `first_role`, its unit's name and the day on which the last role ends."""
    inside = Grant.objects.filter(user=OuterRef("pk"), closed_on__gt=day, unit__in=units)
    return accounts.annotate(
        first_role=Subquery(inside.order_by("opened_on", "pk").values("role")[:1]),
        first_unit=Subquery(inside.order_by("opened_on", "pk").values("unit__short_name")[:1]),
        ends_on=Subquery(inside.order_by("-closed_on").values("closed_on")[:1]),
    )


def people_without_account(town: Unit) -> QuerySet[Person]:
    """People of a town's register who have no account yet, by name."""
    return Person.objects.filter(town=town, user__isnull=True).order_by("name", "pk")


def _minute(moment: dt.datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).isoformat(timespec="minutes")


def held_about(account: User) -> dict[str, Any]:
    """All that is held about the owner of an account, in words a person can take along."""
    today = clock.today()
    person = account.person
    since = clock.now() - dt.timedelta(days=KEPT_DAYS)
    return {
        "到": today.isoformat(),
        "账号": {
            "登录名": account.username,
            "姓名": account.display_name,
            "乡镇": account.town.name if account.town else "",
            "申请注销日": account.deletion_asked_on.isoformat() if account.deletion_asked_on else None,
        },
        "人员登记": {"姓名": person.name, "电话": person.phone} if person else None,
        "任职": [
            {
                "单位": post.unit.name,
                "职务": post.get_kind_display(),
                "起": post.opened_on.isoformat(),
                "止（不含）": post.closed_on.isoformat() if post.closed_on else None,
            }
            for post in (person.posts.select_related("unit").order_by("opened_on") if person else ())
        ],
        "角色": [
            {
                "角色": str(grant.get_role_display()),
                "单位": grant.unit.name,
                "起": grant.opened_on.isoformat(),
                "止（含）": grant.last_day.isoformat(),
                "授予人": grant.granted_by,
                "依据": grant.ground,
            }
            for grant in (*terms_of(account, today), *past_terms_of(account, today))
        ],
        "密码条": [
            {
                "开出": _minute(slip.issued_at),
                "开出人": slip.issued_by,
                "用掉": _minute(slip.used_at) if slip.used_at else None,
            }
            for slip in slips_of(account)
        ],
        "关于这个账号的操作": [
            {
                "时间": _minute(e.at),
                "动作": said(e.verb),
                "操作人": e.by,
            }
            for e in acts_about(account)[:1000]
        ],
        "谁查看过我的个人信息": [
            {
                "时间": _minute(look.at),
                "查看人": look.by,
                "事由": look.purpose,
                "内容": look.fields,
            }
            for look in (looks_at(person, since)[:1000] if person else ())
        ],
    }


def named_like(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """Accounts among `rows` whose login or name holds the text."""
    return rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text))


def last_day(closed_on: dt.date) -> dt.date:
    """The last day of a half-open term, as pages show it."""
    return closed_on - dt.timedelta(days=1)
