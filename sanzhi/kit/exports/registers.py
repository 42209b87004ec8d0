"""The registers that figures are counted over: units and their places, posts, leave, households, head counts, work days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation.orgs.models import Placement, Succession, TownUnitMark, Unit
from sanzhi.foundation.people.models import HeadCount, Leave, Post, Presence, Stay
from sanzhi.kit.access import units_within
from sanzhi.kit.exporting import Export, hidden

AT_ONCE = 2_000
Row = tuple[Any, ...]

SINCE = ("opened_on", "第一天")
UNTIL = ("closed_on", "不再算的第一天（空＝至今）")


def of_town(town: Unit, unit: str = "unit") -> Q:
    """Rows of units that are the town's, or once hung under it: their old periods are still counted here."""
    paths = list(Placement.objects.filter(unit=town).values_list("path", flat=True))
    return Q(**{f"{unit}__town": town}) | Q(**{unit: town}) | Q(**{f"{unit}__in": units_within(paths)})


def stream(rows: QuerySet[Any], *fields: str) -> Iterator[Row]:
    """The fields of rows, read in pieces."""
    return rows.order_by().values_list(*fields).iterator(chunk_size=AT_ONCE)


def _units(town: Unit) -> Iterator[Row]:
    ever = Placement.objects.filter(of_town(town)).values("unit")
    rows = Unit.objects.filter(Q(town=town) | Q(pk__in=ever))
    return stream(rows, "code", "kind", "name", "short_name", "town__code", "position", "answers_to_county")


def _placements(town: Unit) -> Iterator[Row]:
    rows = Placement.objects.filter(of_town(town))
    return stream(rows, "unit__code", "parent__code", "opened_on", "closed_on")


def _successions(town: Unit) -> Iterator[Row]:
    rows = Succession.objects.filter(of_town(town, "successor") | of_town(town, "predecessor"))
    return stream(rows, "predecessor__code", "successor__code", "on")


def _town_units(town: Unit) -> Iterator[Row]:
    rows = TownUnitMark.objects.filter(of_town(town))
    return stream(rows, "unit__code", "opened_on", "closed_on")


def _posts(town: Unit) -> Iterator[Row]:
    fields = (
        "pk",
        "person_id",
        "unit__code",
        "kind",
        "two_committees",
        "opened_on",
        "closed_on",
        "term_ends_on",
    )
    for post, person, *rest in stream(Post.objects.filter(of_town(town)), *fields):
        yield hidden("post", post), hidden("person", person), *rest


def _leaves(town: Unit) -> Iterator[Row]:
    rows = Leave.objects.filter(of_town(town, "post__unit"))
    for post, opened, closed, stand_in in stream(rows, "post_id", "opened_on", "closed_on", "stand_in_id"):
        yield hidden("post", post), opened, closed, hidden("person", stand_in)


def _stays(town: Unit) -> Iterator[Row]:
    rows = Stay.objects.filter(of_town(town, "group"))
    for household, *rest in stream(rows, "household_id", "group__code", "opened_on", "closed_on"):
        yield hidden("household", household), *rest


def _presences(town: Unit) -> Iterator[Row]:
    stays = Stay.objects.filter(of_town(town, "group"))
    rows = Presence.objects.filter(household__in=stays.values("household"))
    for household, *rest in stream(rows, "household_id", "kind", "opened_on", "closed_on"):
        yield hidden("household", household), *rest


def _head_counts(town: Unit) -> Iterator[Row]:
    rows = HeadCount.objects.filter(of_town(town))
    return stream(rows, "unit__code", "what", "counted_on", "count", "source")


def _work_days(town: Unit) -> Iterator[Row]:
    calendar = statutory_calendar()
    yield from ((day, "holiday") for day in calendar.holidays)
    yield from ((day, "makeup") for day in calendar.makeup)


REGISTERS = (
    Export(
        "units",
        "单位：乡镇、镇直单位、村、网格、村民小组",
        (
            ("unit", "单位编码"),
            ("kind", "类别：county、town、office、village、grid、group"),
            ("name", "全称"),
            ("short_name", "简称"),
            ("town", "现在属于哪个乡镇（编码）"),
            ("position", "名册里的顺序"),
            ("answers_to_county", "1＝由县级部门管理"),
        ),
        _units,
    ),
    Export(
        "placements",
        "单位从哪一天到哪一天属于哪个上级",
        (("unit", "单位编码"), ("parent", "上级单位编码"), SINCE, UNTIL),
        _placements,
    ),
    Export(
        "successions",
        "合并、分设：谁从哪一天起由谁接续",
        (("predecessor", "原单位编码"), ("successor", "接续单位编码"), ("on", "日期")),
        _successions,
    ),
    Export(
        "town_units",
        "“镇直各单位”名单",
        (("unit", "单位编码"), SINCE, UNTIL),
        _town_units,
    ),
    Export(
        "posts",
        "任职",
        (
            ("post", "任职（化名）"),
            ("person", "人（化名）"),
            ("unit", "任职单位编码"),
            ("kind", "职务：party_secretary、director、committee、clerk 等"),
            ("two_committees", "1＝村“两委”成员"),
            SINCE,
            UNTIL,
            ("term_ends_on", "届满日"),
        ),
        _posts,
    ),
    Export(
        "leaves",
        "离岗",
        (("post", "任职（化名）"), SINCE, UNTIL, ("stand_in", "代理人（化名）")),
        _leaves,
    ),
    Export(
        "stays",
        "户在哪个村民小组",
        (("household", "户（化名）"), ("group", "村民小组编码"), SINCE, UNTIL),
        _stays,
    ),
    Export(
        "presences",
        "户的在家情况",
        (
            ("household", "户（化名）"),
            (
                "kind",
                "在家情况：present 常住、seasonal 季节性在家、away 举家外出、empty 空房",
            ),
            SINCE,
            UNTIL,
        ),
        _presences,
    ),
    Export(
        "head_counts",
        "人数，有日期和来源",
        (
            ("unit", "单位编码"),
            ("what", "口径"),
            ("counted_on", "统计日"),
            ("count", "人数"),
            ("source", "来源"),
        ),
        _head_counts,
    ),
    Export(
        "work_days",
        "工作日安排：周一至周五上班，以下各日除外",
        (("day", "日期"), ("kind", "holiday＝放假，makeup＝调休上班")),
        _work_days,
    ),
)
