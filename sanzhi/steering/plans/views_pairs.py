"""A new version beside the one before: which task goes on with which, what changes, what is no longer asked."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.ui.keys import row_key
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.models import PlanVersion, Task
from sanzhi.kit.ledger.pairing import SURE
from sanzhi.kit.ledger.reviews import full, get_version
from sanzhi.steering.plans.ledger.viewer import viewer
from sanzhi.steering.plans.pair_changes import Change, changes
from sanzhi.steering.plans.stages import frame, review_of

PAIRS_A_PAGE = 12


@dataclass(frozen=True)
class Pair:
    """A task of the new version with what is proposed or settled for it, and how it differs from the one before."""

    task: Task
    words: SafeString | str
    changes: list[Change]


def pairs(request: HttpRequest, version: int) -> HttpResponse:
    """The pairs, settled one by one or the sure ones at once; below, tasks of the old version without a follower."""
    who = viewer(request, "plans:confirm")
    found = review_of(get_version(who.user, who.town, version))
    if found.before is None:
        raise Http404
    old = {t.pk: t for t in full(found.before.tasks.order_by("position"))}
    wrong: Problem | None = None
    if request.method == "POST":
        try:
            _settle(request, who.user, found.version, old)
            return redirect(f"{request.path}?{request.GET.urlencode()}")
        except Problem as problem:
            wrong = problem
    tasks = full(found.version.tasks.order_by("paired", "likeness", "position"))
    page = Paginator(tasks, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    rows = [_pair(t, old.get(t.predecessor_id or 0)) for t in page.object_list]
    followed = set(found.version.tasks.values_list("predecessor_id", flat=True))
    left = [t for t in old.values() if t.pk not in followed]
    sure = found.version.tasks.filter(paired=False, predecessor__isnull=False, likeness__gte=SURE).count()
    context = frame(
        found, "review_pairs", rows=rows, page=page, old=old.values(), left=left, wrong=wrong, sure=sure
    )
    return render(request, "plans/import/pairs.html", context | {"least": SURE})


def _settle(request: HttpRequest, user: User, version: PlanVersion, old: dict[int, Task]) -> None:
    data = request.POST
    if data.get("sure"):
        number = ledger.pair_sure_tasks(by=user, version=version)
        messages.success(request, _("已确认{n}对。").format(n=number))
    elif data.get("left"):
        ledger.leave_out_tasks(by=user, version=version, codes=data.getlist("code"))
        messages.success(request, _("已记下不再保留的任务。确认新版本后，它们的后续义务记为已撤销。"))
    else:
        task = version.tasks.filter(pk=_number(data.get("task"))).select_related("version__plan").first()
        if task is None:
            raise Http404
        chosen = data.get("old", "")
        ledger.pair_task(by=user, task=task, old=None if chosen == "new" else old.get(_number(chosen)))


def _number(text: str | None) -> int:
    return row_key(text) or 0


def _pair(task: Task, before: Task | None) -> Pair:
    if before is None:
        return Pair(task, task.text[:200], [])
    return Pair(task, difference(before.text, task.text), changes(before, task))


def difference(old: str, new: str) -> SafeString:
    """The new words with what was put in marked and what was taken out struck."""
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pieces: list[SafeString] = []
    for kind, a, b, c, d in blocks:
        if kind == "equal":
            same = new[c:d]
            pieces.append(format_html("{}", same if len(same) < 60 else f"{same[:25]}……{same[-25:]}"))
        else:
            if b > a:
                pieces.append(format_html("<del>{}</del>", old[a:b]))
            if d > c:
                pieces.append(format_html("<ins>{}</ins>", new[c:d]))
    return format_html_join("", "{}", ((p,) for p in pieces))
