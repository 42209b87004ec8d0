"""Walks as files: links, outings, who went, each door, mutual help, calls and matters. No names, doors or words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.exporting import Export, hidden
from sanzhi.kit.exports.registers import Row, stream
from sanzhi.mechanisms.visits.models import (
    FollowUp,
    Link,
    MutualGroup,
    MutualMember,
    Outing,
    PhoneReport,
    Visit,
    VisitTopic,
    Went,
)


def _of(model: Any, town: Unit, unit: str) -> QuerySet[Any]:
    """Rows that bear the town, and those that units which moved here brought along."""
    return model.objects.filter(town=town) | model.objects.filter(**{f"{unit}__town": town})


def _links(town: Unit) -> Iterator[Row]:
    rows = stream(_of(Link, town, "group"), "pk", "post_id", "group__code", "opened_on", "closed_on")
    for link, post, *rest in rows:
        yield hidden("link", link), hidden("post", post), *rest


def _outings(town: Unit) -> Iterator[Row]:
    fields = ("uid", "unit__code", "happened_on", "received_on", "half_day", "state", "on_paper", "version")
    more = ("confirmed_on", "void_on", "late_reason", "author_id", "typist_id")
    for *said, late, author, typist in stream(_of(Outing, town, "unit"), *fields, *more):
        yield *said, bool(late), hidden("user", author), hidden("user", typist)


def _went(town: Unit) -> Iterator[Row]:
    fields = ("outing__uid", "post_id", "link_id", "stand_in_id", "happened_on", "received_on", "counts")
    for outing, post, link, stand_in, *rest in stream(_of(Went, town, "unit"), *fields):
        yield outing, hidden("post", post), hidden("link", link), hidden("person", stand_in), *rest


def _doors(town: Unit) -> Iterator[Row]:
    fields = ("group__code", "happened_on", "received_on", "half_day", "outcome", "settles", "counts")
    rows = stream(_of(Visit, town, "group"), "outing__uid", "household_id", *fields, "follow_up")
    for outing, household, *rest in rows:
        yield outing, hidden("household", household), *rest


def _topics(town: Unit) -> Iterator[Row]:
    rows = VisitTopic.objects.filter(visit__town=town)
    grouped = rows.order_by().values("visit__outing__uid", "code").annotate(n=Count("pk"))
    return grouped.values_list("visit__outing__uid", "code", "n").iterator(chunk_size=2_000)


def _mutual_groups(town: Unit) -> Iterator[Row]:
    fields = ("village__code", "number", "group__code", "opened_on", "closed_on")
    rows = stream(_of(MutualGroup, town, "village"), *fields, "contact_household_id", "contact_post_id")
    for *said, household, post in rows:
        yield *said, hidden("household", household), hidden("post", post)


def _mutual_members(town: Unit) -> Iterator[Row]:
    rows = MutualMember.objects.filter(mutual_group__town=town)
    fields = ("mutual_group__village__code", "mutual_group__number", "household_id")
    for village, number, household, *days in stream(rows, *fields, "opened_on", "closed_on"):
        yield village, number, hidden("household", household), *days


def _calls(town: Unit) -> Iterator[Row]:
    fields = ("uid", "unit__code", "happened_on", "received_on", "reporter", "topic", "late_reason")
    for *said, late, author in stream(_of(PhoneReport, town, "unit"), *fields, "author_id"):
        yield *said, bool(late), hidden("user", author)


def _matters(town: Unit) -> Iterator[Row]:
    fields = ("unit__code", "group__code", "topic", "opened_on", "due_on", "expires_on", "settled_on")
    more = ("dropped_on", "escalated_on", "answered_on", "outing__uid", "report__uid")
    return stream(_of(FollowUp, town, "unit"), *fields, *more)


_DAYS = (("opened_on", "第一天"), ("closed_on", "不再算的第一天（空＝至今）"))
_GROUP = ("group", "村民小组编码")
_HAPPENED, _RECEIVED = ("happened_on", "走访日"), ("received_on", "收到日（与核对期末比较）")
_TOPIC = ("topic", "事项：policy、farming、dispute、hazard、request、sanitation、hardship、away、other")

EXPORTS = (
    Export(
        "visits.links",
        "干部联系小组",
        (("link", "联系（化名）"), ("post", "任职（化名）"), _GROUP, *_DAYS),
        _links,
    ),
    Export(
        "visits.outings",
        "走访",
        (
            ("outing", "记录编号"),
            _GROUP,
            _HAPPENED,
            _RECEIVED,
            ("half_day", "morning 上午、afternoon 下午、evening 晚上（17点后）"),
            ("state", "recorded 计数、to_confirm 待确认（不计数）、void 作废（不计数）"),
            ("on_paper", "1＝照走访表录入"),
            ("version", "版次"),
            ("confirmed_on", "确认日"),
            ("void_on", "作废日"),
            ("late", "1＝补录，写了原因"),
            ("author", "走访人账号（化名）"),
            ("typist", "代录人账号（化名）"),
        ),
        _outings,
    ),
    Export(
        "visits.went",
        "谁参加了走访",
        (
            ("outing", "记录编号"),
            ("post", "任职（化名）"),
            ("link", "当日有效的联系（化名；空＝不是联系小组）"),
            ("stand_in", "代理人（化名）"),
            _HAPPENED,
            _RECEIVED,
            ("counts", "1＝计数"),
        ),
        _went,
    ),
    Export(
        "visits.doors",
        "走访的每一户",
        (
            ("outing", "记录编号"),
            ("household", "户（化名）"),
            ("group", "走访时的村民小组编码"),
            _HAPPENED,
            _RECEIVED,
            ("half_day", "morning、afternoon、evening（17点后）"),
            ("outcome", "reached 见面、declined 群众不便、nobody_home 无人、slip_left 无人已留条"),
            ("settles", "1＝这一条使该户当月算作到户"),
            ("counts", "1＝计数"),
            ("follow_up", "1＝需跟进"),
        ),
        _doors,
    ),
    Export(
        "visits.topics",
        "走访中提到的事项（不连到户）",
        (("outing", "记录编号"), _TOPIC, ("doors", "几户")),
        _topics,
    ),
    Export(
        "visits.mutual_groups",
        "联户组",
        (
            ("village", "村编码"),
            ("number", "组号"),
            _GROUP,
            *_DAYS,
            ("contact_household", "联系户（化名）"),
            ("contact_post", "联系人任职（化名）"),
        ),
        _mutual_groups,
    ),
    Export(
        "visits.mutual_members",
        "联户组的户",
        (("village", "村编码"), ("number", "组号"), ("household", "户（化名）"), *_DAYS),
        _mutual_members,
    ),
    Export(
        "visits.phone_reports",
        "电话报告",
        (
            ("report", "记录编号"),
            _GROUP,
            ("happened_on", "来电日"),
            ("received_on", "登记日"),
            ("reporter", "old_member 老党员、group_leader 组长、other 其他群众"),
            _TOPIC,
            ("late", "1＝补录，写了原因"),
            ("author", "登记人账号（化名）"),
        ),
        _calls,
    ),
    Export(
        "visits.follow_ups",
        "需跟进的事",
        (
            ("unit", "办理的村编码"),
            _GROUP,
            _TOPIC,
            ("opened_on", "提出日"),
            ("due_on", "应办结日"),
            ("expires_on", "最后保留日"),
            ("settled_on", "办结日"),
            ("dropped_on", "停办日"),
            ("escalated_on", "报综治办日"),
            ("answered_on", "综治办回复日"),
            ("outing", "来自哪次走访"),
            ("report", "来自哪次电话"),
        ),
        _matters,
    ),
)
