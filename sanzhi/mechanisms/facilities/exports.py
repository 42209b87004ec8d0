"""Sites and what was seen at them as files: stages and days, no names and no words about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.exporting import Export, day, hidden
from sanzhi.kit.exports.registers import Row, stream
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteUse

_STEPS = (
    "uid",
    "unit__code",
    "kind",
    "state",
    "happened_on",
    "expected_on",
    "built_on",
    "handed_in_on",
    "accepted_on",
    "acceptance_noted_on",
    "in_use_on",
    "filed_on",
    "hours_on",
    "withdrawn_on",
    "condition",
    "looked_on",
)


def _sites(town: Unit) -> Iterator[Row]:
    rows = Site.objects.filter(town=town) | Site.objects.filter(unit__town=town)
    for *steps, late, received, author in stream(rows, *_STEPS, "late_reason", "received_at", "author_id"):
        yield *steps, bool(late), day(received), hidden("user", author)


def _notes(model: Any, town: Unit, *own: str) -> Iterator[Row]:
    """The notes of one kind: key, site, unit and day, then its own fields."""
    rows = model.objects.filter(town=town) | model.objects.filter(unit__town=town)
    fields = ("uid", "site__uid", "unit__code", "happened_on", *own)
    for *said, late, void_on, received, author in stream(
        rows, *fields, "late_reason", "void_on", "received_at", "author_id"
    ):
        yield *said, bool(late), void_on, day(received), hidden("user", author)


def _uses(town: Unit) -> Iterator[Row]:
    return _notes(SiteUse, town, "whole_month", "times", "people")


def _conditions(town: Unit) -> Iterator[Row]:
    return _notes(SiteCondition, town, "finding", "repaired_on")


def _audits(town: Unit) -> Iterator[Row]:
    return _notes(AccessAudit, town, "retention_days", "accesses")


_HEAD = (("record", "记录编号"), ("site", "点位编号"), ("unit", "村编码"), ("happened_on", "日期"))
_TAIL = (
    ("late", "1＝补录，写了原因"),
    ("void_on", "作废日"),
    ("received_on", "收到日"),
    ("author", "填写人（化名）"),
)

EXPORTS = (
    Export(
        "facilities.sites",
        "点位",
        (
            ("site", "点位编号"),
            ("unit", "村编码"),
            ("kind", "种类：video 视频点等"),
            ("state", "planned 计划、built 已建成、handed_in 已报验、accepted 已验收、withdrawn 撤出计划"),
            ("planned_on", "列入计划日"),
            ("expected_on", "计划建成日"),
            ("built_on", "建成日"),
            ("handed_in_on", "报验日"),
            ("accepted_on", "验收日"),
            ("acceptance_noted_on", "验收登记日（与核对期末比较）"),
            ("in_use_on", "启用日"),
            ("filed_on", "公安备案日"),
            ("hours_on", "开放时间公布日"),
            ("withdrawn_on", "撤出日"),
            ("condition", "现状"),
            ("looked_on", "最近查看日"),
            ("late", "1＝补录，写了原因"),
            ("received_on", "收到日"),
            ("author", "填写人（化名）"),
        ),
        _sites,
    ),
    Export(
        "facilities.uses",
        "点位开展的活动",
        (
            *_HEAD,
            ("whole_month", "1＝整月合计"),
            ("times", "次数"),
            ("people", "参加人数"),
            *_TAIL,
        ),
        _uses,
    ),
    Export(
        "facilities.conditions",
        "点位现状查看",
        (*_HEAD, ("finding", "查看结果"), ("repaired_on", "修复日"), *_TAIL),
        _conditions,
    ),
    Export(
        "facilities.access_audits",
        "视频查阅审计",
        (
            *_HEAD,
            ("retention_days", "图像保存天数"),
            ("accesses", "期间登记的查阅次数"),
            *_TAIL,
        ),
        _audits,
    ),
)
