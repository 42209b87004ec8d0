"""The ledger follows the registers: after a merge, a closing or an opening, what is still open is owed by who stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.foundation.orgs.queries import successors
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.actions.owing import exempt, reason_of
from sanzhi.kit.ledger.events.applying import exempt_by_events
from sanzhi.kit.ledger.models import Exemption, HandOver, Obligation, PlanVersion, Requirement, Task
from sanzhi.kit.ledger.obligations import wanted
from sanzhi.kit.ledger.standing import source_of
from sanzhi.kit.measures.declarations import Coverage

Key = tuple[int, int, int | None, str]
AT_ONCE = 500


@dataclass(frozen=True)
class Choice:
    """How an open obligation passes on: carried, begun anew, or exempt with a reason."""

    how: str = HandOver.How.CARRY
    reason: str = ""


@dataclass
class _Followed:
    made: list[Obligation] = field(default_factory=list)
    given: list[Obligation] = field(default_factory=list)
    gone: list[Obligation] = field(default_factory=list)


def open_on(since: dt.date, today: dt.date) -> Q:
    """Obligations that a change on `since` reaches: due on or after it (or never), their period not closed by `today`."""
    still = Q(due_on__isnull=True) | Q(due_on__gte=since, closes_on__gte=today)
    return still & Q(dropped_on__isnull=True, handed_to__isnull=True)


def may_begin_anew(requirement: Requirement) -> bool:
    """Whether what proves a requirement is done again and again; what stands once it is built does not begin anew."""
    of = source_of(requirement).of
    return not isinstance(of, Coverage) or of.holds_on is None


@action("ledger.choose_hand_overs", "选定合并后怎样接续")
def choose_hand_overs(
    *, by: Actor, town: Unit, choices: Mapping[Obligation, Choice], on: dt.date, today: dt.date
) -> int:
    """Say how obligations pass on when their units end on `on`; `follow_registers` does it on or after that day.

    Refuses an exemption without a reason, to begin anew what stands once it is built, and another choice for what has
    passed on. A second choice replaces the first.
    """
    rows = {
        o.pk: o
        for o in Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement")
        .filter(pk__in=[o.pk for o in choices])
    }
    HandOver.objects.filter(obligation__in=rows).delete()
    made = []
    for obligation, choice in choices.items():
        row = rows[obligation.pk]
        if row.handed_to_id is not None:
            raise Problem("ledger.handed_over", what=row.requirement.what)
        if choice.how not in HandOver.How.values:
            raise Problem("ledger.hand_over_how", how=choice.how)
        if choice.how == HandOver.How.ANEW and not may_begin_anew(row.requirement):
            raise Problem("ledger.hand_over_standing", what=row.requirement.what)
        reason = reason_of(choice.reason) if choice.how == HandOver.How.EXEMPT else choice.reason.strip()
        made.append(
            HandOver(
                obligation=row,
                how=choice.how,
                reason=reason,
                on=on,
                chosen_on=today,
                chosen_by=by.audit_name,
            )
        )
    HandOver.objects.bulk_create(made, batch_size=AT_ONCE)
    numbers = {how: sum(h.how == how for h in made) for how in HandOver.How.values}
    about(town, on=on, chosen=numbers)
    return len(made)


@action("ledger.follow_registers", "台账随机构变动")
def follow_registers(*, by: Actor, town: Unit, since: dt.date, today: dt.date) -> tuple[int, int, int]:
    """Bring open obligations due on or after `since` in line with the units that stand today (case 1, docs/rules/ledger.md).

    What a succeeded unit owes reads 已移交 and is its successor's, once per requirement and period, as was chosen at the
    merge; what a closed unit without successor owes reads 已撤销; a unit that is new owes what its kind owes. Closed periods
    stay with the units that stood in them. Returns how many obligations were made, handed over and dropped; a second run
    changes nothing.
    """
    done = _Followed()
    for task in _confirmed(town):
        _follow(task, town, since, today, done)
    exempt_by_events(by, town, [o.pk for o in done.made], today)
    anew, exempted = _as_chosen(by, done.given, today)
    about(
        town,
        since=since,
        made=len(done.made),
        handed_over=len(done.given),
        dropped=len(done.gone),
        anew=anew,
        exempted=exempted,
    )
    return len(done.made), len(done.given), len(done.gone)


def _follow(task: Task, town: Unit, since: dt.date, today: dt.date, done: _Followed) -> None:
    open_then = Q(due_on__isnull=True) | Q(due_on__gte=since, closes_on__gte=today)
    rows = Obligation.objects.filter(open_then, requirement__task=task).order_by("pk")
    known = {_key(o): o for o in rows}
    asked = [
        o
        for o in wanted(task, town, today)
        if o.due_on is None or (o.due_on >= since and o.closes_on is not None and o.closes_on >= today)
    ]
    new = Obligation.objects.bulk_create([o for o in asked if _key(o) not in known], batch_size=AT_ONCE)
    owed = known | {_key(o): o for o in new}
    given, gone = _leavers(known.values(), {_key(o) for o in asked}, owed, town, today)
    Obligation.objects.bulk_update(
        [*given, *gone], ["handed_to", "handed_on", "dropped_on"], batch_size=AT_ONCE
    )
    done.made += new
    done.given += given
    done.gone += gone


def _confirmed(town: Unit) -> Iterable[Task]:
    return (
        Task.objects.filter(
            version__plan__town=town, version__state=PlanVersion.State.CONFIRMED, confirmed_on__isnull=False
        )
        .select_related("version__plan__town")
        .prefetch_related("units__unit", "requirements__ower")
    )


def _key(obligation: Obligation) -> Key:
    return obligation.requirement_id, obligation.unit_id, obligation.post_id, obligation.period


def _leavers(
    known: Iterable[Obligation], kept: set[Key], owed: dict[Key, Obligation], town: Unit, today: dt.date
) -> tuple[list[Obligation], list[Obligation]]:
    """Obligations of units that no longer stand: those handed to a successor's, and those that fall away."""
    leaving = [o for o in known if _key(o) not in kept and o.dropped_on is None and o.handed_to_id is None]
    units = {o.unit_id for o in leaving}
    standing = set(Placement.objects.filter(on_day(today), unit__in=units).values_list("unit_id", flat=True))
    heirs = successors(town, today)
    given, gone = [], []
    for obligation in leaving:
        if obligation.post_id is None and obligation.unit_id in standing:
            # It stands, so the plan or a pick changed: not the registers' to say.
            continue
        # A post owes by links and terms in force: without them it owes nothing, and nobody takes it over.
        heir = None
        if obligation.post_id is None:
            there = heirs.get(obligation.unit_id, 0)
            heir = owed.get((obligation.requirement_id, there, None, obligation.period))
        if heir is not None:
            obligation.handed_to, obligation.handed_on = heir, today
            given.append(obligation)
        else:
            obligation.dropped_on = today
            gone.append(obligation)
    return given, gone


def _as_chosen(by: Actor, given: Sequence[Obligation], today: dt.date) -> tuple[int, int]:
    """Let what was handed over begin anew or be exempt as chosen at the merge. Returns how many of each."""
    heirs = {o.pk: o.handed_to for o in given}
    chosen: list[HandOver] = []
    for start in range(0, len(given), AT_ONCE):
        some = [o.pk for o in given[start : start + AT_ONCE]]
        chosen += HandOver.objects.filter(obligation__in=some).order_by("pk")
    anew: dict[int, Obligation] = {}
    exempted: dict[int, tuple[Obligation, str]] = {}
    for row in chosen:
        heir = heirs[row.obligation_id]
        if heir is None:
            continue
        if row.how == HandOver.How.ANEW and (heir.due_on is None or row.on <= heir.due_on):
            heir.anew_on, heir.begins_on = row.on, max(heir.begins_on, row.on)
            anew[heir.pk] = heir
        elif row.how == HandOver.How.EXEMPT:
            exempted[heir.pk] = heir, row.reason
    Obligation.objects.bulk_update(anew.values(), ["anew_on", "begins_on"], batch_size=AT_ONCE)
    for heir in anew.values():
        about(heir, anew_on=heir.anew_on)
    known = set(
        Exemption.objects.filter(revoked_on__isnull=True, obligation__in=list(exempted)).values_list(
            "obligation_id", flat=True
        )
    )
    for pk, (heir, reason) in exempted.items():
        if pk not in known:
            exempt(by=by, obligation=heir, reason=reason, today=today)
    return len(anew), len(set(exempted) - known)
