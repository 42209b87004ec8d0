"""Who holds which post, and which households there are.

A household is an address with a contact's surname and dated presence: no members, birth days or identity numbers. A
resident is a person here only with an account, a post or a case role.
"""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.privacy.encryption import SealedField


class Person(models.Model):
    """Somebody who acts or is named in a duty: cadre, grid worker, group leader, resident with an account."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("所属乡镇"))
    name = models.CharField(_("姓名"), max_length=30)
    phone = SealedField(_("电话"), blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["town", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_chain(self) -> str:
        return self.town.code


class PostKind(models.TextChoices):
    """What a person is in a unit."""

    PARTY_SECRETARY = "party_secretary", _("村党组织书记")
    DIRECTOR = "director", _("村委会主任")
    COMMITTEE = "committee", _("村“两委”成员")
    CLERK = "clerk", pgettext_lazy("post", "文书")
    ACCOUNTANT = "accountant", _("报账员")
    SUPERVISION_CHAIR = "supervision_chair", _("村务监督委员会主任")
    FIRST_SECRETARY = "first_secretary", _("驻村第一书记")
    GRID_WORKER = "grid_worker", _("网格员")
    GROUP_LEADER = "group_leader", _("村民小组长")
    OFFICE_HEAD = "office_head", _("单位负责人")
    OFFICER = "officer", _("工作人员")
    TOWN_LEADER = "town_leader", _("镇领导")
    VILLAGE_CARE = "village_care", _("包村干部")


class Post(models.Model):
    """A person in a post of a unit for a term."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(_("职务"), max_length=20, choices=PostKind)
    two_committees = models.BooleanField(_("村“两委”成员"), default=False)
    opened_on = models.DateField(_("任职起"))
    closed_on = models.DateField(_("任职止（不含）"), null=True, blank=True)
    term_ends_on = models.DateField(_("届满日"), null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["person", "unit", "kind"],
                condition=Q(closed_on__isnull=True),
                name="post_is_held_once_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["unit", "kind"], name="post_by_unit")]

    @property
    def audit_chain(self) -> str:
        return self.unit.audit_chain


class Leave(models.Model):
    """When somebody in a post is away, and who stands in. It holds only while the post does."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="leaves")
    opened_on = models.DateField(_("离岗起"))
    closed_on = models.DateField(_("离岗止（不含）"), null=True, blank=True)
    stand_in = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in_for",
        verbose_name=_("代理人"),
    )
    ground = models.CharField(_("依据"), max_length=200)

    class Meta:
        ordering = ("opened_on", "pk")
        constraints = [
            CheckConstraint(
                name="leave_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["post"], condition=Q(closed_on__isnull=True), name="leave_open_is_one_per_post"
            ),
        ]
        indexes = [models.Index(fields=["post", "opened_on"], name="leave_by_post")]

    @property
    def audit_chain(self) -> str:
        return self.post.audit_chain


class Household(models.Model):
    """A household of a villagers' group, by number and door. Where it stands on a day is told by its stays."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("户号"), max_length=24)
    contact_surname = models.CharField(_("联系人姓氏"), max_length=8, blank=True)
    phone = SealedField(_("联系电话"), blank=True, default="")

    class Meta:
        constraints = [UniqueConstraint(fields=["town", "number"], name="household_number_is_used_once")]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_chain(self) -> str:
        return self.town.code


class Stay(models.Model):
    """In which group, behind which door and in which walking order a household stands, from when to when."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="stays")
    group = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stays")
    door = models.CharField(_("门牌"), max_length=40, blank=True)
    walk_order = models.PositiveIntegerField(_("走访顺序"), default=0)
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"), null=True, blank=True)
    ground = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="stay_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["household"],
                condition=Q(closed_on__isnull=True),
                name="stay_open_is_one_per_household",
            ),
        ]
        indexes = [
            # The only one by group: beside one by day a list in walking order would be sorted and not read along it.
            models.Index(fields=["group", "walk_order"], name="stay_in_walking_order"),
        ]


class PresenceKind(models.TextChoices):
    """Whether somebody lives behind the door. Never public, never exported by name."""

    PRESENT = "present", _("常住")
    SEASONAL = "seasonal", _("季节性在家")
    AWAY = "away", _("举家外出")
    EMPTY = "empty", _("空房")


class Presence(models.Model):
    """A household's presence from when to when."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="presences")
    kind = models.CharField(_("在家情况"), max_length=8, choices=PresenceKind)
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"), null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="presence_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["household"],
                condition=Q(closed_on__isnull=True),
                name="presence_open_is_one_per_household",
            ),
        ]


class HeadCount(models.Model):
    """How many people a unit counts on a day, with the source of the number (adults, households, representatives …)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="head_counts")
    what = models.CharField(_("口径"), max_length=40)
    count = models.PositiveIntegerField(_("人数"))
    counted_on = models.DateField(_("统计日"))
    source = models.CharField(_("来源"), max_length=100)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["unit", "what", "counted_on"], name="head_count_is_one_per_day_and_kind")
        ]

    @property
    def audit_chain(self) -> str:
        return self.unit.audit_chain
