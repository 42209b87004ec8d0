"""The steps of a site as pages: which form, who may, what the button says, which action it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.accounts.models import User
from sanzhi.kit.access import can
from sanzhi.mechanisms.facilities import actions, forms
from sanzhi.mechanisms.facilities.access import accepts
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.facilities.states import STANDING, TRANSITIONS

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step: its address, words, form and action. `verb` None: a note that changes no state."""

    slug: str
    verb: str | None
    by_lead: bool
    form: type[forms.StepForm]
    act: Callable[[User, Site, Said, dt.date], Site]
    title: object
    button: object
    done: Any
    about: object = ""
    look: str = "main"

    @property
    def look_of_link(self) -> str:
        """How the link to this step looks among the others of a site's page."""
        return "danger" if self.look == "danger" else "plain"

    def possible(self, site: Site) -> bool:
        """Whether the site's state allows it."""
        return site.state in STANDING if self.verb is None else site.state in TRANSITIONS[self.verb]


def _build(by: User, site: Site, said: Said, today: dt.date) -> Site:
    built = actions.build_site(by=by, site=site, built_on=said["built_on"], today=today)
    return actions.hand_in_site(by=by, site=built, today=today) if said["hand_in"] else built


def _accept(by: User, site: Site, said: Said, today: dt.date) -> Site:
    checks = dict.fromkeys(said["checks"], True)
    return actions.accept_site(
        by=by, site=site, on=said["on"], checks=checks, late_reason=said.get("late_reason", "")
    )


def _use(by: User, site: Site, said: Said, today: dt.date) -> Site:
    return actions.note_use(by=by, site=site, in_use_on=said["in_use_on"], filed_on=said.get("filed_on"))


STEPS: dict[str, Step] = {
    step.slug: step
    for step in (
        Step(
            "build", "build", False, forms.BuildForm, _build,
            title=_("登记建成"), button=_("登记建成"), done=_("“{name}”已登记建成。"),
        ),
        Step(
            "hand-in", "hand_in", False, forms.HandInForm,
            lambda by, site, said, today: actions.hand_in_site(by=by, site=site, today=today),
            title=pgettext_lazy("site", "报验"), button=_("报请验收"), done=_("“{name}”已报验，等牵头单位到现场验收。"),
            about=_("报验以后由牵头单位到现场逐项核对。报验日在截止日以前的，验收前不算逾期。"),
        ),
        Step(
            "accept", "accept", True, forms.AcceptForm, _accept,
            title=pgettext_lazy("site", "验收"), button=_("验收通过"), done=_("“{name}”已验收，计入覆盖。"),
        ),
        Step(
            "return", "return", True, forms.ReasonForm,
            lambda by, site, said, today: actions.return_site(by=by, site=site, reason=said["reason"]),
            title=pgettext_lazy("site", "退回"), button=_("退回补齐"), done=_("“{name}”已退回，村里会看到原因。"), look="danger",
        ),
        Step(
            "reopen", "reopen", True, forms.ReasonForm,
            lambda by, site, said, today: actions.reopen_site(by=by, site=site, reason=said["reason"]),
            title=_("撤销验收"), button=_("撤销验收"), done=_("“{name}”的验收已撤销，不再计入覆盖。"), look="danger",
            about=_("只在验收错了的时候用。撤销后回到“已建成”，补齐后可以再报验；原来的验收留在经过里。"),
        ),
        Step(
            "withdraw", "withdraw", True, forms.WithdrawForm,
            lambda by, site, said, today: actions.withdraw_site(by=by, site=site, on=said["on"], reason=said["reason"]),
            title=_("撤出计划"), button=_("撤出计划"), done=_("“{name}”已撤出计划，不再计算。"), look="danger",
            about=_("撤出以后这个点在哪里都不再计算，不能恢复；要重新建，就另登记一个。"),
        ),
        Step(
            "use", None, False, forms.UseForm, _use,
            title=_("启用和备案"), button=_("保存"), done=_("“{name}”的启用和备案情况已保存。"),
        ),
    )
}  # fmt: skip


def may(user: User, site: Site, step: Step) -> bool:
    """Whether this person may ever take the step on this site, whatever state it is in."""
    if step.by_lead:
        return accepts(user, site.kind, site.unit)
    return can(user, "facilities:record", site.unit) or (
        step.verb is None and accepts(user, site.kind, site.unit)
    )
