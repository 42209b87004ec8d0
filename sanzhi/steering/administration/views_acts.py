"""The matrix of rights, and what was done by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import cast

from django.apps import apps
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import module_has_submodule
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.audit.action import said, verbs
from sanzhi.foundation.audit.chain import head
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import Capability, Reach, matrix, require
from sanzhi.kit.registry import rooms
from sanzhi.steering.administration import queries

_FLOOR_NAMES = {
    "accounts": gettext_lazy("账号"),
    "audit": gettext_lazy("操作记录"),
    "backup": gettext_lazy("备份"),
    "ledger": gettext_lazy("台账"),
    "plans": gettext_lazy("方案"),
    "indicators": gettext_lazy("指标与锁定"),
    "registers": gettext_lazy("机构与人员"),
    "orgs": gettext_lazy("机构"),
    "people": gettext_lazy("人员与住户"),
    "administration": gettext_lazy("系统管理"),
    "receipts": gettext_lazy("回执"),
    "tallies": gettext_lazy("计数"),
    "measures": gettext_lazy("计数"),
    "files": gettext_lazy("文件"),
    "privacy": gettext_lazy("个人信息"),
    "events": gettext_lazy("免除事件"),
    "exports": gettext_lazy("导出"),
    "demo": gettext_lazy("演示"),
    "bench": gettext_lazy("测速"),
}


def _who(request: HttpRequest) -> User:
    """Whoever is signed in: the door lets nobody else as far as here."""
    return cast(User, request.user)


def _room_names() -> dict[str, str]:
    return {room.slug: str(room.name) for room in rooms()} | {k: str(v) for k, v in _FLOOR_NAMES.items()}


def _verb_label(verb: str) -> str:
    """An act in words with its room, the same on every row and in the filter: told once for each language."""
    return _told(verb, get_language())


# Modules of our apps in which acts are declared; a server has not loaded all of them when the page is first asked for.
_WITH_ACTS = ("actions", "intake", "freshness", "reading", "handing_out")


@cache
def _load_acts() -> None:
    for config in apps.get_app_configs():
        if config.name.startswith("sanzhi.") and config.module is not None:
            for name in _WITH_ACTS:
                if module_has_submodule(config.module, name):
                    import_module(f"{config.name}.{name}")


@cache
def _told(verb: str, _language: str | None) -> str:
    _load_acts()
    room, _dot, what = verb.partition(".")
    words = said(verb)
    return f"{_room_names().get(room, room)} · {what if words == verb else words}"


def _choices() -> list[tuple[str, str]]:
    """Every verb with its words, those of one room together."""
    _load_acts()
    return sorted(
        ((v, _verb_label(v)) for v in verbs()), key=lambda pair: (pair[0].partition(".")[0], pair[1])
    )


def _day(rows: QuerySet, day: object) -> QuerySet:
    if not isinstance(day, dt.date):
        return rows
    start = dt.datetime.combine(day, dt.time(), clock.SHANGHAI)
    return rows.filter(at__gte=start, at__lt=start + dt.timedelta(days=1))


ACTS = ListPage(
    columns=[
        Column(gettext_lazy("时间"), "at"),
        Column(gettext_lazy("操作人"), "by"),
        Column(gettext_lazy("动作"), lambda e: _verb_label(e.verb)),
        Column(gettext_lazy("对象"), "subject"),
        Column(gettext_lazy("序号"), "seq", css="s-n"),
    ],
    filters=[
        Filter("verb", gettext_lazy("动作"), choices=lambda: _choices()),
        Filter(
            "by",
            gettext_lazy("操作人（姓名或登录名）"),
            apply=lambda rows, text: rows.filter(by__in=queries.names_like(str(text))),
        ),
        Filter("day", gettext_lazy("日期"), kind="day", apply=_day),
    ],
    order=("-seq",),
    url=lambda row: reverse("administration:act", args=[row.pk]),
    name=gettext_lazy("操作记录"),
    empty=gettext_lazy("这里列出每一次登录、登记和修改，谁在什么时候做的。"),
    export=False,
)


@require_GET
def audit(request: HttpRequest) -> HttpResponseBase:
    """The acts of one chain, the last first. Contents are on the page of each act, masked."""
    require(_who(request), "audit:read")
    chains = queries.chains_visible_to(_who(request))
    if not chains:
        raise Http404
    asked = request.GET.get("chain", "")
    chain = next((c for c, _name in chains if c == asked), chains[0][0] if len(chains) == 1 else "")
    listed = ACTS
    if len(chains) > 1:
        which = Filter("chain", _("乡镇"), choices=lambda: chains)
        # One chain is read along its numbers; several at once along the order in which they were written.
        listed = replace(ACTS, filters=(which, *ACTS.filters), order=("-seq",) if chain else ("-pk",))
    rows = queries.acts_of([chain] if chain else [c for c, _name in chains])
    listing = listed.read(request.GET, rows, clock.today(), request.path)
    seq, digest = head(chain) if chain else (0, "")
    context = {"head": (seq, digest[:16])}
    return listing.respond(request, _("操作记录"), "administration/audit.html", context)


@require_GET
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act: what it changed, personal data masked, and its place in the chain."""
    require(_who(request), "audit:read")
    entry = queries.get_act(_who(request), pk)
    context = {
        "entry": entry,
        "said": _verb_label(entry.verb),
        "payload": queries.shown_payload(entry),
        "crumbs": [(_("操作记录"), reverse("administration:audit"))],
        "facts": [
            (_("操作人"), entry.by),
            (_("对象"), entry.subject),
            (_("序号"), f"{entry.chain} 第{entry.seq}条"),
            (_("摘要"), entry.digest[:16]),
        ],
    }
    return render(request, "administration/act.html", context)


def _rows(capabilities: Iterable[Capability]) -> list[tuple[str, list[tuple[Capability, list[str]]]]]:
    """Capabilities by room: (name of the room, [(capability, word per role)])."""
    said = {Reach.SUBTREE: _("本级及下级"), Reach.TOWN: _("全镇")}
    names = _room_names()
    groups: dict[str, list[tuple[Capability, list[str]]]] = {}
    for capability in capabilities:
        room = capability.code.partition(":")[0]
        cells = [said[capability.roles[role]] if role in capability.roles else "" for role in Role]
        groups.setdefault(names.get(room, room), []).append((capability, cells))
    return list(groups.items())


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Which role may do what, and how far: the same table that every page asks."""
    require(_who(request), "accounts:matrix")
    context = {"roles": [role.label for role in Role], "groups": _rows(matrix().values())}
    return render(request, "administration/rights.html", context)
