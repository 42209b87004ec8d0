"""Finding a unit by what a file calls it: a code, a name, an alias, or 村/网格/组."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from sanzhi.domain.tree import keys
from sanzhi.foundation.orgs.models import Unit, UnitAlias, UnitKind
from sanzhi.foundation.orgs.queries import first_days, path_on, placements_on
from sanzhi.steering.registers.sheets import cells

SEPARATOR = "/"


def _key(said: str) -> str:
    return cells.text(said).replace(" ", "").replace("·", SEPARATOR).replace(">", SEPARATOR).upper()


class UnitNames:
    """All units of a town that stand on a day, by everything they may be called."""

    def __init__(self, town: Unit, day: dt.date) -> None:
        self.town = town
        self.units: dict[int, Unit] = {}
        self.parents: dict[int, int] = {}
        self.opened: dict[int, dt.date] = {}
        self._first: dict[int, dt.date] = {}
        self.by_code: dict[str, Unit] = {}
        self._called: dict[str, set[int]] = defaultdict(set)
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
            self._called[_key(own)].add(unit.pk)
            chains = [[u] for u in above] + ([above] if len(above) > 1 else [])
            for chain in chains:
                for names in ([u.name for u in chain], [u.short_name for u in chain]):
                    self._called[_key(SEPARATOR.join([*names, own]))].add(unit.pk)
                    self._called[_key("".join([*names, own]))].add(unit.pk)

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
        found = [
            self.units[pk] for pk in sorted(self._called.get(wanted, ())) if self.units[pk].kind in allowed
        ]
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
