"""The door for what a phone kept and sends later: the very form of the page, answered in JSON under its uid.

Any room's form may be sent here: the phone posts the fields that the page's form would have posted. Refusals are
{"code", "sentence", "uid"}: 400 for what is no form, 413 too long, 422 refused as things stand (mend it and send again),
409 the same uid with other content (kept as the author's draft), 429 too fast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.ui.forms import said, sentence
from sanzhi.kit.receipts.forms import SentOnce, take

M = TypeVar("M", bound=models.Model)
MOST_BYTES = 64 * 1024
"""Of one sending: sixty doors with everything that can be said of them take a tenth of it."""
FORM = "application/x-www-form-urlencoded"

declare(
    "receipts",
    {
        "no_form": "发来的内容读不懂，没有收下。请打开这一条，核对后再发送。",
        "too_large": "这一条太长（最多 {most} KB），没有收下。请分成几次登记。",
        "too_fast": "一分钟里发得太多了，没有收下。记录都还在手机上，过一分钟会再发送。",
        "nothing_there": "找不到这条记录要登记到的地方，或者您没有在那里登记的权限。请核对后再发送，或问村文书。",
    },
)


class Told(NamedTuple):
    """What the phone shows of a record that was taken: one sentence, and the address of its page."""

    sentence: str
    url: str = ""


def refusal(problem: Problem, code: int, uid: str = "") -> JsonResponse:
    """A refusal as the phone shows it, with its HTTP code."""
    told = {"code": problem.code, "sentence": sentence(problem), "field": problem.field or "", "uid": uid}
    return JsonResponse(told, status=code)


def turned_away(request: HttpRequest) -> JsonResponse | None:
    """Why a sending is not even looked at: no form, too long, too fast; None for one that may come in."""
    if (request.content_type or "") != FORM:
        return refusal(Problem("receipts.no_form"), 400)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit():
        return refusal(Problem("receipts.no_form"), 400)
    if int(length) > MOST_BYTES:
        return refusal(Problem("receipts.too_large", most=MOST_BYTES // 1024), 413)
    if _count(request.user.pk) > settings.SENDS_PER_MINUTE:
        answer = refusal(Problem("receipts.too_fast"), 429)
        answer["Retry-After"] = "60"
        return answer
    return None


def _count(account: object) -> int:
    """How many sendings of an account came to this process in this minute, this one included."""
    key = f"receipts.sent.{account}.{clock.now():%d%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two lines
        return 1


def answer(
    form: SentOnce,
    *,
    by: User,
    name: str,
    subject: object,
    make: Callable[[], M],
    find: Callable[[str], M],
    told: Callable[[M], Told],
) -> JsonResponse:
    """Take a form that came from a phone, once, and say what came of it. Arguments as those of `take`."""
    uid = str(form.data.get(form.add_prefix("uid"), ""))[:36]
    row = take(form, by=by, name=name, subject=subject, make=make, find=find) if form.is_valid() else None
    if row is None:
        return _refused(form, uid)
    taken = told(row)
    return JsonResponse({"state": "received", "uid": uid, "sentence": taken.sentence, "url": taken.url})


def _refused(form: SentOnce, uid: str) -> JsonResponse:
    """The first thing that is wrong with a form, and all of it by field."""
    found = [
        (name, error.code or "invalid", said(form, name, error))
        for name, errors in form.errors.as_data().items()
        for error in errors
    ]
    field, code, first = found[0]
    label = str(form.fields[field].label or "") if field in form.fields else ""
    if label and label not in first and not code.count("."):
        first = _("“{label}”：{words}").format(label=label, words=first)
    http = 409 if code in ("receipts.other_content", "receipts.uid_used") else 422
    fields: dict[str, list[str]] = {}
    for name, _code, words in found:
        fields.setdefault(name, []).append(words)
    return JsonResponse(
        {"code": code, "sentence": first, "field": field, "fields": fields, "uid": uid}, status=http
    )
