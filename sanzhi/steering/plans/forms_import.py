"""What a person types when a plan is imported and confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.domain.periods import Every
from sanzhi.domain.problems import Problem, declare
from sanzhi.domain.targets import format_share, parse_share
from sanzhi.foundation.files.extract import MAX_DOCUMENT_BYTES
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.ui.forms import FormLook, file_hint
from sanzhi.kit import registry
from sanzhi.kit.ledger.models import Requirement, TaskUnit
from sanzhi.kit.measures.declarations import Coverage

declare(
    "plans",
    {
        "nothing_given": "还没有选文件，也没有粘贴文字。请选一个方案文件，或把正文粘贴到下面。",
        "two_given": "文件和粘贴的文字只能用一个。请去掉其中一个。",
        "year_needed": "文件里没有写年份。请填写这份方案是哪一年的，再提交。",
        "year_odd": "年份{year}看起来不对。请填 2000 到 2099 之间的年份。",
        "year_other": "这份文件是{year}年的，方案“{plan}”是{plan_year}年的。不同年度请作为新方案导入。",
        "kept_gone": "读取结果已经过期或不完整。请重新选择文件。",
    },
)
ACCEPTED = (".txt", ".md", ".docx", ".pdf")
KEPT_FOR = dt.timedelta(hours=6)
_SALT = "plans.reading"


class UploadForm(FormLook, forms.Form):
    """A plan document: a file or pasted text, as a new plan or a new version of one.

    What was read once is kept in the form itself (signed) when something else has to be mended, so that a file need not
    be chosen again and nothing is stored meanwhile.
    """

    file = forms.FileField(
        label=_("方案文件"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text=file_hint(ACCEPTED, MAX_DOCUMENT_BYTES),
    )
    text = forms.CharField(
        label=_("或粘贴正文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"data-rows": 8}),
        help_text=_("从文件或网页里整篇复制，连同标题、文号和落款。"),
    )
    plan: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("作为"),
        queryset=None,
        required=False,
        empty_label=_("新方案"),
        help_text=_("修订、补充已经执行的方案，选“……的新版本”。"),
    )
    year = forms.IntegerField(
        label=_("方案年度"), required=False, help_text=_("文件里没有写年份，由您填写，如 2022。")
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plans: Any, ask_year: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plan"]
        field.queryset = plans  # type: ignore[attr-defined]
        field.label_from_instance = lambda p: _("《{name}》的新版本").format(name=p.name)  # type: ignore[attr-defined]
        if not plans:
            del self.fields["plan"]
        if not ask_year and not self.data.get("year"):
            del self.fields["year"]

    def source(self) -> tuple[bytes | str | None, str]:
        """What was handed in: bytes of a file or a text (None: what was kept), and its name. Refuses both or neither."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text") or ""
        if file is not None and text.strip():
            raise Problem("plans.two_given", field="text")
        if file is not None:
            if file.size > MAX_DOCUMENT_BYTES:
                raise Problem("extract.too_large", field="file", name=file.name, size=file.size // 2**20 + 1)
            return file.read(), file.name
        if text.strip():
            return text, ""
        if self.cleaned_data.get("kept"):
            return None, ""
        raise Problem("plans.nothing_given", field="file")


def keep(reading: dict[str, Any], name: str) -> str:
    """A reading as a signed word for a hidden field."""
    return signing.dumps([reading, name], salt=_SALT, compress=True)


def kept(word: str) -> tuple[dict[str, Any], str]:
    """The reading and the file's name of a signed word; refuses one that was changed or is old."""
    try:
        reading, name = signing.loads(word, salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        raise Problem("plans.kept_gone", field="file") from None
    return reading, name


class FirstDayForm(FormLook, forms.Form):
    """The day from which a plan is in force."""

    first_day = forms.DateField(
        label=_("起始日"),
        widget=forms.DateInput(attrs={"data-chips": "none"}),
        error_messages={"invalid": _("这个日期读不出来。请写成 2022-03-15 这样，并核对是不是真有这一天。")},
    )


def unit_choices(units: Iterable[Unit]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a printed name may mean: lists first, then offices, then villages."""
    meanings = TaskUnit.Meaning
    lists = [
        (meanings.ALL_VILLAGES.value, str(meanings.ALL_VILLAGES.label)),
        (meanings.TOWN_UNITS.value, str(meanings.TOWN_UNITS.label)),
        (meanings.SOME_VILLAGES.value, str(_("相关村（由牵头单位选）"))),
        (meanings.OUTSIDE.value, str(_("镇外单位（不产生义务）"))),
    ]
    every = list(units)
    offices = [(f"unit:{u.pk}", u.short_name) for u in every if u.kind != UnitKind.VILLAGE]
    villages = [(f"unit:{u.pk}", u.short_name) for u in every if u.kind == UnitKind.VILLAGE]
    return [(str(_("名单")), lists), (str(_("镇直单位")), offices), (str(_("村")), villages)]


def chosen_meaning(value: str, units: Iterable[Unit]) -> tuple[str, Unit | None] | None:
    """Meaning and unit of a selection's value; None for no choice or one that is not offered."""
    if value.startswith("unit:"):
        unit = next((u for u in units if f"unit:{u.pk}" == value), None)
        return (TaskUnit.Meaning.UNIT, unit) if unit is not None else None
    lists = ("all_villages", "town_units", "some_villages", "outside")
    return (value, None) if value in lists else None


def proof_choices() -> list[tuple[str, Any]]:
    """Which declared duty or target may prove a requirement, by room; none: progress notes."""
    rooms = [
        (r.name, [(d.code, d.label) for d in r.duties])
        for r in registry.rooms()
        if r.duties and not r.generic
    ]
    return [("", str(_("进展说明（写一段进展，牵头单位认定）"))), *rooms]


_EVERY = [("", "–"), *((e.value, f"每{e.label}") for e in Every)]


class RequirementForm(FormLook, forms.Form):
    """One requirement of a task; what its kind does not use is left empty."""

    what = forms.CharField(label=_("要求"), max_length=300, widget=forms.Textarea(attrs={"data-rows": 2}))
    kind = forms.ChoiceField(label=_("种类"), choices=Requirement.Kind.choices)
    owers = forms.ChoiceField(label=_("由谁承担"), choices=Requirement.Owers.choices)
    ower: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("哪个单位"),
        queryset=None,
        required=False,
        empty_label="–",
        help_text=_("只在“一个单位的份额”时选。"),
    )
    due_on = forms.DateField(
        label=_("截止日"),
        required=False,
        widget=forms.DateInput(attrs={"data-chips": "none"}),
        help_text=_("按期完成、按期达到的，必须填写。"),
        error_messages={"invalid": _("这个日期读不出来。请写成 2022-06-30 这样，并核对是不是真有这一天。")},
    )
    every = forms.ChoiceField(
        label=pgettext_lazy("rhythm", "周期"),
        choices=_EVERY,
        required=False,
        help_text=_("只在周期性的要求里选。"),
    )
    at_least = forms.IntegerField(label=pgettext_lazy("count", "至少"), min_value=1, initial=1)
    share = forms.CharField(
        label=pgettext_lazy("share", "比例"), required=False, help_text=_("如 80% 或 4/5；全部写 100%。")
    )
    proves = forms.ChoiceField(label=_("由哪项记录证明"), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ower"].queryset = units  # type: ignore[attr-defined]
        self.fields["proves"].choices = proof_choices()  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(requirement: Requirement) -> dict[str, Any]:
        """The form's values for a requirement as it stands."""
        fields = ("what", "kind", "owers", "ower", "due_on", "every", "at_least", "proves")
        share = format_share(requirement.fraction) if requirement.fraction is not None else ""
        if requirement.fraction is not None and parse_share(share) != requirement.fraction:
            share = requirement.share
        return {f: getattr(requirement, f) for f in fields} | {"share": share}


class ShareForm(FormLook, forms.Form):
    """A responsible unit's own share: what, how often or by when (case 16)."""

    what = forms.CharField(
        label=_("做什么"), max_length=300, help_text=_("一句话，如“每季度查看各村公开栏”。")
    )
    kind = forms.ChoiceField(
        label=_("怎样要求"),
        choices=[
            (Requirement.Kind.EVERY.value, _("按周期")),
            (Requirement.Kind.BY_DAY.value, _("在某日之前")),
            (Requirement.Kind.STANDING.value, _("只配合，不单独承担")),
        ],
        widget=forms.RadioSelect,
    )
    every = forms.ChoiceField(label=_("多久一次"), choices=_EVERY, required=False)
    due_on = forms.DateField(
        label=_("截止日"), required=False, widget=forms.DateInput(attrs={"data-chips": "none"})
    )


class NumberForm(FormLook, forms.Form):
    """What a lead unit may still change after confirmation: a count instead of a share, or what is counted."""

    at_least = forms.IntegerField(
        label=_("整数（个、次、村）"), min_value=1, help_text=_("几个算达到。按比例的，改成数量要写依据。")
    )
    counted_ground = forms.CharField(
        label=_("改按数量的依据"), max_length=200, required=False, help_text=_("如会议纪要、上级批复的文号。")
    )
    proves = forms.ChoiceField(label=_("由哪项记录证明（分母随之而定）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proves"].choices = proof_choices()  # type: ignore[attr-defined]


def population_words(proves: str) -> str:
    """What the denominator of a declared target is, in words; empty for others."""
    source = registry.duties().get(proves)
    return str(source.of.population.label) if source is not None and isinstance(source.of, Coverage) else ""
