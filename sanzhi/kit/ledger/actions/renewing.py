"""A new version of a plan: pairing its tasks with those before, and putting it in force (case 13)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.kit.ledger import refusals as refusals
from sanzhi.kit.ledger.access import leads
from sanzhi.kit.ledger.actions.confirming import AT_ONCE, acknowledge, asked, check_names, earlier, mark
from sanzhi.kit.ledger.actions.editing import held
from sanzhi.kit.ledger.events.applying import exempt_by_events
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Requirement, Task
from sanzhi.kit.ledger.obligations import ruled_by, ruling_of
from sanzhi.kit.ledger.pairing import SURE, likeness

Key = tuple[int, int, int | None, str]
# What an obligation that goes on takes from the new version; it began when it began.
_FOLLOWS = ("requirement", "due_on", "closes_on", "contributes", "town_share")


def _held_new(version: PlanVersion) -> tuple[PlanVersion, PlanVersion]:
    """A version waiting to be confirmed and the one before it, kept from others; refuses what is no new version."""
    now = held(version)
    if now.state != PlanVersion.State.READ:
        raise Problem("ledger.confirmed", task=now.plan.name)
    before = earlier(now)
    if before is None:
        raise Problem("ledger.first_version")
    return now, before


@action("ledger.pair_task", "确认新旧对应")
def pair_task(*, by: Actor, task: Task, old: Task | None) -> Task:
    """Say that a task of the new version goes on with `old` of the version before, or is new (None)."""
    now, before = _held_new(task.version)
    if old is not None:
        if old.version_id != before.pk:
            raise Problem("ledger.not_before", field="old", code=old.code)
        other = now.tasks.filter(predecessor=old, paired=True).exclude(pk=task.pk).first()
        if other is not None:
            raise Problem("ledger.paired_twice", field="old", code=old.code, task=str(other))
        # A proposal that nobody confirmed gives way to what a person says.
        now.tasks.filter(predecessor=old, paired=False).exclude(pk=task.pk).update(
            predecessor=None, likeness=0
        )
        now.left_out = [c for c in now.left_out if c != old.code]
        now.save(update_fields=["left_out"])
    task.predecessor, task.paired = old, True
    task.likeness = int(likeness(old.text, task.text) * 100) if old is not None else 0
    task.save(update_fields=["predecessor", "paired", "likeness"])
    about(task, goes_on_with=old.code if old is not None else None, likeness=task.likeness)
    return task


@action("ledger.pair_sure_tasks", "确认相似的对应")
def pair_sure_tasks(*, by: Actor, version: PlanVersion, least: int = SURE) -> int:
    """Accept at once all proposed pairs that are at least so much alike (in %). Returns how many."""
    now, _before = _held_new(version)
    number = now.tasks.filter(paired=False, predecessor__isnull=False, likeness__gte=least).update(
        paired=True
    )
    about(now, paired=number, least=least)
    return number


@action("ledger.leave_out_tasks", "标为不再保留")
def leave_out_tasks(*, by: Actor, version: PlanVersion, codes: Iterable[str]) -> PlanVersion:
    """Say which tasks of the version before the new one no longer asks for; they read 已撤销 from its confirmation."""
    now, before = _held_new(version)
    known = set(before.tasks.values_list("code", flat=True))
    wanted_codes = list(codes)
    for code in wanted_codes:
        if code not in known:
            raise Problem("ledger.not_before", code=code)
        other = now.tasks.filter(predecessor__code=code, predecessor__version=before, paired=True).first()
        if other is not None:
            raise Problem("ledger.paired_twice", code=code, task=str(other))
    now.tasks.filter(predecessor__code__in=wanted_codes, paired=False).update(predecessor=None, likeness=0)
    now.left_out = sorted(wanted_codes)
    now.save(update_fields=["left_out"])
    about(now, left_out=now.left_out)
    return now


@action("ledger.confirm_new_version", "确认新版本")
def confirm_new_version(*, by: User, version: PlanVersion, today: dt.date, shares_seen: bool) -> int:
    """Put a new version in force as a whole. Returns how many obligations are new.

    What was due before today, and the periods that began before the version is in force, stay as they were. What goes
    on unchanged keeps its obligation with its history; what another unit now owes reads 已移交; the rest of what the new
    version no longer asks reads 已撤销. Refuses without first day, names and pairs.
    """
    now, before = _held_new(version)
    if now.first_day is None:
        raise Problem("ledger.first_day_needed", field="first_day")
    tasks = list(
        now.tasks.select_for_update(of=("self",))
        .select_related("predecessor__version__plan")
        .prefetch_related("units__unit", "requirements__ower", "predecessor__requirements")
    )
    for task in tasks:
        task.version = now
    check_names(tasks)
    _check_pairs(now, before, tasks)
    acknowledge(by, now, tasks, shares_seen)
    for task in tasks:
        task.for_lead_unit = not leads(by, task)
    _permanent_codes(now, tasks)
    now.state, now.confirmed_on, now.confirmed_by = now.State.CONFIRMED, today, by.audit_name
    now.save(update_fields=["state", "confirmed_on", "confirmed_by"])
    mark(tasks, by, today)
    new = _supersede(now, asked(now, tasks, today), today)
    made = Obligation.objects.bulk_create(new.values(), batch_size=AT_ONCE)
    _hand_over(now, made, today)
    exempt_by_events(by, now.plan.town, [o.pk for o in made], today)
    version.refresh_from_db()
    about(now, number=now.number, first_day=now.first_day, left_out=now.left_out, obligations=len(made))
    return len(made)


def _check_pairs(now: PlanVersion, before: PlanVersion, tasks: Sequence[Task]) -> None:
    for task in tasks:
        if not task.paired:
            raise Problem("ledger.pairing", task=str(task))
    followed = {t.predecessor_id for t in tasks}
    lost = [
        t.code
        for t in before.tasks.all()
        if t.pk not in followed and t.code not in now.left_out and t.confirmed_on
    ]
    if lost:
        raise Problem("ledger.old_open", codes="、".join(lost))


def _permanent_codes(now: PlanVersion, tasks: Sequence[Task]) -> None:
    """The same undertaking keeps its code; a new one gets the next that the plan never used. Requirements follow."""
    used = Task.objects.filter(version__plan=now.plan).exclude(version=now)
    last = {"T": 0, "W": 0}
    for code in used.values_list("code", flat=True):
        if code[0] in last and code[1:].isdigit():
            last[code[0]] = max(last[code[0]], int(code[1:]))
    changed: list[Requirement] = []
    for task in tasks:
        if task.predecessor is not None:
            task.code = task.predecessor.code
        else:
            letter = "W" if task.kind == Task.Kind.DEMAND else "T"
            last[letter] += 1
            task.code = f"{letter}{last[letter]:02d}"
        old = list(task.predecessor.requirements.all()) if task.predecessor is not None else []
        mine = list(task.requirements.all())
        follow(old, mine)
        number = max((int(r.code.rsplit("-", 1)[-1]) for r in (*old, *mine)), default=0)
        by_lineage = {r.lineage: r.code for r in old}
        for requirement in mine:
            number += 1
            requirement.code = by_lineage.get(requirement.lineage, f"{task.code}-{number}")
        changed += mine
    Task.objects.bulk_update(tasks, ["code"], batch_size=AT_ONCE)
    Requirement.objects.bulk_update(changed, ["code", "lineage"], batch_size=AT_ONCE)


def follow(old: Sequence[Requirement], new: Sequence[Requirement]) -> None:
    """Give each new requirement the lineage of the old one it goes on with: the same ask first, then the likest of its kind."""

    def ask(r: Requirement) -> tuple[object, ...]:
        return (r.kind, r.every, r.due_on, r.share, r.at_least, r.owers, r.ower_id, r.proves)

    def kind(r: Requirement) -> tuple[object, ...]:
        return (r.kind, r.every, r.ower_id, r.proves)

    left, open_new = list(old), list(new)
    for same in (ask, kind):
        for requirement in list(open_new):
            best = max(
                (o for o in left if same(o) == same(requirement)),
                key=lambda o: likeness(o.what + o.quote, requirement.what + requirement.quote),
                default=None,
            )
            if best is not None:
                requirement.lineage = best.lineage
                left.remove(best)
                open_new.remove(requirement)


def _supersede(now: PlanVersion, new: Sequence[Obligation], today: dt.date) -> dict[Key, Obligation]:
    """Settle what the versions before owe and the new one rules; returns what is left to be made."""
    ruling = ruling_of(now, today)
    to_make: dict[Key, Obligation] = {(o.requirement.lineage, o.unit_id, o.post_id, o.period): o for o in new}
    if ruling is None:
        return to_make
    mine, versions = ruling
    current = (
        Obligation.objects.filter(
            requirement__task__version__plan=now.plan, dropped_on__isnull=True, handed_to__isnull=True
        )
        .exclude(requirement__task__version=now)
        .select_related("requirement")
    )
    kept: list[Obligation] = []
    dropped: list[Obligation] = []
    for obligation in current:
        by = ruled_by(obligation, versions, today)
        if by is None or by.number != mine.number:
            continue
        same = to_make.pop(
            (obligation.requirement.lineage, obligation.unit_id, obligation.post_id, obligation.period), None
        )
        if same is not None:
            for name in _FOLLOWS:
                setattr(obligation, name, getattr(same, name))
            kept.append(obligation)
        else:
            obligation.dropped_on = today
            dropped.append(obligation)
    Obligation.objects.bulk_update(kept, _FOLLOWS, batch_size=AT_ONCE)
    Obligation.objects.bulk_update(dropped, ["dropped_on"], batch_size=AT_ONCE)
    return to_make


def _hand_over(now: PlanVersion, made: Sequence[Obligation], today: dt.date) -> None:
    """What one unit no longer owes and exactly one other now does, for the same period, is handed over and not dropped."""
    gone = Obligation.objects.filter(requirement__task__version__plan=now.plan, dropped_on=today).exclude(
        requirement__task__version=now
    )
    new: dict[tuple[int, str], list[Obligation]] = defaultdict(list)
    for obligation in made:
        new[obligation.requirement.lineage, obligation.period].append(obligation)
    old: dict[tuple[int, str], list[Obligation]] = defaultdict(list)
    for obligation in gone.select_related("requirement"):
        old[obligation.requirement.lineage, obligation.period].append(obligation)
    handed = []
    for key, given in old.items():
        heirs = new.get(key, ())
        if len(given) == 1 and len(heirs) == 1:
            given[0].dropped_on, given[0].handed_to, given[0].handed_on = None, heirs[0], today
            handed.append(given[0])
    Obligation.objects.bulk_update(handed, ["dropped_on", "handed_to", "handed_on"], batch_size=AT_ONCE)
