"""The components of every page, as plain functions that return safe HTML; templates reach them as tags.

Functions, not included templates: a list of five hundred rows must cost no more than its rows. Whatever comes from
outside is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from html import escape
from typing import NamedTuple

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from sanzhi.foundation.ui import formats


class Link(NamedTuple):
    """A place to go: a tab, a chip, a crumb, an entry of a menu."""

    label: str
    url: str
    chosen: bool = False
    number: int | None = None


class Mark(NamedTuple):
    """How a state looks: its sign, its word, its tone. The tone never says what the sign and word do not."""

    sign: str
    label: object
    tone: str


MARKS: dict[str, Mark] = {
    "undetermined": Mark("?", pgettext_lazy("state", "待确定"), "grey"),
    "not_due": Mark("·", pgettext_lazy("state", "未到"), "grey"),
    "not_started": Mark("○", pgettext_lazy("state", "未启动"), "grey"),
    "under_way": Mark("◐", pgettext_lazy("state", "序时推进"), "blue"),
    "checking": Mark("◌", pgettext_lazy("state", "核对期"), "blue"),
    "done": Mark("✓", pgettext_lazy("state", "已完成"), "green"),
    "done_late": Mark("✓", pgettext_lazy("state", "逾期完成"), "amber"),
    "overdue": Mark("!", pgettext_lazy("state", "逾期未完成"), "red"),
    "not_applicable": Mark("–", pgettext_lazy("state", "不适用"), "grey"),
    "handed_over": Mark("→", pgettext_lazy("state", "已移交"), "grey"),
    "dropped": Mark("×", pgettext_lazy("state", "已撤销"), "grey"),
}
"""Every state of an obligation, and how it is shown."""


@cache
def asset(path: str, _root: str = "") -> str:
    """The address of one of our static files; where the manifest lacks it, the plain address (an error page must come)."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


# No style or script of its own making (the content policy refuses both), no request to elsewhere, no page kept in the browser.
_HTMX = '{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0}'


def head_assets() -> SafeString:
    """The links to style sheets and scripts that every page carries, and what htmx is told to leave alone."""
    return _head(settings.STATIC_URL)


@cache
def _head(root: str) -> SafeString:
    css = "".join(
        f'<link rel="stylesheet" href="{asset(p, root)}">'
        for p in ("ui/vendor/bootstrap.min.css", "ui/sanzhi.css")
    )
    js = "".join(
        f'<script src="{asset(p, root)}" defer></script>' for p in ("ui/vendor/htmx.min.js", "ui/sanzhi.js")
    )
    return mark_safe(
        f"<meta name=\"htmx-config\" content='{_HTMX}'>{css}"
        f'<link rel="icon" href="{asset("ui/mark.svg", root)}" type="image/svg+xml">{js}'
    )


def icon(name: str) -> SafeString:
    """A drawing from the sprite, silent for screen readers: the word beside it speaks."""
    return _icon(name, settings.STATIC_URL)


@cache
def _icon(name: str, root: str) -> SafeString:
    return mark_safe(
        f'<svg class="s-icon" aria-hidden="true"><use href="{asset("ui/icons.svg", root)}#{escape(name)}"/></svg>'
    )


def state_mark(code: str, awaiting: bool = False) -> SafeString:
    """A state's sign and word; `awaiting` adds the small 待认定 beside it. An unknown code is a KeyError."""
    return _state_mark(code, bool(awaiting), get_language())


@cache
def _state_mark(code: str, awaiting: bool, _language: str) -> SafeString:
    sign, label, tone = MARKS[code]
    extra = f' <small class="s-awaiting">{escape(_("待认定"))}</small>' if awaiting else ""
    return mark_safe(
        f'<span class="s-mark s-{tone}"><i class="s-sign" aria-hidden="true">{sign}</i>{escape(str(label))}</span>{extra}'
    )


def word_mark(mark: Mark) -> SafeString:
    """The state of a room's own record (a site, a note), looking as the states of obligations do."""
    return mark_safe(
        f'<span class="s-mark s-{mark.tone}"><i class="s-sign" aria-hidden="true">{escape(mark.sign)}</i>'
        f"{escape(str(mark.label))}</span>"
    )


def board_cell(
    code: str,
    done: int | None = None,
    owed: int | None = None,
    url: str = "",
    about: str = "",
    awaiting: bool = False,
    note: str = "",
) -> SafeString:
    """A board's cell: sign and fraction, the state's word for screen readers, opening a side sheet on the desktop.

    `about` names row and column for who cannot see them, e.g. 青山村 6月; `note` is a word in small type behind it all.
    """
    head, tail = _cell(code, bool(awaiting), get_language())
    number = "" if done is None else f"{done}/{owed}" if owed is not None else str(done)
    hidden = f'<span class="visually-hidden">{escape(about)}</span>' if about else ""
    if note:
        tail = f'{tail}<small class="s-quiet">{escape(note)}</small>'
    if url:
        return mark_safe(f'<a href="{escape(url)}" data-sheet {head}{hidden}{number}{tail}</a>')
    return mark_safe(f"<span {head}{hidden}{number}{tail}</span>")


@cache
def _cell(code: str, awaiting: bool, _language: str) -> tuple[str, str]:
    sign, label, tone = MARKS[code]
    dot = "<sup>*</sup>" if awaiting else ""
    words = escape(str(label)) + ("，" + escape(_("待认定")) if awaiting else "")
    return (
        f'class="s-cell s-{tone}" title="{words}"><i class="s-sign" aria-hidden="true">{sign}</i>'
        f'<span class="visually-hidden">{words}</span>',
        dot,
    )


def marks_key() -> SafeString:
    """What each sign means, on one line below a board."""
    return mark_safe(f'<p class="s-key">{" ".join(state_mark(code) for code in MARKS)}</p>')


def fraction(done: int | Fraction | None, owed: int | None = None) -> SafeString:
    """8/9（88.9%） with tabular digits; – when nobody owes it."""
    return mark_safe(f'<span class="s-num">{formats.fraction(done, owed)}</span>')


_BUTTONS = {
    "main": "btn btn-main",
    "plain": "btn btn-plain",
    "quiet": "btn btn-quiet",
    "danger": "btn btn-danger-line",
}


def button(
    label: str, kind: str = "main", name: str = "", value: str = "", icon_name: str = ""
) -> SafeString:
    """A button that sends its form; the label is a verb. Kinds: main (one a page), plain, quiet, danger."""
    sent = f' name="{escape(name)}" value="{escape(str(value))}"' if name else ""
    drawing = icon(icon_name) if icon_name else ""
    return mark_safe(
        f'<button type="submit" class="{_BUTTONS[kind]}"{sent}>{drawing}{escape(str(label))}</button>'
    )


def link_button(label: str, url: str, kind: str = "plain", icon_name: str = "") -> SafeString:
    """A link that looks like a button: it goes somewhere, it changes nothing."""
    drawing = icon(icon_name) if icon_name else ""
    return mark_safe(f'<a class="{_BUTTONS[kind]}" href="{escape(url)}">{drawing}{escape(str(label))}</a>')


def _link(item: Link | tuple, css: str, current: str) -> str:
    link = item if isinstance(item, Link) else Link(*item)
    chosen = f' aria-current="{current}"' if link.chosen else ""
    count = f' <span class="s-count">{formats.number(link.number)}</span>' if link.number is not None else ""
    return f'<a class="{css}" href="{escape(link.url)}"{chosen}>{escape(str(link.label))}{count}</a>'


def tabs(items: Iterable[Link | tuple], label: str = "") -> SafeString:
    """Views of one thing: (label, url, chosen, number) each, numbers only where somebody needs them."""
    inside = "".join(_link(i, "s-tab", "page") for i in items)
    return mark_safe(f'<nav class="s-tabs" aria-label="{escape(label or _("分页"))}">{inside}</nav>')


def chips(items: Iterable[Link | tuple], label: str = "") -> SafeString:
    """Short choices as links, the chosen one filled: (label, url, chosen, number) each."""
    inside = "".join(_link(i, "s-chip", "true") for i in items)
    return mark_safe(
        f'<div class="s-chips" role="group" aria-label="{escape(label or _("可选项"))}">{inside}</div>'
    )


def breadcrumb(items: Iterable[Link | tuple]) -> SafeString:
    """The way down to this page: (label, url) each, without the page itself."""
    inside = "".join(f"<li>{_link(i, 's-crumb', 'page')}</li>" for i in items)
    return mark_safe(f'<nav class="s-crumbs" aria-label="{escape(_("所在位置"))}"><ol>{inside}</ol></nav>')


def steps(labels: Iterable[object], current: int) -> SafeString:
    """The steps of a procedure, the current one (from 1) marked, those before ticked."""
    inside = []
    for i, label in enumerate(labels, 1):
        state = "done" if i < current else "now" if i == current else "ahead"
        sign = "✓" if i < current else str(i)
        here = ' aria-current="step"' if i == current else ""
        inside.append(
            f'<li class="s-step s-step-{state}"{here}><i aria-hidden="true">{sign}</i>{escape(str(label))}</li>'
        )
    return mark_safe(f'<ol class="s-steps">{"".join(inside)}</ol>')


def facts(pairs: Iterable[tuple[object, object]]) -> SafeString:
    """A definition list: (term, value) each; None is –, safe HTML stays as it is."""
    inside = []
    for term, value in pairs:
        shown = formats.NOTHING if value is None or value == "" else _safe(value)
        inside.append(f"<div><dt>{escape(str(term))}</dt><dd>{shown}</dd></div>")
    return mark_safe(f'<dl class="s-facts">{"".join(inside)}</dl>')


def _safe(value: object) -> str:
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


_NOTICES = {"info": "info", "good": "check", "warn": "warn", "bad": "warn"}
_TONES = {"success": "good", "warning": "warn", "error": "bad", "debug": "info"} | {
    tone: tone for tone in _NOTICES
}


def notice(text: object, tone: str = "info", title: str = "") -> SafeString:
    """A sentence about this page: what it is and what to do next.

    Tones: info, good, warn, bad; Django's names for the levels of its messages are understood, too.
    """
    tone = next((_TONES[word] for word in tone.split() if word in _TONES), "info")
    head = f"<strong>{escape(str(title))}</strong> " if title else ""
    role = "alert" if tone == "bad" else "status"
    return mark_safe(
        f'<div class="s-notice s-notice-{tone}" role="{role}">{icon(_NOTICES[tone])}<div>{head}{_safe(text)}</div></div>'
    )


def empty(text: str, url: str = "", label: str = "", title: str = "") -> SafeString:
    """A page with nothing yet: what will stand here, who puts it there, and the step where this person may take it."""
    head = f"<h2>{escape(str(title))}</h2>" if title else ""
    step = f"<p>{link_button(label, url, 'main')}</p>" if url else ""
    return mark_safe(f'<div class="s-empty">{head}<p>{escape(str(text))}</p>{step}</div>')


def doubt(text: object, why: object) -> SafeString:
    """Words the reader is unsure of: a dotted underline, and why, also for who cannot hover."""
    reason = escape(str(why))
    return mark_safe(
        f'<span class="s-doubt" tabindex="0" title="{reason}">{escape(str(text))}'
        f'<span class="visually-hidden">（{escape(_("存疑"))}：{reason}）</span></span>'
    )


def masked(text: object, why: object = "") -> SafeString:
    """Text that the house has already masked, with a word on why; this component masks nothing itself."""
    reason = escape(str(why or _("为保护个人信息，部分内容不显示")))
    return mark_safe(f'<span class="s-masked" title="{reason}">{escape(str(text))}</span>')


def copy_text(text: str, label: str = "") -> SafeString:
    """复制文字: at most 200 characters for a chat group; without JavaScript the text opens to be copied by hand."""
    body = escape(formats.short(str(text)))
    word = escape(str(label or _("复制文字")))
    done = escape(_("已复制"))
    return mark_safe(
        f'<details class="s-copy" data-copy data-done="{done}"><summary class="btn btn-quiet">{icon("copy")}'
        f'<span aria-live="polite">{word}</span></summary>'
        f'<textarea readonly rows="4" class="form-control" aria-label="{word}">{body}</textarea></details>'
    )


def progress(done: int, owed: int | None, label: str = "") -> SafeString:
    """A thin bar beside its fraction; nothing but – when nobody owes it."""
    if not owed:
        return mark_safe(f'<span class="s-num">{formats.NOTHING}</span>')
    words = escape(str(label or formats.fraction(done, owed)))
    return mark_safe(
        f'<span class="s-progress"><progress max="{owed}" value="{min(done, owed)}" aria-label="{words}"></progress>'
        f"{fraction(done, owed)}</span>"
    )


def pager(next_url: str | None, first_url: str | None = None, shown: int | None = None) -> SafeString:
    """更多 by key, and the way back to the first rows; says so when this is the end."""
    parts = []
    if shown is not None:
        parts.append(f'<span class="s-quiet">{escape(_("本页{count}条").format(count=shown))}</span>')
    if first_url:
        parts.append(f'<a class="btn btn-quiet" href="{escape(first_url)}">{escape(_("回到开头"))}</a>')
    if next_url:
        url = escape(next_url)
        parts.append(
            f'<a class="btn btn-plain" id="more" href="{url}" hx-get="{url}" hx-target="#rows" hx-swap="beforeend"'
            f' hx-select="#rows > tr" hx-select-oob="#pager">{escape(_("更多"))}{icon("more")}</a>'
        )
    else:
        parts.append(f'<span class="s-quiet">{escape(_("已经到底"))}</span>')
    return mark_safe(f'<div class="s-pager" id="pager">{"".join(parts)}</div>')
