"""Finding a unit by what a file calls it: a code, a name, an alias, or 村/网格/组."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from sanzhi.domain.text_zh import whole_number
from sanzhi.domain.tree import keys
from sanzhi.foundation.orgs.models import Unit, UnitAlias, UnitKind
from sanzhi.foundation.orgs.queries import first_days, path_on, placements_on
from sanzhi.steering.registers.sheets import cells

SEPARATOR = "/"


def _key(said: str) -> str:
    return cells.text(said).replace(" ", "").replace("·", SEPARATOR).replace(">", SEPARATOR).upper()


_NUMBER = re.compile(r"第?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(村民小组|小组|组|网格|格)")


def _numbered(key: str) -> str:
    """A key with its groups and grids by their plain number: 第一村民小组, 1小组 and 1组 are 1组."""

    def plain(found: re.Match[str]) -> str:
        number = whole_number(found[1])
        kind = "网格" if found[2].endswith("格") else "组"
        return found[0] if number is None else f"{number}{kind}"

    return _NUMBER.sub(plain, key)


class UnitNames:
    """All units of a town that stand on a day, by everything they may be called.

    `within` (ids): of several that are called alike, the one among these is meant.
    """

    def __init__(self, town: Unit, day: dt.date, within: frozenset[int] | None = None) -> None:
        self.town = town
        # Whose file it is: a clerk's 1组 is the one of the clerk's own village.
        self._within = within
        self.units: dict[int, Unit] = {}
        self.parents: dict[int, int] = {}
        self.opened: dict[int, dt.date] = {}
        self._first: dict[int, dt.date] = {}
        self.by_code: dict[str, Unit] = {}
        self._called: dict[str, set[int]] = defaultdict(set)
        self._numbered: dict[str, set[int]] = defaultdict(set)
        path = path_on(town, day)
        rows = placements_on(day, under=path).select_related("unit__town").order_by("path") if path else []
        for row in rows:
            self.units[row.unit_id] = row.unit
            self.opened[row.unit_id] = row.opened_on
            if row.parent_id is not None:
                self.parents[row.unit_id] = row.parent_id
            self.by_code[_key(row.unit.code)] = row.unit
            above = [self.units[k] for k in keys(row.path)[:-1] if k in self.units and k != town.pk]
            self._call(row.unit, above)
        self._aliases = [
            (a.unit_id, a.name) for a in UnitAlias.objects.filter(town=town) if a.unit_id in self.units
        ]
        for owner, alias in self._aliases:
            self._called[_key(alias)].add(owner)

    def aliases(self) -> list[tuple[int, str]]:
        """(unit id, alias) of all standing units."""
        return list(self._aliases)

    def is_named_by_plans(self, unit_id: int) -> bool:
        """Whether plans name such units (offices, villages): their names and aliases mean one unit."""
        unit = self.units.get(unit_id)
        return unit is None or unit.kind in (UnitKind.TOWN, UnitKind.OFFICE, UnitKind.VILLAGE)

    def _call(self, unit: Unit, above: list[Unit]) -> None:
        for own in {unit.name, unit.short_name}:
            self._name(own, unit.pk)
            chains = [[u] for u in above] + ([above] if len(above) > 1 else [])
            for chain in chains:
                for names in ([u.name for u in chain], [u.short_name for u in chain]):
                    for joint in (SEPARATOR, ""):
                        self._name(joint.join([*names, own]), unit.pk)

    def _name(self, words: str, unit: int) -> None:
        key = _key(words)
        self._called[key].add(unit)
        self._numbered[_numbered(key)].add(unit)

    def _meant(self, wanted: str, allowed: set[str]) -> list[Unit]:
        """Who is called just so, else who bears that number (1组, 第一村民小组); of several, who is within."""
        for called, key in ((self._called, wanted), (self._numbered, _numbered(wanted))):
            found = [self.units[pk] for pk in sorted(called.get(key, ())) if self.units[pk].kind in allowed]
            if len(found) > 1 and self._within is not None:
                found = [u for u in found if u.pk in self._within] or found
            if found:
                return found
        return []

    def first_day(self, unit: Unit) -> dt.date:
        """The day a unit was first registered from."""
        if not self._first:
            self._first = first_days(list(self.units))
        return self._first[unit.pk]

    def find(self, said: str, kinds: Iterable[str] | None = None) -> Unit | str:
        """The one unit that is called so, or the sentence on why there is none or more than one."""
        wanted = _key(said)
        if not wanted:
            return "没有填单位。请填单位的编码或名称。"
        allowed = set(kinds) if kinds is not None else set(UnitKind.values)
        if (by_code := self.by_code.get(wanted)) is not None and by_code.kind in allowed:
            return by_code
        found = self._meant(wanted, allowed)
        if len(found) == 1:
            return found[0]
        labels = "、".join(str(UnitKind(k).label) for k in sorted(allowed, key=list(UnitKind.values).index))
        if not found:
            return f"没有找到叫“{said}”的单位（{labels}）。请核对名称，或填编码。"
        return f"有 {len(found)} 个单位叫“{said}”。请填编码，或写成“{self.full_name(found[0])}”这样。"

    def full_name(self, unit: Unit) -> str:
        """上河村/第1网格/第2组: the unit with all that stands between it and the town."""
        parts = [unit.name]
        at = self.parents.get(unit.pk)
        while at is not None and at != self.town.pk and at in self.units:
            parts.insert(0, self.units[at].name)
            at = self.parents.get(at)
        return SEPARATOR.join(parts)
