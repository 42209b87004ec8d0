"""What a person types about a site. Refusals about the site itself come from the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui.forms import FormLook
from sanzhi.kit.receipts.forms import SentOnce
from sanzhi.mechanisms.facilities.kinds import AUDIT_LIST, KINDS, LEAST_RETENTION, SiteKind
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS, FILED_KINDS
from sanzhi.mechanisms.facilities.states import Finding


class StepForm(FormLook, SentOnce):
    """A form about one site; `prepare` fills in what the house knows."""

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        """Adapt the fields to the site as it is on `today`; `closed` is the due day of a stage already closed."""


class PlanForm(FormLook, SentOnce):
    """A site is entered into a village's plan of sites."""

    unit = forms.TypedChoiceField(label=pgettext_lazy("unit kind", "村"), coerce=int)
    kind = forms.ChoiceField(label=pgettext_lazy("site", "种类"), choices=SiteKind.choices)
    name = forms.CharField(
        label=_("名称"), max_length=200, help_text=_("让人一看就知道在哪里，例如“村口老樟树旁”")
    )
    place = forms.CharField(
        label=_("位置说明"), max_length=400, required=False, help_text=_("写到自然村或场所，不写坐标")
    )
    purpose = forms.CharField(label=_("用途"), max_length=400, required=False)
    expected_on = forms.DateField(
        label=_("计划建成日"), required=False, widget=forms.DateInput(attrs={"data-chips": "none"})
    )

    def offer(self, villages: Sequence[Unit]) -> None:
        """Ask for the village only where there is a choice."""
        self.villages = {v.pk: v for v in villages}
        field = self.fields["unit"]
        field.choices = [(v.pk, v.short_name) for v in villages]  # type: ignore[attr-defined]
        if len(villages) == 1:
            field.initial = villages[0].pk
            field.widget = forms.HiddenInput()


class BuildForm(StepForm):
    """On which day it was built; usually handed in at once."""

    built_on = forms.DateField(label=_("建成日"), widget=forms.DateInput())
    hand_in = forms.BooleanField(
        label=_("已经完工，同时报验"), required=False, initial=True, help_text=_("报验后由牵头单位到现场验收")
    )

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["built_on"].initial = site.built_on or today


class HandInForm(StepForm):
    """Nothing to type: what happens is said above the button."""


class AcceptForm(StepForm):
    """The check list, item by item, and the day on the spot."""

    checks = forms.MultipleChoiceField(
        label=_("核对清单（逐项看过再勾）"), widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label=_("现场验收日"), widget=forms.DateInput())
    late_reason = forms.CharField(label=_("补录说明"), max_length=400, required=False)

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        lines = [
            (c.code, _("{label}（依据：{source}）").format(label=c.label, source=c.source))
            for c in CHECK_LISTS[site.kind]
        ]
        self.fields["checks"].choices = lines  # type: ignore[attr-defined]
        self.fields["on"].initial = today
        if closed is None:
            del self.fields["late_reason"]
        else:
            self.fields["late_reason"].required = True
            self.fields["late_reason"].help_text = _(
                "{month}月{day}日截止的比例已经锁定。现在验收会作为补录，写明为什么到今天才验收。"
            ).format(month=closed.month, day=closed.day)


class ReasonForm(StepForm):
    """Why it goes back: what lacks and how to put it right."""

    reason = forms.CharField(
        label=pgettext_lazy("site", "原因"),
        max_length=1000,
        widget=forms.Textarea(attrs={"data-rows": 3}),
        help_text=_("写明缺什么、怎么补，村里会看到"),
    )


class WithdrawForm(ReasonForm):
    """The day and the ground on which a site leaves the plan of sites."""

    on = forms.DateField(label=_("撤出日"), widget=forms.DateInput())

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["reason"].label = _("撤出的依据")
        self.fields["reason"].help_text = _("例如：村合并后由原甲村的点覆盖，镇综治办5月20日会议同意")
        self.fields["on"].initial = today


class UseForm(StepForm):
    """Since when it is in use, and for a video site when the police filing was made."""

    in_use_on = forms.DateField(label=_("启用日"), required=False, widget=forms.DateInput())
    filed_on = forms.DateField(
        label=_("公安备案日"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("启用后 30 日内向公安机关备案"),
    )

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["in_use_on"].initial = site.in_use_on or today
        self.fields["filed_on"].initial = site.filed_on
        if site.kind not in FILED_KINDS:
            del self.fields["filed_on"]


class HoursForm(StepForm):
    """When it is open, as it hangs at the door."""

    hours = forms.CharField(
        label=_("开放时间"),
        max_length=1000,
        widget=forms.Textarea(attrs={"data-rows": 4}),
        help_text=_("每行一条，例如：周一至周五 9:00–17:00"),
    )
    on = forms.DateField(label=_("从哪天起公布"), widget=forms.DateInput())

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["hours"].initial = site.hours
        self.fields["on"].initial = today


class NoteForm(StepForm):
    """A note of a day. The reason for being late is asked once the house has said that the month is closed."""

    late_reason = forms.CharField(label=_("补录说明"), max_length=400, required=False)

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["on"].initial = today
        if not self.is_bound:
            del self.fields["late_reason"]
        else:
            self.fields["late_reason"].help_text = _("只在那个月已经锁定时填：为什么到今天才记")


class UseNoteForm(NoteForm):
    """What took place, and how many came."""

    on = forms.DateField(label=pgettext_lazy("use", "哪一天"), widget=forms.DateInput())
    what = forms.CharField(
        label=_("开展了什么"), max_length=400, help_text=_("例如：广场舞、电影放映、种养培训。不写人名")
    )
    people = forms.IntegerField(label=_("参加人数"), help_text=_("到场人次，估数也可以，不写名单"))
    whole_month = forms.BooleanField(
        label=_("这是整月合计"),
        required=False,
        help_text=_("平时不按天记的，月底合计一次：日期选那个月的任意一天"),
    )
    times = forms.IntegerField(
        label=_("次数"), required=False, help_text=_("整月合计时填开展了几次；按天记不用填")
    )
    field_order = ("on", "what", "people", "whole_month", "times", "late_reason")

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        super().prepare(site, today, closed)
        if hint := KINDS[site.kind].hint:
            self.fields["what"].help_text = hint


class LookForm(NoteForm):
    """How the site was found."""

    on = forms.DateField(label=_("查看日"), widget=forms.DateInput())
    finding = forms.ChoiceField(
        label=pgettext_lazy("site", "现状"), choices=Finding.choices, widget=forms.RadioSelect
    )
    lacks = forms.CharField(
        label=_("缺什么、坏在哪里"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"data-rows": 3}),
        help_text=_("完好就不用填"),
    )
    field_order = ("on", "finding", "lacks", "late_reason")


class AuditForm(NoteForm):
    """The half-yearly audit, line by line."""

    on = forms.DateField(label=_("审计日"), widget=forms.DateInput())
    passed = forms.MultipleChoiceField(
        label=_("逐项核对（无误的勾上）"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[
            (c.code, _("{label}（依据：{source}）").format(label=c.label, source=c.source))
            for c in AUDIT_LIST
        ],
    )
    retention_days = forms.IntegerField(
        label=_("图像保存天数（设置）"),
        help_text=_("不少于 {least} 天，期满删除").format(least=LEAST_RETENTION),
    )
    accesses = forms.IntegerField(
        label=_("登记的查阅次数"), help_text=_("上次审计以来登记簿上有几次，没有就填 0")
    )
    lacks = forms.CharField(
        label=_("发现的问题"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"data-rows": 3}),
        help_text=_("有没勾上的项就要写，并写怎么改；不写被查阅的人和画面内容"),
    )
    field_order = ("on", "passed", "retention_days", "accesses", "lacks", "late_reason")


class RepairForm(StepForm):
    """On which day it was mended."""

    on = forms.DateField(label=_("修复日"), widget=forms.DateInput())

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["on"].initial = today


class VoidForm(ReasonForm):
    """Why a note should not have been written."""

    def prepare(self, site: Site, today: dt.date, closed: dt.date | None) -> None:
        self.fields["reason"].help_text = _("例如：日期写错，已另记一条")
