"""A site of a village: what it is for, how far it is, on which day each stage was reached; and the notes about it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.kit.models import Record
from sanzhi.mechanisms.facilities.kinds import SiteKind
from sanzhi.mechanisms.facilities.states import Finding, SiteState

__all__ = ["AccessAudit", "Site", "SiteCondition", "SiteKind", "SiteNote", "SiteUse"]


def kind_choices() -> list[tuple[str, object]]:
    """The kinds as a field offers them; named by migrations, so that another kind needs none."""
    return list(SiteKind.choices)


class Site(Record):
    """One planned, built or accepted site. `happened_on` is the day it was entered into the plan of sites.

    Only facts of coverage: no coordinates, no footage, nothing about people (R-40).
    """

    kind = models.CharField(_("种类"), max_length=16, choices=kind_choices)
    name = models.CharField(_("名称"), max_length=60)
    place = models.CharField(
        _("位置说明"), max_length=80, blank=True, help_text=_("写到自然村或场所，不写坐标")
    )
    purpose = models.CharField(_("用途"), max_length=120, blank=True)
    expected_on = models.DateField(_("计划建成日"), null=True, blank=True)
    state = models.CharField(
        pgettext_lazy("site", "状态"), max_length=10, choices=SiteState, default=SiteState.PLANNED
    )
    built_on = models.DateField(_("建成日"), null=True, blank=True)
    handed_in_on = models.DateField(_("报验日"), null=True, blank=True)
    accepted_on = models.DateField(_("验收日"), null=True, blank=True)
    accepted_by = models.CharField(_("验收人"), max_length=80, blank=True)
    # The day somebody looked may lie back; whether it was before the close is judged by the day it was written down.
    acceptance_noted_on = models.DateField(_("验收登记日"), null=True, blank=True)
    late_reason = models.CharField(_("补录说明"), max_length=200, blank=True)
    returned_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    withdrawn_reason = models.CharField(_("撤出计划的依据"), max_length=200, blank=True)
    withdrawn_on = models.DateField(_("撤出日"), null=True, blank=True)
    in_use_on = models.DateField(_("启用日"), null=True, blank=True)
    filed_on = models.DateField(_("公安备案日"), null=True, blank=True)
    checks = models.JSONField(_("核对清单"), default=dict, blank=True)
    hours = models.CharField(_("开放时间"), max_length=300, blank=True)
    hours_on = models.DateField(_("开放时间公布日"), null=True, blank=True)
    # As the last look says that counts; kept here so that a long list can be narrowed to what is out of use.
    condition = models.CharField(_("现状"), max_length=10, choices=Finding, blank=True)
    looked_on = models.DateField(_("最近查看日"), null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="site_is_built_when_handed_in_or_accepted",
                condition=Q(state__in=("planned", "withdrawn")) | Q(built_on__isnull=False),
            ),
            CheckConstraint(
                name="site_is_handed_in_with_its_day",
                condition=~Q(state__in=("handed_in", "accepted")) | Q(handed_in_on__isnull=False),
            ),
            CheckConstraint(
                name="site_is_accepted_by_somebody_on_a_day",
                condition=~Q(state="accepted")
                | (Q(accepted_on__isnull=False, acceptance_noted_on__isnull=False) & ~Q(accepted_by="")),
            ),
            CheckConstraint(
                name="site_is_not_accepted_before_it_was_built",
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("built_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["town", "kind", "unit"], name="site_by_kind"),
            # The grouped counts of the coverage page read nothing but this index.
            models.Index(fields=["unit", "kind", "state"], name="site_by_unit_and_kind"),
            # A list of one state, the newest first, also where nearly all of a large town's sites are in another.
            models.Index(fields=["town", "state", "id"], name="site_by_state"),
            models.Index(fields=["town", "condition", "id"], name="site_by_condition"),
        ]

    def __str__(self) -> str:
        return self.name


_VOID_WITH_A_REASON = Q(void_on__isnull=True, void_reason="") | (
    Q(void_on__isnull=False) & ~Q(void_reason="")
)


class SiteNote(Record):
    """Something seen at a site or that took place there. Never changed: a wrong one is void, with a reason, and stays."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("点位"))
    late_reason = models.CharField(_("补录说明"), max_length=200, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)
    void_on = models.DateField(_("作废日"), null=True, blank=True)

    class Meta:
        abstract = True


class SiteUse(SiteNote):
    """What took place at a site: on one day, or in a whole month taken together (then on its last day). Heads, no names."""

    what = models.CharField(_("开展了什么"), max_length=120)
    whole_month = models.BooleanField(_("整月合计"), default=False)
    times = models.PositiveSmallIntegerField(_("次数"), default=1)
    people = models.PositiveIntegerField(_("参加人数"))

    class Meta:
        constraints = [
            CheckConstraint(name="site_use_is_void_on_a_day_with_a_reason", condition=_VOID_WITH_A_REASON),
            CheckConstraint(name="site_use_took_place_at_least_once", condition=Q(times__gte=1)),
        ]
        indexes = [
            models.Index(fields=["site", "happened_on"], name="site_use_by_site"),
            models.Index(fields=["town", "happened_on", "id"], name="site_use_by_day"),
            models.Index(fields=["unit", "happened_on"], name="site_use_by_unit"),
        ]

    def __str__(self) -> str:
        return self.what


class SiteCondition(SiteNote):
    """How somebody found a site on a day: in order, in need of repair, out of use; and on which day it was mended."""

    finding = models.CharField(_("现状"), max_length=10, choices=Finding)
    lacks = models.CharField(_("缺什么"), max_length=200, blank=True)
    repaired_on = models.DateField(_("修复日"), null=True, blank=True)
    repaired_by = models.CharField(_("修复登记人"), max_length=80, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="site_condition_is_void_on_a_day_with_a_reason", condition=_VOID_WITH_A_REASON
            ),
            CheckConstraint(
                name="site_condition_says_what_lacks", condition=Q(finding="good") | ~Q(lacks="")
            ),
            CheckConstraint(
                name="site_condition_is_repaired_after_the_look",
                condition=Q(repaired_on__isnull=True)
                | (Q(repaired_on__gte=F("happened_on")) & ~Q(finding="good")),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "happened_on"], name="site_condition_by_site"),
            models.Index(fields=["town", "finding", "happened_on"], name="site_condition_by_finding"),
        ]

    def __str__(self) -> str:
        return str(Finding(self.finding).label)


class AccessAudit(SiteNote):
    """The half-yearly look at who looked at the pictures of a video site. No picture, no name of anybody looked at (R-40)."""

    passed = models.JSONField(_("核对无误的项"), default=list, blank=True)
    retention_days = models.PositiveSmallIntegerField(_("图像保存天数（设置）"))
    accesses = models.PositiveSmallIntegerField(_("期间登记的查阅次数"))
    lacks = models.CharField(_("发现的问题"), max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(name="access_audit_is_void_on_a_day_with_a_reason", condition=_VOID_WITH_A_REASON)
        ]
        indexes = [models.Index(fields=["site", "happened_on"], name="access_audit_by_site")]

    def __str__(self) -> str:
        return self.lacks or str(_("查阅审计"))
