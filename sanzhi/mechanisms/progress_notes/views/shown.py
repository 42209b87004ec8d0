"""What the pages of notes show, made from the rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.audit.history import Past, history_of
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import state_mark, word_mark
from sanzhi.kit.access import can
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import stands
from sanzhi.mechanisms.progress_notes.access import decides, is_farthest
from sanzhi.mechanisms.progress_notes.measures import REPORTED
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.mechanisms.progress_notes.queries import files_of
from sanzhi.mechanisms.progress_notes.rules import COUNTED_KINDS
from sanzhi.mechanisms.progress_notes.states import MARKS, TRANSITIONS, VERBS, NoteState

_OF_THE_VILLAGE = frozenset({Role.SECRETARY, Role.CLERK, Role.CADRE})


def crumbs(note: Note) -> list[tuple[str, str]]:
    """The way down to a note's sub-pages."""
    return [
        (_("进展说明"), reverse("progress_notes:list")),
        (formats.short(note.text, 16), reverse("progress_notes:detail", args=[note.pk])),
    ]


def is_closed(obligation: Obligation, today: dt.date) -> bool:
    """Whether the obligation's period is closed, so that what comes now needs a reason."""
    return obligation.closes_on is not None and today > obligation.closes_on


def _standing(user: User, obligation: Obligation, today: dt.date) -> Any:
    above = any(h.role not in _OF_THE_VILLAGE for h in user.holdings)
    (stand,) = stands([obligation], obligation.town, today, above_village=above)
    return stand


def about_obligation(user: User, obligation: Obligation, today: dt.date) -> dict[str, Any]:
    """The source sentence, the due day, the state, and how a note on it is judged."""
    requirement = obligation.requirement
    stand = _standing(user, obligation, today)
    facts: list[tuple[object, object]] = [
        (_("单位"), obligation.unit.short_name),
        (_("要求"), requirement.what),
        (_("截止日"), formats.day(obligation.due_on, today) if obligation.due_on else _("没有定时限")),
        (_("现在"), state_mark(stand.state, stand.waits)),
    ]
    if requirement.kind in COUNTED_KINDS and stand.amount is not None:
        counted = _("{done}，要 {needed}").format(done=stand.amount.numerator, needed=stand.amount.needed)
        facts.append((_("已认定的数量"), counted))
    return {
        "source": requirement.task.text,
        "task": requirement.task,
        "facts": facts,
        "judged": _("提交后由牵头单位认定。是否按期按提交那天算；退回的，那天不算。"),
        "possible": True,
        "kind": "main",
    }


def _said(past: Past, today: dt.date) -> str:
    body = past.body
    parts = []
    if body.get("submitted_on"):
        day = formats.day(dt.date.fromisoformat(body["submitted_on"]), today, with_weekday=False)
        parts.append(_("提交日 {day}").format(day=day))
    parts += [body[k] for k in ("returned_reason", "void_reason", "late_reason") if body.get(k)]
    if (body.get("before") or {}).get("text"):
        parts.append(_("原文：{text}").format(text=formats.short(body["before"]["text"], 120)))
    if body.get("files"):
        parts.append(_("附件：{names}").format(names="、".join(body["files"])))
    if body.get("files_removed"):
        parts.append(_("去掉附件：{names}").format(names="、".join(body["files_removed"])))
    return "；".join(parts)


def timeline(note: Note, today: dt.date) -> list[tuple[Past, str, object, str]]:
    """The acts about a note: each with who, its word and what it said."""
    words = {"write_note": pgettext("note", "提交")} | {f"{verb}_note": word for verb, word in VERBS.items()}
    return [
        (p, p.name, words.get(p.verb.rsplit(".", 1)[-1], p.verb), _said(p, today)) for p in history_of(note)
    ]


def _facts(user: User, note: Note, today: dt.date) -> list[tuple[object, object]]:
    stand = _standing(user, note.obligation, today)
    files = format_html_join(
        "",
        '<div><a href="{}">{}</a> <span class="s-quiet">{}</span></div>',
        (
            (
                reverse("progress_notes:attachment", args=[note.pk, f.pk]),
                f.stored.name,
                formats.file_size(f.stored.size),
            )
            for f in files_of(note)
        ),
    )
    author = note.author.display_name
    if note.on_paper and note.typist is not None:
        author = _("{author}（{typist} 代录）").format(author=author, typist=note.typist.display_name)
    submitted = formats.day(note.submitted_on, today)
    if note.edited_on:
        submitted = _("{day}，{edited} 改过").format(
            day=submitted, edited=formats.day(note.edited_on, today, with_weekday=False)
        )
    decided = note.decided_by.partition(" ")[2] or note.decided_by
    if note.decided_by and note.decided_by == note.author.audit_name:
        decided = _("{name}（本人自行认定，牵头单位没有其他同志）").format(name=decided)
    pairs: list[tuple[object, object]] = [
        (_("单位"), note.unit.short_name),
        (_("办理日期"), formats.day(note.happened_on, today)),
        (_("办理人"), author),
        (_("提交日"), submitted),
        (pgettext("note", "数量"), note.amount if note.requirement.kind in COUNTED_KINDS else None),
        (_("附件"), files),
        (_("补录说明"), note.late_reason),
        (_("认定人"), decided),
        (_("认定日"), formats.day(note.decided_on, today) if note.decided_on else None),
        (_("作废原因"), note.void_reason),
        (_("要求"), note.requirement.what),
        (_("截止日"), formats.day(note.obligation.due_on, today) if note.obligation.due_on else None),
        (_("这一项现在"), state_mark(stand.state, stand.waits)),
    ]
    return [(term, value) for term, value in pairs if value]


def note_page(user: User, note: Note, today: dt.date, form: forms.Form) -> dict[str, Any]:
    """Everything a note's own page shows to this person."""
    state = NoteState(note.state)
    writes = can(user, "progress_notes:write", note.unit)
    decider = decides(user, note, today)
    farthest = decider and is_farthest(user, note, today)
    return {
        "note": note,
        "mark": word_mark(MARKS[state]),
        "facts": _facts(user, note, today),
        "formula": REPORTED.words,
        "source": note.requirement.task.text,
        "may_edit": writes and state in TRANSITIONS["edit"],
        "may_resubmit": writes and state in TRANSITIONS["resubmit"],
        "may_void": writes and state in TRANSITIONS["void"],
        "may_accept": farthest and state in TRANSITIONS["accept"],
        "may_return": farthest and state in TRANSITIONS["return"],
        "for_another": decider and not farthest and state in TRANSITIONS["accept"],
        "form": form,
        "timeline": timeline(note, today),
        "copy": format_html("{}：{}", note.unit.short_name, formats.short(note.text, 150)),
        "crumbs": [(_("进展说明"), reverse("progress_notes:list"))],
    }
