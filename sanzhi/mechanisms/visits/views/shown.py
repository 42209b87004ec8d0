"""What the pages of walks show, made from rows: tabs, doors as lines, what was tried, days in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.domain.periods import Every, Period, parse, period_of
from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import PresenceKind
from sanzhi.foundation.privacy import reading
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import Link
from sanzhi.kit.access import can
from sanzhi.mechanisms.visits.access import of_lead_office
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.models import TOPIC_CHOICES, HalfDay, Outcome
from sanzhi.mechanisms.visits.queries import rows
from sanzhi.mechanisms.visits.queries.doors import Door
from sanzhi.mechanisms.visits.rules import Attempt, at_another_time

FIELDS = ("number", "contact_surname", "door", "presence")


def tabs_of(request: HttpRequest, here: str) -> list[Link]:
    """The views of this room for this person, with the number that waits for a confirmation."""
    user: User = request.user  # type: ignore[assignment]
    doors = can(user, rows.DOORS)
    tabs = []
    if can(user, "visits:record"):
        tabs.append(("groups", _("我的小组"), reverse("visits:groups")))
    if doors:
        tabs += [
            ("unreached", _("本月未走到"), reverse("visits:unreached")),
            ("outings", _("走访记录"), reverse("visits:list")),
        ]
    tabs.append(("coverage", _("到户情况"), reverse("visits:coverage")))
    office = of_lead_office(user)
    if doors or office:
        tabs.append(("links", _("联系分工"), reverse("visits:links")))
    if doors:
        tabs.append(("mutual", _("联户互助"), reverse("visits:mutual")))
    if doors or office:
        tabs.append(("matters", _("跟进事项"), reverse("visits:matters")))
    links = [Link(label, url, name == here) for name, label, url in tabs]
    if can(user, "visits:confirm"):
        number = rows.waiting_to_be_confirmed(user)[:100].count()
        if number:
            address = f"{reverse('visits:list')}?state=to_confirm"
            links.insert(3, Link(_("待确认"), address, here == "waiting", number))
    return links


def looked(
    request: HttpRequest,
    town: Unit,
    households: Iterable[int],
    purpose: str,
    fields: Iterable[str] = FIELDS,
    narrowed: Mapping[str, str] | None = None,
) -> None:
    """Log one look at doors before the page is sent; nothing is logged where nobody is shown."""
    seen = list(dict.fromkeys(households))
    if seen:
        reading.log(
            by=request.user,  # type: ignore[arg-type]
            chain=town.audit_chain,
            purpose=purpose,
            kind="people.household",
            fields=fields,
            subjects=seen,
            narrowed=narrowed,
        )


def month_asked(request: HttpRequest, today: dt.date) -> Period:
    """The month an address asks for, else this one; a month to come is this one, too."""
    this = period_of(Every.MONTH, today)
    try:
        asked = parse(request.GET.get("month", "")[:10])
    except Problem:
        return this
    return asked if asked.every is Every.MONTH and asked.first <= today else this


def unit_asked(request: HttpRequest, name: str, units: Collection[Unit]) -> Unit | None:
    """The unit of these that an address names; None for none or another."""
    return next((u for u in units if str(u.pk) == request.GET.get(name, "")), None)


def plain_day(day: dt.date, today: dt.date) -> str:
    """6月3日."""
    return formats.day(day, today, with_weekday=False)


# --- doors ------------------------------------------------------------------------------------------------------------


def family(surname: str) -> str:
    """陈家."""
    return _("{surname}家").format(surname=surname) if surname else ""


def tried(door: Door, today: dt.date) -> str:
    """What was tried at a door that is still open, and what closes it (case 14)."""
    if not door.tries:
        return ""
    rows = [Attempt(i, t.on, t.half_day, t.outcome, t.on) for i, t in enumerate(door.tries)]
    times = "、".join(
        f"{plain_day(t.on, today)}{HalfDay(t.half_day).label.partition('（')[0]}" for t in door.tries
    )
    said = _("已去 {count} 次（{times}）").format(count=len(rows), times=times)
    slip = any(t.outcome == Outcome.SLIP_LEFT for t in door.tries)
    if any(at_another_time(a, b) for a, b in combinations(rows, 2)):
        return said if slip else _("{said}，还没有留条：再去一次并留条").format(said=said)
    if slip:
        return _("{said}，已留条：改天或 17 点前后再去一次").format(said=said)
    return _("{said}，需另一时段再去一次并留条").format(said=said)


def mark_of(door: Door, today: dt.date) -> tuple[str, str, str]:
    """(sign, words, tone) of how a door stands this month; never by colour alone."""
    if door.settled_on is not None:
        return "✓", _("本月已走 {day}").format(day=plain_day(door.settled_on, today)), "green"
    if door.away:
        if door.contacted_on is not None:
            day = plain_day(door.contacted_on, today)
            return "✓", _("外出，已联系 {day}").format(day=day), "green"
        return "–", _("外出，本季未联系"), "grey"
    if door.presence == PresenceKind.EMPTY:
        return "–", str(PresenceKind.EMPTY.label), "grey"
    if door.tries:
        return "◐", _("已去 {count} 次").format(count=len(door.tries)), "blue"
    if door.owed:
        return "○", pgettext("visit", "未走"), "grey"
    return "–", _("在家情况未登记"), "grey"


@dataclass(frozen=True)
class DoorLine:
    """A door as the form writes it: the household's key, its words, how it stands, and what is chosen."""

    key: int
    number: str
    who: str
    place: str
    sign: str
    said: str
    tone: str
    options: list[tuple[str, str, bool]]
    topics: list[tuple[str, str, bool]]
    follow_up: bool
    open: bool
    elsewhere: bool = False


WORDS = {
    Outcome.REACHED: pgettext("visit", "见面"),
    Outcome.DECLINED: pgettext("visit", "不便"),
    Outcome.NOBODY_HOME: pgettext("visit", "无人"),
    Outcome.SLIP_LEFT: pgettext("visit", "已留条"),
}
"""Short enough for a thumb; the long words stand in the hint above the doors."""


def line_of(door: Door, tick: Tick | None, today: dt.date, elsewhere: bool = False) -> DoorLine:
    """One door with what is chosen for it."""
    sign, said, tone = mark_of(door, today)
    outcome, topics = (tick.outcome, tick.topics) if tick else ("", ())
    return DoorLine(
        key=door.household,
        number=door.number,
        who=family(door.surname),
        place=door.door,
        sign=sign,
        said=said,
        tone=tone,
        options=[(code.value, word, code == outcome) for code, word in WORDS.items()],
        topics=[(code, label, code in topics) for code, label in TOPIC_CHOICES],
        follow_up=bool(tick and tick.follow_up),
        open=bool(tick and (tick.topics or tick.follow_up)),
        elsewhere=elsewhere,
    )
