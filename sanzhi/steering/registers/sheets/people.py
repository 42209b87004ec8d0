"""The sheet of people with their posts. A phone number is taken in and never written out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sanzhi.foundation.audit.action import Actor
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewPost
from sanzhi.foundation.people.actions.posts import UNITS_OF_POSTS
from sanzhi.foundation.people.models import Person, Post, PostKind
from sanzhi.foundation.people.queries import posts_of_town
from sanzhi.foundation.privacy.masking import holds_number
from sanzhi.steering.registers.sheets import cells
from sanzhi.steering.registers.sheets.kinds import (
    Change,
    Ground,
    Row,
    SheetColumn,
    SheetKind,
    day_in,
    problem,
)
from sanzhi.steering.registers.sheets.units_named import UnitNames

_ALSO = {
    "书记": "party_secretary",
    "支部书记": "party_secretary",
    "党支部书记": "party_secretary",
    "党总支书记": "party_secretary",
    "村书记": "party_secretary",
    "主任": "director",
    "村主任": "director",
    "村民委员会主任": "director",
    "委员": "committee",
    "两委委员": "committee",
    "副书记": "committee",
    "副主任": "committee",
    "村文书": "clerk",
    "会计": "accountant",
    "监委会主任": "supervision_chair",
    "第一书记": "first_secretary",
    "网格长": "grid_worker",
    "组长": "group_leader",
    "小组长": "group_leader",
    "负责人": "office_head",
    "干部": "officer",
}
_LABELS = {cells.label(str(kind.label)): kind.value for kind in PostKind} | _ALSO
_IN_OFFICES = {"主任": "office_head", "书记": "office_head", "所长": "office_head"}


@dataclass(frozen=True)
class _Edit:
    """What is done to a post that is held already."""

    post: Post
    two_committees: bool
    term_ends_on: dt.date | None
    closed_on: dt.date | None
    phone: str | None


@dataclass(frozen=True)
class _Read:
    """A row, understood."""

    name: str
    unit: Unit
    kind: str
    two_committees: bool | None
    opened_on: dt.date | None
    last: dt.date | None
    term_ends_on: dt.date | None
    phone: str

    @property
    def closed_on(self) -> dt.date | None:
        """The first day on which the post is no longer held."""
        return self.last + dt.timedelta(days=1) if self.last is not None else None


class _Planner:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.held: dict[tuple[str, int, str], list[Post]] = {}
        self.people: dict[str, list[Person]] = {}
        self.of_unit: dict[tuple[str, int], Person] = {}
        for post in posts_of_town(ground.town):
            name = post.person.name
            if post.closed_on is None or post.closed_on > ground.day:
                self.held.setdefault((name, post.unit_id, post.kind), []).append(post)
            self.of_unit[(name, post.unit_id)] = post.person
            known = self.people.setdefault(name, [])
            if post.person not in known:
                known.append(post.person)
        self.seen: dict[tuple[str, int, str], int] = {}

    def plan(self, row: Row) -> Change:
        read = self._read(row)
        subject = f"{cells.name(row['name']) or '（没有姓名）'} {row['unit']}"
        if isinstance(read, str):
            return problem(row, subject, read)
        key = (read.name, read.unit.pk, read.kind)
        if key in self.seen:
            return problem(row, subject, f"和第 {self.seen[key]} 行重复。请删去其中一行。")
        self.seen[key] = row.number
        held = self.held.get(key, [])
        if len(held) > 1:
            return problem(
                row, subject, "登记簿里有两个同名的人担任这一职务，分不清是哪一位。请在系统里逐个修改。"
            )
        return self._edit(row, read, held[0]) if held else self._open(row, read)

    def _read(self, row: Row) -> _Read | str:
        name = cells.name(row["name"])
        if not name or len(name) > 30 or holds_number(name):
            return "姓名是空的、太长或带有号码。请填写姓名。"
        unit = self.ground.names.find(row["unit"])
        if isinstance(unit, str):
            return unit
        if not self.ground.may(unit.pk):
            return f"{unit.name}不在您可以登记的范围内。请只保留本单位的行。"
        said = cells.label(row["kind"])
        kind = _IN_OFFICES.get(said) if unit.kind == UnitKind.OFFICE else None
        kind = kind or _LABELS.get(said)
        if kind is None:
            return f"职务“{row['kind']}”不认识。请填模板“说明”里列出的职务。"
        if unit.kind not in UNITS_OF_POSTS[kind]:
            return f"“{PostKind(kind).label}”不能设在{unit.name}（{UnitKind(unit.kind).label}）。请核对单位。"
        both = cells.yes(row["two_committees"]) if row["two_committees"] else None
        if row["two_committees"] and both is None:
            return f"“两委成员”写的是“{row['two_committees']}”。请填“是”或“否”。"
        days = [day_in(row, k, label, None) for k, label in _DAYS]
        if wrong := [d for d in days if isinstance(d, str)]:
            return wrong[0]
        opened, last, term = days
        phone = row["phone"].replace(" ", "")
        if phone and not phone.lstrip("+").replace("-", "").isdigit():
            return "电话里有不是数字的内容。请只填号码，或留空。"
        return _Read(name, unit, kind, both, opened, last, term, phone)  # type: ignore[arg-type]

    def _edit(self, row: Row, read: _Read, post: Post) -> Change:
        subject = f"{read.name} {read.unit.name}"
        if read.opened_on is not None and read.opened_on != post.opened_on:
            day = post.opened_on.isoformat()
            return problem(
                row, subject, f"任职起登记的是{day}。同一项任职不能用导入改起始日；请改回，或留空。"
            )
        said = []
        if read.closed_on is not None and read.closed_on != post.closed_on:
            if read.closed_on <= post.opened_on:
                return problem(row, subject, "任职止早于任职起。请核对两个日期。")
            if post.closed_on is not None:
                return problem(row, subject, "这项任职的结束日已经登记过，不能用导入修改。请在系统里处理。")
            said.append(f"任职到 {read.last.isoformat() if read.last else ''} 为止")
        both = post.two_committees if read.two_committees is None else read.two_committees
        if both != post.two_committees:
            said.append("改为村“两委”成员" if both else "改为不是村“两委”成员")
        term = read.term_ends_on or post.term_ends_on
        if term != post.term_ends_on and term is not None:
            said.append(f"届满日改为 {term.isoformat()}")
        phone = read.phone if read.phone and read.phone != post.person.phone.replace(" ", "") else None
        if phone is not None:
            said.append("更新电话" if post.person.phone else "登记电话")
        if not said:
            return Change(row.number, "unchanged", subject, "")
        return Change(
            row.number, "changed", subject, "；".join(said), _Edit(post, both, term, read.closed_on, phone)
        )

    def _open(self, row: Row, read: _Read) -> Change:
        subject = f"{read.name} {read.unit.name}"
        opened = read.opened_on or self.ground.day
        if read.closed_on is not None and read.closed_on <= opened:
            return problem(row, subject, "任职止早于任职起。请核对两个日期。")
        if opened < self.ground.names.first_day(read.unit):
            return problem(row, subject, f"任职起早于{read.unit.name}的设立日期。请核对。")
        person = self.of_unit.get((read.name, read.unit.pk))
        said = f"新任{PostKind(read.kind).label}，自 {opened.isoformat()}"
        if read.last is not None:
            said += f" 至 {read.last.isoformat()}"
        if person is None:
            same = [
                p
                for p in self.people.get(read.name, ())
                if read.phone and p.phone.replace(" ", "") == read.phone
            ]
            if same:
                person = same[0]
            elif read.name in self.people:
                said += "（登记簿里另有同名的人，将按另一个人登记；确是同一人，请在系统里给他加职务）"
            else:
                said = f"新登记人员；{said}"
        key = f"{read.name}:{read.phone or read.unit.pk}"
        new = NewPost(
            unit=read.unit,
            kind=read.kind,
            opened_on=opened,
            person=person,
            name=read.name,
            key=key,
            phone=read.phone,
            two_committees=bool(read.two_committees),
            closed_on=read.closed_on,
            term_ends_on=read.term_ends_on,
        )
        return Change(row.number, "new", subject, said, new)


_DAYS = (("opened_on", "任职起"), ("last", "任职止"), ("term_ends_on", "届满日"))


def plan(ground: Ground, rows: Sequence[Row]) -> list[Change]:
    """What the rows would do to the register of people and posts."""
    planner = _Planner(ground)
    return [planner.plan(row) for row in rows]


def apply(*, by: Actor, town: Unit, day: dt.date, changes: Sequence[Change], ground: str) -> None:
    """Do it, inside the one act of the import."""
    new = [c.act for c in changes if isinstance(c.act, NewPost)]
    if new:
        people.open_posts(by=by, town=town, posts=new)
    for edit in (c.act for c in changes if isinstance(c.act, _Edit)):
        post = edit.post
        if edit.two_committees != post.two_committees or edit.term_ends_on != post.term_ends_on:
            people.correct_post(
                by=by, post=post, two_committees=edit.two_committees, term_ends_on=edit.term_ends_on
            )
        if edit.closed_on is not None and edit.closed_on != post.closed_on:
            people.close_post(by=by, post=post, on=edit.closed_on, ground=ground)
        if edit.phone is not None:
            people.correct_person(by=by, person=post.person, phone=edit.phone)


def rows(town: Unit, day: dt.date, within: frozenset[int] | None) -> Iterable[Sequence[object]]:
    """Posts held on `day` as the template has them, phone numbers left out."""
    names = UnitNames(town, day)
    for post in posts_of_town(town):
        if post.unit_id not in names.units or (within is not None and post.unit_id not in within):
            continue
        if post.opened_on > day or (post.closed_on is not None and post.closed_on <= day):
            continue
        yield (
            post.person.name,
            post.unit.code,
            str(PostKind(post.kind).label),
            "是" if post.two_committees else "否",
            post.opened_on,
            post.closed_on - dt.timedelta(days=1) if post.closed_on else "",
            post.term_ends_on or "",
            "",
        )


PEOPLE = SheetKind(
    code="people",
    label="人员任职表",
    columns=(
        SheetColumn("name", "姓名", ("人员姓名", "人员"), needed=True),
        SheetColumn(
            "unit",
            "单位",
            ("所在单位", "单位名称", "工作单位", "村", "所属单位"),
            needed=True,
            hint="编码或名称",
        ),
        SheetColumn("kind", "职务", ("职位", "岗位"), needed=True),
        SheetColumn("two_committees", "两委成员", ("是否两委成员", "村两委成员"), hint="是或否"),
        SheetColumn(
            "opened_on", "任职起", ("任职时间", "任职日期", "任职起日", "起始日期"), hint="2022-03-05"
        ),
        SheetColumn("last", "任职止", ("任职止日", "离任日期"), hint="最后一天；还在任就留空"),
        SheetColumn("term_ends_on", "届满日", ("届满日期", "任期届满")),
        SheetColumn("phone", "电话", ("联系电话", "手机", "手机号"), hint="加密保存；导出时不写"),
    ),
    plan=plan,
    apply=apply,
    rows=rows,
    capability="registers:edit_posts",
    export_capability="registers:read",
    forbidden=(
        "身份证",
        "证件号",
        "出生",
        "生日",
        "民族",
        "宗教",
        "家庭成员",
        "银行",
        "微信",
        "QQ",
        "健康",
        "病史",
    ),
    example=("陈立", "上河村", "村委会主任", "是", "2021-12-20", "", "2026-12-19", ""),
)
