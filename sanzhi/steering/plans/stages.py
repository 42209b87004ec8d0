"""The steps of a review and what each still lacks; every review page has them on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanzhi.kit.ledger.actions.confirming import earlier
from sanzhi.kit.ledger.models import PlanVersion
from sanzhi.kit.ledger.reviews import Progress, progress


@dataclass(frozen=True)
class Stage:
    """One step: its label, its page, how much is open, whether it is done and whether it is the one shown."""

    label: str
    url: str
    open: int
    done: bool
    chosen: bool


@dataclass(frozen=True)
class Review:
    """A version under review: whether it follows another, and what is open."""

    version: PlanVersion
    before: PlanVersion | None
    progress: Progress

    @property
    def waits(self) -> bool:
        """Whether nothing of it is confirmed yet."""
        return self.version.state == PlanVersion.State.READ

    @property
    def pairs(self) -> bool:
        """Whether its tasks are paired with those of the version before."""
        return self.before is not None and self.waits


def review_of(version: PlanVersion) -> Review:
    """What is known of a version under review."""
    before = earlier(version)
    new = before is not None and version.state == PlanVersion.State.READ
    return Review(version, before, progress(version, new=new))


def stages(found: Review, chosen: str) -> list[Stage]:
    """起始日 → 单位对照 → 疑点 → （新旧对应）→ 要求 → 确认."""
    p, pk = found.progress, found.version.pk
    rows = [
        ("review_first_day", _("起始日"), 0 if p.first_day else 1, p.first_day),
        ("review_names", _("单位对照"), p.open_names, not p.open_names),
        ("review_doubts", _("疑点"), p.open_doubts, not p.open_doubts),
    ]
    if found.pairs:
        rows.append(("review_pairs", _("新旧对应"), p.open_pairs, not p.open_pairs))
    rows += [
        ("review", _("要求"), 0, not p.open_tasks),
        ("confirm", _("确认"), p.open_tasks, not p.open_tasks),
    ]
    return [
        Stage(label, reverse(f"plans:{name}", args=[pk]), number, done, name == chosen)
        for name, label, number, done in rows
    ]


def lacks(found: Review) -> list[tuple[str, str]]:
    """What keeps the version from being confirmed: (sentence, where to mend it)."""
    p, pk = found.progress, found.version.pk
    missing = []
    if not p.first_day:
        missing.append((_("还没有填写方案的起始日。"), reverse("plans:review_first_day", args=[pk])))
    if p.open_names:
        words = _("还有{n}个单位名称没有对上。").format(n=p.open_names)
        missing.append((words, reverse("plans:review_names", args=[pk])))
    if p.open_pairs:
        words = _("还有{n}条任务没有和旧版本对应。").format(n=p.open_pairs)
        missing.append((words, reverse("plans:review_pairs", args=[pk])))
    return missing


def frame(found: Review, chosen: str, **more: Any) -> dict[str, Any]:
    """The context every review page shares."""
    return {
        "review": found,
        "version": found.version,
        "plan": found.version.plan,
        "stages": stages(found, chosen),
        "lacks": lacks(found),
    } | more
