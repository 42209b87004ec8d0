"""Count every figure again from the files of `sanzhi export records`, with nothing of Sanzhi but their columns.

    python3 tools/recount.py DIR [--unit CODE] [--period 2022-06 …]   prints what `sanzhi indicators --csv --below` prints

Written from the rules in prose (docs/rules, docs/records.md), not from the code of the house, so that the two can be compared:
`diff` shows nothing, or one of them is wrong. Without --period: every period of the plans' years that has begun, and every
stage. Exit 1 where the files hold an indicator that no rule here counts, 2 where they are no export.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from recount_records import (
    Population,
    Records,
    Row,
    Sites,
    Span,
    Visits,
    day,
    judged,
    periods_of,
    rows,
    span_of,
    weeks_within,
)

COLUMNS = "period unit unit_name indicator label kind numerator denominator on_time exempt fraction formula"
WHOLE = ("town", "village")
HOME, AWAY = ("present", "seasonal"), ("away",)


@dataclass
class Figure:
    """numerator / denominator (None: nobody owes it), how many on time, how many exempt beside it (coverage.md)."""

    numerator: int = 0
    denominator: int | None = None
    on_time: int = 0
    exempt: int = 0

    def add(self, numerator: int, denominator: int | None, on_time: int) -> None:
        """A part below, or a week within."""
        self.numerator += numerator
        self.on_time += on_time
        if denominator is not None:
            self.denominator = (self.denominator or 0) + denominator


class Count:
    """Every figure of a town's units and periods."""

    def __init__(self, folder: Path) -> None:
        self.records = Records(folder)
        self.visits, self.sites = Visits(self.records), Sites(self.records)
        self.notes = [r for r in rows(folder, "progress_notes.notes") if r["state"] == "accepted"]
        self.known: dict[tuple[str, str], Population] = {}

    # --- coverages and sums -------------------------------------------------------------------------------------------

    def population(self, code: str, span: Span) -> Population:
        """Who is counted for a coverage, and when each was reached."""
        key = (code, f"{span.first}{span.last}")
        if key not in self.known:
            self.known[key] = self._population(code, span)
        return self.known[key]

    def _population(self, code: str, span: Span) -> Population:
        match code:
            case "visits.household_coverage":
                return self.visits.households(HOME, span)
            case "visits.away_coverage":
                return self.visits.households(AWAY, span)
            case "visits.weekly_coverage" | "visits.weekly_link_coverage":
                return self.visits.cadres(span, by_link=code.endswith("link_coverage"))
        if code.startswith("facilities.") and code.endswith("_coverage"):
            return self.sites.covered(code.removeprefix("facilities.").removesuffix("_coverage"), span)
        raise NotImplementedError(code)

    def spans(self, every: str, span: Span) -> list[Span]:
        """coverage.md, 5: a coverage is of its own period, never added up; only a weekly duty is, over its weeks (case 6).
        What counts by a day is counted for any period or stage."""
        if not every:
            return [span]
        if every == "week" and span.every:
            return [w for w in weeks_within(span) if self.records.week_is_owed(w)]
        return [span] if every == span.every else []

    def indicator(self, declared: Row, unit: str, span: Span) -> Figure | None:
        """A coverage or a sum of a unit; None where it says nothing of such a period."""
        figure, spans = Figure(), self.spans(declared["every"], span)
        if not spans:
            return None
        for one in spans:
            if one.first > self.records.today:
                continue
            on = self.records.read_on(one)
            members = self.records.villages(on) if unit == self.records.town else [unit]
            if declared["kind"] == "sum":
                self.add_up(figure, declared, unit, members, one)
                continue
            for member in members:
                self.cover(figure, declared, member, one)
        return figure

    def cover(self, figure: Figure, declared: Row, unit: str, span: Span) -> None:
        """One unit's own: joined by subject, read on the last day. Exempt and not met, it stands on neither side (case 12)."""
        n, d, on_time = self.own(declared["indicator"], unit, span, span.last)
        if unit in self.exempt_units(declared["duty"], span.code) and not (d and n == d):
            figure.exempt += 1
        else:
            figure.add(n, d, on_time)

    def own(self, code: str, unit: str, span: Span, due: date) -> tuple[int, int, int]:
        """(reached, owed, reached by the due day) of the subjects that stand under a unit on the period's last day."""
        people, on = self.population(code, span), self.records.read_on(span)
        mine = [s for s, at in people.stands.items() if self.records.stands_under(at, unit, on)]
        days = [people.reached[s] for s in mine if s in people.reached]
        return len(days), len(mine), sum(x <= due for x in days)

    def add_up(self, figure: Figure, declared: Row, unit: str, members: list[str], span: Span) -> None:
        """A sum: the town's own is that of all its units; what a predecessor did counts for its successor (case 1). Beside it
        stand those exempt that did nothing."""
        did = set()
        for at, done_on, received, amount in self.sites.deeds(declared["indicator"], span):
            heir = self.records.heir(at, span.last)
            if (heir == unit or unit == self.records.town) and span.first <= done_on <= span.last:
                did.add(heir)
                on_time = judged(done_on, received, span.close) <= span.last
                figure.add(amount, None, amount if on_time else 0)
        exempt = self.exempt_units(declared["duty"], span.code)
        figure.exempt += len((exempt & set(members)) - did)

    def exempt_units(self, duty: str, period: str) -> set[str]:
        """Units that are exempt of a duty for a period."""
        return {
            o["unit"]
            for o in self.records.obligations
            if o["period"] == period
            and not o["post"]
            and not o["dropped_on"]
            and o["obligation"] in self.records.exempt
            and self.requirement(o).get("proves") == duty
        }

    # --- duties -------------------------------------------------------------------------------------------------------

    def requirement(self, o: Row) -> Row:
        return self.records.requirements.get((o["plan"], o["version"], o["task"], o["requirement"]), {})

    def duties(self, units: Iterable[str], span: Span) -> Iterator[tuple[str, str, Figure]]:
        """(duty, unit, figure): of the obligations of a rhythm whose period ends in the span, how many are met.

        What several plans ask alike is owed once: met where all are, exempt where all are."""
        declared = {c for c, r in self.records.indicators.items() if r["kind"] == "duty"}
        once: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for o in self.records.obligations:
            asked = self.requirement(o)
            if asked.get("kind") != "every" or o["dropped_on"] or o["handed_to"]:
                continue
            if not span.first <= span_of(o["period"]).last <= span.last:
                continue
            if asked["proves"] in self.records.indicators and asked["proves"] not in declared:
                continue
            duty = asked["proves"] if asked["proves"] in declared else "progress_notes.reported"
            own = o["obligation"] if duty == "progress_notes.reported" else ""
            once[duty, o["unit"], o["post"], o["period"], own].append(o)
        for unit in units:
            found: dict[str, Figure] = defaultdict(Figure)
            for (duty, ower, *_), mine in once.items():
                if unit in (ower, self.records.town):
                    self.owe(found[duty], duty, mine)
            yield from ((duty, unit, figure) for duty, figure in found.items())

    def owe(self, figure: Figure, duty: str, mine: list[Row]) -> None:
        """An obligation met stands in both; unmet and exempt in neither (case 12, states.md)."""
        days = [self.met_on(duty, o) for o in mine]
        if None in days:
            if all(o["obligation"] in self.records.exempt for o in mine):
                figure.exempt += 1
            else:
                figure.add(0, 1, 0)
            return
        in_time = [
            x for x, o in zip(days, mine, strict=True) if x and (o["contributes"] == "1" or x <= self.due(o))
        ]
        figure.add(1, 1, int(len(in_time) == len(mine)))

    def due(self, o: Row) -> date:
        return day(o["due_on"]) or span_of(o["period"]).last

    def met_on(self, duty: str, o: Row) -> date | None:
        """shares.md, 6: the day of the deed with which what is asked was reached, in the order of the days they are judged by."""
        asked, whole = self.requirement(o), span_of(o["period"])
        span = Span(o["period"], date.fromisoformat(o["begins_on"]), whole.last, whole.every)
        if span.first > self.records.today:
            return None
        if duty == "progress_notes.reported":
            wanted, done = self.reported(o, asked, span)
        elif self.records.indicators[duty]["kind"] == "duty" and duty == "facilities.used_monthly":
            wanted = 1 if asked["share"] else int(asked["at_least"])
            done = [
                (judged(on, received, span.close), n)
                for at, on, received, n in self.sites.deeds("facilities.site_used", span)
                if span.first <= on <= span.last
                and (o["town_share"] == "1" or self.records.heir(at, span.last) == o["unit"])
            ]
        else:
            wanted, done = self.covered(duty, o, asked, span)
        total = 0
        for on, n in sorted(done):
            total += n
            if total >= wanted:
                return on
        return None

    def covered(self, duty: str, o: Row, asked: Row, span: Span) -> tuple[int, list[tuple[date, int]]]:
        """All of its own, or the share the plan names: of the households of a village, the links of a post, the post itself."""
        code = {
            "visits.households": "visits.household_coverage",
            "visits.weekly": "visits.weekly_coverage",
            "visits.weekly_per_link": "visits.weekly_link_coverage",
            "visits.away": "visits.away_coverage",
        }[duty]
        people, on = self.population(code, span), self.records.read_on(span)
        if o["town_share"] == "1":
            mine = list(people.stands)
        elif o["post"]:
            mine = [s for s in people.stands if people.owner.get(s) == o["post"]]
        else:
            mine = [s for s, at in people.stands.items() if self.records.stands_under(at, o["unit"], on)]
        share = Fraction(asked["share"] or 1)
        # shares.md, 2 and 5: the smallest number that reaches it; of nothing registered, never.
        wanted = -(-share.numerator * len(mine) // share.denominator) if mine else 1
        return max(wanted, 1), [(people.reached[s], 1) for s in mine if s in people.reached]

    def reported(self, o: Row, asked: Row, span: Span) -> tuple[int, list[tuple[date, int]]]:
        """Case 9: notes that were accepted, by the day of submission; of the unit and of those it took over."""
        done = [
            (date.fromisoformat(n["submitted_on"]), int(n["amount"]))
            for n in self.notes
            if n["line"] == asked["line"]
            and self.records.heir(n["unit"], span.last) == o["unit"]
            and span.first <= date.fromisoformat(n["counts_on"]) <= span.last
            and (not o["anew_on"] or date.fromisoformat(n["submitted_on"]) >= span.first)
        ]
        return 1 if asked["share"] else int(asked["at_least"]), done

    # --- all of it ----------------------------------------------------------------------------------------------------

    def figures(self, top: str, period: str) -> list[tuple[str, str, Figure]]:
        """(unit, indicator, figure) of a unit and all below it on the period's last day."""
        span = span_of(period)
        units = self.records.below(top, self.records.read_on(span))
        found = []
        for code, declared in self.records.indicators.items():
            if declared["kind"] != "duty":
                counted = ((u, self.indicator(declared, u, span)) for u in units)
                found += [(u, code, f) for u, f in counted if f is not None]
        if span.every:
            found += [(unit, duty, f) for duty, unit, f in self.duties(units, span)]
        return sorted((x for x in found if self.told(*x)), key=lambda x: x[:2])

    def told(self, unit: str, _code: str, f: Figure) -> bool:
        """Of a town and a village every figure is told; of others what they have."""
        return bool(self.records.units[unit]["kind"] in WHOLE or f.denominator or f.numerator or f.exempt)

    def periods(self) -> list[str]:
        """Every period of the plans' years that has begun, and every stage."""
        years = {int(r["year"]) for r in rows(self.records.folder, "plans")}
        stages = {o["period"] for o in self.records.obligations if o["period"].startswith("by:")}
        known = [p for y in sorted(years) for p in periods_of(y)] + sorted(stages)
        return [p for p in known if span_of(p).first <= self.records.today]


def main() -> int:
    """Print the figures as CSV."""
    parser = argparse.ArgumentParser(description="由导出的记录复算全部指标")
    parser.add_argument("folder", type=Path, help="sanzhi export records 写出的文件夹")
    parser.add_argument("--unit", help="单位编码（默认整个乡镇）")
    parser.add_argument("--period", nargs="+", action="extend", help="时段（默认全部）")
    arguments = parser.parse_args()
    try:
        count = Count(arguments.folder)
        asked = arguments.period or count.periods()
        spans = [span_of(period).code for period in asked]
    except (OSError, KeyError, ValueError) as wrong:
        print(f"“{arguments.folder}”不是完整的导出，或时段写错了（{wrong}）。请核对。", file=sys.stderr)
        return 2
    if arguments.unit and arguments.unit not in count.records.units:
        print(f"导出里没有编码为“{arguments.unit}”的单位。请核对编码。", file=sys.stderr)
        return 2
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS.split())
    try:
        for period in spans:
            for unit, code, f in count.figures(arguments.unit or count.records.town, period):
                writer.writerow(row_of(count.records, period, unit, code, f))
    except NotImplementedError as unknown:
        print(f"指标 {unknown} 没有写进复算程序，请按 docs/rules 补上它的规则。", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def row_of(records: Records, period: str, unit: str, code: str, f: Figure) -> list[object]:
    """A figure as a row, in the columns of `sanzhi indicators --csv`."""
    declared = records.indicators[code]
    share = Fraction(f.numerator, f.denominator) if f.denominator else None
    told = "" if share is None else f"{share.numerator}/{share.denominator}"
    denominator = "" if f.denominator is None else f.denominator
    names = period, unit, records.units[unit]["short_name"], code, declared["label"], declared["kind"]
    return [*names, f.numerator, denominator, f.on_time, f.exempt, told, declared["formula"]]


if __name__ == "__main__":
    sys.exit(main())
