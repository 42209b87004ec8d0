"""A village or an office on one page: how its year stands, what is behind and why, who owes it, what closes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.queries import head_of
from sanzhi.foundation.ui import formats
from sanzhi.kit.access import within
from sanzhi.kit.ledger.queries import light, visible_to
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.steering.dashboards.closing import Closings, counts, read_closings
from sanzhi.steering.dashboards.course import Course, read_course
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import read_requirements
from sanzhi.steering.plans.ledger.owing import Owing
from sanzhi.steering.plans.ledger.things import things
from sanzhi.steering.plans.ledger.viewer import Viewer
from sanzhi.steering.plans.ledger.words import period_label, why

MOST_BEHIND = 12
OWING_KINDS = (UnitKind.VILLAGE, UnitKind.OFFICE)


@dataclass(frozen=True)
class Behind:
    """Something late: what, which period, why it stands so, who owes it and the page that tells all."""

    heading: str
    period: str
    why: str
    who: str
    alike: int
    state: State
    url: str


@dataclass(frozen=True)
class UnitYear:
    """The page of a unit."""

    unit: Unit
    head: str
    stands: list[Stand]
    course: Course
    closings: Closings
    behind: list[Behind]
    more_behind: int
    figures: list[tuple[str, int, str]]


def find_unit(viewer: Viewer, pk: int) -> Unit:
    """A village or office of the town within the person's reach. Else 404."""
    rows = Unit.objects.filter(town=viewer.town, kind__in=OWING_KINDS).select_related("town")
    found = within(viewer.user, "ledger:read", rows, unit="pk").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def read_unit(viewer: Viewer, unit: Unit) -> UnitYear:
    """Read a unit's year in a fixed number of queries."""
    requirements = read_requirements(viewer.town)
    rows = light(visible_to(viewer.user, viewer.town).filter(unit=unit), requirements)
    found = stands(rows, viewer.town, viewer.today, above_village=viewer.above_village)
    year = max((r.task.version.plan.year for r in requirements.values()), default=viewer.today.year)
    late = [s for s in found if s.state in (State.OVERDUE, State.CHECKING)]
    late.sort(key=lambda s: s.obligation.due_on or viewer.today, reverse=True)
    posts = {s.obligation.post_id for s in late if s.obligation.post_id is not None}
    owing = Owing(viewer, {}, queries.posts_named(posts) if posts else {})
    head = head_of(unit, viewer.today)
    name = head.name if head is not None else ""
    behind = things(late)
    return UnitYear(
        unit=unit,
        head=name,
        stands=found,
        course=read_course(found, year, viewer.today),
        closings=read_closings(found, viewer.today),
        behind=[
            Behind(
                heading=t.first.obligation.requirement.task.heading,
                period=period_label(t.first.obligation, viewer.today),
                why=why(t.first, viewer.today),
                who=owing.who(t.first.obligation) or name,
                alike=t.alike + len(t.also),
                state=t.first.state,
                url=reverse("plans:obligation", args=[t.first.obligation.pk]),
            )
            for t in behind[:MOST_BEHIND]
        ],
        more_behind=max(0, len(behind) - MOST_BEHIND),
        figures=figures(found, f"{reverse('dashboards:obligations')}?unit={unit.pk}&"),
    )


def figures(found: list[Stand], address: str) -> list[tuple[str, int, str]]:
    """How many obligations stand in each way, each number with the address of its list."""
    ways = (
        (_("已完成"), State.DONE),
        (_("逾期完成"), State.DONE_LATE),
        (_("进行中"), State.UNDER_WAY),
        (_("未启动"), State.NOT_STARTED),
        (_("核对期"), State.CHECKING),
        (_("逾期未完成"), State.OVERDUE),
    )
    year = [s for s in found if counts(s)]
    return [
        (label, sum(s.state is state for s in year), f"{address}part={state.value}") for label, state in ways
    ]


def words(page: UnitYear, viewer: Viewer) -> str:
    """The page as a text for a chat group."""
    counts = "，".join(
        _("{label}{count}项").format(label=label, count=n) for label, n, _url in page.figures if n
    )
    head = _("【{unit}】截至{day}：{counts}。").format(
        unit=page.unit.short_name,
        day=formats.day(viewer.today, viewer.today, with_weekday=False),
        counts=counts or _("还没有到期的义务"),
    )
    lines = [f"{n}.{formats.short(b.heading, 18)}（{b.period}）" for n, b in enumerate(page.behind[:4], 1)]
    return formats.short("\n".join([head, *lines]))
