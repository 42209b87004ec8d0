"""Forms of units: open, move, close, merge, names, marks, head counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.orgs.models import UnitKind
from sanzhi.foundation.ui.forms import FormLook

Choices = Sequence[tuple[object, str]]


def day_field(label: object, hint: object = "", required: bool = True) -> forms.DateField:
    """A day with its hint."""
    return forms.DateField(label=label, help_text=hint, required=required, widget=forms.DateInput())


def ground_field() -> forms.CharField:
    """On what it rests: a document or a meeting."""
    return forms.CharField(label=_("依据"), max_length=200, help_text=_("文件号，或哪一天的什么会议"))


class Dated(FormLook, forms.Form):
    """A form with a day, today by default."""

    def __init__(self, *args: object, today: dt.date, **kwargs: object) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"on": today} | dict(kwargs["initial"])  # type: ignore[call-overload]
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class OpenUnitForm(Dated):
    """A new unit."""

    parent = forms.TypedChoiceField(label=_("上级单位"), coerce=int)
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[(k.value, k.label) for k in UnitKind if k not in (UnitKind.COUNTY, UnitKind.TOWN)],
    )
    name = forms.CharField(label=_("全称"), max_length=60)
    short_name = forms.CharField(label=_("简称"), max_length=30, required=False)
    code = forms.CharField(label=_("编码"), max_length=24, help_text=_("全县不重复，登记后不再改"))
    on = day_field(_("设立日期"))
    ground = forms.CharField(label=_("依据"), max_length=200, required=False)
    answers = forms.BooleanField(label=_("由县级部门管理（镇里只协调）"), required=False)

    def __init__(self, *args: object, parents: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parent"].choices = parents


class MoveForm(Dated):
    """Where a unit hangs from a day on."""

    parent = forms.TypedChoiceField(label=_("移到哪个上级单位"), coerce=int)
    on = day_field(_("自哪一天起"), _("这一天以前的数字不变"))
    ground = ground_field()

    def __init__(self, *args: object, parents: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parent"].choices = parents


class CloseForm(Dated):
    """The end of a unit."""

    on = day_field(_("自哪一天起不再存在"), _("前一天是它的最后一天"))
    ground = ground_field()
    successor = forms.TypedChoiceField(
        label=_("由哪个单位接续"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("它欠的任务由接续的单位承担"),
    )

    def __init__(self, *args: object, others: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["successor"].choices = [("", _("没有"))] + list(others)


class RenameForm(FormLook, forms.Form):
    """Names and place in lists."""

    name = forms.CharField(label=_("全称"), max_length=60)
    short_name = forms.CharField(label=_("简称"), max_length=30, required=False)
    position = forms.IntegerField(
        label=_("排序"), min_value=0, max_value=999_999, help_text=_("数字小的排在前面")
    )
    answers = forms.BooleanField(label=_("由县级部门管理（镇里只协调）"), required=False)


class AliasForm(FormLook, forms.Form):
    """Another printed name."""

    name = forms.CharField(
        label=_("别名"), max_length=60, help_text=_("文件里会出现的另一种写法，如“党建工作办公室”")
    )


class MarkForm(Dated):
    """On the list of 镇直单位 or off it."""

    counts = forms.TypedChoiceField(
        label=_("镇直单位名单"),
        coerce=lambda v: v == "yes",
        choices=[("yes", _("列入")), ("no", _("不再列入"))],
        widget=forms.RadioSelect,
    )
    on = day_field(_("自哪一天起"))


class MergeForm(Dated):
    """Several villages become one."""

    units = forms.TypedMultipleChoiceField(
        label=_("合并哪些村"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    into = forms.TypedChoiceField(
        label=_("由谁接续"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("并入其中一个村就选它；成立新村就选“新村”"),
    )
    name = forms.CharField(label=_("新村全称"), max_length=60, required=False, help_text=_("成立新村才填"))
    code = forms.CharField(
        label=_("新村编码"), max_length=24, required=False, help_text=_("可以留空，由系统编")
    )
    on = day_field(_("自哪一天起"), _("这一天以前的数字仍属原来的村"))
    ground = ground_field()

    def __init__(self, *args: object, villages: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["units"].choices = villages
        self.fields["into"].choices = [("", _("新村")), *villages]

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        if not given.get("into") and not (given.get("name") or "").strip():
            self.add_error("name", _("请填写新村的全称，或选由哪个村接续。"))
        if given.get("into") and given["into"] not in (given.get("units") or []):
            self.add_error("into", _("接续的村要在合并的村里面。请重新选择。"))
        return given


class HeadCountForm(Dated):
    """How many, on which day, from where."""

    what = forms.CharField(
        label=_("口径"), max_length=40, help_text=_("如 户籍人口、常住人口、18周岁以上村民")
    )
    count = forms.IntegerField(label=_("人数"), min_value=0, max_value=9_999_999)
    on = day_field(_("统计日"))
    source = forms.CharField(label=_("来源"), max_length=100, help_text=_("如 派出所户籍数、年报"))
