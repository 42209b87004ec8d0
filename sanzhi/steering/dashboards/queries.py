"""What the first pages read beyond the ledger: who heads an office, and how far the setting up has come."""

from __future__ import annotations

from collections.abc import Iterable

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import UnitKind, on_day
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.foundation.people.models import Post, PostKind
from sanzhi.kit.ledger.models import PlanVersion, TaskUnit
from sanzhi.steering.plans.ledger.viewer import Viewer


def heads_of(viewer: Viewer, offices: Iterable[int]) -> dict[int, str]:
    """The head of each office today, by name."""
    posts = Post.objects.filter(on_day(viewer.today), unit__in=list(offices), kind=PostKind.OFFICE_HEAD)
    return dict(posts.order_by("-opened_on").values_list("unit", "person__name"))


def set_up(viewer: Viewer) -> dict[str, int]:
    """How much of each thing there is: villages, offices, accounts, versions confirmed and waiting, names without a unit."""
    units = units_on(viewer.today, town=viewer.town)
    versions = PlanVersion.objects.filter(plan__town=viewer.town)
    unmatched = TaskUnit.objects.filter(
        task__version__plan__town=viewer.town,
        task__version__state=PlanVersion.State.READ,
        meaning=TaskUnit.Meaning.UNMATCHED,
    )
    return {
        "villages": units.filter(kind=UnitKind.VILLAGE).count(),
        "offices": units.filter(kind=UnitKind.OFFICE).count(),
        "accounts": User.objects.filter(town=viewer.town, is_active=True).count(),
        "confirmed": versions.filter(state=PlanVersion.State.CONFIRMED).count(),
        "waiting": versions.filter(state=PlanVersion.State.READ).count(),
        "unmatched": unmatched.values("printed_name").distinct().count(),
    }


def waiting(viewer: Viewer) -> list[PlanVersion]:
    """Versions that were read and wait for somebody to check and confirm them."""
    rows = PlanVersion.objects.filter(plan__town=viewer.town, state=PlanVersion.State.READ)
    return list(rows.defer("text", "reading").select_related("plan").order_by("plan__code", "number"))
