"""A site of a village: what it is for, how far it is, and on which day each stage was reached."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.kit.models import Record
from sanzhi.mechanisms.facilities.states import SiteState


class SiteKind(models.TextChoices):
    """What a site is; each kind has its own check list (`rules.CHECK_LISTS`)."""

    VIDEO = "video", _("视频监控点（雪亮工程）")
    MEDIATION_STUDIO = "mediation_studio", _("个性化调解工作室")
    LEGAL_ROOM = "legal_room", _("公共法律服务工作室")
    EXEMPLARY = "exemplary", _("社会主义核心价值观示范点")
    PRACTICE_BASE = "practice_base", _("文明实践示范基地")


class Site(Record):
    """One planned, built or accepted site. `happened_on` is the day it was entered into the plan of sites.

    Only facts of coverage: no coordinates, no footage, nothing about people (R-40).
    """

    kind = models.CharField(_("种类"), max_length=16, choices=SiteKind)
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
            models.Index(fields=["unit", "state"], name="site_by_unit_and_state"),
            # A list of one state, the newest first, also where nearly all of a large town's sites are in another.
            models.Index(fields=["town", "state", "id"], name="site_by_state"),
        ]

    def __str__(self) -> str:
        return self.name
