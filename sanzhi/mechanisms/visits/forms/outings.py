"""The form of an outing. Its doors are plain fields by the key of the household, read here without a field each: a group
of two hundred doors must cost no more than its rows. Names and meaning of the fields are told in the room's README."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.files.kinds import ACCEPT, MAX_BYTES
from sanzhi.foundation.ui.forms import FormLook, file_hint
from sanzhi.kit.receipts.forms import SentOnce
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.models import HalfDay
from sanzhi.mechanisms.visits.rules import first_close

_DOOR = re.compile(r"door-(\d{1,15})")
_MOST_READ = 2000
"""So many doors are looked at; the action says how many are too many."""


def written(ticks: Iterable[Tick]) -> str:
    """Doors as one word, to be compared with what was sent before and kept in a draft: 12:reached:dispute:1;…"""
    return ";".join(f"{t.household}:{t.outcome}:{'+'.join(t.topics)}:{int(t.follow_up)}" for t in ticks)


def read(word: str) -> list[Tick]:
    """The doors of such a word; what cannot be read is left out."""
    found = []
    for part in word.split(";"):
        household, _sep, rest = part.partition(":")
        outcome, _sep, rest = rest.partition(":")
        topics, _sep, follow = rest.partition(":")
        if household.isascii() and household.isdigit() and len(household) < 16 and outcome:
            found.append(Tick(int(household), outcome, tuple(filter(None, topics.split("+"))), follow == "1"))
    return found


def likely_half_day(moment: dt.datetime) -> str:
    """The part of the day in which an outing is written down."""
    if moment.hour < 12:
        return HalfDay.MORNING
    return HalfDay.AFTERNOON if moment.hour < 17 else HalfDay.EVENING


class OutingForm(FormLook, SentOnce):
    """One walk: day, part of the day, who went, the doors."""

    on = forms.DateField(label=pgettext_lazy("outing", "哪一天"), widget=forms.DateInput())
    half_day = forms.ChoiceField(label=_("时段"), choices=HalfDay.choices, widget=forms.RadioSelect)
    went = forms.MultipleChoiceField(
        label=_("走访人"), required=False, widget=forms.CheckboxSelectMultiple, error_messages={
            "invalid_choice": _("走访人里有一位不在本村任职，已去掉。请重新选。"),
        },
    )  # fmt: skip
    note = forms.CharField(label=_("备注"), required=False, help_text=_("不写姓名和号码，60 字以内"))
    late_reason = forms.CharField(
        label=_("补录说明"), required=False, help_text=_("这一天所在的周或月已经锁定：为什么到今天才登记")
    )

    def prepare(self, people: Sequence[tuple[int, str]], today: dt.date) -> None:
        """Offer who may be named; ask for the reason of being late only where the day needs it."""
        self.today = today
        self.fields["went"].choices = people  # type: ignore[attr-defined]
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    @property
    def day(self) -> dt.date:
        """The day the form speaks of, as far as it can be read and has come; else today."""
        raw = self["on"].value()
        if isinstance(raw, str):
            try:
                raw = dt.date.fromisoformat(raw.strip())
            except ValueError:
                raw = None
        return min(raw, self.today) if isinstance(raw, dt.date) else self.today

    @property
    def late(self) -> bool:
        """Whether the reason of being late is to be asked: the day needs it, or something was written there."""
        return self.today > first_close(self.day) or bool(self["late_reason"].value())

    def chosen(self) -> dict[int, Tick]:
        """Household → what is chosen for it now: typed, or filled in from the outing or a draft."""
        if self.is_bound:
            return {t.household: t for t in self._sent()}
        return {t.household: t for t in read(str(self.initial.get("doors", "")))}

    def _sent(self) -> list[Tick]:
        many = getattr(self.data, "getlist", None)
        found = []
        for name in list(self.data)[: _MOST_READ * 4]:
            door = _DOOR.fullmatch(str(name))
            outcome = str(self.data.get(name) or "").strip() if door else ""
            if door is None or not outcome:
                continue
            topics = many(f"topics-{door[1]}") if many else self.data.get(f"topics-{door[1]}", ())
            follow = bool(self.data.get(f"follow-{door[1]}"))
            found.append(Tick(int(door[1]), outcome[:20], tuple(str(t)[:20] for t in topics), follow))
        return sorted(found)[:_MOST_READ]

    def ticks(self) -> list[Tick]:
        """The doors as the action takes them."""
        return self._sent()

    def walkers(self) -> list[int]:
        """The posts that went."""
        return [int(pk) for pk in self.cleaned_data.get("went", ())]

    def words(self) -> dict[str, Any]:
        said = super().words()
        return said | {
            "went": ",".join(said.get("went", ())),
            "doors": written(self._sent()),
        }

    def said(self) -> dict[str, Any]:
        """What the action takes, but for the people."""
        data = self.cleaned_data
        return {
            "on": data["on"],
            "half_day": data["half_day"],
            "ticks": self.ticks(),
            "note": data["note"],
        }


def from_draft(content: Mapping[str, str]) -> dict[str, Any]:
    """What a kept draft fills a form with."""
    return {**content, "went": [p for p in content.get("went", "").split(",") if p]}


class CorrectForm(OutingForm):
    """What an outing should have said; `version` is the one the person had before them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("更正原因"), required=False, help_text=_("写明为什么改；已经锁定的时段必须写")
    )
    late_reason = None  # type: ignore[assignment]

    @property
    def late(self) -> bool:
        """The reason of the correction is the reason of being late."""
        return False


class TypeInForm(OutingForm):
    """A sheet copied in for whoever walked."""

    author = forms.TypedChoiceField(label=_("走访人（替谁录入）"), coerce=int)
    sheet_number = forms.CharField(label=_("表号"), max_length=24, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["went"].label = _("一同走访的人")
        # Not declared above: a form has a `files` of its own, and refusals of files name this field.
        self.fields["files"] = forms.FileField(
            label=_("走访表的扫描件或照片"),
            required=False,
            widget=forms.FileInput(attrs={"accept": ",".join(ACCEPT)}),
            help_text=file_hint(ACCEPT, MAX_BYTES),
        )

    def offer_authors(self, authors: Sequence[tuple[int, str]]) -> None:
        """For whom a sheet may be copied in."""
        choices = [("", _("请选择")), *authors]
        self.fields["author"].choices = choices  # type: ignore[attr-defined]


class SheetForm(FormLook, forms.Form):
    """The number printed on a sheet, where the camera cannot read it."""

    error_heading = _("没有找到这张表")
    sheet = forms.CharField(
        label=_("表号"), max_length=24, help_text=_("在表的右上角二维码下面，例如 57-220525-QFK")
    )
