"""What the registers of people and households refuse, and what to do then."""

from __future__ import annotations

import datetime as dt
import re

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.orgs.models import Placement, Unit, on_day
from sanzhi.foundation.privacy.masking import holds_number

declare(
    "people",
    {
        "name_needed": "人员要有姓名。请填写姓名。",
        "phone": "“{phone}”不像电话号码。请填 5 到 20 位数字，或留空。",
        "other_town": "{name}不是{town}登记的人员，不能在这里任职。请先在本镇登记。",
        "unit_not_standing": "{unit}在{day}还没有设立或已经撤销。请核对日期或单位。",
        "wrong_unit": "“{post}”不能设在{unit}（{kind}）。请选对应的单位。",
        "post_held": "{name}在{unit}已经是{post}（{since}起），时间重叠。请先结束原来的任职，或改日期。",
        "post_ended": "{name}的这项任职已经结束，不能再改。请新登记一项任职。",
        "leave_outside_post": "{name}的这项任职是{opened}起{until}，离岗日期不在里面。请核对日期。",
        "leave_held": "{name}从{since}起已经登记离岗，时间重叠。请先结束那一次，或改日期。",
        "leave_ended": "这次离岗已经结束，不能再改。请刷新页面再看。",
        "leave_ground": "离岗要写明依据（文件号或哪一天谁同意），不要写病情。请填写依据。",
        "own_stand_in": "{name}不能给自己代理。请选另一位，或留空。",
        "stand_in_away": "{name}在这段时间自己也离岗，不能代理。请选另一位。",
        "before_opening": "日期{day}不晚于起始日{opened}。请改为之后的日期。",
        "number_taken": "户号{number}已经登记过。请核对是否重复，或换一个户号。",
        "number_needed": "住户要有户号。请填写户号。",
        "not_group": "{unit}不是村民小组，住户只能登记在村民小组。请选村民小组。",
        "no_stay": "户号{number}在{day}还没有登记或已经销户。请核对日期。",
        "same_group": "户号{number}在{day}已经在{group}。请核对要迁到哪个组。",
        "same_presence": "户号{number}在{day}已经是“{presence}”，没有变化。请核对。",
        "ground_needed": "销户要写明依据，并由牵头单位确认。请填写依据。",
        "surname_only": "“{surname}”不像姓氏。户册只登记联系人的姓，不登记全名和号码。请只填姓。",
        "holds_number": "“{field_label}”里像是有身份证号、银行卡号或手机号。请删去号码再保存。",
        "later_change": "户号{number}在{later}已有登记变动，不能从更早的{day}起这样登记。请改用之后的日期。",
        "source_needed": "人数要写明来源（如派出所户籍数、年报）。请填写来源。",
        "count": "“{count}”不是人数。请填 0 或更大的整数。",
    },
)

_PHONE = re.compile(r"\+?[\d\-() ]{5,20}")


def must_stand(unit: Unit, day: dt.date) -> None:
    """Refuse a unit that does not stand on `day`; its placement is locked until the act ends."""
    if not Placement.objects.select_for_update().filter(on_day(day), unit=unit).exists():
        raise Problem("people.unit_not_standing", field="on", unit=unit.short_name, day=day.isoformat())


def phone_of(text: str) -> str:
    """A phone number as typed, without spaces at its ends; refuses what is none."""
    text = text.strip()
    if text and not _PHONE.fullmatch(text):
        raise Problem("people.phone", field="phone", phone=text)
    return text


def surname_of(text: str) -> str:
    """A surname of at most two characters (or a pair like 欧阳); a whole name or number is refused."""
    text = text.strip()
    if len(text) > 2 or any(c.isdigit() for c in text):
        raise Problem("people.surname_only", field="surname", surname=text)
    return text


def plain(text: str, label: str, field: str) -> str:
    """A short text without an identity, bank or phone number in it."""
    if holds_number(text):
        raise Problem("people.holds_number", field=field, field_label=label)
    return text.strip()
