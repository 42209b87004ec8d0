"""Forms of people, posts and households; of imports and requests to take data out."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sanzhi.foundation.people.models import PostKind, PresenceKind
from sanzhi.foundation.ui.forms import FormLook
from sanzhi.steering.registers.forms.units import Choices, Dated, day_field, ground_field


class PersonForm(FormLook, forms.Form):
    """Name and phone."""

    name = forms.CharField(label=_("姓名"), max_length=30)
    phone = forms.CharField(
        label=_("电话"),
        max_length=20,
        required=False,
        help_text=_("加密保存，页面上只显示头尾几位"),
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


class CorrectPersonForm(PersonForm):
    """Name, and a new phone where one is typed."""

    phone = forms.CharField(
        label=_("新的电话"),
        max_length=20,
        required=False,
        help_text=_("留空就不改"),
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    forget_phone = forms.BooleanField(label=_("删去登记的电话"), required=False)


class PostForm(Dated):
    """A post in a unit."""

    unit = forms.TypedChoiceField(label=_("单位"), coerce=int)
    kind = forms.ChoiceField(label=_("职务"), choices=PostKind.choices)
    two_committees = forms.BooleanField(
        label=_("是村“两委”成员"), required=False, help_text=_("书记、主任、两委成员不用勾，系统自动算")
    )
    on = day_field(_("任职起"))
    term_ends_on = day_field(_("届满日"), required=False)

    def __init__(self, *args: object, units: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].choices = units


class NewPersonForm(PostForm, PersonForm):
    """A person with a first post."""

    field_order = ("name", "unit", "kind", "two_committees", "on", "term_ends_on", "phone")


class CorrectPostForm(FormLook, forms.Form):
    """What was entered wrongly of a post that runs."""

    two_committees = forms.BooleanField(label=_("是村“两委”成员"), required=False)
    opened_on = day_field(_("任职起"))
    term_ends_on = day_field(_("届满日"), required=False)


class ClosePostForm(Dated):
    """The last day of a post."""

    last = day_field(_("最后一天在任"))
    ground = ground_field()


class LeaveForm(Dated):
    """From when to when somebody is away from a post, and who stands in."""

    on = day_field(_("离岗第一天"))
    last = day_field(_("离岗最后一天"), _("还不知道就留空，回来时再登记"), required=False)
    stand_in = forms.TypedChoiceField(
        label=_("由谁代理"), coerce=int, required=False, empty_value=None, help_text=_("没有人代理就留空")
    )
    ground = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("文件号，或哪一天谁同意；不写病情和家事")
    )

    def __init__(self, *args: object, colleagues: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["stand_in"].choices = [("", _("没有人代理")), *colleagues]


class EndLeaveForm(Dated):
    """The last day of a leave."""

    last = day_field(_("离岗最后一天"), _("第二天起算回岗"))


class ReasonForm(FormLook, forms.Form):
    """Why somebody wants to see a number in full."""

    reason = forms.CharField(
        label=_("为什么要看"), max_length=200, help_text=_("系统会记下谁、什么时候、为什么看的")
    )


class HouseholdForm(Dated):
    """A new household."""

    number = forms.CharField(label=_("户号"), max_length=24, help_text=_("村里编的号，不是身份证号"))
    group = forms.TypedChoiceField(label=_("村民小组"), coerce=int)
    door = forms.CharField(label=_("门牌"), max_length=40, required=False)
    walk_order = forms.IntegerField(label=_("走访顺序"), min_value=0, max_value=99_999, initial=0)
    surname = forms.CharField(
        label=_("联系人姓氏"), max_length=8, required=False, help_text=_("只填姓，不填全名")
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        required=False,
        help_text=_("本人同意才登记，加密保存"),
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
    )
    presence = forms.ChoiceField(label=_("在家情况"), choices=PresenceKind.choices, widget=forms.RadioSelect)
    on = day_field(_("自哪一天起"))

    def __init__(self, *args: object, groups: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["group"].choices = groups


class MoveHouseholdForm(Dated):
    """Another group or another door."""

    group = forms.TypedChoiceField(label=_("迁到哪个村民小组"), coerce=int)
    door = forms.CharField(label=_("门牌"), max_length=40, required=False)
    walk_order = forms.IntegerField(label=_("走访顺序"), min_value=0, max_value=99_999, initial=0)
    on = day_field(_("自哪一天起"), _("这一天以前仍算在原来的组"))
    ground = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: object, groups: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["group"].choices = groups


class PresenceForm(Dated):
    """Whether somebody lives there from a day on."""

    kind = forms.ChoiceField(label=_("在家情况"), choices=PresenceKind.choices, widget=forms.RadioSelect)
    on = day_field(_("自哪一天起"))


class CloseHouseholdForm(Dated):
    """The end of a household's registration."""

    on = day_field(_("自哪一天起销户"))
    ground = ground_field()


class CorrectHouseholdForm(FormLook, forms.Form):
    """What was entered wrongly."""

    surname = forms.CharField(label=_("联系人姓氏"), max_length=8, required=False)
    door = forms.CharField(label=_("门牌"), max_length=40, required=False)
    walk_order = forms.IntegerField(label=_("走访顺序"), min_value=0, max_value=99_999)
    phone = forms.CharField(label=_("新的联系电话"), max_length=20, required=False, help_text=_("留空就不改"))


class ImportForm(Dated):
    """A file, and the day from which its changes hold."""

    file = forms.FileField(label=_("Excel 文件"), help_text=_("可以是 .xlsx 或 .xls，不超过 10 MB、4 万行"))
    on = day_field(_("变动自哪一天起"), _("表里写了日期的行，按表里的日期"))


class ExportForm(FormLook, forms.Form):
    """What is to leave the house, and why."""

    unit = forms.TypedChoiceField(label=_("哪个村"), coerce=int)
    columns = forms.MultipleChoiceField(
        label=_("除户号和组别外，还要带出"),
        choices=[("door", _("门牌")), ("surname", _("联系人姓氏"))],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("用来做什么"), max_length=200, help_text=_("会印在文件里，也会留痕"))

    def __init__(self, *args: object, units: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].choices = units


class DecideForm(FormLook, forms.Form):
    """What the second person says."""

    note = forms.CharField(label=_("意见"), max_length=200, required=False)
