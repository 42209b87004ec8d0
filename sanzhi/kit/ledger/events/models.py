"""An event that exempts, where and for which tasks, and what it exempted."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.models import Exemption, Obligation, Plan


class EventKind(models.TextChoices):
    """What kept people from doing what a plan asks."""

    FLOOD = "flood", _("洪涝")
    DROUGHT = "drought", pgettext_lazy("event", "干旱")
    ICE = "ice", _("低温雨雪冰冻")
    FIRE = "fire", _("森林火灾")
    EPIDEMIC = "epidemic", pgettext_lazy("event", "疫情")
    OTHER = "other", pgettext_lazy("event", "其他")


class Event(models.Model):
    """Days on which villages could not do what tasks ask, on whose word; half-open like all that is dated."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=10, choices=EventKind)
    name = models.CharField(_("名称"), max_length=60)
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"))
    ground = models.CharField(_("依据"), max_length=200)
    villages = models.ManyToManyField(Unit, through="EventVillage", related_name="+", verbose_name=_("村"))
    entered_on = models.DateField(_("登记日"))
    entered_by = models.CharField(_("登记人"), max_length=80)
    # Entered by somebody whose unit does not lead all the tasks.
    for_lead_unit = models.BooleanField(_("代牵头单位登记"), default=False)
    revoked_on = models.DateField(_("撤销日"), null=True, blank=True)
    revoked_by = models.CharField(_("撤销人"), max_length=80, blank=True)
    revoked_reason = models.CharField(_("撤销理由"), max_length=200, blank=True)

    class Meta:
        ordering = ("-opened_on", "-pk")
        constraints = [
            CheckConstraint(name="event_ends_after_it_begins", condition=Q(closed_on__gt=F("opened_on"))),
            CheckConstraint(
                name="event_revoked_says_why_and_by_whom",
                condition=Q(revoked_on__isnull=True) | (~Q(revoked_by="") & ~Q(revoked_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["town", "opened_on"], name="event_by_town")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_chain(self) -> str:
        return self.town.code

    @property
    def last_on(self) -> dt.date:
        """Its last day, included."""
        return self.closed_on - dt.timedelta(days=1)


class EventVillage(models.Model):
    """A village that an event struck."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="struck")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["event", "unit"], name="event_strikes_a_village_once")]


class EventTask(models.Model):
    """A task that an event concerns, by its permanent code: through all versions of the plan."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tasks")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    task_code = models.CharField(max_length=12)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["event", "plan", "task_code"], name="event_concerns_a_task_once")
        ]


class EventExemption(models.Model):
    """That an obligation is exempt because of an event. What a person took back stays known, and is not exempt again."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="exempted")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+")
    exemption = models.OneToOneField(Exemption, on_delete=models.PROTECT, related_name="event_exemption")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["event", "obligation"], name="event_exempts_an_obligation_once")
        ]
