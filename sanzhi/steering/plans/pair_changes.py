"""What changed from a task of one version to the task that goes on with it: units, days, shares, rhythms, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.domain.periods import Every
from sanzhi.domain.targets import format_share
from sanzhi.foundation.ui import formats
from sanzhi.kit.ledger.models import Requirement, Task, TaskUnit
from sanzhi.kit.ledger.owers import BLANK
from sanzhi.kit.ledger.pairing import likeness
from sanzhi.steering.plans.ledger.words import RHYTHMS
from sanzhi.steering.plans.marking import unit_words


@dataclass(frozen=True)
class Change:
    """One thing that changed: what it is, of which requirement (empty: of the task), before and after (empty: nothing)."""

    label: str
    about: str
    old: str
    new: str


def changes(old: Task, new: Task) -> list[Change]:
    """All changes that bear on what is owed, units first; the words of the two tasks are compared elsewhere."""
    asked_before, asked_now = (
        # What stood in for a share nobody wrote was made at confirming, and is no word of the document.
        [r for r in task.requirements.all() if BLANK not in r.what]
        for task in (old, new)
    )
    return [*_units(old, new), *_requirements(asked_before, asked_now, new.version.plan.year)]


def _named(task: Task, role: str) -> dict[object, str]:
    """Who stands in a role: what tells it apart (unit, kind of list, or the printed name) → its words."""
    found: dict[object, str] = {}
    for one in task.units.all():
        if one.role == role:
            loose = one.meaning in (TaskUnit.Meaning.UNMATCHED, TaskUnit.Meaning.OUTSIDE)
            key = one.unit_id or (one.printed_name if loose else one.meaning)
            found[key] = one.printed_name if loose else unit_words(one)
    return found


def _units(old: Task, new: Task) -> Iterable[Change]:
    for role in TaskUnit.Role:
        before, after = _named(old, role), _named(new, role)
        gone = [words for key, words in before.items() if key not in after]
        come = [words for key, words in after.items() if key not in before]
        if gone or come:
            yield Change(str(role.label), "", "、".join(gone), "、".join(come))


def _requirements(old: Sequence[Requirement], new: Sequence[Requirement], year: int) -> Iterable[Change]:
    pairs, gone, come = matched(old, new)
    several = len(pairs) + len(gone) + len(come) > 1
    for before, after in pairs:
        about = after.what if several else ""
        for label, was, now in _parts(before, after, year):
            if was != now:
                yield Change(label, about, was, now)
    for one in gone:
        yield Change(_("不再要求"), "", told(one, year), "")
    for one in come:
        yield Change(_("新增要求"), "", "", told(one, year))


def _parts(old: Requirement, new: Requirement, year: int) -> list[tuple[str, str, str]]:
    return [
        (_("种类"), str(old.get_kind_display()), str(new.get_kind_display())),
        (pgettext("requirement", "周期"), _rhythm(old), _rhythm(new)),
        (_("截止日"), _day(old, year), _day(new, year)),
        (pgettext("requirement", "比例"), _share(old), _share(new)),
        (pgettext("requirement", "至少"), _least(old), _least(new)),
        (_("由谁承担"), _ower(old), _ower(new)),
    ]


def _rhythm(r: Requirement) -> str:
    return RHYTHMS[Every(r.every)] if r.every else ""


def _day(r: Requirement, year: int) -> str:
    return formats.day(r.due_on, year, with_weekday=False) if r.due_on is not None else ""


def _share(r: Requirement) -> str:
    return format_share(r.fraction) if r.fraction is not None else ""


def _least(r: Requirement) -> str:
    counted = (Requirement.Kind.EVERY, Requirement.Kind.COUNT_BY_DAY)
    return str(r.at_least) if r.kind in counted else ""


def _ower(r: Requirement) -> str:
    return r.ower.short_name if r.ower is not None else str(r.get_owers_display())


def told(r: Requirement, year: int) -> str:
    """A requirement in one line: what it asks, how much, how often, by when; days of another year bear it."""
    return " ".join(part for part in (r.what, _rhythm(r), _share(r), _day(r, year)) if part)


Pairs = list[tuple[Requirement, Requirement]]


def matched(
    old: Sequence[Requirement], new: Sequence[Requirement]
) -> tuple[Pairs, list[Requirement], list[Requirement]]:
    """Which requirement goes on as which: the very same ask first, then of one kind by rhythm and share, then by kind.

    Within each round the likest words go together. Returns the pairs in the order of the new, what is gone, what is new.
    """
    rounds = (
        lambda r: (r.kind, r.every, r.due_on, r.share, r.at_least, r.owers, r.ower_id, r.proves),
        lambda r: (r.kind, r.every, r.ower_id, r.proves, r.share or r.due_on),
        lambda r: (r.kind, r.every, r.ower_id, r.proves),
        lambda r: (r.kind, r.ower_id),
    )
    left, waiting = list(old), list(new)
    found: dict[int, Requirement] = {}
    for same in rounds:
        for one in list(waiting):
            alike = [o for o in left if same(o) == same(one)]
            if alike:
                best = max(alike, key=lambda o, one=one: likeness(o.what + o.quote, one.what + one.quote))  # type: ignore[misc]
                found[one.pk] = best
                left.remove(best)
                waiting.remove(one)
    return [(found[one.pk], one) for one in new if one.pk in found], left, waiting
