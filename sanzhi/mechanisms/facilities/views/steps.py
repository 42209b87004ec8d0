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
from sanzhi.mechanisms.facilities.access import accepts, may_void, records
from sanzhi.mechanisms.facilities.kinds import KINDS
from sanzhi.mechanisms.facilities.models import Site, SiteCondition, SiteNote
from sanzhi.mechanisms.facilities.rules import AUDITED_KINDS, FILED_KINDS, OPEN_KINDS
from sanzhi.mechanisms.facilities.states import STANDING, TRANSITIONS, Finding

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
    kinds: frozenset[str] = frozenset(KINDS)
    needs_use: bool = False

    @property
    def look_of_link(self) -> str:
        """How the link to this step looks among the others of a site's page."""
        return "danger" if self.look == "danger" else "plain"

    def title_for(self, site: Site) -> object:
        """Its title on a site's page: only where one is owed it speaks of the filing."""
        return _("登记启用") if self.slug == "use" and site.kind not in FILED_KINDS else self.title

    def possible(self, site: Site) -> bool:
        """Whether the site's state allows it."""
        if self.verb is not None:
            return site.state in TRANSITIONS[self.verb]
        ready = site.in_use_on is not None or not self.needs_use
        return site.state in STANDING and site.kind in self.kinds and ready


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


def _hours(by: User, site: Site, said: Said, today: dt.date) -> Site:
    return actions.publish_hours(by=by, site=site, hours=said["hours"], on=said["on"])


def _use_note(by: User, site: Site, said: Said, today: dt.date) -> Site:
    times = said.get("times")
    actions.record_use(by=by, site=site, **{**said, "times": 1 if times is None else times})
    return site


def _look(by: User, site: Site, said: Said, today: dt.date) -> Site:
    actions.record_condition(by=by, site=site, **said)
    return site


def _audit(by: User, site: Site, said: Said, today: dt.date) -> Site:
    actions.record_audit(by=by, site=site, **said)
    return site


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
        Step(
            "record-use", None, False, forms.UseNoteForm, _use_note,
            title=_("记一次活动"), button=_("提交记录"), done=_("已记入“{name}”的使用情况。"),
            kinds=OPEN_KINDS, needs_use=True,
        ),
        Step(
            "look", None, False, forms.LookForm, _look,
            title=_("记一次查看"), button=_("提交记录"), done=_("“{name}”的现状已记下。"),
            about=_("停用的点仍在计划里，覆盖旁边会写明停用几处，不会悄悄去掉。"),
        ),
        Step(
            "hours", None, False, forms.HoursForm, _hours,
            title=_("开放时间"), button=_("保存开放时间"), done=_("“{name}”的开放时间已保存。"), kinds=OPEN_KINDS,
        ),
        Step(
            "audit", None, False, forms.AuditForm, _audit,
            title=_("查阅审计"), button=_("提交审计"), done=_("“{name}”的查阅审计已记下。"),
            about=_("每半年看一次：谁查阅过图像、有没有登记。这里只记次数和结论，不记画面，不记被查阅的人。"),
            kinds=AUDITED_KINDS, needs_use=True,
        ),
    )
}  # fmt: skip


def may(user: User, site: Site, step: Step) -> bool:
    """Whether this person may ever take the step on this site, whatever state it is in."""
    if site.kind not in step.kinds:
        return False
    if step.by_lead:
        return accepts(user, site.kind, site.unit)
    if step.verb is None:
        return records(user, site.kind, site.unit)
    return can(user, "facilities:record", site.unit)


@dataclass(frozen=True)
class NoteStep:
    """What may be done about a note: its address, words, form and action, and whether it is possible now."""

    slug: str
    form: type[forms.StepForm]
    act: Callable[[User, SiteNote, Said], SiteNote]
    title: object
    button: object
    done: object
    look: str
    possible: Callable[[SiteNote], bool]
    may: Callable[[User, SiteNote], bool]


def _mend(by: User, note: SiteNote, said: Said) -> SiteNote:
    assert isinstance(note, SiteCondition)  # only offered for looks
    return actions.record_repair(by=by, note=note, on=said["on"])


def lacking(note: SiteNote) -> bool:
    """Whether a note is a look that counts and found something not mended yet."""
    open_look = isinstance(note, SiteCondition) and note.finding != Finding.GOOD and note.repaired_on is None
    return open_look and note.void_on is None


NOTE_STEPS: dict[str, NoteStep] = {
    step.slug: step
    for step in (
        NoteStep(
            "void", forms.VoidForm,
            lambda by, note, said: actions.void_note(by=by, note=note, reason=said["reason"]),
            title=_("作废这一条"), button=pgettext_lazy("note", "作废"), done=_("已作废，原文和原因留在经过里。"), look="danger",
            possible=lambda note: note.void_on is None, may=may_void,
        ),
        NoteStep(
            "repaired", forms.RepairForm, _mend,
            title=_("登记修复"), button=_("登记修复"), done=_("已登记修复。"), look="main",
            possible=lacking, may=lambda user, note: records(user, note.site.kind, note.site.unit),
        ),
    )
}  # fmt: skip
