"""Reads of sites that pages and actions share."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.shortcuts import get_object_or_404

from sanzhi.domain.periods import Every, Period, period_of
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import successors, units_on
from sanzhi.kit.access import within
from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.ledger.standing import slot_of
from sanzhi.kit.measures.declarations import Coverage, Reached, Source, Target
from sanzhi.kit.measures.engine import Slot, amounts_of
from sanzhi.kit.registry import duties
from sanzhi.mechanisms.facilities.kinds import KINDS
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteNote, SiteUse
from sanzhi.mechanisms.facilities.rules import AUDITED_EVERY
from sanzhi.mechanisms.facilities.states import Finding, SiteState


def duty_code(kind: str) -> str:
    """The code of the target that sites of a kind prove."""
    return f"facilities.{kind}"


def visible_to(user: User) -> QuerySet[Site]:
    """The sites a person may see: those of the villages within reach (a stranger sees none)."""
    return within(user, "facilities:read", Site.objects.select_related("unit"))


def get_site(user: User, pk: int, capability: str = "facilities:read") -> Site:
    """One site of a village in which the person holds the capability; anything else is a 404."""
    rows = within(user, capability, Site.objects.select_related("unit", "town", "author"))
    return get_object_or_404(rows, pk=pk)


def villages_within(user: User, capability: str, day: dt.date) -> list[Unit]:
    """The villages standing on `day` in which a person holds a capability, in register order."""
    if user.town is None:
        return []
    return list(within(user, capability, units_on(day, town=user.town, kinds=["village"]), unit="pk"))


def closed_stage(site: Site, today: dt.date) -> dt.date | None:
    """The last due day of a town's share that the site's day of building reaches and that is closed; None where none is."""
    if site.built_on is None:
        return None
    stages = Obligation.objects.filter(
        town=site.town,
        requirement__proves=duty_code(site.kind),
        town_share=True,
        dropped_on__isnull=True,
        due_on__gte=site.built_on,
        closes_on__lt=today,
    )
    return stages.order_by("-due_on").values_list("due_on", flat=True).first()


def last_look(site: Site, day: dt.date) -> SiteCondition | None:
    """The last look at a site up to `day` that counts."""
    looks = SiteCondition.objects.filter(site=site, void_on__isnull=True, happened_on__lte=day)
    return looks.order_by("-happened_on", "-pk").first()


def out_of_use(site: Site, day: dt.date) -> dt.date | None:
    """Since when a site is out of use on `day`; None where it is in use."""
    look = last_look(site, day)
    if look is None or look.finding != Finding.OUT_OF_USE:
        return None
    return None if look.repaired_on is not None and look.repaired_on <= day else look.happened_on


def asked_kinds(town: Unit) -> set[str]:
    """The kinds of sites that a confirmed task of the town asks for."""
    proves = Requirement.objects.filter(
        task__version__plan__town=town, task__confirmed_on__isnull=False, proves__startswith="facilities."
    )
    return {code.removeprefix("facilities.") for code in proves.values_list("proves", flat=True).distinct()}


@dataclass(frozen=True)
class Cell:
    """One kind of site in one village on a day: how many are planned, built, waiting, accepted and (of those that stand)
    out of use, and since when the village is covered."""

    planned: int
    built: int
    waiting: int
    accepted: int
    out_of_use: int
    covered_on: dt.date | None

    @property
    def total(self) -> int:
        return self.planned + self.built + self.waiting + self.accepted


def _stage(day: dt.date, today: dt.date) -> F | Case:
    """How far a site was on `day`. What has been accepted since counts as accepted from its day of building (case 8)."""
    if day >= today:
        return F("state")
    return Case(
        When(withdrawn_on__lte=day, then=Value(SiteState.WITHDRAWN.value)),
        When(Q(built_on__isnull=True) | Q(built_on__gt=day), then=Value(SiteState.PLANNED.value)),
        When(state=SiteState.ACCEPTED, then=Value(SiteState.ACCEPTED.value)),
        When(state=SiteState.HANDED_IN, handed_in_on__lte=day, then=Value(SiteState.HANDED_IN.value)),
        default=Value(SiteState.BUILT.value),
    )


def _counts(
    town: Unit, kinds: Iterable[str], day: dt.date, today: dt.date, by: str, units: Iterable[int] | None
) -> dict[tuple[Any, str], Counter[str]]:
    """Sites by unit (or by nothing but their kind) and stage, counted in the database."""
    rows = Site.objects.filter(kind__in=list(kinds))
    # By their villages, so that what a village brought along from another town is there.
    rows = rows.filter(town=town) if units is None else rows.filter(unit__in=list(units))
    if day < today:
        rows = rows.filter(happened_on__lte=day)
    found: dict[tuple[Any, str], Counter[str]] = defaultdict(Counter)
    grouped = rows.order_by().annotate(stage=_stage(day, today), by=F(by)).values_list("by", "kind", "stage")
    for key, kind, stage, number in grouped.annotate(number=Count("pk")):
        found[key, kind][stage] += number
    return found


def standing_out_of_use(town: Unit, day: dt.date) -> QuerySet[SiteCondition]:
    """The looks by which sites of a town are out of use on `day`: the last one of each, not mended by then."""
    looks = SiteCondition.objects.filter(void_on__isnull=True, happened_on__lte=day)
    later = looks.filter(site=OuterRef("site")).filter(
        Q(happened_on__gt=OuterRef("happened_on"))
        | Q(happened_on=OuterRef("happened_on"), pk__gt=OuterRef("pk"))
    )
    return (
        looks.filter(town=town, finding=Finding.OUT_OF_USE)
        .filter(Q(repaired_on__isnull=True) | Q(repaired_on__gt=day))
        .exclude(site__state=SiteState.WITHDRAWN)
        .exclude(Exists(later))
    )


def out_of_use_by_kind(town: Unit, day: dt.date) -> dict[tuple[int, str], int]:
    """(unit, kind) → how many of its sites are out of use on a day."""
    rows = standing_out_of_use(town, day).order_by().values_list("site__unit_id", "site__kind")
    return {(unit, kind): number for unit, kind, number in rows.annotate(number=Count("pk"))}


def _narrowed(target: Target, units: Iterable[int]) -> Target:
    """The same target, asked of a few villages' sites only: a page of a large town reads what it shows."""
    coverage = target.of
    assert isinstance(coverage, Coverage) and isinstance(
        coverage.holds_on, Reached
    )  # as this room declares it
    held, kept = coverage.holds_on, list(units)
    rows = partial(_of_units, held.rows, kept)
    return replace(target, of=replace(coverage, holds_on=replace(held, rows=rows)))


def _of_units(rows: Callable[[], QuerySet[Site]], units: list[int]) -> QuerySet[Site]:
    return rows().filter(unit__in=units)


def _target(kind: str) -> Target:
    target = duties()[duty_code(kind)]
    assert isinstance(target, Target)  # as this room declares it
    return target


def coverage(
    town: Unit,
    villages: list[Unit],
    kinds: list[str],
    day: dt.date,
    today: dt.date | None = None,
    idle: Mapping[tuple[int, str], int] | None = None,
) -> dict[tuple[int, str], Cell]:
    """How each of these villages stood with each kind on `day` (seen from `today`). Covered is what the target of the kind
    says, never a second rule; kinds that are counted by site cover no village. `idle`: `out_of_use_by_kind`, where known."""
    stand_for = successors(town, day)
    here = {v.pk for v in villages}
    units = here | {old for old, new in stand_for.items() if new in here}
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for (unit, kind), number in _counts(town, kinds, day, today or day, "unit_id", units).items():
        counts[stand_for.get(unit, unit), kind] += number
    lying: Counter[tuple[int, str]] = Counter()
    for (unit, kind), lies in (out_of_use_by_kind(town, day) if idle is None else idle).items():
        lying[stand_for.get(unit, unit), kind] += lies
    slots = {v.pk: Slot(v.pk, "today", day, day, None, share=Fraction(1)) for v in villages}
    covering = [k for k in kinds if KINDS[k].measure == "villages"]
    targets: dict[Source, list[Slot]] = {_narrowed(_target(k), units): list(slots.values()) for k in covering}
    amounts = amounts_of(town, targets, day) if slots else {}
    return {
        (pk, kind): Cell(
            planned=counts[pk, kind][SiteState.PLANNED],
            built=counts[pk, kind][SiteState.BUILT],
            waiting=counts[pk, kind][SiteState.HANDED_IN],
            accepted=counts[pk, kind][SiteState.ACCEPTED],
            out_of_use=lying[pk, kind],
            covered_on=amounts[duty_code(kind), slot].met_on if kind in covering else None,
        )
        for pk, slot in slots.items()
        for kind in kinds
    }


def covered_villages(town: Unit, kinds: Iterable[str], day: dt.date) -> dict[str, int]:
    """Of how many villages of the town each covering kind covers all, as its target counts them on a day."""
    slot = Slot(town.pk, "today", day, day, None, share=Fraction(1), whole=True)
    amounts = amounts_of(town, {_target(k): [slot] for k in kinds}, day)
    return {code.removeprefix("facilities."): amount.numerator for (code, _slot), amount in amounts.items()}


def accepted_by_kind(town: Unit, kinds: Iterable[str], day: dt.date, today: dt.date) -> dict[str, int]:
    """How many sites of each kind the town has that are built by `day` and accepted."""
    counts = _counts(town, kinds, day, today, "town_id", None)
    return {kind: number[SiteState.ACCEPTED] for (_town, kind), number in counts.items()}


def kinds_there(town: Unit) -> set[str]:
    """The kinds of which the town has a site: one short look along the index for each, in one statement."""
    looks = {kind: Exists(Site.objects.filter(town=OuterRef("pk"), kind=kind)) for kind in KINDS}
    (found,) = Unit.objects.filter(pk=town.pk).values_list(*looks.values())
    return {kind for kind, there in zip(looks, found, strict=True) if there}


@dataclass(frozen=True)
class Goal:
    """A number of accepted sites that the plan in force asks for: how many count by the day asked, of how many, until when."""

    done: int
    number: int
    due_on: dt.date


def goals(town: Unit, kinds: Iterable[str], day: dt.date) -> dict[str, Goal]:
    """Per kind counted by site the number set, as the engine counts its obligation on `day`; of several stages the last."""
    owed = Obligation.objects.filter(
        town=town, town_share=True, dropped_on__isnull=True, due_on__isnull=False,
        requirement__proves__in=[duty_code(k) for k in kinds if KINDS[k].measure == "count"],
    )  # fmt: skip
    asked: dict[str, tuple[Obligation, Slot]] = {}
    for obligation in owed.select_related("requirement__task__version__plan").order_by("due_on", "pk"):
        slot = slot_of(obligation)
        asked[obligation.requirement.proves] = obligation, slot._replace(last=min(slot.last, day))
    amounts = amounts_of(town, {duties()[code]: [slot] for code, (_, slot) in asked.items()}, day)
    return {
        code.removeprefix("facilities."): Goal(
            amounts[code, slot].numerator, obligation.requirement.at_least, obligation.due_on or day
        )
        for code, (obligation, slot) in asked.items()
    }


@dataclass(frozen=True)
class MonthOfUse:
    """What took place at a site in a month: how often, and how many came."""

    month: Period
    times: int
    people: int


def use_by_month(site: Site, today: dt.date, months: int = 6) -> list[MonthOfUse]:
    """The use of a site in the last months, this one first; a month without any is there with 0."""
    wanted = [period_of(Every.MONTH, today)]
    while len(wanted) < months:
        wanted.append(wanted[-1].previous)
    rows = SiteUse.objects.filter(site=site, void_on__isnull=True, happened_on__gte=wanted[-1].first)
    sums = (
        rows.order_by()
        .annotate(month=TruncMonth("happened_on"))
        .values("month")
        .annotate(t=Sum("times"), p=Sum("people"))
    )
    found = {row["month"]: (row["t"], row["p"]) for row in sums}
    return [MonthOfUse(m, *found.get(m.first, (0, 0))) for m in wanted]


def uses_visible_to(user: User) -> QuerySet[SiteUse]:
    """What took place at the sites that a person may see; void notes too."""
    return within(user, "facilities:read", SiteUse.objects.select_related("site", "unit", "author"))


def audited_periods(site: Site) -> set[Period]:
    """The half-years whose accesses were audited."""
    days = AccessAudit.objects.filter(site=site, void_on__isnull=True).values_list("happened_on", flat=True)
    return {period_of(AUDITED_EVERY, day) for day in days}


LATEST = 60
"""So many notes of each sort a site's page shows; all uses stand in their list."""


def notes_of(site: Site) -> list[SiteNote]:
    """The latest notes of every sort about a site."""
    found: list[SiteNote] = []
    for sort in (SiteUse, SiteCondition, AccessAudit):
        rows = sort._default_manager.filter(site=site).select_related("author", "site", "unit")
        found += list(rows.order_by("-happened_on", "-pk")[:LATEST])
    return found


NOTES: dict[str, type[SiteNote]] = {"use": SiteUse, "condition": SiteCondition, "audit": AccessAudit}
"""The sorts of notes by the word of their address."""


def get_note(user: User, sort: str, pk: int) -> SiteNote:
    """One note about a site that a person may see; anything else is a 404."""
    rows = NOTES[sort]._default_manager.select_related("site__unit", "site__town", "author", "unit")
    return get_object_or_404(within(user, "facilities:read", rows), pk=pk)
