"""Pure rules of accounts: what a login name may be, how a slip's code is made and read, which role fits which unit."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping

from django.utils.crypto import salted_hmac

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.accounts.models import Role
from sanzhi.foundation.orgs.models import UnitKind

declare(
    "accounts",
    {
        "login_form": "登录名“{name}”不行：请用3至30个小写字母、数字、点或短横，例如 chen.li。",
        "login_is_number": "登录名不要用手机号或证件号，它会出现在操作记录里。请用姓名拼音。",
        "login_taken": "登录名“{name}”已经有人用了。请加上单位或数字再试，例如 {name}2。",
        "person_has_account": "{person}已经有账号（{login}）。忘记密码的，请打印密码条，不用再开一个。",
        "person_elsewhere": "{person}登记在另一个乡镇，不能在这里开账号。请先在人员名册里核对。",
        "password_weak": "这个密码太容易被猜到：至少8位，不能全是数字，也不能用常见密码。请换一个。",
        "password_wrong": "原密码不对，没有改动。忘记原密码的，请管理员打印一张密码条。",
        "slip_wrong": "登录名或密码条上的号码不对。请照密码条逐个核对（不分大小写，短横可以不输）。",
        "slip_used": "这张密码条已经用过了。已设好密码的请直接登录；不是本人用的，请马上告诉管理员。",
        "slip_expired": "这张密码条已经过期或作废。请管理员重新打印一张。",
        "inactive": "{name}的账号已经停用。要恢复，请先点“恢复账号”，再打印密码条。",
        "already": "{name}的账号已经是这个状态，没有改动。",
        "deleted": "这个账号已经注销，不能再改动。需要时请另开新账号。",
        "not_asked": "{name}没有申请注销。请本人在“我的”里提出，或先停用账号。",
        "role_not_there": "“{role}”不能授在{unit}上，应授在：{kinds}。",
        "unit_not_standing": "{unit}在{day}没有设立，不能授予那里的角色。请核对起始日。",
        "other_town": "{name}的账号属于{town}，不能授予{unit}的角色。请由县管理员办理。",
        "term_order": "截止日要不早于起始日。请核对任期。",
        "term_long": "任期最长5年（到{latest}）。届满前再续，到期自动失效。",
        "term_past": "截止日已经过去，授予了也不起作用。请核对任期。",
        "overlap": "{name}在{unit}已经有“{role}”，任期是{first}至{last}。请接着它的截止日续，或先收回。",
        "own_grant": "不能给自己授予角色。请另一位管理员办理，双方互相看得见。",
        "own_account": "不能停用或注销自己正在用的账号。请另一位管理员办理。",
        "last_administrator": "这是{unit}最后一个管理员。请先给另一个人授予“管理员”，再办这一步。",
        "not_held": "这项角色已经到期或收回，没有改动。",
        "ground_needed": "请写明依据（文件、会议或原因），别人查看时要看得懂。",
    },
)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._\-]{2,29}")
# No characters that are read for one another on paper: 0 O, 1 I L, 2 Z, 5 S, 8 B.
_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 12
"""25 ** 12: 55 bits, read aloud in three groups of four."""
SLIP_LASTS = dt.timedelta(hours=72)
"""From handing over a slip to setting the password (the house's own choice)."""
LONGEST_TERM_YEARS = 5
"""The term of a villagers' committee (Organic Law of Villagers' Committees, art. 11)."""

ROLE_UNITS: Mapping[str, tuple[str, ...]] = {
    Role.TOWN_LEADER: (UnitKind.TOWN,),
    Role.OFFICER: (UnitKind.OFFICE,),
    Role.SECRETARY: (UnitKind.VILLAGE,),
    Role.CLERK: (UnitKind.VILLAGE,),
    Role.CADRE: (UnitKind.VILLAGE,),
    Role.VILLAGE_CARE: (UnitKind.VILLAGE,),
    Role.DISCIPLINE: (UnitKind.TOWN,),
    Role.AUDITOR: (UnitKind.COUNTY, UnitKind.TOWN),
    Role.ADMINISTRATOR: (UnitKind.COUNTY, UnitKind.TOWN),
    Role.RESIDENT: (UnitKind.VILLAGE, UnitKind.GROUP),
}
"""Which role is given on which kind of unit; the table is the rule."""


def plain_login(typed: str) -> str:
    """A login name as it is kept: half-width, lower case, no blanks (phones write a capital first)."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).lower()


def checked_login(typed: str) -> str:
    """The login name to keep. Refuses other characters, other lengths, and a telephone or identity number."""
    name = plain_login(typed)
    if re.fullmatch(r"1\d{10}|\d{15}|\d{17}[\dx]", name):
        raise Problem("accounts.login_is_number", field="username")
    if not _LOGIN.fullmatch(name):
        raise Problem("accounts.login_form", field="username", name=typed.strip())
    return name


def new_code() -> str:
    """A slip's code as it is printed: three groups of four."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def code_digest(code: str) -> str:
    """What is kept of a code, however it was typed (blanks, dashes, case, full-width)."""
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", code)).upper()
    return salted_hmac("sanzhi.accounts.slip", letters, algorithm="sha256").hexdigest()


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day some years later (February 29th becomes March 1st)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def check_term(*, opened_on: dt.date, closed_on: dt.date, today: dt.date) -> None:
    """Refuses a term [opened_on, closed_on) that ends before it begins, is over, or is longer than five years."""
    if closed_on <= opened_on:
        raise Problem("accounts.term_order", field="last_on")
    if closed_on <= today:
        raise Problem("accounts.term_past", field="last_on")
    longest = years_later(opened_on, LONGEST_TERM_YEARS)
    if closed_on > longest:
        raise Problem("accounts.term_long", field="last_on", latest=longest - dt.timedelta(days=1))


def check_role(role: str, kind: str, unit_name: str) -> None:
    """Refuses a role on a kind of unit it does not belong to."""
    allowed: Iterable[str] = ROLE_UNITS[role]
    if kind not in allowed:
        kinds = "、".join(str(UnitKind(k).label) for k in allowed)
        raise Problem(
            "accounts.role_not_there", field="unit", role=Role(role).label, unit=unit_name, kinds=kinds
        )
