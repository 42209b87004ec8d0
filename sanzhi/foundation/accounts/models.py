"""Accounts, the roles they hold, and the slips by which a forgotten password is replaced."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation import clock
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.foundation.people.models import Person


class Role(models.TextChoices):
    """What a grant makes somebody, on a unit and all below it. What each may do stands in the capability matrix."""

    TOWN_LEADER = "town_leader", _("镇领导")
    OFFICER = "officer", _("镇直单位工作人员")
    SECRETARY = "secretary", _("村党组织书记")
    CLERK = "clerk", _("村文书")
    CADRE = "cadre", _("村干部")
    VILLAGE_CARE = "village_care", _("包村干部")
    DISCIPLINE = "discipline", _("纪检干部")
    AUDITOR = "auditor", _("审计（只读）")
    ADMINISTRATOR = "administrator", _("管理员")
    RESIDENT = "resident", pgettext_lazy("role", "居民")


class User(AbstractBaseUser):
    """An account: a sign-in name, and the person who uses it."""

    username = models.CharField(_("登录名"), max_length=30, unique=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user"
    )
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    display_name = models.CharField(_("姓名"), max_length=30)
    is_active = models.BooleanField(_("可以登录"), default=True)
    deletion_asked_on = models.DateField(_("申请注销日"), null=True, blank=True)
    deleted_on = models.DateField(_("注销日"), null=True, blank=True)
    # No trace of when people work, and no write outside an action.
    last_login = None  # type: ignore[assignment]

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    class Meta:
        constraints = [
            CheckConstraint(
                name="account_that_is_deleted_cannot_sign_in",
                condition=Q(deleted_on__isnull=True) | Q(is_active=False, person__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password. Unlike Django's, it never writes a stronger hash as it reads: no write
        happens outside an action."""
        return raw_password is not None and check_password(raw_password, self.password)

    @property
    def audit_name(self) -> str:
        """Who acted, as the chain keeps it for ever: people in office by name, a resident by number only, because a
        resident's name must be erasable."""
        return f"{self.username} {self.display_name}" if self.in_office else self.number

    @property
    def number(self) -> str:
        """The account's number in words, which says nothing about its owner."""
        return f"账号{self.pk}"

    @cached_property
    def in_office(self) -> bool:
        """Whether this account has ever held a role other than the resident's."""
        if "holdings" in self.__dict__ and any(h.role != Role.RESIDENT for h in self.holdings):
            return True
        return self.pk is not None and self.grants.exclude(role=Role.RESIDENT).exists()

    @property
    def audit_chain(self) -> str:
        return self.town.code if self.town is not None else "county"

    @cached_property
    def holdings(self) -> list[Holding]:
        """The roles this account holds today, each with the path of its unit: one query for the life of the object."""
        today = clock.today()
        grants = (
            Grant.objects.filter(on_day(today), user=self)
            .select_related("unit", "unit__town")
            .annotate(
                path=models.Subquery(
                    Placement.objects.filter(on_day(today), unit=models.OuterRef("unit")).values("path")[:1]
                )
            )
            .order_by("pk")
        )
        return [Holding(g.role, g.unit, g.path) for g in grants if g.path is not None]

    def has_role(self, *roles: str) -> bool:
        """Whether one of the roles is held today, anywhere."""
        return any(h.role in roles for h in self.holdings)


class Holding:
    """A role in force: on this unit, and on all whose path begins with its path."""

    __slots__ = ("path", "role", "unit")

    def __init__(self, role: str, unit: Unit, path: str) -> None:
        self.role, self.unit, self.path = role, unit, path

    def __repr__(self) -> str:
        return f"Holding({self.role} @ {self.unit})"


class Grant(models.Model):
    """A role given to an account on a unit for a term that ends by itself."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"))
    granted_by = models.CharField(_("授予人"), max_length=80)
    ground = models.CharField(_("依据"), max_length=120, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(name="grant_ends_after_it_begins", condition=Q(closed_on__gt=F("opened_on"))),
        ]
        indexes = [models.Index(fields=["user", "closed_on"], name="grant_by_user")]

    @property
    def audit_chain(self) -> str:
        return self.unit.audit_chain

    @property
    def last_day(self) -> dt.date:
        """The last day on which the grant holds, as pages show it."""
        return self.closed_on - dt.timedelta(days=1)

    def in_force(self, day: dt.date) -> bool:
        """Whether the grant holds on `day`."""
        return self.opened_on <= day < self.closed_on


class Slip(models.Model):
    """A one-time slip handed over in person: its code sets a new password once, until it expires."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="slips")
    code_digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.CharField(max_length=80)

    @property
    def audit_chain(self) -> str:
        return self.user.audit_chain
