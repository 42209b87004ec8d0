"""Plans that may not enter: marked 绝密, 机密, 秘密 or 内部."""

from __future__ import annotations

import re

from sanzhi.domain.plan_text.normalise import Source
from sanzhi.domain.problems import Problem, declare

declare(
    "plan_text",
    {
        "secret": "这份文件标有“{mark}”，涉密或内部文件不能导入本系统。请按保密规定保管原件，只导入可以公开的方案。",
    },
)
_MARK = re.compile(
    r"(?:密级：?)?(?:(?P<mark>绝密|机密|秘密)(?:级)?(?:★.{0,8}|（?(?:\d{1,2}|[一二三四五十长]{1,3})年?）?)?"
    r"|[（]?(?P<inner>内部)(?:(?:资料|文件|材料|使用|掌握|发行|传阅|刊物|明电)(?:，?(?:注意保存|请勿外传|不得外传|妥善保管))?)?[）]?)"
)
_STARRED = re.compile(r"(?:绝密|机密|秘密)(?:级)?★")
#: Marks stand in the head of a document.
FIRST_PARAGRAPHS, LONGEST_MARK = 30, 24


def refuse_secret(source: Source) -> None:
    """Refuse a document whose head bears a mark of secrecy: Problem `plan_text.secret` with the mark as printed."""
    for p in source.paragraphs[:FIRST_PARAGRAPHS]:
        line = re.sub(r"\s", "", source.shadow[p.start : min(p.end, p.start + 200)])
        starred = _STARRED.search(line)
        whole = _MARK.fullmatch(line) if len(line) <= LONGEST_MARK else None
        if starred or whole:
            raise Problem("plan_text.secret", mark=starred.group().rstrip("★") if starred else line)
