"""Acts over several registers at once: imports, exports with door or surname, merging and closing with all that hangs on it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.clock import now
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.queries import stays_on
from sanzhi.foundation.privacy.reading import reason_of
from sanzhi.kit.ledger.actions import Choice, choose_hand_overs, follow_registers
from sanzhi.kit.ledger.passing import chosen_for, passing_on
from sanzhi.steering.registers.comparing import compare, counts_of, digest_of, packed, unpacked
from sanzhi.steering.registers.models import ExportRequest, ImportPreview
from sanzhi.steering.registers.sheets import KINDS, SheetKind
from sanzhi.steering.registers.sheets.kinds import Row

declare(
    "registers",
    {
        "decided": "这份预览已经处理过了，没有再次导入。需要的话请重新上传文件。",
        "not_yours": "这份预览是别人上传的，只有上传的人能确认。请自己上传一次。",
        "too_old": "这份预览超过一天了，没有导入。请重新上传文件，按现在的登记簿核对。",
        "other_preview": "要确认的和页面上看到的不是同一份预览，没有导入。请回到预览页重新核对。",
        "changed_since": "预览之后登记簿有了变动，没有导入。请重新上传文件，看过新的预览再确认。",
        "has_problems": "还有 {count} 行有问题，没有导入任何一行。请在表里改好，重新上传。",
        "nothing_new": "这份表和登记簿一致，没有需要导入的。",
        "has_households": "{unit}还有 {count} 户登记在册，不能撤销。请先把这些户迁到别的组或销户。",
        "columns_needed": "请至少选一项要带出的内容；只要户号和组别，可以直接导出，不用申请。",
        "same_person": "申请人不能批准自己的申请。请由另一位有权限的人批准。",
        "export_decided": "这份申请已经处理过了。请刷新页面查看结果。",
        "export_not_yours": "只有申请人自己能下载，而且只能下载一次。请另行申请。",
        "export_not_approved": "这份申请还没有批准，或没有获得批准，不能下载。",
        "export_expired": "批准已经过了有效期，不能再下载。请重新申请。",
    },
)

PREVIEW_LASTS = dt.timedelta(days=1)
EXPORT_LASTS = dt.timedelta(days=3)
MAY_LEAVE = ("door", "surname")
"""What an approved household file may hold besides number and group; presence never (R-04)."""


@action("registers.preview_import", "预览导入")
def preview_import(
    *,
    by: User,
    town: Unit,
    kind: SheetKind,
    rows: Sequence[Row],
    day: dt.date,
    file_name: str,
    content: bytes,
    within: frozenset[int] | None,
) -> ImportPreview:
    """Keep what a file would change, with a digest of it, until its uploader confirms or drops it; no register changes."""
    changes = compare(kind, town, day, rows, within)
    preview = ImportPreview.objects.create(
        town=town,
        kind=kind.code,
        since_on=day,
        file_name=file_name[:200],
        file_digest=hashlib.sha256(content).hexdigest(),
        rows=packed(rows),
        digest=digest_of(kind, town, day, rows, changes),
        counts=counts_of(changes),
        made_by=by,
        made_at=now(),
    )
    about(preview, kind=kind.code, file=preview.file_digest, digest=preview.digest, counts=preview.counts)
    return preview


def _waiting(preview: ImportPreview, by: User) -> ImportPreview:
    row = ImportPreview.objects.select_for_update(of=("self",)).select_related("town").get(pk=preview.pk)
    if row.made_by_id != by.pk:
        raise Problem("registers.not_yours")
    if row.state != ImportPreview.State.WAITING:
        raise Problem("registers.decided")
    return row


@action("registers.apply_import", "确认导入")
def apply_import(
    *, by: User, preview: ImportPreview, digest: str, within: frozenset[int] | None, ground: str = ""
) -> ImportPreview:
    """Do all that a preview showed, in this one act, or nothing.

    Refuses another digest than the preview's, a register that changed since, rows with problems, somebody else's or a
    preview older than a day.
    """
    row = _waiting(preview, by)
    if row.made_at + PREVIEW_LASTS < now():
        raise Problem("registers.too_old")
    if row.digest != digest:
        raise Problem("registers.other_preview")
    kind = KINDS[row.kind]
    rows = unpacked(row.rows)
    changes = compare(kind, row.town, row.since_on, rows, within)
    if digest_of(kind, row.town, row.since_on, rows, changes) != digest:
        raise Problem("registers.changed_since")
    if row.counts["problem"]:
        raise Problem("registers.has_problems", count=row.counts["problem"])
    if not row.counts["new"] and not row.counts["changed"]:
        raise Problem("registers.nothing_new")
    kind.apply(
        by=by,
        town=row.town,
        day=row.since_on,
        changes=changes,
        ground=ground or f"导入 {row.file_name}"[:200],
    )
    return _decide(row, ImportPreview.State.APPLIED)


@action("registers.drop_import", "放弃导入")
def drop_import(*, by: User, preview: ImportPreview) -> ImportPreview:
    """Drop a preview and take away what stood in the file."""
    return _decide(_waiting(preview, by), ImportPreview.State.DROPPED)


def _decide(row: ImportPreview, state: str) -> ImportPreview:
    row.state, row.rows, row.decided_at = state, "", now()
    row.save(update_fields=["state", "rows", "decided_at"])
    about(row, state=state, digest=row.digest, counts=row.counts)
    return row


@action("registers.forget_previews", "清除过期预览")
def forget_previews(*, by: User, town: Unit) -> int:
    """Drop every preview older than a day; for the nightly job. Returns how many."""
    old = ImportPreview.objects.filter(
        town=town, state=ImportPreview.State.WAITING, made_at__lt=now() - PREVIEW_LASTS
    )
    rows = list(old.select_for_update(of=("self",)).select_related("town"))
    for row in rows:
        _decide(row, ImportPreview.State.DROPPED)
    about(town, dropped_previews=len(rows))
    return len(rows)


@action("registers.ask_export", "申请导出户册")
def ask_export(*, by: User, unit: Unit, columns: Sequence[str], reason: str) -> ExportRequest:
    """Ask to take the households of a unit out with door or surname. Refuses without a reason or such a column."""
    wanted = [c for c in MAY_LEAVE if c in columns]
    if not wanted or len(wanted) != len(set(columns)):
        raise Problem("registers.columns_needed", field="columns")
    town = unit.town_or_self or unit
    request = ExportRequest.objects.create(
        town=town, unit=unit, columns=wanted, reason=reason_of(reason), asked_by=by, asked_at=now()
    )
    about(request, unit=unit.code, columns=wanted, reason=request.reason)
    return request


@action("registers.decide_export", "批准或拒绝导出")
def decide_export(*, by: User, request: ExportRequest, agree: bool, note: str = "") -> ExportRequest:
    """A second person agrees or not; what is agreed to holds three days. Refuses the asker and a second decision."""
    row = (
        ExportRequest.objects.select_for_update(of=("self",))
        .select_related("town", "unit")
        .get(pk=request.pk)
    )
    if row.state != ExportRequest.State.ASKED:
        raise Problem("registers.export_decided")
    if row.asked_by_id == by.pk:
        raise Problem("registers.same_person")
    row.state = ExportRequest.State.APPROVED if agree else ExportRequest.State.REFUSED
    row.decided_by, row.decided_at, row.note = by, now(), note.strip()[:200]
    row.expires_at = now() + EXPORT_LASTS if agree else None
    row.save(update_fields=["state", "decided_by", "decided_at", "note", "expires_at"])
    about(row, agree=agree, note=row.note, until=row.expires_at)
    return row


@action("registers.take_export", "下载导出")
def take_export(*, by: User, request: ExportRequest) -> ExportRequest:
    """The asker takes the file, once. Refuses others, what nobody agreed to, and what has lapsed."""
    row = (
        ExportRequest.objects.select_for_update(of=("self",))
        .select_related("town", "unit", "asked_by", "decided_by")
        .get(pk=request.pk)
    )
    if row.asked_by_id != by.pk or row.state == ExportRequest.State.TAKEN:
        raise Problem("registers.export_not_yours")
    if row.state != ExportRequest.State.APPROVED or row.expires_at is None:
        raise Problem("registers.export_not_approved")
    if row.expires_at < now():
        raise Problem("registers.export_expired")
    row.state, row.taken_at = ExportRequest.State.TAKEN, now()
    row.save(update_fields=["state", "taken_at"])
    about(row, unit=row.unit.code, columns=row.columns)
    return row


@action("registers.close_unit", "撤销单位及任职")
def close_unit(*, by: User, unit: Unit, on: dt.date, ground: str, successor: Unit | None = None) -> None:
    """End a unit together with the posts in it. Refuses while households stand in it."""
    staying = stays_on(on, [unit.pk]).count()
    if staying:
        raise Problem("registers.has_households", unit=unit.short_name, count=staying)
    orgs.close_unit(by=by, unit=unit, on=on, ground=ground, successor=successor)
    people.close_posts_of(by=by, units=[unit], on=on, ground=ground)
    _let_the_ledger_follow(by, unit, on)
    about(unit, closed_on=on, ground=ground)


def _let_the_ledger_follow(by: User, unit: Unit, on: dt.date) -> None:
    """What is still open passes to the successor at once; for a day that has not come, the night does it."""
    today = clock.today()
    town = unit.town_or_self
    if town is not None and on <= today:
        follow_registers(by=by, town=town, since=on, today=today)


@action("registers.merge_units", "合并村")
def merge_units(
    *,
    by: User,
    units: Sequence[Unit],
    on: dt.date,
    ground: str,
    name: str = "",
    short_name: str = "",
    code: str = "",
    into: Unit | None = None,
    names: Mapping[int, str] | None = None,
    choices: Mapping[str, Choice] | None = None,
) -> orgs.HandedOn:
    """Merge villages or offices: grids and groups are hung under the one that goes on, posts of the others end.

    `choices`: line of `kit.ledger.passing` → how it passes on; what is not named is carried.
    """
    today = clock.today()
    ending = [u for u in units if into is None or u.pk != into.pk]
    chosen = chosen_for(passing_on(ending, on, today), choices or {})
    done = orgs.merge_units(
        by=by,
        units=units,
        on=on,
        ground=ground,
        name=name,
        short_name=short_name,
        code=code,
        into=into,
        names=names,
    )
    people.close_posts_of(by=by, units=done.predecessors, on=on, ground=ground)
    town = done.successor.town_or_self
    if chosen and town is not None:
        choose_hand_overs(by=by, town=town, choices=chosen, on=on, today=today)
    _let_the_ledger_follow(by, done.successor, on)
    about(done.successor, merged=[u.code for u in done.predecessors], on=on, ground=ground)
    return done
