"""Notes of the demonstration year: on what no other room proves: accepted, waiting, returned, sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.standing import source_of
from sanzhi.mechanisms.progress_notes import actions
from sanzhi.mechanisms.progress_notes.access import deciders, is_farthest
from sanzhi.mechanisms.progress_notes.measures import REPORTED
from sanzhi.mechanisms.progress_notes.models import Note

_ACCEPTED, _WAITING, _RETURNED, _AGAIN = "accepted", "waiting", "returned", "again"


@dataclass(frozen=True)
class _Told:
    """What villages reported on one thing: words by which the task is known, its due day, when and what they wrote,
    and what became of it, a letter per village in register order (a accepted, w waiting, r returned, g sent again, - nothing).
    """

    known_by: str
    due_on: dt.date
    written_on: dt.date
    words: str
    fates: str


_FATES = {"a": _ACCEPTED, "w": _WAITING, "r": _RETURNED, "g": _AGAIN}
_TOLD = (
    _Told("公开承诺", dt.date(2022, 3, 31), dt.date(2022, 3, 28), "村“两委”班子和成员的年度目标已在党员大会上承诺，并在公开栏张贴。", "aaaaaaa--"),
    _Told("公开承诺", dt.date(2022, 3, 31), dt.date(2022, 4, 12), "班子换届后补开承诺会，目标和承诺已上公开栏。", "-------a-"),
    _Told("一月一议", dt.date(2022, 4, 30), dt.date(2022, 4, 15), "15 日在议事堂开会，两委、监委会、党员和村民代表都到，议定两件事，有人领办。", "aaaaaa-aa"),
    _Told("一月一晒", dt.date(2022, 4, 30), dt.date(2022, 4, 14), "3 月的村务、财务在公开栏和广播里公开，监委会核过，群众提问两条已答复。", "aaaaaaaa-"),
    _Told("一月一议", dt.date(2022, 5, 31), dt.date(2022, 5, 16), "16 日开会议定塘坝清淤和路灯维修，列了领办人和时间。", "aaww-----"),
    _Told("集中轮训", dt.date(2022, 6, 30), dt.date(2022, 5, 20), "全体村干部参加镇里第一期轮训，四个专题上了两个，签到表在附页。", "w--r-----"),
    _Told("村规民约", dt.date(2022, 6, 30), dt.date(2022, 5, 18), "征求意见走完，收到意见 17 条，采纳 11 条，修改稿已请司法所看过，等村民会议。", "w-r-g----"),
)  # fmt: skip


# What villages write of their rhythms: words by which the task is known, and the report of one week or month.
_RHYTHMS = (
    ("网格", "分四组走访联系的村民组，问到低保复核、灌溉用水等事，能答的当场答了，两件交到村里办。"),
    ("有活动", "文明实践站组织志愿者打扫公共场地、陪老人读报，按月计划进行。"),
    ("一月一议", "按公告的日子开会，四方面代表到齐，议定的事有人领办。"),
    ("一月一晒", "上月村务、财务在公开栏和广播公开，监委会核过。"),
)
# How villages keep up, in register order: of ten periods, how many they report on.
_DILIGENCE = (10, 10, 9, 8, 8, 9, 7, 5, 3)


def _keep_up(villages: list[Unit], day: dt.date, users: Mapping[str, User]) -> None:
    """Reports on weekly and monthly duties that were due before `day`: some villages diligent, some forgetful."""
    owed = (
        Obligation.objects.filter(
            unit__in=villages,
            requirement__every__in=("week", "month"),
            due_on__lt=day,
            dropped_on__isnull=True,
        )
        .select_related("requirement__task__version__plan", "unit", "town")
        .order_by("due_on", "unit__position", "pk")
    )
    told = set(Note.objects.filter(unit__in=villages).values_list("obligation_id", flat=True))
    number = {village.pk: n for n, village in enumerate(villages)}
    for turn, obligation in enumerate(owed):
        words = next((w for known_by, w in _RHYTHMS if known_by in obligation.requirement.task.text), None)
        village = number[obligation.unit_id]
        # 7 and 10 have no common factor: the turns a village misses spread over its weeks.
        kept = (turn * 7 + village) % 10 < _DILIGENCE[village % len(_DILIGENCE)]
        due_on = obligation.due_on
        if (
            words is None
            or due_on is None
            or not kept
            or obligation.pk in told
            or source_of(obligation.requirement) is not REPORTED
        ):
            continue
        report = _Told("", due_on, due_on - dt.timedelta(days=(turn + village) % 3), words, "")
        _tell(report, obligation, _ACCEPTED, users[f"sec{village + 1}"], day, users)


def _owed(unit: Unit, told: _Told) -> Obligation | None:
    """The village's obligation that is meant; None where the confirmed plan asks for no such thing."""
    rows = Obligation.objects.filter(
        Q(requirement__what__contains=told.known_by) | Q(requirement__task__text__contains=told.known_by),
        unit=unit,
        due_on=told.due_on,
        dropped_on__isnull=True,
        handed_to__isnull=True,
    ).select_related("requirement__task__version__plan", "unit", "town")
    return next((o for o in rows.order_by("pk") if source_of(o.requirement) is REPORTED), None)


def _decider(note: Note, day: dt.date, users: Mapping[str, User]) -> User | None:
    """Somebody of the lead unit among the demonstration's people."""
    able = deciders(note, day)
    people = (u for _name, u in sorted(users.items()) if u.pk in able)
    return next((u for u in people if is_farthest(u, note, day)), None)


def _tell(
    told: _Told, owed: Obligation, fate: str, secretary: User, day: dt.date, users: Mapping[str, User]
) -> None:
    written = told.written_on
    with clock.standing_on(written):
        note = actions.write_note(
            by=secretary,
            obligation=owed,
            text=told.words,
            happened_on=written,
            today=written,
            late_reason="班子换届，承诺会推迟"
            if owed.closes_on is not None and written > owed.closes_on
            else "",
        )
    decided = min(written + dt.timedelta(days=2), day)
    decider = _decider(note, decided, users)
    if decider is None or fate == _WAITING:
        return
    with clock.standing_on(decided):
        if fate == _ACCEPTED:
            actions.accept_note(by=decider, note=note, today=decided)
            return
        lacking = "没有写哪天开的会、到了多少人。请补上时间和人数，附一张签到表。"
        actions.return_note(by=decider, note=note, reason=lacking, today=decided)
    if fate == _AGAIN:
        with clock.standing_on(day):
            words = told.words + "17 日户主会到会 41 户，签到表存村里。"
            actions.resubmit_note(by=secretary, note=note, text=words, happened_on=written, today=day)


def build(*, town: Unit, day: dt.date, users: Mapping[str, User]) -> None:
    """Write what the villages reported until `day`; nothing on what the confirmed plan does not ask.

    `users`: the secretaries `sec1` … by village order, and the officers who decide.
    """
    villages = list(units_on(day, town=town, kinds=["village"]))
    for told in _TOLD:
        for number, (village, letter) in enumerate(zip(villages, told.fates, strict=False), 1):
            fate, owed = _FATES.get(letter), _owed(village, told)
            if fate is not None and owed is not None and told.written_on <= day:
                _tell(told, owed, fate, users[f"sec{number}"], day, users)
    _keep_up(villages, day, users)
