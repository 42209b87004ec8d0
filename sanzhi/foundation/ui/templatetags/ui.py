"""The components as template tags: `{% load ui %}`. Each only hands over to a plain function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as clock_time

from django import template
from django.utils.safestring import SafeString

from sanzhi.domain.periods import Period
from sanzhi.foundation.ui import components, formats, forms, frame, lists

register = template.Library()

for _name in (
    "board_cell breadcrumb button chips copy_text doubt facts fraction head_assets icon link_button marks_key masked"
    " notice pager progress state_mark steps tabs"
).split():
    register.simple_tag(getattr(components, _name), name=_name)
register.simple_tag(components.empty, name="empty_page")
register.simple_tag(components.asset, name="asset")
register.simple_tag(forms.render_form, name="ui_form", takes_context=True)
register.simple_tag(forms.render_field, name="ui_field", takes_context=True)
register.simple_tag(forms.error_summary, name="error_summary")
register.simple_tag(lists.data_table, name="data_table")
register.simple_tag(frame.places, name="ui_places")
register.simple_tag(frame.bottom_bar, name="ui_bottom_bar")

register.filter("weekday", formats.weekday)
register.filter("number", formats.number)
register.filter("names", formats.names)
register.filter("short", formats.short)
register.filter("file_size", formats.file_size)


@register.simple_tag(takes_context=True)
def day(context: Mapping, value: date | None, weekday: bool = True) -> str:
    """3月31日（周四）, with the year when it is not the shell's."""
    return formats.day(value, frame.day_of(context), with_weekday=weekday)


@register.filter
def time(value: clock_time | datetime | None, _pattern: str = "") -> str:
    """14:05. A pattern, as Django's filter of this name takes one, changes nothing: times look the same everywhere."""
    return formats.time(value)


@register.simple_tag(takes_context=True)
def moment(context: Mapping, value: datetime | None) -> str:
    """3月31日 14:05, with the year when it is not the shell's."""
    return formats.moment(value, frame.day_of(context))


@register.simple_tag(takes_context=True)
def period(context: Mapping, value: Period) -> str:
    """6月, 第24周（6月6日—6月12日）, 2022年上半年."""
    return formats.period(value, frame.day_of(context))


@register.simple_tag(takes_context=True)
def span(context: Mapping, first: date, last: date) -> str:
    """6月6日—6月12日."""
    return formats.span(first, last, frame.day_of(context))


@register.simple_tag
def table_open(caption: str = "", cards: bool = False, board: bool = False) -> SafeString:
    """Open a data table in its own scrolling box; close it with table_close. `cards` on phones; `board` of marks."""
    return lists.table_open(caption, cards=cards, css="s-board" if board else "")


@register.simple_tag
def table_close() -> SafeString:
    """Close what table_open opened."""
    return lists.TABLE_CLOSE
