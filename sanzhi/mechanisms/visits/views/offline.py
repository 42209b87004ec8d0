"""Walking without a signal: the page a phone keeps, the little it needs to know of one's own groups, and the door where
it sends later what was written meanwhile (`kit.receipts.sending`). The door takes the very form of the page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Post
from sanzhi.foundation.people.queries import stays_on
from sanzhi.foundation.privacy import reading
from sanzhi.foundation.ui.offline import Shell, account_mark, offer, phone_key
from sanzhi.kit.access import can, require
from sanzhi.kit.receipts.sending import Told, answer, refusal, turned_away
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.access import ever_recorded
from sanzhi.mechanisms.visits.forms.outings import OutingForm
from sanzhi.mechanisms.visits.models import TOPIC_CHOICES, HalfDay, Outing
from sanzhi.mechanisms.visits.queries.reading import group_to_record, posts_by_key, sent_outing
from sanzhi.mechanisms.visits.queries.rows import my_groups, my_posts
from sanzhi.mechanisms.visits.states import OutingState
from sanzhi.mechanisms.visits.views.recording import RECORD, offer_people, people_to_name
from sanzhi.mechanisms.visits.views.shown import WORDS

KEPT_DAYS = dt.timedelta(days=14)
"""So long a phone that never meets the network again goes on showing the households."""

offer(
    Shell(
        url_name="visits:offline",
        template="visits/offline.html",
        label=gettext_lazy("记走访"),
        assets=("visits/offline.js", "visits/visits.css", "visits/offline.css"),
        keep="visits:mine",
        capability="visits:record",
    )
)


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The form for walking without a signal; it names nobody, the phone fills it from what it keeps."""
    if not ever_recorded(request.user):
        require(request.user, "visits:record")
    context = {"outcomes": WORDS.items(), "half_days": HalfDay.choices, "topics": TOPIC_CHOICES}
    return render(request, "visits/offline.html", context)


@never_cache
@require_GET
def mine(request: HttpRequest) -> JsonResponse:
    """What the phone keeps of the person's own groups: household, number, surname, in walking order. Nothing else of them;
    colleagues by what they are, not by name."""
    require(request.user, "visits:record")
    user, today = request.user, clock.today()
    groups = [g for g in my_groups(user, today) if can(user, "visits:record", g)]
    rows: dict[int, list[tuple[int, str, str]]] = {g.pk: [] for g in groups}
    for stay in stays_on(today, list(rows)):
        home = stay.household
        rows[stay.group_id].append((home.pk, home.number, home.contact_surname))
    if groups:
        reading.log(
            by=user,
            chain=user.audit_chain,
            purpose=_("没有信号时登记走访，存到本人手机"),
            kind="people.household",
            fields=["number", "contact_surname"],
            subjects=[home for kept in rows.values() for home, _number, _surname in kept],
        )
    own = my_posts(user, today)
    return JsonResponse(
        {
            "account": account_mark(user.pk),
            "key": phone_key(user.pk),
            "today": today.isoformat(),
            "until": (today + KEPT_DAYS).isoformat(),
            "groups": [
                {
                    "id": g.pk,
                    "name": g.short_name,
                    "went": _walkers(user, g, own, today),
                    "households": rows[g.pk],
                }
                for g in groups
            ],
        }
    )


def _walkers(user: User, group: Unit, own: Sequence[Post], today: dt.date) -> list[dict[str, Any]]:
    """Who can be named as having gone: the person, and colleagues by what they are where that tells them apart."""
    mine_here = {p.pk for p in own if p.person_id == user.person_id} or {p.pk for p in own}
    found, others = [], []
    for one in people_to_name(group, today):
        if one.post.pk in mine_here:
            found.append({"post": one.post.pk, "label": _("本人"), "own": True})
        else:
            others.append((one.post.pk, f"{one.post.unit.short_name}{one.post.get_kind_display()}"))
    known = Counter(label for _pk, label in others)
    # Only one of a person's posts is ticked at first: the one linked to the group comes first among them.
    for extra in found[1:]:
        extra["own"] = False
    return found + [{"post": pk, "label": label, "own": False} for pk, label in others if known[label] == 1]


@never_cache
@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """The door: one outing that a phone kept, as the form of the page would have sent it, taken once."""
    refused = turned_away(request)
    if refused is not None:
        return refused
    user, today = request.user, clock.today()
    uid = request.POST.get("uid", "")[:36]
    form = OutingForm(request.POST)
    form.prepare([], today)
    try:
        group = group_to_record(user, _key(request.POST.get("group", "")), form.day, today)
    except Http404:
        return refusal(Problem("receipts.nothing_there"), 422, uid)
    offer_people(form, user, group, today)
    return answer(
        form,
        by=user,
        name=RECORD,
        subject=group.pk,
        make=lambda: _record(user, group, form),
        find=lambda key: sent_outing(user, int(key)),
        told=_told,
    )


def _key(text: str) -> int:
    """A key that an address or a field names; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _record(user: User, group: Unit, form: OutingForm) -> Outing:
    return actions.record_outing(
        by=user,
        group=group,
        went=posts_by_key(form.walkers()),
        late_reason=form.cleaned_data["late_reason"],
        uid=form.cleaned_data["uid"],
        **form.said(),
    )


def _told(outing: Outing) -> Told:
    """What the phone says of an outing that was taken."""
    url = reverse("visits:detail", args=[outing.pk])
    if outing.state == OutingState.TO_CONFIRM:
        return Told(_("已收到。您的任期已满，等现任书记确认后计入。"))
    return Told(_("已收到，算在走访那一天。"), url)
