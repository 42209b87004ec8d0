"""Every write about accounts: opening and closing them, slips, passwords, roles for a term."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts import queries, rules
from sanzhi.foundation.accounts.models import Grant, Role, Slip, User
from sanzhi.foundation.audit.action import Actor, System, about, action
from sanzhi.foundation.audit.chain import erase
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import path_on
from sanzhi.foundation.people.models import Person

DOOR = System("登录页")


@dataclass(frozen=True)
class IssuedSlip:
    """A slip as it leaves the printer. The code stands nowhere else: the house keeps its digest only."""

    slip: Slip
    code: str


def _locked(account: User) -> User:
    row = User.objects.select_for_update().get(pk=account.pk)
    if row.deleted_on is not None:
        raise Problem("accounts.deleted")
    return row


def _not_oneself(by: Actor, account: User) -> None:
    if isinstance(by, User) and by.pk == account.pk:
        raise Problem("accounts.own_account")


def checked_password(password: str) -> str:
    """The password, if it may be used. Refuses short, common and purely numeric ones."""
    try:
        validate_password(password)
    except ValidationError:
        raise Problem("accounts.password_weak", field="password") from None
    if password.isdigit():
        raise Problem("accounts.password_weak", field="password")
    return password


@action("accounts.open_account", "开通账号")
def open_account(
    *, by: Actor, username: str, display_name: str, town: Unit | None, person: Person | None = None
) -> User:
    """Open an account for a person of a town (None: the county's). It has no password until a slip is used.

    Refuses a login name already taken, and a person of another town or with an account already.
    """
    name = rules.checked_login(username)
    if User.objects.filter(username=name).exists():
        raise Problem("accounts.login_taken", field="username", name=name)
    if person is not None:
        if (other := User.objects.filter(person=person).first()) is not None:
            raise Problem(
                "accounts.person_has_account", field="person", person=person.name, login=other.username
            )
        if town is not None and person.town_id != town.pk:
            raise Problem("accounts.person_elsewhere", field="person", person=person.name)
    made = User(username=name, display_name=display_name.strip(), town=town, person=person)
    made.set_unusable_password()
    made.save()
    about(made, username=name, display_name=made.display_name, person=person)
    return made


@action("accounts.issue_slip", "开出密码条")
def issue_slip(*, by: Actor, account: User) -> IssuedSlip:
    """Print a slip for an account: its code sets a new password once, within three days; older slips are void.

    Refuses an account that is closed.
    """
    row = _locked(account)
    if not row.is_active:
        raise Problem("accounts.inactive", name=row.display_name)
    now = clock.now()
    void = Slip.objects.filter(user=row, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    code = rules.new_code()
    slip = Slip.objects.create(
        user=row,
        code_digest=rules.code_digest(code),
        issued_at=now,
        expires_at=now + rules.SLIP_LASTS,
        issued_by=by.audit_name,
    )
    about(row, slip=slip.pk, expires_at=slip.expires_at, voided=void)
    return IssuedSlip(slip, code)


@action("accounts.use_slip", "用密码条设置密码")
def use_slip(*, by: Actor, username: str, code: str, password: str) -> User:
    """Set a password with a slip, once. One sentence for a wrong name and a wrong code: nobody learns which names exist.

    Refuses a slip used or expired, an account that is closed, and a weak password (the slip then stays good).
    """
    slip = (
        Slip.objects.select_for_update(of=("self",))
        .select_related("user", "user__town")
        .filter(
            code_digest=rules.code_digest(code),
            user__username=rules.plain_login(username),
            user__is_active=True,
        )
        .first()
    )
    if slip is None:
        raise Problem("accounts.slip_wrong", field="code")
    if slip.used_at is not None:
        raise Problem("accounts.slip_used", field="code")
    now = clock.now()
    if slip.expires_at <= now:
        raise Problem("accounts.slip_expired", field="code")
    slip.user.set_password(checked_password(password))
    slip.user.save(update_fields=["password"])
    slip.used_at = now
    slip.save(update_fields=["used_at"])
    about(slip.user, slip=slip.pk)
    return slip.user


@action("accounts.change_password", "修改密码")
def change_password(*, by: Actor, account: User, old: str, new: str) -> User:
    """Change one's own password; every other session of the account ends. Refuses a wrong old and a weak new one."""
    row = _locked(account)
    if not row.check_password(old):
        raise Problem("accounts.password_wrong", field="old")
    row.set_password(checked_password(new))
    row.save(update_fields=["password"])
    about(row)
    return row


@action("accounts.set_demo_password", "设置演示密码")
def set_demo_password(*, by: Actor, account: User, password: str) -> User:
    """Give a demonstration's account the password that its sign-in page shows. Refuses in a real installation."""
    row = Installation.objects.filter(pk=1, kind=Installation.Kind.DEMO).first()
    if row is None:
        raise Problem("clock.real")
    account.set_password(password)
    account.save(update_fields=["password"])
    about(account)
    return account


@action("accounts.sign_in", "登录")
def note_sign_in(*, by: Actor, account: User, public_machine: bool) -> None:
    """Somebody came in. When they left, and how long they stayed, is not kept (R-60)."""
    about(account, public_machine=public_machine)


@action("accounts.fail_sign_in", "登录失败")
def note_failure(*, by: Actor, username: str, locked: bool, slip: bool = False) -> None:
    """Somebody was not let in. Of an unknown name nothing typed is kept: it may be a password in the wrong field."""
    account = User.objects.filter(username=rules.plain_login(username)).select_related("town").first()
    if account is not None:
        about(account, locked=locked, slip=slip)
    elif (row := Installation.objects.filter(pk=1).first()) is not None:
        about(row, unknown_name=True, locked=locked, slip=slip)
    else:
        about(Installation(pk=1), unknown_name=True, locked=locked, slip=slip)


@action("accounts.close_account", "停用账号")
def close_account(*, by: Actor, account: User, ground: str) -> User:
    """Close an account: nobody signs in with it, its sessions end at once and for good, open slips are void.

    Refuses one's own account, the last administrator's, and a closing without a ground.
    """
    _not_oneself(by, account)
    row = _locked(account)
    if not row.is_active:
        raise Problem("accounts.already", name=row.display_name)
    if not ground.strip():
        raise Problem("accounts.ground_needed", field="ground")
    _keep_an_administrator(row)
    _shut(row)
    row.save(update_fields=["is_active", "password"])
    about(row, ground=ground.strip())
    return row


def _shut(row: User) -> None:
    row.is_active = False
    # Also changes what sessions are checked against: an account opened again does not revive them.
    row.set_unusable_password()
    now = clock.now()
    Slip.objects.filter(user=row, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)


@action("accounts.reopen_account", "恢复账号")
def reopen_account(*, by: Actor, account: User, ground: str) -> User:
    """Open a closed account again; it needs a slip for a new password. Refuses one that is open or deleted."""
    row = _locked(account)
    if row.is_active:
        raise Problem("accounts.already", name=row.display_name)
    if not ground.strip():
        raise Problem("accounts.ground_needed", field="ground")
    row.is_active = True
    row.save(update_fields=["is_active"])
    about(row, ground=ground.strip())
    return row


@action("accounts.rename_account", "更正账号姓名")
def rename_account(*, by: Actor, account: User, display_name: str, person: Person | None) -> User:
    """Correct the name an account shows, and the person it belongs to."""
    row = _locked(account)
    if (
        person is not None
        and (other := User.objects.filter(person=person).exclude(pk=row.pk).first()) is not None
    ):
        raise Problem("accounts.person_has_account", field="person", person=person.name, login=other.username)
    row.display_name, row.person = display_name.strip(), person
    row.save(update_fields=["display_name", "person"])
    about(row, display_name=row.display_name, person=person)
    return row


@action("accounts.grant_role", "授予角色")
def grant_role(
    *, by: Actor, account: User, role: str, unit: Unit, opened_on: dt.date, closed_on: dt.date, ground: str
) -> Grant:
    """Give an account a role on a unit for the term [opened_on, closed_on); at its end nothing need be run.

    Refuses a role for oneself, on the wrong kind of unit, in another town, over an overlapping term of the same role,
    and without a ground. Whether `by` may grant there is asked in `kit.access` before.
    """
    if isinstance(by, User) and by.pk == account.pk:
        raise Problem("accounts.own_grant")
    row = _locked(account)
    if not row.is_active:
        raise Problem("accounts.inactive", name=row.display_name)
    rules.check_role(role, unit.kind, unit.short_name)
    rules.check_term(opened_on=opened_on, closed_on=closed_on, today=clock.today())
    if not ground.strip():
        raise Problem("accounts.ground_needed", field="ground")
    town = unit.town_or_self
    if row.town is not None and town is not None and row.town_id != town.pk:
        raise Problem(
            "accounts.other_town", name=row.display_name, town=row.town.short_name, unit=unit.short_name
        )
    if path_on(unit, opened_on) is None:
        raise Problem("accounts.unit_not_standing", field="opened_on", unit=unit.short_name, day=opened_on)
    held = Grant.objects.filter(
        user=row, role=role, unit=unit, opened_on__lt=closed_on, closed_on__gt=opened_on
    ).first()
    if held is not None:
        raise Problem(
            "accounts.overlap",
            name=row.display_name,
            unit=unit.short_name,
            role=Role(role).label,
            first=held.opened_on,
            last=held.last_day,
        )
    made = Grant.objects.create(
        user=row,
        role=role,
        unit=unit,
        opened_on=opened_on,
        closed_on=closed_on,
        granted_by=by.audit_name,
        ground=ground.strip(),
    )
    about(
        made,
        account=row.pk,
        role=role,
        unit=unit.code,
        opened_on=opened_on,
        closed_on=closed_on,
        ground=made.ground,
    )
    return made


@action("accounts.revoke_role", "收回角色")
def revoke_role(*, by: Actor, grant: Grant, ground: str) -> Grant | None:
    """Take a role back today: it no longer holds today. A term that never ran before today is taken out altogether.

    Refuses a term already over, the last administrator's, and a revocation without a ground.
    """
    today = clock.today()
    row = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("user", "unit")
        .filter(pk=grant.pk)
        .first()
    )
    if row is None or row.closed_on <= today:
        raise Problem("accounts.not_held")
    if not ground.strip():
        raise Problem("accounts.ground_needed", field="ground")
    if row.role == Role.ADMINISTRATOR and row.in_force(today):
        _keep_an_administrator(row.user, row.unit)
    about(row, account=row.user_id, role=row.role, unit=row.unit.code, closed_on=today, ground=ground.strip())
    if row.opened_on >= today:
        row.delete()
        return None
    row.closed_on = today
    row.save(update_fields=["closed_on"])
    return row


def _keep_an_administrator(account: User, only: Unit | None = None) -> None:
    """Refuse when nobody else could administer a unit that this account administers today."""
    today = clock.today()
    for unit in queries.administered(account, today):
        if only is not None and unit.pk != only.pk:
            continue
        if not queries.administrators_over(unit, today).exclude(pk=account.pk).exists():
            raise Problem("accounts.last_administrator", unit=unit.short_name)


@action("accounts.ask_deletion", "申请或撤回注销")
def ask_deletion(*, by: Actor, account: User, wanted: bool = True) -> User:
    """Ask that one's own account be deleted, or take the wish back; an administrator carries it out."""
    row = _locked(account)
    row.deletion_asked_on = clock.today() if wanted else None
    row.save(update_fields=["deletion_asked_on"])
    about(row, wanted=wanted)
    return row


@action("accounts.delete_account", "注销账号")
def delete_account(*, by: Actor, account: User) -> User:
    """Carry out a deletion that its owner asked for: name, login and link to the person go, roles end today, and the
    contents of entries about the account are erased. The chain of digests stays whole, so that it still verifies.

    Refuses one's own account, the last administrator's, and an account whose owner did not ask.
    """
    _not_oneself(by, account)
    row = _locked(account)
    if row.deletion_asked_on is None:
        raise Problem("accounts.not_asked", name=row.display_name)
    _keep_an_administrator(row)
    today = clock.today()
    slips = list(Slip.objects.filter(user=row).values_list("pk", flat=True))
    subjects = [f"accounts.user:{row.pk}", *(f"accounts.slip:{pk}" for pk in slips)]
    Slip.objects.filter(user=row).delete()
    Grant.objects.filter(user=row, opened_on__gte=today).delete()
    Grant.objects.filter(user=row, closed_on__gt=today).update(closed_on=today)
    _shut(row)
    row.username, row.display_name = f"deleted-{row.pk}", "已注销"
    row.person, row.deleted_on = None, today
    row.save()
    erased = erase(subjects, on=today)
    about(row, erased_entries=erased)
    return row
