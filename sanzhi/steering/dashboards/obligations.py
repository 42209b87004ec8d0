"""The obligations behind a number of the dashboards: of the town, a unit or oneself, of a month, standing in one way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.domain.states import State
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.ui.keys import row_key
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import light, obligations_of, visible_to
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.steering.dashboards.closing import counts
from sanzhi.steering.dashboards.course import PARTS
from sanzhi.steering.dashboards.unit import find_unit
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import read_requirements
from sanzhi.steering.plans.ledger.viewer import Viewer

PAGE = 25
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Asked:
    """What the address asks; what it says wrongly is left out of account."""

    unit: Unit | None
    mine: bool
    month: str
    part: str
    after: str

    @classmethod
    def of(cls, viewer: Viewer, params: Mapping[str, str]) -> Asked:
        """Read the address. 404 where it names a unit out of the person's reach."""
        pk = row_key(params.get("unit", ""))
        month, part = params.get("month", ""), params.get("part", "")
        return cls(
            unit=find_unit(viewer, pk) if pk is not None else None,
            mine=params.get("mine") == "1",
            month=month if MONTH.fullmatch(month) else "",
            part=part if part in PARTS or part in set(State) else "",
            after=params.get("after", "")[:12],
        )

    def query(self, **changed: str) -> str:
        """The address's parameters, some of them changed."""
        values = {
            "unit": str(self.unit.pk) if self.unit is not None else "",
            "mine": "1" if self.mine else "",
            "month": self.month,
            "part": self.part,
        }
        return urlencode({k: v for k, v in (values | changed).items() if v})

    def takes(self, stand: Stand) -> bool:
        """Whether an obligation is among those asked for: in one state, or in one part of the year's course."""
        if not counts(stand):
            return False
        if self.part in PARTS:
            return stand.state in PARTS[self.part]
        return not self.part or stand.state.value == self.part


@dataclass(frozen=True)
class Found:
    """A page of such obligations."""

    rows: list[Stand]
    number: int
    names: dict[int, str]
    posts: dict[int, tuple[str, str]]
    more: str

    def who(self, stand: Stand) -> str:
        """Who owes it: the unit, and the post where one does."""
        owed = stand.obligation
        post = " ".join(self.posts.get(owed.post_id or 0, ()))
        return f"{self.names.get(owed.unit_id, '')} {post}".strip()


def read_obligations(viewer: Viewer, asked: Asked) -> Found:
    """Read a page of them in a fixed number of queries."""
    rows = _rows(viewer, asked)
    if asked.month:
        rows = rows.filter(due_on__year=int(asked.month[:4]), due_on__month=int(asked.month[5:]))
    owed = light(rows, read_requirements(viewer.town))
    found = [
        s
        for s in stands(owed, viewer.town, viewer.today, above_village=viewer.above_village)
        if asked.takes(s)
    ]
    start = next((n + 1 for n, s in enumerate(found) if str(s.obligation.pk) == asked.after), 0)
    shown = found[start : start + PAGE]
    posts = {s.obligation.post_id for s in shown if s.obligation.post_id is not None}
    return Found(
        rows=shown,
        number=len(found),
        names=queries.unit_names(viewer, {s.obligation.unit_id for s in shown}),
        posts=queries.posts_named(posts) if posts else {},
        more=str(shown[-1].obligation.pk) if start + PAGE < len(found) else "",
    )


def _rows(viewer: Viewer, asked: Asked) -> QuerySet[Obligation]:
    if asked.mine:
        return obligations_of(viewer.town).filter(post__in=queries.own_posts(viewer))
    rows = visible_to(viewer.user, viewer.town)
    return rows.filter(unit=asked.unit) if asked.unit is not None else rows


def address(**asked: str) -> str:
    """The address of such a list."""
    return f"{reverse('dashboards:obligations')}?{urlencode(asked)}"


def heading(asked: Asked, viewer: Viewer) -> str:
    """What the list holds, in words."""
    whose = (
        _("我的岗位")
        if asked.mine
        else asked.unit.short_name
        if asked.unit is not None
        else viewer.town.short_name
    )
    words = {"done": _("已完成"), "late": _("到期未完成"), "open": _("还没到期")}
    way = words.get(asked.part) or (State(asked.part).label if asked.part in set(State) else _("应办"))
    month = _("{month}月").format(month=int(asked.month[5:])) if asked.month else _("全年")
    return _("{whose}{month}{way}的义务").format(whose=whose, month=month, way=way)
