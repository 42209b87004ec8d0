"""What `recount.py` reads: periods by their codes, the files of an export, and what the records of each room say.

Written from the rules in prose (docs/rules, docs/records.md). Standard library only; nothing of Sanzhi is imported.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

DAY = timedelta(days=1)
GRACE = timedelta(days=7)  # close.md, 1: a town has one grace of seven days
Row = dict[str, str]


# --- periods.md -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A period, or a stage (`every` empty)."""

    code: str
    first: date
    last: date
    every: str

    @property
    def close(self) -> date:
        """close.md, 2: it closes at the end of the last day of grace."""
        return self.last + GRACE


def week_ending(sunday: date) -> Span:
    """A week is Monday to Sunday and bears the number of its Sunday in the year of its Sunday."""
    number = (sunday.timetuple().tm_yday - 1) // 7 + 1
    return Span(f"{sunday.year}-W{number:02d}", sunday - 6 * DAY, sunday, "week")


def span_of(code: str) -> Span:
    """The days that a period's code names; a stage as from New Year, since what counts by a day counts from ever before."""
    if code.startswith("by:"):
        last = date.fromisoformat(code[3:])
        return Span(code, date(last.year, 1, 1), last, "")
    year, _, rest = code.partition("-")
    new_year = date(int(year), 1, 1)
    if rest.startswith("W"):
        first_sunday = new_year + (6 - new_year.weekday()) * DAY
        return week_ending(first_sunday + (int(rest[1:]) - 1) * 7 * DAY)
    every, length, number = {"Q": ("quarter", 3, rest[1:]), "H": ("half_year", 6, rest[1:])}.get(
        rest[:1], ("month", 1, rest) if rest else ("year", 12, "1")
    )
    months = (int(number) - 1) * length
    first = date(int(year), months + 1, 1)
    after = months + length
    last = date(int(year) + after // 12, after % 12 + 1, 1) - DAY
    return Span(code, first, last, every)


def periods_of(year: int) -> Iterator[str]:
    """Every period of a year; weeks by their Sunday."""
    yield str(year)
    yield from (f"{year}-H{n}" for n in (1, 2))
    yield from (f"{year}-Q{n}" for n in (1, 2, 3, 4))
    yield from (f"{year}-{n:02d}" for n in range(1, 13))
    yield from (w.code for w in weeks_within(Span("", date(year, 1, 1), date(year, 12, 31), "year")))


def weeks_within(span: Span) -> Iterator[Span]:
    """The weeks whose Sunday lies in the span."""
    sunday = span.first + (6 - span.first.weekday()) * DAY
    while sunday <= span.last:
        yield week_ending(sunday)
        sunday += 7 * DAY


# --- the files --------------------------------------------------------------------------------------------------------


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def bare(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r" else text


def rows(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return [{k: bare(v) for k, v in row.items()} for row in csv.DictReader(f)]


@dataclass
class Line:
    """A dated line: what, where, from when until the day before `until`."""

    what: str
    where: str
    first: date
    until: date | None

    def on(self, d: date) -> bool:
        return self.first <= d and (self.until is None or d < self.until)


def lines(found: Iterable[Row], what: str, where: str) -> list[Line]:
    return [Line(r[what], r[where], date.fromisoformat(r["opened_on"]), day(r["closed_on"])) for r in found]


class Records:
    """The files of one town, as they are known on `today`."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.folder, self.town, self.today = folder, about["town"], date.fromisoformat(about["as_of"])
        self.units = {r["unit"]: r for r in rows(folder, "units")}
        self.placed = lines(rows(folder, "placements"), "unit", "parent")
        self.indicators = {r["indicator"]: r for r in rows(folder, "indicators")}
        self.obligations = rows(folder, "obligations")
        self.exempt = {r["obligation"] for r in rows(folder, "exemptions") if not r["revoked_on"]}
        confirmed = {
            (r["plan"], r["version"]) for r in rows(folder, "plan_versions") if r["state"] == "confirmed"
        }
        tasks = {(r["plan"], r["version"], r["task"]) for r in rows(folder, "tasks") if r["confirmed_on"]}
        self.requirements = {
            (r["plan"], r["version"], r["task"], r["requirement"]): r
            for r in rows(folder, "requirements")
            if (r["plan"], r["version"]) in confirmed and (r["plan"], r["version"], r["task"]) in tasks
        }
        self._heirs: dict[str, list[tuple[str, date]]] = defaultdict(list)
        for r in rows(folder, "successions"):
            self._heirs[r["predecessor"]].append((r["successor"], date.fromisoformat(r["on"])))
        calendar = {date.fromisoformat(r["day"]): r["kind"] for r in rows(folder, "work_days")}
        self._calendar, self._parents = calendar, dict[date, dict[str, str]]()

    # registers.md, 2: a period uses the placements of its last day
    def parents(self, d: date) -> dict[str, str]:
        if d not in self._parents:
            self._parents[d] = {x.what: x.where for x in self.placed if x.on(d)}
        return self._parents[d]

    def stands_under(self, unit: str, top: str, d: date) -> bool:
        above, parents = unit, self.parents(d)
        while above and above != top:
            above = parents.get(above, "")
        return above == top

    def below(self, top: str, d: date) -> list[str]:
        return sorted({top} | {u for u in self.parents(d) if self.stands_under(u, top, d)})

    def villages(self, d: date) -> list[str]:
        return [
            u for u in self.below(self.town, d) if self.units[u]["kind"] == "village" and u in self.parents(d)
        ]

    def heir(self, unit: str, d: date) -> str:
        """coverage.md, case 1: what a unit recorded counts for the one that took it over; a divided unit keeps its own."""
        seen = {unit}
        while True:
            after = [new for new, on in self._heirs.get(unit, ()) if on <= d]
            if len(after) != 1 or after[0] in seen:
                return unit
            unit = after[0]
            seen.add(unit)

    def week_is_owed(self, week: Span) -> bool:
        """periods.md: a week with fewer than three working days owes nothing (case 5)."""
        days = [week.first + n * DAY for n in range(7)]
        worked = [d for d in days if self._calendar.get(d, "holiday" if d.weekday() > 4 else "") != "holiday"]
        return len(worked) >= 3

    def read_on(self, span: Span) -> date:
        return min(span.last, self.today)


# --- what each room's records say -------------------------------------------------------------------------------------


def judged(done_on: date, received: date, close: date) -> date:
    """close.md: the day of the deed, or that on which it became known where that was after the close."""
    return received if received > close else done_on


def in_force_days(spells: Iterable[Line], first: date, last: date, away: Iterable[Line]) -> int:
    """On how many days a spell was in force and the post was not away; a day never counts twice (periods.md)."""
    days = [first + n * DAY for n in range((last - first).days + 1)]
    mine, off = list(spells), list(away)
    return sum(any(s.on(d) for s in mine) and not any(a.on(d) for a in off) for d in days)


@dataclass
class Door:
    """A door of an outing that counts."""

    happened: date
    received: date
    half_day: str
    outcome: str


@dataclass
class Population:
    """Who can be counted in a span: subject → the unit it stands in; and when each was reached, if it was."""

    stands: dict[str, str]
    reached: dict[str, date]
    owner: dict[str, str] = field(default_factory=dict)


class Visits:
    """Z5: households by month, posts and links by week, the away by quarter (coverage.md, cases 3, 4, 6, 14)."""

    def __init__(self, records: Records) -> None:
        self.records, folder = records, records.folder
        self.stays = lines(rows(folder, "stays"), "household", "group")
        self.presences: dict[str, list[Line]] = defaultdict(list)
        for x in lines(rows(folder, "presences"), "kind", "household"):
            self.presences[x.where].append(x)
        outings = {r["outing"]: r for r in rows(folder, "visits.outings") if r["state"] == "recorded"}
        self.doors: dict[str, list[Door]] = defaultdict(list)
        for r in rows(folder, "visits.doors"):
            if r["outing"] in outings:
                days = date.fromisoformat(r["happened_on"]), date.fromisoformat(r["received_on"])
                self.doors[r["household"]].append(Door(*days, r["half_day"], r["outcome"]))
        self.posts = {x.what: x for x in lines(rows(folder, "posts"), "post", "unit")}
        self.leaves: dict[str, list[Line]] = defaultdict(list)
        for x in lines(rows(folder, "leaves"), "post", "stand_in"):
            self.leaves[x.what].append(x)
        self.links = {r["link"]: r for r in rows(folder, "visits.links")}
        self.spells = {x.what: x for x in lines(self.links.values(), "link", "group")}
        self.walks: list[tuple[str, date, date]] = []  # link, day, received
        of = defaultdict(list)
        for link, r in self.links.items():
            of[r["post"], r["group"]].append(link)
        for r in rows(folder, "visits.went"):
            if r["outing"] in outings:
                on, received = date.fromisoformat(r["happened_on"]), date.fromisoformat(r["received_on"])
                held = of[r["post"], outings[r["outing"]]["group"]]
                self.walks += [(link, on, received) for link in held if self.spells[link].on(on)]

    def households(self, kinds: tuple[str, ...], span: Span) -> Population:
        """registers.md, 11: the households that stand in a group on the last day with such a presence; when reached."""
        d = self.records.read_on(span)
        stands = {
            s.what: s.where
            for s in self.stays
            if s.on(d) and any(p.on(d) and p.what in kinds for p in self.presences[s.what])
        }
        away = kinds == ("away",)
        found = {h: self.met_on(h, span) if away else self.closed_on(h, span) for h in stands}
        return Population(stands, {h: on for h, on in found.items() if on is not None})

    def met_on(self, household: str, span: Span) -> date | None:
        """Reached: somebody talked at the door, or declined there, on a day of the span."""
        days = [
            judged(x.happened, x.received, span.close)
            for x in self.doors.get(household, ())
            if x.outcome in ("reached", "declined") and span.first <= x.happened <= span.last
        ]
        return min(days, default=None)

    def closed_on(self, household: str, span: Span) -> date | None:
        """Case 14: met, or not at home at two attempts (two days, or before and after 17:00) with a slip left at one."""
        month = (span.last.year, span.last.month)
        tried = [
            x
            for x in self.doors.get(household, ())
            if (x.happened.year, x.happened.month) == month and x.outcome in ("nobody_home", "slip_left")
        ]
        order = ("morning", "afternoon", "evening")
        tried.sort(key=lambda x: (x.received, x.happened, order.index(x.half_day)))
        found = self.met_on(household, span)
        for n, last in enumerate(tried):
            told = tried[: n + 1]
            times = {(x.happened, x.half_day == "evening") for x in told}
            if len(times) > 1 and any(x.outcome == "slip_left" for x in told):
                if last.happened >= span.first:
                    on = judged(last.happened, last.received, span.close)
                    found = on if found is None else min(found, on)
                break
        return found

    def cadres(self, span: Span, *, by_link: bool) -> Population:
        """Case 4: posts with a linked group (or the links), in force on half of the days; leave and the end of the post
        interrupt. Reached by a visit day in a group whose link was in force."""
        least = ((span.last - span.first).days + 2) // 2
        parts: dict[str, list[Line]] = defaultdict(list)
        for link, spell in self.spells.items():
            post = self.posts[self.links[link]["post"]]
            until = min((u for u in (spell.until, post.until) if u is not None), default=None)
            first = max(spell.first, post.first)
            parts[link if by_link else post.what].append(Line(link, spell.where, first, until))
        found = Population({}, {})
        for subject, mine in parts.items():
            owner = self.links[subject]["post"] if by_link else subject
            if in_force_days(mine, span.first, span.last, self.leaves[owner]) >= least:
                found.stands[subject] = mine[0].where if by_link else self.posts[owner].where
                found.owner[subject] = owner
        for walked, on, received in self.walks:
            who = walked if by_link else self.links[walked]["post"]
            if who in found.stands and span.first <= on <= span.last:
                known = judged(on, received, span.close)
                found.reached[who] = min(known, found.reached.get(who, known))
        return found


class Sites:
    """Z7, F3, V3, V6: villages covered by a day, sites counted, what took place at them (cases 1, 8)."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.sites = [r for r in rows(records.folder, "facilities.sites") if r["state"] != "withdrawn"]
        self.uses = [r for r in rows(records.folder, "facilities.uses") if not r["void_on"]]

    def covered(self, kind: str, span: Span) -> Population:
        """A village is covered once all its planned sites (its predecessors' among them) are accepted, on the day the last
        was built, whenever it was accepted (case 8)."""
        d = self.records.read_on(span)
        of: dict[str, list[Row]] = defaultdict(list)
        for r in self.sites:
            if r["kind"] == kind:
                of[self.records.heir(r["unit"], d)].append(r)
        found = Population({v: v for v in self.records.villages(d)}, {})
        for village, mine in of.items():
            if all(r["state"] == "accepted" for r in mine):
                built = max(date.fromisoformat(r["built_on"]) for r in mine)
                if built <= span.last:
                    found.reached[village] = built
        return found

    def deeds(self, code: str, span: Span) -> list[tuple[str, date, date, int]]:
        """What a sum adds up: (unit, day, received, how much)."""
        if code == "facilities.site_used":
            return [
                (
                    r["unit"],
                    date.fromisoformat(r["happened_on"]),
                    date.fromisoformat(r["received_on"]),
                    int(r["times"]),
                )
                for r in self.uses
            ]
        kind = code.removeprefix("facilities.").removesuffix("_accepted")
        return [
            (r["unit"], date.fromisoformat(r["built_on"]), date.fromisoformat(r["acceptance_noted_on"]), 1)
            for r in self.sites
            if r["kind"] == kind and r["state"] == "accepted"
        ]
