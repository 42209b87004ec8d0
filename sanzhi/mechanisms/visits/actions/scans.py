"""The scan of a sheet, kept with the outing that was copied in from it: paper is evidence of equal rank."""

from __future__ import annotations

from typing import IO

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.files.actions import keep_file
from sanzhi.mechanisms.visits.models import Outing, OutingScan


@action("visits.attach_scan", "附上扫描件")
def attach_scan(*, by: User, outing: Outing, name: str, source: IO[bytes]) -> OutingScan:
    """Keep a scan with its outing. Refuses what `files.keep_file` refuses; any number of them may be kept."""
    stored = keep_file(by=by, town=outing.town, name=name, source=source)
    scan = OutingScan.objects.create(outing=outing, stored=stored)
    about(scan, outing=outing.pk, file=stored.pk)
    return scan
