"""Freezing a month: its bundle when it closes, and numbered revisions at later closes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

from sanzhi.domain.bundles import FORMAT, Line, differs, digest
from sanzhi.domain.bundles import Bundle as File
from sanzhi.domain.periods import Period, closes_on
from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.audit.action import Actor, about, action
from sanzhi.foundation.audit.chain import head
from sanzhi.foundation.clock import now
from sanzhi.foundation.orgs.models import Unit
from sanzhi.steering.indicators.collect import lines_of
from sanzhi.steering.indicators.models import Bundle
from sanzhi.steering.indicators.signing import key_of, public_text, sign

declare(
    "indicators",
    {
        "not_closed": "{month}要到{day}结束后才锁定，现在还能补录和更正。请在那以后再锁定。",
        "nothing_changed": "{month}锁定以后没有变化，不需要新的修订（当前是 r{revision}）。",
        "no_month": "“{text}”不是月份。请写成 2022-05 这样。",
        "which_town": "这个数据库里有{count}个乡镇，请用 --town 写明编码：{codes}。",
        "no_town": "没有编码为“{code}”的乡镇。现有：{codes}。",
        "no_file": "找不到文件“{name}”。请检查路径。",
    },
)


@action("indicators.freeze_month", "锁定月份")
def freeze_month(*, by: Actor, town: Unit, month: Period, as_of: dt.date, today: dt.date) -> Bundle:
    """Make the bundle of a closed month: r0, or the next revision where results changed since.

    `as_of` is the close that it belongs to; what became known later waits for the next revision. Refuses a month that
    is still open and a revision without a change.
    """
    if today <= closes_on(month):
        raise Problem("indicators.not_closed", month=month.label, day=closes_on(month).isoformat())
    before = Bundle.objects.filter(town=town, month=month.code).order_by("-revision").first()
    lines = lines_of(town, month, as_of)
    changes: list = []
    if before is not None:
        changes = differs(before.text.split("\n")[1:-1], lines)
        if not changes:
            raise Problem("indicators.nothing_changed", month=month.label, revision=before.revision)
    key = key_of(Path(settings.HOME))
    seq, audit_head = head(town.code)
    manifest: Line = {
        "sanzhi_bundle": FORMAT,
        "town": town.code,
        "town_name": town.name,
        "month": month.code,
        "revision": before.revision + 1 if before else 0,
        "as_of": as_of.isoformat(),
        "lines": len(lines),
        "sha256": digest(lines),
        "previous": before.digest if before else "",
        "audit": [seq, audit_head],
        "key": public_text(key),
    }
    file = File(manifest, tuple(lines))
    signed = File(manifest | {"signature": sign(key, file.signed)}, file.lines)
    row = Bundle.objects.create(
        town=town,
        month=month.code,
        revision=manifest["revision"],
        as_of=as_of,
        made_at=now(),
        digest=manifest["sha256"],
        previous=manifest["previous"],
        audit_seq=seq,
        audit_head=audit_head,
        results=sum('"kind":"result"' in line for line in lines),
        changes=changes,
        text=signed.text(),
    )
    about(row, month=month.code, revision=row.revision, digest=row.digest, changes=len(changes))
    return row
