"""Recomputing the results of a bundle from its other lines, by the same pure rules as the engine and without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sanzhi.domain.amounts import (
    Amount,
    Deed,
    Part,
    Whole,
    first_reached,
    of_population,
    reach,
    together,
    wanted_of,
)
from sanzhi.domain.periods import DaySpan, in_force_for_half

Line = dict[str, Any]
Names = dict[Any, Any]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def stand_for(rows: Iterable[Line], day: date) -> Names:
    """Predecessor → the unit that stands for it on `day`, chains followed."""
    steps = {r["old"]: r["new"] for r in sorted(rows, key=lambda r: r["on"]) if r["on"] <= day.isoformat()}
    result: Names = {}
    for start in steps:
        end, seen = start, {start}
        while end in steps and steps[end] not in seen:
            end = steps[end]
            seen.add(end)
        result[start] = end
    return result


class Recount:
    """Recomputes the results of a bundle from its other lines; each register and source is read once per period."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.by_kind: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            self.by_kind[line["kind"]].append(line)
        self.sources = {s["source"]: s for s in self.by_kind["source"]}
        self._known: dict[tuple[Any, ...], Any] = {}

    def amount(self, result: Line, as_of: date) -> Amount:
        """What the facts give for one result line."""
        source = self.sources[result["source"]]
        if date.fromisoformat(result["first"]) > as_of:
            return Amount(0, None, result["count"], 0)
        match source["rule"]:
            case "population":
                return self._parts(source, result, as_of)
            case "force":
                return self._force(source, result, as_of)
            case "coverage":
                return self._coverage(source, result, as_of)
            case "share":
                return self._share(source, result)
        return self._deeds(result)

    # --- what was done --------------------------------------------------------------------------------------------

    def _of(self, kind: str, source: str, key: str) -> dict[Any, list[Line]]:
        """The lines of a kind that belong to a source, by the value of one of their names."""
        known = self._known.get((kind, source, key))
        if known is None:
            known = self._known[kind, source, key] = defaultdict(list)
            for line in self.by_kind[kind]:
                if line["source"] == source:
                    known[line.get(key)].append(line)
        return known

    def _heirs(self, day: date) -> Names:
        known = self._known.get(("heirs", day))
        if known is None:
            known = self._known["heirs", day] = stand_for(self.by_kind["succession"], day)
        return known

    def _mine(self, result: Line, source: str) -> list[Line]:
        heirs = self._heirs(date.fromisoformat(result["last"]))
        by_unit = self._of("deed", source, "unit")
        units = [result["unit"], *(old for old, new in heirs.items() if new == result["unit"])]
        if result["whole"]:
            units = list(by_unit)
        return [
            d
            for unit in units
            for d in by_unit.get(unit, ())
            if d["requirement"] == result["requirement"] and _counts(result, d)
        ]

    def _deeds(self, result: Line) -> Amount:
        mine = self._mine(result, result["source"])
        return reach(
            [_deed(d) for d in mine if not d["waits"] and d["amount"]],
            result["count"],
            due_on=_due(result),
            closes_on=_day(result["closes_on"]),
            pending_on=min((date.fromisoformat(d["day"]) for d in mine if d["waits"]), default=None),
        )

    def _share(self, source: Line, result: Line) -> Amount:
        owed = sum(d["amount"] for d in self._mine(result, source["source"] + "#whole"))
        deeds = [_deed(d) for d in self._mine(result, source["source"]) if d["amount"]]
        return reach(
            deeds,
            wanted_of(_share_of(result), result["count"], owed),
            due_on=_due(result),
            closes_on=_day(result["closes_on"]),
            denominator=owed or None,
        )

    # --- populations ----------------------------------------------------------------------------------------------

    def _standing(self, source: Line, first: str, last: str, day: date) -> list[Line]:
        """The subjects of a population in a period, each in its unit."""
        code, half = source["population"], source.get("read") == "half"
        key = ("standing", code, first, last) if half else ("standing", code, day)
        if key not in self._known:
            self._known[key] = self._half(code, first, last) if half else self._on(code, day)
        found: list[Line] = self._known[key]
        return found

    def _on(self, population: str, day: date) -> list[Line]:
        on = day.isoformat()
        return [
            r
            for r in self.by_kind["subject"]
            if r["population"] == population and r["first"] <= on and (r["until"] is None or on < r["until"])
        ]

    def _half(self, population: str, first: str, last: str) -> list[Line]:
        span = DaySpan(date.fromisoformat(first), date.fromisoformat(last))
        spells: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
        for r in self.by_kind["subject"]:
            if r["population"] == population and r["first"] <= last and (r["until"] or "9") > first:
                spells[r["subject"], r["unit"], r.get("owner", "")].append(r)
        latest: dict[str, Line] = {}
        for (subject, _unit, _owner), mine in spells.items():
            ends = [_day(r["until"]) for r in mine]
            parts = [
                (date.fromisoformat(r["first"]), end - timedelta(days=1) if end else None)
                for r, end in zip(mine, ends, strict=True)
            ]
            begun = max(mine, key=lambda r: r["first"])
            if in_force_for_half(span, parts) and (
                subject not in latest or latest[subject]["first"] < begun["first"]
            ):
                latest[subject] = begun
        return list(latest.values())

    def _below(self, day: date) -> Names:
        """Unit → the village or office it hangs under on a day."""
        key = ("below", day)
        if key not in self._known:
            on = day.isoformat()
            self._known[key] = {
                r["unit"]: r["under"]
                for r in self.by_kind["placed"]
                if r["first"] <= on and (r["until"] is None or on < r["until"])
            }
        found: Names = self._known[key]
        return found

    def _subjects(self, source: Line, result: Line, day: date) -> list[str]:
        """The subjects that count for a result: all, those of its post, or those that stand in or below its unit."""
        standing = self._standing(source, result["first"], result["last"], day)
        if result["whole"]:
            return [r["subject"] for r in standing]
        key = ("own", source["population"], source.get("read"), result["first"], result["last"], day)
        if key not in self._known:
            below, own = self._below(day), defaultdict(list)
            for r in standing:
                own[below.get(r["unit"], r["unit"]), ""].append(r["subject"])
                if r.get("owner"):
                    own["", r["owner"]].append(r["subject"])
            self._known[key] = own
        post = result.get("post") or ""
        found: list[str] = self._known[key].get(("" if post else result["unit"], post), [])
        return found

    def _coverage(self, source: Line, result: Line, as_of: date) -> Amount:
        last, closes_on = date.fromisoformat(result["last"]), _day(result["closes_on"])
        day = min(last, as_of)
        subjects = self._subjects(source, result, day)
        heirs: dict[Any, list[Any]] = defaultdict(list)
        if source.get("of_units"):
            for old, new in self._heirs(day).items():
                heirs[new].append(old)
        by_subject = self._of("deed", result["source"], "subject")
        deeds = [
            (s, _deed(d))
            for s in subjects
            for old in (s, *heirs.get(s, ()))
            for d in by_subject.get(old, ())
            if d["amount"] and _counts(result, d)
        ]
        return of_population(
            first_reached(deeds, each=source.get("each", 1), closes_on=closes_on),
            subjects,
            share=_share_of(result),
            count=result["count"],
            due_on=_due(result),
            closes_on=closes_on,
            today=max(as_of, last),
            by_acceptance=True,
        )

    # --- what holds -----------------------------------------------------------------------------------------------

    def _parts(self, source: Line, result: Line, as_of: date) -> Amount:
        last = date.fromisoformat(result["last"])
        day = min(last, as_of)
        key = ("wholes", result["source"], day)
        if key not in self._known:
            parts = [
                Part(
                    p["subject"], _day(p["reached_on"]), _day(p["known_on"]), p["open"], _day(p["waiting_on"])
                )
                for p in self.by_kind["part"]
                if p["source"] == result["source"]
            ]
            self._known[key] = together(parts, self._heirs(day))
        return self._held(self._known[key], source, result, day, as_of, by_acceptance=result["whole"])

    def _force(self, source: Line, result: Line, as_of: date) -> Amount:
        day = min(date.fromisoformat(result["last"]), as_of)
        first, heirs = date.fromisoformat(result["first"]), self._heirs(day)
        edge = first if source["any_day"] else day
        held: dict[Any, Whole] = {}
        for line in self._of("force", result["source"], "kind").get("force", ()):
            opened, closed = date.fromisoformat(line["first"]), _day(line["until"])
            if opened > day or (closed is not None and closed <= edge):
                continue
            here = heirs.get(line["subject"], line["subject"])
            judged = Deed(max(opened, first), _day(line["known_on"])).judged_on(_day(result["closes_on"]))
            before = held.get(here)
            if before is None or before.deed is None or judged < before.deed.day:
                held[here] = Whole(Deed(judged), None)
        return self._held(held, source, result, day, as_of, by_acceptance=True)

    def _held(
        self,
        held: dict[Any, Whole],
        source: Line,
        result: Line,
        day: date,
        as_of: date,
        *,
        by_acceptance: bool,
    ) -> Amount:
        return of_population(
            held,
            self._subjects(source, result, day),
            share=_share_of(result),
            count=result["count"],
            due_on=_due(result),
            closes_on=_day(result["closes_on"]),
            today=as_of,
            by_acceptance=by_acceptance,
        )


def _counts(result: Line, deed: Line) -> bool:
    """Whether a deed counts for a result: for a day of its period, and where it began anew (case 1) done since then."""
    if not result["first"] <= deed["counts_for"] <= result["last"]:
        return False
    return not result["asks"].endswith(" anew") or result["first"] <= deed["day"]


def _deed(line: Line) -> Deed:
    return Deed(date.fromisoformat(line["day"]), _day(line["known_on"]), line["amount"])


def _due(result: Line) -> date:
    return date.fromisoformat(result.get("due_on") or result["last"])


def _share_of(result: Line) -> Fraction | None:
    return Fraction(result["share"]) if result["share"] else None
