"""What the pages of sites show, made from the rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.history import Past, history_of
from sanzhi.foundation.clock import SHANGHAI
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link, word_mark
from sanzhi.kit.access import can
from sanzhi.mechanisms.facilities.access import records, voidable
from sanzhi.mechanisms.facilities.kinds import AUDIT_LIST
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteNote, SiteUse
from sanzhi.mechanisms.facilities.queries import audited_periods, notes_of, use_by_month, visible_to
from sanzhi.mechanisms.facilities.rules import AUDITED_KINDS, CHECK_LISTS, OPEN_KINDS, audit_due, filing
from sanzhi.mechanisms.facilities.states import FINDING_MARKS, MARKS, VERBS, Finding, SiteState
from sanzhi.mechanisms.facilities.views.steps import STEPS, lacking, may

_STAGES = (SiteState.PLANNED, SiteState.BUILT, SiteState.HANDED_IN, SiteState.ACCEPTED)
_PAST = {"plan_site": _("列入计划"), "note_use": _("登记启用和备案"), "publish_hours": _("公布开放时间")} | {
    f"{v}_site": word for v, word in VERBS.items()
}


def tabs_of(request: HttpRequest, here: str) -> list[Link]:
    """The views of this room, with the number that waits for who accepts."""
    waiting = request.GET.get("state") == SiteState.HANDED_IN and here == "list"
    tabs = [
        Link(_("清单"), reverse("facilities:list"), here == "list" and not waiting),
        Link(_("按村看覆盖"), reverse("facilities:coverage"), here == "coverage"),
        Link(_("使用记录"), reverse("facilities:uses"), here == "uses"),
    ]
    if can(request.user, "facilities:accept"):
        number = visible_to(request.user).filter(state=SiteState.HANDED_IN)[:100].count()
        address = f"{reverse('facilities:list')}?state={SiteState.HANDED_IN}"
        tabs.insert(1, Link(_("待验收"), address, waiting, number or None))
    return tabs


def _said(past: Past, today: dt.date) -> str:
    """What an act said, in one line: its day and its reason."""
    body = past.body
    parts = []
    labels = {
        "built_on": _("建成日"), "handed_in_on": _("报验日"), "accepted_on": _("验收日"),
        "withdrawn_on": _("撤出日"), "in_use_on": _("启用日"), "filed_on": _("备案日"), "hours_on": _("公布日"),
    }  # fmt: skip
    for field, label in labels.items():
        if body.get(field):
            shown = formats.day(dt.date.fromisoformat(body[field]), today, with_weekday=False)
            parts.append(f"{label} {shown}")
    for field in ("returned_reason", "withdrawn_reason", "late_reason", "hours"):
        if body.get(field):
            parts.append(body[field].replace("\n", "，"))
    return "；".join(parts)


@dataclass(frozen=True)
class Event:
    """One line of a site's history: its day, when it was written, its word, who, what it said; void or not; what may be done."""

    day: dt.date
    at: dt.datetime
    word: object
    who: str
    said: str
    void: str = ""
    links: tuple[tuple[object, str], ...] = ()

    @property
    def shown_at(self) -> str:
        """The moment of writing as a person reads it."""
        return formats.moment(self.at, self.day)


_SORTS = {SiteUse: _("使用"), SiteCondition: _("查看"), AccessAudit: _("查阅审计")}
_VOID = {SiteUse: "void_use", SiteCondition: "void_condition", AccessAudit: "void_audit"}


def in_words(note: SiteNote, today: dt.date) -> str:
    """What a note says, in one line, without its day."""
    if isinstance(note, SiteUse):
        number = _("{people} 人").format(people=note.people)
        if note.whole_month:
            number = _("{times} 次，{people} 人次").format(times=note.times, people=note.people)
        parts = [_("整月合计") if note.whole_month else "", note.what, number]
    elif isinstance(note, SiteCondition):
        parts = [str(Finding(note.finding).label), note.lacks]
        if note.repaired_on is not None:
            mended = formats.day(note.repaired_on, today, with_weekday=False)
            parts.append(_("{day}已修复（{who}）").format(day=mended, who=note.repaired_by.partition(" ")[2]))
    else:
        assert isinstance(note, AccessAudit)  # the third sort
        parts = [
            _("{passed}/{all} 项无误").format(passed=len(note.passed), all=len(AUDIT_LIST)),
            _("图像保存 {days} 天，登记查阅 {number} 次").format(
                days=note.retention_days, number=note.accesses
            ),
            note.lacks,
        ]
    if note.late_reason:
        parts.append(_("补录：{reason}").format(reason=note.late_reason))
    return "；".join(p for p in parts if p)


def _event_of(note: SiteNote, today: dt.date, may: bool, may_void: bool) -> Event:
    links: list[tuple[object, str]] = []
    if may and lacking(note):
        links.append((_("登记修复"), reverse("facilities:repair", args=[note.pk])))
    if may_void and note.void_on is None:
        links.append((pgettext("note", "作废"), reverse(f"facilities:{_VOID[type(note)]}", args=[note.pk])))
    void = ""
    if note.void_on is not None:
        day = formats.day(note.void_on, today, with_weekday=False)
        void = _("{day}作废：{reason}").format(day=day, reason=note.void_reason)
    return Event(
        note.happened_on,
        note.received_at,
        _SORTS[type(note)],
        note.author.display_name,
        in_words(note, today),
        void,
        tuple(links),
    )


_DAYS = ("withdrawn_on", "accepted_on", "handed_in_on", "built_on", "hours_on", "in_use_on", "on")


def _event_of_step(past: Past, today: dt.date) -> Event:
    day = next((past.body[name] for name in _DAYS if past.body.get(name)), None)
    word = _PAST.get(past.verb.rsplit(".", 1)[-1], past.verb)
    on = dt.date.fromisoformat(day) if day else past.at.astimezone(SHANGHAI).date()
    return Event(on, past.at, word, past.name, _said(past, today))


def timeline(user: User, site: Site, notes: list[SiteNote], today: dt.date) -> list[Event]:
    """The steps of a site and the notes about it by the day they were of, the newest first."""
    may = records(user, site.kind, site.unit)
    events = [_event_of_step(p, today) for p in history_of(site)]
    own = voidable(user, site, notes)
    events += [_event_of(note, today, may, note.author_id in own) for note in notes]
    return sorted(events, key=lambda e: (e.day, e.at))[::-1]


def _warning(site: Site, today: dt.date) -> tuple[str, str]:
    """(tone, sentence) about the police filing; empty where nothing is to be said."""
    owed = filing(site.kind, site.in_use_on, site.filed_on, today)
    if owed is None or (owed.filed_on is not None and not owed.overdue):
        return "", ""
    due = formats.day(owed.due_on, today, with_weekday=False)
    if owed.filed_on is not None:
        return "info", _("公安备案晚于 {due}（启用后 30 日）。已备案，无需再办。").format(due=due)
    if owed.overdue:
        days = (today - owed.due_on).days
        return "bad", _(
            "公安备案应在 {due} 前完成，已超过 {days} 天。请尽快到派出所备案，并在这里填备案日。"
        ).format(due=due, days=days)
    return "warn", _("启用后 30 日内要向公安机关备案：最晚 {due}。办好后在这里填备案日。").format(due=due)


def _found(site: Site, today: dt.date) -> SafeString | str:
    if not site.condition or site.looked_on is None:
        return ""
    day = _("{day}查看").format(day=formats.day(site.looked_on, today, with_weekday=False))
    mark = word_mark(FINDING_MARKS[Finding(site.condition)])
    return format_html('{} <small class="s-quiet">{}</small>', mark, day)


def _hours(site: Site, today: dt.date) -> SafeString | str:
    if not site.hours or site.hours_on is None:
        return ""
    since = _("{day}起公布").format(day=formats.day(site.hours_on, today, with_weekday=False))
    lines = format_html_join(SafeString("<br>"), "{}", ((line,) for line in site.hours.split("\n")))
    return format_html('{}<br><small class="s-quiet">{}</small>', lines, since)


def _facts(site: Site, today: dt.date) -> list[tuple[object, object]]:
    def day(value: dt.date | None) -> str | None:
        return formats.day(value, today) if value else None

    pairs = [
        (pgettext("unit kind", "村"), site.unit.short_name),
        (pgettext("site", "种类"), site.get_kind_display()),
        (_("位置说明"), site.place),
        (_("用途"), site.purpose),
        (_("计划建成日"), day(site.expected_on)),
        (_("建成日"), day(site.built_on)),
        (_("报验日"), day(site.handed_in_on)),
        (_("验收日"), day(site.accepted_on)),
        (_("验收人"), site.accepted_by.partition(" ")[2] or site.accepted_by),
        (pgettext("site", "现状"), _found(site, today)),
        (_("启用日"), day(site.in_use_on)),
        (_("开放时间"), _hours(site, today)),
        (_("公安备案日"), day(site.filed_on)),
        (_("撤出日"), day(site.withdrawn_on)),
        (_("撤出计划的依据"), site.withdrawn_reason),
        (_("补录说明"), site.late_reason),
        (_("登记人"), site.author.display_name),
    ]
    return [(term, value) for term, value in pairs if value]


def _open_look(notes: list[SiteNote]) -> SiteCondition | None:
    """The last look that counts, where what it found lacking is not mended."""
    look = next((n for n in notes if isinstance(n, SiteCondition) and n.void_on is None), None)
    return look if look is not None and lacking(look) else None


def _condition(notes: list[SiteNote], today: dt.date) -> tuple[str, str]:
    """(tone, sentence) about how the site was found last; empty where all is well."""
    look = _open_look(notes)
    if look is None:
        return "", ""
    day = formats.day(look.happened_on, today, with_weekday=False)
    if look.finding == Finding.OUT_OF_USE:
        return "bad", _("{day}起停用：{lacks}。修好后请登记修复。").format(day=day, lacks=look.lacks)
    return "warn", _("{day}查看时需维修：{lacks}。修好后请登记修复。").format(day=day, lacks=look.lacks)


def _audit(site: Site, today: dt.date) -> tuple[str, str]:
    """(tone, sentence) about the audit that is due; empty where none is."""
    due = audit_due(site.kind, site.in_use_on, audited_periods(site), today)
    if due is None or site.state == SiteState.WITHDRAWN:
        return "", ""
    words = {"half": due.period.label, "day": formats.day(due.due_on, today, with_weekday=False)}
    if due.overdue:
        return "bad", _("{half}的查阅审计没有做（应在{day}前）。请看登记簿，在这里记下结论。").format(**words)
    return "info", _("{half}还没有做查阅审计，{day}前看一次登记簿，在这里记下结论。").format(**words)


def site_page(user: User, site: Site, today: dt.date) -> dict[str, Any]:
    """Everything a site's own page shows to this person."""
    state = SiteState(site.state)
    steps = [s for s in STEPS.values() if s.possible(site) and may(user, site, s)]
    # The step that brings the site on is the page's one action; the others stand below.
    order = ("accept", "hand-in", "build", "record-use", "audit")
    main = next((s for slug in order for s in steps if s.slug == slug), None)
    notes = notes_of(site)
    told = [_condition(notes, today), _warning(site, today)]
    if site.kind in AUDITED_KINDS:
        told.append(_audit(site, today))
    since, uses = site.in_use_on, []
    if site.kind in OPEN_KINDS and since is not None:
        uses = [u for u in use_by_month(site, today) if u.month.last >= since]
    look = _open_look(notes)
    repair = ""
    if look is not None and records(user, site.kind, site.unit):
        repair = reverse("facilities:repair", args=[look.pk])
        if look.finding == Finding.OUT_OF_USE and main is not None and main.slug not in order[:3]:
            # Nothing takes place in what is out of use: it is mended first.
            main = None
    return {
        "site": site,
        "mark": word_mark(MARKS[state]),
        "stages": [s.label for s in _STAGES],
        "stage": _STAGES.index(state) + 1 + (state is SiteState.ACCEPTED) if state in _STAGES else 0,
        "facts": _facts(site, today),
        "checks": [(c, bool(site.checks.get(c.code))) for c in CHECK_LISTS[site.kind]],
        "returned": site.returned_reason if state is SiteState.BUILT else "",
        "told": [(tone, words) for tone, words in told if words],
        "main": main,
        "repair": repair,
        "others": [(s.slug, s.title_for(site), s.look_of_link) for s in steps if s is not main],
        "uses": [(formats.period(u.month, today), u.times, u.people) for u in uses],
        "timeline": timeline(user, site, notes, today),
        "crumbs": [(_("阵地与设施"), reverse("facilities:list"))],
    }
