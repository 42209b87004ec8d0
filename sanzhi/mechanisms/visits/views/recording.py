"""Writing an outing down: on a phone behind the doors, from a sheet for whoever walked, and putting one right."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui import formats
from sanzhi.kit.access import can
from sanzhi.kit.receipts.actions import drafts_of, open_draft
from sanzhi.kit.receipts.forms import discarded, take
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.access import may_change
from sanzhi.mechanisms.visits.forms.outings import (
    CorrectForm,
    OutingForm,
    from_draft,
    likely_half_day,
    written,
)
from sanzhi.mechanisms.visits.models import Outing
from sanzhi.mechanisms.visits.queries import doors, reading, rows
from sanzhi.mechanisms.visits.states import OutingState
from sanzhi.mechanisms.visits.views import shown

RECORD = "visits.record"


def people_to_name(group: Unit, day: dt.date) -> list[rows.Candidate]:
    """Who can be named, each person once: for the post linked to this group before any other."""
    found: dict[int, rows.Candidate] = {}
    for candidate in sorted(
        rows.candidates(group, day), key=lambda c: (not c.linked, not c.post.two_committees, c.post.pk)
    ):
        found.setdefault(candidate.post.person_id, candidate)
    return list(found.values())


def named(candidates: Iterable[rows.Candidate], alone: Collection[str] = ()) -> list[tuple[int, str]]:
    """(post, words) of these people; whose name stands in `alone` is told by the name only."""
    found = []
    for one in candidates:
        words = one.name if one.name in alone else f"{one.name}（{one.post.get_kind_display()}）"
        if one.stand_in:
            words = _("{name}（{who}代）").format(name=one.name, who=one.stand_in)
        found.append((one.post.pk, words))
    return found


def offer_people(form: OutingForm, user: User, group: Unit, today: dt.date) -> dict[str, Any]:
    """Fill in who may be named on the form's day; the person themselves is ticked at first. What the page shows of it."""
    form.prepare([], today)
    candidates = people_to_name(group, form.day)
    form.prepare(named(candidates), today)
    mine = [c for c in candidates if c.post.person_id == user.person_id]
    if not form.is_bound and "went" not in form.initial:
        form.initial["went"] = [str(c.post.pk) for c in mine]
    near = [c for c in candidates if c in mine or c.linked or c.post.two_committees]
    ticked = {str(v) for v in form["went"].value() or ()}
    times = Counter(c.name for c in candidates)
    alone = {name for name, number in times.items() if number == 1}
    return {
        "near": [(pk, words, str(pk) in ticked) for pk, words in named(near, alone)],
        "others": [
            (pk, words, str(pk) in ticked) for pk, words in named(c for c in candidates if c not in near)
        ],
    }


def lines_for(request: HttpRequest, group: Unit, form: OutingForm, today: dt.date) -> list[shown.DoorLine]:
    """The doors of the form's day in walking order, each with what is chosen; doors chosen that stand elsewhere in the
    village come last, so that nothing typed is lost. Who may not see doors gets none. The look is logged."""
    if not can(request.user, rows.DOORS, group):  # type: ignore[arg-type]
        return []
    chosen, day = form.chosen(), form.day
    here = doors.doors_of(group, day)
    lines = [shown.line_of(d, chosen.get(d.household), today) for d in here]
    stray = set(chosen) - {d.household for d in here}
    if stray:
        village = rows.village_of(group, day)
        groups = {g.pk for g in rows.groups_of(village, day)} if village is not None else set()
        away = {s.group_id for pk, s in reading.doors_behind(stray, day).items() if s.group_id in groups}
        for there in doors.doors_in(away, day).values():
            lines += [
                shown.line_of(d, chosen[d.household], today, elsewhere=True)
                for d in there
                if d.household in stray
            ]
    shown.looked(
        request, group.town or group, (line.key for line in lines), _("走访"), narrowed={"group": group.code}
    )
    return lines


def filled_up(request: HttpRequest, group: Unit, today: dt.date) -> Any:
    """What was sent, with 见面 for every door of the day that is owed and not chosen yet (全部见面, without JavaScript)."""
    data = request.POST.copy()
    form = OutingForm(data)
    form.prepare([], today)
    for door in doors.doors_of(group, form.day):
        if door.owed and door.settled_on is None and not data.get(f"door-{door.household}"):
            data[f"door-{door.household}"] = "reached"
    return data


def page(request: HttpRequest, group: Unit, form: OutingForm, today: dt.date, **more: Any) -> HttpResponse:
    """The form on its page."""
    lines = lines_for(request, group, form, today)
    refused = form.is_bound and bool(form.errors)
    late = form.late or bool(refused and "late_reason" in form.errors)
    if late and "late_reason" in form.fields:
        form.fields["late_reason"].required = True  # said so on the page; the refusal itself is the action's
    context = {
        "form": form,
        "group": group,
        "lines": lines,
        "kept": form.chosen() if not lines else {},
        "late": late,
        "crumbs": [(_("走访"), reverse("visits:groups"))],
    } | more
    return render(request, "visits/outing_form.html", context, status=422 if refused else 200)


def _draft(user: User, group: Unit, request: HttpRequest) -> Any:
    return open_draft(user, RECORD, str(group.pk), request.GET.get("draft", ""))


def _day(text: str, today: dt.date) -> dt.date:
    try:
        return min(dt.date.fromisoformat(text.strip()[:10]), today)
    except ValueError:
        return today


@never_cache
@login_required
def record(request: HttpRequest, group: int) -> HttpResponse:
    """Record an outing: who went, and one tap for each door."""
    user: User = request.user  # type: ignore[assignment]
    today = clock.today()
    on = _day(request.POST.get("on", request.GET.get("day", "")), today)
    unit = reading.group_to_record(user, group, on, today)
    if discarded(request, RECORD, unit.pk):
        return redirect(request.path)
    draft = _draft(user, unit, request)
    fill = request.method == "POST" and "fill" in request.POST
    sent = filled_up(request, unit, today) if fill else request.POST or None
    first = {"on": on, "half_day": likely_half_day(clock.now())}
    form = OutingForm(sent, initial=first | (from_draft(draft.content) if draft else {}))
    people = offer_people(form, user, unit, today)
    if request.method == "POST" and not fill and form.is_valid():
        made = take(
            form,
            by=user,
            name=RECORD,
            subject=unit.pk,
            make=lambda: actions.record_outing(
                by=user,
                group=unit,
                went=reading.posts_by_key(form.walkers()),
                late_reason=form.cleaned_data["late_reason"],
                uid=form.cleaned_data["uid"],
                **form.said(),
            ),
            find=lambda key: reading.sent_outing(user, int(key)),
            draft=draft,
        )
        if made is not None:
            return _received(request, made, today)
    return page(
        request,
        unit,
        form,
        today,
        **people,
        title=_("记走访"),
        button=_("提交记录"),
        fills=True,
        drafts=[] if draft else drafts_of(user, RECORD, str(unit.pk)),
    )


def _received(request: HttpRequest, outing: Outing, today: dt.date) -> HttpResponse:
    """To the outing's page, or where the person may no longer see it (their term ended) a page that says it arrived."""
    if not can(request.user, rows.DOORS, outing.unit):  # type: ignore[arg-type]
        return render(request, "visits/sent.html", {"outing": outing})
    day = formats.day(outing.happened_on, today)
    if outing.state == OutingState.TO_CONFIRM:
        said = _("已收到{day}的走访，等现任书记确认后计算。")
    else:
        said = _("已登记{day}的走访，数字已经更新。")
    messages.success(request, said.format(day=day), "good")
    return redirect("visits:detail", outing.pk)


@never_cache
@login_required
def correct(request: HttpRequest, outing: int) -> HttpResponse:
    """Put an outing right; the old version stays to be read."""
    user: User = request.user  # type: ignore[assignment]
    row, today = rows.get_outing(user, outing), clock.today()
    if not may_change(user, row):
        raise Http404
    form = CorrectForm(request.POST or None, initial=_as_it_is(row))
    people = offer_people(form, user, row.unit, today)
    if request.method == "POST" and form.is_valid():
        made = take(
            form,
            by=user,
            name="visits.correct",
            subject=row.pk,
            make=lambda: actions.correct_outing(
                by=user,
                outing=row,
                went=reading.posts_by_key(form.walkers()),
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                **form.said(),
            ),
            find=lambda key: rows.get_outing(user, int(key)),
        )
        if made is not None:
            messages.success(request, _("已更正，原来的内容仍可查看。"), "good")
            return redirect("visits:detail", row.pk)
    crumbs = [
        (_("走访记录"), reverse("visits:list")),
        (formats.day(row.happened_on, today), reverse("visits:detail", args=[row.pk])),
    ]
    return page(
        request,
        row.unit,
        form,
        today,
        **people,
        title=_("更正走访"),
        button=_("保存更正"),
        crumbs=crumbs,
        possible=row.state != OutingState.VOID,
    )


def _as_it_is(row: Outing) -> dict[str, Any]:
    ticks = [
        actions.Tick(v.household_id, v.outcome, tuple(t.code for t in v.topics.all()), v.follow_up)
        for v in rows.doors_of_outing(row)
    ]
    return {
        "on": row.happened_on,
        "half_day": row.half_day,
        "note": row.note,
        "went": [str(w.post_id) for w in row.went.all() if w.stand_in_id is None]
        or [str(w.post_id) for w in row.went.all()],
        "doors": written(ticks),
        "version": row.version,
    }
