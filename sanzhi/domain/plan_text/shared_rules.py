"""Rules about units that a plan states once for all its tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sanzhi.domain.plan_text.model import LEAD, RESPONSIBLE, UnitNote
from sanzhi.domain.plan_text.normalise import Source
from sanzhi.domain.plan_text.units import read_list

_FIRST_LEADS = re.compile(
    r"(?:排名|排|列|排列|排序)?(?:在)?(?:第一位?|首位)的?(?:责任)?(?:单位|部门)?(?:的)?(?:均)?(?:为|是)(?:牵头|主办|总牵头)"
)
_INCLUDED = re.compile(
    r"(?:(?:责任|配合|牵头)(?:单位|部门)|措施|任务|工作|事项)(?:中)?(?:均|都)(?:包含|包括|含|需|须|由|有)(?P<who>[^。；\n]{2,60}?)(?:落实|负责|承担|参与|配合)?，?(?:以下)?不再(?:逐一|一一|单独|重复|另行)?(?:列出|列明|标注|注明)"
)


@dataclass(frozen=True)
class SharedRules:
    """`first_leads`: of the responsible units the first one leads. `included`: units responsible everywhere."""

    first_leads: bool
    included: tuple[UnitNote, ...]

    def applied(self, units: list[UnitNote]) -> list[UnitNote]:
        """The units of a task with the rules applied; a first unit that leads stays responsible as well."""
        out = list(units)
        responsible = [u for u in units if u.role == RESPONSIBLE]
        if self.first_leads and responsible and not any(u.role == LEAD for u in units):
            out.insert(0, UnitNote(responsible[0].name, LEAD, responsible[0].span))
        if responsible:
            names = {u.name for u in units}
            out += [u for u in self.included if u.name not in names]
        return out


def find(source: Source) -> SharedRules:
    """Find the rules that a document states once."""
    m = _INCLUDED.search(source.shadow)
    included = read_list(source.text, source.shadow, m.start("who"), m.end("who"), RESPONSIBLE) if m else []
    return SharedRules(_FIRST_LEADS.search(source.shadow) is not None, tuple(included))
