"""What plans ask: plans, versions, tasks, requirements, obligations, exemptions, events, and the lead unit's monthly looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.exporting import Export, hidden
from sanzhi.kit.exports.registers import Row, stream
from sanzhi.kit.ledger.events.models import Event, EventTask, EventVillage
from sanzhi.kit.ledger.models import (
    Exemption,
    HandOver,
    Obligation,
    Plan,
    PlanVersion,
    Requirement,
    StandingLook,
    Task,
    TaskUnit,
    VillagePick,
)

_TASK = ("version__plan__code", "version__number", "code")
_REQUIREMENT = ("task__version__plan__code", "task__version__number", "task__code", "code")
_OF_A_REQUIREMENT = len(_REQUIREMENT)
OBLIGATION = (*(f"requirement__{f}" for f in _REQUIREMENT), "unit__code", "period", "post_id")
"""The fields that make an obligation's key, in the order `obligation_key` takes them."""


def obligation_key(parts: Sequence[object]) -> str:
    """How an obligation is named in all files: plan/version/task/requirement/unit/period, and the post where one owes."""
    *known, post = parts
    if known[0] is None:
        return ""
    return "/".join(str(part) for part in known) + (f"/{hidden('post', post)}" if post is not None else "")


def through(prefix: str) -> tuple[str, ...]:
    """The fields of an obligation's key, over a relation."""
    return tuple(f"{prefix}__{field}" for field in OBLIGATION)


def requirement_keys(town: Unit) -> dict[int, str]:
    """Requirement id → its key plan/version/task/requirement, of all plans of a town."""
    rows = Requirement.objects.filter(task__version__plan__town=town)
    return {pk: _requirement_key(parts) for pk, *parts in stream(rows, "pk", *_REQUIREMENT)}


def _requirement_key(parts: Sequence[object]) -> str:
    return "/".join(str(part) for part in parts)


def _plans(town: Unit) -> Iterator[Row]:
    return stream(Plan.objects.filter(town=town), "code", "name", "year")


def _versions(town: Unit) -> Iterator[Row]:
    fields = ("plan__code", "number", "title", "document_number", "issuer", "source_digest")
    days = ("first_day", "state", "read_on", "confirmed_on")
    return stream(PlanVersion.objects.filter(plan__town=town), *fields, *days)


def _tasks(town: Unit) -> Iterator[Row]:
    rows = Task.objects.filter(version__plan__town=town)
    fields = ("kind", "position", "heading", "text", "confirmed_on", "for_lead_unit", "predecessor__code")
    return stream(rows, *_TASK, *fields, "paired")


def _task_units(town: Unit) -> Iterator[Row]:
    rows = TaskUnit.objects.filter(task__version__plan__town=town)
    of = ("task__version__plan__code", "task__version__number", "task__code")
    return stream(rows, *of, "role", "printed_name", "meaning", "unit__code")


def _picks(town: Unit) -> Iterator[Row]:
    rows = VillagePick.objects.filter(plan__town=town)
    return stream(rows, "plan__code", "task_code", "unit__code", "picked_on", "dropped_on")


def _requirements(town: Unit) -> Iterator[Row]:
    rows = Requirement.objects.filter(task__version__plan__town=town)
    keys = requirement_keys(town)
    fields = ("kind", "what", "owers", "ower__code", "proves", "every", "at_least", "share", "due_on")
    for lineage, *rest in stream(rows, "lineage", *_REQUIREMENT, *fields, "acknowledged"):
        yield *rest, keys.get(lineage, _requirement_key(rest[:_OF_A_REQUIREMENT]))


def _obligations(town: Unit) -> Iterator[Row]:
    own = len(OBLIGATION)
    fields = ("begins_on", "due_on", "closes_on", "contributes", "town_share", "dropped_on", "handed_on")
    rows = Obligation.objects.filter(town=town)
    for row in stream(rows, *OBLIGATION, *through("handed_to"), "anew_on", *fields):
        mine, heir, anew, days = row[:own], row[own : 2 * own], row[2 * own], row[2 * own + 1 :]
        post = hidden("post", mine[-1])
        yield obligation_key(mine), *mine[:-1], post, *days, obligation_key(heir), anew


def _exemptions(town: Unit) -> Iterator[Row]:
    rows = Exemption.objects.filter(obligation__town=town)
    fields = ("reason", "exempted_on", "revoked_on", "event_exemption__event_id")
    for row in stream(rows, *through("obligation"), *fields):
        yield obligation_key(row[: len(OBLIGATION)]), *row[len(OBLIGATION) :]


def _hand_overs(town: Unit) -> Iterator[Row]:
    rows = HandOver.objects.filter(obligation__town=town)
    for row in stream(rows, *through("obligation"), "how", "reason", "on", "chosen_on"):
        yield obligation_key(row[: len(OBLIGATION)]), *row[len(OBLIGATION) :]


def _events(town: Unit) -> Iterator[Row]:
    fields = ("pk", "kind", "name", "opened_on", "closed_on", "ground", "entered_on", "revoked_on")
    return stream(Event.objects.filter(town=town), *fields)


def _event_villages(town: Unit) -> Iterator[Row]:
    return stream(EventVillage.objects.filter(event__town=town), "event_id", "unit__code")


def _event_tasks(town: Unit) -> Iterator[Row]:
    return stream(EventTask.objects.filter(event__town=town), "event_id", "plan__code", "task_code")


def _looks(town: Unit) -> Iterator[Row]:
    rows = StandingLook.objects.filter(plan__town=town)
    return stream(rows, "plan__code", "task_code", "month", "kept_up", "looked_on")


_PLAN, _VERSION, _OF_TASK = ("plan", "方案编号"), ("version", "版本"), ("task", "任务编号")
_KEY = ("obligation", "义务：方案/版本/任务/要求/单位/时段[/任职化名]")

LEDGER = (
    Export("plans", "方案", (_PLAN, ("name", "名称"), ("year", "年度")), _plans),
    Export(
        "plan_versions",
        "方案的各个版本",
        (
            _PLAN,
            _VERSION,
            ("title", "标题"),
            ("document_number", "发文字号"),
            ("issuer", "发文机关"),
            ("source_digest", "原文件的 SHA-256"),
            ("first_day", "起始日"),
            ("state", "read 待确认、confirmed 已确认、discarded 已放弃"),
            ("read_on", "导入日"),
            ("confirmed_on", "确认日"),
        ),
        _versions,
    ),
    Export(
        "tasks",
        "任务和要求的原文",
        (
            _PLAN,
            _VERSION,
            _OF_TASK,
            ("kind", "task 工作任务、demand 工作要求"),
            ("position", "顺序"),
            ("heading", "标题"),
            ("text", "原文"),
            ("confirmed_on", "确认日"),
            ("for_lead_unit", "1＝代牵头单位确认"),
            ("predecessor", "上一版中对应任务的编号"),
            ("paired", "1＝已有人确认对应"),
        ),
        _tasks,
    ),
    Export(
        "task_units",
        "任务写明的单位",
        (
            _PLAN,
            _VERSION,
            _OF_TASK,
            ("role", "lead 牵头、responsible 责任、cooperating 配合"),
            ("printed_name", "文件写法"),
            (
                "meaning",
                "unit 一个单位、all_villages 各村、town_units 镇直各单位、some_villages 相关村等",
            ),
            ("unit", "单位编码"),
        ),
        _task_units,
    ),
    Export(
        "village_picks",
        "相关村的选定",
        (_PLAN, _OF_TASK, ("unit", "村编码"), ("picked_on", "选定日"), ("dropped_on", "撤下日")),
        _picks,
    ),
    Export(
        "requirements",
        "任务里的每一条要求",
        (
            _PLAN,
            _VERSION,
            _OF_TASK,
            ("requirement", "要求编号"),
            ("kind", "by_day、every、share_by_day、count_by_day、standing、unset"),
            ("what", "要求"),
            ("owers", "由谁承担：responsible、villages、lead、lead_and_villages、one、nobody"),
            ("ower", "承担单位编码（owers＝one）"),
            ("proves", "由哪项职责的记录证明（空＝进展说明）"),
            ("every", "周期：week、month、quarter、half_year、year"),
            ("at_least", "至少多少"),
            ("share", "比例，分数"),
            ("due_on", "截止日"),
            ("acknowledged", "确认的整数"),
            ("line", "同一要求在最早版本中的键：方案/版本/任务/要求"),
        ),
        _requirements,
    ),
    Export(
        "obligations",
        "每个单位（任职）在每个时段承担的义务",
        (
            _KEY,
            _PLAN,
            _VERSION,
            _OF_TASK,
            ("requirement", "要求编号"),
            ("unit", "承担单位编码"),
            ("period", "时段：2022-06、2022-W23、2022-Q2、2022-H1、2022、by:2022-05-31、open"),
            ("post", "承担的任职（化名）；空＝单位承担"),
            ("begins_on", "起"),
            ("due_on", "截止日"),
            ("closes_on", "核对期末"),
            ("contributes", "1＝只作贡献，不会逾期"),
            ("town_share", "1＝牵头单位承担的全镇比例"),
            ("dropped_on", "撤销日"),
            ("handed_on", "移交日"),
            ("handed_to", "移交给哪一条义务"),
            ("anew_on", "从这一天起重新计"),
        ),
        _obligations,
    ),
    Export(
        "exemptions",
        "免除",
        (
            _KEY,
            ("reason", "理由"),
            ("exempted_on", "免除日"),
            ("revoked_on", "收回日（空＝仍免除）"),
            ("event", "因哪一件事（events）"),
        ),
        _exemptions,
    ),
    Export(
        "hand_overs",
        "合并时每一条义务怎样接续",
        (
            _KEY,
            ("how", "carry 移交、anew 重新计、exempt 免除"),
            ("reason", "理由"),
            ("on", "从哪一天起"),
            ("chosen_on", "选定日"),
        ),
        _hand_overs,
    ),
    Export(
        "events",
        "免除事件",
        (
            ("event", "编号"),
            ("kind", "flood、drought、ice、fire、epidemic、other"),
            ("name", "名称"),
            ("opened_on", "第一天"),
            ("closed_on", "不再算的第一天"),
            ("ground", "依据"),
            ("entered_on", "登记日"),
            ("revoked_on", "撤销日"),
        ),
        _events,
    ),
    Export("event_villages", "事件涉及的村", (("event", "编号"), ("unit", "村编码")), _event_villages),
    Export("event_tasks", "事件涉及的任务", (("event", "编号"), _PLAN, _OF_TASK), _event_tasks),
    Export(
        "standing_looks",
        "长期任务每月落实情况",
        (
            _PLAN,
            _OF_TASK,
            ("month", "月份"),
            ("kept_up", "1＝本月已落实"),
            ("looked_on", "查看日"),
        ),
        _looks,
    ),
)
