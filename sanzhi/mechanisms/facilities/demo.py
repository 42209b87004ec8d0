"""Sites of the demonstration year: four villages with an accepted video site, one whose site waits, studios of two; squares,
a night school and other places of culture with what took place there, one of them out of use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import units_on
from sanzhi.mechanisms.facilities import actions
from sanzhi.mechanisms.facilities.kinds import AUDIT_LIST, CHECK_LISTS
from sanzhi.mechanisms.facilities.models import Site, SiteKind

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


def _audited(by: User, site: Site, on: dt.date) -> None:
    with clock.standing_on(on):
        passed = [c.code for c in AUDIT_LIST if c.code != "sign"]
        actions.record_audit(
            by=by,
            site=site,
            on=on,
            passed=passed,
            retention_days=30,
            accesses=3,
            lacks="提示标识褪色，本周内更换",
        )


# Village, kind, name, what it is for, built on, accepted on (None: handed in only).
_CULTURE: tuple[tuple[int, SiteKind, str, str, dt.date, dt.date | None], ...] = (
    (
        1,
        SiteKind.CULTURE_SQUARE,
        "老樟树文化广场",
        "广场舞、露天电影、村晚",
        dt.date(2022, 3, 18),
        dt.date(2022, 3, 25),
    ),
    (2, SiteKind.CULTURE_SQUARE, "祠堂前广场", "广场舞、书场", dt.date(2022, 3, 28), dt.date(2022, 4, 8)),
    (4, SiteKind.CULTURE_SQUARE, "晒谷场文化广场", "丰收节、露天电影", dt.date(2022, 5, 16), None),
    (
        1,
        SiteKind.PRACTICE_BASE,
        "上河文明实践基地",
        "志愿服务、节日活动",
        dt.date(2022, 4, 8),
        dt.date(2022, 4, 15),
    ),
    (
        3,
        SiteKind.NIGHT_SCHOOL,
        "石桥农民夜校",
        "种养技术、普通话、手机使用",
        dt.date(2022, 4, 1),
        dt.date(2022, 4, 12),
    ),
    (
        2,
        SiteKind.CUSTOMS_HALL,
        "下河新风堂",
        "婚事新办、丧事简办",
        dt.date(2022, 4, 18),
        dt.date(2022, 4, 27),
    ),
    (6, SiteKind.SCHOOL_PALACE, "东塘小学少年宫", "周末兴趣班", dt.date(2022, 5, 9), None),
)
# Village of the site, its kind, day, what took place, how many came.
_USES: tuple[tuple[int, SiteKind, dt.date, str, int], ...] = (
    (1, SiteKind.CULTURE_SQUARE, dt.date(2022, 4, 2), "清明移风易俗宣传", 46),
    (1, SiteKind.CULTURE_SQUARE, dt.date(2022, 4, 16), "露天电影", 120),
    (1, SiteKind.CULTURE_SQUARE, dt.date(2022, 5, 1), "劳动节文艺演出", 210),
    (1, SiteKind.CULTURE_SQUARE, dt.date(2022, 5, 14), "广场舞交流", 64),
    (2, SiteKind.CULTURE_SQUARE, dt.date(2022, 5, 7), "说书", 38),
    (1, SiteKind.PRACTICE_BASE, dt.date(2022, 5, 4), "青年志愿者活动", 27),
    (3, SiteKind.NIGHT_SCHOOL, dt.date(2022, 4, 20), "茶园管理", 33),
    (3, SiteKind.NIGHT_SCHOOL, dt.date(2022, 5, 11), "手机使用", 24),
    (3, SiteKind.NIGHT_SCHOOL, dt.date(2022, 5, 18), "水稻病虫防治", 41),
)
_HOURS = {
    SiteKind.CULTURE_SQUARE: "每天 6:00–21:00",
    SiteKind.PRACTICE_BASE: "周一至周五 8:30–17:00\n周六 9:00–11:30",
    SiteKind.NIGHT_SCHOOL: "每周三 19:00–20:30",
    SiteKind.CUSTOMS_HALL: "预约开放，提前 3 天到村部登记",
}


def _culture(villages: list[Unit], day: dt.date, users: Mapping[str, User]) -> None:
    """Squares, a base, a school, a hall: accepted or waiting, with their hours and what took place there until `day`."""
    sites: dict[tuple[int, SiteKind], Site] = {}
    for number, kind, name, purpose, built_on, accepted_on in _CULTURE:
        if number > len(villages) or built_on > day:
            continue
        secretary = users[f"sec{number}"]
        site = _planned(secretary, villages[number - 1], kind, name, purpose)
        handed_in_on = built_on + dt.timedelta(days=2)
        site = _built(secretary, site, built_on, handed_in_on if handed_in_on <= day else None)
        if accepted_on is None or accepted_on > day:
            continue
        site = _accepted(users["off_djb"], site, accepted_on)
        with clock.standing_on(accepted_on):
            actions.note_use(by=secretary, site=site, in_use_on=accepted_on, filed_on=None)
            actions.publish_hours(by=secretary, site=site, hours=_HOURS[kind], on=accepted_on)
        sites[number, kind] = site
    for number, kind, on, what, people in _USES:
        if on <= day and (number, kind) in sites:
            with clock.standing_on(on):
                by = users[f"sec{number}"]
                actions.record_use(by=by, site=sites[number, kind], on=on, what=what, people=people)
    _looks(sites, day, users)


def _looks(sites: Mapping[tuple[int, SiteKind], Site], day: dt.date, users: Mapping[str, User]) -> None:
    """Three looks: in order, mended since, and one place out of use."""
    for number, kind, on, finding, lacks, repaired_on in (
        (1, SiteKind.CULTURE_SQUARE, dt.date(2022, 5, 10), "good", "", None),
        (3, SiteKind.NIGHT_SCHOOL, dt.date(2022, 4, 25), "repair", "投影仪不亮，等镇里调换", dt.date(2022, 5, 6)),
        (2, SiteKind.CULTURE_SQUARE, dt.date(2022, 5, 19), "out_of_use", "路灯线路被挖断，晚上不能用", None),
    ):  # fmt: skip
        if on > day or (number, kind) not in sites:
            continue
        with clock.standing_on(on):
            by = users[f"sec{number}"]
            look = actions.record_condition(
                by=by, site=sites[number, kind], on=on, finding=finding, lacks=lacks
            )
        if repaired_on is not None and repaired_on <= day:
            with clock.standing_on(repaired_on):
                actions.record_repair(by=by, note=look, on=repaired_on)


def build(*, town: Unit, day: dt.date, users: Mapping[str, User]) -> None:
    """Plan, build and accept the sites of the demonstration town as they stood on `day` (nothing later than it).

    `users`: secretaries `sec1` … by village order, the officers `off_zzb`, `off_sfs` and `off_djb`.
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
            if number == 1:
                _audited(secretary, site, min(day, dt.date(2022, 5, 12)))
    for number, accepted_on in ((1, dt.date(2022, 4, 29)), (3, None)):
        secretary, village = users[f"sec{number}"], villages[number - 1]
        studio = _planned(secretary, village, SiteKind.MEDIATION_STUDIO, "老马调解工作室", "邻里纠纷就近调解")
        built_on = dt.date(2022, 4, 15) if accepted_on else dt.date(2022, 5, 12)
        studio = _built(secretary, studio, built_on, built_on if accepted_on else None)
        if accepted_on is not None:
            _accepted(users["off_sfs"], studio, accepted_on)
    _culture(villages, day, users)
