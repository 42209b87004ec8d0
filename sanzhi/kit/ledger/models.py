"""What a plan asks. An obligation is requirement × ower × period; its state is never stored (`sanzhi.domain.states`)."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.domain.periods import Every
from sanzhi.domain.targets import parse_share
from sanzhi.foundation.orgs.models import Unit


class Plan(models.Model):
    """One undertaking of a town, through all versions of its document."""

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("编号"), max_length=12)
    name = models.CharField(_("名称"), max_length=120)
    year = models.PositiveSmallIntegerField(_("年度"))

    class Meta:
        constraints = [UniqueConstraint(fields=["town", "code"], name="plan_code_is_used_once_in_its_town")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_chain(self) -> str:
        return self.town.code


class PlanVersion(models.Model):
    """One issued document of a plan: its stored text, what the reader read, and since when it is confirmed."""

    class State(models.TextChoices):
        READ = "read", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        DISCARDED = "discarded", _("已放弃")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    title = models.CharField(_("标题"), max_length=200, blank=True)
    document_number = models.CharField(_("发文字号"), max_length=60, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=100, blank=True)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    source_digest = models.CharField(_("来源摘要"), max_length=64)
    text = models.TextField(_("原文"))
    reading = models.JSONField(_("机读结果"))
    first_day = models.DateField(_("起始日"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    read_on = models.DateField(_("导入日"))
    confirmed_on = models.DateField(_("确认日"), null=True, blank=True)
    confirmed_by = models.CharField(_("确认人"), max_length=80, blank=True)
    # Codes of tasks of the version before that a person marked as no longer asked for.
    left_out = models.JSONField(_("不再保留的任务"), default=list, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["plan", "number"], name="plan_version_number_is_used_once"),
            CheckConstraint(
                name="plan_version_confirmed_has_first_day_and_confirmer",
                condition=~Q(state="confirmed")
                | (Q(first_day__isnull=False, confirmed_on__isnull=False) & ~Q(confirmed_by="")),
            ),
        ]

    @property
    def audit_chain(self) -> str:
        return self.plan.town.code


class Task(models.Model):
    """One task (or one demand outside the tasks) of a version, with its words and their place in the source.

    `code` is permanent: the same undertaking bears it in every version of the plan.
    """

    class Kind(models.TextChoices):
        TASK = "task", _("工作任务")
        DEMAND = "demand", _("工作要求")

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(_("编号"), max_length=12)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TASK)
    position = models.PositiveSmallIntegerField()
    path = models.JSONField(_("层级"))
    heading = models.CharField(_("标题"), max_length=200, blank=True)
    text = models.TextField(_("原文"))
    span_start = models.PositiveIntegerField()
    span_end = models.PositiveIntegerField()
    confirmed_on = models.DateField(_("确认日"), null=True, blank=True)
    confirmed_by = models.CharField(_("确认人"), max_length=80, blank=True)
    for_lead_unit = models.BooleanField(_("代牵头单位确认"), default=False)
    # In a later version: the task of the version before that it goes on with (proposed until `paired`).
    predecessor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers"
    )
    likeness = models.PositiveSmallIntegerField(_("相似度（%）"), default=0)
    paired = models.BooleanField(_("已对应"), default=False)

    class Meta:
        ordering = ("version", "position")
        constraints = [
            UniqueConstraint(fields=["version", "code"], name="task_code_is_used_once_in_its_version")
        ]

    def __str__(self) -> str:
        return self.heading or self.text[:30]

    @property
    def audit_chain(self) -> str:
        return self.version.plan.town.code


class TaskUnit(models.Model):
    """A unit the document names for a task, in the role it names, under the name it prints."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        RESPONSIBLE = "responsible", _("责任单位")
        COOPERATING = "cooperating", _("配合单位")

    class Meaning(models.TextChoices):
        UNIT = "unit", _("一个单位")
        ALL_VILLAGES = "all_villages", _("各村")
        TOWN_UNITS = "town_units", _("镇直各单位")
        SOME_VILLAGES = "some_villages", _("相关村")
        UNMATCHED = "unmatched", _("未对上")
        OUTSIDE = "outside", _("镇外单位")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="units")
    printed_name = models.CharField(_("文件写法"), max_length=120)
    role = models.CharField(max_length=12, choices=Role)
    meaning = models.CharField(max_length=14, choices=Meaning, default=Meaning.UNMATCHED)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    span_start = models.PositiveIntegerField(null=True)
    span_end = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("task", "position")
        constraints = [
            CheckConstraint(
                name="task_unit_names_a_unit_exactly_when_it_means_one",
                condition=Q(meaning="unit", unit__isnull=False) | (~Q(meaning="unit") & Q(unit__isnull=True)),
            )
        ]


class VillagePick(models.Model):
    """A village that the lead unit picked where the document says 相关村."""

    task_code = models.CharField(max_length=12)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="picks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    picked_on = models.DateField()
    dropped_on = models.DateField(null=True, blank=True)
    ground = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["plan", "task_code", "unit"],
                condition=Q(dropped_on__isnull=True),
                name="village_is_picked_once_per_task",
            )
        ]

    @property
    def audit_chain(self) -> str:
        return self.plan.town.code


class Doubt(models.Model):
    """Where the reader was unsure; a person settles it, with an answer kept."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="doubts")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="doubts")
    about = models.CharField(max_length=40)
    why = models.CharField(_("疑点"), max_length=300)
    span_start = models.PositiveIntegerField(null=True)
    span_end = models.PositiveIntegerField(null=True)
    answer = models.CharField(_("处理"), max_length=200, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)
    settled_on = models.DateField(null=True, blank=True)


class Requirement(models.Model):
    """One thing a task asks: by a day, every period, a share or count by a day, standing, or not yet set."""

    class Kind(models.TextChoices):
        BY_DAY = "by_day", _("按期完成")
        EVERY = "every", _("周期性")
        SHARE_BY_DAY = "share_by_day", _("按期达到比例")
        COUNT_BY_DAY = "count_by_day", _("按期达到数量")
        STANDING = "standing", _("长期坚持")
        UNSET = "unset", _("时限待定")

    class Owers(models.TextChoices):
        """Who owes it: all responsible units of the task, its villages, its lead unit, or one named unit's own share."""

        RESPONSIBLE = "responsible", _("全部责任单位")
        VILLAGES = "villages", _("责任村")
        LEAD = "lead", _("牵头单位")
        LEAD_AND_VILLAGES = "lead_and_villages", _("牵头单位（全镇比例）与各村（本村部分）")
        ONE = "one", _("一个单位的份额")
        NOBODY = "nobody", _("不产生周期义务")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="requirements")
    code = models.CharField(_("编号"), max_length=16)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("种类"), max_length=14, choices=Kind)
    what = models.CharField(_("要求"), max_length=300)
    quote = models.CharField(_("原文依据"), max_length=400, blank=True)
    span_start = models.PositiveIntegerField(null=True)
    span_end = models.PositiveIntegerField(null=True)
    owers = models.CharField(_("由谁承担"), max_length=18, choices=Owers)
    ower = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proves = models.CharField(_("由哪项记录证明"), max_length=60, blank=True, help_text=_("空=进展说明"))
    every = models.CharField(
        _("周期"), max_length=10, choices=[(e.value, e.value) for e in Every], blank=True
    )
    at_least = models.PositiveIntegerField(_("至少"), default=1)
    share = models.CharField(_("比例"), max_length=16, blank=True)
    due_on = models.DateField(_("截止日"), null=True, blank=True)
    acknowledged = models.CharField(_("确认的整数"), max_length=60, blank=True)
    counted_ground = models.CharField(_("改按数量的依据"), max_length=200, blank=True)
    # Key of the first requirement of the same undertaking, through all versions: what was reported on it stays.
    lineage = models.PositiveBigIntegerField(default=0, db_index=True)

    class Meta:
        ordering = ("task", "position")
        constraints = [
            UniqueConstraint(fields=["task", "code"], name="requirement_code_is_used_once_in_its_task"),
            CheckConstraint(
                name="requirement_by_a_day_has_its_day",
                condition=~Q(kind__in=("by_day", "share_by_day", "count_by_day")) | Q(due_on__isnull=False),
            ),
            CheckConstraint(
                name="requirement_every_has_its_rhythm", condition=~Q(kind="every") | ~Q(every="")
            ),
            CheckConstraint(
                name="requirement_share_has_its_share", condition=~Q(kind="share_by_day") | ~Q(share="")
            ),
            CheckConstraint(
                name="requirement_of_one_unit_names_it",
                condition=Q(owers="one", ower__isnull=False) | (~Q(owers="one") & Q(ower__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def audit_chain(self) -> str:
        return self.task.version.plan.town.code

    @property
    def fraction(self) -> Fraction | None:
        """The share as an exact fraction, None where none is asked."""
        return parse_share(self.share) if self.share else None


class Obligation(models.Model):
    """What one unit owes of one requirement for one period or stage. Stored for identity, exemption and history."""

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="obligations")
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("承担单位"))
    post = models.ForeignKey("people.Post", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(pgettext_lazy("obligation", "时段"), max_length=16)
    begins_on = models.DateField(_("起"))
    due_on = models.DateField(_("截止日"), null=True, blank=True)
    closes_on = models.DateField(_("核对期末"), null=True, blank=True)
    contributes = models.BooleanField(_("只作贡献"), default=False)
    town_share = models.BooleanField(_("全镇比例"), default=False)
    dropped_on = models.DateField(_("撤销日"), null=True, blank=True)
    handed_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_over",
        verbose_name=_("移交给"),
    )
    handed_on = models.DateField(null=True, blank=True)
    # Taken over anew from this day: what was done before it does not count.
    anew_on = models.DateField(_("重新计起"), null=True, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            UniqueConstraint(
                fields=["requirement", "unit", "post", "period"],
                nulls_distinct=False,
                name="obligation_is_owed_once_per_period",
            ),
            CheckConstraint(
                name="obligation_closes_on_or_after_its_due_day",
                condition=Q(closes_on__isnull=True) | Q(due_on__isnull=True) | Q(closes_on__gte=F("due_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["town", "due_on"], name="obligation_by_due_day"),
            models.Index(fields=["unit", "due_on"], name="obligation_by_unit"),
            models.Index(
                fields=["town", "unit"], condition=Q(town_share=True), name="obligation_of_a_whole_town"
            ),
        ]

    @property
    def audit_chain(self) -> str:
        return self.town.code


class Exemption(models.Model):
    """One obligation that need not be met, with the reason and who of the lead unit said so; shown beside the figure."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="exemptions")
    reason = models.CharField(_("理由"), max_length=200)
    exempted_on = models.DateField()
    exempted_by = models.CharField(max_length=80)
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["obligation"],
                condition=Q(revoked_on__isnull=True),
                name="obligation_is_exempt_once",
            )
        ]

    @property
    def audit_chain(self) -> str:
        return self.obligation.town.code


class HandOver(models.Model):
    """How an open obligation passes on when its unit ends, as chosen on the page of the merge; without one it is carried."""

    class How(models.TextChoices):
        CARRY = "carry", pgettext_lazy("hand over", "移交")
        ANEW = "anew", _("重新计")
        EXEMPT = "exempt", pgettext_lazy("hand over", "免除")

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="hand_over")
    how = models.CharField(_("怎样接续"), max_length=6, choices=How)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    on = models.DateField(_("自哪一天起"))
    chosen_on = models.DateField()
    chosen_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            CheckConstraint(
                name="hand_over_exempts_with_a_reason", condition=~Q(how="exempt") | ~Q(reason="")
            )
        ]

    @property
    def audit_chain(self) -> str:
        return self.obligation.town.code


class StandingLook(models.Model):
    """The lead unit's monthly look at a standing task: 本月已落实 or 未落实; one tick per task."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="looks")
    task_code = models.CharField(max_length=12)
    month = models.CharField(max_length=7)
    kept_up = models.BooleanField(_("本月已落实"))
    remark = models.CharField(_("说明"), max_length=200, blank=True)
    looked_on = models.DateField()
    looked_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["plan", "task_code", "month"], name="standing_task_is_looked_at_once_a_month"
            )
        ]

    @property
    def audit_chain(self) -> str:
        return self.plan.town.code
