"""Sites of the demonstration year: four villages with an accepted video site, one whose site waits, studios of two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.mechanisms.facilities import actions
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.facilities.rules import CHECK_LISTS

_SPOTS = ("村口老樟树旁", "文化广场东侧", "小学路口", "桥头", "党群服务中心门前", "老街口", "晒谷场旁")
_PLANNED_ON = dt.date(2022, 2, 21)
# By village order: built on, handed in on, accepted on (None: not that far).
_VIDEO: tuple[tuple[dt.date | None, dt.date | None, dt.date | None], ...] = (
    (dt.date(2022, 3, 9), dt.date(2022, 3, 11), dt.date(2022, 3, 18)),
    (dt.date(2022, 3, 22), dt.date(2022, 3, 24), dt.date(2022, 4, 1)),
    (dt.date(2022, 4, 6), dt.date(2022, 4, 6), dt.date(2022, 4, 14)),
    (dt.date(2022, 4, 20), dt.date(2022, 4, 21), dt.date(2022, 4, 26)),
    (dt.date(2022, 5, 18), dt.date(2022, 5, 19), None),
    (None, None, None),
    (None, None, None),
)


def _planned(
    by: User, unit: Unit, kind: SiteKind, name: str, purpose: str, expected_on: dt.date | None = None
) -> Site:
    with clock.standing_on(_PLANNED_ON):
        return actions.plan_site(
            by=by, unit=unit, kind=kind, name=name, purpose=purpose, place=unit.short_name, on=_PLANNED_ON, expected_on=expected_on
        )  # fmt: skip


def _built(by: User, site: Site, built_on: dt.date, handed_in_on: dt.date | None) -> Site:
    with clock.standing_on(built_on):
        site = actions.build_site(by=by, site=site, built_on=built_on, today=built_on)
    if handed_in_on is not None:
        with clock.standing_on(handed_in_on):
            site = actions.hand_in_site(by=by, site=site, today=handed_in_on)
    return site


def _accepted(by: User, site: Site, on: dt.date) -> Site:
    with clock.standing_on(on):
        return actions.accept_site(
            by=by, site=site, on=on, checks={c.code: True for c in CHECK_LISTS[site.kind]}
        )


def build(*, town: Unit, day: dt.date, users: Mapping[str, User]) -> None:
    """Plan, build and accept the sites of the demonstration town as they stood on `day` (nothing later than it).

    `users`: secretaries `sec1` … by village order, the officers `off_zzb` and `off_sfs`.
    """
    villages = list(units_on(day, town=town, kinds=["village"]))
    for number, (village, (built_on, handed_in_on, accepted_on)) in enumerate(
        zip(villages, _VIDEO, strict=False), 1
    ):
        secretary = users[f"sec{number}"]
        expected = built_on or dt.date(2022, 6, 20) + dt.timedelta(days=7 * (number - len(_VIDEO)))
        spot = _SPOTS[(number - 1) % len(_SPOTS)]
        site = _planned(secretary, village, SiteKind.VIDEO, spot, "看护村口和公共场所", expected)
        if built_on is not None and built_on <= day:
            site = _built(secretary, site, built_on, handed_in_on)
        if accepted_on is not None and accepted_on <= day:
            site = _accepted(users["off_zzb"], site, accepted_on)
            with clock.standing_on(min(day, accepted_on + dt.timedelta(days=20))):
                # The fourth is in use and not yet filed: the page shows until when it is due.
                actions.note_use(
                    by=secretary,
                    site=site,
                    in_use_on=accepted_on,
                    filed_on=accepted_on + dt.timedelta(days=12) if number < 4 else None,
                )
    for number, accepted_on in ((1, dt.date(2022, 4, 29)), (3, None)):
        secretary, village = users[f"sec{number}"], villages[number - 1]
        studio = _planned(secretary, village, SiteKind.MEDIATION_STUDIO, "老马调解工作室", "邻里纠纷就近调解")
        built_on = dt.date(2022, 4, 15) if accepted_on else dt.date(2022, 5, 12)
        studio = _built(secretary, studio, built_on, built_on if accepted_on else None)
        if accepted_on is not None:
            _accepted(users["off_sfs"], studio, accepted_on)
