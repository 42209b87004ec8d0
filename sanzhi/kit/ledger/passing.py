"""What passes on when units end: the open obligations of a merge, line by line, with what is proposed for each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.ledger.actions.following import Choice, may_begin_anew, open_on
from sanzhi.kit.ledger.models import HandOver, Obligation, Requirement

LATER = "later"


@dataclass
class Passing:
    """One line of the merge page: a requirement for a period that runs on the day of the merge, or for all later ones.

    `begun`: something may have been recorded for it already, so that to carry it and to begin anew differ.
    """

    key: str
    requirement: Requirement
    begun: bool
    obligations: list[Obligation] = field(default_factory=list)
    proposal: Choice = Choice()
    hows: tuple[str, ...] = ()

    @property
    def periods(self) -> list[str]:
        """The codes of its periods, each once, in their order."""
        return list(dict.fromkeys(o.period for o in self.obligations))

    @property
    def units(self) -> list[str]:
        """Who owes it until then."""
        return list(dict.fromkeys(o.unit.short_name for o in self.obligations))

    @property
    def due_on(self) -> dt.date | None:
        """The first day it is due."""
        return min((o.due_on for o in self.obligations if o.due_on is not None), default=None)


def passing_on(ending: Iterable[Unit], on: dt.date, today: dt.date) -> list[Passing]:
    """The open obligations of units that end on `on`, in the order of the plans; what is proposed is to carry each.

    Where all who end are exempt from it already, it is proposed to exempt the successor for the same reason.
    """
    rows = (
        Obligation.objects.filter(open_on(on, today), unit__in=[u.pk for u in ending], post__isnull=True)
        .select_related("requirement__task__version__plan", "unit")
        .defer("requirement__task__version__text", "requirement__task__version__reading")
        .prefetch_related("exemptions")
        .order_by(
            "requirement__task__version__plan",
            "requirement__task__position",
            "requirement__position",
            "due_on",
            "unit__position",
        )
    )
    lines: dict[str, Passing] = {}
    for row in rows:
        begun = row.begins_on < on
        key = f"{row.requirement_id}:{row.period if begun else LATER}"
        line = lines.setdefault(key, Passing(key, row.requirement, begun))
        line.obligations.append(row)
    for line in lines.values():
        anew = line.begun and may_begin_anew(line.requirement)
        line.hows = (HandOver.How.CARRY, *((HandOver.How.ANEW,) if anew else ()), HandOver.How.EXEMPT)
        line.proposal = _proposal(line)
    return list(lines.values())


def _proposal(line: Passing) -> Choice:
    reasons = [
        next((e.reason for e in o.exemptions.all() if e.revoked_on is None), None) for o in line.obligations
    ]
    if all(reasons) and reasons:
        return Choice(HandOver.How.EXEMPT, str(reasons[0]))
    return Choice()


def chosen_for(lines: Iterable[Passing], choices: Mapping[str, Choice]) -> dict[Obligation, Choice]:
    """Obligation → what was chosen for its line; what is not named is carried."""
    found: dict[Obligation, Choice] = defaultdict(Choice)
    for line in lines:
        for obligation in line.obligations:
            found[obligation] = choices.get(line.key, Choice())
    return dict(found)
