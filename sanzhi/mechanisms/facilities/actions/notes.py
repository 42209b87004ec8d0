"""Notes about a site: what took place there, how it was found, who looked at its pictures; repaired, and void."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeVar

from sanzhi.domain.periods import Every, period_of
from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.kit.measures.freshness import changed
from sanzhi.mechanisms.facilities import rules
from sanzhi.mechanisms.facilities.access import may_void
from sanzhi.mechanisms.facilities.models import AccessAudit, Site, SiteCondition, SiteNote, SiteUse
from sanzhi.mechanisms.facilities.queries import out_of_use
from sanzhi.mechanisms.facilities.states import STANDING, Finding

N = TypeVar("N", bound=SiteNote)


def _locked(site: Site) -> Site:
    return Site.objects.select_for_update(of=("self",)).select_related("unit", "town").get(pk=site.pk)


def _standing(site: Site, on: dt.date) -> Site:
    """The site, locked, if a note of that day may stand: it is built by then, not withdrawn, and the day has come."""
    row = _locked(site)
    if row.state not in STANDING or row.built_on is None:
        raise Problem("facilities.not_built_yet", site=row.name)
    if on > clock.today():
        raise Problem("facilities.note_in_future", field="on", day=on.isoformat())
    if on < row.built_on:
        raise Problem("facilities.note_before_built", field="on", built=row.built_on.isoformat())
    return row


def _kept(
    made: type[N], site: Site, by: User, on: dt.date, late: str, uid: uuid.UUID | None, **said: Any
) -> N:
    note = made._default_manager.create(
        uid=uid or uuid.uuid4(),
        town=site.town,
        unit=site.unit,
        site=site,
        happened_on=on,
        received_at=clock.now(),
        author=by,
        late_reason=late,
        **said,
    )
    changed(note)
    about(note, site=site.pk, on=on, late_reason=late, **said)
    return note


@action("facilities.record_use", "登记使用")
def record_use(
    *,
    by: User,
    site: Site,
    on: dt.date,
    what: str,
    people: int | None,
    times: int | None = 1,
    whole_month: bool = False,
    late_reason: str = "",
    uid: uuid.UUID | None = None,
) -> SiteUse:
    """Write down what took place at a site on day `on`, or in the whole month of it, and how many came (heads, no names).

    Refuses a site not in use by then or out of use, days to come, a month not over, a month counted both by days and as a
    whole, names of numbers, and after the close of the month what bears no reason.
    """
    month = period_of(Every.MONTH, on)
    row = _standing(site, min(month.last, clock.today()) if whole_month else on)
    if row.kind not in rules.OPEN_KINDS:
        raise Problem("facilities.no_visits_kind", site=row.name)
    words = rules.checked("what", what)
    if len(words) < 2:
        raise Problem("facilities.what_needed", field="what")
    if whole_month:
        if clock.today() < month.last:
            raise Problem(
                "facilities.month_not_over", field="on", month=month.label, last=month.last.isoformat()
            )
        on = month.last
    if row.in_use_on is None or on < row.in_use_on:
        raise Problem("facilities.not_in_use_yet", field="on", site=row.name, day=on.isoformat())
    # A month taken together is out of use only where it was so from its first to its last day.
    since = out_of_use(row, on)
    if since is not None and (not whole_month or since <= month.first):
        raise Problem("facilities.use_while_out_of_use", field="on", site=row.name, since=since.isoformat())
    _counted_once(row, month.first, month.last, month.label, whole_month=whole_month)
    return _kept(
        SiteUse,
        row,
        by,
        on,
        rules.late_reason(on, clock.today(), late_reason),
        uid,
        what=words,
        people=rules.checked_number("people", people, 0, rules.MOST_PEOPLE),
        times=rules.checked_number("times", times, 1, rules.MOST_TIMES if whole_month else 20),
        whole_month=whole_month,
    )


def _counted_once(site: Site, first: dt.date, last: dt.date, month: str, *, whole_month: bool) -> None:
    """A month is counted by its days or as a whole, never both."""
    there = SiteUse.objects.filter(site=site, happened_on__range=(first, last), void_on__isnull=True)
    if there.filter(whole_month=True).exists():
        raise Problem("facilities.month_summed", field="on", month=month)
    if whole_month and (number := there.count()):
        raise Problem("facilities.month_by_day", field="on", month=month, number=number)


@action("facilities.record_condition", "登记状况")
def record_condition(
    *,
    by: User,
    site: Site,
    on: dt.date,
    finding: str,
    lacks: str = "",
    late_reason: str = "",
    uid: uuid.UUID | None = None,
) -> SiteCondition:
    """Write down how somebody found a site on day `on`: in order, in need of repair, out of use, and what lacks.

    A site out of use stays in the coverage and is named beside it. Refuses a site not built, an unknown finding, a lack
    without words, days to come or before it was built, and after the close of the month what bears no reason.
    """
    row = _standing(site, on)
    if finding not in Finding:
        raise Problem("facilities.finding_unknown", field="finding", finding=str(finding)[:20])
    words = rules.checked("lacks", lacks)
    if finding == Finding.GOOD:
        words = ""
    elif len(words) < 4:
        raise Problem("facilities.lacks_needed", field="lacks")
    late = rules.late_reason(on, clock.today(), late_reason)
    note = _kept(SiteCondition, row, by, on, late, uid, finding=finding, lacks=words)
    _follow(row)
    return note


def _follow(site: Site) -> None:
    """Let a site say what the last look that counts says."""
    looks = SiteCondition.objects.filter(site=site, void_on__isnull=True)
    last = looks.order_by("-happened_on", "-pk").first()
    site.looked_on = last.happened_on if last else None
    site.condition = "" if last is None else Finding.GOOD if last.repaired_on else last.finding
    site.save(update_fields=["condition", "looked_on"])
    changed(site)


def _locked_note(note: N) -> tuple[N, Site]:
    site = _locked(note.site)
    row = type(note)._default_manager.select_for_update(of=("self",)).select_related("author").get(pk=note.pk)
    return row, site


@action("facilities.record_repair", "登记维修")
def record_repair(*, by: User, note: SiteCondition, on: dt.date) -> SiteCondition:
    """Say on which day what a look found lacking was mended. Refuses one that found nothing, was void or mended already,
    and a day before the look or to come."""
    row, site = _locked_note(note)
    if row.void_on is not None:
        raise Problem("facilities.note_void_already")
    if row.finding == Finding.GOOD:
        raise Problem("facilities.nothing_to_repair")
    if row.repaired_on is not None:
        raise Problem("facilities.repaired_already", day=row.repaired_on.isoformat())
    if on > clock.today():
        raise Problem("facilities.note_in_future", field="on", day=on.isoformat())
    if on < row.happened_on:
        raise Problem("facilities.repaired_before_look", field="on", looked=row.happened_on.isoformat())
    row.repaired_on, row.repaired_by = on, by.audit_name
    row.save(update_fields=["repaired_on", "repaired_by"])
    changed(row)
    _follow(site)
    about(row, site=site.pk, repaired_on=on)
    return row


@action("facilities.record_audit", "登记督查")
def record_audit(
    *,
    by: User,
    site: Site,
    on: dt.date,
    passed: list[str],
    retention_days: int | None,
    accesses: int | None,
    lacks: str = "",
    late_reason: str = "",
    uid: uuid.UUID | None = None,
) -> AccessAudit:
    """Write down the half-yearly audit of a video site: who looked at its pictures, sign, use and retention.

    `passed`: codes of `AUDIT_LIST` found in order; `accesses`: how many looks the register holds. Refuses other kinds, a
    site not yet in use, a lack without words, and what sites never hold (R-40).
    """
    row = _standing(site, on)
    if row.kind not in rules.AUDITED_KINDS:
        raise Problem("facilities.not_audited_kind", site=row.name)
    if row.in_use_on is None or on < row.in_use_on:
        raise Problem("facilities.not_in_use_yet", field="on", site=row.name, day=on.isoformat())
    days = rules.checked_number("retention_days", retention_days, 0, rules.MOST_DAYS)
    looks = rules.checked_number("accesses", accesses, 0, 10_000)
    words = rules.checked_audit(list(passed), days, lacks)
    late = rules.late_reason(on, clock.today(), late_reason)
    return _kept(
        AccessAudit,
        row,
        by,
        on,
        late,
        uid,
        passed=sorted(passed),
        retention_days=days,
        accesses=looks,
        lacks=words,
    )


@action("facilities.void_note", "作废使用或状况记录")
def void_note(*, by: User, note: SiteNote, reason: str) -> SiteNote:
    """Take a note out that should not have been written: it counts nowhere from now on and stays readable, with the reason.

    Refuses one void already, and to a village what the lead unit wrote when it looked.
    """
    row, site = _locked_note(note)
    if row.void_on is not None:
        raise Problem("facilities.note_void_already")
    if not may_void(by, row):
        raise Problem("facilities.note_of_lead")
    row.void_on, row.void_reason = clock.today(), rules.checked_reason(reason)
    row.save(update_fields=["void_on", "void_reason"])
    changed(row)
    if isinstance(row, SiteCondition):
        _follow(site)
    about(row, site=site.pk, void_on=row.void_on, void_reason=row.void_reason)
    return row
