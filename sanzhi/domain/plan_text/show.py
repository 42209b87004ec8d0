"""A reading as plain Chinese text, for the command line."""

from __future__ import annotations

from fractions import Fraction

from sanzhi.domain.plan_text.model import (
    AS_SUPERIOR_SETS,
    BY,
    CadenceNote,
    DeadlineNote,
    Reading,
    TargetNote,
    TaskNote,
)

_ROLES = {"lead": "牵头", "responsible": "责任", "cooperating": "配合"}
_EVERY = {"week": "每周", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}
_ABOUT = {
    "issued_on": "印发日期",
    "first_day": "第一天",
    "year": "年份",
    "title": "标题",
    "units": "单位",
    "deadlines": "时限",
    "cadences": "周期",
    "targets": "指标",
    "text": "文字",
    "path": "编号",
}


def as_table(reading: Reading) -> str:
    """A readable view: the frame of the document, each task with units, deadlines, rhythms, targets and doubts, demands."""
    missing = "（未写明）"
    lines = [
        f"标题：{reading.title or missing}",
        f"文号：{reading.number or missing}    发文单位：{reading.issuer or missing}    年份：{reading.year or missing}",
        f"印发日期：{reading.issued_on or missing}    第一天：{reading.first_day or missing}",
        f"主送：{'、'.join(reading.addressees) or missing}",
        f"任务 {len(reading.tasks)} 项，任务之外的要求 {len(reading.demands)} 条，"
        f"疑点 {len(reading.doubts) + sum(len(t.doubts) for t in reading.tasks)} 处",
    ]
    for number, task in enumerate(reading.tasks, 1):
        lines += ["", *_task(number, task)]
    if reading.demands:
        lines += ["", "任务之外的要求"]
        for demand in reading.demands:
            who = f"〔{'、'.join(u.name for u in demand.units)}〕" if demand.units else ""
            rhythm = f"〔{'、'.join(_cadence(c) for c in demand.cadences)}〕" if demand.cadences else ""
            lines.append(f"  {' '.join(demand.path)} {_short(demand.text)}{who}{rhythm}")
    if reading.doubts:
        lines += ["", "全文疑点"]
        lines += [f"  ？{_ABOUT.get(d.about, d.about)}：{d.why}" for d in reading.doubts]
    return "\n".join(lines) + "\n"


def _task(number: int, task: TaskNote) -> list[str]:
    lines = [
        f"{number}. [{' '.join(task.path) or '无编号'}] {task.heading + '：' if task.heading else ''}{_short(task.text)}"
    ]
    for role, word in _ROLES.items():
        names = [u.name for u in task.units if u.role == role]
        if names:
            lines.append(f"   {word}：{'、'.join(names)}")
    if task.deadlines:
        lines.append("   时限：" + "；".join(_deadline(d) for d in task.deadlines))
    if task.cadences:
        lines.append("   周期：" + "；".join(_cadence(c) for c in task.cadences))
    if task.targets:
        lines.append("   指标：" + "；".join(_target(t) for t in task.targets))
    lines += [f"   ？{_ABOUT.get(d.about, d.about)}：{d.why}" for d in task.doubts]
    return lines


def _deadline(note: DeadlineNote) -> str:
    if note.kind == AS_SUPERIOR_SETS:
        return "按上级安排"
    if note.kind != BY:
        return "长期坚持"
    day = note.date or f"“{note.quote}”（待填）"
    marks = "".join(
        [
            " " + note.what if note.what else "",
            "（年份承上）" if note.year_inherited else "",
            "（正文）" if note.in_body else "",
        ]
    )
    return day + marks


def _cadence(note: CadenceNote) -> str:
    return f"{_EVERY[note.every]}{note.at_least}{note.unit}"


def _target(note: TargetNote) -> str:
    value = Fraction(note.at_least)
    if note.kind == "share":
        amount = "全部" if value == 1 else f"≥{float(value * 100):g}%"
    else:
        amount = f"≥{note.at_least}{note.unit}"
    parts = [_EVERY.get(note.every or "", ""), f"每个{note.per}" if note.per else "", note.of, amount]
    return "".join(parts) + (f"（{note.by}前）" if note.by else "")


def _short(text: str) -> str:
    flat = text.replace("\n", "")
    return flat if len(flat) <= 60 else flat[:58] + "……"
