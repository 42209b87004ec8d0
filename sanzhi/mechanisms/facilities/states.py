"""The stages of a site: what is not in the table does not exist."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.domain.problems import Problem, declare


class SiteState(models.TextChoices):
    """How far a site is."""

    PLANNED = "planned", _("计划")
    BUILT = "built", _("已建成")
    HANDED_IN = "handed_in", _("已报验")
    ACCEPTED = "accepted", _("已验收")
    WITHDRAWN = "withdrawn", _("撤出计划")


TRANSITIONS: dict[str, dict[str, str]] = {
    "build": {SiteState.PLANNED: SiteState.BUILT},
    "hand_in": {SiteState.BUILT: SiteState.HANDED_IN},
    "accept": {SiteState.HANDED_IN: SiteState.ACCEPTED},
    "return": {SiteState.HANDED_IN: SiteState.BUILT},
    "withdraw": {SiteState.PLANNED: SiteState.WITHDRAWN, SiteState.BUILT: SiteState.WITHDRAWN},
    "reopen": {SiteState.ACCEPTED: SiteState.BUILT},
}

declare(
    "facilities",
    {
        "not_now": "“{site}”现在是“{state}”，不能{verb}。请刷新页面看它走到了哪一步。",
        "built_in_future": "建成日{day}还没有到。请填写实际建成的日期，没建成就先不填。",
        "accepted_before_built": "验收日不能早于建成日{built}。请核对日期。",
        "checks_open": "还有核对项没有通过：{items}。请逐项核对，缺的请退回补齐。",
        "reason_needed": "请写明原因（至少 4 个字），对方要看到缺什么、怎么补。",
        "unknown_check": "核对清单里没有“{item}”这一项。",
        "not_village": "设施要登记在村里，{unit}不是村。",
    },
)
VERBS = {"build": "登记建成", "hand_in": "报验", "accept": "验收", "return": "退回", "withdraw": "撤出计划", "reopen": "撤销验收"}


def next_state(site: str, state: str, verb: str) -> str:
    """The state after `verb`; refuses what the table does not hold (`facilities.not_now`)."""
    after = TRANSITIONS[verb].get(state)
    if after is None:
        raise Problem("facilities.not_now", site=site, state=SiteState(state).label, verb=VERBS[verb])
    return after
