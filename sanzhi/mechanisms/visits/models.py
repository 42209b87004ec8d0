"""Who looks after which group, the walks and what came of each door, mutual help, and what is to be followed up.

Columns that repeat a day, a unit or whether a row counts are there for the figures; the actions alone keep them true.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.files.models import StoredFile
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Household, Person, Post
from sanzhi.kit.models import Record
from sanzhi.mechanisms.visits.rules import TOPICS
from sanzhi.mechanisms.visits.states import FollowUpState, OutingState, follow_up_state

TOPIC_CHOICES = [(t.code, t.label) for t in TOPICS.values()]


class HalfDay(models.TextChoices):
    """Which part of a day; evening begins at 17:00."""

    MORNING = "morning", _("上午")
    AFTERNOON = "afternoon", _("下午")
    EVENING = "evening", _("晚上（17点后）")


class Outcome(models.TextChoices):
    """What came of a door. Declined is neutral and counts as done (R-06)."""

    REACHED = "reached", pgettext_lazy("visit", "见面")
    DECLINED = "declined", _("已上门、群众不便")
    NOBODY_HOME = "nobody_home", pgettext_lazy("visit", "无人")
    SLIP_LEFT = "slip_left", _("无人、已留条")


class Reporter(models.TextChoices):
    """Who rang up: a role, never a name."""

    OLD_MEMBER = "old_member", _("老党员")
    GROUP_LEADER = "group_leader", _("村民小组长")
    OTHER = "other", _("其他群众")


class Link(models.Model):
    """A cadre looks after a villagers' group from one day to another."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="links", verbose_name=_("联系干部"))
    group = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="links", verbose_name=_("村民小组")
    )
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"), null=True, blank=True)
    ground = models.CharField(_("依据"), max_length=200)

    class Meta:
        constraints = [
            CheckConstraint(
                name="link_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["post", "group"],
                condition=Q(closed_on__isnull=True),
                name="link_open_is_one_per_post_and_group",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "opened_on"], name="link_by_group"),
            models.Index(fields=["town", "opened_on"], name="link_by_town"),
        ]

    @property
    def audit_chain(self) -> str:
        return self.town.code


class MutualGroup(models.Model):
    """Ten to fifteen households that help each other (十户联保): a contact list one joins freely, nothing else."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("村"))
    group = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("村民小组"))
    number = models.PositiveSmallIntegerField(_("组号"))
    contact_household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("联系户"),
    )
    contact_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("联系人")
    )
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"), null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["village", "number"], name="mutual_group_number_is_used_once"),
            CheckConstraint(
                name="mutual_group_has_one_contact",
                condition=Q(contact_household__isnull=True, contact_post__isnull=False)
                | Q(contact_household__isnull=False, contact_post__isnull=True),
            ),
            CheckConstraint(
                name="mutual_group_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
        ]
        indexes = [models.Index(fields=["group", "number"], name="mutual_group_by_group")]

    @property
    def audit_chain(self) -> str:
        return self.town.code


class MutualMember(models.Model):
    """A household in a mutual-help group from the day it joined until the day it left (no reason is asked)."""

    mutual_group = models.ForeignKey(MutualGroup, on_delete=models.PROTECT, related_name="members")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="mutual_memberships")
    opened_on = models.DateField(_("加入日"))
    closed_on = models.DateField(_("退出日"), null=True, blank=True)

    class Meta:
        constraints = [
            # A household may leave on the very day it joined: the row then covers no day.
            CheckConstraint(
                name="mutual_member_leaves_not_before_joining",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["household"],
                condition=Q(closed_on__isnull=True),
                name="mutual_member_is_in_one_group_at_a_time",
            ),
        ]

    @property
    def audit_chain(self) -> str:
        return self.mutual_group.audit_chain


class Outing(Record):
    """One walk: `unit` is the villagers' group, with the day, the part of the day, and how it stands."""

    half_day = models.CharField(_("时段"), max_length=9, choices=HalfDay)
    state = models.CharField(
        pgettext_lazy("outing", "状态"), max_length=10, choices=OutingState, default=OutingState.RECORDED
    )
    received_on = models.DateField(_("收到日"))
    note = models.CharField(_("备注"), max_length=60, blank=True, help_text=_("不写姓名和号码，60 字以内"))
    late_reason = models.CharField(_("补录说明"), max_length=200, blank=True)
    on_paper = models.BooleanField(_("照走访表录入"), default=False)
    sheet_number = models.CharField(_("表号"), max_length=24, blank=True)
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    confirmed_on = models.DateField(_("确认日"), null=True, blank=True)
    confirmed_by = models.CharField(_("确认人"), max_length=80, blank=True)
    void_on = models.DateField(_("作废日"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="outing_is_void_with_day_and_reason",
                condition=~Q(state="void") | (Q(void_on__isnull=False) & ~Q(void_reason="")),
            ),
            CheckConstraint(
                name="outing_from_paper_names_its_sheet",
                condition=Q(on_paper=False) | ~Q(sheet_number=""),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "happened_on", "id"], name="outing_by_group"),
            models.Index(fields=["town", "happened_on", "id"], name="outing_by_town"),
            models.Index(fields=["author", "happened_on", "id"], name="outing_by_author"),
            models.Index(
                fields=["town", "unit"],
                condition=Q(state="to_confirm"),
                name="outing_waiting_to_be_confirmed",
            ),
        ]

    @property
    def counts(self) -> bool:
        """Whether its rows count."""
        return self.state == OutingState.RECORDED


class OutingScan(models.Model):
    """A scan or photo of the paper sheet from which an outing was copied in."""

    outing = models.ForeignKey(Outing, on_delete=models.PROTECT, related_name="scans")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["outing", "stored"], name="outing_scan_is_attached_once")]

    @property
    def audit_chain(self) -> str:
        return self.outing.audit_chain


class OutingVersion(models.Model):
    """What an outing said before it was corrected: who went, each door, the words."""

    outing = models.ForeignKey(Outing, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    content = models.JSONField(_("原来的内容"))
    made_at = models.DateTimeField(_("更正时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["outing", "number"], name="outing_version_is_kept_once_per_number")
        ]

    @property
    def audit_chain(self) -> str:
        return self.outing.audit_chain


class Went(models.Model):
    """A post for which somebody took part in an outing: its holder, or who stood in; `link` in force that day, if any."""

    outing = models.ForeignKey(Outing, on_delete=models.PROTECT, related_name="went")
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="outings")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, blank=True, related_name="outings")
    stand_in = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代理人")
    )
    happened_on = models.DateField()
    received_on = models.DateField()
    counts = models.BooleanField()

    class Meta:
        constraints = [UniqueConstraint(fields=["outing", "post"], name="went_once_per_outing_and_post")]
        indexes = [
            models.Index(fields=["post", "happened_on"], name="went_by_post"),
            models.Index(fields=["link", "happened_on"], name="went_by_link"),
            models.Index(fields=["town", "happened_on"], name="went_by_town"),
        ]


class Visit(models.Model):
    """One door of an outing: household, outcome, and whether it closes the household for the month."""

    outing = models.ForeignKey(Outing, on_delete=models.PROTECT, related_name="visits")
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    group = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    received_on = models.DateField()
    half_day = models.CharField(max_length=9, choices=HalfDay)
    outcome = models.CharField(_("结果"), max_length=11, choices=Outcome)
    settles = models.BooleanField(default=False)
    counts = models.BooleanField()
    follow_up = models.BooleanField(_("需跟进"), default=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["outing", "household"], name="visit_once_per_outing_and_household"),
            CheckConstraint(
                name="visit_settles_only_if_it_counts", condition=Q(settles=False) | Q(counts=True)
            ),
        ]
        indexes = [
            models.Index(fields=["household", "happened_on"], name="visit_by_household"),
            models.Index(fields=["group", "happened_on"], name="visit_by_group"),
            models.Index(fields=["town", "happened_on"], name="visit_by_town"),
        ]


class VisitTopic(models.Model):
    """What came up behind a door, by its code; only where something did."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="topics")
    code = models.CharField(_("事项"), max_length=10, choices=TOPIC_CHOICES)

    class Meta:
        constraints = [UniqueConstraint(fields=["visit", "code"], name="visit_topic_is_named_once")]


class PhoneReport(Record):
    """Somebody of a group rang up about a matter: `unit` is the group, the author took the call. No name, no number."""

    reporter = models.CharField(_("报告人"), max_length=12, choices=Reporter)
    topic = models.CharField(_("事项"), max_length=10, choices=TOPIC_CHOICES)
    what = models.CharField(_("什么事"), max_length=60, blank=True, help_text=_("只写事，不写姓名和号码"))
    received_on = models.DateField(_("登记日"))
    late_reason = models.CharField(_("补录说明"), max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "happened_on", "id"], name="phone_report_by_group"),
            models.Index(fields=["town", "happened_on", "id"], name="phone_report_by_town"),
        ]


class FollowUp(models.Model):
    """A matter to be settled by `unit` (a village) until a day: about a thing, from a door or a phone call (R-12)."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理单位"))
    group = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("村民小组"))
    outing = models.ForeignKey(
        Outing, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    visit = models.OneToOneField(
        Visit, on_delete=models.SET_NULL, null=True, blank=True, related_name="matter"
    )
    report = models.OneToOneField(
        PhoneReport, on_delete=models.PROTECT, null=True, blank=True, related_name="matter"
    )
    topic = models.CharField(_("事项"), max_length=10, choices=TOPIC_CHOICES)
    opened_on = models.DateField(_("提出日"))
    due_on = models.DateField(_("应办结日"))
    expires_on = models.DateField(_("最后保留日"))
    settled_on = models.DateField(_("办结日"), null=True, blank=True)
    how = models.CharField(_("办理情况"), max_length=60, blank=True)
    settled_by = models.CharField(_("办理人"), max_length=80, blank=True)
    dropped_on = models.DateField(_("停办日"), null=True, blank=True)
    escalated_on = models.DateField(_("报综治办日"), null=True, blank=True)
    answered_on = models.DateField(_("综治办回复日"), null=True, blank=True)
    answer = models.CharField(_("回复"), max_length=60, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="follow_up_comes_from_a_door_or_a_call",
                condition=Q(outing__isnull=False, report__isnull=True)
                | Q(outing__isnull=True, report__isnull=False),
            ),
            CheckConstraint(
                name="follow_up_is_due_before_it_expires",
                condition=Q(due_on__gte=F("opened_on"), due_on__lte=F("expires_on")),
            ),
            CheckConstraint(
                name="follow_up_is_settled_somehow", condition=Q(settled_on__isnull=True) | ~Q(how="")
            ),
            CheckConstraint(
                name="follow_up_is_answered_after_escalation",
                condition=Q(answered_on__isnull=True) | Q(escalated_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "settled_on", "due_on"], name="follow_up_by_unit"),
            models.Index(fields=["town", "settled_on", "due_on"], name="follow_up_by_town"),
        ]

    @property
    def audit_chain(self) -> str:
        return self.town.code

    @property
    def lead(self) -> str:
        """The kind under which another room may take the matter over; empty where none is meant to."""
        return TOPICS[self.topic].lead

    def state_on(self, today: dt.date) -> FollowUpState:
        """How it stands on a day."""
        return follow_up_state(
            due_on=self.due_on,
            expires_on=self.expires_on,
            settled_on=self.settled_on,
            dropped_on=self.dropped_on,
            escalated_on=self.escalated_on,
            answered_on=self.answered_on,
            today=today,
        )
